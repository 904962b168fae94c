//! One part of a resource, and everything that follows from a change of it: days to estimate, windows to read for it.

use chrono::{DateTime, NaiveDate, Utc};

use crate::store::capacity::{self, Span};
use crate::store::inventory::{self as store_inventory, Entity, Resource};
use crate::store::{self, Connection, StoreError};

/// A part of a resource as it was just described.
pub(super) struct Part<'a> {
    pub(super) entity: &'a Entity,
    pub(super) described: &'a [Span],
    /// Days before this are not estimated: of a standing thing's past AWS tells nothing but what metrics show.
    pub(super) earliest: NaiveDate,
    /// Whether something else than the capacity changed that bears on the numbers.
    pub(super) changed: bool,
}

/// Writes one part.
pub(super) async fn write(
    connection: &mut Connection,
    account_id: i32,
    region: &str,
    resource: &Resource,
    part: &Part<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let entity_id = part.entity.entity_id;
    let is_new = store_inventory::upsert_entity(connection, account_id, resource.resource_id, part.entity).await?;
    let old = capacity::spans(connection, account_id, entity_id).await?;
    let respanned = old != part.described;
    if respanned {
        capacity::replace(connection, account_id, entity_id, part.described).await?;
    }
    if is_new || respanned || part.changed {
        let born = resource.created_at.date_naive();
        let (first, last) = days_touched(&[old.as_slice(), part.described].concat(), born, now);
        let first = first.min(born).max(part.earliest);
        store_inventory::mark_stale(connection, account_id, entity_id, first, last).await?;
    }
    if let (true, Some(first)) = (is_new, part.described.first()) {
        let to = part.described.last().and_then(|last| last.to);
        store::window::reopen_for_entity(connection, account_id, region, entity_id, first.from, to).await?;
    }
    Ok(())
}

fn days_touched(spans: &[Span], born: NaiveDate, now: DateTime<Utc>) -> (NaiveDate, NaiveDate) {
    let first = spans.iter().map(|span| span.from.date_naive()).min().unwrap_or(born);
    let last = spans.iter().map(|span| span.to.unwrap_or(now).date_naive()).max().unwrap_or(born);
    (first, last.max(first))
}
