//! Jobs and endpoints as CSV: one row a resource, streamed, exact to the last digit.

use chrono::{DateTime, Utc};
use footprint::FactorSet;
use rust_decimal::Decimal;

use crate::estimate::METHOD_VERSION;
use crate::store::Origin;
use crate::store::list::Listed;
use crate::store::part::Part;

/// What [`amounts`] fills, in its order; every file that tells of cost and emissions has them.
pub(super) const AMOUNTS: [&str; 13] = [
    "energy_kwh",
    "energy_kwh_low",
    "energy_kwh_high",
    "op_location_g",
    "op_market_g",
    "embodied_g",
    "cost_list",
    "currency",
    "cost_billed",
    "cost_effective",
    "evidence_tier",
    "methodology_version",
    "factor_set_version",
];

/// Columns before the amounts.
const OWN: [&str; 16] = [
    "arn",
    "name",
    "family",
    "kind",
    "status",
    "failure_reason",
    "account_id",
    "region",
    "team",
    "owner",
    "created_at",
    "started_at",
    "ended_at",
    "instance_type",
    "instance_hours",
    "requests",
];

/// Columns after the amounts.
const MORE: [&str; 7] =
    ["hosting_option", "alarms", "alarms_in_alarm", "busiest_hour_pct", "hours_on", "latency_mean_ms", "origin"];

/// Column names; units are in them.
pub fn columns() -> Vec<String> {
    OWN.into_iter().chain(AMOUNTS).chain(MORE).map(str::to_owned).collect()
}

/// The cells of one resource; an unknown figure is an empty cell. The origin tells a demo from an account.
pub fn row(factors: &FactorSet, listed: &Listed, origin: Origin) -> Vec<String> {
    let seconds = listed.parts.iter().filter_map(|part| part.instance_seconds).reduce(|a, b| a + b);
    let requests = listed.parts.iter().filter_map(|part| part.requests).reduce(|a, b| a + b);
    let mut types: Vec<&str> = listed.parts.iter().map(|part| part.instance_type.as_str()).collect();
    types.sort_unstable();
    types.dedup();
    let mut cells = vec![
        text(&listed.arn),
        text(&listed.name),
        text(&listed.family),
        listed.parts.first().map(|part| part.kind.as_str().to_owned()).unwrap_or_default(),
        text(&listed.status),
        text(listed.failure_reason.as_deref().unwrap_or_default()),
        listed.arn.split(':').nth(4).unwrap_or_default().to_owned(),
        listed.parts.first().map(|part| part.region.clone()).unwrap_or_default(),
        text(listed.parts.iter().find_map(|part| part.team.as_deref()).unwrap_or_default()),
        text(listed.owner.as_deref().unwrap_or_default()),
        time(Some(listed.created_at)),
        time(listed.started_at),
        time(listed.ended_at),
        text(&types.join(" ")),
        number(seconds.map(|seconds| seconds / 3600.0)),
        number(requests),
    ];
    cells.extend(amounts(factors, &listed.parts));
    let whole = |count: Option<i64>| count.map(|count| count.to_string()).unwrap_or_default();
    cells.extend([
        listed.hosting_option.replace('_', "-"),
        whole(listed.alarms),
        whole(listed.alarms_firing),
        number(listed.busiest),
        whole(listed.hours_on),
        number(listed.latency_ms),
    ]);
    cells.push(origin.as_str().to_owned());
    cells
}

/// What parts come to, by the names of [`AMOUNTS`]; an unknown figure is an empty cell.
pub(super) fn amounts(factors: &FactorSet, parts: &[Part]) -> [String; AMOUNTS.len()] {
    let sum = |of: fn(&Part) -> Option<i64>| -> Option<i64> { parts.iter().filter_map(of).reduce(|a, b| a + b) };
    let energy = sum(|part| part.footprint.as_ref().map(|(_, sums)| sums.facility.0));
    let operational = sum(|part| part.footprint.as_ref().map(|(_, sums)| sums.operational.0));
    // What is not known of a part is not known of the whole.
    let market_of = |part: &Part| part.footprint.map(|_| part.market.map(|market| market.0));
    let market = parts.iter().filter_map(market_of).reduce(|a, b| a.zip(b).map(|(a, b)| a + b)).flatten();
    let embodied = sum(|part| part.footprint.as_ref().map(|(_, sums)| sums.embodied().0));
    let groups: Vec<_> = parts.iter().filter_map(Part::group).collect();
    let totals = (!groups.is_empty()).then(|| footprint::totals_closed(factors, &groups));
    let cost = parts.iter().filter_map(|part| part.cost).reduce(|a, b| a + b);
    let money = |of: fn(&Part) -> Option<Decimal>| {
        let sum = parts.iter().filter_map(of).reduce(|a, b| a + b);
        sum.map(|sum| sum.normalize().to_string()).unwrap_or_default()
    };
    [
        exact(energy, 9),
        number(totals.as_ref().map(|totals| totals.energy.low.get())),
        number(totals.as_ref().map(|totals| totals.energy.high.get())),
        exact(operational, 6),
        exact(market, 6),
        exact(embodied, 6),
        cost.map(|cost| cost.to_string()).unwrap_or_default(),
        if cost.is_some() { "USD".to_owned() } else { String::new() },
        money(|part| part.cost_billed),
        money(|part| part.cost_effective),
        totals.map_or_else(|| "unknown".to_owned(), |totals| totals.worst_tier.as_str().to_owned()),
        METHOD_VERSION.to_owned(),
        format!("{} ({})", factors.label(), &factors.sha256_hex()[..12]),
    ]
}

/// A moment, or an empty cell.
pub(super) fn time(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default()
}

/// A number, or an empty cell.
pub(super) fn number(value: Option<f64>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// Whole micro-units as an exact decimal number.
fn exact(micro: Option<i64>, places: u32) -> String {
    micro
        .map(|micro| Decimal::from_i128_with_scale(i128::from(micro), places).normalize().to_string())
        .unwrap_or_default()
}

/// Text that a spreadsheet would take for a formula gets an apostrophe in front: names and tags are anybody's.
pub fn text(cell: &str) -> String {
    let risky = ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];
    if cell.trim_start_matches(['"', ' ']).starts_with(risky) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{exact, text};

    #[test]
    fn formulas_are_disarmed_and_numbers_stay_numbers() {
        let rows = [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-job", "'-job"),
            ("\t=1", "'\t=1"),
            ("\"=1", "'\"=1"),
            ("＝1", "'＝1"),
            ("job-1", "job-1"),
            ("", ""),
        ];
        for (cell, expected) in rows {
            assert_eq!(text(cell), expected);
        }
    }

    #[test]
    fn micro_units_are_exact() {
        assert_eq!(exact(Some(1_234_567_890), 9), "1.23456789");
        assert_eq!(exact(Some(0), 6), "0");
        assert_eq!(exact(None, 6), "");
    }
}
