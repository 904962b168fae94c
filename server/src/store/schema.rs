//! Whether the database holds the schema that this program was built for.

use sqlx::PgPool;

use super::StoreError;

/// What each migration that makes tables made last, oldest first; the roles that serve pages may not read the
/// migrations' own table.
const LANDMARKS: [&str; 4] = ["ingest_run", "org_day", "audit_event", "gap_note"];

/// Whether every migration with tables was applied and this connection's role may read what it made.
pub async fn is_current(pool: &PgPool) -> Result<bool, StoreError> {
    let wanted: Vec<String> = LANDMARKS.iter().map(ToString::to_string).collect();
    sqlx::query_scalar!(
        r#"
        select bool_and(coalesce(has_table_privilege(to_regclass('public.' || wanted), 'select'), false)) as "current!"
        from unnest($1::text[]) as wanted
        "#,
        &wanted
    )
    .fetch_one(pool)
    .await
    .map_err(StoreError::on("look at the schema"))
}
