//! What is kept rather than run.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use app::view::{
    BucketRow, FeatureGroupRow, LogGroupRow, Note, NoteWeight, PageState, Shown, StorageSummary, StorageView, TwinRow,
    Unit,
};
use chrono::{DateTime, Duration, Utc};
use serde_json::Value;

use super::configuration::{bytes_in_words, number, text};
use super::pipelines::moments;
use super::{in_use, lists, reach};
use crate::aws::facts::ItemKind;
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::query::{Allowed, Query, escape};
use crate::store::selection::Filter;
use crate::store::storage::{self, BucketUser, GroupUse, Kept};

/// What the page understands.
pub const ALLOWED: Allowed = Allowed { sorts: &[], search: true, own: &[] };
/// Days without a read or a write after which a feature group counts as unused.
const UNUSED_DAYS: i64 = 30;
/// What only jobs name is in use for so long after the last of them was created.
const NAMED_DAYS: i64 = 90;
/// Log groups that the page lists; the file lists all.
const MOST: usize = 100;

/// Everything that is kept and that the filter leaves, what nobody tends first.
#[derive(Debug, Default)]
pub struct Found {
    /// Buckets in use.
    pub buckets: Vec<FoundBucket>,
    /// Feature groups.
    pub feature_groups: Vec<FoundGroup>,
    /// Log groups.
    pub log_groups: Vec<FoundLog>,
    without_filters: u64,
}

/// A bucket, from wherever it is used.
#[derive(Debug, Clone)]
pub struct FoundBucket {
    /// As it was last read.
    pub kept: Kept,
    /// What it is used for, in words.
    pub used_for: Vec<String>,
    /// Who uses it, in words: how many of a kind, and the same with one of them.
    pub used_by: Vec<(String, String)>,
    /// What there is to see.
    pub notes: Vec<Note>,
}

/// A feature group with its use.
#[derive(Debug, Clone)]
pub struct FoundGroup {
    /// As it was last read.
    pub kept: Kept,
    /// How its online store was used.
    pub used: Option<GroupUse>,
    /// Whether it is.
    pub note: Note,
    /// Other groups that hold the same.
    pub twins: Vec<Twin>,
}

/// Another feature group that holds the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twin {
    /// Its name.
    pub name: String,
    /// The installation's number of its account.
    pub account_id: i32,
    /// Its region.
    pub region: String,
    /// Whether both are written to one place; else they have the same features by the same identifier.
    pub is_one_place: bool,
}

/// A log group.
#[derive(Debug, Clone)]
pub struct FoundLog {
    /// As it was last read.
    pub kept: Kept,
    /// Whether it ever expires.
    pub note: Note,
}

/// Finds what is kept.
///
/// # Errors
/// When the database refuses.
pub async fn find(desk: &mut Desk, query: &Query) -> Result<Found, Problem> {
    let filter = desk.filter(query);
    let (from, to) = moments(filter.period);
    let now = desk.now;
    let standing = storage::standing(desk.connection()).await?;
    let users = storage::bucket_users(desk.connection(), now - Duration::days(NAMED_DAYS)).await?;
    let uses = storage::group_uses(desk.connection(), from, to).await?;
    let mut found = Found::default();
    let groups: Vec<Kept> = standing.iter().filter(|kept| kept.kind == "feature_group").cloned().collect();
    let mut buckets: BTreeMap<(i32, String), Vec<Kept>> = BTreeMap::new();
    for kept in standing {
        let is_wanted = passes(&kept, &filter);
        match kept.kind.as_str() {
            "bucket" => buckets.entry((kept.account_id, kept.name.clone())).or_default().push(kept),
            "log_group" => {
                found.without_filters += 1;
                let note = log_note(&kept.document);
                found.log_groups.extend(is_wanted.then_some(FoundLog { kept, note }));
            }
            _ => {
                found.without_filters += 1;
                let same = |each: &&GroupUse| {
                    (each.account_id, &each.region, &each.name) == (kept.account_id, &kept.region, &kept.name)
                };
                let used = uses.iter().find(same).cloned();
                let note = group_note(&kept, used.as_ref(), now);
                if is_wanted {
                    let twins = twins(&kept, &groups);
                    found.feature_groups.push(FoundGroup { kept, used, note, twins });
                }
            }
        }
    }
    for together in buckets.into_values() {
        found.without_filters += 1;
        if together.iter().any(|kept| passes(kept, &filter)) {
            found.buckets.extend(bucket(together, &users));
        }
    }
    found.buckets.sort_by_cached_key(|each| (Reverse(worst(&each.notes)), each.kept.name.clone()));
    found
        .feature_groups
        .sort_by_cached_key(|each| (Reverse(each.note.weight), each.twins.is_empty(), each.kept.name.clone()));
    found
        .log_groups
        .sort_by_cached_key(|each| (Reverse(each.note.weight), Reverse(bytes(each)), each.kept.name.clone()));
    Ok(found)
}

/// Loads the page.
///
/// # Errors
/// When the database refuses.
pub async fn load(desk: &mut Desk, query: &Query) -> Result<StorageView, Problem> {
    let filter = desk.filter(query);
    let found = find(desk, query).await?;
    let kinds = [ItemKind::Bucket, ItemKind::FeatureGroup, ItemKind::LogGroup];
    let reach = reach::of(desk, &filter, &kinds).await?;
    let rows = found.buckets.len() + found.feature_groups.len() + found.log_groups.len();
    let state = match rows {
        0 if desk.accounts.is_empty() => PageState::NoSource,
        0 if filter.narrows() => lists::filtered_away(query, filter.period, found.without_filters),
        0 => PageState::TrulyZero,
        _ => PageState::Ready,
    };
    Ok(StorageView {
        state,
        reach,
        period: app::parts::number::period(filter.period.from, filter.period.to),
        unused_days: UNUSED_DAYS.unsigned_abs(),
        summary: summary(&found),
        buckets: found.buckets.iter().map(|each| bucket_row(desk, each)).collect(),
        feature_groups: found.feature_groups.iter().map(|each| group_row(desk, each)).collect(),
        log_groups: found.log_groups.iter().take(MOST).map(|each| log_row(desk, each)).collect(),
        log_groups_left: found.log_groups.len().saturating_sub(MOST) as u64,
    })
}

fn passes(kept: &Kept, filter: &Filter) -> bool {
    let named = |text: &String| kept.name.to_lowercase().contains(&text.to_lowercase());
    filter.admits_place(kept.account_id, &kept.region) && filter.search.as_ref().is_none_or(named)
}

fn summary(found: &Found) -> StorageSummary {
    let is_problem = |note: &Note| note.weight == NoteWeight::Problem;
    let sizes = || found.log_groups.iter().filter_map(|each| number(&each.kept.document, "stored_bytes"));
    let kept = |each: &&FoundBucket| in_use::rules_on(&each.kept.document).is_some_and(|rules| rules.is_empty());
    StorageSummary {
        buckets: found.buckets.len() as u64,
        buckets_kept: found.buckets.iter().filter(kept).count() as u64,
        log_groups: found.log_groups.len() as u64,
        logs_kept: found.log_groups.iter().filter(|each| is_problem(&each.note)).count() as u64,
        log_bytes: sizes().next().is_some().then(|| bytes_in_words(sizes().sum())),
        feature_groups: found.feature_groups.len() as u64,
        groups_unused: found.feature_groups.iter().filter(|each| is_problem(&each.note)).count() as u64,
    }
}

/// A bucket that is used from several regions is still one; its rules were read last where its uses are the most.
fn bucket(together: Vec<Kept>, users: &[BucketUser]) -> Option<FoundBucket> {
    let mut used_for: Vec<String> =
        together.iter().flat_map(|kept| in_use::words(&kept.document, "used_for")).map(str::to_owned).collect();
    used_for.sort();
    used_for.dedup();
    let kept = together.into_iter().max_by_key(|kept| in_use::words(&kept.document, "used_for").len())?;
    let own = users.iter().filter(|each| each.account_id == kept.account_id && each.bucket == kept.name);
    let in_words = |each: &BucketUser| {
        let briefly = in_use::users_briefly(&each.kind, each.many, &each.example);
        (briefly, in_use::users_of_a_kind(&each.kind, each.many, &each.example))
    };
    let used_by = own.map(in_words).collect();
    Some(FoundBucket { notes: bucket_notes(&kept.document), kept, used_for, used_by })
}

fn note(weight: NoteWeight, words: impl Into<String>) -> Note {
    Note { weight, words: words.into() }
}

fn bucket_notes(document: &Value) -> Vec<Note> {
    if document.get("own") == Some(&Value::Bool(false)) {
        return vec![note(NoteWeight::Open, "Another account's")];
    }
    let mut notes = Vec::new();
    match in_use::rules_on(document) {
        None => notes.push(note(NoteWeight::Open, "Rules not read")),
        Some(rules) if rules.is_empty() && super::configuration::list(document, "lifecycle").is_empty() => {
            notes.push(note(NoteWeight::Problem, "No lifecycle rule"));
        }
        Some(rules) if rules.is_empty() => notes.push(note(NoteWeight::Problem, "Rules are off")),
        Some(rules) => {
            let keeps_versions = text(document, "versioning") == Some("Enabled");
            let ends_versions = |rule: &&Value| number(rule, "deletes_old_versions_after_days").is_some();
            if keeps_versions && !rules.iter().any(ends_versions) {
                notes.push(note(NoteWeight::Problem, "Old versions kept"));
            }
        }
    }
    if notes.is_empty() && !in_use::words(document, "refused").is_empty() {
        notes.push(note(NoteWeight::Open, "Read in part"));
    }
    if notes.is_empty() {
        notes.push(note(NoteWeight::Good, "Has rules"));
    }
    notes
}

fn worst(notes: &[Note]) -> NoteWeight {
    notes.iter().map(|note| note.weight).max().unwrap_or_default()
}

fn log_note(document: &Value) -> Note {
    match number(document, "retention_days") {
        Some(_) => note(NoteWeight::Good, "Expires"),
        None => note(NoteWeight::Problem, "Kept for ever"),
    }
}

/// Whether a feature group is used, as far as it has been watched for long enough.
fn group_note(kept: &Kept, used: Option<&GroupUse>, now: DateTime<Utc>) -> Note {
    if kept.document.get("online") != Some(&Value::Bool(true)) {
        return note(NoteWeight::Open, "Not watched");
    }
    let limit = now - Duration::days(UNUSED_DAYS);
    if let Some(at) = used.and_then(|used| used.used_at) {
        return match (now - at).num_days() {
            days if at < limit => {
                note(NoteWeight::Problem, format!("Unused for {} days", app::parts::number::count(days)))
            }
            _ => note(NoteWeight::Good, "In use"),
        };
    }
    let watched_since = used.and_then(|used| used.watched_since);
    let since = watched_since.max(kept.created_at).filter(|_| watched_since.is_some());
    match since {
        Some(since) if since <= limit => note(NoteWeight::Problem, format!("Unused for {UNUSED_DAYS} days")),
        Some(_) => note(NoteWeight::Open, "Too new to tell"),
        None => note(NoteWeight::Open, "Not watched"),
    }
}

/// The other groups that hold what a group holds: the same features by the same record identifier, or one place in S3.
fn twins(own: &Kept, groups: &[Kept]) -> Vec<Twin> {
    let place = |kept: &Kept| text(&kept.document, "written_to").map(|uri| uri.trim_end_matches('/').to_owned());
    let features = |kept: &Kept| {
        let names = in_use::words(&kept.document, "feature_names");
        let identifier = text(&kept.document, "record_identifier").filter(|_| !names.is_empty())?;
        Some((identifier.to_owned(), names.join("\n")))
    };
    let is_same = |kept: &Kept| (kept.account_id, &kept.region, &kept.name) == (own.account_id, &own.region, &own.name);
    let twin = |kept: &Kept| {
        let is_one_place = place(own).is_some() && place(own) == place(kept);
        let is_alike = features(own).is_some() && features(own) == features(kept);
        (is_one_place || is_alike).then(|| Twin {
            name: kept.name.clone(),
            account_id: kept.account_id,
            region: kept.region.clone(),
            is_one_place,
        })
    };
    groups.iter().filter(|kept| !is_same(kept)).filter_map(twin).collect()
}

fn bytes(log: &FoundLog) -> i64 {
    log.kept.document.get("stored_bytes").and_then(Value::as_i64).unwrap_or_default()
}

fn bucket_row(desk: &Desk, found: &FoundBucket) -> BucketRow {
    let document = &found.kept.document;
    BucketRow {
        name: found.kept.name.clone(),
        account: desk.account_name(found.kept.account_id),
        region: text(document, "region").unwrap_or_default().to_owned(),
        notes: found.notes.clone(),
        lifecycle: lifecycle(document),
        encryption: in_use::encryption(document).unwrap_or_default().to_owned(),
        versioning: in_use::versioning(document).unwrap_or_default().to_owned(),
        used_for: found.used_for.join(", "),
        used_by: found.used_by.iter().map(|(briefly, _)| briefly.as_str()).collect::<Vec<_>>().join(", "),
    }
}

/// What the rules do; that there are none is said by the note beside it.
fn lifecycle(document: &Value) -> String {
    match in_use::rules_on(document) {
        Some(rules) if rules.is_empty() => "keeps everything".to_owned(),
        _ => in_use::lifecycle(document).unwrap_or_default(),
    }
}

fn group_row(desk: &Desk, found: &FoundGroup) -> FeatureGroupRow {
    let document = &found.kept.document;
    let twin = |twin: &Twin| TwinRow {
        name: twin.name.clone(),
        href: format!("/storage?q={}#feature-groups", escape(&twin.name)),
        place: [desk.account_name(twin.account_id), twin.region.clone()].join(" · "),
        is_one_place: twin.is_one_place,
    };
    let units = |units: Option<f64>| match units {
        Some(units) => Shown::exact(units, Unit::Count),
        None => Shown::Unknown("CloudWatch holds no request in this period".to_owned()),
    };
    FeatureGroupRow {
        name: found.kept.name.clone(),
        account: desk.account_name(found.kept.account_id),
        region: found.kept.region.clone(),
        note: found.note.clone(),
        twins: found.twins.iter().map(twin).collect(),
        features: document.get("features").and_then(Value::as_u64),
        online: online(document),
        offline: text(document, "offline").and_then(|uri| uri.split('/').nth(2)).map(str::to_owned),
        reads: units(found.used.as_ref().and_then(|used| used.reads)),
        writes: units(found.used.as_ref().and_then(|used| used.writes)),
        used_at: found.used.as_ref().and_then(|used| used.used_at),
    }
}

/// Size and mode of the online store; `None` where there is none.
pub fn online(document: &Value) -> Option<String> {
    document.get("online").filter(|online| **online == Value::Bool(true))?;
    let size = number(document, "online_bytes").map(bytes_in_words);
    let mode = text(document, "throughput").map(|mode| match mode {
        "OnDemand" => "on demand".to_owned(),
        "Provisioned" => "capacity held ready".to_owned(),
        other => other.to_owned(),
    });
    let told: Vec<String> = [size, mode].into_iter().flatten().collect();
    Some(if told.is_empty() { "yes".to_owned() } else { told.join(", ") })
}

fn log_row(desk: &Desk, found: &FoundLog) -> LogGroupRow {
    let document = &found.kept.document;
    LogGroupRow {
        name: found.kept.name.clone(),
        account: desk.account_name(found.kept.account_id),
        region: found.kept.region.clone(),
        note: found.note.clone(),
        retention_days: document.get("retention_days").and_then(Value::as_u64),
        stored: number(document, "stored_bytes").map(bytes_in_words),
        created_at: found.kept.created_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn now() -> DateTime<Utc> {
        "2026-11-23T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_bucket_has_rules_only_where_something_ends() {
        let rule = |more: Value| {
            let mut rule = json!({ "enabled": true });
            rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            rule
        };
        let rows = [
            (json!({ "own": true, "lifecycle": [] }), "No lifecycle rule", NoteWeight::Problem),
            (json!({ "own": true, "lifecycle": [{ "enabled": false }] }), "Rules are off", NoteWeight::Problem),
            (
                json!({ "own": true, "versioning": "Enabled", "lifecycle": [rule(json!({ "deletes_after_days": 9 }))] }),
                "Old versions kept",
                NoteWeight::Problem,
            ),
            (
                json!({ "own": true, "versioning": "Enabled",
                        "lifecycle": [rule(json!({ "deletes_old_versions_after_days": 9 }))] }),
                "Has rules",
                NoteWeight::Good,
            ),
            (
                json!({ "own": true, "lifecycle": [rule(json!({}))], "refused": ["s3:GetBucketVersioning"] }),
                "Read in part",
                NoteWeight::Open,
            ),
            (json!({ "own": true, "lifecycle": null }), "Rules not read", NoteWeight::Open),
            (json!({ "own": false }), "Another account's", NoteWeight::Open),
        ];
        for (document, words, weight) in rows {
            assert_eq!(bucket_notes(&document), [note(weight, words)], "{document}");
        }
    }

    #[test]
    fn groups_that_hold_the_same_are_twins_and_one_prefix_alone_makes_none() {
        let group = |name: &str, more: Value| {
            let mut document = json!({ "offline": "s3://features/all/" });
            document.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            Kept {
                account_id: 1,
                kind: "feature_group".to_owned(),
                name: name.to_owned(),
                region: "us-east-1".to_owned(),
                parent: String::new(),
                created_at: None,
                document,
            }
        };
        let features = |names: &[&str]| json!({ "record_identifier": "id", "feature_names": names });
        let groups = [
            group("clicks", features(&["id String", "seen Fractional"])),
            group("clicks-v2", features(&["id String", "seen Fractional"])),
            group("views", features(&["id String"])),
            group("moved", json!({ "written_to": "s3://features/all/1/x/" })),
            group("again", json!({ "written_to": "s3://features/all/1/x" })),
            group("untold", json!({})),
        ];
        let said = |place: usize| -> Vec<(String, bool)> {
            twins(&groups[place], &groups).into_iter().map(|twin| (twin.name, twin.is_one_place)).collect()
        };
        assert_eq!(said(0), [("clicks-v2".to_owned(), false)]);
        assert_eq!(said(3), [("again".to_owned(), true)]);
        assert_eq!((said(2), said(5)), (Vec::new(), Vec::new()));
    }

    #[test]
    fn a_group_is_unused_only_where_it_was_watched_for_long_enough() {
        let days = |days: i64| Some(now() - Duration::days(days));
        let told = |online: bool, created, used_at, watched_since| {
            let kept = Kept {
                account_id: 1,
                kind: "feature_group".to_owned(),
                name: "clicks".to_owned(),
                region: "us-east-1".to_owned(),
                parent: String::new(),
                created_at: created,
                document: json!({ "online": online }),
            };
            let used = GroupUse {
                account_id: 1,
                region: "us-east-1".to_owned(),
                name: "clicks".to_owned(),
                reads: None,
                writes: None,
                used_at,
                watched_since,
            };
            group_note(&kept, Some(&used), now()).words
        };
        assert_eq!(told(true, days(90), days(1), days(60)), "In use");
        assert_eq!(told(true, days(90), days(41), days(60)), "Unused for 41 days");
        assert_eq!(told(true, days(90), None, days(60)), "Unused for 30 days");
        assert_eq!(told(true, days(90), None, days(7)), "Too new to tell");
        assert_eq!(told(true, days(7), None, days(60)), "Too new to tell");
        assert_eq!(told(true, days(90), None, None), "Not watched");
        assert_eq!(told(false, days(90), None, days(60)), "Not watched");
    }
}
