//! A page's view of the database: one moment, one scope, nothing written.

use sqlx::{PgPool, Postgres, Transaction};

use super::{AccountScope, StoreError};

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
