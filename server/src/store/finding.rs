//! Findings: what a rule said about a subject, and what people decided about it.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};

use super::filter::{self, Narrowing};
use super::{AccountScope, StoreError};
use crate::advise::stored::{Headline, StoredEvaluation};
use crate::advise::workflow::{Transition, Workflow};
use crate::advise::{FindingId, Verdict};

/// A finding with its latest verdict, as a list shows it.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its address.
    pub id: FindingId,
    /// What people call the account.
    pub account_name: String,
    /// The rule.
    pub rule_id: String,
    /// The subject as people call it.
    pub subject_name: String,
    /// The resource it is about, if it is about one: its number, its kind and its name.
    pub resource: Option<(i64, String, String)>,
    /// AWS region, or nothing.
    pub region: String,
    /// Team, or nothing.
    pub team: String,
    /// Where it stands.
    pub workflow: Workflow,
    /// Who acts on it.
    pub owner: String,
    /// First day it fired.
    pub first_seen_on: NaiveDate,
    /// Last day it fired.
    pub last_seen_on: NaiveDate,
    /// The latest verdict and its day.
    pub verdict: Verdict,
    /// The day of the latest verdict.
    pub day: NaiveDate,
    /// What the latest verdict says, without its evidence.
    pub headline: Headline,
}

/// The findings of the transaction's scope that the narrowing leaves, in a stable order.
///
/// # Errors
/// When the database refuses, or holds a word that no version of this program wrote.
pub async fn lines(connection: &mut PgConnection, narrowing: Narrowing<'_>) -> Result<Vec<Line>, StoreError> {
    let rows: Vec<LineRow> = filter::findings(narrowing)
        .build_query_as()
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("read the findings"))?;
    rows.into_iter().map(LineRow::line).collect()
}

/// A row of [`filter::findings`].
#[derive(Debug, sqlx::FromRow)]
struct LineRow {
    account_id: i32,
    finding_id: i64,
    account_name: String,
    rule_id: String,
    subject_name: String,
    resource_id: Option<i64>,
    resource_kind: Option<String>,
    resource_name: Option<String>,
    region: String,
    team: String,
    workflow: String,
    owner: String,
    first_seen_on: NaiveDate,
    last_seen_on: NaiveDate,
    verdict: String,
    day: NaiveDate,
    headline: Json<Headline>,
}

impl LineRow {
    fn line(self) -> Result<Line, StoreError> {
        Ok(Line {
            id: FindingId { account_id: self.account_id, finding_id: self.finding_id },
            account_name: self.account_name,
            rule_id: self.rule_id,
            subject_name: self.subject_name,
            resource: resource(self.resource_id, self.resource_kind, self.resource_name),
            region: self.region,
            team: self.team,
            workflow: workflow(&self.workflow)?,
            owner: self.owner,
            first_seen_on: self.first_seen_on,
            last_seen_on: self.last_seen_on,
            verdict: verdict(&self.verdict)?,
            day: self.day,
            headline: self.headline.0,
        })
    }
}

/// One finding with everything a person needs to decide.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Its address.
    pub id: FindingId,
    /// What people call the account.
    pub account_name: String,
    /// The rule.
    pub rule_id: String,
    /// The subject as people call it.
    pub subject_name: String,
    /// The resource it is about, if it is about one: its number, its kind and its name.
    pub resource: Option<(i64, String, String)>,
    /// AWS region, or nothing.
    pub region: String,
    /// Team, or nothing.
    pub team: String,
    /// Where it stands.
    pub workflow: Workflow,
    /// Who acts on it.
    pub owner: String,
    /// The word for the reason of a dismissal.
    pub dismiss_reason: Option<String>,
    /// The day a dismissal ends.
    pub dismiss_expires_on: Option<NaiveDate>,
    /// First day it fired.
    pub first_seen_on: NaiveDate,
    /// Counts the decisions.
    pub version: i32,
    /// The version of the rule that spoke last.
    pub rule_version: String,
    /// The latest verdict.
    pub verdict: Verdict,
    /// What it says.
    pub evaluation: StoredEvaluation,
    /// When it was reached.
    pub evaluated_at: DateTime<Utc>,
}

/// Looks a finding up; `None` where the scope does not hold it.
pub async fn find(pool: &PgPool, scope: &AccountScope, id: FindingId) -> Result<Option<Finding>, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let row = sqlx::query!(
        r#"
        select
            a.name as account_name,
            f.rule_id,
            f.subject_name,
            f.resource_id,
            r.kind as "resource_kind?",
            r.name as "resource_name?",
            f.region,
            f.team,
            f.workflow,
            f.owner,
            f.dismiss_reason,
            f.dismiss_expires_on,
            f.first_seen_on,
            f.version,
            e.rule_version,
            e.verdict,
            e.evaluation as "evaluation: Json<StoredEvaluation>",
            e.evaluated_at
        from finding f
        join account a on a.account_id = f.account_id
        join evaluation e on e.account_id = f.account_id and e.finding_id = f.finding_id
        left join resource r on r.account_id = f.account_id and r.resource_id = f.resource_id
        where f.account_id = $1
          and f.finding_id = $2
        order by e.day desc
        limit 1
        "#,
        id.account_id,
        id.finding_id
    )
    .fetch_optional(&mut *transaction)
    .await
    .map_err(StoreError::on("read the finding"))?;
    transaction.rollback().await.map_err(StoreError::on("end reading the finding"))?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Finding {
        id,
        account_name: row.account_name,
        rule_id: row.rule_id,
        subject_name: row.subject_name,
        resource: resource(row.resource_id, row.resource_kind, row.resource_name),
        region: row.region,
        team: row.team,
        workflow: workflow(&row.workflow)?,
        owner: row.owner,
        dismiss_reason: row.dismiss_reason,
        dismiss_expires_on: row.dismiss_expires_on,
        first_seen_on: row.first_seen_on,
        version: row.version,
        rule_version: row.rule_version,
        verdict: verdict(&row.verdict)?,
        evaluation: row.evaluation.0,
        evaluated_at: row.evaluated_at,
    }))
}

/// One change of state that was made.
#[derive(Debug, Clone)]
pub struct Event {
    /// When.
    pub at: DateTime<Utc>,
    /// Who: a name as it was typed, or the rule.
    pub actor: String,
    /// The state it left; `None` where the finding began.
    pub from: Option<Workflow>,
    /// The state it entered.
    pub to: Workflow,
    /// The word for the reason of a dismissal.
    pub reason: Option<String>,
    /// What was added.
    pub note: Option<String>,
}

/// What happened to a finding, oldest first.
pub async fn events(pool: &PgPool, scope: &AccountScope, id: FindingId) -> Result<Vec<Event>, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let rows = sqlx::query!(
        r#"
        select
            at,
            actor,
            from_state,
            to_state,
            reason,
            note
        from finding_event
        where account_id = $1
          and finding_id = $2
        order by version
        "#,
        id.account_id,
        id.finding_id
    )
    .fetch_all(&mut *transaction)
    .await
    .map_err(StoreError::on("read what happened to the finding"))?;
    transaction.rollback().await.map_err(StoreError::on("end reading the finding"))?;
    rows.into_iter()
        .map(|row| {
            Ok(Event {
                at: row.at,
                actor: row.actor,
                from: Workflow::parse(&row.from_state),
                to: workflow(&row.to_state)?,
                reason: row.reason,
                note: row.note,
            })
        })
        .collect()
}

/// Whether a decision was made, or somebody else had decided first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// The finding stands where it should.
    Made,
    /// Its version has moved on; nothing was changed.
    Conflict,
}

/// Makes a decision with its event and its entry in the audit trail, unless the finding has moved on.
pub async fn decide(
    pool: &PgPool,
    scope: &AccountScope,
    id: FindingId,
    transition: &Transition,
    now: DateTime<Utc>,
) -> Result<Decided, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let reason = transition.dismissal.map(|(reason, _)| reason.as_str());
    let note = (!transition.note.is_empty()).then_some(transition.note.as_str());
    let updated = sqlx::query!(
        r#"
        update finding
        set workflow = $4,
            owner = case when $4 = 'accepted' then $8 else owner end,
            dismiss_reason = $5,
            dismiss_note = case when $4 = 'dismissed' then $6 end,
            dismiss_expires_on = $7,
            version = version + 1
        where account_id = $1
          and finding_id = $2
          and version = $3
          and workflow = $9
        "#,
        id.account_id,
        id.finding_id,
        transition.version,
        transition.to.as_str(),
        reason,
        note,
        transition.dismissal.map(|(_, expires)| expires),
        transition.by,
        transition.from.as_str()
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("change the finding"))?;
    if updated.rows_affected() == 0 {
        transaction.rollback().await.map_err(StoreError::on("leave the finding as it is"))?;
        return Ok(Decided::Conflict);
    }
    sqlx::query!(
        r#"
        insert into finding_event (account_id, finding_id, version, at, actor, from_state, to_state, reason, note)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        "#,
        id.account_id,
        id.finding_id,
        transition.version + 1,
        now,
        transition.by,
        transition.from.as_str(),
        transition.to.as_str(),
        reason,
        note
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("record the change of the finding"))?;
    let detail = serde_json::json!({
        "from": transition.from.as_str(),
        "to": transition.to.as_str(),
        "version": transition.version + 1,
        "reason": reason,
        "expires_on": transition.dismissal.map(|(_, expires)| expires),
    });
    super::audit::record(&mut transaction, now, &transition.by, "finding.transition", &id.to_string(), &detail).await?;
    transaction.commit().await.map_err(StoreError::on("save the decision"))?;
    Ok(Decided::Made)
}

/// How many findings wait for a decision: undecided, and firing.
pub async fn open_count(pool: &PgPool, scope: &AccountScope) -> Result<u64, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let count = sqlx::query_scalar!(
        r#"
        select count(*) as "count!"
        from finding f
        join lateral (
            select verdict
            from evaluation
            where evaluation.account_id = f.account_id
              and evaluation.finding_id = f.finding_id
            order by day desc
            limit 1
        ) e on e.verdict = 'fires'
        where f.workflow in ('open', 'reopened')
        "#
    )
    .fetch_one(&mut *transaction)
    .await
    .map_err(StoreError::on("count the open findings"))?;
    transaction.rollback().await.map_err(StoreError::on("end counting the findings"))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

fn resource(id: Option<i64>, kind: Option<String>, name: Option<String>) -> Option<(i64, String, String)> {
    Some((id?, kind?, name?))
}

fn workflow(text: &str) -> Result<Workflow, StoreError> {
    Workflow::parse(text).ok_or_else(|| StoreError::Corrupt(format!("finding workflow {text}")))
}

fn verdict(text: &str) -> Result<Verdict, StoreError> {
    super::evaluation::verdict(text)
}
