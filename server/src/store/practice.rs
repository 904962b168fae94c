//! How jobs are run.

use sqlx::{FromRow, PgConnection};

use super::selection::Filter;
use super::{StoreError, filter};

/// Training jobs of a team by how they stand to a feature.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct FeatureCount {
    /// Empty for none.
    pub team: String,
    /// `spot`, `checkpoints`, `warm_pool`, `early_stopping`, `debugger` or `profiler`.
    pub feature: String,
    /// All of them.
    pub jobs: i64,
    /// Of those, using it.
    pub used: i64,
    /// That could.
    pub available: i64,
    /// That it does not concern.
    pub not_applicable: i64,
    /// Of which AWS did not tell.
    pub unknown: i64,
}

/// Instance-seconds of a team on one type of machine.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct MachineTime {
    /// Empty for none.
    pub team: String,
    /// The word of a [`Kind`](crate::kind::Kind).
    pub kind: String,
    /// `real_time`, `serverless` or nothing.
    pub hosting_option: String,
    /// Instance type.
    pub instance_type: String,
    /// Seconds times instances.
    pub instance_seconds: f64,
}

/// Training jobs with usage in the period, by team and feature.
pub async fn features(
    connection: &mut PgConnection,
    estimate_id: i32,
    chosen: &Filter,
) -> Result<Vec<FeatureCount>, StoreError> {
    filter::features(estimate_id, chosen)
        .build_query_as()
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("count the features of training"))
}

/// Instance-seconds in the period, by team and machine.
pub async fn hours(
    connection: &mut PgConnection,
    estimate_id: i32,
    chosen: &Filter,
) -> Result<Vec<MachineTime>, StoreError> {
    filter::hours(estimate_id, chosen)
        .build_query_as()
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("read the hours of machines"))
}
