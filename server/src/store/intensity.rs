//! Hourly grid intensity by AWS region: facts that came from a file or from a provider.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::{AccountScope, StoreError};

/// The intensity of one hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HourIntensity {
    /// Start of the hour.
    pub hour: DateTime<Utc>,
    /// gCO2e/kWh.
    pub g_per_kwh: f64,
}

/// Where a series comes from.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// Who published it.
    pub source: &'a str,
    /// Under which terms.
    pub licence: &'a str,
}

/// Writes a series of a region; returns how many hours are new or differ.
pub async fn write(
    connection: &mut PgConnection,
    region: &str,
    hours: &[HourIntensity],
    origin: Origin<'_>,
) -> Result<u64, StoreError> {
    let at: Vec<DateTime<Utc>> = hours.iter().map(|each| each.hour).collect();
    let grams: Vec<f64> = hours.iter().map(|each| each.g_per_kwh).collect();
    let written = sqlx::query!(
        r#"
        insert into intensity_hour (zone, hour, g_per_kwh, resolution, source, licence, read_at)
        select $1, u.hour, u.grams, 'hourly', $4, $5, now()
        from unnest($2::timestamptz[], $3::float8[]) as u (hour, grams)
        on conflict (zone, hour) do update set
            g_per_kwh = excluded.g_per_kwh,
            source = excluded.source,
            licence = excluded.licence,
            read_at = excluded.read_at
        where intensity_hour.g_per_kwh <> excluded.g_per_kwh
           or intensity_hour.source <> excluded.source
        "#,
        region,
        &at,
        &grams,
        origin.source,
        origin.licence
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("write the hourly intensity"))?;
    Ok(written.rows_affected())
}

/// Marks the days of a region that a series touches, in every account of the scope.
pub async fn mark_stale(
    connection: &mut PgConnection,
    scope: &AccountScope,
    region: &str,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let marked = sqlx::query!(
        r#"
        insert into stale_day (account_id, entity_id, day)
        select distinct account_id, entity_id, day
        from ledger_day
        where account_id = any ($1)
          and region = $2
          and day between ($3::timestamptz at time zone 'UTC')::date and ($4::timestamptz at time zone 'UTC')::date
        on conflict do nothing
        "#,
        scope.ids(),
        region,
        from,
        to
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("mark the days of the hourly intensity"))?;
    Ok(marked.rows_affected())
}

/// The intensity of a region in one hour.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionHour {
    /// AWS region.
    pub region: String,
    /// Start of the hour.
    pub hour: DateTime<Utc>,
    /// gCO2e/kWh.
    pub g_per_kwh: f64,
}

/// Every series inside `[from, to)`.
pub async fn between(
    connection: &mut PgConnection,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<RegionHour>, StoreError> {
    sqlx::query_as!(
        RegionHour,
        r#"
        select
            zone as region,
            hour,
            g_per_kwh
        from intensity_hour
        where hour >= $1
          and hour < $2
        "#,
        from,
        to
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the hourly intensity"))
}

/// Regions in which the scope has used anything since a moment.
pub async fn regions_in_use(
    connection: &mut PgConnection,
    scope: &AccountScope,
    from: DateTime<Utc>,
) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar!(
        r#"
        select distinct region
        from ledger_day
        where account_id = any ($1)
          and day >= ($2::timestamptz at time zone 'UTC')::date
        order by region
        "#,
        scope.ids(),
        from
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the regions in use"))
}

/// A series as Imports shows it.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct Series {
    /// AWS region.
    pub region: String,
    /// Who published it.
    pub source: String,
    /// Hours that are there.
    pub hours: i64,
    /// First of them.
    pub first: Option<DateTime<Utc>>,
    /// Last of them.
    pub last: Option<DateTime<Utc>>,
    /// When a provider was last asked.
    pub asked_at: Option<DateTime<Utc>>,
    /// Its last refusal.
    pub failure: Option<String>,
    /// What to do about it.
    pub remedy: Option<String>,
}

/// A series that figures of a period rest on.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct SeriesUsed {
    /// AWS region.
    pub region: String,
    /// Who published it.
    pub source: String,
    /// Under which terms.
    pub licence: String,
    /// Hours of it inside the period.
    pub hours: i64,
}

/// The series of these regions inside `[from, to)`.
pub async fn used(
    connection: &mut PgConnection,
    regions: &[String],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<SeriesUsed>, StoreError> {
    sqlx::query_as!(
        SeriesUsed,
        r#"
        select
            zone as region,
            source,
            licence,
            count(*) as "hours!"
        from intensity_hour
        where zone = any ($1)
          and hour >= $2
          and hour < $3
        group by zone, source, licence
        order by zone, source, licence
        "#,
        regions,
        from,
        to
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the series behind a figure"))
}

/// How far a provider has answered for a region, and when it was last asked.
pub async fn fed(
    pool: &PgPool,
    region: &str,
    source: &str,
) -> Result<Option<(Option<DateTime<Utc>>, DateTime<Utc>)>, StoreError> {
    let row =
        sqlx::query!("select read_to, asked_at from intensity_feed where zone = $1 and source = $2", region, source)
            .fetch_optional(pool)
            .await
            .map_err(StoreError::on("read the state of a provider"))?;
    Ok(row.map(|row| (row.read_to, row.asked_at)))
}

/// What a provider answered.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// End of the last hour it gave; `None` where it gave none.
    pub read_to: Option<DateTime<Utc>>,
    /// Why it refused, and what to do.
    pub refusal: Option<(&'a str, &'a str)>,
}

/// Keeps a provider's answer for a region.
pub async fn keep_answer(
    connection: &mut PgConnection,
    region: &str,
    source: &str,
    asked_at: DateTime<Utc>,
    answer: Answer<'_>,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        insert into intensity_feed (zone, source, read_to, asked_at, failure, remedy)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (zone, source) do update set
            read_to = greatest(intensity_feed.read_to, excluded.read_to),
            asked_at = excluded.asked_at,
            failure = excluded.failure,
            remedy = excluded.remedy
        "#,
        region,
        source,
        answer.read_to,
        asked_at,
        answer.refusal.map(|(failure, _)| failure),
        answer.refusal.map(|(_, remedy)| remedy)
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("keep the answer of a provider"))?;
    Ok(())
}
