//! Hours that are missing: where, why, what somebody said of them, and how they are asked for again.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::json;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};

use super::request::{self, Span};
use super::{AccountScope, StoreError, audit};

/// How a day of a region's metrics stands. Days of which nothing is written lie between those that are.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Day {
    /// Account.
    pub account_id: i32,
    /// Region.
    pub region: String,
    /// UTC day.
    pub day: NaiveDate,
    /// Hours in windows that were planned.
    pub hours: i64,
    /// Of them, hours in windows that were read whole.
    pub complete: i64,
    /// Windows whose last try failed.
    pub failing: i64,
    /// Series that CloudWatch did not answer.
    pub holes: i64,
    /// Points that came.
    pub points: i64,
    /// What went wrong last.
    pub error: Option<String>,
    /// Why a series was not answered.
    pub hole: Option<String>,
    /// What to do.
    pub remedy: Option<String>,
}

/// Hours of a day of a region in which endpoints stood and CloudWatch held nothing of any of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Silence {
    /// Account.
    pub account_id: i32,
    /// Region.
    pub region: String,
    /// UTC day.
    pub day: NaiveDate,
    /// How many.
    pub hours: i64,
}

/// What somebody knows of days that are missing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Note {
    /// Account.
    pub account_id: i32,
    /// Region.
    pub region: String,
    /// First day.
    pub first: NaiveDate,
    /// Last day.
    pub last: NaiveDate,
    /// What is known.
    pub text: String,
    /// Who knows it.
    pub author: String,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// Which hours are missing, and what is known of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// The days of metrics, by account and region.
    pub days: Vec<Day>,
    /// Hours that were read whole and are empty all the same.
    pub silences: Vec<Silence>,
    /// What people wrote of these days, latest first.
    pub notes: Vec<Note>,
}

/// The calendar of `[from, to)`, in one statement.
pub async fn calendar(
    connection: &mut PgConnection,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Calendar, StoreError> {
    let row = sqlx::query!(
        r#"
        with own_day as (
            select
                account_id,
                region,
                (window_start at time zone 'UTC')::date as day,
                coalesce(sum(extract(epoch from window_end - window_start) / 3600), 0)::bigint as hours,
                coalesce(
                    -- a window that is read again still holds what it held
                    sum(extract(epoch from window_end - window_start) / 3600) filter (where completed_at is not null),
                    0
                )::bigint as complete,
                count(*) filter (where completed_at is null and last_error is not null) as failing,
                coalesce(sum(jsonb_array_length(holes)), 0)::bigint as holes,
                coalesce(sum(received_points), 0)::bigint as points,
                max(last_error) filter (where completed_at is null) as error,
                max(holes -> 0 ->> 'reason') as hole,
                max(remedy) filter (where completed_at is null) as remedy
            from window_ledger
            where source = 'metrics'
              and window_start >= $1
              and window_start < $2
            group by 1, 2, 3
        ), quiet as (
            select distinct account_id, day
            from usage_day
            where silent_hours <> 0
              and day >= ($1 at time zone 'UTC')::date
              and day <= ($2 at time zone 'UTC')::date
        ), silence as (
            -- hours of a region in which some endpoint was silent and none was heard
            select
                u.account_id,
                r.region,
                u.day,
                bit_count((bit_or(u.silent_hours) & ~bit_or(u.complete_hours & ~u.silent_hours))::bit(24)) as hours
            from quiet q
            join resource r on r.account_id = q.account_id and r.kind = 'endpoint' and r.hosting_option <> 'serverless'
            join entity e on e.account_id = r.account_id and e.resource_id = r.resource_id
            join usage_day u on u.account_id = e.account_id and u.entity_id = e.entity_id and u.day = q.day
            where u.state = 'serving'
            group by u.account_id, r.region, u.day
            having bit_or(u.silent_hours) & ~bit_or(u.complete_hours & ~u.silent_hours) <> 0
        ), note as (
            select
                account_id,
                region,
                first_day as first,
                last_day as last,
                note as text,
                author,
                noted_at as at
            from gap_note
            where last_day >= ($1 at time zone 'UTC')::date
        )
        select
            (select coalesce(jsonb_agg(to_jsonb(d) order by account_id, region, day), '[]') from own_day d)
                as "days!: Json<Vec<Day>>",
            (select coalesce(jsonb_agg(to_jsonb(s) order by account_id, region, day), '[]') from silence s)
                as "silences!: Json<Vec<Silence>>",
            (select coalesce(jsonb_agg(to_jsonb(n) order by at desc, account_id, region, first), '[]') from note n)
                as "notes!: Json<Vec<Note>>"
        "#,
        from,
        to
    )
    .fetch_one(connection)
    .await
    .map_err(StoreError::on("read the calendar of gaps"))?;
    Ok(Calendar { days: row.days.0, silences: row.silences.0, notes: row.notes.0 })
}

/// Keeps a note.
pub async fn explain(pool: &PgPool, scope: &AccountScope, note: &Note) -> Result<(), StoreError> {
    let mut transaction = scope.begin(pool).await?;
    sqlx::query!(
        r#"
        insert into gap_note (account_id, region, first_day, last_day, note, author, noted_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        -- the same form sent twice by an impatient hand
        on conflict do nothing
        "#,
        note.account_id,
        note.region,
        note.first,
        note.last,
        note.text,
        note.author,
        note.at
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("keep the note"))?;
    let subject = format!("{} {} {}..{}", note.account_id, note.region, note.first, note.last);
    audit::record(&mut transaction, note.at, &note.author, "gap.explained", &subject, &json!({ "note": note.text }))
        .await?;
    transaction.commit().await.map_err(StoreError::on("keep the note"))
}

/// Days of a region that somebody asks for again.
#[derive(Debug, Clone, Copy)]
pub struct Again<'a> {
    /// Account.
    pub account_id: i32,
    /// Region.
    pub region: &'a str,
    /// Begin.
    pub from: DateTime<Utc>,
    /// End, exclusive.
    pub to: DateTime<Utc>,
    /// Who asks.
    pub by: &'a str,
    /// What counts as now.
    pub now: DateTime<Utc>,
}

/// Opens the windows of a gap again, and asks the readers for them; how many windows these are. What is whole stays as it
/// is, and so does what somebody reads at this moment.
pub async fn request_again(pool: &PgPool, scope: &AccountScope, again: Again<'_>) -> Result<u64, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let reopened = sqlx::query!(
        r#"
        update window_ledger
        set state = 'pending',
            attempts = 0,
            next_attempt_at = now()
        where account_id = $1
          and region = $2
          and source = 'metrics'
          and window_start >= $3
          and window_start < $4
          and (state = 'pending' or (state = 'complete' and holes <> '[]'))
        "#,
        again.account_id,
        again.region,
        again.from,
        again.to
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("open the gap again"))?
    .rows_affected();
    let subject = format!("{} {} {}..{}", again.account_id, again.region, again.from, again.to);
    let detail = json!({ "windows": reopened });
    audit::record(&mut transaction, again.now, again.by, "gap.requested", &subject, &detail).await?;
    let span: Span = Some((again.from, again.to));
    request::add(&mut transaction, scope.origin(), span, again.by, again.now).await?;
    transaction.commit().await.map_err(StoreError::on("open the gap again"))?;
    Ok(reopened)
}
