//! Factor sets: those that numbers were made with, those that are proposed, and what a proposal would change.

use std::collections::BTreeMap;

use app::parts::number;
use app::view::{
    Computing, ConflictView, EffectRow, FactorSetRow, FactorSetsView, Figure, FormState, OverrideRow, ProposalRow,
    ProposalState, ProposalView, Shown, Unit,
};
use chrono::{DateTime, Days, Utc};
use footprint::{Completeness, Estimate, FactorSet, Override, Totals};

use super::{figures, overview};
use crate::estimate::{self, Effect};
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::state::AppState;
use crate::ingest::key;
use crate::ingest::pace::Pace;
use crate::store::methodology::{self, EstimateHistory};
use crate::store::proposal::{self, Computed, Proposal};
use crate::store::resource;
use crate::store::selection::Period;

/// Days that the effect of a proposal is shown over.
const EFFECT_DAYS: u64 = 90;

const MISSING: Problem = Problem::NoSuchThing { what: "proposal", list: "/methodology/sets" };

/// Loads the list.
///
/// # Errors
/// When the database refuses.
pub async fn list(desk: &mut Desk, form: FormState) -> Result<FactorSetsView, Problem> {
    let sets = methodology::history(desk.connection()).await?;
    let proposals = proposal::all(desk.connection()).await?;
    Ok(FactorSetsView {
        sets: sets.into_iter().map(set_row).collect(),
        proposals: proposals.iter().map(proposal_row).collect(),
        form,
    })
}

/// The proposal of an address.
///
/// # Errors
/// [`Problem::NoSuchThing`], and when the database refuses.
pub async fn find(desk: &mut Desk, id: &str) -> Result<Proposal, Problem> {
    let number: i32 = id.parse().map_err(|_| MISSING)?;
    let all = proposal::all(desk.connection()).await?;
    all.into_iter().find(|each| each.proposal_id == number).ok_or(MISSING)
}

/// What a proposal differs by.
///
/// # Errors
/// When what is stored cannot be read.
pub fn overrides(proposal: &Proposal) -> Result<Vec<Override>, Problem> {
    serde_json::from_value(proposal.overrides.clone())
        .map_err(|_| Problem::Misbuilt("a stored override has no meaning"))
}

/// Loads one proposal; its effect only while it can still be decided.
///
/// # Errors
/// When the database refuses.
pub async fn one(
    state: &AppState,
    desk: &mut Desk,
    proposal: &Proposal,
    form: FormState,
    decide_form: FormState,
) -> Result<ProposalView, Problem> {
    let overrides = overrides(proposal)?;
    let mut view = ProposalView {
        id: proposal.proposal_id.to_string(),
        label: proposal.label(),
        base_label: proposal.base_label.clone(),
        state: state_of(proposal),
        author: proposal.author.clone(),
        reason: proposal.reason.clone(),
        created_at: proposal.created_at,
        decided: proposal.decided_by.clone().zip(proposal.decided_at),
        failure: proposal.failure.clone(),
        overrides: overrides.iter().map(|each| override_row(state.builtin(), each)).collect(),
        seen: seen(proposal),
        form,
        decide_form,
        ..ProposalView::default()
    };
    if view.state == ProposalState::Accepted {
        let now = desk.standing.now;
        let computed = proposal::computed(desk.connection(), &view.label).await?;
        view.computing = computed.map(|computed| computing(computed, now));
    }
    if !matches!(view.state, ProposalState::Open | ProposalState::Failed) {
        return Ok(view);
    }
    let proposed = state
        .builtin()
        .with_overrides(&view.label, &overrides)
        .map_err(|_| Problem::Misbuilt("a stored override names no factor"))?;
    let yesterday = desk.today() - Days::new(1);
    let period = Period { from: yesterday - Days::new(EFFECT_DAYS - 1), to: yesterday };
    let in_force = desk.factors.clone();
    let effect = estimate::preview(desk.connection(), resource::bounds(period), &in_force, &proposed).await?;
    view.period = Some(overview::spoken(period));
    view.instance_hours = Shown::exact(effect.instance_hours, Unit::Hours);
    view.effect = effect_rows(&effect);
    view.regions = effect
        .regions
        .iter()
        .map(|each| {
            let both = (&each.before, &each.after);
            let clear = each.change.emissions.is_significant;
            row(&each.region, both, |t| t.emissions.map(|g| g.get()), Unit::GramsCo2e, clear)
        })
        .collect();
    Ok(view)
}

/// Names what a proposal differs by: another name, another content.
#[must_use]
pub fn seen(proposal: &Proposal) -> String {
    format!("{:016x}", key::number(&proposal.overrides.to_string()))
}

/// What stands of a proposal, beside what was typed for an earlier state of it.
#[must_use]
pub fn conflict(view: &ProposalView, typed: &BTreeMap<String, String>) -> ConflictView {
    let typed = |name: &str| typed.get(name).map(|value| value.trim().to_owned()).unwrap_or_default();
    let range = |[value, low, high]: [String; 3]| match (low.is_empty(), high.is_empty()) {
        (true, true) => value,
        _ => format!("{value}, from {low} to {high}"),
    };
    let decided = view.decided.as_ref();
    let mut stands = vec![
        ("State", view.state.word().to_owned()),
        ("Decided by", decided.map(|(by, _)| by.clone()).unwrap_or_default()),
        ("At", decided.map(|(_, at)| format!("{} UTC", number::moment(*at))).unwrap_or_default()),
    ];
    let factor = typed("factor");
    if let Some(own) = view.overrides.iter().find(|own| own.id == factor) {
        stands.push(("Factor", own.id.clone()));
        stands.push(("Value", range(own.after.map(|value| value.to_string()))));
        stands.push(("Why", own.reason.clone()));
        stands.push(("By", own.author.clone()));
    }
    ConflictView {
        sentence: "Somebody changed this proposal, or decided about it, after you opened it, so what you sent was not stored. \
                   Look at what stands; what you typed is in the form again where it still fits."
            .to_owned(),
        stands,
        typed: vec![
            ("Decision", typed("decision")),
            ("Factor", factor),
            ("Value", range([typed("value"), typed("low"), typed("high")])),
            ("Why", typed("reason")),
            ("By", typed("by")),
        ],
    }
}

fn computing(computed: Computed, now: DateTime<Utc>) -> Computing {
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    let total = count(computed.total);
    let elapsed_s = (now - computed.since).as_seconds_f64();
    let pace = Pace { done: count(computed.done).min(total), total: Some(total), elapsed_s };
    Computing { done: pace.done, total, per_minute: pace.per_minute(), left_s: pace.left().map(|left| left.as_secs()) }
}

fn set_row(row: EstimateHistory) -> FactorSetRow {
    FactorSetRow {
        href: if row.is_active { "/".to_owned() } else { format!("/?estimate={}", row.estimate_id) },
        label: row.label,
        sha256: row.sha256,
        method_version: row.method_version,
        author: row.author,
        reason: row.reason,
        created_at: row.created_at,
        activated_at: row.activated_at,
        is_active: row.is_active,
        overrides: u64::try_from(row.overrides).unwrap_or_default(),
    }
}

fn proposal_row(proposal: &Proposal) -> ProposalRow {
    ProposalRow {
        href: format!("/methodology/sets/{}", proposal.proposal_id),
        label: proposal.label(),
        state: state_of(proposal),
        author: proposal.author.clone(),
        reason: proposal.reason.clone(),
        created_at: proposal.created_at,
        overrides: proposal.overrides.as_array().map_or(0, |list| list.len() as u64),
    }
}

fn state_of(proposal: &Proposal) -> ProposalState {
    match proposal.state.as_str() {
        "accepted" => ProposalState::Accepted,
        "active" => ProposalState::Active,
        "withdrawn" => ProposalState::Withdrawn,
        "failed" => ProposalState::Failed,
        _ => ProposalState::Open,
    }
}

fn override_row(tables: &FactorSet, change: &Override) -> OverrideRow {
    let factor = tables.all_factors().into_iter().find(|factor| factor.id == change.factor_id);
    OverrideRow {
        id: change.factor_id.clone(),
        name: factor.as_ref().map_or_else(|| change.factor_id.clone(), |factor| factor.name.clone()),
        unit: factor.as_ref().map(|factor| factor.unit.clone()).unwrap_or_default(),
        before: factor.map(|factor| [factor.value, factor.low, factor.high]),
        after: [change.value, change.low, change.high],
        author: change.author.clone(),
        reason: change.reason.clone(),
    }
}

fn effect_rows(effect: &Effect) -> Vec<EffectRow> {
    let (both, change, grams) = ((&effect.before, &effect.after), &effect.change, Unit::GramsCo2e);
    vec![
        row("Energy", both, |t| t.energy.map(|kwh| kwh.get()), Unit::KilowattHours, change.energy.is_significant),
        row(
            "Operational emissions",
            both,
            |t| t.operational.map(|g| g.get()),
            grams,
            change.operational.is_significant,
        ),
        row("Embodied emissions", both, |t| t.embodied.map(|g| g.get()), grams, change.embodied.is_significant),
        row("Total emissions", both, |t| t.emissions.map(|g| g.get()), grams, change.emissions.is_significant),
        row("Water", both, |t| t.water.map(|l| l.get()), Unit::Litres, change.water.is_significant),
    ]
}

fn row(
    label: &str,
    both: (&Totals, &Totals),
    of: impl Fn(&Totals) -> Estimate<f64>,
    unit: Unit,
    clear: bool,
) -> EffectRow {
    let shown = |totals: &Totals| {
        let each = of(totals);
        let figure = Figure::estimated(each.central, each.low, each.high, unit, figures::tier(each.tier));
        Shown::Ready(if totals.completeness == Completeness::LowerBound { figure.lower_bound() } else { figure })
    };
    let (before, after) = (of(both.0).central, of(both.1).central);
    EffectRow {
        label: label.to_owned(),
        before: shown(both.0),
        after: shown(both.1),
        change_percent: (before > 0.0).then(|| 100.0 * (after - before) / before),
        is_clear: (before.to_bits() != after.to_bits()).then_some(clear),
    }
}
