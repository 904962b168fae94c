//! Power measured on the machines, by the hour.

use chrono::{DateTime, NaiveDate, Utc};
use footprint::Measured;
use footprint::units::Watts;
use sqlx::PgConnection;

use super::StoreError;

/// A part of a job, which a meter may have watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobPart {
    /// The installation's number of the account.
    pub account_id: i32,
    /// Resource.
    pub resource_id: i64,
    /// Entity.
    pub entity_id: i64,
    /// AWS region.
    pub region: String,
    /// Instance group; empty where the job has none.
    pub part: String,
    /// Instance type.
    pub instance_type: String,
    /// When the job was created.
    pub created_at: DateTime<Utc>,
    /// When the job ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// The parts of every job of this name in the accounts of the transaction's scope.
pub async fn job_parts(
    connection: &mut PgConnection,
    name: &str,
    region: Option<&str>,
) -> Result<Vec<JobPart>, StoreError> {
    sqlx::query_as!(
        JobPart,
        r#"
        select
            r.account_id,
            r.resource_id,
            e.entity_id,
            r.region,
            e.part,
            e.instance_type,
            r.created_at,
            r.ended_at
        from resource r
        join entity e on e.account_id = r.account_id and e.resource_id = r.resource_id
        where r.kind = 'training'
          and r.name = $1
          and ($2::text is null or r.region = $2)
        order by r.account_id, r.region, r.created_at, e.part
        "#,
        name,
        region
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("look the job up"))
}

/// What one meter says of one entity.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// The installation's number of the account.
    pub account_id: i32,
    /// Entity.
    pub entity_id: i64,
    /// Starts of hours, each once, with the mean W of one instance.
    pub hours: &'a [(DateTime<Utc>, Measured)],
    /// The meter's program.
    pub source: &'a str,
    /// When it was read.
    pub read_at: DateTime<Utc>,
}

/// Writes a reading and returns the days on which something changed, ascending.
pub async fn write(connection: &mut PgConnection, reading: &Reading<'_>) -> Result<Vec<NaiveDate>, StoreError> {
    let starts: Vec<DateTime<Utc>> = reading.hours.iter().map(|(hour, _)| *hour).collect();
    let watts = |of: fn(&Measured) -> Option<Watts>| -> Vec<Option<f64>> {
        reading.hours.iter().map(|(_, measured)| of(measured).map(Watts::get)).collect()
    };
    let (accelerators, hosts) = (watts(|measured| measured.accelerators), watts(|measured| measured.host));
    let days = sqlx::query_scalar!(
        r#"
        with written as (
            insert into measured_hour as m (account_id, entity_id, hour, accelerators_w, host_w, source, read_at)
            select $1, $2, hour, accelerators_w, host_w, $6, $7
            from unnest($3::timestamptz[], $4::float8[], $5::float8[]) as read (hour, accelerators_w, host_w)
            on conflict (account_id, entity_id, hour, source) do update set
                accelerators_w = excluded.accelerators_w,
                host_w = excluded.host_w,
                read_at = excluded.read_at
            -- the same watts once more are no news
            where (m.accelerators_w, m.host_w) is distinct from (excluded.accelerators_w, excluded.host_w)
            returning hour
        )
        select distinct (hour at time zone 'UTC')::date as "day!"
        from written
        order by 1
        "#,
        reading.account_id,
        reading.entity_id,
        &starts,
        &accelerators as &[Option<f64>],
        &hosts as &[Option<f64>],
        reading.source,
        reading.read_at
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("write the measured power"))?;
    Ok(days)
}

/// A meter's program with what it measured.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct Meter {
    /// The program.
    pub source: String,
    /// Jobs and endpoints.
    pub resources: i64,
    /// Their hours.
    pub hours: i64,
    /// The last hour.
    pub last: Option<DateTime<Utc>>,
    /// When it was last read.
    pub read_at: Option<DateTime<Utc>>,
}

/// An hour of an entity with what was measured in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeasuredHour {
    /// Entity.
    pub entity_id: i64,
    /// Start of the hour.
    pub hour: DateTime<Utc>,
    /// Mean W of one instance.
    pub measured: Measured,
}

/// What was measured of the entities over `[from, to)`; of two sources the one read last counts, each part by itself.
pub async fn within(
    connection: &mut PgConnection,
    account_id: i32,
    entities: &[i64],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<MeasuredHour>, StoreError> {
    let rows = sqlx::query!(
        r#"
        select
            entity_id,
            hour,
            (array_agg(accelerators_w order by read_at desc, source) filter (where accelerators_w is not null))[1]
                as accelerators_w,
            (array_agg(host_w order by read_at desc, source) filter (where host_w is not null))[1] as host_w
        from measured_hour
        where account_id = $1
          and entity_id = any ($2)
          and hour >= $3
          and hour < $4
        group by entity_id, hour
        "#,
        account_id,
        entities,
        from,
        to
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the measured power"))?;
    Ok(rows
        .into_iter()
        .map(|row| MeasuredHour {
            entity_id: row.entity_id,
            hour: row.hour,
            measured: measured(row.accelerators_w, row.host_w),
        })
        .collect())
}

/// Stored watts as the estimate takes them.
#[must_use]
pub fn measured(accelerators_w: Option<f64>, host_w: Option<f64>) -> Measured {
    Measured { accelerators: accelerators_w.map(Watts::new), host: host_w.map(Watts::new) }
}
