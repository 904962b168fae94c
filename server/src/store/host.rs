//! Names of hosts that CloudWatch alone knows.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::{AccountScope, StoreError};
use crate::kind::Kind;

/// A job whose hosts are to be learnt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its only entity.
    pub entity_id: i64,
    /// The job's name.
    pub name: String,
    /// When its instances began.
    pub from: DateTime<Utc>,
    /// When they ended; `None` while they run.
    pub to: Option<DateTime<Utc>>,
}

/// Batch transform jobs of a region that ran at `since` or later.
pub async fn transform_jobs(
    pool: &PgPool,
    scope: &AccountScope,
    account_id: i32,
    region: &str,
    since: DateTime<Utc>,
) -> Result<Vec<Named>, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    sqlx::query_as!(
        Named,
        r#"
        select
            e.entity_id,
            r.name,
            s.from_at as from,
            s.to_at as "to"
        from resource r
        join entity e on e.account_id = r.account_id and e.resource_id = r.resource_id
        join capacity_span s on s.account_id = e.account_id and s.entity_id = e.entity_id
        where r.account_id = $1
          and r.region = $2
          and r.kind = $3
          and coalesce(s.to_at, 'infinity'::timestamptz) > $4
        order by e.entity_id
        "#,
        account_id,
        region,
        Kind::Transform.as_str(),
        since
    )
    .fetch_all(&mut *transaction)
    .await
    .map_err(StoreError::on("list the batch transform jobs"))
}

/// Keeps the name of a host; whether it is new.
pub async fn write(
    connection: &mut PgConnection,
    account_id: i32,
    entity_id: i64,
    host: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let written = sqlx::query!(
        r#"
        insert into entity_host (account_id, entity_id, host, first_seen_at)
        values ($1, $2, $3, $4)
        on conflict (account_id, entity_id, host) do nothing
        "#,
        account_id,
        entity_id,
        host,
        now
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("keep the host"))?;
    Ok(written.rows_affected() > 0)
}
