//! What was granted and what was refused.

use sqlx::PgConnection;

use super::StoreError;

/// How a feature fared when it was last tried in a region of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The installation's number of the account.
    pub account_id: i32,
    /// Region.
    pub region: String,
    /// For example `pipelines`.
    pub feature: String,
    /// Whether AWS answered.
    pub is_granted: bool,
    /// What to do where it did not.
    pub remedy: String,
}

/// How some features fared, everywhere they were tried.
pub async fn tried(connection: &mut PgConnection, features: &[&str]) -> Result<Vec<Tried>, StoreError> {
    let features: Vec<String> = features.iter().map(|feature| (*feature).to_owned()).collect();
    sqlx::query_as!(
        Tried,
        r#"
        select account_id, region, feature, state = 'granted' as "is_granted!", remedy
        from permission_probe
        where feature = any ($1)
        order by account_id, region, feature
        "#,
        &features
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read how features fared"))
}
