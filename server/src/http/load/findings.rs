//! Findings: the list, what they could save together, and one with everything needed to decide.

use std::collections::BTreeMap;

use app::parts::{badge, number};
use app::view::{
    Choice, Confidence, ConflictView, EvidenceRow, Field, Figure, FindingRow, FindingStatus, FormState, HistoryRow,
    Listing, PageState, Paging, RecommendationView, RecommendationsView, ReferenceRow, Remediation, Shown, Tab,
    ThresholdRow, Unit, Verdict,
};
use chrono::Datelike;
use footprint::FactorSet;
use footprint::advise::{self, Range};

use super::{figures, lists};
use crate::advise::FindingId;
use crate::advise::portfolio::{Potential, potential};
use crate::advise::workflow::{DismissReason, Refused, Workflow};
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::query::Query;
use crate::store::filter::Narrowing;
use crate::store::finding::{self, Event, Finding, Line};
use crate::store::selection::Filter;

/// What findings are sorted by.
pub const SORTS: [&str; 3] = ["usd", "co2e", "age"];

/// What weighs most on the climate comes first.
const DEFAULT_SORT: &str = "-co2e";

const NO_FOOTPRINT: &str = "no footprint is known for what would be saved";

/// The tabs, with the states each shows; undecided ones come first.
const TABS: [(&str, &str, &[Workflow]); 4] = [
    ("open", "Open", &[Workflow::Open, Workflow::Reopened]),
    ("accepted", "Accepted", &[Workflow::Accepted, Workflow::InProgress]),
    ("done", "Done", &[Workflow::Done, Workflow::Verified, Workflow::PartiallyVerified, Workflow::NotObserved]),
    ("dismissed", "Dismissed", &[Workflow::Dismissed]),
];

/// Undecided findings that fire, largest saving of emissions first, with what they could save together.
pub async fn open(desk: &mut Desk, filter: &Filter) -> Result<(Vec<FindingRow>, Potential), Problem> {
    let lines = lines(desk, filter, true).await?;
    let mut open: Vec<&Line> = lines.iter().collect();
    sort(&mut open, DEFAULT_SORT);
    let rows = open.iter().map(|line| row(desk, line)).collect();
    let together = potential(&desk.factors, open.iter().map(|line| (line.id.account_id, &line.headline)));
    Ok((rows, together))
}

/// Everything that was found about one resource, what fires first.
///
/// # Errors
/// When the database refuses.
pub async fn of_resource(desk: &mut Desk, resource_id: i64) -> Result<Vec<FindingRow>, Problem> {
    let mut own = finding::lines(desk.connection(), Narrowing::Resource(resource_id)).await?;
    own.retain(|line| line.verdict != advise::Verdict::DoesNotFire);
    own.sort_by_key(|line| line.verdict != advise::Verdict::Fires);
    Ok(own.iter().map(|line| row(desk, line)).collect())
}

/// Loads the list.
///
/// # Errors
/// When the database refuses.
pub async fn list(desk: &mut Desk, query: &Query) -> Result<RecommendationsView, Problem> {
    let filter = desk.filter(query);
    let lines = lines(desk, &filter, false).await?;
    let asked = query.own.iter().find(|(key, _)| *key == "status").map_or("open", |(_, value)| value.as_str());
    let (_, _, states) = TABS.iter().find(|(word, _, _)| *word == asked).unwrap_or(&TABS[0]);
    let mut shown: Vec<&Line> = lines.iter().filter(|line| is_in(line, states)).collect();
    let key = query.sort.as_deref().unwrap_or(DEFAULT_SORT);
    sort(&mut shown, key);
    let together = potential(&desk.factors, shown.iter().map(|line| (line.id.account_id, &line.headline)));
    let filtered = query.filter_string(filter.period);
    let tab = |(word, label, states): &(&str, &str, &[Workflow])| Tab {
        label: (*label).to_owned(),
        href: format!("/recommendations?{filtered}&status={word}"),
        count: lines.iter().filter(|line| is_in(line, states)).count() as u64,
        current: *word == asked,
    };
    let count = shown.len() as u64;
    let state = match (lines.is_empty(), desk.accounts.is_empty()) {
        (_, true) => PageState::NoSource,
        (true, _) if filter.narrows() => {
            let all = finding::lines(desk.connection(), Narrowing::Nothing).await?;
            let is_shown = |line: &&Line| TABS.iter().any(|(_, _, states)| is_in(line, states));
            lists::filtered_away(query, filter.period, all.iter().filter(is_shown).count() as u64)
        }
        (true, _) => PageState::TrulyZero,
        _ => PageState::Ready,
    };
    Ok(RecommendationsView {
        state,
        tabs: TABS.iter().map(tab).collect(),
        usd_month: usd(&together),
        energy_month: energy(&together),
        emissions_month: emissions(&together),
        overlapping: together.overlapping,
        rows: shown.iter().map(|line| row(desk, line)).collect(),
        listing: Listing {
            base: query.base(filter.period),
            sort: key.to_owned(),
            paging: Paging { page: 1, pages: 1, per: count.max(1), rows: count },
        },
    })
}

/// Loads one finding; `refused` and `form` bring back what somebody typed.
pub fn detail(
    factors: &FactorSet,
    found: &Finding,
    events: &[Event],
    form: BTreeMap<String, String>,
    refused: &[Refused],
) -> RecommendationView {
    let evaluation = &found.evaluation.evaluation;
    let rule = advise::rule(&found.rule_id);
    let month = potential(
        factors,
        std::iter::once((
            found.id.account_id,
            &crate::advise::stored::Headline {
                stage: evaluation.stage.clone(),
                confidence: evaluation.confidence,
                reason: evaluation.reason.clone(),
                savings: evaluation.savings.clone(),
                basis: found.evaluation.basis.clone(),
                group: found.evaluation.group.clone(),
            },
        )),
    );
    RecommendationView {
        id: found.id.to_string(),
        rule_id: found.rule_id.clone(),
        rule_version: found.rule_version.clone(),
        title: rule.map_or_else(|| found.rule_id.clone(), |rule| rule.title.to_owned()),
        subject: found.subject_name.clone(),
        subject_href: found.resource.as_ref().map(figures::href),
        account: found.account_name.clone(),
        region: found.region.clone(),
        team: (!found.team.is_empty()).then(|| found.team.clone()),
        pillar: rule.map(|rule| rule.pillar.to_owned()).unwrap_or_default(),
        pillars_affected: rule.map(|rule| words(rule.pillars_affected)).unwrap_or_default(),
        verdict: verdict(found.verdict),
        stage: evaluation.stage.clone(),
        confidence: confidence(evaluation.confidence),
        coverage: Shown::exact(100.0 * evaluation.coverage, Unit::Percent),
        reason: evaluation.reason.clone(),
        evaluated_at: Some(found.evaluated_at),
        first_seen: Some(found.first_seen_on.and_time(chrono::NaiveTime::MIN).and_utc()),
        evidence: evaluation
            .evidence
            .iter()
            .map(|each| EvidenceRow {
                name: each.name.clone(),
                value: each.value.clone(),
                unit: each.unit.clone(),
                window: each.window.clone(),
            })
            .collect(),
        usd_month: usd(&month),
        energy_month: energy(&month),
        emissions_month: emissions(&month),
        embodied_month: range(
            evaluation.savings.embodied_g_month.as_ref(),
            Unit::GramsCo2ePerMonth,
            &evaluation.savings.null_reason,
        ),
        marginal_month: marginal(&month),
        savings_formula: Some("what the window held, scaled to a month of 730 hours".to_owned()),
        not_checked: rule.map(|rule| words(rule.not_checked)).unwrap_or_default(),
        thresholds: rule.map(|rule| rule.thresholds.iter().map(threshold).collect()).unwrap_or_default(),
        references: rule.map(|rule| rule.references.iter().map(reference).collect()).unwrap_or_default(),
        remediation: rule.map(|rule| remediation(&rule.remediation)).unwrap_or_default(),
        tradeoffs: rule.map(tradeoffs).unwrap_or_default(),
        status: status(found.workflow),
        owner: (!found.owner.is_empty()).then(|| found.owner.clone()),
        next: found.workflow.next().iter().map(|state| status(*state)).collect(),
        dismiss_reason: found
            .dismiss_reason
            .as_deref()
            .and_then(DismissReason::parse)
            .map(|reason| reason.label().to_owned()),
        dismissed_until: found.dismiss_expires_on,
        dismiss_reasons: DismissReason::ALL
            .into_iter()
            .map(|reason| Choice {
                value: reason.as_str().to_owned(),
                label: reason.label().to_owned(),
                selected: form.get("reason").is_some_and(|typed| typed == reason.as_str()),
            })
            .collect(),
        version: u32::try_from(found.version).unwrap_or_default(),
        history: events.iter().map(history).collect(),
        form: FormState {
            values: form,
            errors: refused
                .iter()
                .map(|each| Field { name: each.field.to_owned(), message: each.message.clone() })
                .collect(),
        },
        conflict: None,
        links: Vec::new(),
    }
}

/// What stands of a finding, beside what was typed for an earlier state of it.
pub fn conflict(found: &Finding, events: &[Event], form: &BTreeMap<String, String>) -> ConflictView {
    let typed = |name: &str| form.get(name).map(|value| value.trim().to_owned()).unwrap_or_default();
    let reason =
        |word: &str| DismissReason::parse(word).map_or_else(|| word.to_owned(), |reason| reason.label().to_owned());
    let state = |word: &str| {
        Workflow::parse(word).map_or_else(|| word.to_owned(), |to| badge::finding_word(status(to)).to_owned())
    };
    let last = events.last();
    ConflictView {
        sentence:
            "Somebody else decided on this recommendation first, so your decision was not stored. Look at theirs; \
                   what you typed is in the form again where it still fits."
                .to_owned(),
        stands: vec![
            ("State", state(found.workflow.as_str())),
            ("By", last.map(|event| event.actor.clone()).unwrap_or_default()),
            ("At", last.map(|event| format!("{} UTC", number::moment(event.at))).unwrap_or_default()),
            ("Reason", found.dismiss_reason.as_deref().map(reason).unwrap_or_default()),
            ("Looked at again on", found.dismiss_expires_on.map(number::date).unwrap_or_default()),
            ("Note", last.and_then(|event| event.note.clone()).unwrap_or_default()),
        ],
        typed: vec![
            ("State", state(&typed("to"))),
            ("By", typed("by")),
            ("Reason", reason(&typed("reason"))),
            ("Look again on", typed("expires")),
            ("Note", typed("note")),
        ],
    }
}

async fn lines(desk: &mut Desk, filter: &Filter, only_open: bool) -> Result<Vec<Line>, Problem> {
    let estimate_id = desk.estimate.as_ref().map(|estimate| estimate.estimate_id);
    Ok(finding::lines(desk.connection(), Narrowing::Filter { filter, estimate_id, only_open }).await?)
}

/// An undecided finding is shown while it fires; a decided one stays with its decision.
fn is_in(line: &Line, states: &[Workflow]) -> bool {
    states.contains(&line.workflow) && (!line.workflow.is_undecided() || line.verdict == advise::Verdict::Fires)
}

/// What cannot be weighed stands last in either direction.
fn sort(lines: &mut [&Line], key: &str) {
    let weight = |line: &Line| {
        let savings = &line.headline.savings;
        match key.trim_start_matches('-') {
            "usd" => savings.usd_month.as_ref().map(|range| range.low),
            "age" => Some(-f64::from(line.first_seen_on.num_days_from_ce())),
            _ => savings.operational_g_month.as_ref().map(|range| range.low),
        }
    };
    let descending = key.starts_with('-');
    lines.sort_by(|a, b| {
        let known = match (weight(a), weight(b)) {
            (Some(a), Some(b)) if descending => b.total_cmp(&a),
            (Some(a), Some(b)) => a.total_cmp(&b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        known.then_with(|| a.id.cmp(&b.id))
    });
}

fn row(desk: &Desk, line: &Line) -> FindingRow {
    let rule = advise::rule(&line.rule_id);
    let savings = &line.headline.savings;
    let age = (desk.today() - line.first_seen_on).num_days();
    FindingRow {
        href: format!("/recommendations/{}", line.id),
        rule_id: line.rule_id.clone(),
        title: rule.map_or_else(|| line.rule_id.clone(), |rule| rule.title.to_owned()),
        subject: line.subject_name.clone(),
        subject_href: line.resource.as_ref().map(figures::href),
        account: line.account_name.clone(),
        region: line.region.clone(),
        team: (!line.team.is_empty()).then(|| line.team.clone()),
        pillar: rule.map(|rule| rule.pillar.to_owned()).unwrap_or_default(),
        reason: line.headline.reason.clone(),
        usd_month: range(savings.usd_month.as_ref(), Unit::UsdPerMonth, &savings.null_reason),
        energy_month: range(savings.kwh_month.as_ref(), Unit::KilowattHoursPerMonth, &savings.null_reason),
        emissions_month: range(savings.operational_g_month.as_ref(), Unit::GramsCo2ePerMonth, &savings.null_reason),
        confidence: confidence(line.headline.confidence),
        effort: rule.map(|rule| rule.remediation.effort.replace('_', " ")).unwrap_or_default(),
        verdict: verdict(line.verdict),
        status: status(line.workflow),
        age_days: u32::try_from(age).unwrap_or_default(),
        owner: (!line.owner.is_empty()).then(|| line.owner.clone()),
    }
}

/// What findings save together in dollars.
pub fn usd(together: &Potential) -> Shown {
    match together.usd_month {
        Some(usd) => Shown::exact(usd, Unit::UsdPerMonth),
        None => Shown::Unknown("no list price is known for what would be saved".to_owned()),
    }
}

fn energy(together: &Potential) -> Shown {
    drawn(together, |totals| totals.energy.map(|kwh| kwh.get()), Unit::KilowattHoursPerMonth)
}

fn emissions(together: &Potential) -> Shown {
    drawn(together, |totals| totals.operational.map(|g| g.get()), Unit::GramsCo2ePerMonth)
}

fn marginal(together: &Potential) -> Shown {
    let Some(totals) = &together.footprint else {
        return Shown::Unknown(NO_FOOTPRINT.to_owned());
    };
    match together.marginal {
        Some(grams) => shown(totals, grams.map(|grams| grams.get()), Unit::GramsCo2ePerMonth),
        None => Shown::Unknown("no marginal intensity is published for this region".to_owned()),
    }
}

fn drawn(together: &Potential, of: impl Fn(&footprint::Totals) -> footprint::Estimate<f64>, unit: Unit) -> Shown {
    let Some(totals) = &together.footprint else {
        return Shown::Unknown(NO_FOOTPRINT.to_owned());
    };
    shown(totals, of(totals), unit)
}

/// What is missing from the footprint is missing from the saving.
fn shown(totals: &footprint::Totals, each: footprint::Estimate<f64>, unit: Unit) -> Shown {
    let figure = Figure::estimated(each.central, each.low, each.high, unit, figures::tier(each.tier));
    Shown::Ready(match totals.completeness {
        footprint::Completeness::Complete => figure,
        footprint::Completeness::LowerBound => figure.lower_bound(),
    })
}

fn range(range: Option<&Range>, unit: Unit, why: &Option<String>) -> Shown {
    match range {
        Some(range) => Shown::Ready(Figure { low: range.low, high: range.high, ..Figure::exact(range.central, unit) }),
        None => Shown::Unknown(why.clone().unwrap_or_else(|| "not known".to_owned())),
    }
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

fn threshold(threshold: &advise::Threshold) -> ThresholdRow {
    ThresholdRow {
        name: threshold.key.replace('_', " "),
        value: threshold.value.to_string(),
        unit: threshold.unit.to_owned(),
        provenance: threshold.source.to_owned(),
    }
}

fn reference(reference: &advise::Reference) -> ReferenceRow {
    ReferenceRow {
        framework: reference.framework.to_owned(),
        edition: reference.edition.to_owned(),
        id: reference.id.to_owned(),
        url: reference.url.to_owned(),
    }
}

fn remediation(remediation: &advise::Remediation) -> Remediation {
    Remediation {
        kind: remediation.kind.replace('_', " "),
        effort: remediation.effort.replace('_', " "),
        restart: remediation.restart,
        rollback: remediation.rollback,
        steps: words(remediation.steps),
    }
}

fn tradeoffs(rule: &advise::Rule) -> Vec<String> {
    rule.tradeoffs.iter().map(|each| format!("{}: {} {}", each.pillar, each.text, each.mitigation)).collect()
}

fn history(event: &Event) -> HistoryRow {
    HistoryRow {
        at: event.at,
        who: event.actor.clone(),
        from: event.from.map(status),
        to: status(event.to),
        note: event.note.clone(),
    }
}

fn status(workflow: Workflow) -> FindingStatus {
    match workflow {
        Workflow::Open => FindingStatus::Open,
        Workflow::Reopened => FindingStatus::Reopened,
        Workflow::Accepted => FindingStatus::Accepted,
        Workflow::InProgress => FindingStatus::InProgress,
        Workflow::Done => FindingStatus::Done,
        Workflow::Verified => FindingStatus::Verified,
        Workflow::PartiallyVerified => FindingStatus::PartiallyVerified,
        Workflow::NotObserved => FindingStatus::NotObserved,
        Workflow::Dismissed => FindingStatus::Dismissed,
    }
}

fn verdict(verdict: advise::Verdict) -> Verdict {
    match verdict {
        advise::Verdict::Fires => Verdict::Fires,
        advise::Verdict::DoesNotFire => Verdict::DoesNotFire,
        advise::Verdict::NotEvaluated => Verdict::NotEvaluated,
        advise::Verdict::TooNew => Verdict::TooNew,
    }
}

fn confidence(confidence: advise::Confidence) -> Confidence {
    match confidence {
        advise::Confidence::High => Confidence::High,
        advise::Confidence::Medium => Confidence::Medium,
        advise::Confidence::Low => Confidence::Low,
    }
}

/// Reads the last segment of a finding's address.
///
/// # Errors
/// When it is none.
pub fn id(text: &str) -> Result<FindingId, Problem> {
    FindingId::parse(text).ok_or(Problem::NoSuchThing { what: "recommendation", list: "/recommendations" })
}
