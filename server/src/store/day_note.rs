//! What people write on a day, beside what happened on it by itself.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::selection::{Facet, Filter};
use super::{AccountScope, StoreError, audit};

/// A note that is about to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayNote {
    /// The day it is about, UTC.
    pub day: NaiveDate,
    /// What it says.
    pub text: String,
    /// Who writes it.
    pub author: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Something that stands on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// The day.
    pub day: NaiveDate,
    /// The note's id; `None` for what happened by itself.
    pub note_id: Option<Uuid>,
    /// The note, or the names of what appeared.
    pub text: String,
    /// Who wrote it.
    pub author: Option<String>,
    /// How many endpoint configurations appeared; 0 for all else.
    pub configurations: i64,
    /// How many jobs failed, where so many did that it is worth a mark; 0 for all else.
    pub failed: i64,
    /// How many jobs ended on such a day.
    pub ended: i64,
}

/// Names of endpoint configurations that are listed of one day.
const NAMES: i32 = 4;
/// A burst is at least so many jobs that fail on a day.
const FAILURES: i64 = 3;
/// And at least one of so many that end on it.
const OF_SO_MANY: i32 = 4;

/// The notes on the days of a filter, the endpoint configurations that were created on them, and bursts of jobs that failed, by
/// day. The estimate tells the teams of jobs.
pub async fn within(
    connection: &mut PgConnection,
    scope: &AccountScope,
    filter: &Filter,
    estimate_id: Option<i32>,
) -> Result<Vec<Marked>, StoreError> {
    let Facet { any_of: accounts, none_of: not_accounts } = &filter.accounts;
    let Facet { any_of: regions, none_of: not_regions } = &filter.regions;
    let Facet { any_of: frameworks, none_of: not_frameworks } = &filter.frameworks;
    let Facet { any_of: teams, none_of: not_teams } = &filter.teams;
    sqlx::query_as!(
        Marked,
        r#"
        select
            day as "day!",
            note_id,
            note as "text!",
            author,
            0::bigint as "configurations!",
            0::bigint as "failed!",
            0::bigint as "ended!"
        from day_note
        where origin = $1
          and removed_at is null
          and day between $2 and $3
        union all
        select
            (created_at at time zone 'UTC')::date,
            null,
            array_to_string((array_agg(distinct name order by name))[1:$4], ', '),
            null,
            count(distinct (account_id, region, identifier)),
            0,
            0
        from configuration_item
        where kind = 'endpoint_config'
          and created_at >= $2::date::timestamp at time zone 'UTC'
          and created_at < ($3::date + 1)::timestamp at time zone 'UTC'
          and (cardinality($5::int[]) = 0 or account_id = any ($5))
          and account_id <> all ($6::int[])
          and (cardinality($7::text[]) = 0 or region = any ($7))
          and region <> all ($8::text[])
        group by (created_at at time zone 'UTC')::date
        union all
        select
            (r.ended_at at time zone 'UTC')::date,
            null,
            -- the family that failed most often
            mode() within group (order by r.family) filter (where r.status = 'Failed'),
            null,
            0,
            count(*) filter (where r.status = 'Failed'),
            count(*)
        from resource r
        where r.kind in ('training', 'processing', 'transform')
          and r.status in ('Completed', 'Failed', 'Stopped')
          and r.ended_at >= $2::date::timestamp at time zone 'UTC'
          and r.ended_at < ($3::date + 1)::timestamp at time zone 'UTC'
          and (cardinality($5::int[]) = 0 or r.account_id = any ($5))
          and r.account_id <> all ($6::int[])
          and (cardinality($7::text[]) = 0 or r.region = any ($7))
          and r.region <> all ($8::text[])
          and (cardinality($9::text[]) = 0 or r.framework = any ($9))
          and r.framework <> all ($10::text[])
          and (cardinality($11::text[] || $12::text[]) = 0 or exists (
              select from ledger_day l
              where l.account_id = r.account_id
                and l.resource_id = r.resource_id
                and l.estimate_id = $13
                and (cardinality($11) = 0 or l.team = any ($11))
                and l.team <> all ($12)
          ))
        group by (r.ended_at at time zone 'UTC')::date
        having count(*) filter (where r.status = 'Failed') >= $14
           and count(*) filter (where r.status = 'Failed') * $15::int >= count(*)
        order by 1, 5, 6, 3
        "#,
        scope.origin().as_str(),
        filter.period.from,
        filter.period.to,
        NAMES,
        accounts,
        not_accounts,
        regions,
        not_regions,
        frameworks,
        not_frameworks,
        teams,
        not_teams,
        estimate_id,
        FAILURES,
        OF_SO_MANY
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read what stands on the days"))
}

/// Keeps a note.
pub async fn add(pool: &PgPool, scope: &AccountScope, note: &DayNote) -> Result<(), StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let note_id = Uuid::now_v7();
    sqlx::query!(
        r#"
        insert into day_note (note_id, origin, day, note, author, noted_at)
        values ($1, $2, $3, $4, $5, $6)
        "#,
        note_id,
        scope.origin().as_str(),
        note.day,
        note.text,
        note.author,
        note.at
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("keep the note"))?;
    let detail = json!({ "day": note.day, "note": note.text });
    audit::record(&mut transaction, note.at, &note.author, "day.noted", &note_id.to_string(), &detail).await?;
    transaction.commit().await.map_err(StoreError::on("keep the note"))
}

/// Takes a note away; false where there is none.
pub async fn remove(
    pool: &PgPool,
    scope: &AccountScope,
    note_id: Uuid,
    by: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let removed = sqlx::query!(
        r#"
        update day_note
        set removed_at = $3,
            removed_by = $4
        where note_id = $1
          and origin = $2
          and removed_at is null
        "#,
        note_id,
        scope.origin().as_str(),
        now,
        by
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("take the note away"))?
    .rows_affected();
    if removed > 0 {
        audit::record(&mut transaction, now, by, "day.note_removed", &note_id.to_string(), &json!({})).await?;
    }
    transaction.commit().await.map_err(StoreError::on("take the note away"))?;
    Ok(removed > 0)
}
