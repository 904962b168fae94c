//! Published tables through the chain: hours x watts x PUE x intensity, and the water of a kilowatt-hour.

use super::*;

struct Case {
    name: &'static str,
    device_hours: f64,
    watts: f64,
    pue: f64,
    intensity: f64,
    kwh: Option<f64>,
    tonnes: f64,
    /// Authors round their own results: how far the printed tonnes may lie from their own inputs.
    tolerance: f64,
}

const fn case(name: &'static str, device_hours: f64, watts: f64, intensity: f64, tonnes: f64) -> Case {
    Case { name, device_hours, watts, pue: 1.0, intensity, kwh: None, tonnes, tolerance: 0.001 }
}

const PUBLISHED: [Case; 7] = [
    case("A1 Llama 2 7B", 184_320.0, 400.0, 423.5, 31.22),
    case("A2 Llama 2 13B", 368_640.0, 400.0, 423.5, 62.44),
    case("A3 Llama 2 70B", 1_720_320.0, 400.0, 423.5, 291.42),
    case("A4 Llama 2 34B", 1_038_336.0, 350.0, 423.5, 153.90),
    Case { kwh: Some(433_196.0), tolerance: 0.001, ..case("A6 BLOOM, dynamic", 1_082_990.0, 400.0, 57.0, 24.69) },
    Case { pue: 1.58, kwh: Some(27.0), tolerance: 0.02, ..case("A8 Transformer base", 12.0, 1_415.78, 432.7, 0.0118) },
    Case { pue: 1.58, kwh: Some(1_507.0), tolerance: 0.01, ..case("A9 BERT base", 79.0, 12_041.51, 432.7, 0.652) },
];

#[test]
fn published_tables_follow_from_their_own_inputs() {
    for case in PUBLISHED {
        let it = it_energy(Watts::new(case.watts), Hours::new(case.device_hours));
        let facility = facility_energy(it, Pue::new(case.pue));
        let tonnes = operational_emissions(facility, GramsPerKilowattHour::new(case.intensity)).get() / 1e6;
        if let Some(kwh) = case.kwh {
            assert!((facility.get() / kwh - 1.0).abs() < 0.01, "{}: {} kWh", case.name, facility.get());
        }
        assert!((tonnes / case.tonnes - 1.0).abs() < case.tolerance, "{}: {tonnes} t", case.name);
    }
}

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
