//! What stops idle notebooks and Studio apps, as far as their settings tell.

use app::parts::number::{count, nearest};
use app::view::AutoStop;
use serde_json::Value;

use super::configuration::{last_segment, number, text};
use crate::store::held::{Asked, SetUp};

/// The apps that Studio can shut down when they are idle.
const STOPPED_WHEN_IDLE: [&str; 2] = ["JupyterLab", "CodeEditor"];

/// What an app belongs to, as its ARN and its name tell: domain, holder and type.
struct App<'a> {
    domain: &'a str,
    holder: &'a str,
    kind: &'a str,
}

/// `arn:aws:sagemaker:us-east-1:1:app/d-1/ada/jupyterlab/default`, called `ada/JupyterLab/default`.
fn app<'a>(arn: &'a str, name: &'a str) -> Option<App<'a>> {
    let domain = arn.split_once(":app/")?.1.split('/').next()?;
    let mut words = name.split('/');
    Some(App { domain, holder: words.next()?, kind: words.next()? })
}

/// Adds what has to be known to say what stops a resource.
pub(super) fn ask(asked: &mut Asked, arn: &str, name: &str) {
    match app(arn, name) {
        Some(app) => {
            asked.holders.push(format!("{}/{}", app.domain, app.holder));
            asked.domains.push(app.domain.to_owned());
        }
        None => asked.notebooks.push(arn.to_owned()),
    }
}

/// What stops a notebook instance, an app or a cluster when nobody uses it.
pub(super) fn auto_stop(set_ups: &[SetUp], arn: &str, name: &str) -> AutoStop {
    if arn.contains(":cluster/") {
        return AutoStop::Never;
    }
    match app(arn, name) {
        Some(app) => of_app(set_ups, &app),
        None => match find(set_ups, "notebook_instance", arn) {
            None => AutoStop::Unknown("its configuration was not read".to_owned()),
            Some(document) => {
                text(document, "lifecycle").map_or(AutoStop::Never, |lifecycle| AutoStop::Script(lifecycle.to_owned()))
            }
        },
    }
}

/// The set-up of a notebook instance or of an app's space.
pub(super) fn document<'a>(set_ups: &'a [SetUp], arn: &str, name: &str) -> Option<&'a Value> {
    match app(arn, name) {
        Some(app) => find(set_ups, "space", &format!("{}/{}", app.domain, app.holder)),
        None => find(set_ups, "notebook_instance", arn),
    }
}

/// Whether at all is said by the person's profile or else by the domain; how long may be said by the space too.
fn of_app(set_ups: &[SetUp], app: &App<'_>) -> AutoStop {
    if !STOPPED_WHEN_IDLE.contains(&app.kind) {
        return AutoStop::Never;
    }
    let unread = |whose: &str| AutoStop::Unknown(format!("the settings of {whose} were not read"));
    let of_domain = set_ups.iter().find(|each| each.kind == "domain" && each.domain == app.domain);
    let Some(domain) = of_domain.map(|each| &each.document).filter(|document| document.get("idle").is_some()) else {
        return unread("its domain");
    };
    let space = find(set_ups, "space", &format!("{}/{}", app.domain, app.holder));
    let is_shared = space.and_then(|space| text(space, "sharing")) == Some("Shared");
    let own = space.and_then(|space| minutes(space, "idle", app.kind)).map(|minutes| (minutes, "its space"));
    let from_domain = |member: &str| minutes(domain, member, app.kind).map(|minutes| (minutes, "its domain"));
    if is_shared {
        return match management(domain, "shared_idle", app.kind) {
            Some("ENABLED") => after(own.or(from_domain("shared_idle"))),
            _ => AutoStop::Never,
        };
    }
    let owner = space.and_then(|space| text(space, "owner")).unwrap_or(app.holder);
    let Some(profile) = find(set_ups, "user_profile", &format!("{}/{owner}", app.domain)) else {
        return unread("its owner");
    };
    let of_owner = minutes(profile, "idle", app.kind).map(|minutes| (minutes, "its owner's profile"));
    match management(profile, "idle", app.kind).or(management(domain, "idle", app.kind)) {
        Some("ENABLED") => after(own.or(of_owner).or(from_domain("idle"))),
        _ => AutoStop::Never,
    }
}

fn after(set: Option<(u64, &str)>) -> AutoStop {
    AutoStop::AfterIdle {
        minutes: set.map(|(minutes, _)| minutes),
        set_by: set.map(|(_, by)| by.to_owned()).unwrap_or_default(),
    }
}

fn find<'a>(set_ups: &'a [SetUp], kind: &str, identifier: &str) -> Option<&'a Value> {
    set_ups.iter().find(|each| each.kind == kind && each.identifier == identifier).map(|each| &each.document)
}

fn management<'a>(document: &'a Value, member: &str, kind: &str) -> Option<&'a str> {
    text(document.get(member)?.get(kind)?, "management")
}

fn minutes(document: &Value, member: &str, kind: &str) -> Option<u64> {
    document.get(member)?.get(kind)?.get("minutes")?.as_u64()
}

/// What a domain, a person or a space sets for idle apps.
pub(super) fn idle_words(document: &Value) -> Vec<String> {
    let told = STOPPED_WHEN_IDLE.into_iter().filter_map(|kind| {
        let minutes = minutes(document, "idle", kind).map(|minutes| format!(" after {} minutes", count(minutes)));
        match management(document, "idle", kind) {
            Some("ENABLED") => Some(format!("idle {kind} apps stop{}", minutes.unwrap_or_default())),
            Some(_) => Some(format!("idle {kind} apps go on")),
            None => minutes.map(|minutes| format!("idle {kind} apps{minutes}, where they stop")),
        }
    });
    told.collect()
}

/// The set-up of a notebook instance or a space: names and values.
pub(super) fn set_up(document: &Value) -> Vec<(String, String)> {
    let yes_no = |name: &str| {
        text(document, name).map(|word| match word {
            "Enabled" => "yes".to_owned(),
            "Disabled" => "no".to_owned(),
            other => other.to_owned(),
        })
    };
    let encrypted = document.get("encrypted").and_then(Value::as_bool);
    let rows = [
        ("Volume", number(document, "volume_gb").map(|size| format!("{} GB", nearest(size)))),
        ("Key of KMS", encrypted.map(|own| if own { "own key" } else { "key of AWS" }.to_owned())),
        ("Direct internet access", yes_no("direct_internet_access")),
        ("Root access", yes_no("root_access")),
        ("Lifecycle configuration", lifecycle(document)),
        ("Role", text(document, "role").map(|role| last_segment(role).to_owned())),
        ("Owner in Studio", text(document, "owner").map(str::to_owned)),
        ("Sharing", text(document, "sharing").map(str::to_lowercase)),
    ];
    rows.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// None is an answer where it was asked for; of a space nobody asks.
fn lifecycle(document: &Value) -> Option<String> {
    let asked = document.get("lifecycle")?;
    Some(asked.as_str().unwrap_or("none").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ARN: &str = "arn:aws:sagemaker:us-east-1:1:app/d-1/ada-lab/jupyterlab/default";

    fn of(kind: &str, identifier: &str, document: Value) -> SetUp {
        SetUp { kind: kind.to_owned(), identifier: identifier.to_owned(), domain: "d-1".to_owned(), document }
    }

    fn idle(management: Option<&str>, minutes: Option<u64>) -> Value {
        json!({ "JupyterLab": { "management": management, "minutes": minutes } })
    }

    /// An app in Ada's space, with what domain, person and space say.
    fn stops(domain: Value, person: Value, space: Value, sharing: &str) -> AutoStop {
        let all = [
            of("domain", "arn:domain", json!({ "idle": domain, "shared_idle": idle(Some("ENABLED"), Some(240)) })),
            of("user_profile", "d-1/ada", json!({ "idle": person })),
            of("space", "d-1/ada-lab", json!({ "owner": "ada", "sharing": sharing, "idle": space })),
        ];
        auto_stop(&all, ARN, "ada-lab/JupyterLab/default")
    }

    fn idle_for(minutes: u64, by: &str) -> AutoStop {
        AutoStop::AfterIdle { minutes: Some(minutes), set_by: by.to_owned() }
    }

    #[test]
    fn the_nearest_setting_counts_and_a_space_switches_nothing_on() {
        let (on, off) = (Some("ENABLED"), Some("DISABLED"));
        let nothing = || Value::Null;
        let rows = [
            (idle(on, Some(60)), nothing(), nothing(), idle_for(60, "its domain")),
            (idle(on, Some(60)), idle(on, Some(90)), nothing(), idle_for(90, "its owner's profile")),
            (idle(on, Some(60)), idle(on, None), idle(None, Some(30)), idle_for(30, "its space")),
            (idle(on, Some(60)), idle(off, None), idle(None, Some(30)), AutoStop::Never),
            (nothing(), nothing(), idle(None, Some(30)), AutoStop::Never),
        ];
        for (domain, person, space, expected) in rows {
            assert_eq!(stops(domain, person, space, "Private"), expected);
        }
        assert_eq!(stops(Value::Null, idle(off, None), Value::Null, "Shared"), idle_for(240, "its domain"));
    }

    #[test]
    fn what_was_not_read_is_unknown_and_not_nothing() {
        let unknown = |found| matches!(found, AutoStop::Unknown(_));
        assert!(unknown(auto_stop(&[], ARN, "ada-lab/JupyterLab/default")));
        let domain = of("domain", "arn:domain", json!({ "idle": idle(Some("ENABLED"), Some(60)) }));
        assert!(unknown(auto_stop(&[domain], ARN, "ada-lab/JupyterLab/default")), "its owner may have said otherwise");
        assert_eq!(auto_stop(&[], ARN, "ada-lab/KernelGateway/x"), AutoStop::Never, "Studio stops none of these");

        let notebook = "arn:aws:sagemaker:us-east-1:1:notebook-instance/n";
        assert!(unknown(auto_stop(&[], notebook, "n")));
        let with = |lifecycle: Value| [of("notebook_instance", notebook, json!({ "lifecycle": lifecycle }))];
        assert_eq!(auto_stop(&with(Value::Null), notebook, "n"), AutoStop::Never);
        assert_eq!(auto_stop(&with(json!("stop-idle")), notebook, "n"), AutoStop::Script("stop-idle".to_owned()));
    }
}
