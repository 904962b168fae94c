//! Projects, the Feature Store, monitors, and where people work.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{Entry, Kind, Words, arn, region_of, tag};
use crate::caller::Site;
use crate::fleet::{DOMAIN, HoldingKind, JobKind};

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
    let entries = first_of(site, "team").into_iter().map(|(team, first)| {
        let name = format!("{team}-features");
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
    let features = [("id", "String"), ("seen_at", "Fractional"), ("score", "Fractional")].map(feature);
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

pub(super) fn domains(site: Site<'_>) -> Kind<'_> {
    let words = Words {
        list: "Domains",
        name: "DomainName",
        arn: "DomainArn",
        created: "CreationTime",
        modified: Some("LastModifiedTime"),
        status: Some("Status"),
        key: "DomainId",
    };
    let first = site.holdings(HoldingKind::App).map(|(app, _)| app.created).min();
    let entry = first.map(|created| Entry {
        name: "studio".to_owned(),
        arn: arn(site, "domain", DOMAIN),
        created: created - TimeDelta::days(1),
        modified: created - TimeDelta::days(1),
        status: "InService",
        summary: json!({ "DomainId": DOMAIN }),
        description: json!({}),
    });
    (words, entry.into_iter().collect())
}

pub(super) fn spaces(site: Site<'_>) -> Kind<'_> {
    let words = Words {
        list: "Spaces",
        name: "SpaceName",
        // The list holds no ARN; the SDK passes over what it does not know.
        arn: "SpaceArn",
        created: "CreationTime",
        modified: Some("LastModifiedTime"),
        status: Some("Status"),
        key: "SpaceName",
    };
    let entries = site.holdings(HoldingKind::App).map(|(app, _)| Entry {
        name: app.name.clone(),
        arn: arn(site, "space", &format!("{DOMAIN}/{}", app.name)),
        created: app.created - TimeDelta::minutes(5),
        modified: app.created,
        status: "InService",
        summary: json!({
            "DomainId": DOMAIN,
            "SpaceSettingsSummary": {
                "AppType": "JupyterLab",
                "SpaceStorageSettings": { "EbsStorageSettings": { "EbsVolumeSizeInGb": 20 } },
            },
            "OwnershipSettingsSummary": { "OwnerUserProfileName": app.name.split('-').next() },
        }),
        description: json!({}),
    });
    (words, entries.collect())
}
