//! Where people work: the Studio domain, its people and their spaces, and after how long idle apps are shut down.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{Entry, Kind, Words, arn};
use crate::caller::Site;
use crate::fleet::{DOMAIN, HoldingKind};

/// Whose apps go on for ever, whatever the domain says.
const RESTLESS: &str = "jonas";

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
        description: json!({ "DefaultUserSettings": settings("ENABLED", Some(120)) }),
    });
    (words, entry.into_iter().collect())
}

fn settings(management: &str, minutes: Option<u32>) -> Value {
    let mut idle = json!({ "LifecycleManagement": management });
    if let (Some(minutes), Some(idle)) = (minutes, idle.as_object_mut()) {
        idle.insert("IdleTimeoutInMinutes".to_owned(), Value::from(minutes));
    }
    json!({ "JupyterLabAppSettings": { "AppLifecycleManagement": { "IdleSettings": idle } } })
}

/// The person in front of the dash of a space's name.
fn owner(space: &str) -> &str {
    space.split('-').next().unwrap_or(space)
}

/// One person for each space.
pub(super) fn people(site: Site<'_>) -> Kind<'_> {
    let words = Words {
        list: "UserProfiles",
        name: "UserProfileName",
        arn: "UserProfileArn",
        created: "CreationTime",
        modified: Some("LastModifiedTime"),
        status: Some("Status"),
        key: "UserProfileName",
    };
    let mut first: BTreeMap<&str, DateTime<Utc>> = BTreeMap::new();
    for (app, _) in site.holdings(HoldingKind::App) {
        let known = first.entry(owner(&app.name)).or_insert(app.created);
        *known = app.created.min(*known);
    }
    let entries = first.into_iter().map(|(name, first)| {
        let created = first - TimeDelta::hours(1);
        Entry {
            name: name.to_owned(),
            arn: arn(site, "user-profile", &format!("{DOMAIN}/{name}")),
            created,
            modified: created,
            status: "InService",
            summary: json!({ "DomainId": DOMAIN }),
            description: if name == RESTLESS {
                json!({ "UserSettings": settings("DISABLED", None) })
            } else {
                json!({ "UserSettings": {} })
            },
        }
    });
    (words, entries.collect())
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
    let entries = site.holdings(HoldingKind::App).map(|(app, _)| {
        let owner = owner(&app.name);
        let storage = json!({ "EbsStorageSettings": { "EbsVolumeSizeInGb": 20 } });
        // Whoever is called Mara is away more often than others.
        let own = if owner == "mara" { json!({ "IdleTimeoutInMinutes": 60 }) } else { json!({}) };
        Entry {
            name: app.name.clone(),
            arn: arn(site, "space", &format!("{DOMAIN}/{}", app.name)),
            created: app.created - TimeDelta::minutes(5),
            modified: app.created,
            status: "InService",
            summary: json!({
                "DomainId": DOMAIN,
                "SpaceSettingsSummary": { "AppType": "JupyterLab", "SpaceStorageSettings": storage },
                "OwnershipSettingsSummary": { "OwnerUserProfileName": owner },
            }),
            description: json!({
                "OwnershipSettings": { "OwnerUserProfileName": owner },
                "SpaceSharingSettings": { "SharingType": "Private" },
                "SpaceSettings": {
                    "AppType": "JupyterLab",
                    "SpaceStorageSettings": storage,
                    "JupyterLabAppSettings": { "AppLifecycleManagement": { "IdleSettings": own } },
                },
            }),
        }
    });
    (words, entries.collect())
}
