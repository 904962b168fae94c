//! What several jobs ran on, and how busy it was.

use sqlx::PgConnection;

use super::StoreError;

/// A part of a job with its machines.
#[derive(Debug, Clone, PartialEq)]
pub struct Machines {
    /// The installation's number of the job.
    pub resource_id: i64,
    /// Instance group.
    pub member: String,
    /// Instance type.
    pub instance_type: String,
    /// The most at the same time, where capacity is known.
    pub most: Option<i32>,
    /// Mean processor utilisation, 0 to 1, weighed by time.
    pub cpu: Option<f64>,
    /// Mean accelerator utilisation, 0 to 1, weighed by time.
    pub gpu: Option<f64>,
    /// Instance-seconds that the means weigh with.
    pub instance_seconds: Option<f64>,
}

/// The machines of some jobs.
pub async fn machines(connection: &mut PgConnection, resource_ids: &[i64]) -> Result<Vec<Machines>, StoreError> {
    sqlx::query_as!(
        Machines,
        r#"
        select
            e.resource_id,
            e.part as member,
            e.instance_type,
            held.most,
            used.cpu,
            used.gpu,
            used.instance_seconds
        from entity e
        left join lateral (
            select max(c.instance_count) as most
            from capacity_span c
            where c.account_id = e.account_id
              and c.entity_id = e.entity_id
        ) as held on true
        left join lateral (
            select
                sum(u.cpu_utilisation * u.instance_seconds)
                    / nullif(sum(u.instance_seconds) filter (where u.cpu_utilisation is not null), 0) as cpu,
                sum(u.gpu_utilisation * u.instance_seconds)
                    / nullif(sum(u.instance_seconds) filter (where u.gpu_utilisation is not null), 0) as gpu,
                sum(u.instance_seconds) as instance_seconds
            from usage_hour u
            where u.account_id = e.account_id
              and u.entity_id = e.entity_id
        ) as used on true
        where e.resource_id = any ($1)
        order by e.resource_id, e.part
        "#,
        resource_ids
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read what the jobs ran on"))
}
