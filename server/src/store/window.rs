//! The ledger of windows: who reads what, until when, and what came of it.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::{AccountScope, StoreError, inventory, live};
use crate::kind::Kind;

/// What a window is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Feed {
    /// Jobs of a kind created in the window.
    Jobs(Kind),
    /// Metric points of the window.
    Metrics,
}

impl Feed {
    /// The word stored in `window_ledger.source`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jobs(Kind::Processing) => "processing",
            Self::Jobs(Kind::Transform) => "transform",
            Self::Jobs(_) => "inventory",
            Self::Metrics => "metrics",
        }
    }
}

/// A window whose lease this process holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Lease {
    /// Account.
    pub account_id: i32,
    /// Region.
    pub region: String,
    /// Feed.
    pub feed: Feed,
    /// Start, inclusive.
    pub start: DateTime<Utc>,
    /// End, exclusive.
    pub end: DateTime<Utc>,
    /// Fencing number: every claim counts it up, and a commit with an old one is refused.
    pub epoch: i64,
    /// Whether it had been read whole before.
    pub was_complete: bool,
    /// How many times it has been claimed since it was last complete.
    pub attempts: i32,
}

/// Every window already planned.
pub async fn planned(
    pool: &PgPool,
    scope: &AccountScope,
    region: &str,
    feed: Feed,
) -> Result<Vec<(DateTime<Utc>, DateTime<Utc>)>, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let rows = sqlx::query!(
        r#"
        select window_start, window_end
        from window_ledger
        where account_id = any ($1)
          and region = $2
          and source = $3
        order by window_start
        "#,
        scope.ids(),
        region,
        feed.as_str()
    )
    .fetch_all(&mut *transaction)
    .await
    .map_err(StoreError::on("read the planned windows"))?;
    Ok(rows.into_iter().map(|row| (row.window_start, row.window_end)).collect())
}

/// Adds windows; those that are there already stay as they are.
pub async fn plan(
    pool: &PgPool,
    scope: &AccountScope,
    account_id: i32,
    region: &str,
    feed: Feed,
    windows: &[(DateTime<Utc>, DateTime<Utc>)],
) -> Result<u64, StoreError> {
    let (starts, ends): (Vec<_>, Vec<_>) = windows.iter().copied().unzip();
    let mut transaction = scope.begin(pool).await?;
    if feed == Feed::Metrics {
        live::hold_off(&mut transaction, account_id, region).await?;
    }
    let added = sqlx::query!(
        r#"
        insert into window_ledger (account_id, region, source, window_start, window_end)
        select $1, $2, $3, u.s, u.e
        from unnest($4::timestamptz[], $5::timestamptz[]) as u (s, e)
        on conflict (account_id, region, source, window_start) do nothing
        "#,
        account_id,
        region,
        feed.as_str(),
        &starts,
        &ends
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("plan the windows"))?;
    transaction.commit().await.map_err(StoreError::on("plan the windows"))?;
    if added.rows_affected() > 1_000 {
        inventory::count_anew(pool).await?;
    }
    Ok(added.rows_affected())
}

/// Asks for windows of a feed in `[from, to)` to be read again although they are complete.
pub async fn reopen(
    pool: &PgPool,
    scope: &AccountScope,
    region: &str,
    feed: Feed,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    // Every entity is to be read, not only the late ones.
    sqlx::query!(
        r#"
        delete from window_reopened
        where account_id = any ($1)
          and region = $2
          and source = $5
          and window_start >= $3
          and window_start < $4
        "#,
        scope.ids(),
        region,
        from,
        to,
        feed.as_str()
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("reopen the windows"))?;
    let reopened = sqlx::query!(
        r#"
        update window_ledger
        set state = 'pending',
            attempts = 0,
            next_attempt_at = now()
        where account_id = any ($1)
          and region = $2
          and source = $5
          and state = 'complete'
          and window_start >= $3
          and window_start < $4
        "#,
        scope.ids(),
        region,
        from,
        to,
        feed.as_str()
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("reopen the windows"))?;
    transaction.commit().await.map_err(StoreError::on("reopen the windows"))?;
    Ok(reopened.rows_affected())
}

/// Which windows a run takes from the ledger.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Account.
    pub account_id: i32,
    /// Region.
    pub region: &'a str,
    /// Feed.
    pub feed: Feed,
    /// Windows that begin at or after this.
    pub from: DateTime<Utc>,
    /// Windows that begin before this.
    pub to: DateTime<Utc>,
    /// Who claims.
    pub holder: &'a str,
    /// Seconds until the lease may be taken by another.
    pub lease_seconds: f64,
    /// Windows claimed more often than this are left to a later run.
    pub most_attempts: i32,
}

/// Takes the newest window that is due: pending, or leased by someone whose time has run out.
pub async fn claim(pool: &PgPool, scope: &AccountScope, wanted: Wanted<'_>) -> Result<Option<Lease>, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let row = sqlx::query!(
        r#"
        -- materialized: as a plain subquery the planner may run it again per row and lease windows nobody hears of
        with due as materialized (
            select window_start
            from window_ledger
            where account_id = $1
              and region = $2
              and source = $3
              and window_start >= $4
              and window_start < $5
              and attempts < $8
              and (
                  (state = 'pending' and next_attempt_at <= now())
                  or (state = 'leased' and lease_until < now())
              )
            -- what was never read goes before what is read again
            order by (completed_at is not null), window_start desc
            limit 1
            for update skip locked
        )
        update window_ledger w
        set state = 'leased',
            holder = $6,
            lease_until = now() + make_interval(secs => $7),
            epoch = w.epoch + 1,
            attempts = w.attempts + 1
        from due
        where w.account_id = $1
          and w.region = $2
          and w.source = $3
          and w.window_start = due.window_start
        returning w.window_start, w.window_end, w.epoch, w.attempts, (w.completed_at is not null) as "was_complete!"
        "#,
        wanted.account_id,
        wanted.region,
        wanted.feed.as_str(),
        wanted.from,
        wanted.to,
        wanted.holder,
        wanted.lease_seconds,
        wanted.most_attempts
    )
    .fetch_optional(&mut *transaction)
    .await
    .map_err(StoreError::on("claim a window"))?;
    transaction.commit().await.map_err(StoreError::on("claim a window"))?;
    Ok(row.map(|row| Lease {
        account_id: wanted.account_id,
        region: wanted.region.to_owned(),
        feed: wanted.feed,
        start: row.window_start,
        end: row.window_end,
        epoch: row.epoch,
        was_complete: row.was_complete,
        attempts: row.attempts,
    }))
}

/// Windows of the run that another process holds; they are waited for, since their holder may be dead.
pub async fn held_by_others(pool: &PgPool, scope: &AccountScope, wanted: Wanted<'_>) -> Result<i64, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    sqlx::query_scalar!(
        r#"
        select count(*) as "count!"
        from window_ledger
        where account_id = $1
          and region = $2
          and source = $3
          and window_start >= $4
          and window_start < $5
          and state = 'leased'
          and attempts < $6
        "#,
        wanted.account_id,
        wanted.region,
        wanted.feed.as_str(),
        wanted.from,
        wanted.to,
        wanted.most_attempts
    )
    .fetch_one(&mut *transaction)
    .await
    .map_err(StoreError::on("count the held windows"))
}

/// Prolongs a lease.
///
/// # Errors
/// [`StoreError::LeaseLost`] when another process has claimed the window since.
pub async fn renew(pool: &PgPool, scope: &AccountScope, lease: &Lease, seconds: f64) -> Result<(), StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let renewed = sqlx::query!(
        r#"
        update window_ledger
        set lease_until = now() + make_interval(secs => $6)
        where account_id = $1 and region = $2 and source = $3 and window_start = $4
          and epoch = $5 and state = 'leased'
        "#,
        lease.account_id,
        lease.region,
        lease.feed.as_str(),
        lease.start,
        lease.epoch,
        seconds
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("renew the lease"))?;
    transaction.commit().await.map_err(StoreError::on("renew the lease"))?;
    if renewed.rows_affected() == 1 { Ok(()) } else { Err(StoreError::LeaseLost) }
}

/// Locks the window inside the writing transaction and checks that the lease still stands.
///
/// # Errors
/// [`StoreError::LeaseLost`] when another process has claimed the window since.
pub async fn fence(connection: &mut PgConnection, lease: &Lease) -> Result<(), StoreError> {
    let epoch = sqlx::query_scalar!(
        r#"
        select epoch
        from window_ledger
        where account_id = $1 and region = $2 and source = $3 and window_start = $4
        for update
        "#,
        lease.account_id,
        lease.region,
        lease.feed.as_str(),
        lease.start
    )
    .fetch_one(connection)
    .await
    .map_err(StoreError::on("lock the window"))?;
    if epoch == lease.epoch { Ok(()) } else { Err(StoreError::LeaseLost) }
}

/// What a read window held.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Read {
    /// The run's clock where the window was read for everything in it; `None` where only for what came late.
    pub as_of: Option<DateTime<Utc>>,
    /// When the list of entities was read that this window was planned from.
    pub watermark: Option<DateTime<Utc>>,
    /// Series asked for.
    pub expected_series: i32,
    /// Series with at least one point.
    pub received_series: i32,
    /// Points written or confirmed.
    pub received_points: i64,
    /// Series that were not answered: `{series, reason}`.
    pub holes: serde_json::Value,
    /// Whether the window is still open and will be read again.
    pub stays_open: bool,
}

/// Marks the window as read whole, or keeps it pending while it is open or was reopened for late entities.
pub async fn complete(connection: &mut PgConnection, lease: &Lease, read: &Read) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update window_ledger w
        set state = case
                when $10 or exists (
                    select from window_reopened o
                    where o.account_id = w.account_id and o.region = w.region
                      and o.source = w.source and o.window_start = w.window_start
                ) then 'pending'
                else 'complete'
            end,
            coverage = case when $10 then w.coverage else tstzmultirange(tstzrange(w.window_start, w.window_end)) end,
            completed_at = case when $10 then w.completed_at else now() end,
            read_as_of = case when $10 then w.read_as_of else coalesce($11, w.read_as_of) end,
            inventory_watermark = $5,
            expected_series = $6,
            received_series = $7,
            received_points = $8,
            holes = $9,
            holder = null,
            lease_until = null,
            -- a window with holes counts its tries, so that a series refused for good does not keep it open for ever
            attempts = case when $10 and w.source = 'metrics' then w.attempts else 0 end,
            next_attempt_at = case when $10 then now() + interval '30 seconds' else w.next_attempt_at end,
            last_error = null,
            remedy = null
        where w.account_id = $1 and w.region = $2 and w.source = $3 and w.window_start = $4
        "#,
        lease.account_id,
        lease.region,
        lease.feed.as_str(),
        lease.start,
        read.watermark,
        read.expected_series,
        read.received_series,
        read.received_points,
        read.holes,
        read.stays_open,
        read.as_of
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("complete the window"))?;
    Ok(())
}

/// Gives a window back after a failure, to be tried again after `wait_seconds`.
pub async fn give_back(
    pool: &PgPool,
    scope: &AccountScope,
    lease: &Lease,
    error: &str,
    remedy: &str,
    wait_seconds: f64,
) -> Result<(), StoreError> {
    let mut transaction = scope.begin(pool).await?;
    sqlx::query!(
        r#"
        update window_ledger
        set state = 'pending',
            holder = null,
            lease_until = null,
            last_error = $6,
            remedy = $7,
            next_attempt_at = now() + make_interval(secs => $8)
        where account_id = $1 and region = $2 and source = $3 and window_start = $4 and epoch = $5
        "#,
        lease.account_id,
        lease.region,
        lease.feed.as_str(),
        lease.start,
        lease.epoch,
        error,
        remedy,
        wait_seconds
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("give the window back"))?;
    transaction.commit().await.map_err(StoreError::on("give the window back"))?;
    Ok(())
}

/// Lets a new run try windows again that an earlier run gave up on.
pub async fn forgive(pool: &PgPool, scope: &AccountScope, region: &str) -> Result<(), StoreError> {
    let mut transaction = scope.begin(pool).await?;
    sqlx::query!(
        r#"
        update window_ledger
        set attempts = case when last_error is null and state = 'pending' then attempts else 0 end,
            next_attempt_at = now()
        where account_id = any ($1)
          and region = $2
          and state <> 'complete'
          and (attempts > 0 or next_attempt_at > now())
        "#,
        scope.ids(),
        region
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("reset the attempts"))?;
    transaction.commit().await.map_err(StoreError::on("reset the attempts"))?;
    Ok(())
}

/// Reopens complete metric windows that an entity found just now was alive in.
pub async fn reopen_for_entity(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
    entity_id: i64,
    from: DateTime<Utc>,
    to: Option<DateTime<Utc>>,
) -> Result<u64, StoreError> {
    let reopened = sqlx::query!(
        r#"
        with hit as (
            update window_ledger
            set state = 'pending',
                next_attempt_at = now()
            where account_id = $1
              and region = $2
              and source = 'metrics'
              and completed_at is not null
              and window_start < coalesce($5, 'infinity'::timestamptz)
              and window_end > $4
            returning account_id, region, source, window_start
        )
        insert into window_reopened (account_id, region, source, window_start, entity_id)
        select account_id, region, source, window_start, $3
        from hit
        on conflict do nothing
        "#,
        account_id,
        region,
        entity_id,
        from,
        to
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("reopen windows for a new entity"))?;
    Ok(reopened.rows_affected())
}

/// The entities a window was reopened for; empty when it is to be read for all.
pub async fn reopened_entities(connection: &mut PgConnection, lease: &Lease) -> Result<Vec<i64>, StoreError> {
    sqlx::query_scalar!(
        r#"
        select entity_id
        from window_reopened
        where account_id = $1 and region = $2 and source = $3 and window_start = $4
        order by entity_id
        "#,
        lease.account_id,
        lease.region,
        lease.feed.as_str(),
        lease.start
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the reopened entities"))
}

/// Clears the marks of the entities that have been read now.
pub async fn clear_reopened(connection: &mut PgConnection, lease: &Lease, entities: &[i64]) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        delete from window_reopened
        where account_id = $1 and region = $2 and source = $3 and window_start = $4
          and entity_id = any ($5)
        "#,
        lease.account_id,
        lease.region,
        lease.feed.as_str(),
        lease.start,
        entities
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("clear the reopened entities"))?;
    Ok(())
}

/// Marks a window as still to be read for these entities.
pub async fn mark_reopened(connection: &mut PgConnection, lease: &Lease, entities: &[i64]) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        insert into window_reopened (account_id, region, source, window_start, entity_id)
        select $1, $2, $3, $4, entity_id
        from unnest($5::bigint[]) as entity_id
        on conflict do nothing
        "#,
        lease.account_id,
        lease.region,
        lease.feed.as_str(),
        lease.start,
        entities
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("mark late entities"))?;
    Ok(())
}

/// How many windows of a region remain to be read.
pub async fn left(pool: &PgPool, scope: &AccountScope, region: &str) -> Result<u64, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let count = sqlx::query_scalar!(
        r#"
        select count(*) as "count!"
        from window_ledger
        where account_id = any ($1)
          and region = $2
          and source = 'metrics'
          and state <> 'complete'
        "#,
        scope.ids(),
        region
    )
    .fetch_one(&mut *transaction)
    .await
    .map_err(StoreError::on("count the windows left"))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// The windows of metrics that overlap `[from, to)` in a region, and which of them are complete; and on how many of the
/// days its training jobs were listed.
pub async fn known_in(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<(Vec<(DateTime<Utc>, DateTime<Utc>, bool)>, i64), StoreError> {
    let rows = sqlx::query!(
        r#"
        select
            source,
            window_start,
            window_end,
            (state = 'complete') as "is_complete!"
        from window_ledger
        where account_id = $1
          and region = $2
          and source in ('metrics', 'inventory')
          and window_start < $4
          and window_end > $3
        order by window_start
        "#,
        account_id,
        region,
        from,
        to
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the windows of the span"))?;
    let listed = rows.iter().filter(|row| row.source == "inventory" && row.is_complete).count();
    let windows = rows.into_iter().filter(|row| row.source == "metrics");
    let windows = windows.map(|row| (row.window_start, row.window_end, row.is_complete)).collect();
    Ok((windows, i64::try_from(listed).unwrap_or(i64::MAX)))
}

/// Windows that a run may claim: those that are not complete.
pub async fn open(pool: &PgPool, scope: &AccountScope, wanted: Wanted<'_>) -> Result<u64, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let count = sqlx::query_scalar!(
        r#"
        select count(*) as "count!"
        from window_ledger
        where account_id = $1
          and region = $2
          and source = $3
          and window_start >= $4
          and window_start < $5
          and attempts < $6
          and state <> 'complete'
        "#,
        wanted.account_id,
        wanted.region,
        wanted.feed.as_str(),
        wanted.from,
        wanted.to,
        wanted.most_attempts
    )
    .fetch_one(&mut *transaction)
    .await
    .map_err(StoreError::on("count the open windows"))?;
    Ok(u64::try_from(count).unwrap_or_default())
}
