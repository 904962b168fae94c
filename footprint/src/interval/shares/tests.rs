//! Laws of shares.

use super::*;
use crate::interval::tests::{fleet, widened, width};
use crate::interval::totals_closed;
use crate::units::{Grams, KilowattHours, Litres};

fn figures(shares: &Shares) -> [&[Share]; 5] {
    [&shares.energy, &shares.operational, &shares.embodied, &shares.emissions, &shares.water]
}

/// Widths of energy, operational, embodied, emissions and water.
fn widths(totals: &Totals) -> [f64; 5] {
    [
        width(totals.energy.map(KilowattHours::get)),
        width(totals.operational.map(Grams::get)),
        width(totals.embodied.map(Grams::get)),
        width(totals.emissions.map(Grams::get)),
        width(totals.water.map(Litres::get)),
    ]
}

fn share_of(shares: &[Share], id: &str) -> f64 {
    shares.iter().find(|share| share.factor_id == id).map_or(0.0, |share| share.share)
}

#[test]
fn shares_sum_to_one_and_fall() {
    let factors = FactorSet::builtin().unwrap();
    let groups = fleet(&factors);
    for selection in std::iter::once(&groups[..]).chain(groups.chunks(1)) {
        for shares in figures(&shares(&factors, selection)) {
            let sum: f64 = shares.iter().map(|share| share.share).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{sum}");
            assert!(shares.is_sorted_by(|a, b| a.share >= b.share));
            assert!(shares.iter().all(|share| share.share > 0.0 && !share.name.is_empty()));
        }
    }
    assert_eq!(shares(&factors, &[]), Shares::default());
}

#[test]
fn widening_a_coefficient_raises_its_share() {
    let factors = FactorSet::builtin().unwrap();
    let groups = fleet(&factors);
    let before = shares(&factors, &groups);
    let mut tried = 0;
    for id in factors.all_factors().into_iter().map(|factor| factor.id) {
        let used = figures(&before).map(|shares| share_of(shares, &id));
        if used == [0.0; 5] {
            continue;
        }
        tried += 1;
        let after = shares(&widened(&factors, &id), &groups);
        for ((used, before), after) in used.into_iter().zip(figures(&before)).zip(figures(&after)) {
            if used > 0.0 {
                assert!(share_of(after, &id) > used, "{id}: {used} to {}", share_of(after, &id));
            } else {
                assert_eq!(before, after, "{id} is not used");
            }
        }
    }
    assert!(tried > 30, "only {tried} coefficients are used");
}

#[test]
fn knowing_everything_leaves_no_width() {
    let factors = FactorSet::builtin().unwrap();
    let groups = fleet(&factors);
    let (all, nothing) = (narrowed(&factors, &groups, |_| true), narrowed(&factors, &groups, |_| false));
    for (width, central) in widths(&all).into_iter().zip([
        all.energy.central.get(),
        all.operational.central.get(),
        all.embodied.central.get(),
        all.emissions.central.get(),
        all.water.central.get(),
    ]) {
        assert!(width < central * 1e-8, "{width} of {central}");
    }
    assert_eq!(nothing, totals_closed(&factors, &groups));
}

#[test]
fn measured_watts_narrow_energy_and_leave_the_hardware() {
    let factors = FactorSet::builtin().unwrap();
    let groups = fleet(&factors);
    let [energy, operational, embodied, ..] = widths(&totals_closed(&factors, &groups));
    let known = widths(&narrowed(&factors, &groups, is_power_coefficient));
    assert!(known[0] < energy * 0.2 && known[1] < operational * 0.5, "{known:?} of {energy} {operational}");
    assert_eq!(known[2], embodied);
}

#[test]
fn the_power_model_is_named_by_its_identifiers() {
    let factors = FactorSet::builtin().unwrap();
    let of_power = [
        "accelerator_idle_cold",
        "accelerator_idle_loaded",
        "accelerator_kappa_hbm",
        "accelerator_kappa_inference_card",
        "accelerator_kappa_pre2020",
        "accelerator_kappa_small_card",
        "accelerator_overhead_card",
        "accelerator_overhead_sxm",
        "default_cpu_utilisation",
        "default_endpoint_accelerator_utilisation",
        "default_training_accelerator_share",
        "host_power",
    ];
    for factor in factors.all_factors() {
        let group = factor.id.split(':').next().unwrap();
        assert_eq!(is_power_coefficient(&factor.id), of_power.contains(&group), "{}", factor.id);
    }
}
