//! Buckets, feature groups and log groups as CSV. No column holds money or energy: neither is known of them.

use serde_json::Value;

use super::listing::{number, text, time};
use crate::store::storage::{GroupUse, Kept};

/// Column names; units are in them. A column that does not concern a kind is empty in its rows.
pub const COLUMNS: [&str; 22] = [
    "kind",
    "name",
    "account_id",
    "region",
    "state",
    "created_at",
    "used_for",
    "used_by",
    "lifecycle_rules_on",
    "encryption",
    "versioning",
    "features",
    "same_as",
    "online_store",
    "online_bytes",
    "offline_store",
    "read_units",
    "write_units",
    "last_used_at",
    "watched_since",
    "retention_days",
    "stored_bytes",
];

/// The cells of a bucket; what it is used for and by stands in `uses`.
pub fn bucket(account: &str, kept: &Kept, state: &str, uses: &[String; 2]) -> Vec<String> {
    let document = &kept.document;
    let rules = document.get("lifecycle").and_then(Value::as_array);
    let on = rules.map(|rules| rules.iter().filter(|rule| rule.get("enabled") == Some(&Value::Bool(true))).count());
    let [used_for, used_by] = uses;
    let region = document.get("region").and_then(Value::as_str).unwrap_or_default();
    let mut cells = head(account, kept, region, state);
    cells.extend([
        text(used_for),
        text(used_by),
        on.map(|on| on.to_string()).unwrap_or_default(),
        cell(document, "encryption"),
        cell(document, "versioning"),
    ]);
    filled(cells)
}

/// The cells of a feature group; the names of others that hold the same stand in `twins`.
pub fn feature_group(account: &str, kept: &Kept, state: &str, used: Option<&GroupUse>, twins: &str) -> Vec<String> {
    let mut cells = head(account, kept, &kept.region, state);
    cells.extend([const { String::new() }; 5]);
    cells.extend([cell(&kept.document, "features"), text(twins)]);
    cells.extend(["online", "online_bytes", "offline"].map(|name| cell(&kept.document, name)));
    cells.extend([
        number(used.and_then(|used| used.reads)),
        number(used.and_then(|used| used.writes)),
        time(used.and_then(|used| used.used_at)),
        time(used.and_then(|used| used.watched_since)),
    ]);
    filled(cells)
}

/// The cells of a log group.
pub fn log_group(account: &str, kept: &Kept, state: &str) -> Vec<String> {
    let mut cells = head(account, kept, &kept.region, state);
    cells.extend([const { String::new() }; 14]);
    cells.extend(["retention_days", "stored_bytes"].map(|name| cell(&kept.document, name)));
    cells
}

fn head(account: &str, kept: &Kept, region: &str, state: &str) -> Vec<String> {
    vec![
        kept.kind.clone(),
        text(&kept.name),
        account.to_owned(),
        region.to_owned(),
        state.to_owned(),
        time(kept.created_at),
    ]
}

/// As AWS said it; what it did not say is an empty cell.
fn cell(document: &Value, name: &str) -> String {
    match document.get(name) {
        Some(Value::String(word)) => text(word),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

fn filled(mut cells: Vec<String>) -> Vec<String> {
    cells.resize(COLUMNS.len(), String::new());
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_kind_fills_its_own_columns() {
        let kept = |kind: &str, document| Kept {
            account_id: 1,
            kind: kind.to_owned(),
            name: "=a".to_owned(),
            region: "us-east-1".to_owned(),
            parent: String::new(),
            created_at: None,
            document,
        };
        let rules = json!({ "lifecycle": [{ "enabled": true }, { "enabled": false }], "encryption": null });
        let rows = [
            (
                bucket("1", &kept("bucket", rules), "In order", &[String::new(), String::new()]),
                "lifecycle_rules_on",
                "1",
            ),
            (
                feature_group("1", &kept("feature_group", json!({ "online": true })), "", None, "clicks"),
                "online_store",
                "true",
            ),
            (feature_group("1", &kept("feature_group", json!({})), "", None, "clicks"), "same_as", "clicks"),
            (log_group("1", &kept("log_group", json!({ "retention_days": 30 })), "Expires"), "retention_days", "30"),
            (log_group("1", &kept("log_group", json!({ "stored_bytes": 7 })), ""), "stored_bytes", "7"),
        ];
        for (row, column, expected) in rows {
            assert_eq!(row.len(), COLUMNS.len());
            assert_eq!(row[1], "'=a", "a formula is disarmed");
            assert_eq!(
                COLUMNS.iter().position(|name| *name == column).map(|place| row[place].as_str()),
                Some(expected)
            );
        }
    }
}
