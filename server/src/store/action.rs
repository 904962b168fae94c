//! Actions: what people promised in a review. Added until somebody signs; their status goes on changing.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::review::begin_serializable;
use super::{AccountScope, StoreError, audit};
use crate::advise::FindingId;
use crate::review::ReviewId;
use crate::review::actions::{ActionStatus, NewAction, Promise};

/// An action as it is stored.
#[derive(Debug, Clone)]
pub struct Action {
    /// Its id.
    pub action_id: Uuid,
    /// What is to be done.
    pub title: String,
    /// Who does it.
    pub owner: String,
    /// By when.
    pub due_on: NaiveDate,
    /// Where it stands.
    pub status: ActionStatus,
    /// The finding it answers.
    pub finding: Option<FindingId>,
    /// When it was promised.
    pub created_at: DateTime<Utc>,
    /// When it was done or dropped.
    pub closed_at: Option<DateTime<Utc>>,
}

impl Action {
    /// The part of it that a signature covers.
    pub fn promise(&self) -> Promise {
        Promise {
            action_id: self.action_id,
            title: self.title.clone(),
            owner: self.owner.clone(),
            due_on: self.due_on,
            finding: self.finding.map(|id| id.to_string()),
        }
    }
}

/// The actions of a review, in the order they are due.
pub async fn of_review(
    connection: &mut PgConnection,
    scope: &AccountScope,
    id: ReviewId,
) -> Result<Vec<Action>, StoreError> {
    let rows = sqlx::query!(
        r#"
        select
            action_id,
            title,
            owner,
            due_on,
            status,
            account_id,
            finding_id,
            created_at,
            closed_at
        from review_action
        where origin = $1
          and review_id = $2
          and revision = $3
        order by due_on, created_at, action_id
        "#,
        scope.origin().as_str(),
        id.week.to_string(),
        id.revision
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the actions"))?;
    rows.into_iter()
        .map(|row| {
            let status = ActionStatus::parse(&row.status)
                .ok_or_else(|| StoreError::Corrupt(format!("action status {}", row.status)))?;
            Ok(Action {
                action_id: row.action_id,
                title: row.title,
                owner: row.owner,
                due_on: row.due_on,
                status,
                finding: row
                    .account_id
                    .zip(row.finding_id)
                    .map(|(account_id, finding_id)| FindingId { account_id, finding_id }),
                created_at: row.created_at,
                closed_at: row.closed_at,
            })
        })
        .collect()
}

/// What became of a change to a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// It was made.
    Made,
    /// The review is signed; nothing was changed.
    Signed,
    /// What it names does not exist in this scope.
    Absent,
    /// Somebody changed the review at the same moment; nothing was changed.
    Conflict,
}

/// Adds an action to a review that nobody has signed.
pub async fn add(
    pool: &PgPool,
    scope: &AccountScope,
    id: ReviewId,
    action: &NewAction,
    now: DateTime<Utc>,
) -> Result<Changed, StoreError> {
    // A signature and an action at the same moment: one of the two transactions fails.
    let mut transaction = begin_serializable(pool, scope).await?;
    if super::review::stored(&mut transaction, scope, id).await?.is_none() {
        return Ok(Changed::Absent);
    }
    if !super::sign_off::of_review(&mut transaction, scope, id).await?.is_empty() {
        return Ok(Changed::Signed);
    }
    if let Some(finding) = action.finding
        && !finding_exists(&mut transaction, finding).await?
    {
        return Ok(Changed::Absent);
    }
    let inserted = insert(&mut transaction, scope, id, action, now).await;
    finish(transaction, inserted).await
}

async fn insert(
    connection: &mut PgConnection,
    scope: &AccountScope,
    id: ReviewId,
    action: &NewAction,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let action_id = Uuid::new_v4();
    sqlx::query!(
        r#"
        insert into review_action (
            action_id, origin, review_id, revision, title, owner, due_on, account_id, finding_id, created_by, created_at
        )
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        "#,
        action_id,
        scope.origin().as_str(),
        id.week.to_string(),
        id.revision,
        action.title,
        action.owner,
        action.due_on,
        action.finding.map(|finding| finding.account_id),
        action.finding.map(|finding| finding.finding_id),
        action.by,
        now
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::on("add the action"))?;
    let detail = serde_json::json!({ "action_id": action_id, "title": action.title, "owner": action.owner, "due_on": action.due_on });
    audit::record(connection, now, &action.by, "review.action.add", &subject(scope, id), &detail).await
}

/// Moves an action to another status; allowed after the signature too.
pub async fn set_status(
    pool: &PgPool,
    scope: &AccountScope,
    id: ReviewId,
    action_id: Uuid,
    status: ActionStatus,
    by: &str,
    now: DateTime<Utc>,
) -> Result<Changed, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let updated = sqlx::query!(
        r#"
        update review_action
        set status = $5,
            closed_at = case when $6 then coalesce(closed_at, $7) end
        where origin = $1
          and review_id = $2
          and revision = $3
          and action_id = $4
          and status <> $5
        "#,
        scope.origin().as_str(),
        id.week.to_string(),
        id.revision,
        action_id,
        status.as_str(),
        status.is_closed(),
        now
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("change the action"))?;
    if updated.rows_affected() == 0 {
        let exists = of_review(&mut transaction, scope, id).await?.iter().any(|each| each.action_id == action_id);
        return Ok(if exists { Changed::Made } else { Changed::Absent });
    }
    let detail = serde_json::json!({ "action_id": action_id, "status": status.as_str() });
    audit::record(&mut transaction, now, by, "review.action.status", &subject(scope, id), &detail).await?;
    transaction.commit().await.map_err(StoreError::on("save the action"))?;
    Ok(Changed::Made)
}

/// Commits what was written, unless another transaction came between.
pub(super) async fn finish(
    transaction: sqlx::Transaction<'static, sqlx::Postgres>,
    written: Result<(), StoreError>,
) -> Result<Changed, StoreError> {
    let result = match written {
        Ok(()) => transaction.commit().await.map_err(StoreError::on("save the change to the review")),
        Err(error) => Err(error),
    };
    match result {
        Ok(()) => Ok(Changed::Made),
        Err(error) if super::review::is_conflict(&error) => Ok(Changed::Conflict),
        Err(error) => Err(error),
    }
}

/// What the audit trail calls a review.
pub(super) fn subject(scope: &AccountScope, id: ReviewId) -> String {
    format!("{}/{id}", scope.origin().as_str())
}

async fn finding_exists(connection: &mut PgConnection, id: FindingId) -> Result<bool, StoreError> {
    sqlx::query_scalar!(
        r#"
        select exists (
            select
            from finding
            where account_id = $1
              and finding_id = $2
        ) as "exists!"
        "#,
        id.account_id,
        id.finding_id
    )
    .fetch_one(connection)
    .await
    .map_err(StoreError::on("look for the finding"))
}
