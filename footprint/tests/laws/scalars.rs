//! Shares, roundings, lookups and the chain: total, and never making sense of nonsense.

use crate::anything::{holds, number, text};
use footprint::advise::{base_name, normalised_failure, rule};
use footprint::factors::instance_of_usage_type;
use footprint::units::{
    Fraction, Grams, GramsPerKilowattHour, Hours, Kilograms, KilowattHours, LitresPerKilowattHour, MicroWattHours,
    Micrograms, Microlitres, Pue, Watts, Years,
};
use footprint::validation::{Published, PublishedUnit};
use footprint::{
    FactorSet, Tier, WorkloadKind, embodied_share, facility_energy, it_energy, normalise_cpu, normalise_gpu,
    operational_emissions, water,
};
use proptest::prelude::*;

#[test]
fn a_share_lies_between_nothing_and_all() {
    let count = prop_oneof![0..200_u32, any::<u32>()];
    holds(2_000, &(number(), count), &["share", "clamped", "no share"], |seen, (value, count)| {
        let clamped = Fraction::clamped(value).get();
        prop_assert!((0.0..=1.0).contains(&clamped));
        match Fraction::new(value) {
            Some(share) => prop_assert!(share.get().to_bits() == value.to_bits() && clamped == value),
            None => {
                seen.note("no share");
                prop_assert!(!(0.0..=1.0).contains(&value) && Fraction::try_from(value).is_err());
            }
        }
        let normalised = normalise_gpu(value, count);
        seen.note(if normalised.clamped { "clamped" } else { "share" });
        prop_assert_eq!(normalised, normalise_cpu(value, count));
        prop_assert!((0.0..=1.0).contains(&normalised.value.get()));
        let fits = value >= 0.0 && count > 0 && value <= 100.0 * f64::from(count);
        prop_assert!(normalised.clamped != fits || value == 0.0, "{value} over {count}: {normalised:?}");
        Ok(())
    });
}

#[test]
fn the_ledger_saturates_and_keeps_order() {
    holds(2_000, &(number(), number()), &["nan", "saturated", "exact"], |seen, (one, other)| {
        let [a, b] = [one, other].map(|value| MicroWattHours::rounded(value).0);
        if one.is_nan() {
            seen.note("nan");
            prop_assert_eq!(a, 0);
        } else if a == i64::MAX || a == i64::MIN {
            seen.note("saturated");
        } else {
            seen.note("exact");
            prop_assert!((a as f64 - one).abs() <= 0.5 + one.abs() * f64::EPSILON, "{one} became {a}");
        }
        if one <= other {
            prop_assert!(a <= b, "{one} <= {other}, but {a} > {b}");
        }
        let sum = MicroWattHours(a) + MicroWattHours(b);
        prop_assert_eq!(sum.0, a.saturating_add(b));
        prop_assert!(KilowattHours::from(MicroWattHours(a)).get().is_finite());
        prop_assert_eq!(Micrograms::rounded(one).0, a);
        prop_assert_eq!(Microlitres::rounded(one).0, a);
        Ok(())
    });
}

/// The chain has no refusal of its own, so nonsense must stay visible as nonsense.
#[test]
fn the_chain_never_makes_nonsense_plausible() {
    let numbers = (number(), number(), number(), number());
    holds(4_000, &numbers, &["finite", "nonsense"], |seen, (watts, hours, pue, intensity)| {
        let it = it_energy(Watts::new(watts), Hours::new(hours));
        let facility = facility_energy(it, Pue::new(pue));
        let mass = operational_emissions(facility, GramsPerKilowattHour::new(intensity));
        let litres = water(it, LitresPerKilowattHour::new(intensity), facility, None).total();
        if [watts, hours, pue, intensity].iter().all(|value| value.is_finite() && value.abs() < 1e6) {
            seen.note("finite");
            prop_assert!([it.get(), facility.get(), mass.get(), litres.get()].iter().all(|value| value.is_finite()));
        }
        if [watts, hours, pue, intensity].iter().any(|value| value.is_nan()) {
            seen.note("nonsense");
            prop_assert!(mass.get().is_nan(), "{watts} {hours} {pue} {intensity} became {mass:?}");
        }
        Ok(())
    });
}

#[test]
fn a_life_of_nothing_embodies_nothing() {
    holds(2_000, &(number(), number(), number()), &["no life", "share"], |seen, (kilograms, hours, years)| {
        let share: Grams = embodied_share(Kilograms::new(kilograms), Hours::new(hours), Years::new(years));
        if years > 0.0 {
            seen.note("share");
            let plausible = [kilograms, hours].iter().all(|value| value.abs() < 1e9) && years > 1e-9;
            prop_assert!(!plausible || share.get().is_finite(), "{kilograms} {hours} {years}: {share:?}");
        } else {
            seen.note("no life");
            prop_assert_eq!(share.get(), 0.0);
        }
        Ok(())
    });
}

#[test]
fn any_name_is_found_as_itself_or_not_at_all() {
    let factors = FactorSet::builtin().unwrap();
    let usage = prop_oneof![text(), "[A-Z0-9]{0,4}-?[A-Za-z]{1,9}:(ml\\.)?[a-z0-9-]{1,4}\\.[a-z0-9]{1,9}"];
    holds(2_000, &(text(), usage), &["machine", "no machine"], |seen, (name, usage)| {
        if let Ok(instance) = factors.instance(&name) {
            prop_assert_eq!(&instance.name, &name);
        }
        if let Ok(region) = factors.region(&name) {
            prop_assert_eq!(&region.name, &name);
        }
        prop_assert!(factors.accelerator(&name).is_none_or(|accelerator| accelerator.id == name));
        prop_assert!(factors.list_price(&name, &usage).is_none());
        prop_assert!(rule(&name).is_none_or(|rule| rule.id == name));
        prop_assert!(name.parse::<Tier>().is_ok_and(|tier| tier.as_str() == name) || name.parse::<Tier>().is_err());
        prop_assert!(name.parse::<WorkloadKind>().is_err() || ["training", "endpoint"].contains(&name.as_str()));
        match instance_of_usage_type(&usage) {
            Some(machine) => {
                seen.note("machine");
                prop_assert!(
                    machine.starts_with("ml.") && usage.contains(machine.trim_start_matches("ml.")),
                    "{usage}"
                );
            }
            None => seen.note("no machine"),
        }
        Ok(())
    });
}

#[test]
fn any_failure_and_any_job_name_can_be_grouped() {
    holds(2_000, &text(), &["reason", "no reason"], |seen, words| {
        let normalised = normalised_failure(&words);
        seen.note(if normalised == "no reason given" { "no reason" } else { "reason" });
        prop_assert!(!normalised.is_empty() && normalised.chars().count() <= 160);
        prop_assert!(!normalised.contains(|letter: char| letter.is_ascii_digit()), "{normalised}");
        let base = base_name(&words);
        prop_assert!(words.starts_with(base) && base_name(base) == base, "{words} became {base}");
        Ok(())
    });
}

#[test]
fn any_published_digits_are_a_number_or_none() {
    let digits = prop_oneof![text(), number().prop_map(|value| value.to_string())];
    holds(2_000, &digits, &["number", "none"], |seen, digits| {
        let published = Published { text: digits, unit: PublishedUnit::Watts };
        seen.note(if published.value().is_some() { "number" } else { "none" });
        prop_assert!(published.value().is_none_or(f64::is_finite));
        prop_assert!((0.0..=0.5).contains(&published.rounding()), "{published:?}");
        Ok(())
    });
}
