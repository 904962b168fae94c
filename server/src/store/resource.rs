//! One job or one endpoint: what it is, its days, its capacity and its metrics.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use sqlx::{FromRow, PgConnection};

use super::part::{Part, PartRow};
use super::selection::Period;
use super::{StoreError, filter};

/// A resource with its tags of today, or of its last day.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// The installation's number of the account.
    pub account_id: i32,
    /// The installation's number of the resource.
    pub resource_id: i64,
    /// Amazon Resource Name.
    pub arn: String,
    /// The word of a [`Kind`](crate::kind::Kind).
    pub kind: String,
    /// Name.
    pub name: String,
    /// Region.
    pub region: String,
    /// As AWS says it.
    pub status: String,
    /// AWS' reason for a failure.
    pub failure_reason: Option<String>,
    /// `real_time`, `serverless` or nothing.
    pub hosting_option: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When work began.
    pub started_at: Option<DateTime<Utc>>,
    /// When work ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// When it was found to be gone.
    pub gone_at: Option<DateTime<Utc>>,
    /// Managed spot.
    pub is_spot: Option<bool>,
    /// The run time after which AWS would have stopped it, in seconds.
    pub max_runtime_s: Option<f64>,
    /// Seconds of work, interruptions left out.
    pub training_seconds: Option<i64>,
    /// Seconds billed, of each instance.
    pub billable_seconds: Option<i64>,
    /// Descriptive fields, such as the image and how a training job was guarded.
    pub attributes: serde_json::Value,
    /// Tag keys, ascending.
    pub tag_keys: Vec<String>,
    /// Their values, in the same order.
    pub tag_values: Vec<String>,
}

/// A day of one part of a resource.
#[derive(Debug, Clone, PartialEq)]
pub struct DayPart {
    /// The day.
    pub day: NaiveDate,
    /// Instance group or variant.
    pub member: String,
    /// Who owned the resource on it; `None` where no rule names anybody.
    pub owner: Option<String>,
    /// Its sums.
    pub part: Part,
}

#[derive(Debug, FromRow)]
struct DayPartRow {
    day: NaiveDate,
    member: String,
    owner: Option<String>,
    #[sqlx(flatten)]
    part: PartRow,
}

/// Every day of a resource, oldest first.
pub async fn days(
    connection: &mut PgConnection,
    estimate_id: i32,
    resource: &Resource,
) -> Result<Vec<DayPart>, StoreError> {
    let rows: Vec<DayPartRow> = filter::resource_days(estimate_id, resource.account_id, resource.resource_id)
        .build_query_as()
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("read the days of the resource"))?;
    rows.into_iter()
        .map(|row| Ok(DayPart { day: row.day, member: row.member, owner: row.owner, part: Part::try_from(row.part)? }))
        .collect()
}

/// A resource's days in a period, and what the rest of its life adds up to.
#[derive(Debug, Clone, PartialEq)]
pub struct Life {
    /// Days in the period, oldest first.
    pub days: Vec<DayPart>,
    /// Before and after it: each instance group or variant with its sums.
    pub rest: Vec<(String, Part)>,
}

impl Life {
    /// Everything, with the instance group or variant it is of.
    pub fn parts(&self) -> impl Iterator<Item = (&str, &Part)> {
        let days = self.days.iter().map(|each| (each.member.as_str(), &each.part));
        days.chain(self.rest.iter().map(|(member, part)| (member.as_str(), part)))
    }
}

#[derive(Debug, FromRow)]
struct LifeRow {
    day: Option<NaiveDate>,
    member: String,
    owner: Option<String>,
    #[sqlx(flatten)]
    part: PartRow,
}

/// The days of a resource in a period, and the rest of its life as sums: a page shows no more of it, however long it was.
pub async fn life(
    connection: &mut PgConnection,
    estimate_id: i32,
    resource: &Resource,
    period: Period,
) -> Result<Life, StoreError> {
    let rows: Vec<LifeRow> = filter::resource_life(estimate_id, resource.account_id, resource.resource_id, period)
        .build_query_as()
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("read the life of the resource"))?;
    let mut life = Life { days: Vec::new(), rest: Vec::new() };
    for row in rows {
        let part = Part::try_from(row.part)?;
        match row.day {
            Some(day) => life.days.push(DayPart { day, member: row.member, owner: row.owner, part }),
            None => life.rest.push((row.member, part)),
        }
    }
    Ok(life)
}

/// A stretch of capacity of one part.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Span {
    /// Instance group or variant.
    pub member: String,
    /// From, inclusive.
    pub from_at: DateTime<Utc>,
    /// To, exclusive; `None` while it lasts.
    pub to_at: Option<DateTime<Utc>>,
    /// Instance type.
    pub instance_type: String,
    /// How many.
    pub instance_count: i32,
    /// `on_demand`, `spot` or `provisioned`.
    pub purchase: String,
    /// `serving`, `provisioning` or `retained`.
    pub state: String,
    /// `described` or `sample_count`.
    pub source: String,
}

/// Usage of one part in a bucket of hours.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Usage {
    /// Begin of the bucket.
    pub at: DateTime<Utc>,
    /// Instance group or variant.
    pub member: String,
    /// Seconds times instances.
    pub instance_seconds: f64,
    /// Hours of the bucket with capacity.
    pub hours: i64,
    /// Of the instance-seconds, those of hours with a utilisation of either.
    pub known_seconds: f64,
    /// Mean processor utilisation, 0 to 1, weighed by time.
    pub cpu: Option<f64>,
    /// Mean accelerator utilisation, 0 to 1, weighed by time.
    pub gpu: Option<f64>,
    /// The last hour in which a request came.
    pub last_request_at: Option<DateTime<Utc>>,
}

/// The distribution of one metric on one host, as CloudWatch publishes it: sums over cores or accelerators, percent.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct HostMetric {
    /// Instance group or variant.
    pub member: String,
    /// For example `algo-1`; empty where the series has no host.
    pub host: String,
    /// `cpu`, `memory`, `gpu` or `gpu_memory`.
    pub metric: String,
    /// Smallest.
    pub min: f64,
    /// Mean.
    pub mean: f64,
    /// Median.
    pub p50: f64,
    /// 95th percentile.
    pub p95: f64,
    /// Largest.
    pub max: f64,
    /// Points received.
    pub points: i64,
    /// Points the hours that were received could hold.
    pub places: i64,
}

/// The mean load of one host in a bucket of time, as CloudWatch publishes it: sums over cores or accelerators, percent.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct HostLoad {
    /// Begin of the bucket.
    pub at: DateTime<Utc>,
    /// Instance group or variant.
    pub member: String,
    /// For example `algo-1`; empty where the series has no host.
    pub host: String,
    /// Processors.
    pub cpu: Option<f64>,
    /// Memory, of the whole.
    pub memory: Option<f64>,
    /// Accelerators.
    pub gpu: Option<f64>,
    /// Memory of accelerators.
    pub gpu_memory: Option<f64>,
}

/// The instants a period lies between: its first midnight, and the one after its last day.
pub fn bounds(period: Period) -> (DateTime<Utc>, DateTime<Utc>) {
    let midnight = |day: NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc();
    (midnight(period.from), midnight(period.to + chrono::Days::new(1)))
}
