//! Inference components: what of an endpoint's footprint each of them holds, and what nobody does.
//!
//! A component reserves accelerators, or cores, or at least memory. Its share is what its copies reserved over what the
//! instances of its variant had, both over time; the rest of the endpoint belongs to no component.

use app::view::{ComponentRow, Figure, Shown, Unit};
use chrono::{DateTime, NaiveTime, Utc};
use serde_json::Value;

use super::figures::{self, Sums};
use crate::aws::facts::ItemKind;
use crate::http::lens::Lens;
use crate::store::configuration::Item;
use crate::store::resource::{DayPart, Span};
use crate::store::selection::Period;

/// What a component reserves a part of.
#[derive(Clone, Copy)]
enum Resource {
    Accelerators,
    Cores,
    Memory,
}

/// The components of an endpoint in a period, largest share first, each variant followed by what is not assigned.
pub(super) fn rows(
    factors: &Lens,
    items: &[Item],
    days: &[DayPart],
    spans: &[Span],
    period: Period,
    now: DateTime<Utc>,
) -> Vec<ComponentRow> {
    let components: Vec<&Item> =
        items.iter().filter(|item| item.kind == ItemKind::InferenceComponent.as_str()).collect();
    let mut variants: Vec<&str> = components.iter().filter_map(|item| word(&item.document, "variant")).collect();
    variants.sort_unstable();
    variants.dedup();
    let mut rows = Vec::new();
    for variant in variants {
        let sums = figures::sum(
            factors,
            days.iter().filter(|each| each.member == variant && period.holds(each.day)).map(|each| &each.part),
        );
        let own = components.iter().filter(|item| word(&item.document, "variant") == Some(variant));
        rows.extend(of_variant(factors, variant, own.copied().collect(), spans, (period, now), &sums));
    }
    rows
}

fn of_variant(
    factors: &Lens,
    variant: &str,
    mut components: Vec<&Item>,
    spans: &[Span],
    (period, now): (Period, DateTime<Utc>),
    sums: &Sums,
) -> Vec<ComponentRow> {
    let midnight = |day: chrono::NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let (from, to) = (midnight(period.from), (midnight(period.to) + chrono::Duration::days(1)).min(now));
    components.sort_by_key(|item| item.valid_from);
    let of = resource(&components);
    let held = |kind: &str| -> Option<f64> {
        let instance = factors.instance(kind).ok()?;
        match of {
            Resource::Accelerators => Some(f64::from(instance.accelerator_count())),
            Resource::Cores => instance.vcpu.map(f64::from),
            Resource::Memory => instance.memory_gib.map(|gib| gib * 1_024.0),
        }
    };
    let capacity: Option<f64> = spans
        .iter()
        .filter(|span| span.member == variant)
        .map(|span| {
            let hours = hours(span.from_at.max(from), span.to_at.unwrap_or(to).min(to));
            Some(held(&span.instance_type)? * f64::from(span.instance_count) * hours)
        })
        .sum();
    let mut named: Vec<(String, String, f64)> = Vec::new();
    for item in components {
        let (needs, each) = needs(&item.document, of);
        let reserved = each * hours(item.valid_from.max(from), item.valid_to.unwrap_or(to).min(to));
        match named.iter_mut().find(|(name, _, _)| *name == item.name) {
            // The last state is the one that is told; the share is of all of them.
            Some((_, told, sum)) => {
                *told = needs;
                *sum += reserved;
            }
            None => named.push((item.name.clone(), needs, reserved)),
        }
    }
    named.retain(|(_, _, reserved)| *reserved > 0.0);
    let Some(capacity) = capacity.filter(|capacity| *capacity > 0.0 && !named.is_empty()) else {
        return Vec::new();
    };
    // Copies that wait for instances reserve more than there is.
    let whole = capacity.max(named.iter().map(|(_, _, reserved)| reserved).sum());
    let mut shares: Vec<(String, String, f64)> =
        named.into_iter().map(|(name, needs, reserved)| (name, needs, reserved / whole)).collect();
    shares.sort_by(|a, b| b.2.total_cmp(&a.2));
    let rest = 1.0 - shares.iter().map(|(_, _, share)| share).sum::<f64>();
    if rest > 1e-9 {
        shares.push((String::new(), "no component reserves it".to_owned(), rest));
    }
    let row = |(name, needs, share): (String, String, f64)| ComponentRow {
        name,
        variant: variant.to_owned(),
        needs,
        share: Shown::exact(share * 100.0, Unit::Percent),
        energy: part(&sums.energy(), share),
        emissions: part(&sums.emissions(), share),
        cost: part(&sums.cost(), share),
    };
    shares.into_iter().map(row).collect()
}

/// The scarcest thing that any of them names.
fn resource(components: &[&Item]) -> Resource {
    let any = |name: &str| components.iter().any(|item| number(&item.document, name) > 0.0);
    match (any("accelerators"), any("cpu_cores")) {
        (true, _) => Resource::Accelerators,
        (false, true) => Resource::Cores,
        (false, false) => Resource::Memory,
    }
}

/// What all copies of a component reserve, in words and as a number.
fn needs(document: &Value, of: Resource) -> (String, f64) {
    let copies = number(document, "copies").max(0.0);
    let (each, one, more) = match of {
        Resource::Accelerators => (number(document, "accelerators"), "accelerator", "accelerators"),
        Resource::Cores => (number(document, "cpu_cores"), "core", "cores"),
        Resource::Memory => (number(document, "memory_mb"), "MB", "MB"),
    };
    let word = if (each - 1.0).abs() < 1e-9 { one } else { more };
    (format!("{copies} × {each} {word}"), copies * each)
}

fn part(whole: &Shown, share: f64) -> Shown {
    match whole {
        Shown::Ready(figure) => Shown::Ready(Figure {
            central: figure.central * share,
            low: figure.low * share,
            high: figure.high * share,
            ..*figure
        }),
        other => other.clone(),
    }
}

fn hours(from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
    (to - from).as_seconds_f64().max(0.0) / 3_600.0
}

fn word<'a>(document: &'a Value, name: &str) -> Option<&'a str> {
    document.get(name).and_then(Value::as_str)
}

fn number(document: &Value, name: &str) -> f64 {
    document.get(name).and_then(Value::as_f64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(day: u32, hour: u32) -> DateTime<Utc> {
        chrono::NaiveDate::from_ymd_opt(2026, 11, day).unwrap().and_hms_opt(hour, 0, 0).unwrap().and_utc()
    }

    fn component(name: &str, copies: u32, from: DateTime<Utc>, to: Option<DateTime<Utc>>) -> Item {
        Item {
            kind: ItemKind::InferenceComponent.as_str().to_owned(),
            identifier: name.to_owned(),
            name: name.to_owned(),
            region: "us-east-1".to_owned(),
            parent: String::new(),
            created_at: None,
            valid_from: from,
            valid_to: to,
            document: json!({ "variant": "main", "copies": copies, "accelerators": 1.0, "memory_mb": 8192 }),
        }
    }

    #[test]
    fn shares_are_reservations_over_capacity_and_the_rest_is_nobodys() {
        let factors = Lens::builtin();
        let span = Span {
            member: "main".to_owned(),
            from_at: at(10, 0),
            to_at: None,
            instance_type: "ml.g5.12xlarge".to_owned(),
            instance_count: 1,
            purchase: "on_demand".to_owned(),
            state: "serving".to_owned(),
            source: "described".to_owned(),
        };
        // Two copies for half of the time and one for the other half, of four accelerators.
        let items = [
            component("de", 2, at(10, 0), Some(at(10, 12))),
            component("de", 1, at(10, 12), None),
            component("fr", 1, at(10, 0), None),
        ];
        let day = at(10, 0).date_naive();
        let period = Period { from: day, to: day };
        let rows = rows(&factors, &items, &[], &[span], period, at(12, 0));
        let shares: Vec<(&str, f64)> = rows
            .iter()
            .map(|row| (row.name.as_str(), row.share.figure().map_or(0.0, |figure| figure.central)))
            .collect();
        assert_eq!(shares, [("de", 37.5), ("fr", 25.0), ("", 37.5)]);
        assert_eq!(rows[0].needs, "1 × 1 accelerator");
    }
}
