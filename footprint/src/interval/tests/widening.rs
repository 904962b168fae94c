//! Any coefficient, any selection: what uses it widens, what does not stays as it is to the last bit.

use super::*;
use crate::interval::shares;

const TYPES: [&str; 7] = [
    "ml.g5.xlarge",
    "ml.g4dn.xlarge",
    "ml.p3.2xlarge",
    "ml.p4d.24xlarge",
    "ml.m5.xlarge",
    "ml.c5.xlarge",
    "ml.trn1.2xlarge",
];
const REGIONS: [&str; 4] = ["us-east-1", "us-west-2", "eu-west-1", "eu-north-1"];

/// Type, region, whether an endpoint, load, hours.
type Run = (&'static str, &'static str, bool, Option<f64>, f64);

/// Whether a figure uses a coefficient: energy, operational, embodied, emissions, water.
fn uses(shares: &Shares, id: &str) -> [bool; 5] {
    [&shares.energy, &shares.operational, &shares.embodied, &shares.emissions, &shares.water]
        .map(|shares| shares.iter().any(|share| share.factor_id == id))
}

fn widths_of(totals: &Totals) -> [f64; 5] {
    [
        width(totals.energy.map(KilowattHours::get)),
        width(totals.operational.map(Grams::get)),
        width(totals.embodied.map(Grams::get)),
        width(totals.emissions.map(Grams::get)),
        width(totals.water.map(Litres::get)),
    ]
}

#[test]
fn any_coefficient_widens_what_uses_it_and_nothing_else() {
    let factors = FactorSet::builtin().unwrap();
    let ids: Vec<String> = factors
        .all_factors()
        .into_iter()
        // An exact number of hours cannot be widened.
        .filter(|factor| factor.id != "hours_per_year")
        .map(|factor| factor.id)
        .collect();
    let run = (
        proptest::sample::select(&TYPES[..]),
        proptest::sample::select(&REGIONS[..]),
        any::<bool>(),
        proptest::option::of(0.0..1.0_f64),
        1.0..100.0_f64,
    );
    // Half of the cases pick among what the selection uses; the rest picks from everything.
    let case = (proptest::collection::vec(run, 1..4), any::<bool>(), any::<proptest::sample::Index>());
    let seen = RefCell::new(BTreeMap::<String, u32>::new());
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 300, failure_persistence: None, ..Config::default() },
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    let law = |(runs, of_used, pick): (Vec<Run>, bool, proptest::sample::Index)| {
        let groups: Vec<_> = runs
            .into_iter()
            .map(|(name, region, endpoint, load, hours)| {
                let kind = if endpoint { WorkloadKind::Endpoint } else { WorkloadKind::Training };
                group(&factors, name, region, kind, load, hours)
            })
            .collect();
        let before = shares(&factors, &groups);
        for figure in [&before.energy, &before.operational, &before.embodied, &before.emissions, &before.water] {
            let sum: f64 = figure.iter().map(|share| share.share).sum();
            prop_assert!((sum - 1.0).abs() < 1e-9, "{}", sum);
        }
        let used: Vec<&String> = ids.iter().filter(|id| uses(&before, id).contains(&true)).collect();
        let id = if of_used { pick.get::<&String>(&used).as_str() } else { pick.get::<String>(&ids).as_str() };
        let wide = widened(&factors, id);
        let share =
            |shares: &[Share]| shares.iter().find(|share| share.factor_id == id).map_or(0.0, |share| share.share);
        let weights =
            [&before.energy, &before.operational, &before.embodied, &before.emissions, &before.water].map(|s| share(s));
        let [drawn, drawn_wide] = [&factors, &wide].map(|factors| widths_of(&totals(factors, &groups)));
        let [closed, closed_wide] = [&factors, &wide].map(|factors| widths_of(&totals_closed(factors, &groups)));
        let mut seen = seen.borrow_mut();
        for (index, used) in uses(&before, id).into_iter().enumerate() {
            if !used {
                prop_assert_eq!(drawn[index].to_bits(), drawn_wide[index].to_bits(), "{} moved figure {}", id, index);
                prop_assert_eq!(closed[index].to_bits(), closed_wide[index].to_bits(), "{} moved figure {}", id, index);
                *seen.entry("not used".to_owned()).or_default() += 1;
            } else if weights[index] > 0.02 {
                prop_assert!(drawn_wide[index] > drawn[index], "{} drawn {}", id, index);
                prop_assert!(closed_wide[index] > closed[index], "{} closed {}", id, index);
                *seen.entry("used".to_owned()).or_default() += 1;
                *seen.entry(id.split(':').next().unwrap().to_owned()).or_default() += 1;
            } else {
                // Among much wider ones its part is below the chance of 2,000 draws; the figure must still have moved.
                prop_assert!(closed_wide[index].to_bits() != closed[index].to_bits(), "{} did not move {}", id, index);
                *seen.entry("used, with little weight".to_owned()).or_default() += 1;
            }
        }
        Ok(())
    };
    runner.run(&case, law).unwrap();
    let seen = seen.into_inner();
    println!("tried: {seen:?}");
    for branch in [
        "not used",
        "used",
        "used, with little weight",
        "pue",
        "intensity",
        "offsite_water",
        "embodied_host",
        "embodied_accelerator",
        "hardware_lifetime_years",
        "host_power",
        "accelerator_overhead_card",
        "default_cpu_utilisation",
    ] {
        assert!(seen.get(branch).is_some_and(|count| *count >= 3), "{branch} was hardly tried: {seen:?}");
    }
}
