//! Proposed factor sets: open until somebody activates or withdraws them.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::{StoreError, audit};

/// A proposed factor set.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Its number.
    pub proposal_id: i32,
    /// Label of the factor set it was proposed beside.
    pub base_label: String,
    /// All that it differs by from the tables in the program.
    pub overrides: serde_json::Value,
    /// Who proposed it.
    pub author: String,
    /// Why.
    pub reason: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// `open`, `accepted`, `active`, `withdrawn` or `failed`.
    pub state: String,
    /// Who activated or withdrew it.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// Its estimate, once it is active.
    pub estimate_id: Option<i32>,
    /// Why it could not be computed.
    pub failure: Option<String>,
}

impl Proposal {
    /// The label of the factor set that it makes.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{}-own-{}", footprint::factors::BUILTIN_LABEL, self.proposal_id)
    }
}

/// Every proposal, newest first.
pub async fn all(connection: &mut PgConnection) -> Result<Vec<Proposal>, StoreError> {
    sqlx::query_as!(
        Proposal,
        r#"
        select
            proposal_id,
            base_label,
            overrides,
            author,
            reason,
            created_at,
            state,
            decided_by,
            decided_at,
            estimate_id,
            failure
        from factor_proposal
        order by proposal_id desc
        "#
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the proposed factor sets"))
}

/// How far the estimate of an accepted proposal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Computed {
    /// When it was begun.
    pub since: DateTime<Utc>,
    /// Days of entities that have their figures.
    pub done: i64,
    /// Days of entities that are kept.
    pub total: i64,
}

/// How far the estimate of a factor set is within the transaction's scope; `None` while nobody has begun it.
pub async fn computed(connection: &mut PgConnection, label: &str) -> Result<Option<Computed>, StoreError> {
    sqlx::query_as!(
        Computed,
        r#"
        select
            e.created_at as since,
            (
                select count(*)
                from (select distinct account_id, entity_id, day from footprint_day where estimate_id = e.estimate_id) d
            ) as "done!",
            (select count(*) from (select distinct account_id, entity_id, day from usage_day) d) as "total!"
        from estimate e
        join factor_set f on f.factor_set_id = e.factor_set_id
        where f.label = $1
        order by e.created_at desc
        limit 1
        "#,
        label
    )
    .fetch_optional(connection)
    .await
    .map_err(StoreError::on("look how far the estimate is"))
}

/// Adds a proposal and returns its number.
pub async fn add(
    pool: &PgPool,
    base_label: &str,
    overrides: &serde_json::Value,
    author: &str,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<i32, StoreError> {
    let doing = "add the proposed factor set";
    let mut transaction = pool.begin().await.map_err(StoreError::on(doing))?;
    let proposal_id = sqlx::query_scalar!(
        r#"
        insert into factor_proposal (base_label, overrides, author, reason)
        values ($1, $2, $3, $4)
        returning proposal_id
        "#,
        base_label,
        overrides,
        author,
        reason
    )
    .fetch_one(&mut *transaction)
    .await
    .map_err(StoreError::on(doing))?;
    let subject = format!("factor proposal {proposal_id}");
    audit::record(&mut transaction, now, author, "propose factors", &subject, overrides).await?;
    transaction.commit().await.map_err(StoreError::on(doing))?;
    Ok(proposal_id)
}

/// Replaces what an open proposal differs by; false when it is no longer open, or differs by something else than `before`.
pub async fn amend(
    pool: &PgPool,
    proposal_id: i32,
    (before, overrides): (&serde_json::Value, &serde_json::Value),
    author: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let doing = "amend the proposed factor set";
    let mut transaction = pool.begin().await.map_err(StoreError::on(doing))?;
    let amended = sqlx::query!(
        "update factor_proposal set overrides = $2 where proposal_id = $1 and state = 'open' and overrides = $3",
        proposal_id,
        overrides,
        before
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on(doing))?;
    if amended.rows_affected() != 1 {
        return Ok(false);
    }
    let subject = format!("factor proposal {proposal_id}");
    audit::record(&mut transaction, now, author, "amend factors", &subject, overrides).await?;
    transaction.commit().await.map_err(StoreError::on(doing))?;
    Ok(true)
}

/// What somebody decides about an open proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Compute it and show it.
    Accept,
    /// Leave it.
    Withdraw,
}

impl Decision {
    /// The state it leads to.
    #[must_use]
    pub const fn state(self) -> &'static str {
        match self {
            Self::Accept => "accepted",
            Self::Withdraw => "withdrawn",
        }
    }
}

/// Decides about an open proposal, or tries a failed one again; false when it is neither.
pub async fn decide(
    pool: &PgPool,
    proposal_id: i32,
    decision: Decision,
    by: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let doing = "decide about the proposed factor set";
    let mut transaction = pool.begin().await.map_err(StoreError::on(doing))?;
    let decided = sqlx::query!(
        r#"
        update factor_proposal
        set state = $2,
            decided_by = $3,
            decided_at = $4
        where proposal_id = $1
          and state in ('open', 'failed')
        "#,
        proposal_id,
        decision.state(),
        by,
        now
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on(doing))?;
    if decided.rows_affected() != 1 {
        return Ok(false);
    }
    let subject = format!("factor proposal {proposal_id}");
    audit::record(&mut transaction, now, by, decision.state(), &subject, &serde_json::json!({})).await?;
    transaction.commit().await.map_err(StoreError::on(doing))?;
    Ok(true)
}

/// Says how the computation of an accepted proposal ended.
pub async fn finish(pool: &PgPool, proposal_id: i32, outcome: Result<i32, &str>) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        update factor_proposal
        set state = case when $2::int is null then 'failed' else 'active' end,
            estimate_id = coalesce($2, estimate_id),
            failure = $3
        where proposal_id = $1
          and state = 'accepted'
        "#,
        proposal_id,
        outcome.ok(),
        outcome.err()
    )
    .execute(pool)
    .await
    .map_err(StoreError::on("finish the proposed factor set"))?;
    Ok(())
}
