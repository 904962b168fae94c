//! Things known only as they stand: what was seen now is spliced into what was known before.

use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

use super::part::{self, Part};
use crate::ingest::{Options, key, span};
use crate::kind::Kind;
use crate::store::capacity::{self, Purchase, Span};
use crate::store::inventory::{self as store_inventory, Resource};
use crate::store::{Connection, StoreError, tag};

/// A standing resource with the parts that hold instances now.
pub(super) struct Standing<'a> {
    pub(super) resource: &'a Resource,
    pub(super) tags: &'a BTreeMap<String, String>,
    /// Since when its parts are as they are, as far as AWS tells; used for parts seen for the first time.
    pub(super) since: DateTime<Utc>,
    pub(super) parts: Vec<StandingPart<'a>>,
}

/// A part that holds instances now.
pub(super) struct StandingPart<'a> {
    pub(super) name: &'a str,
    pub(super) config: &'a str,
    pub(super) instance_type: &'a str,
    pub(super) count: i32,
    pub(super) purchase: Purchase,
    /// When each of them was launched, where AWS tells.
    pub(super) launched: &'a [DateTime<Utc>],
}

/// What is still there, for closing what is not.
pub(super) struct Present {
    pub(super) resource_id: i64,
    pub(super) last_modified_at: Option<DateTime<Utc>>,
    pub(super) entities: Vec<i64>,
}

/// Writes a standing resource and its parts.
pub(super) async fn write(
    connection: &mut Connection,
    account_id: i32,
    region: &str,
    standing: &Standing<'_>,
    options: &Options,
) -> Result<Present, StoreError> {
    let (resource, now) = (standing.resource, options.now);
    let identity = key::resource_key(&resource.arn, resource.created_at);
    let before = store_inventory::known(connection, account_id, resource.resource_id).await?;
    store_inventory::upsert_resource(connection, account_id, resource, now).await?;
    let carried = tag::Told { resource_id: resource.resource_id, tags: standing.tags, source: tag::Source::Api };
    tag::write(connection, account_id, &carried, resource.created_at, now).await?;
    // Under a new configuration the instances are others, from the moment AWS last changed the resource.
    let config_since = match &before {
        Some(before) => resource.last_modified_at.unwrap_or(now).clamp(before.last_seen_at.min(now), now),
        None => standing.since,
    };
    let mut entities = Vec::new();
    for each in &standing.parts {
        let entity = key::entity(&identity, each.name, each.config, 1, each.instance_type);
        entities.push(entity.entity_id);
        let known = capacity::spans(connection, account_id, entity.entity_id).await?;
        let spans = observed(&known, each, config_since, now);
        // What stands has run on since it was last seen, so its days are due in any case.
        let since = before.as_ref().map_or(standing.since, |before| before.last_seen_at).max(options.from);
        let described =
            Part { entity: &entity, described: &spans, earliest: options.from.date_naive(), changed: false };
        part::write(connection, account_id, region, resource, &described, now).await?;
        store_inventory::mark_stale(connection, account_id, entity.entity_id, since.date_naive(), now.date_naive())
            .await?;
    }
    Ok(Present { resource_id: resource.resource_id, last_modified_at: resource.last_modified_at, entities })
}

/// What is known of a part's capacity, brought up to what was seen now.
fn observed(known: &[Span], part: &StandingPart<'_>, since: DateTime<Utc>, now: DateTime<Utc>) -> Vec<Span> {
    let serving = |from| span::serving(from, None, part.instance_type, part.count, part.purchase);
    match known.last() {
        None => launches(part).unwrap_or_else(|| vec![serving(since)]),
        Some(last)
            if last.to.is_none()
                && (last.count, last.purchase, last.instance_type.as_str())
                    == (part.count, part.purchase, part.instance_type) =>
        {
            known.to_vec()
        }
        // It had ended and stands again: since AWS last changed it, but not before it was known to have ended.
        Some(last) if last.to.is_some() => {
            let from = since.max(last.to.unwrap_or(since)).min(now);
            span::splice(known, from, None, &[serving(from)])
        }
        Some(_) => span::splice(known, now, None, &[serving(now)]),
    }
}

/// One instance more from each launch on; `None` where AWS does not tell of all of them.
fn launches(part: &StandingPart<'_>) -> Option<Vec<Span>> {
    let mut launched = part.launched.to_vec();
    launched.sort_unstable();
    let told = i32::try_from(launched.len()).ok()?;
    if told == 0 || told != part.count {
        return None;
    }
    let spans = launched.into_iter().zip(1..).fold(Vec::new(), |spans, (from, count)| {
        let serving = span::serving(from, None, part.instance_type, count, part.purchase);
        span::splice(&spans, from, None, &[serving])
    });
    Some(spans)
}

/// Ends the capacity of parts that AWS no longer names: deleted or stopped resources, and parts of an older configuration.
pub(super) async fn close_what_is_gone(
    connection: &mut Connection,
    account_id: i32,
    region: &str,
    kind: Kind,
    present: &[Present],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for part in store_inventory::open_parts(connection, account_id, region, kind).await? {
        if present.iter().any(|each| each.entities.contains(&part.entity_id)) {
            continue;
        }
        let still_there = present.iter().find(|each| each.resource_id == part.resource_id);
        let end = still_there.and_then(|each| each.last_modified_at).unwrap_or(now).min(now);
        let spans = capacity::spans(connection, account_id, part.entity_id).await?;
        let closed = span::splice(&spans, end, None, &[]);
        capacity::replace(connection, account_id, part.entity_id, &closed).await?;
        store_inventory::mark_stale(connection, account_id, part.entity_id, end.date_naive(), now.date_naive()).await?;
        if still_there.is_none() {
            store_inventory::mark_gone(connection, account_id, part.resource_id, now).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 / 3600 * 3600 + hour * 3600, 0).unwrap()
    }

    fn shape(spans: &[Span]) -> Vec<(i64, Option<i64>, i32)> {
        let hour = |t: DateTime<Utc>| (t - at(0)).num_hours();
        spans.iter().map(|s| (hour(s.from), s.to.map(hour), s.count)).collect()
    }

    fn part(count: i32) -> StandingPart<'static> {
        StandingPart {
            name: "main",
            config: "",
            instance_type: "ml.t3.medium",
            count,
            purchase: Purchase::OnDemand,
            launched: &[],
        }
    }

    #[test]
    fn nodes_count_from_their_launch() {
        let launched = [at(4), at(0), at(4)];
        let of = |count, launched| StandingPart { count, launched, ..part(count) };
        let spans = observed(&[], &of(3, &launched), at(-90), at(9));
        assert_eq!(shape(&spans), [(0, Some(4), 1), (4, None, 3)]);
        let untold = observed(&[], &of(2, &launched), at(-90), at(9));
        assert_eq!(shape(&untold), [(-90, None, 2)], "launches of nodes that are gone tell nothing");
    }

    #[test]
    fn what_stands_again_has_a_gap() {
        let first = observed(&[], &part(1), at(0), at(5));
        assert_eq!(shape(&first), [(0, None, 1)]);
        assert_eq!(observed(&first, &part(1), at(0), at(6)), first, "nothing changed");
        let stopped = span::splice(&first, at(8), None, &[]);
        let again = observed(&stopped, &part(1), at(20), at(24));
        assert_eq!(shape(&again), [(0, Some(8), 1), (20, None, 1)]);
        let untold = observed(&stopped, &part(1), at(2), at(24));
        assert_eq!(shape(&untold), [(0, None, 1)], "AWS tells of no later start than the one that was known");
        let more = observed(&again, &part(3), at(20), at(30));
        assert_eq!(shape(&more), [(0, Some(8), 1), (20, Some(30), 1), (30, None, 3)]);
    }
}
