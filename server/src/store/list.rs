//! Lists of jobs and endpoints with their parts: a page of them, or all as a stream for an export.

use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use sqlx::{FromRow, PgConnection};
use tokio::sync::mpsc;

use super::part::{Part, PartRow};
use super::selection::{Filter, List};
use super::{StoreError, filter};
use crate::kind::Section;

/// A part of a listed resource, with the resource.
#[derive(Debug, Clone, FromRow)]
struct ListedRow {
    place: i64,
    rows: i64,
    cpu_p95: Option<f64>,
    gpu_p95: Option<f64>,
    alarms: Option<i64>,
    alarms_firing: Option<i64>,
    busiest: Option<f64>,
    hours_on: Option<i64>,
    latency_ms: Option<f64>,
    account_id: i32,
    resource_id: i64,
    arn: String,
    name: String,
    family: String,
    status: String,
    failure_reason: Option<String>,
    hosting_option: String,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    gone_at: Option<DateTime<Utc>>,
    billable_seconds: Option<i64>,
    is_spot: Option<bool>,
    owner: Option<String>,
    variants: Option<i64>,
    most: Option<i64>,
    latest: Option<i64>,
    findings: i64,
    #[sqlx(flatten)]
    part: PartRow,
}

/// A resource inside the period.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Its place in the order, from 1.
    pub place: i64,
    /// How many the filter leaves.
    pub rows: i64,
    /// 95th percentile of processor utilisation inside the period, percent.
    pub cpu_p95: Option<f64>,
    /// 95th percentile of accelerator utilisation inside the period, percent.
    pub gpu_p95: Option<f64>,
    /// Alarms on an endpoint, as they were last read.
    pub alarms: Option<i64>,
    /// Of them, those in alarm.
    pub alarms_firing: Option<i64>,
    /// The busiest hour of an endpoint's processors or accelerators inside the period, percent.
    pub busiest: Option<f64>,
    /// Hours of the period in which an instance of an endpoint stood by.
    pub hours_on: Option<i64>,
    /// Mean latency over the requests of the last seven days of the period, milliseconds.
    pub latency_ms: Option<f64>,
    /// The installation's number of the account.
    pub account_id: i32,
    /// The installation's number of the resource.
    pub resource_id: i64,
    /// Amazon Resource Name.
    pub arn: String,
    /// Name.
    pub name: String,
    /// Name without run number or date.
    pub family: String,
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
    /// Seconds billed.
    pub billable_seconds: Option<i64>,
    /// Managed spot.
    pub is_spot: Option<bool>,
    /// Owners inside the period, joined; `None` where no rule names one.
    pub owner: Option<String>,
    /// Parts with their own name: instance groups or variants.
    pub variants: i64,
    /// Most instances it ever had, if its capacity is known.
    pub most: Option<i64>,
    /// Instances now, if it has any.
    pub latest: Option<i64>,
    /// Findings that fire and are not decided or not done.
    pub findings: i64,
    /// Its sums inside the period.
    pub parts: Vec<Part>,
}

/// A page of the list.
pub async fn page(connection: &mut PgConnection, list: &List<'_>) -> Result<Vec<Listed>, StoreError> {
    let mut query = filter::listing(list);
    let rows: Vec<ListedRow> =
        query.build_query_as().fetch_all(connection).await.map_err(StoreError::on("read the list"))?;
    let mut listed: Vec<Listed> = Vec::new();
    for row in rows {
        join(&mut listed, row)?;
    }
    Ok(listed)
}

/// Sends the whole list, one resource at a time as the database gives it, until nobody listens any more.
pub async fn send_all(
    connection: &mut PgConnection,
    list: &List<'_>,
    listeners: &mpsc::Sender<Result<Listed, StoreError>>,
) -> Result<(), StoreError> {
    let mut query = filter::listing(list);
    let mut rows = query.build_query_as::<ListedRow>().fetch(connection);
    let mut open: Vec<Listed> = Vec::with_capacity(2);
    while let Some(row) = rows.try_next().await.map_err(StoreError::on("read the list"))? {
        join(&mut open, row)?;
        if open.len() > 1 && listeners.send(Ok(open.swap_remove(0))).await.is_err() {
            return Ok(());
        }
    }
    for last in open {
        // A listener that has gone wants nothing more.
        let _ = listeners.send(Ok(last)).await;
    }
    Ok(())
}

/// The sums of everything the filter leaves.
pub async fn total(
    connection: &mut PgConnection,
    estimate_id: i32,
    chosen: &Filter,
    section: Section,
) -> Result<Vec<Part>, StoreError> {
    let rows: Vec<PartRow> = filter::total(estimate_id, chosen, section)
        .build_query_as()
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("read the total"))?;
    rows.into_iter().map(Part::try_from).collect()
}

/// How many resources of a list, or of all lists, have usage in the period.
pub async fn count(
    connection: &mut PgConnection,
    estimate_id: i32,
    chosen: &Filter,
    section: Option<Section>,
) -> Result<u64, StoreError> {
    let count: i64 = filter::count(estimate_id, chosen, section)
        .build_query_scalar()
        .fetch_one(connection)
        .await
        .map_err(StoreError::on("count the list"))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Adds a part to the last resource, or begins the next one.
fn join(listed: &mut Vec<Listed>, row: ListedRow) -> Result<(), StoreError> {
    let part = Part::try_from(row.part)?;
    if let Some(last) = listed.last_mut().filter(|last| last.place == row.place) {
        last.parts.push(part);
        return Ok(());
    }
    listed.push(Listed {
        place: row.place,
        rows: row.rows,
        cpu_p95: row.cpu_p95,
        gpu_p95: row.gpu_p95,
        alarms: row.alarms,
        alarms_firing: row.alarms_firing,
        busiest: row.busiest,
        hours_on: row.hours_on,
        latency_ms: row.latency_ms,
        account_id: row.account_id,
        resource_id: row.resource_id,
        arn: row.arn,
        name: row.name,
        family: row.family,
        status: row.status,
        failure_reason: row.failure_reason,
        hosting_option: row.hosting_option,
        created_at: row.created_at,
        started_at: row.started_at,
        ended_at: row.ended_at,
        gone_at: row.gone_at,
        billable_seconds: row.billable_seconds,
        is_spot: row.is_spot,
        owner: row.owner,
        variants: row.variants.unwrap_or_default(),
        most: row.most,
        latest: row.latest,
        findings: row.findings,
        parts: vec![part],
    });
    Ok(())
}
