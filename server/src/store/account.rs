//! Accounts, their regions and what they permit.

use sqlx::{PgConnection, PgPool};

use super::{AccountScope, Origin, StoreError};

/// One AWS account as this installation knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The installation's own number.
    pub account_id: i32,
    /// AWS' twelve digits; `None` until AWS has told.
    pub aws_account_id: Option<String>,
    /// Where its facts come from.
    pub origin: Origin,
    /// What people call it.
    pub name: String,
    /// ARN of the role it was last read with, or `credentials`; `None` where it is not read from AWS.
    pub read_as: Option<String>,
}

/// Every account, in the order of its number.
pub async fn all(pool: &PgPool) -> Result<Vec<Account>, StoreError> {
    let rows = sqlx::query!(
        r#"
        select
            account_id,
            aws_account_id::text as aws_account_id,
            origin,
            name,
            read_as
        from account
        order by account_id
        "#
    )
    .fetch_all(pool)
    .await
    .map_err(StoreError::on("read the accounts"))?;
    rows.into_iter()
        .map(|row| {
            Ok(Account {
                account_id: row.account_id,
                aws_account_id: row.aws_account_id,
                origin: origin(&row.origin)?,
                name: row.name,
                read_as: row.read_as,
            })
        })
        .collect()
}

/// The scope a visitor sees: the real accounts, or the demo while there is no other.
pub async fn visible_scope(pool: &PgPool) -> Result<AccountScope, StoreError> {
    Ok(visible(&all(pool).await?))
}

/// The same, of accounts that were read already.
pub fn visible(accounts: &[Account]) -> AccountScope {
    let shown = [Origin::Aws, Origin::Upload, Origin::Demo]
        .into_iter()
        .find(|origin| accounts.iter().any(|account| account.origin == *origin))
        .unwrap_or(Origin::Aws);
    let ids = accounts.iter().filter(|account| account.origin == shown).map(|account| account.account_id).collect();
    AccountScope::new(shown, ids)
}

/// One scope per origin that has accounts.
pub async fn scopes(pool: &PgPool) -> Result<Vec<AccountScope>, StoreError> {
    let accounts = all(pool).await?;
    let of = |origin: Origin| {
        let ids: Vec<i32> = accounts.iter().filter(|each| each.origin == origin).map(|each| each.account_id).collect();
        (!ids.is_empty()).then(|| AccountScope::new(origin, ids))
    };
    Ok([Origin::Aws, Origin::Upload, Origin::Demo].into_iter().filter_map(of).collect())
}

/// The regions of a scope that were read before, by account.
pub async fn regions(connection: &mut PgConnection) -> Result<Vec<(i32, String)>, StoreError> {
    let rows = sqlx::query!("select account_id, region from account_region where enabled order by account_id, region")
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("read the regions"))?;
    Ok(rows.into_iter().map(|row| (row.account_id, row.region)).collect())
}

/// Finds or adds an account; its name follows the latest call.
pub async fn ensure(
    pool: &PgPool,
    origin: Origin,
    aws_account_id: Option<&str>,
    name: &str,
) -> Result<i32, StoreError> {
    sqlx::query_scalar!(
        r#"
        insert into account (origin, aws_account_id, name)
        values ($1, $2, $3)
        on conflict (origin, partition, aws_account_id) do update
            set name = excluded.name
        returning account_id
        "#,
        origin.as_str(),
        aws_account_id,
        name
    )
    .fetch_one(pool)
    .await
    .map_err(StoreError::on("add the account"))
}

/// Notes as whom an account is read: the ARN of a role, or `credentials`.
pub async fn note_reader(pool: &PgPool, account_id: i32, read_as: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "update account set read_as = $2 where account_id = $1 and read_as is distinct from $2",
        account_id,
        read_as
    )
    .execute(pool)
    .await
    .map_err(StoreError::on("note as whom an account is read"))?;
    Ok(())
}

fn origin(text: &str) -> Result<Origin, StoreError> {
    match text {
        "aws" => Ok(Origin::Aws),
        "demo" => Ok(Origin::Demo),
        "upload" => Ok(Origin::Upload),
        other => Err(StoreError::Corrupt(format!("account origin {other}"))),
    }
}
