//! Signatures under a review: a name, a moment, and the hashes it stands under. Added once, never changed.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::action::{Changed, finish, subject};
use super::review::begin_serializable;
use super::{AccountScope, StoreError, action, audit};
use crate::review::actions::promises_sha256;
use crate::review::{ReviewId, canonical};

/// A signature as it is stored.
#[derive(Debug, Clone)]
pub struct SignOff {
    /// The name that was given.
    pub signed_by: String,
    /// When.
    pub signed_at: DateTime<Utc>,
    /// The hash of the snapshot's canonical text.
    pub snapshot_sha256: String,
    /// The hash of the promises.
    pub actions_sha256: String,
}

/// The signatures under a review, oldest first.
pub async fn of_review(
    connection: &mut PgConnection,
    scope: &AccountScope,
    id: ReviewId,
) -> Result<Vec<SignOff>, StoreError> {
    sqlx::query_as!(
        SignOff,
        r#"
        select
            signed_by,
            signed_at,
            snapshot_sha256::text as "snapshot_sha256!",
            actions_sha256::text as "actions_sha256!"
        from review_sign_off
        where origin = $1
          and review_id = $2
          and revision = $3
        order by signed_at, signed_by
        "#,
        scope.origin().as_str(),
        id.week.to_string(),
        id.revision
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the signatures"))
}

/// What became of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// As for any change to a review.
    Changed(Changed),
    /// This name has signed already.
    Twice,
    /// The stored text does not hash to the stored hash; nobody may sign it.
    Broken,
}

/// Signs a review: its snapshot as stored and its actions as promised at this moment.
pub async fn add(
    pool: &PgPool,
    scope: &AccountScope,
    id: ReviewId,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Signing, StoreError> {
    let mut transaction = begin_serializable(pool, scope).await?;
    let Some(stored) = super::review::stored(&mut transaction, scope, id).await? else {
        return Ok(Signing::Changed(Changed::Absent));
    };
    if canonical::sha256_hex(&stored.canonical) != stored.sha256 {
        return Ok(Signing::Broken);
    }
    let signed = of_review(&mut transaction, scope, id).await?;
    if signed.iter().any(|each| each.signed_by.to_lowercase() == name.to_lowercase()) {
        return Ok(Signing::Twice);
    }
    let promises = action::of_review(&mut transaction, scope, id).await?;
    let actions_sha256 = promises_sha256(promises.iter().map(action::Action::promise).collect())
        .map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let signature =
        SignOff { signed_by: name.to_owned(), signed_at: now, snapshot_sha256: stored.sha256, actions_sha256 };
    let inserted = insert(&mut transaction, scope, id, &signature).await;
    finish(transaction, inserted).await.map(Signing::Changed)
}

async fn insert(
    connection: &mut PgConnection,
    scope: &AccountScope,
    id: ReviewId,
    signature: &SignOff,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        insert into review_sign_off (
            origin, review_id, revision, signed_by, signed_at, snapshot_sha256, actions_sha256
        )
        values ($1, $2, $3, $4, $5, $6, $7)
        "#,
        scope.origin().as_str(),
        id.week.to_string(),
        id.revision,
        signature.signed_by,
        signature.signed_at,
        signature.snapshot_sha256,
        signature.actions_sha256
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::on("sign the review"))?;
    let detail = serde_json::json!({
        "snapshot_sha256": signature.snapshot_sha256,
        "actions_sha256": signature.actions_sha256,
    });
    audit::record(connection, signature.signed_at, &signature.signed_by, "review.sign", &subject(scope, id), &detail)
        .await
}
