//! More of anything is never less of the result: load, hours, hosts, intensity, overhead.

use crate::anything::{holds, instance_type, kind};
use footprint::units::Fraction;
use footprint::{FactorSet, HourInput, HourParts, Measured, Override, PartSums, WorkloadKind, estimate_hour};
use proptest::prelude::*;

fn input<'a>(
    instance_type: &'a str,
    region: &'a str,
    kind: WorkloadKind,
    seconds: f64,
    load: [f64; 2],
) -> HourInput<'a> {
    let [cpu, gpu] = load.map(|share| Some(Fraction::clamped(share)));
    HourInput {
        instance_type,
        region,
        kind,
        instance_seconds: seconds,
        cpu,
        gpu,
        measured: Measured::default(),
        storage_gb: None,
        network_gb: None,
    }
}

fn it(parts: &HourParts) -> i64 {
    PartSums::of(parts, 0.0).it().0
}

#[test]
fn more_load_or_time_never_lowers_energy() {
    let factors = FactorSet::builtin().unwrap();
    let share = || 0.0..=1.0_f64;
    let anything = (instance_type(&factors), kind(), 0.0..1e6_f64, 0.0..1e6_f64, [share(), share(), share(), share()]);
    holds(
        3_000,
        &anything,
        &["known", "refused"],
        |seen, (name, kind, seconds, more, [cpu, gpu, cpu_more, gpu_more])| {
            let at =
                |seconds: f64, load: [f64; 2]| estimate_hour(&factors, &input(&name, "eu-west-1", kind, seconds, load));
            let Ok(base) = at(seconds, [cpu, gpu]) else {
                seen.note("refused");
                return Ok(());
            };
            seen.note("known");
            let busier = at(seconds, [cpu.max(cpu_more), gpu.max(gpu_more)]).unwrap();
            prop_assert!(
                it(&busier) >= it(&base) && busier.operational >= base.operational && busier.water >= base.water
            );
            prop_assert_eq!(busier.embodied_host, base.embodied_host);
            let longer = at(seconds + more, [cpu, gpu]).unwrap();
            prop_assert!(
                it(&longer) >= it(&base)
                    && longer.facility >= base.facility
                    && longer.embodied_host >= base.embodied_host
            );
            Ok(())
        },
    );
}

#[test]
fn a_dirtier_grid_or_a_greater_overhead_never_lowers_emissions() {
    let factors = FactorSet::builtin().unwrap();
    let own = |id: &str, value: f64| Override {
        factor_id: format!("{id}:eu-west-1"),
        value,
        low: value,
        high: value,
        author: "law".to_owned(),
        reason: "another place".to_owned(),
    };
    let anything = (instance_type(&factors), kind(), 0.0..1_500.0_f64, 0.0..500.0_f64, 1.0..2.0_f64, 0.0..1.0_f64);
    holds(400, &anything, &["known", "refused"], |seen, (name, kind, grams, more_grams, pue, more_pue)| {
        let at = |grams: f64, pue: f64| {
            let set = factors.with_overrides("law", &[own("intensity", grams), own("pue", pue)]).unwrap();
            estimate_hour(&set, &input(&name, "eu-west-1", kind, 3_600.0, [0.5, 0.5]))
        };
        let Ok(base) = at(grams, pue) else {
            seen.note("refused");
            return Ok(());
        };
        seen.note("known");
        let dirtier = at(grams + more_grams, pue).unwrap();
        prop_assert!(dirtier.operational >= base.operational && dirtier.facility == base.facility);
        let wasteful = at(grams, pue + more_pue).unwrap();
        prop_assert!(wasteful.operational >= base.operational && wasteful.facility >= base.facility);
        prop_assert_eq!(it(&wasteful), it(&base));
        Ok(())
    });
}
