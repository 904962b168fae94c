//! How far somebody has come who begins here.

use chrono::NaiveDate;
use sqlx::PgConnection;

use super::{Origin, StoreError};

/// What the installation knows and what was decided in it, in the scope of the transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// Regions that are read or told of.
    pub regions: i64,
    /// Resources that are known.
    pub resources: i64,
    /// Whether a run has read anything.
    pub has_read: bool,
    /// Rules by which a tag names a team, without the one that every installation begins with.
    pub team_rules: i64,
    /// Resources that a team owns on the last day of the ledger.
    pub with_team: i64,
    /// Key figures with a target.
    pub targets: i64,
    /// Units of work that somebody set.
    pub units: i64,
    /// Weeks that were frozen.
    pub reviews: i64,
    /// Whether somebody signed one of them.
    pub has_signed: bool,
    /// First day of the ledger.
    pub first_day: Option<NaiveDate>,
    /// Last day of the ledger.
    pub last_day: Option<NaiveDate>,
}

/// Reads it in one statement.
///
/// # Errors
/// When the database refuses.
pub async fn progress(
    connection: &mut PgConnection,
    origin: Origin,
    estimate_id: Option<i32>,
) -> Result<Progress, StoreError> {
    sqlx::query_as!(
        Progress,
        r#"
        select
            (
                select count(distinct (account_id, region))
                from (
                    select account_id, region from account_region where enabled
                    union
                    select account_id, region from resource
                ) as place
            ) as "regions!",
            (select count(*) from resource) as "resources!",
            exists (
                select from ingest_run
                where origin = $1
                  and outcome in ('complete', 'partial')
            ) as "has_read!",
            (
                select count(*)
                from attribution_rule
                where dimension = 'team'
                  and valid_to is null
                  and (tag_key <> 'team' or tag_value is not null)
            ) as "team_rules!",
            (
                select count(distinct (l.account_id, l.resource_id))
                from ledger_day l
                where l.estimate_id = $2
                  and l.day = ledger.last_day
                  and l.team <> ''
            ) as "with_team!",
            (
                select count(*)
                from (
                    select distinct on (kpi) target
                    from kpi_target
                    where origin = $1
                    order by kpi, set_at desc
                ) as latest
                where target is not null
            ) as "targets!",
            (
                select count(*)
                from work_unit
                where origin = $1
                  and ended_at is null
                  and set_by <> 'Wattledger'
            ) as "units!",
            (select count(*) from review where origin = $1) as "reviews!",
            exists (select from review_sign_off where origin = $1) as "has_signed!",
            ledger.first_day,
            ledger.last_day
        from (
            select min(day) as first_day, max(day) as last_day
            from org_day
            where estimate_id = $2
        ) as ledger
        "#,
        origin.as_str(),
        estimate_id
    )
    .fetch_one(connection)
    .await
    .map_err(StoreError::on("read how far the beginning is"))
}

/// How a feature fared in an account and region when it was last tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Account.
    pub account_id: i32,
    /// Region.
    pub region: String,
    /// As the import names it.
    pub feature: String,
    /// `granted`, `denied` or `failing`.
    pub state: String,
    /// What to do.
    pub remedy: String,
}

/// Every probe of the scope.
///
/// # Errors
/// When the database refuses.
pub async fn probes(connection: &mut PgConnection) -> Result<Vec<Probe>, StoreError> {
    sqlx::query_as!(
        Probe,
        r#"
        select account_id, region, feature, state, remedy
        from permission_probe
        order by feature, account_id, region
        "#
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the probes"))
}
