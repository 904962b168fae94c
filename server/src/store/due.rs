//! Days of entities that are to be estimated anew.

use chrono::NaiveDate;
use sqlx::{PgConnection, PgPool};

use super::{AccountScope, StoreError};

/// A day of an entity that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityDay {
    /// Entity.
    pub entity_id: i64,
    /// UTC day.
    pub day: NaiveDate,
}

/// Takes up to `most` due days of an account out of the queue, oldest day first, until the transaction ends.
pub async fn take_stale(
    connection: &mut PgConnection,
    account_id: i32,
    most: i64,
) -> Result<Vec<EntityDay>, StoreError> {
    sqlx::query_as!(
        EntityDay,
        r#"
        with due as materialized (
            select entity_id, day
            from stale_day
            where account_id = $1
            -- the newest days first: they are what somebody is looking at
            order by day desc, entity_id
            limit $2
            for update skip locked
        )
        delete from stale_day s
        using due
        where s.account_id = $1
          and s.entity_id = due.entity_id
          and s.day = due.day
        returning s.entity_id, s.day
        "#,
        account_id,
        most
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("take due days"))
}

/// How many days of entities wait to be estimated.
pub async fn count(pool: &PgPool, scope: &AccountScope) -> Result<u64, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let due =
        sqlx::query_scalar!(r#"select count(*) as "count!" from stale_day where account_id = any ($1)"#, scope.ids())
            .fetch_one(&mut *transaction)
            .await
            .map_err(StoreError::on("count the due days"))?;
    Ok(u64::try_from(due).unwrap_or_default())
}

/// Locks the account's ledger until the transaction ends: `org_day` is summed by one writer at a time.
pub async fn lock_ledger(connection: &mut PgConnection, account_id: i32) -> Result<(), StoreError> {
    sqlx::query!("select account_id from account where account_id = $1 for no key update", account_id)
        .fetch_one(connection)
        .await
        .map_err(StoreError::on("lock the ledger"))?;
    Ok(())
}

/// Marks every day with usage as due, so that a new estimate is computed over all of it.
pub async fn mark_all_stale(pool: &PgPool, scope: &AccountScope) -> Result<u64, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let marked = sqlx::query!(
        r#"
        insert into stale_day (account_id, entity_id, day)
        select distinct account_id, entity_id, day
        from ledger_day
        where account_id = any ($1)
        on conflict do nothing
        "#,
        scope.ids()
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("mark all days for estimation"))?;
    transaction.commit().await.map_err(StoreError::on("mark all days for estimation"))?;
    Ok(marked.rows_affected())
}
