//! What Application Auto Scaling did, as capacity: to the second, where sample counts tell five minutes.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{IngestError, Options, Source, span};
use crate::aws::{AwsError, Client};
use crate::store::capacity::{self, Span, State};
use crate::store::{Connection, Database, StoreError, configuration, inventory as store_inventory};

/// Reads the activities of the last six weeks; how many targets have new ones.
pub(super) async fn read(
    database: &Database,
    source: &Source,
    client: &Client,
    options: &Options,
) -> Result<Result<u64, AwsError>, IngestError> {
    let activities = match client.scaling_activities().await {
        Ok(activities) => activities,
        Err(error) => return Ok(Err(error)),
    };
    let (account_id, region) = (source.account_id, client.region());
    let mut transaction = source.scope.begin(&database.ingest).await?;
    let fresh = configuration::write_activities(&mut transaction, account_id, region, &activities).await?;
    let mut since: BTreeMap<String, DateTime<Utc>> = BTreeMap::new();
    for (target, began_at) in fresh {
        let first = since.entry(target).or_insert(began_at);
        *first = began_at.min(*first);
    }
    for (target, first) in &since {
        let Some((endpoint, variant)) = variant_of(target) else { continue };
        let counts = configuration::counts_of(&mut transaction, account_id, region, target, *first).await?;
        for entity_id in capacity::of_variant(&mut transaction, account_id, region, endpoint, variant).await? {
            apply(&mut transaction, account_id, entity_id, &counts, options.now).await?;
        }
    }
    transaction.commit().await.map_err(StoreError::on("commit the scaling activities"))?;
    Ok(Ok(u64::try_from(since.len()).unwrap_or_default()))
}

/// Endpoint and variant of `endpoint/chat/variant/main`; nothing of copies of a component, which are no instances.
fn variant_of(target: &str) -> Option<(&str, &str)> {
    target.strip_prefix("endpoint/")?.split_once("/variant/")
}

async fn apply(
    connection: &mut Connection,
    account_id: i32,
    entity_id: i64,
    counts: &[(DateTime<Utc>, i32)],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let known = capacity::spans(connection, account_id, entity_id).await?;
    let scaled = scaled(&known, counts);
    if scaled != known {
        capacity::replace(connection, account_id, entity_id, &scaled).await?;
        let first = counts.first().map_or(now, |(at, _)| *at);
        store_inventory::mark_stale(connection, account_id, entity_id, first.date_naive(), now.date_naive()).await?;
    }
    Ok(())
}

/// What is known of a variant, with the counts that were set from their moments on. Where it did not run, nothing was
/// scaled; what runs now was described last and stays as it is.
fn scaled(known: &[Span], counts: &[(DateTime<Utc>, i32)]) -> Vec<Span> {
    let mut spans = known.to_vec();
    for (index, (from, count)) in counts.iter().enumerate() {
        let next = counts.get(index + 1).map(|(at, _)| *at);
        let open_since = spans.last().filter(|last| last.to.is_none()).map(|last| last.from);
        let in_force: Vec<Span> = spans
            .iter()
            .filter(|span| next.is_none_or(|next| span.from < next) && span.to.is_none_or(|end| end > *from))
            .filter(|span| next.is_some() || span.to.is_some() || span.count == *count || open_since < Some(*from))
            .map(|span| Span {
                from: span.from.max(*from),
                to: earlier(span.to, next),
                count: *count,
                state: if *count > 0 { State::Serving } else { State::Provisioning },
                source: capacity::Source::Activity,
                ..span.clone()
            })
            .collect();
        for each in in_force {
            spans = span::splice(&spans, each.from, each.to, std::slice::from_ref(&each));
        }
    }
    spans
}

fn earlier(a: Option<DateTime<Utc>>, b: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::capacity::Purchase;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 / 3600 * 3600 + minute * 60, 0).unwrap()
    }

    fn shape(spans: &[Span]) -> Vec<(i64, Option<i64>, i32)> {
        let minute = |t: DateTime<Utc>| (t - at(0)).num_minutes();
        spans.iter().map(|s| (minute(s.from), s.to.map(minute), s.count)).collect()
    }

    fn serving(from: i64, to: Option<i64>, count: i32) -> Span {
        span::serving(at(from), to.map(at), "ml.g5.xlarge", count, Purchase::OnDemand)
    }

    #[test]
    fn counts_hold_from_their_moment_to_the_next() {
        let known = [serving(0, None, 2)];
        let counts = [(at(61), 3), (at(122), 1), (at(183), 2)];
        let found = scaled(&known, &counts);
        assert_eq!(
            shape(&found),
            [(0, Some(61), 2), (61, Some(122), 3), (122, Some(183), 1), (183, None, 2)],
            "before the first one it is as it was described"
        );
        assert_eq!(scaled(&found, &counts), found, "once more changes nothing");
    }

    #[test]
    fn nothing_is_scaled_where_nothing_ran() {
        let known = [serving(0, Some(50), 1), serving(200, Some(300), 1)];
        let found = scaled(&known, &[(at(40), 2), (at(250), 3)]);
        assert_eq!(shape(&found), [(0, Some(40), 1), (40, Some(50), 2), (200, Some(250), 2), (250, Some(300), 3)]);
    }

    #[test]
    fn copies_of_a_component_are_no_instances() {
        assert_eq!(variant_of("endpoint/chat/variant/main"), Some(("chat", "main")));
        assert_eq!(variant_of("inference-component/adapter"), None);
    }
}
