//! Hours of metrics that tell how things are used.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::StoreError;

/// Something that may have such metrics, by the words of the view `observed_subject`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// What it is.
    pub what: String,
    /// Endpoint, component, pipeline or feature group.
    pub name: String,
    /// Variant, or empty.
    pub part: String,
    /// Container or operation, or empty.
    pub detail: String,
}

/// How many there are of something, counted once in each window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crowd {
    /// What they are.
    pub what: String,
    /// Operation, where what is asked depends on it; else empty.
    pub detail: String,
    /// How many.
    pub many: i64,
}

/// A figure of an hour.
#[derive(Debug, Clone, PartialEq)]
pub struct Hour {
    /// Whose, for example `endpoint/chat/variant/main`.
    pub subject: String,
    /// Which, for example `backlog`.
    pub metric: String,
    /// Start of the hour.
    pub hour: DateTime<Utc>,
    /// The figure.
    pub value: f64,
}

/// The figures of a stretch of time in one.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct Summed {
    /// Whose.
    pub subject: String,
    /// Which.
    pub metric: String,
    /// Hours with a figure.
    pub hours: i64,
    /// Their sum.
    pub sum: f64,
    /// The least.
    pub least: f64,
    /// The most.
    pub most: f64,
}

/// What stood at some time in `[from, to)`.
pub async fn standing(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Standing>, StoreError> {
    sqlx::query_as!(
        Standing,
        r#"
        select distinct
            what as "what!",
            name as "name!",
            part as "part!",
            detail as "detail!"
        from observed_subject
        where account_id = $1
          and region = $2
          and from_at < $4
          and to_at > $3
        order by 1, 2, 3, 4
        "#,
        account_id,
        region,
        from,
        to
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("list what stood in the window"))
}

/// How much stood in the windows `[start, end)` of a region, as far as it is known.
pub async fn crowd(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
    windows: &[(DateTime<Utc>, DateTime<Utc>)],
) -> Result<Vec<Crowd>, StoreError> {
    let (starts, ends): (Vec<_>, Vec<_>) = windows.iter().copied().unzip();
    sqlx::query_as!(
        Crowd,
        r#"
        select
            what as "what!",
            case when what = 'feature_group' then detail else '' end as "detail!",
            count(distinct (w.window_start, name, part, detail)) as "many!"
        from unnest($3::timestamptz[], $4::timestamptz[]) as w (window_start, window_end)
        join observed_subject s
            on s.account_id = $1
            and s.region = $2
            and s.from_at < w.window_end
            and s.to_at > w.window_start
        group by 1, 2
        order by 1, 2
        "#,
        account_id,
        region,
        &starts,
        &ends
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("count what stood in the windows"))
}

/// Keeps the figures; one that was there already gives way to what CloudWatch says now.
pub async fn write(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
    hours: &[Hour],
) -> Result<(), StoreError> {
    let subject: Vec<String> = hours.iter().map(|each| each.subject.clone()).collect();
    let metric: Vec<String> = hours.iter().map(|each| each.metric.clone()).collect();
    let hour: Vec<DateTime<Utc>> = hours.iter().map(|each| each.hour).collect();
    let value: Vec<f64> = hours.iter().map(|each| each.value).collect();
    sqlx::query!(
        r#"
        insert into observed_hour as known (account_id, region, subject, metric, hour, value)
        select $1, $2, u.*
        from unnest($3::text[], $4::text[], $5::timestamptz[], $6::float8[]) as u (subject, metric, hour, value)
        -- one order, so that two windows take their locks alike
        order by u.subject, u.metric, u.hour
        on conflict (account_id, region, subject, metric, hour) do update set
            value = excluded.value
        where known.value is distinct from excluded.value
        "#,
        account_id,
        region,
        &subject,
        &metric,
        &hour,
        &value
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("keep the observed hours"))?;
    Ok(())
}

/// What was observed at `since` or later of whatever has a word before its name, such as `pipeline`.
pub async fn of_prefix(
    connection: &mut PgConnection,
    prefix: &str,
    since: DateTime<Utc>,
) -> Result<Vec<Summed>, StoreError> {
    sqlx::query_as!(
        Summed,
        r#"
        select
            subject,
            metric,
            count(*) as "hours!",
            sum(value) as "sum!",
            min(value) as "least!",
            max(value) as "most!"
        from observed_hour
        where starts_with(subject, $1 || '/')
          and hour >= $2
        group by subject, metric
        order by subject, metric
        "#,
        prefix,
        since
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read what was observed"))
}
