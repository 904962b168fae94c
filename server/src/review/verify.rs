//! Proof that a frozen review is still what was frozen: its text and its rows are hashed again.

use std::collections::BTreeMap;

use serde_json::Value;

use super::canonical::{self, CanonicalError};
use super::snapshot::{SectionHash, Snapshot};

/// The rows of one account's section, in their order.
pub type Sections = BTreeMap<(i32, String), Vec<Value>>;

/// The hashes of all sections, in the order of account and section.
///
/// # Errors
/// When a row holds a binary fraction.
pub fn section_hashes(sections: &Sections) -> Result<Vec<SectionHash>, CanonicalError> {
    sections
        .iter()
        .map(|((account_id, section), rows)| {
            Ok(SectionHash {
                account_id: *account_id,
                section: section.clone(),
                rows: i64::try_from(rows.len()).unwrap_or(i64::MAX),
                sha256: canonical::sha256_hex(&canonical::text(rows)?),
            })
        })
        .collect()
}

/// Whether the text still hashes to `sha256`, and every row of the accounts in view is one of those that were hashed.
pub fn holds(canonical_text: &str, sha256: &str, snapshot: &Snapshot, visible: &[i32], sections: &Sections) -> bool {
    if canonical::sha256_hex(canonical_text) != sha256 {
        return false;
    }
    let Ok(found) = section_hashes(sections) else { return false };
    let expected: Vec<&SectionHash> =
        snapshot.sections.iter().filter(|section| visible.contains(&section.account_id)).collect();
    found.iter().collect::<Vec<_>>() == expected
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::snapshot::Quality;
    use serde_json::json;

    fn sections() -> Sections {
        Sections::from([
            ((1, "job".to_owned()), vec![json!({"name": "a", "cost_list": "1.5"}), json!({"name": "b"})]),
            ((2, "job".to_owned()), vec![json!({"name": "c"})]),
        ])
    }

    fn snapshot() -> Snapshot {
        Snapshot {
            canonical_version: canonical::VERSION,
            origin: "demo".to_owned(),
            review_id: "2026-W47".to_owned(),
            revision: 1,
            reason: String::new(),
            period_from: "2026-11-16".parse().unwrap(),
            period_to: "2026-11-23".parse().unwrap(),
            frozen_at: "2026-11-23T08:00:00Z".parse().unwrap(),
            frozen_by: "Ada".to_owned(),
            compared_with: None,
            method_version: "1".to_owned(),
            factor_set_label: "2026.11".to_owned(),
            factor_set_sha256: "0".repeat(64),
            accounts: Vec::new(),
            kpis: Vec::new(),
            quality: Quality::default(),
            sections: section_hashes(&sections()).unwrap(),
        }
    }

    #[test]
    fn what_was_frozen_holds_and_nothing_else() {
        let text = canonical::text(&snapshot()).unwrap();
        let sha256 = canonical::sha256_hex(&text);
        let check = |change: fn(&mut Sections), visible: &[i32], expected: bool| {
            let mut changed = sections();
            change(&mut changed);
            let read: Snapshot = serde_json::from_str(&text).unwrap();
            assert_eq!(read, snapshot());
            assert_eq!(holds(&text, &sha256, &read, visible, &changed), expected);
        };
        check(|_| {}, &[1, 2], true);
        check(|sections| drop(sections.remove(&(2, "job".to_owned()))), &[1], true);
        check(|sections| drop(sections.remove(&(2, "job".to_owned()))), &[1, 2], false);
        check(|sections| sections.get_mut(&(1, "job".to_owned())).unwrap().reverse(), &[1, 2], false);
        check(
            |sections| sections.get_mut(&(1, "job".to_owned())).unwrap()[0]["cost_list"] = json!("1.4"),
            &[1, 2],
            false,
        );
        check(|sections| drop(sections.insert((1, "endpoint".to_owned()), vec![json!({})])), &[1, 2], false);
        assert!(!holds(&text.replace("Ada", "Eve"), &sha256, &snapshot(), &[1, 2], &sections()));
    }
}
