use super::Shown;
use chrono::{DateTime, NaiveDate, Utc};

/// Every account the installation knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccountsView {
    /// The days of cost and teams, in words.
    pub period: String,
    pub rows: Vec<AccountRow>,
    /// What could not be used when it was last tried, by what mends it.
    pub gaps: Vec<PermissionGap>,
}

/// One account.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccountRow {
    pub name: String,
    /// AWS' twelve digits; `None` until AWS has told.
    pub number: Option<String>,
    pub origin: AccountOrigin,
    /// Whether pages show it; what follows is known only of these.
    pub is_shown: bool,
    pub regions: Vec<String>,
    pub read_as: ReadAs,
    pub read_at: Option<DateTime<Utc>>,
    pub first_day: Option<NaiveDate>,
    pub resources: u64,
    pub teams: u64,
    pub cost: Shown,
    /// The overview with this account alone.
    pub href: String,
    /// Permissions that are missing, by account and region.
    pub gaps: u64,
}

/// Where what is known of an account comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AccountOrigin {
    #[default]
    Aws,
    /// Files that somebody sent.
    Files,
    Demo,
}

/// As whom an account is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ReadAs {
    /// A role, by its ARN.
    Role(String),
    /// The program's own credentials.
    Credentials,
    /// It is not read from AWS.
    Nobody,
    /// It was last read before this was noted.
    #[default]
    Unknown,
}

/// What one remedy would mend.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PermissionGap {
    pub remedy: String,
    /// Feature, account and region.
    pub places: Vec<String>,
}
