//! Freezing a week: everything is read in one repeatable-read transaction, hashed, and written in the same one.

use crate::store::Connection;
use chrono::{DateTime, SubsecRound, Utc};
use footprint::FactorSet;
use serde::Serialize;
use serde_json::Value;

use super::canonical::{self, CanonicalError};
use super::snapshot::{AccountLine, CoverageRow, FindingRow, Snapshot};
use super::tally;
use super::verify::{Sections, section_hashes};
use super::week::{IsoWeek, ReviewId};
use crate::advise::Verdict;
use crate::kind::Section;
use crate::store::consumption::{self, Consumption};
use crate::store::estimate::EstimateRow;
use crate::store::evidence::{self, Reading};
use crate::store::filter::Narrowing;
use crate::store::finding::{self, Line};
use crate::store::methodology;
use crate::store::review::{self, Frozen};
use crate::store::{AccountScope, Database, StoreError};

/// Why a week cannot be frozen.
#[derive(Debug, thiserror::Error)]
pub enum FreezeError {
    /// The week still runs.
    #[error("{0} is not over yet; a review needs a complete week")]
    NotOver(IsoWeek),
    /// There is a review already.
    #[error("{0} has a review already; say why it is frozen again")]
    ReasonNeeded(IsoWeek),
    /// Nothing was ever estimated.
    #[error("nothing was estimated yet; import something first")]
    NoEstimate,
    /// This process runs with other factors than the active estimate.
    #[error("the numbers come from factor set {active}, and this server holds another one; restart it")]
    OtherFactors {
        /// The label of the active estimate's set.
        active: String,
    },
    /// Somebody froze the same week at the same moment.
    #[error("somebody froze {0} at the same moment; look at their review first")]
    Conflict(IsoWeek),
    /// The database refused something.
    #[error("the week could not be frozen")]
    Store(#[from] StoreError),
    /// A number had no canonical text.
    #[error("the week's numbers could not be written down")]
    Canonical(#[from] CanonicalError),
}

/// Who freezes what, and why again.
#[derive(Debug, Clone)]
pub struct Request {
    /// The week.
    pub week: IsoWeek,
    /// The name that was given.
    pub by: String,
    /// Why the week is frozen again; empty for the first time.
    pub reason: String,
}

/// Freezes a complete week as the next revision of its review.
///
/// # Errors
/// [`FreezeError::ReasonNeeded`] for a second revision without a reason; the other refusals as they are described.
pub async fn freeze(
    database: &Database,
    scope: &AccountScope,
    factors: &FactorSet,
    request: &Request,
    now: DateTime<Utc>,
) -> Result<ReviewId, FreezeError> {
    if request.week.end() > now.date_naive() {
        return Err(FreezeError::NotOver(request.week));
    }
    let mut transaction = review::begin_snapshot(&database.web, scope).await?;
    let estimate = methodology::estimate(&mut transaction, None).await?.ok_or(FreezeError::NoEstimate)?;
    if estimate.sha256 != factors.sha256_hex() {
        return Err(FreezeError::OtherFactors { active: estimate.label });
    }
    let revision = review::latest_revision(&mut transaction, scope, request.week).await?.unwrap_or(0) + 1;
    if revision > 1 && request.reason.is_empty() {
        return Err(FreezeError::ReasonNeeded(request.week));
    }
    let id = ReviewId { week: request.week, revision };
    let facts = Facts::read(&mut transaction, scope, &estimate, request.week).await?;
    let frozen = facts.into_frozen(scope, factors, &estimate, request, id, now)?;
    match review::insert(&mut transaction, scope, &frozen).await {
        Ok(()) => {}
        Err(error) if review::is_conflict(&error) => return Err(FreezeError::Conflict(request.week)),
        Err(error) => return Err(error.into()),
    }
    transaction.commit().await.map_err(StoreError::on("save the review"))?;
    Ok(id)
}

struct Facts {
    accounts: Vec<AccountLine>,
    consumption: Vec<Consumption>,
    readings: Vec<Reading>,
    findings: Vec<Line>,
    compared_with: Option<ReviewId>,
}

impl Facts {
    async fn read(
        connection: &mut Connection,
        scope: &AccountScope,
        estimate: &EstimateRow,
        week: IsoWeek,
    ) -> Result<Self, StoreError> {
        let (from, to) = (week.monday(), week.end());
        Ok(Self {
            accounts: review::accounts(connection).await?,
            consumption: consumption::within(connection, estimate.estimate_id, from, to, None).await?,
            readings: evidence::readings(connection, from, to).await?,
            findings: finding::lines(connection, Narrowing::Nothing).await?,
            compared_with: review::before(connection, scope, week).await?,
        })
    }

    fn into_frozen(
        self,
        scope: &AccountScope,
        factors: &FactorSet,
        estimate: &EstimateRow,
        request: &Request,
        id: ReviewId,
        now: DateTime<Utc>,
    ) -> Result<Frozen, FreezeError> {
        let sections = self.sections(factors, request.week)?;
        let all: Vec<&Consumption> = self.consumption.iter().collect();
        let snapshot = Snapshot {
            canonical_version: canonical::VERSION,
            origin: scope.origin().as_str().to_owned(),
            review_id: id.week.to_string(),
            revision: id.revision,
            reason: request.reason.clone(),
            period_from: id.week.monday(),
            period_to: id.week.end(),
            // The database keeps microseconds.
            frozen_at: now.trunc_subsecs(6),
            frozen_by: request.by.clone(),
            compared_with: self.compared_with.map(|before| before.to_string()),
            method_version: estimate.method_version.clone(),
            factor_set_label: estimate.label.clone(),
            factor_set_sha256: estimate.sha256.clone(),
            accounts: self.accounts,
            kpis: tally::kpis(factors, request.week, &all, was_read(&self.readings)),
            quality: tally::quality(&all, &self.readings),
            sections: section_hashes(&sections)?,
        };
        let canonical = canonical::text(&snapshot)?;
        let sha256 = canonical::sha256_hex(&canonical);
        Ok(Frozen { id, compared_with: self.compared_with, snapshot, canonical, sha256, sections })
    }

    fn sections(&self, factors: &FactorSet, week: IsoWeek) -> Result<Sections, CanonicalError> {
        let mut sections = Sections::new();
        let mut keep = |account_id: i32, section: &str, row: Value| {
            sections.entry((account_id, section.to_owned())).or_default().push(row);
        };
        for account in &self.accounts {
            let own: Vec<&Consumption> =
                self.consumption.iter().filter(|row| row.account_id == account.account_id).collect();
            let was_read =
                self.readings.iter().any(|reading| reading.account_id == account.account_id && reading.complete > 0);
            for kpi in tally::kpis(factors, week, &own, was_read) {
                keep(account.account_id, "kpi", json(&kpi)?);
            }
        }
        for (list, section) in
            [(Section::Jobs, "job"), (Section::Endpoints, "endpoint"), (Section::Notebooks, "notebook")]
        {
            for (account_id, row) in tally::resource_rows(&self.consumption, list) {
                keep(account_id, section, json(&row)?);
            }
        }
        for line in self.findings.iter().filter(|line| line.verdict != Verdict::DoesNotFire) {
            keep(line.id.account_id, "finding", json(&finding_row(line))?);
        }
        for reading in &self.readings {
            keep(reading.account_id, "coverage", json(&coverage_row(reading))?);
        }
        Ok(sections)
    }
}

fn was_read(readings: &[Reading]) -> bool {
    readings.iter().any(|reading| reading.complete > 0)
}

fn json(row: &impl Serialize) -> Result<Value, CanonicalError> {
    serde_json::to_value(row).map_err(CanonicalError::Json)
}

fn finding_row(line: &Line) -> FindingRow {
    let savings = &line.headline.savings;
    FindingRow {
        finding_id: line.id.to_string(),
        rule_id: line.rule_id.clone(),
        subject: line.subject_name.clone(),
        region: line.region.clone(),
        team: line.team.clone(),
        workflow: line.workflow.as_str().to_owned(),
        verdict: line.verdict.as_str().to_owned(),
        first_seen_on: line.first_seen_on,
        reason: line.headline.reason.clone(),
        usd_month: savings.usd_month.as_ref().and_then(range),
        kwh_month: savings.kwh_month.as_ref().and_then(range),
        operational_g_month: savings.operational_g_month.as_ref().and_then(range),
        savings_missing: savings.null_reason.clone(),
    }
}

fn range(range: &footprint::advise::Range) -> Option<[String; 3]> {
    let text = |value: f64| canonical::rounded(value, 6);
    Some([text(range.low)?, text(range.central)?, text(range.high)?])
}

fn coverage_row(reading: &Reading) -> CoverageRow {
    CoverageRow {
        region: reading.region.clone(),
        source: reading.source.clone(),
        windows: reading.windows,
        complete: reading.complete,
        expected_series: reading.expected_series,
        received_series: reading.received_series,
        complete_through: reading.complete_through,
    }
}
