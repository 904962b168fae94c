//! Buckets, log groups, notebook instances and roles, in words.

use app::parts::number::{count, nearest};
use serde_json::Value;

use super::configuration::{bytes_in_words, last_segment, list, number, text};
use crate::aws::facts::ItemKind;
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::kind::Kind;
use crate::store::in_use::{self, Users};

/// What a bucket says of itself, seen from the region that uses it.
pub(super) fn bucket(document: &Value, region: &str) -> Vec<String> {
    let used_for = words(document, "used_for");
    let used_for = (!used_for.is_empty()).then(|| format!("used for {}", used_for.join(", ")));
    if document.get("own") == Some(&Value::Bool(false)) {
        let other = "belongs to another account, whose rules are not read".to_owned();
        return used_for.into_iter().chain([other]).collect();
    }
    let elsewhere = text(document, "region").filter(|own| *own != region);
    let refused = words(document, "refused");
    let refused = (!refused.is_empty()).then(|| format!("{} was refused", refused.join(", ")));
    let parts = [
        used_for,
        elsewhere.map(|region| format!("lies in {region}")),
        lifecycle(document),
        encryption(document).map(str::to_owned),
        versioning(document).map(str::to_owned),
        refused,
    ];
    parts.into_iter().flatten().collect()
}

/// How new objects are encrypted; nothing where it could not be read.
pub(super) fn encryption(document: &Value) -> Option<&'static str> {
    match text(document, "encryption")? {
        "none" => Some("no default encryption"),
        "AES256" => Some("encrypted with keys of S3"),
        _ => Some("encrypted with a key of KMS"),
    }
}

/// What becomes of what is written over; nothing where it could not be read.
pub(super) fn versioning(document: &Value) -> Option<&'static str> {
    match text(document, "versioning")? {
        "Enabled" => Some("old versions are kept"),
        "Suspended" => Some("versioning is suspended"),
        _ => Some("no versions"),
    }
}

/// The rules that are on; nothing where they could not be read.
pub(super) fn rules_on(document: &Value) -> Option<Vec<&Value>> {
    let rules = document.get("lifecycle")?.as_array()?;
    Some(rules.iter().filter(|rule| rule.get("enabled") == Some(&Value::Bool(true))).collect())
}

/// What the rules that are on do; nothing where they could not be read.
pub(super) fn lifecycle(document: &Value) -> Option<String> {
    let on = rules_on(document)?;
    if on.is_empty() {
        let kept = "so everything is kept for ever";
        let off =
            if list(document, "lifecycle").is_empty() { "no lifecycle rule" } else { "its lifecycle rules are off" };
        return Some(format!("{off}, {kept}"));
    }
    let does = on.into_iter().flat_map(|rule| {
        let days = |name: &str| number(rule, name).map(|days| format!("{} days", nearest(days)));
        let moves = list(rule, "moves").iter().filter_map(|each| {
            let (after, class) = (each.get(0)?.as_f64()?, each.get(1)?.as_str()?);
            Some(format!("moved to {class} after {} days", nearest(after)))
        });
        let ends = [
            days("deletes_after_days").map(|days| format!("deleted after {days}")),
            days("deletes_old_versions_after_days").map(|days| format!("old versions deleted after {days}")),
            days("ends_uploads_after_days").map(|days| format!("unfinished uploads deleted after {days}")),
        ];
        let place = text(rule, "prefix").filter(|prefix| !prefix.is_empty());
        let place = place.map(|prefix| format!("{prefix}: ")).unwrap_or_default();
        moves.chain(ends.into_iter().flatten()).map(move |what| format!("{place}{what}")).collect::<Vec<_>>()
    });
    Some(does.collect::<Vec<_>>().join(", "))
}

pub(super) fn log_group(document: &Value) -> Vec<String> {
    let kept = match number(document, "retention_days") {
        Some(days) => format!("kept for {} days", nearest(days)),
        None => "never expires".to_owned(),
    };
    let stored = number(document, "stored_bytes").map(|bytes| format!("{} stored", bytes_in_words(bytes)));
    [kept].into_iter().chain(stored).collect()
}

pub(super) fn notebook(document: &Value) -> Vec<String> {
    let is = |name: &str| text(document, name) == Some("Enabled");
    let parts = [
        text(document, "instance_type").map(str::to_owned),
        number(document, "volume_gb").map(|size| format!("{} GB", nearest(size))),
        is("direct_internet_access").then(|| "reaches the internet directly".to_owned()),
        is("root_access").then(|| "root access".to_owned()),
        text(document, "role").map(|role| format!("role {}", last_segment(role))),
    ];
    parts.into_iter().flatten().collect()
}

pub(super) fn role(document: &Value) -> Vec<String> {
    words(document, "used_by").into_iter().map(|kind| kind_in_words(kind, 2)).collect()
}

/// Who works with each role that is known.
pub(super) async fn users(desk: &mut Desk) -> Result<Vec<Users>, Problem> {
    Ok(in_use::users(desk.connection()).await?)
}

/// Who works with a role, with how many there are of each kind.
pub(super) fn used_by(users: &[Users], arn: &str) -> String {
    let own = users.iter().filter(|each| each.role == arn);
    own.map(|each| users_of_a_kind(&each.kind, each.many, &each.example)).collect::<Vec<_>>().join(", ")
}

/// How many of a kind there are, with one of them.
pub(super) fn users_of_a_kind(kind: &str, many: i64, example: &str) -> String {
    let briefly = users_briefly(kind, many, example);
    if many == 1 { briefly } else { format!("{briefly} such as {example}") }
}

/// How many of a kind there are, or which one.
pub(super) fn users_briefly(kind: &str, many: i64, example: &str) -> String {
    let words = kind_in_words(kind, many);
    if many == 1 { format!("{words} {example}") } else { format!("{} {words}", count(many)) }
}

fn kind_in_words(word: &str, many: i64) -> String {
    if let Some(kind) = ItemKind::ALL.into_iter().find(|kind| kind.as_str() == word) {
        return if many == 1 { kind.singular() } else { kind.plural() }.to_owned();
    }
    let one = match Kind::parse(word) {
        Some(Kind::Training) => "training job",
        Some(Kind::Processing) => "processing job",
        Some(Kind::Transform) => "batch transform job",
        Some(Kind::Endpoint) => "endpoint",
        Some(Kind::Notebook) => "notebook instance",
        Some(Kind::App) => "Studio app",
        Some(Kind::Cluster) => "HyperPod cluster",
        None => word,
    };
    if many == 1 { one.to_owned() } else { format!("{one}s") }
}

pub(super) fn words<'a>(document: &'a Value, name: &str) -> Vec<&'a str> {
    list(document, name).iter().filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_bucket_says_what_becomes_of_its_objects() {
        let own = |more: Value| {
            let mut document = json!({ "own": true, "region": "us-east-1", "used_for": ["checkpoints"] });
            document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            bucket(&document, "us-east-1").join("; ")
        };
        let rule =
            json!({ "enabled": true, "prefix": "runs/", "deletes_after_days": 30, "moves": [[7, "GLACIER_IR"]] });
        let rows = [
            (json!({ "lifecycle": [] }), "used for checkpoints; no lifecycle rule, so everything is kept for ever"),
            (
                json!({ "lifecycle": [rule], "encryption": "aws:kms", "versioning": "Enabled" }),
                "used for checkpoints; runs/: moved to GLACIER_IR after 7 days, runs/: deleted after 30 days; \
                 encrypted with a key of KMS; old versions are kept",
            ),
            (
                json!({ "lifecycle": [{ "enabled": false, "deletes_after_days": 1 }], "region": "eu-west-1" }),
                "used for checkpoints; lies in eu-west-1; its lifecycle rules are off, so everything is kept for ever",
            ),
            (
                json!({ "lifecycle": null, "refused": ["s3:GetLifecycleConfiguration"], "encryption": "none" }),
                "used for checkpoints; no default encryption; s3:GetLifecycleConfiguration was refused",
            ),
            (json!({ "own": false }), "used for checkpoints; belongs to another account, whose rules are not read"),
        ];
        for (more, expected) in rows {
            assert_eq!(own(more), expected);
        }
    }

    #[test]
    fn logs_without_a_limit_never_expire() {
        let said = |document| log_group(&document).join(", ");
        assert_eq!(
            said(json!({ "retention_days": null, "stored_bytes": 2_500_000_000_u64 })),
            "never expires, 2.50 GB stored"
        );
        assert_eq!(said(json!({ "retention_days": 30 })), "kept for 30 days");
    }

    #[test]
    fn a_role_names_its_users() {
        let users = |kind: &str, many| Users {
            role: "arn:aws:iam::1:role/a".to_owned(),
            kind: kind.to_owned(),
            many,
            example: "chat".to_owned(),
        };
        let all =
            [users("endpoint", 1), users("training", 12), Users { role: "other".to_owned(), ..users("model", 2) }];
        assert_eq!(used_by(&all, "arn:aws:iam::1:role/a"), "endpoint chat, 12 training jobs such as chat");
        assert_eq!(role(&json!({ "used_by": ["feature_group", "training"] })), ["feature groups", "training jobs"]);
    }
}
