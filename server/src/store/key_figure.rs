//! What the dictionary of key figures counts beside the sums of the ledger.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;
use sqlx::{FromRow, PgConnection};

use super::selection::Filter;
use super::{StoreError, filter};

/// Counts and sums of a period.
#[derive(Debug, Clone, Default, PartialEq, FromRow)]
pub struct KeyFigures {
    /// Jobs with usage in the period that completed or failed in it.
    pub finished_jobs: i64,
    /// Of those, failed.
    pub failed_jobs: i64,
    /// List cost of jobs that failed, US dollars, inside the period.
    pub failed_cost: Option<Decimal>,
    /// List cost of jobs that somebody stopped.
    pub stopped_cost: Option<Decimal>,
    /// List cost of hours that served nothing, and of instances kept warm, of everything else.
    pub idle_cost: Option<Decimal>,
    /// Windows of metrics that overlap the period.
    pub windows: i64,
    /// Of those, read whole.
    pub windows_read: i64,
    /// Variants that can do without instances.
    pub zero_variants: i64,
    /// Hours in which they did.
    pub zero_hours: f64,
    /// Endpoints that AWS has now, whatever the period.
    #[sqlx(json)]
    pub watched: Vec<Watched>,
}

/// An endpoint with its alarms.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Watched {
    /// `real_time`, `async` or `serverless`.
    pub hosting_option: String,
    /// The weights of its variants, as AWS tells them.
    pub weights: Vec<Value>,
    /// What its variants ran on, the earliest first.
    pub machines: Vec<Machine>,
    /// Alarms on it and its variants, those of Application Auto Scaling as well.
    pub alarms: Vec<StandingAlarm>,
    /// How reading alarms fared in its region: `granted`, `denied` or `failing`; `None` where nobody tried.
    pub probe: Option<String>,
}

/// What a variant ran on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Machine {
    /// The variant.
    pub variant: String,
    /// Instance type.
    pub instance_type: String,
}

/// An alarm that is there now.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct StandingAlarm {
    /// Its name.
    pub name: String,
    /// What is kept of it.
    pub document: Value,
}

/// The counts and sums of what the filter leaves.
pub async fn read(
    connection: &mut PgConnection,
    estimate_id: i32,
    chosen: &Filter,
    now: DateTime<Utc>,
) -> Result<KeyFigures, StoreError> {
    filter::key_figures(estimate_id, chosen, now)
        .build_query_as()
        .fetch_one(connection)
        .await
        .map_err(StoreError::on("count for the key figures"))
}
