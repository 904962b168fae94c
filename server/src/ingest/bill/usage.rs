//! What ran, read out of a bill: for accounts that nothing else is known of.
//!
//! A line that bills a machine says how many hours of it a resource used on a day, and nothing of when or how busy. The
//! hours are laid at the start of their day, on as many instances as they need; their load is a default and their tier
//! T3. Managed spot is billed for less than it ran, so its energy is at least this much. What a file of usage has told of
//! a resource stays, since it also says when: the bill adds only money to it.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Months, NaiveDate, NaiveTime, Utc};
use rust_decimal::prelude::ToPrimitive as _;

use crate::aws::facts::Component;
use crate::aws::pricing;
use crate::ingest::uploaded::{self, Uploaded};
use crate::ingest::{key, span};
use crate::kind::Kind;
use crate::store::bill::BilledDay;
use crate::store::inventory::{self as store_inventory, Purchase, Source, Span, State};
use crate::store::{Connection, StoreError};

/// Hours of one machine on one day.
type Hours = BTreeMap<NaiveDate, f64>;

/// A resource of the bill, or all lines of a usage type where the export leaves resources out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    arn: String,
    region: String,
    kind: Kind,
    is_async: bool,
}

/// Writes what the lines of an account say of its resources; days that change are marked for estimation.
pub(super) async fn derive(
    connection: &mut Connection,
    account_id: i32,
    lines: &[&BilledDay],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let periods: Vec<NaiveDate> = lines.iter().map(|line| line.period).collect();
    for (found, machines) in machines(lines) {
        let first = machines.values().flat_map(BTreeMap::keys).min().copied().unwrap_or_default();
        if store_inventory::is_described(connection, account_id, &found.arn).await? {
            continue;
        }
        let born = store_inventory::born(connection, account_id, &found.arn).await?;
        let born = born.unwrap_or_else(|| midnight(first));
        let last = machines.values().flat_map(BTreeMap::keys).max().copied().unwrap_or_default();
        let told = Uploaded {
            arn: &found.arn,
            region: &found.region,
            kind: found.kind,
            is_async: found.is_async,
            known_from: "bill",
        };
        let name = found.arn.rsplit_once('/').or_else(|| found.arn.rsplit_once(':')).map_or("", |(_, name)| name);
        let resource = uploaded::resource(&told, name, born, (born, midnight(last) + Duration::days(1)));
        store_inventory::upsert_resource(connection, account_id, &resource, now).await?;
        for (instance_type, hours) in machines {
            let entity = key::entity(&key::resource_key(&found.arn, born), &instance_type, "", 1, &instance_type);
            store_inventory::upsert_entity(connection, account_id, resource.resource_id, &entity).await?;
            let known = store_inventory::spans(connection, account_id, entity.entity_id).await?;
            let spans = replaced(&known, &periods, &instance_type, &hours);
            if spans != known {
                store_inventory::replace_spans(connection, account_id, entity.entity_id, &spans).await?;
                let touched = known.iter().chain(&spans).map(|span| span.from.date_naive());
                let (from, to) = touched.fold((first, last), |(from, to), day| (from.min(day), to.max(day)));
                store_inventory::mark_stale(connection, account_id, entity.entity_id, from, to).await?;
            }
        }
    }
    Ok(())
}

fn machines(lines: &[&BilledDay]) -> BTreeMap<Found, BTreeMap<String, Hours>> {
    let mut all: BTreeMap<Found, BTreeMap<String, Hours>> = BTreeMap::new();
    for line in lines {
        let Some((component, instance_type)) = pricing::billed(&line.usage_type) else { continue };
        let hours = line.quantity.to_f64().unwrap_or_default();
        if hours <= 0.0 {
            continue;
        }
        let arn = match line.resource.as_str() {
            "" => format!("bill:{}:{}:{instance_type}", line.region, component.as_str()),
            arn => arn.to_owned(),
        };
        let (kind, is_async) = kind_of(component);
        let found = Found { arn, region: line.region.clone(), kind, is_async };
        *all.entry(found).or_default().entry(instance_type).or_default().entry(line.day).or_default() += hours;
    }
    all
}

const fn kind_of(component: Component) -> (Kind, bool) {
    match component {
        Component::Training => (Kind::Training, false),
        Component::Processing => (Kind::Processing, false),
        Component::Transform => (Kind::Transform, false),
        Component::Hosting => (Kind::Endpoint, false),
        Component::Async => (Kind::Endpoint, true),
        Component::Notebook => (Kind::Notebook, false),
        Component::Studio => (Kind::App, false),
        Component::Cluster => (Kind::Cluster, false),
    }
}

/// What is known of a machine, with the billing months of this import said anew.
fn replaced(known: &[Span], periods: &[NaiveDate], instance_type: &str, hours: &Hours) -> Vec<Span> {
    let mut spans = known.to_vec();
    for period in periods {
        let next = *period + Months::new(1);
        let own: Vec<Span> = hours
            .iter()
            .filter(|(day, _)| *period <= **day && **day < next)
            .map(|(day, hours)| day_span(*day, instance_type, *hours))
            .collect();
        spans = span::splice(&spans, midnight(*period), Some(midnight(next)), &own);
    }
    spans
}

/// So many hours at the start of a day, on as many instances as a day of them needs.
fn day_span(day: NaiveDate, instance_type: &str, hours: f64) -> Span {
    let count = (hours / 24.0 - 1e-9).ceil().clamp(1.0, 1e6);
    #[expect(clippy::cast_possible_truncation, reason = "bounded on the line above, and milliseconds of a day")]
    let (whole, milliseconds) = (count as i32, (hours / count * 3_600_000.0).round() as i64);
    let from = midnight(day);
    Span {
        from,
        to: Some(from + Duration::milliseconds(milliseconds.clamp(1, 86_400_000))),
        instance_type: instance_type.to_owned(),
        count: whole,
        purchase: Purchase::OnDemand,
        state: State::Serving,
        source: Source::Billed,
    }
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn shape(spans: &[Span]) -> Vec<(String, i64, i32)> {
        let minutes = |span: &Span| (span.to.unwrap() - span.from).num_minutes();
        spans.iter().map(|span| (span.from.date_naive().to_string(), minutes(span), span.count)).collect()
    }

    #[test]
    fn hours_keep_their_sum_whatever_their_number() {
        for hours in [0.001, 0.5, 1.0, 23.9, 24.0, 24.1, 30.0, 48.0, 1000.0] {
            let span = day_span(day("2026-11-16"), "ml.g5.xlarge", hours);
            let seconds = (span.to.unwrap() - span.from).num_milliseconds() as f64 / 1000.0;
            let sum = seconds * f64::from(span.count) / 3600.0;
            assert!((sum - hours).abs() < 1e-3 && seconds <= 86_400.0, "{hours}: {span:?}");
        }
    }

    #[test]
    fn a_month_is_said_anew_and_another_stays() {
        let hours = |rows: &[(&str, f64)]| rows.iter().map(|(at, hours)| (day(at), *hours)).collect::<Hours>();
        let of = |known: &[Span], period: &str, rows: &[(&str, f64)]| {
            replaced(known, &[day(period)], "ml.m5.large", &hours(rows))
        };
        let october = of(&[], "2026-10-01", &[("2026-10-31", 24.0)]);
        let both = of(&october, "2026-11-01", &[("2026-11-01", 24.0), ("2026-11-02", 30.0)]);
        assert_eq!(
            shape(&both),
            [("2026-10-31".to_owned(), 48 * 60, 1), ("2026-11-02".to_owned(), 15 * 60, 2)],
            "days that touch are one span"
        );
        let restated = of(&both, "2026-11-01", &[("2026-11-03", 1.0)]);
        assert_eq!(shape(&restated), [("2026-10-31".to_owned(), 24 * 60, 1), ("2026-11-03".to_owned(), 60, 1)]);
    }
}
