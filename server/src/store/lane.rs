//! Windows that are to be read again although they are complete: CloudWatch's values converge.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::window::Feed;
use super::{AccountScope, StoreError};

/// How long after its end a window is read again, in hours.
pub const LANES: [f64; 4] = [3.0, 27.0, 51.0, 75.0];

/// Asks for every complete metric window that has come to its next lane since it was last read; how many these are.
///
/// `from` keeps a run from opening windows that it does not read.
pub async fn reopen_due(
    pool: &PgPool,
    scope: &AccountScope,
    region: &str,
    from: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let reopened = sqlx::query!(
        r#"
        update window_ledger w
        set state = 'pending',
            attempts = 0,
            next_attempt_at = now()
        where w.account_id = any ($1)
          and w.region = $2
          and w.source = $3
          and w.state = 'complete'
          and w.window_start >= $4
          and exists (
              select from unnest($6::float8[]) as lane (hours)
              where w.read_as_of < w.window_end + make_interval(secs => lane.hours * 3600)
                and w.window_end + make_interval(secs => lane.hours * 3600) <= $5
          )
        "#,
        scope.ids(),
        region,
        Feed::Metrics.as_str(),
        from,
        now,
        &LANES
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("ask for windows again"))?;
    transaction.commit().await.map_err(StoreError::on("ask for windows again"))?;
    Ok(reopened.rows_affected())
}

/// Makes one window of the 24 hours of each day that is over and was read whole, so that later lanes ask once for a day
/// and not once for an hour; how many days these are.
pub async fn join_days(
    pool: &PgPool,
    scope: &AccountScope,
    region: &str,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let joined = sqlx::query_scalar!(
        r#"
        with hour as (
            select account_id, region, source, window_start, window_end, completed_at, read_as_of, expected_series,
                   received_series, received_points, holes, inventory_watermark, epoch
            from window_ledger w
            where w.account_id = any ($1)
              and w.region = $2
              and w.source = $3
              and w.state = 'complete'
              and w.window_end - w.window_start = interval '1 hour'
              and w.window_end <= $4
              and not exists (
                  select from window_reopened o
                  where o.account_id = w.account_id and o.region = w.region
                    and o.source = w.source and o.window_start = w.window_start
              )
            for update skip locked
        ), whole as (
            select
                account_id,
                date_trunc('day', window_start, 'UTC') as day,
                min(completed_at) as completed_at,
                min(read_as_of) as read_as_of,
                min(inventory_watermark) as inventory_watermark,
                max(expected_series) as expected_series,
                max(received_series) as received_series,
                sum(received_points)::bigint as received_points,
                jsonb_agg(holes) filter (where holes <> '[]') as holes,
                max(epoch) as epoch
            from hour
            group by account_id, date_trunc('day', window_start, 'UTC')
            having count(*) = 24
        ), gone as (
            delete from window_ledger w
            using whole
            where w.account_id = whole.account_id
              and w.region = $2
              and w.source = $3
              and w.window_start > whole.day
              and w.window_start < whole.day + interval '1 day'
        ), joined as (
            update window_ledger w
            set window_end = whole.day + interval '1 day',
                coverage = tstzmultirange(tstzrange(whole.day, whole.day + interval '1 day')),
                completed_at = whole.completed_at,
                read_as_of = whole.read_as_of,
                inventory_watermark = whole.inventory_watermark,
                expected_series = whole.expected_series,
                received_series = whole.received_series,
                received_points = whole.received_points,
                holes = coalesce(whole.holes, '[]'),
                epoch = whole.epoch + 1
            from whole
            where w.account_id = whole.account_id
              and w.region = $2
              and w.source = $3
              and w.window_start = whole.day
            returning 1
        )
        select count(*) as "count!" from joined
        "#,
        scope.ids(),
        region,
        Feed::Metrics.as_str(),
        now
    )
    .fetch_one(&mut *transaction)
    .await
    .map_err(StoreError::on("join the hours of a day"))?;
    transaction.commit().await.map_err(StoreError::on("join the hours of a day"))?;
    Ok(u64::try_from(joined).unwrap_or_default())
}
