//! Identities that survive restarts and machines: eight bytes of SHA-256 of a natural key.

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};

use crate::store::inventory::Entity;

/// The identity of a resource: names and ARNs are used again after deletion, moments of creation are not.
pub fn resource_key(arn: &str, created_at: DateTime<Utc>) -> String {
    format!("{arn}|{}", created_at.to_rfc3339_opts(SecondsFormat::Millis, true))
}

/// The identity of a part: its resource, its own name, and the configuration it ran under.
pub fn entity_key(resource_key: &str, part: &str, config: &str) -> String {
    format!("{resource_key}|{part}|{config}")
}

/// The entity of a part, with its number.
pub fn entity(identity: &str, part: &str, config: &str, first_host: i32, instance_type: &str) -> Entity {
    let natural_key = entity_key(identity, part, config);
    Entity {
        entity_id: number(&natural_key),
        natural_key,
        part: part.to_owned(),
        config: config.to_owned(),
        first_host,
        instance_type: instance_type.to_owned(),
    }
}

/// The first eight bytes of the key's SHA-256, big-endian. The store refuses a second key with the same number.
pub fn number(key: &str) -> i64 {
    let digest = Sha256::digest(key.as_bytes());
    digest.iter().take(8).fold(0_i64, |number, byte| (number << 8) | i64::from(*byte))
}

/// The name without what tells one run from another: trailing dates, times, counters and hashes.
pub fn family(name: &str) -> String {
    let mut parts: Vec<&str> = name.split(['-', '_', '.']).collect();
    while parts.len() > 1 && parts.last().is_some_and(|part| tells_runs_apart(part)) {
        parts.pop();
    }
    parts.join("-")
}

fn tells_runs_apart(part: &str) -> bool {
    let digits = part.chars().filter(char::is_ascii_digit).count();
    let hex = part.chars().all(|c| c.is_ascii_hexdigit());
    part.is_empty() || digits == part.len() || (hex && digits > 0 && part.len() >= 6) || run_counter(part)
}

/// `v3`, `r12`, `t0412`: one letter and a number.
fn run_counter(part: &str) -> bool {
    let mut chars = part.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic()) && part.len() > 1 && chars.all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{family, number};

    #[test]
    fn families_drop_what_tells_runs_apart() {
        let rows = [
            ("resnet50-defects-2026-11-03-0412", "resnet50-defects"),
            ("bert-base-finetune-r12", "bert-base-finetune"),
            ("xgboost_churn_20261103", "xgboost-churn"),
            ("pipelines-ab12cd34ef-train", "pipelines-ab12cd34ef-train"),
            ("ranker-7f3a9c2e", "ranker"),
            ("2026-11-03", "2026"),
            ("llama", "llama"),
        ];
        for (name, expected) in rows {
            assert_eq!(family(name), expected);
        }
    }

    #[test]
    fn numbers_are_the_first_eight_bytes() {
        // SHA-256("abc") begins ba7816bf 8f01cfea.
        assert_eq!(number("abc"), i64::from_be_bytes([0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea]));
    }
}
