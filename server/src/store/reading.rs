//! A page's view of the database: one moment, one scope, nothing written.

use chrono::{DateTime, Utc};
use sqlx::{PgPool, Postgres, Transaction};

use super::{AccountScope, StoreError};

/// What a page can depend on beside its address: the state of the database, and the minute.
///
/// The state is that of the whole server: which transactions are over. It changes with every commit that wrote something
/// and comes back never.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Moment {
    snapshot: String,
    minute: DateTime<Utc>,
}

/// The moment it is.
pub async fn moment(pool: &PgPool) -> Result<Moment, StoreError> {
    sqlx::query_as!(
        Moment,
        r#"select pg_current_snapshot()::text as "snapshot!", date_trunc('minute', now()) as "minute!""#
    )
    .fetch_one(pool)
    .await
    .map_err(StoreError::on("ask what time it is"))
}

/// Begins a read-only transaction in which every statement sees the same moment, so that a total equals its rows even
/// while an import commits beside it, and in which row-level security shows the scope's accounts and no others.
pub async fn begin(pool: &PgPool, scope: &AccountScope) -> Result<Transaction<'static, Postgres>, StoreError> {
    let mut transaction = pool
        .begin_with("begin isolation level repeatable read read only")
        .await
        .map_err(StoreError::on("begin to read"))?;
    let accounts = scope.ids().iter().map(i32::to_string).collect::<Vec<_>>().join(",");
    sqlx::query_scalar!("select set_config('wattledger.accounts', $1, true)", accounts)
        .fetch_one(&mut *transaction)
        .await
        .map_err(StoreError::on("set the account scope"))?;
    Ok(transaction)
}
