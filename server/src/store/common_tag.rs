//! The tags that most resources carry: what a filter offers of them.

use sqlx::PgConnection;

use super::StoreError;

/// Keys that are offered, at most.
pub const MOST_KEYS: usize = 6;
/// Values of a key that are offered, at most.
pub const MOST_VALUES: usize = 8;

/// Counts the tags of an account anew, the only one in the scope of the transaction; nothing where it has been taken away.
pub async fn count(connection: &mut PgConnection, account_id: i32) -> Result<(), StoreError> {
    // Whoever takes the account away has ended first, or waits.
    sqlx::query!("select account_id from account where account_id = $1 for no key update", account_id)
        .fetch_optional(&mut *connection)
        .await
        .map_err(StoreError::on("lock the account"))?;
    let [keys, values] = [MOST_KEYS, MOST_VALUES].map(|most| i32::try_from(most).unwrap_or(i32::MAX));
    sqlx::query!("select count_common_tags($1, $2)", keys, values)
        .execute(connection)
        .await
        .map_err(StoreError::on("count the tags"))?;
    Ok(())
}
