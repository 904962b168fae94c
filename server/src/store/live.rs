//! The lane of the hours that have not closed yet: who reads it in a region, how far, and for whom.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::{AccountScope, StoreError};

/// The lane of a region, held by this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold<'a> {
    /// Account.
    pub account_id: i32,
    /// Region.
    pub region: &'a str,
    /// Fencing number: every claim counts it up, and a commit with an old one is refused.
    pub epoch: i64,
}

/// Takes the lane of a region; `None` while another process reads it.
pub async fn claim<'a>(
    pool: &PgPool,
    scope: &AccountScope,
    account_id: i32,
    region: &'a str,
    holder: &str,
    lease_seconds: f64,
) -> Result<Option<Hold<'a>>, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let epoch = sqlx::query_scalar!(
        r#"
        insert into live_lane as l (account_id, region, epoch, holder, lease_until)
        values ($1, $2, 1, $3, now() + make_interval(secs => $4))
        on conflict (account_id, region) do update set
            epoch = l.epoch + 1,
            holder = excluded.holder,
            lease_until = excluded.lease_until
        where l.lease_until is null or l.lease_until < now()
        returning epoch
        "#,
        account_id,
        region,
        holder,
        lease_seconds
    )
    .fetch_optional(&mut *transaction)
    .await
    .map_err(StoreError::on("claim the live lane"))?;
    transaction.commit().await.map_err(StoreError::on("claim the live lane"))?;
    Ok(epoch.map(|epoch| Hold { account_id, region, epoch }))
}

/// Makes sure that no reader of the lane writes while windows of its hours are planned: it has written before, or it
/// will see them.
pub async fn hold_off(connection: &mut PgConnection, account_id: i32, region: &str) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        insert into live_lane (account_id, region)
        values ($1, $2)
        on conflict (account_id, region) do update set epoch = live_lane.epoch
        "#,
        account_id,
        region
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("hold the live lane off"))?;
    Ok(())
}

/// Locks the lane inside the writing transaction and checks that it is still held.
///
/// # Errors
/// [`StoreError::LeaseLost`] when another process has claimed it since.
pub async fn fence(connection: &mut PgConnection, hold: Hold<'_>) -> Result<(), StoreError> {
    let epoch = sqlx::query_scalar!(
        "select epoch from live_lane where account_id = $1 and region = $2 for update",
        hold.account_id,
        hold.region
    )
    .fetch_one(connection)
    .await
    .map_err(StoreError::on("lock the live lane"))?;
    if epoch == hold.epoch { Ok(()) } else { Err(StoreError::LeaseLost) }
}

/// Writes down how far the lane was read and for how many, and lets it go.
pub async fn release(
    connection: &mut PgConnection,
    hold: Hold<'_>,
    read_to: Option<DateTime<Utc>>,
    followed: i32,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update live_lane
        set holder = null,
            lease_until = null,
            read_to = coalesce($4, read_to),
            followed = case when $4::timestamptz is null then followed else $5 end
        where account_id = $1 and region = $2 and epoch = $3
        "#,
        hold.account_id,
        hold.region,
        hold.epoch,
        read_to,
        followed
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("let the live lane go"))?;
    Ok(())
}

/// Where the planned windows of metrics end, which is where the lane begins; `None` before the first is planned.
pub async fn begins(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    sqlx::query_scalar!(
        r#"
        select max(window_end)
        from window_ledger
        where account_id = $1
          and region = $2
          and source = 'metrics'
        "#,
        account_id,
        region
    )
    .fetch_one(connection)
    .await
    .map_err(StoreError::on("find the begin of the live lane"))
}

/// What is followed: parts of jobs that run, and of pinned endpoints that had instances in `[from, to)`.
pub async fn followed(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<i64>, StoreError> {
    sqlx::query_scalar!(
        r#"
        select distinct e.entity_id
        from entity e
        join resource r on r.account_id = e.account_id and r.resource_id = e.resource_id
        join capacity_span s on s.account_id = e.account_id and s.entity_id = e.entity_id
        where e.account_id = $1
          and r.region = $2
          and r.gone_at is null
          and s.state = 'serving'
          and s.from_at < $4
          and (
              (r.kind in ('training', 'processing', 'transform') and s.to_at is null)
              or (
                  r.kind = 'endpoint'
                  and coalesce(s.to_at, 'infinity'::timestamptz) > $3
                  and exists (
                      select from pinned_endpoint p
                      where p.account_id = r.account_id and p.resource_id = r.resource_id
                  )
              )
          )
        order by e.entity_id
        "#,
        account_id,
        region,
        from,
        to
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("list what is followed"))
}

/// One region of the lane as it stands.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Lane {
    /// Account.
    pub account_id: i32,
    /// Region.
    pub region: String,
    /// End of the last five minutes that were read.
    pub read_to: DateTime<Utc>,
    /// Entities that were read then.
    pub followed: i32,
}
