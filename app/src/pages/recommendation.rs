use crate::parts::{badge, conflict, facts, figure, number, panel, prose, table};
use crate::view::{RecommendationView, Shown};
use leptos::prelude::*;

mod decision;

/// One finding with everything needed to decide about it.
pub fn page(view: &RecommendationView) -> impl IntoView + use<> {
    view! {
        {view.conflict.as_ref().map(conflict::panel)}
        <p class="lede">{view.reason.clone()}</p>
        <div class="pair wide-left">
            <div class="stack">
                {impact(view)}
                {fix(view)}
                {evidence(view)}
                {thresholds(view)}
                {references(view)}
            </div>
            <div class="stack">
                {decision::panel(view)}
                {about(view)}
                {decision::history(view)}
            </div>
        </div>
    }
    .into_any()
}

fn impact(view: &RecommendationView) -> AnyView {
    let reason = match &view.usd_month {
        Shown::Ready(_) => None,
        Shown::Unknown(reason) | Shown::NotEvaluated(reason) | Shown::TooNew(reason) => {
            Some(view! { <p class="footnote">{reason.clone()}</p> })
        }
    };
    let formula = view.savings_formula.clone().map(|formula| view! { <p class="footnote">"How: " {formula}</p> });
    let tradeoffs = (!view.tradeoffs.is_empty()).then(|| {
        let lines = view.tradeoffs.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
        view! { <h3>"What speaks against it"</h3><ul class="plain">{lines}</ul> }
    });
    let body = view! {
        <dl class="totals inner" aria-label="Savings a month">
            <div><dt>"Money"</dt><dd>{figure::with_interval(&view.usd_month)}</dd></div>
            <div><dt>"Energy"</dt><dd>{figure::with_interval(&view.energy_month)}</dd></div>
            <div><dt>"Operational CO₂e"</dt><dd>{figure::with_interval(&view.emissions_month)}</dd></div>
            <div><dt>"Embodied CO₂e"</dt><dd>{figure::with_interval(&view.embodied_month)}</dd></div>
            <div><dt>"CO₂e off the grid"</dt><dd>{figure::with_interval(&view.marginal_month)}</dd></div>
        </dl>
        {reason}
        {formula}
        <p class="footnote">
            "Off the grid: the same energy at the grid's marginal intensity, for this decision only. Every other figure uses the \
             average, as an inventory does."
        </p>
        {tradeoffs}
    };
    panel::panel("impact", "What it would save", body.into_any())
}

fn fix(view: &RecommendationView) -> AnyView {
    let remedy = &view.remediation;
    let word = |yes: bool| if yes { "yes" } else { "no" };
    let steps = remedy.steps.iter().map(|step| view! { <li>{prose::with_code(step)}</li> }).collect_view();
    let body = view! {
        <ol class="steps">{steps}</ol>
        {facts::list(vec![
            ("How", facts::text(&remedy.kind)),
            ("Effort", facts::text(&remedy.effort)),
            ("Needs a restart", facts::text(word(remedy.restart))),
            ("Can be rolled back", facts::text(word(remedy.rollback))),
        ])}
    };
    panel::panel("fix", "What to do", body.into_any())
}

fn evidence(view: &RecommendationView) -> AnyView {
    let rows = view
        .evidence
        .iter()
        .map(|row| {
            let value = measured(&row.value, &row.unit);
            view! { <tr><th scope="row">{row.name.clone()}</th><td class="number">{value}</td><td>{row.window.clone()}</td></tr> }
        })
        .collect_view()
        .into_any();
    let unchecked = (!view.not_checked.is_empty()).then(|| {
        let lines = view.not_checked.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
        view! { <h3>"Signals not checked"</h3><ul class="plain">{lines}</ul> }
    });
    let body = view! {
        {table::table("Signals used", table::head(&["Signal", "#Value", "Window"]), rows, None)}
        <p class="footnote">"Points received of those the rule needs: " {figure::value(&view.coverage)} ", " {badge::confidence_word(view.confidence)} "."</p>
        {unchecked}
    };
    panel::panel("evidence", "Evidence", body.into_any())
}

fn thresholds(view: &RecommendationView) -> Option<AnyView> {
    if view.thresholds.is_empty() {
        return None;
    }
    let rows = view
        .thresholds
        .iter()
        .map(|row| {
            let value = measured(&row.value, &row.unit);
            view! { <tr><th scope="row">{row.name.clone()}</th><td class="number">{value}</td><td class="source">{row.provenance.clone()}</td></tr> }
        })
        .collect_view()
        .into_any();
    let head = table::head(&["Threshold", "#Value", "Where it comes from"]);
    Some(panel::panel("thresholds", "Thresholds", table::table("Thresholds", head, rows, None)))
}

fn references(view: &RecommendationView) -> Option<AnyView> {
    if view.references.is_empty() {
        return None;
    }
    let lines = view
        .references
        .iter()
        .map(|reference| {
            let name = format!("{} {}", reference.framework, reference.id);
            let edition = format!(" ({})", reference.edition);
            if reference.url.starts_with("https://") {
                view! { <li><a href=reference.url.clone() rel="noreferrer">{name}</a> {edition}</li> }.into_any()
            } else {
                view! { <li>{name} {edition}</li> }.into_any()
            }
        })
        .collect_view();
    Some(panel::panel("references", "References", view! { <ul class="plain">{lines}</ul> }.into_any()))
}

fn about(view: &RecommendationView) -> AnyView {
    let subject = match view.subject_href.clone() {
        Some(href) => view! { <a class="name" href=href>{view.subject.clone()}</a> }.into_any(),
        None => view! { <span class="name">{view.subject.clone()}</span> }.into_any(),
    };
    let pillars = [vec![view.pillar.clone()], view.pillars_affected.clone()].concat().join(", ");
    let list = facts::list(vec![
        ("Concerns", Some(subject)),
        ("Today", Some(badge::verdict(view.verdict))),
        ("Stage", facts::text(&view.stage.clone().unwrap_or_default().replace('_', " "))),
        ("Rule", facts::text(&format!("{} version {}", view.rule_id, view.rule_version))),
        ("Pillars", facts::text(&pillars)),
        ("Team", view.team.as_deref().and_then(facts::text)),
        ("Account", facts::text(&view.account)),
        ("Region", facts::text(&view.region)),
        ("First seen", facts::moment(view.first_seen)),
        ("Last evaluated", facts::moment(view.evaluated_at)),
    ]);
    let links = view
        .links
        .iter()
        .map(|link| view! { <li><a href=link.href.clone()>{link.label.clone()}</a></li> })
        .collect_view();
    panel::panel("about", "About", view! { {list} <ul class="plain">{links}</ul> }.into_any())
}

/// A value with its unit; the unit `1` of a pure number is not said.
fn measured(value: &str, unit: &str) -> String {
    match unit {
        "" | "1" => value.to_owned(),
        unit => format!("{} {unit}", number::grouped(value)),
    }
}
