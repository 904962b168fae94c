//! What people count their work in.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use sqlx::{PgConnection, PgPool};

use super::filter::AskedWork;
use super::worked::{self, Worked};
use super::{AccountScope, Origin, StoreError, audit};
use crate::work::Work;

/// Who set the units that were there from the beginning.
pub const SEEDED_BY: &str = "Wattledger";

/// A unit of work and the resources whose work is counted in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// Names it in targets.
    pub key: String,
    /// What is counted.
    pub work: Work,
    /// What one unit is called.
    pub label: String,
    /// How much of the measure one unit is.
    pub scale: f64,
    /// The installation's number of the only account; `None` for any.
    pub account: Option<i32>,
    /// The only team; `None` for any.
    pub team: Option<String>,
    /// What names look like, with `*` for any letters; `None` for any.
    pub pattern: Option<String>,
    /// Who set it.
    pub set_by: String,
    /// When.
    pub set_at: DateTime<Utc>,
}

impl Unit {
    /// Whether some of the resources of its kinds are left to other units.
    #[must_use]
    pub const fn is_narrow(&self) -> bool {
        self.account.is_some() || self.team.is_some() || self.pattern.is_some() || self.work.is_of_some()
    }
}

/// A row of `work_unit` as a statement brings it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct UnitRow {
    unit_key: String,
    measure: String,
    label: String,
    scale: f64,
    of_account: Option<i32>,
    team: Option<String>,
    pattern: Option<String>,
    set_by: String,
    set_at: DateTime<Utc>,
}

impl TryFrom<UnitRow> for Unit {
    type Error = StoreError;

    fn try_from(row: UnitRow) -> Result<Self, StoreError> {
        let work =
            Work::parse(&row.measure).ok_or_else(|| StoreError::Corrupt(format!("measure of work {}", row.measure)))?;
        Ok(Self {
            key: row.unit_key,
            work,
            label: row.label,
            scale: row.scale,
            account: row.of_account,
            team: row.team,
            pattern: row.pattern,
            set_by: row.set_by,
            set_at: row.set_at,
        })
    }
}

/// The units in force, in the order in which they are asked.
pub async fn current(connection: &mut PgConnection, origin: Origin) -> Result<Vec<Unit>, StoreError> {
    let rows = sqlx::query_as!(
        UnitRow,
        r#"
        select unit_key, measure, label, scale, of_account, team, pattern, set_by, set_at
        from work_unit
        where origin = $1
          and ended_at is null
        order by rank, unit_key
        "#,
        origin.as_str()
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the units of work"))?;
    rows.into_iter().map(Unit::try_from).collect()
}

/// The ledger by unit as it would be with one more; nothing is kept of it. The key of the new one is [`Unit::key`].
pub async fn effect(
    pool: &PgPool,
    scope: &AccountScope,
    asked: AskedWork<'_>,
    unit: &Unit,
) -> Result<Vec<Worked>, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    insert(&mut transaction, scope.origin(), unit).await?;
    // The transaction is dropped, and the unit with it.
    worked::days(&mut transaction, asked).await
}

/// Keeps a unit under a key of its own and writes the trail; `false` where the same resources' work is counted by that measure
/// already.
pub async fn add(pool: &PgPool, scope: &AccountScope, unit: &Unit) -> Result<bool, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let known = sqlx::query!(
        r#"
        select
            count(*) + 1 as "next!",
            coalesce(bool_or(
                ended_at is null
                and of_account is not distinct from $3
                and team is not distinct from $4
                and pattern is not distinct from $5
            ), false) as "is_there!"
        from work_unit
        where origin = $1
          and measure = $2
        "#,
        scope.origin().as_str(),
        unit.work.as_str(),
        unit.account,
        unit.team,
        unit.pattern
    )
    .fetch_one(&mut *transaction)
    .await
    .map_err(StoreError::on("look for the unit"))?;
    if known.is_there {
        return Ok(false);
    }
    let unit = Unit { key: format!("{}-{}", unit.work.as_str(), known.next), ..unit.clone() };
    insert(&mut transaction, scope.origin(), &unit).await?;
    let detail = json!({
        "measure": unit.work.as_str(),
        "label": unit.label,
        "scale": unit.scale,
        "account": unit.account,
        "team": unit.team,
        "names": unit.pattern,
    });
    audit::record(&mut transaction, unit.set_at, &unit.set_by, "unit of work added", &unit.key, &detail).await?;
    transaction.commit().await.map_err(StoreError::on("keep the unit"))?;
    Ok(true)
}

/// Counts nothing in a unit any more; `false` where none of that key is in force.
pub async fn end(
    pool: &PgPool,
    scope: &AccountScope,
    key: &str,
    by: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let ended = sqlx::query!(
        r#"
        update work_unit
        set ended_by = $3,
            ended_at = $4
        where origin = $1
          and unit_key = $2
          and ended_at is null
        "#,
        scope.origin().as_str(),
        key,
        by,
        now
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("end the unit"))?;
    if ended.rows_affected() == 0 {
        return Ok(false);
    }
    audit::record(&mut transaction, now, by, "unit of work ended", key, &json!({})).await?;
    transaction.commit().await.map_err(StoreError::on("end the unit"))?;
    Ok(true)
}

/// A unit of some resources is asked before those of all, a new one before the known ones of its sort.
async fn insert(connection: &mut PgConnection, origin: Origin, unit: &Unit) -> Result<(), StoreError> {
    let kinds: Vec<String> = unit.work.kinds().iter().map(|kind| kind.as_str().to_owned()).collect();
    sqlx::query!(
        r#"
        insert into work_unit (
            origin, unit_key, measure, kinds, label, scale, of_account, team, pattern, rank, set_by, set_at
        )
        select
            $1, $2, $3, $4, $5, $6, $7, $8, $9,
            case when $10::boolean then least(min(rank), 0) - 1 else max(rank) + 1 end,
            $11, $12
        from (select 0 as rank union all select rank from work_unit where origin = $1) known
        "#,
        origin.as_str(),
        unit.key,
        unit.work.as_str(),
        &kinds,
        unit.label,
        unit.scale,
        unit.account,
        unit.team,
        unit.pattern,
        unit.is_narrow(),
        unit.set_by,
        unit.set_at
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("keep the unit"))?;
    Ok(())
}
