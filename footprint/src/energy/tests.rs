//! What the chain keeps apart: market and location, idle and embodied, water on and off site.

use super::*;

#[test]
fn location_and_market_stand_side_by_side() {
    let energy = it_energy(Watts::new(700.0), Hours::new(39_300_000.0));
    let implied = GramsPerKilowattHour::new(11_390e6 / energy.get());
    assert!((implied.get() - 414.0).abs() < 0.1, "{implied:?}");
    assert!((operational_emissions(energy, implied).get() / 1e6 - 11_390.0).abs() < 1e-6);
    assert_eq!(operational_emissions(energy, GramsPerKilowattHour::new(0.0)).get(), 0.0);
}

#[test]
fn bloom_is_dynamic_idle_and_embodied() {
    let grid = GramsPerKilowattHour::new(57.0);
    let dynamic = operational_emissions(it_energy(Watts::new(400.0), Hours::new(1_082_990.0)), grid);
    let idle = operational_emissions(KilowattHours::new(256_646.0), grid);
    let embodied = Grams::new(11.2e6);
    assert!((idle.get() / 1e6 - 14.6).abs() < 0.05);
    let all = [dynamic, idle, embodied].into_iter().sum::<Grams>().get() / 1e6;
    assert!((all - 50.5).abs() < 0.05, "{all}");
}

#[test]
fn pue_does_not_multiply_the_water_on_site() {
    let it = KilowattHours::new(100.0);
    let facility = facility_energy(it, Pue::new(1.15));
    let water = water(it, LitresPerKilowattHour::new(0.12), facility, Some(LitresPerKilowattHour::new(2.31)));
    assert!((water.on_site.get() - 12.0).abs() < 1e-9);
    assert!((water.off_site.unwrap().get() - 265.65).abs() < 1e-9);
    assert!((water.total().get() - 277.65).abs() < 1e-9);
}

#[test]
fn a_day_takes_its_share_of_a_life() {
    let share = embodied_share(Kilograms::new(4_795.4), Hours::new(24.0), Years::new(6.0));
    assert!((share.get() - 2_189.7).abs() < 0.1, "{share:?}");
    assert_eq!(embodied_share(Kilograms::new(1.0), Hours::new(1.0), Years::new(0.0)).get(), 0.0);
}
