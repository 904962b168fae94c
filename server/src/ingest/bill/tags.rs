//! Tags out of a bill: those of a resource's lines, by day.
//!
//! They are kept as each month has them, and a month that is sent again says them anew. What AWS itself or a file of usage
//! tells of a key is believed before them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::line::Tags;
use crate::store::billed_tag::{self, Billed, Carried};
use crate::store::tag::{self, BilledSpan};
use crate::store::{Connection, StoreError, capacity, inventory};

/// A billing month's resource, with its tags on each day that has a line of it.
pub(super) type ByDay = BTreeMap<(NaiveDate, String), BTreeMap<NaiveDate, Tags>>;

/// Keeps what an account's months say, in place of what they said before. A month without a column of tags says nothing.
pub(super) async fn keep(
    connection: &mut Connection,
    account_id: i32,
    periods: &BTreeSet<NaiveDate>,
    told: &ByDay,
) -> Result<(), StoreError> {
    let mut states = Vec::new();
    for ((period, resource), days) in told {
        let mut before: Option<&Tags> = None;
        for (from_day, tags) in days {
            if before.replace(tags) != Some(tags) {
                states.push(Billed {
                    period: *period,
                    resource: resource.clone(),
                    from_day: *from_day,
                    tags: tags.clone(),
                });
            }
        }
    }
    billed_tag::replace(connection, account_id, periods, &states).await
}

/// Brings the tags of an account's resources up to what its bills say, and marks the days of those that are tagged
/// otherwise than before.
pub(in crate::ingest) async fn apply(
    connection: &mut Connection,
    account_id: i32,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut states: BTreeMap<i64, Vec<(NaiveDate, Tags)>> = BTreeMap::new();
    for (resource_id, from_day, tags) in billed_tag::states(connection, account_id).await? {
        states.entry(resource_id).or_default().push((from_day, tags));
    }
    let mut known: BTreeMap<i64, Vec<BilledSpan>> = BTreeMap::new();
    let mut told_by_others: BTreeSet<(i64, String)> = BTreeSet::new();
    for Carried { resource_id, span, is_billed } in billed_tag::carried(connection, account_id).await? {
        if is_billed {
            known.entry(resource_id).or_default().push(span);
        } else {
            told_by_others.insert((resource_id, span.key));
        }
    }
    let resources: BTreeSet<i64> = states.keys().chain(known.keys()).copied().collect();
    for resource_id in resources {
        let mut spans = spans(states.get(&resource_id).map(Vec::as_slice).unwrap_or_default());
        spans.retain(|span| !told_by_others.contains(&(resource_id, span.key.clone())));
        let before = known.remove(&resource_id).unwrap_or_default();
        if spans != before && tag::replace_billed(connection, account_id, resource_id, &spans).await? {
            mark(connection, account_id, resource_id, now).await?;
        }
    }
    Ok(())
}

/// States in the order of their days as spans, by key and in order: a state holds until the next one.
fn spans(states: &[(NaiveDate, Tags)]) -> Vec<BilledSpan> {
    let mut all: Vec<BilledSpan> = Vec::new();
    let mut open: BTreeMap<&str, (&str, DateTime<Utc>)> = BTreeMap::new();
    for (day, tags) in states {
        let at = day.and_time(NaiveTime::MIN).and_utc();
        open.retain(|key, (value, from)| {
            let goes_on = tags.get(*key).is_some_and(|now| now == value);
            if !goes_on {
                let (key, value) = ((*key).to_owned(), (*value).to_owned());
                all.push(BilledSpan { key, value, from: *from, to: Some(at) });
            }
            goes_on
        });
        for (key, value) in tags {
            open.entry(key).or_insert((value, at));
        }
    }
    let open = open.into_iter();
    all.extend(open.map(|(key, (value, from))| BilledSpan {
        key: key.to_owned(),
        value: value.to_owned(),
        from,
        to: None,
    }));
    all.sort_by(|a, b| (&a.key, a.from).cmp(&(&b.key, b.from)));
    all
}

/// Marks every day on which a resource ran.
async fn mark(
    connection: &mut Connection,
    account_id: i32,
    resource_id: i64,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for entity_id in inventory::parts(connection, account_id, resource_id).await? {
        let ran = capacity::spans(connection, account_id, entity_id).await?;
        let first = ran.iter().map(|span| span.from.date_naive()).min();
        let last = ran.iter().map(|span| span.to.unwrap_or(now).date_naive()).max();
        if let (Some(first), Some(last)) = (first, last) {
            inventory::mark_stale(connection, account_id, entity_id, first, last).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(day: &str, tags: &[(&str, &str)]) -> (NaiveDate, Tags) {
        (day.parse().unwrap(), tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_tag_holds_until_a_line_says_otherwise() {
        let states = [
            state("2026-10-30", &[("team", "nlp")]),
            state("2026-11-01", &[("team", "nlp"), ("env", "prod")]),
            state("2026-11-05", &[("team", "vision")]),
        ];
        let told: Vec<String> = spans(&states)
            .iter()
            .map(|span| {
                let to = span.to.map(|to| to.date_naive().to_string()).unwrap_or_default();
                format!("{}={} {}..{to}", span.key, span.value, span.from.date_naive())
            })
            .collect();
        assert_eq!(
            told,
            ["env=prod 2026-11-01..2026-11-05", "team=nlp 2026-10-30..2026-11-05", "team=vision 2026-11-05.."]
        );
    }
}
