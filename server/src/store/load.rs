//! How busy a part was, as a file tells it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::StoreError;

/// Load over a stretch of time, shares of 0..1; `None` is not told, which is not idle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// From, inclusive.
    pub from: DateTime<Utc>,
    /// To, exclusive.
    pub to: DateTime<Utc>,
    /// Of all processors.
    pub cpu: Option<f32>,
    /// Of all accelerators.
    pub gpu: Option<f32>,
    /// Of what does the work: the accelerators where there are any, else the processors.
    pub whole: Option<f32>,
}

/// Replaces what is told of a part's load; whether it is something else than before.
pub async fn replace(
    connection: &mut PgConnection,
    account_id: i32,
    entity_id: i64,
    loads: &[Load],
) -> Result<bool, StoreError> {
    let from: Vec<DateTime<Utc>> = loads.iter().map(|load| load.from).collect();
    let to: Vec<DateTime<Utc>> = loads.iter().map(|load| load.to).collect();
    let share = |of: fn(&Load) -> Option<f32>| -> Vec<Option<f32>> { loads.iter().map(of).collect() };
    let (cpu, gpu, whole) = (share(|load| load.cpu), share(|load| load.gpu), share(|load| load.whole));
    let gone = sqlx::query!(
        "delete from told_load where account_id = $1 and entity_id = $2 and from_at <> all ($3)",
        account_id,
        entity_id,
        &from
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::on("forget the load"))?;
    let written = sqlx::query!(
        r#"
        insert into told_load as l (account_id, entity_id, from_at, to_at, cpu, gpu, whole)
        select $1, $2, told.*
        from unnest($3::timestamptz[], $4::timestamptz[], $5::real[], $6::real[], $7::real[]) as told
        on conflict (account_id, entity_id, from_at) do update set
            to_at = excluded.to_at,
            cpu = excluded.cpu,
            gpu = excluded.gpu,
            whole = excluded.whole
        where (l.to_at, l.cpu, l.gpu, l.whole)
            is distinct from (excluded.to_at, excluded.cpu, excluded.gpu, excluded.whole)
        "#,
        account_id,
        entity_id,
        &from,
        &to,
        &cpu as &[Option<f32>],
        &gpu as &[Option<f32>],
        &whole as &[Option<f32>]
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("keep the load"))?;
    Ok(gone.rows_affected() + written.rows_affected() > 0)
}

/// What is told of the load of each entity in `[from, to)`, in order.
pub async fn within(
    connection: &mut PgConnection,
    account_id: i32,
    entities: &[i64],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<HashMap<i64, Vec<Load>>, StoreError> {
    let rows = sqlx::query!(
        r#"
        select entity_id, from_at, to_at, cpu, gpu, whole
        from told_load
        where account_id = $1
          and entity_id = any ($2)
          and from_at < $4
          and to_at > $3
        order by entity_id, from_at
        "#,
        account_id,
        entities,
        from,
        to
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the load"))?;
    let mut loads: HashMap<i64, Vec<Load>> = HashMap::new();
    for row in rows {
        let load = Load { from: row.from_at, to: row.to_at, cpu: row.cpu, gpu: row.gpu, whole: row.whole };
        loads.entry(row.entity_id).or_default().push(load);
    }
    Ok(loads)
}
