//! Changes of alarms' states.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::StoreError;
use crate::aws::facts::AlarmChange;

/// A change as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Change {
    /// The alarm's name.
    pub alarm: String,
    /// Region.
    pub region: String,
    /// When.
    pub at: DateTime<Utc>,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    pub old_state: String,
    /// The same.
    pub new_state: String,
    /// CloudWatch's own sentence.
    pub reason: String,
}

/// Keeps the changes of those alarms that are known as SageMaker's; how many are new.
pub async fn write(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
    changes: &[AlarmChange],
) -> Result<u64, StoreError> {
    let texts =
        |of: fn(&AlarmChange) -> &str| -> Vec<String> { changes.iter().map(|each| of(each).to_owned()).collect() };
    let at: Vec<DateTime<Utc>> = changes.iter().map(|each| each.at).collect();
    let written = sqlx::query!(
        r#"
        insert into alarm_change (account_id, region, alarm, at, old_state, new_state, reason)
        select $1, $2, u.*
        from unnest($3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[]) as u (alarm, at, old_state, new_state, reason)
        where exists (
            select
            from configuration_item c
            where c.account_id = $1
              and c.region = $2
              and c.kind = 'alarm'
              and c.name = u.alarm
        )
        on conflict do nothing
        "#,
        account_id,
        region,
        &texts(|each| &each.alarm),
        &at,
        &texts(|each| &each.from),
        &texts(|each| &each.to),
        &texts(|each| &each.reason)
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("keep the changes of alarms"))?;
    Ok(written.rows_affected())
}

/// Changes of all alarms, newest first; at most `most`.
pub async fn newest(connection: &mut PgConnection, most: i64) -> Result<Vec<Change>, StoreError> {
    sqlx::query_as!(
        Change,
        r#"
        select alarm, region, at, old_state, new_state, reason
        from alarm_change
        order by at desc, alarm
        limit $1
        "#,
        most
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("list the changes of alarms"))
}
