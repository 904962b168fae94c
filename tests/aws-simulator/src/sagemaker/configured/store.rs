//! Projects, the Feature Store and monitors.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{Entry, Kind, Words, arn, region_of, tag};
use crate::caller::Site;
use crate::fleet::JobKind;

/// Each value of a tag of the region's jobs, and when it was first seen.
fn first_of<'a>(site: Site<'a>, key: &str) -> BTreeMap<&'a str, DateTime<Utc>> {
    let mut first: BTreeMap<&str, DateTime<Utc>> = BTreeMap::new();
    let jobs = site.region.into_iter().flat_map(|region| &region.jobs);
    for job in jobs.filter(|job| job.created <= site.fleet.now) {
        if let Some(value) = tag(&job.tags, key) {
            let known = first.entry(value).or_insert(job.created);
            *known = job.created.min(*known);
        }
    }
    first
}

pub(super) fn projects(site: Site<'_>) -> Kind<'_> {
    let words = Words {
        list: "ProjectSummaryList",
        name: "ProjectName",
        arn: "ProjectArn",
        created: "CreationTime",
        modified: None,
        status: Some("ProjectStatus"),
        key: "ProjectName",
    };
    let entries = first_of(site, "project").into_iter().map(|(name, first)| Entry {
        name: name.to_owned(),
        arn: arn(site, "project", name),
        created: first - TimeDelta::days(3),
        modified: first - TimeDelta::days(3),
        status: "CreateCompleted",
        summary: json!({ "ProjectId": format!("p-{:012x}", crate::noise::key(5, &[name, region_of(site)]) & 0xffff_ffff_ffff) }),
        description: json!({}),
    });
    (words, entries.collect())
}

/// Whose features were set up twice.
const TWICE: &str = "forecasting";

/// One group for each team; its online store grows by the day.
pub(super) fn feature_groups(site: Site<'_>) -> Kind<'_> {
    let words = Words {
        list: "FeatureGroupSummaries",
        name: "FeatureGroupName",
        arn: "FeatureGroupArn",
        created: "CreationTime",
        modified: None,
        status: Some("FeatureGroupStatus"),
        key: "FeatureGroupName",
    };
    let named = first_of(site, "team").into_iter().flat_map(|(team, first)| {
        // Somebody began anew and left the old one standing.
        let again = (team == TWICE).then(|| (team, first, format!("{team}-features-v2")));
        std::iter::once((team, first, format!("{team}-features"))).chain(again)
    });
    let entries = named.map(|(team, first, name)| {
        let created = first - TimeDelta::days(2);
        let days = (site.fleet.now - created).num_days();
        Entry {
            arn: arn(site, "feature-group", &name),
            created,
            modified: created,
            status: "Created",
            summary: json!({ "OfflineStoreStatus": { "Status": "Active" } }),
            description: group(site, team, days),
            name,
        }
    });
    (words, entries.collect())
}

fn group(site: Site<'_>, team: &str, days: i64) -> Value {
    let feature = |(name, kind): (&str, &str)| json!({ "FeatureName": name, "FeatureType": kind });
    let score = format!("{team}_score");
    let features = [("id", "String"), ("seen_at", "Fractional"), (score.as_str(), "Fractional")].map(feature);
    json!({
        "RecordIdentifierFeatureName": "id",
        "EventTimeFeatureName": "seen_at",
        "FeatureDefinitions": features,
        "OnlineStoreConfig": { "EnableOnlineStore": true, "StorageType": "Standard" },
        "OnlineStoreTotalSizeBytes": 48_000_000 * (days + 1),
        "OfflineStoreConfig": { "S3StorageConfig": { "S3Uri": format!("s3://features-{}/{team}/", site.account.id) } },
        "ThroughputConfig": { "ThroughputMode": "OnDemand" },
        "RoleArn": format!("arn:aws:iam::{}:role/FeatureStore", site.account.id),
    })
}

/// A schedule for each family of monitoring jobs.
pub(super) fn monitors(site: Site<'_>) -> Kind<'_> {
    let words = Words {
        list: "MonitoringScheduleSummaries",
        name: "MonitoringScheduleName",
        arn: "MonitoringScheduleArn",
        created: "CreationTime",
        modified: Some("LastModifiedTime"),
        status: Some("MonitoringScheduleStatus"),
        key: "MonitoringScheduleName",
    };
    let watches =
        site.jobs(JobKind::Processing).any(|job| job.name.starts_with("monitor-") && job.created <= site.fleet.now);
    let watched = site.endpoints().filter(|_| watches).take(1);
    let entries = watched.map(|endpoint| {
        let name = format!("{}-drift", endpoint.name);
        Entry {
            arn: arn(site, "monitoring-schedule", &name),
            created: endpoint.in_service(),
            modified: endpoint.in_service(),
            status: "Scheduled",
            summary: json!({ "EndpointName": endpoint.name, "MonitoringType": "DataQuality" }),
            description: json!({}),
            name,
        }
    });
    (words, entries.collect())
}
