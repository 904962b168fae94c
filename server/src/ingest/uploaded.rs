//! Resources that AWS was not asked about: a file tells of them.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::key;
use crate::kind::{Kind, Section};
use crate::store::inventory::Resource;

/// What every file tells of a resource.
#[derive(Debug, Clone, Copy)]
pub(super) struct Uploaded<'a> {
    pub(super) arn: &'a str,
    pub(super) region: &'a str,
    pub(super) kind: Kind,
    pub(super) is_async: bool,
    /// Which sort of file told of it.
    pub(super) known_from: &'static str,
}

/// The resource, which ran from and to these moments.
pub(super) fn resource(
    of: &Uploaded<'_>,
    name: &str,
    born: DateTime<Utc>,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Resource {
    let is_job = of.kind.section() == Section::Jobs;
    Resource {
        resource_id: key::number(&key::resource_key(of.arn, born)),
        arn: of.arn.to_owned(),
        created_at: born,
        region: of.region.to_owned(),
        kind: of.kind.as_str(),
        phase: of.kind.phase().as_str(),
        hosting_option: match (of.kind, of.is_async) {
            (Kind::Endpoint, true) => "async",
            (Kind::Endpoint, false) => "real_time",
            _ => "",
        },
        family: key::family(name),
        name: name.to_owned(),
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
