//! One review as it was frozen, beside the one before.

use std::collections::BTreeMap;

use app::parts::number;
use app::view::{
    ActionRow, ActionStatus, Better, Coverage, Crumb, Figure, FormState, ReviewFinding, ReviewKpi, ReviewStatus,
    ReviewView, Shown, SignOff, Unit,
};

use super::reviews::figure;
use crate::advise::workflow::Workflow;
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::review::actions::{self, promises_sha256};
use crate::review::snapshot::{CoverageRow, FindingRow, Measure, Quality, Snapshot};
use crate::review::verify::{Sections, holds};
use crate::review::{IsoWeek, ReviewId};
use crate::store::action::{self, Action};
use crate::store::review::{self, Stored};
use crate::store::sign_off;

/// A review with everything around it.
#[derive(Debug)]
pub struct Opened {
    /// The review.
    pub stored: Stored,
    /// The review it is compared with.
    pub before: Option<Stored>,
    /// Its actions.
    pub actions: Vec<Action>,
    /// Its findings, as they stood.
    pub findings: Vec<FindingRow>,
    findings_before: Vec<FindingRow>,
    coverage: Vec<CoverageRow>,
    hash_holds: bool,
    signatures: Vec<sign_off::SignOff>,
    revisions: Vec<ReviewId>,
}

/// What was typed into the forms of the page.
#[derive(Debug, Clone, Default)]
pub struct Forms {
    /// Adding an action.
    pub action: FormState,
    /// Signing.
    pub sign: FormState,
    /// Freezing the week again.
    pub revise: FormState,
}

/// The review that an address names, `2026-W47` or `2026-W47-r2`.
///
/// # Errors
/// [`Problem::NoSuchThing`] where it names none.
pub async fn open(desk: &mut Desk, id: &str) -> Result<Opened, Problem> {
    let Some(id) = ReviewId::parse(id) else { return Err(absent()) };
    let scope = desk.scope.clone();
    let Some((stored, sections)) = review::find(desk.connection(), &scope, id).await? else { return Err(absent()) };
    let (mut before, mut findings_before) = (None, Vec::new());
    if let Some(earlier) = stored.snapshot.compared_with.as_deref().and_then(ReviewId::parse)
        && let Some((found, rows)) = review::find(desk.connection(), &scope, earlier).await?
    {
        findings_before = section(&rows, "finding");
        before = Some(found);
    }
    let visible = desk.scope.ids();
    let hash_holds = holds(&stored.canonical, &stored.sha256, &stored.snapshot, visible, &sections);
    Ok(Opened {
        hash_holds,
        before,
        findings_before,
        findings: section(&sections, "finding"),
        coverage: section(&sections, "coverage"),
        actions: action::of_review(desk.connection(), &scope, id).await?,
        signatures: sign_off::of_review(desk.connection(), &scope, id).await?,
        revisions: review::revisions(desk.connection(), &scope, id.week).await?,
        stored,
    })
}

/// The newest revision of a week's review.
///
/// # Errors
/// When the database refuses.
pub async fn newest(desk: &mut Desk, week: IsoWeek) -> Result<Option<ReviewId>, Problem> {
    let scope = desk.scope.clone();
    Ok(review::revisions(desk.connection(), &scope, week).await?.into_iter().max())
}

/// What is said of an address that names no review.
pub fn absent() -> Problem {
    Problem::NoSuchThing { what: "review", list: "/reviews" }
}

fn section<Row: serde::de::DeserializeOwned>(sections: &Sections, name: &str) -> Vec<Row> {
    sections
        .iter()
        .filter(|((_, section), _)| section == name)
        .flat_map(|(_, rows)| rows)
        // A row that cannot be read does not hash to its own hash either, and the page says so.
        .filter_map(|row| serde_json::from_value(row.clone()).ok())
        .collect()
}

/// The page of a review, with what was typed into its forms.
pub fn page(desk: &Desk, opened: &Opened, forms: Forms) -> ReviewView {
    let Stored { id, snapshot, sha256, .. } = &opened.stored;
    ReviewView {
        id: id.to_string(),
        week: id.week.to_string(),
        period: id.week.period(),
        from: snapshot.period_from,
        to: snapshot.period_to.pred_opt().unwrap_or(snapshot.period_to),
        revision: u32::try_from(id.revision).unwrap_or_default(),
        revision_reason: (!snapshot.reason.is_empty()).then(|| snapshot.reason.clone()),
        revisions: opened.revisions.iter().filter(|other| *other != id).map(revision_link).collect(),
        status: status(opened),
        frozen_by: snapshot.frozen_by.clone(),
        frozen_at: Some(snapshot.frozen_at),
        sha256: sha256.clone(),
        hash_holds: opened.hash_holds,
        sign_offs: sign_offs(opened),
        scope: scope(snapshot),
        compared_with: snapshot.compared_with.clone(),
        factor_set: snapshot.factor_set_label.clone(),
        method_version: snapshot.method_version.clone(),
        kpis: Measure::ALL.into_iter().map(|measure| kpi(opened, measure)).collect(),
        coverage: coverage(&snapshot.quality),
        readiness: readiness(opened),
        findings: findings(opened),
        actions: opened.actions.iter().map(|action| action_row(desk, action)).collect(),
        may_edit: true,
        action_form: forms.action,
        sign_form: forms.sign,
        revise_form: forms.revise,
        csv_href: format!("/reviews/{id}.csv"),
        actions_csv_href: format!("/reviews/{id}/actions.csv"),
    }
}

fn revision_link(id: &ReviewId) -> Crumb {
    Crumb { label: format!("revision {}", id.revision), href: format!("/reviews/{id}") }
}

fn status(opened: &Opened) -> ReviewStatus {
    match opened.signatures.first() {
        Some(first) => ReviewStatus::Signed {
            by: first.signed_by.clone(),
            at: first.signed_at,
            sha256: first.snapshot_sha256.clone(),
        },
        None => ReviewStatus::Draft,
    }
}

fn sign_offs(opened: &Opened) -> Vec<SignOff> {
    let promises = promises_sha256(opened.actions.iter().map(Action::promise).collect()).ok();
    opened
        .signatures
        .iter()
        .map(|signature| SignOff {
            by: signature.signed_by.clone(),
            at: signature.signed_at,
            snapshot_sha256: signature.snapshot_sha256.clone(),
            actions_sha256: signature.actions_sha256.clone(),
            holds: opened.hash_holds
                && signature.snapshot_sha256 == opened.stored.sha256
                && promises.as_ref() == Some(&signature.actions_sha256),
        })
        .collect()
}

/// The accounts in words.
pub fn scope(snapshot: &Snapshot) -> String {
    let names: Vec<&str> = snapshot.accounts.iter().map(|account| account.name.as_str()).collect();
    match names.len() {
        0 => "No account".to_owned(),
        1 => names.join(""),
        many => format!("{many} accounts: {}", names.join(", ")),
    }
}

fn kpi(opened: &Opened, measure: Measure) -> ReviewKpi {
    let previous = match &opened.before {
        Some(before) => figure(&before.snapshot, measure),
        None => Shown::Unknown("There is no earlier review.".to_owned()),
    };
    let better = match measure {
        Measure::InstanceHours | Measure::Jobs | Measure::Endpoints => Better::Neither,
        _ => Better::Lower,
    };
    ReviewKpi { label: measure.label().to_owned(), current: figure(&opened.stored.snapshot, measure), previous, better }
}

fn coverage(quality: &Quality) -> Coverage {
    let share = |text: &Option<String>, why: &str| match text.as_deref().and_then(|text| text.parse().ok()) {
        Some(percent) => Shown::exact(percent, Unit::Percent),
        None => Shown::Unknown(why.to_owned()),
    };
    Coverage {
        estimated_cost: share(&quality.estimated_cost_share, "no cost in this week"),
        data_completeness: share(&quality.data_completeness, "no metric was asked for"),
        attributed: share(&quality.attributed_share, "no cost in this week"),
        tiers: quality
            .tiers
            .iter()
            .filter_map(|each| Some((each.tier.parse().ok()?, each.share.parse().ok()?)))
            .collect(),
    }
}

/// Below this share of metric series the reviewers are told, percent.
const ENOUGH_DATA: f64 = 95.0;

fn readiness(opened: &Opened) -> Vec<String> {
    let snapshot = &opened.stored.snapshot;
    let mut lines = Vec::new();
    if !opened.hash_holds {
        lines.push(
            "What is stored is not what was frozen: its text or its rows do not give the hash. Do not sign.".to_owned(),
        );
    }
    if let Some(newer) = opened.revisions.iter().filter(|other| other.revision > opened.stored.id.revision).max() {
        lines.push(format!("This week was frozen again: revision {} is newer.", newer.revision));
    }
    if let Some(before) = &opened.before {
        lines.extend(changed_since(snapshot, &before.snapshot));
    }
    let read = snapshot.quality.data_completeness.as_deref().and_then(|share| share.parse::<f64>().ok());
    if let Some(share) = read.filter(|share| *share < ENOUGH_DATA) {
        lines.push(format!("Only {share:.0} % of the metric series of this week were answered."));
    }
    lines.extend(opened.coverage.iter().filter(|row| row.complete < row.windows).map(|row| {
        let CoverageRow { source, region, windows, complete, .. } = row;
        let (missing, all) = (number::count(windows - complete), number::count(*windows));
        format!("{missing} of {all} windows of {source} in {region} were not read whole.")
    }));
    let partial = snapshot.kpis.iter().filter(|kpi| kpi.is_lower_bound).filter_map(|kpi| Measure::parse(&kpi.kpi));
    let partial: Vec<&str> = partial.map(Measure::label).collect();
    if !partial.is_empty() {
        lines.push(format!("Known to leave something out: {}.", partial.join(", ")));
    }
    lines
}

/// What makes two reviews hard to compare, one sentence each.
pub(super) fn changed_since(now: &Snapshot, before: &Snapshot) -> Vec<String> {
    let mut lines = Vec::new();
    if now.factor_set_sha256 != before.factor_set_sha256 {
        lines.push(format!(
            "The factor set differs from the review before ({} then, {} now): part of the change in energy and emissions \
             comes from the factors.",
            before.factor_set_label, now.factor_set_label
        ));
    }
    if now.method_version != before.method_version {
        lines.push(format!(
            "The method differs from the review before (version {} then, {} now).",
            before.method_version, now.method_version
        ));
    }
    if now.accounts.iter().map(|each| each.account_id).ne(before.accounts.iter().map(|each| each.account_id)) {
        lines.push("The review before covered other accounts.".to_owned());
    }
    lines
}

fn findings(opened: &Opened) -> Vec<ReviewFinding> {
    let then: BTreeMap<&str, &FindingRow> =
        opened.findings_before.iter().map(|row| (row.finding_id.as_str(), row)).collect();
    let now: BTreeMap<&str, &FindingRow> = opened.findings.iter().map(|row| (row.finding_id.as_str(), row)).collect();
    let gone = opened
        .findings_before
        .iter()
        .filter(|row| row.verdict == "fires" && !now.contains_key(row.finding_id.as_str()))
        .map(|row| finding(row, "gone"));
    let mut fires: Vec<&FindingRow> = opened.findings.iter().filter(|row| row.verdict == "fires").collect();
    let weight = |row: &FindingRow| -> Option<f64> { row.operational_g_month.as_ref()?[0].parse().ok() };
    fires.sort_by(|a, b| weight(b).unwrap_or(-1.0).total_cmp(&weight(a).unwrap_or(-1.0)));
    fires
        .into_iter()
        .map(|row| finding(row, change(row, then.get(row.finding_id.as_str()).copied())))
        .chain(gone)
        .collect()
}

fn change(now: &FindingRow, then: Option<&FindingRow>) -> &'static str {
    match (Workflow::parse(&now.workflow), then) {
        (Some(Workflow::Dismissed), _) => "dismissed",
        (Some(Workflow::Done | Workflow::Verified | Workflow::PartiallyVerified | Workflow::NotObserved), _) => "done",
        (_, None) => "new",
        (Some(Workflow::Accepted), _) => "accepted",
        (Some(Workflow::InProgress), _) => "in progress",
        _ => "open",
    }
}

fn finding(row: &FindingRow, change: &str) -> ReviewFinding {
    let shown = |range: &Option<[String; 3]>, unit| {
        let numbers = range.as_ref().and_then(|ends| {
            let [low, central, high] = ends.each_ref().map(|text| text.parse::<f64>().ok());
            Some((low?, central?, high?))
        });
        match numbers {
            Some((low, central, high)) => Shown::Ready(Figure { low, high, ..Figure::exact(central, unit) }),
            None => Shown::Unknown(row.savings_missing.clone().unwrap_or_default()),
        }
    };
    let rule = footprint::advise::rule(&row.rule_id);
    ReviewFinding {
        href: Some(format!("/recommendations/{}", row.finding_id)),
        title: rule.map_or_else(|| row.rule_id.clone(), |rule| rule.title.to_owned()),
        subject: row.subject.clone(),
        change: change.to_owned(),
        usd_month: shown(&row.usd_month, Unit::UsdPerMonth),
        emissions_month: shown(&row.operational_g_month, Unit::GramsCo2ePerMonth),
    }
}

fn action_row(desk: &Desk, action: &Action) -> ActionRow {
    let status = match action.status {
        actions::ActionStatus::Todo => ActionStatus::Todo,
        actions::ActionStatus::Doing => ActionStatus::Doing,
        actions::ActionStatus::Done => ActionStatus::Done,
        actions::ActionStatus::Dropped => ActionStatus::Dropped,
    };
    ActionRow {
        id: action.action_id.to_string(),
        title: action.title.clone(),
        owner: action.owner.clone(),
        due: Some(action.due_on),
        overdue: !action.status.is_closed() && action.due_on < desk.today(),
        status,
        href: action.finding.map(|id| format!("/recommendations/{id}")),
    }
}
