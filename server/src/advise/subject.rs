//! What a finding is about, and its address.

use std::fmt;

use crate::ingest::key;

/// The thing a rule speaks about: `kind` and `key` identify it for ever, the rest describes it today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The installation's number of the account.
    pub account_id: i32,
    /// `resource`, `entity`, `family`, `team`, `account` or `set`.
    pub kind: String,
    /// Identifies it within the kind.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// The resource it is or belongs to.
    pub resource_id: Option<i64>,
    /// AWS region, or nothing.
    pub region: String,
    /// Team, or nothing.
    pub team: String,
}

impl Subject {
    /// The address of the finding that a rule has on this subject: eight bytes of SHA-256 over rule, kind and key.
    pub fn finding_id(&self, rule_id: &str) -> FindingId {
        let finding_id = key::number(&format!("{rule_id}|{}|{}", self.kind, self.key));
        FindingId { account_id: self.account_id, finding_id }
    }
}

/// The address of a finding; written `{account_id}-{sixteen hexadecimal digits}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingId {
    /// The installation's number of the account.
    pub account_id: i32,
    /// Eight bytes of a hash, as Postgres stores them.
    pub finding_id: i64,
}

impl FindingId {
    /// Reads what [`fmt::Display`] writes and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let (account_id, finding_id) = text.split_once('-')?;
        let id = Self {
            account_id: account_id.parse().ok()?,
            finding_id: u64::from_str_radix(finding_id, 16).ok()?.cast_signed(),
        };
        (id.to_string() == text).then_some(id)
    }
}

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:016x}", self.account_id, self.finding_id.cast_unsigned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(kind: &str, key: &str) -> Subject {
        Subject {
            account_id: 3,
            kind: kind.to_owned(),
            key: key.to_owned(),
            name: String::new(),
            resource_id: None,
            region: String::new(),
            team: String::new(),
        }
    }

    #[test]
    fn an_address_follows_rule_kind_and_key() {
        let id = subject("team", "vision@2026-W46").finding_id("T04");
        assert_eq!(id, subject("team", "vision@2026-W46").finding_id("T04"));
        assert_ne!(id, subject("team", "vision@2026-W47").finding_id("T04"));
        assert_ne!(id, subject("set", "vision@2026-W46").finding_id("T04"));
        assert_ne!(id, subject("team", "vision@2026-W46").finding_id("E01"));
    }

    #[test]
    fn an_address_is_read_back_in_one_spelling() {
        let check = |text: &str, read: bool| {
            assert_eq!(FindingId::parse(text).map(|id| id.to_string()).as_deref(), read.then_some(text), "{text}");
        };
        check("3-00000000000000ff", true);
        check("3-ffffffffffffffff", true);
        check(&subject("team", "x").finding_id("T04").to_string(), true);
        for refused in
            ["", "3", "3-", "-1", "3-ff", "03-00000000000000ff", "3-00000000000000FF", "3-0000000000000000ff", "x-0"]
        {
            check(refused, false);
        }
    }
}
