//! Resources that AWS was not asked about: a file tells of them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::key;
use crate::kind::{Kind, Section};
use crate::store::capacity::{self, Span};
use crate::store::inventory::{self as store_inventory, Entity, Resource};
use crate::store::load::{self, Load};
use crate::store::{Connection, StoreError, tag};

/// What every file tells of a resource.
#[derive(Debug, Clone, Copy)]
pub(super) struct Uploaded<'a> {
    pub(super) arn: &'a str,
    pub(super) name: &'a str,
    /// When it was created, or first seen to run.
    pub(super) born: DateTime<Utc>,
    pub(super) region: &'a str,
    pub(super) kind: Kind,
    pub(super) is_async: bool,
    /// Which sort of file told of it.
    pub(super) known_from: &'static str,
}

impl Uploaded<'_> {
    /// The key that its parts are named by.
    pub(super) fn identity(&self) -> String {
        key::resource_key(self.arn, self.born)
    }
}

/// What always held, as far as a file tells.
const ALWAYS: DateTime<Utc> = DateTime::UNIX_EPOCH;

/// A part of a resource, on what it ran, and how busy it was, as far as a file tells.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) entity: Entity,
    pub(super) spans: Vec<Span>,
    pub(super) loads: Vec<Load>,
}

/// Writes a resource with the parts that a file tells of; how many of them ran otherwise than was known.
///
/// With `tags`, they are taken as if they had never been others.
pub(super) async fn write(
    connection: &mut Connection,
    account_id: i32,
    of: &Uploaded<'_>,
    parts: &[Part],
    tags: Option<&BTreeMap<String, String>>,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let resource = resource(of, parts);
    store_inventory::upsert_resource(connection, account_id, &resource, now).await?;
    let retagged = match tags {
        Some(tags) => {
            let told = tag::Told { resource_id: resource.resource_id, tags, source: tag::Source::Usage };
            tag::write(connection, account_id, &told, ALWAYS, ALWAYS).await?
        }
        None => false,
    };
    let mut changed = 0;
    for Part { entity, spans, loads } in parts {
        store_inventory::upsert_entity(connection, account_id, resource.resource_id, entity).await?;
        changed += usize::from(replace(connection, account_id, entity.entity_id, spans, loads, retagged).await?);
    }
    Ok(changed)
}

/// Replaces what a part ran on and how busy it was, and marks the days that this touches; whether it is something else than before.
pub(super) async fn replace(
    connection: &mut Connection,
    account_id: i32,
    entity_id: i64,
    spans: &[Span],
    loads: &[Load],
    retagged: bool,
) -> Result<bool, StoreError> {
    let known = capacity::spans(connection, account_id, entity_id).await?;
    let ran_otherwise = known != spans;
    if ran_otherwise {
        capacity::replace(connection, account_id, entity_id, spans).await?;
    }
    let differs = load::replace(connection, account_id, entity_id, loads).await? || ran_otherwise;
    if differs || retagged {
        let touched = || known.iter().chain(spans);
        let first = touched().map(|span| span.from.date_naive()).min();
        let last = touched().filter_map(|span| span.to).map(|to| to.date_naive()).max();
        if let (Some(first), Some(last)) = (first, last) {
            store_inventory::mark_stale(connection, account_id, entity_id, first, last).await?;
        }
    }
    Ok(differs)
}

/// The resource; it ran from its first stretch to its last.
fn resource(of: &Uploaded<'_>, parts: &[Part]) -> Resource {
    let stretches = || parts.iter().flat_map(|part| &part.spans);
    let from = stretches().map(|span| span.from).min().unwrap_or(of.born);
    let to = stretches().filter_map(|span| span.to).max().unwrap_or(of.born);
    let is_job = of.kind.section() == Section::Jobs;
    Resource {
        resource_id: key::number(&of.identity()),
        arn: of.arn.to_owned(),
        created_at: of.born,
        region: of.region.to_owned(),
        kind: of.kind.as_str(),
        phase: of.kind.phase().as_str(),
        hosting_option: match (of.kind, of.is_async) {
            (Kind::Endpoint, true) => "async",
            (Kind::Endpoint, false) => "real_time",
            _ => "",
        },
        family: key::family(of.name),
        name: of.name.to_owned(),
        status: if is_job { "Completed" } else { "InService" }.to_owned(),
        failure_reason: None,
        started_at: Some(from),
        ended_at: is_job.then_some(to),
        last_modified_at: None,
        training_seconds: None,
        billable_seconds: None,
        is_spot: None,
        attributes: json!({ "known_from": of.known_from }),
    }
}
