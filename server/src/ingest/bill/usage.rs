//! What ran, read out of a bill: for accounts that nothing else is known of.
//!
//! A line that bills a machine says how many hours of it a resource used on a day, and nothing of when or how busy. The
//! hours are laid at the start of their day, on as many instances as they need; their load is a default and their tier
//! T3. Managed spot is billed for less than it ran, so its energy is at least this much.
//!
//! A file of usage also says when. What it tells of a resource stays, and a line without a resource counts for the hours
//! that no file tells of: money is added to them, and no hour is counted twice.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Months, NaiveDate, NaiveTime, Utc};

use crate::aws::facts::Component;
use crate::ingest::uploaded::{self, Part, Uploaded};
use crate::ingest::{key, span};
use crate::kind::Kind;
use crate::store::bill::{self as store_bill, MachineHours};
use crate::store::capacity::{self, DescribedHours, Purchase, Source, Span, State};
use crate::store::{Connection, StoreError, inventory as store_inventory};

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

/// Writes what an account's bill of these months says of its resources, in place of what it said before; days that change
/// are marked for estimation.
pub(in crate::ingest) async fn derive(
    connection: &mut Connection,
    account_id: i32,
    periods: &BTreeSet<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (Some(first), Some(last)) = (periods.first().copied(), periods.last().copied()) else { return Ok(()) };
    let end = last + Months::new(1);
    let billed = store_bill::machine_hours(connection, account_id, periods).await?;
    let arns: BTreeSet<String> = capacity::described_arns(connection, account_id).await?.into_iter().collect();
    let told = capacity::described_hours(connection, account_id, first, end).await?;
    let before = capacity::billed_parts(connection, account_id, midnight(first), midnight(end)).await?;
    let mut left: BTreeSet<i64> = before.into_iter().collect();
    for (found, machines) in machines(&billed, &arns, told) {
        let days = || machines.values().flat_map(BTreeMap::keys);
        let begun = midnight(days().min().copied().unwrap_or(first));
        let known = store_inventory::newest(connection, account_id, &found.arn).await?;
        let (arn, born) = known.unwrap_or_else(|| (found.arn.clone(), begun));
        let name = arn.rsplit_once('/').or_else(|| arn.rsplit_once(':')).map_or("", |(_, name)| name);
        let uploaded = Uploaded {
            arn: &arn,
            name,
            born,
            region: &found.region,
            kind: found.kind,
            is_async: found.is_async,
            known_from: "bill",
        };
        let mut parts: Vec<Part> = Vec::new();
        for (instance_type, hours) in machines {
            let entity = key::entity(&uploaded.identity(), &instance_type, "", 1, &instance_type);
            let known = capacity::spans(connection, account_id, entity.entity_id).await?;
            left.remove(&entity.entity_id);
            let spans = replaced(&known, periods, &instance_type, &hours);
            parts.push(Part { entity, spans, loads: Vec::new() });
        }
        uploaded::write(connection, account_id, &uploaded, &parts, None, now).await?;
    }
    // What these months do not bill any more did not run in them.
    for entity_id in left {
        let known = capacity::spans(connection, account_id, entity_id).await?;
        let spans = replaced(&known, periods, "", &Hours::new());
        uploaded::replace(connection, account_id, entity_id, &spans, &[], false).await?;
    }
    Ok(())
}

/// The machines of every resource; without a resource, the hours that `told` leaves of them.
fn machines(
    billed: &[MachineHours],
    arns: &BTreeSet<String>,
    told: Vec<DescribedHours>,
) -> BTreeMap<Found, BTreeMap<String, Hours>> {
    let key = |each: DescribedHours| ((each.day, each.region, each.kind, each.instance_type), each.hours);
    let mut told: BTreeMap<(NaiveDate, String, String, String), f64> = told.into_iter().map(key).collect();
    let mut all: BTreeMap<Found, BTreeMap<String, Hours>> = BTreeMap::new();
    for line in billed {
        let Some(component) = Component::ALL.into_iter().find(|each| each.as_str() == line.component) else { continue };
        let (kind, is_async) = kind_of(component);
        let (arn, hours) = if line.resource.is_empty() {
            let of = (line.day, line.region.clone(), kind.as_str().to_owned(), line.instance_type.clone());
            let told = told.entry(of).or_default();
            let covered = told.min(line.hours);
            *told -= covered;
            // Less than a second of a day is what rounding leaves.
            if line.hours - covered < 1.0 / 3600.0 {
                continue;
            }
            (format!("bill:{}:{}:{}", line.region, line.component, line.instance_type), line.hours - covered)
        } else if arns.contains(&line.resource.to_lowercase()) {
            continue;
        } else {
            (line.resource.clone(), line.hours)
        };
        let found = Found { arn, region: line.region.clone(), kind, is_async };
        *all.entry(found).or_default().entry(line.instance_type.clone()).or_default().entry(line.day).or_default() +=
            hours;
    }
    all
}

const fn kind_of(component: Component) -> (Kind, bool) {
    match component {
        Component::Training => (Kind::Training, false),
        Component::Processing => (Kind::Processing, false),
        Component::Transform => (Kind::Transform, false),
        Component::Hosting | Component::Serverless | Component::ServerlessHeld | Component::ServerlessUsed => {
            (Kind::Endpoint, false)
        }
        Component::Async => (Kind::Endpoint, true),
        Component::Notebook => (Kind::Notebook, false),
        Component::Studio => (Kind::App, false),
        Component::Cluster => (Kind::Cluster, false),
    }
}

/// What is known of a machine, with the billing months of this import said anew.
fn replaced(known: &[Span], periods: &BTreeSet<NaiveDate>, instance_type: &str, hours: &Hours) -> Vec<Span> {
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
            replaced(known, &BTreeSet::from([day(period)]), "ml.m5.large", &hours(rows))
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
