use crate::charts::{multiples, phases, time};
use crate::parts::{
    badge, configuration_panel, facts, family_panel, figure, finding_list, footprint_panel, guards_panel, inputs_panel,
    ledger_panel, number, panel, rates_panel, sections,
};
use crate::view::{ConfigurationRow, JobLoad, JobPhases, JobView, Loaded};
use leptos::prelude::*;

/// One job or notebook: what it used, how well, and why the number is what it is.
pub fn page(view: &JobView) -> impl IntoView + use<> {
    view! {
        {failure(view)}
        {sections(view)}
        <div class="pair wide-left">
            {footprint_panel::compare(&view.in_period, &view.lifetime, &view.period)}
            {about(view)}
        </div>
        {finding_list::panel(&view.findings)}
        {view.phases.as_ref().map(phases)}
        {panel::loaded("utilisation", "Utilisation", &view.load, |load| Some(utilisation(load)))}
        {(!view.days.is_empty()).then(|| ledger_panel::days(&view.days))}
        {rates_panel::panel(&view.rates)}
        {ledger_panel::panel(&view.ledger)}
        {ledger_panel::spans(&view.spans)}
        {view.inputs.as_ref().map(inputs_panel::panel)}
        {panel::loaded("guards", "Guards", &view.guards, |guards| guards_panel::panel(guards))}
        {panel::loaded("family", "Runs of its family", &view.family, |family| family.as_ref().map(family_panel::panel))}
    }
    .into_any()
}

fn sections(view: &JobView) -> AnyView {
    sections::links([
        ("Summary", Some("footprint")),
        ("Findings", has(&view.findings, |findings| !findings.is_empty()).then_some("findings")),
        ("Phases", view.phases.is_some().then_some("phases")),
        ("Utilisation", Some("utilisation")),
        ("Ledger", Some("ledger")),
        ("Inputs", view.inputs.is_some().then_some("inputs")),
        ("Guards", has(&view.guards, |guards| !guards.is_empty()).then_some("guards")),
        ("History", has(&view.family, Option::is_some).then_some("family")),
    ])
}

/// Whether a part of the page is there: what could not be read says so in its place.
fn has<T>(part: &Loaded<T>, is_there: impl FnOnce(&T) -> bool) -> bool {
    part.ready().is_none_or(is_there)
}

fn phases(phases: &JobPhases) -> AnyView {
    let body =
        phases::draw(phases).unwrap_or_else(|| view! { <p class="quiet">{phases.missing.clone()}</p> }.into_any());
    panel::panel("phases", "Phases", body)
}

fn failure(view: &JobView) -> Option<AnyView> {
    view.failure_reason
        .clone()
        .map(|reason| view! { <p class="banner error"><strong>"Failed: "</strong>{reason}</p> }.into_any())
}

fn about(view: &JobView) -> AnyView {
    let spot = view.spot.then(|| view! { " " <span class="tag">"spot"</span> });
    let instances = view! { {format!("{} × {}", view.instance_count, view.instance_type)} {spot} }.into_any();
    let final_metrics: Vec<(String, String)> =
        view.final_metrics.iter().map(|(name, value)| (name.clone(), number::significant(*value))).collect();
    let list = facts::list(vec![
        ("Kind", facts::text(&view.kind)),
        ("Status", Some(badge::job(view.status))),
        ("Instances", Some(instances)),
        ("Team", view.team.as_deref().and_then(facts::text)),
        ("Owner", view.owner.as_deref().and_then(facts::text)),
        ("Account", facts::text(&view.account)),
        ("Region", facts::text(&view.region)),
        ("Part of", part_of(&view.part_of)),
        ("Final metrics", pairs(&final_metrics)),
        ("Created", facts::moment(view.created_at)),
        ("Started", facts::moment(view.started_at)),
        ("Ended", facts::moment(view.ended_at)),
        ("Billed", view.billable.figure().map(|_| figure::value(&view.billable))),
        ("Most it could have cost", view.max_exposure.figure().map(|_| figure::value(&view.max_exposure))),
        ("Tags", facts::tags(&view.tags)),
        ("ARN", (!view.arn.is_empty()).then(|| view! { <code class="arn">{view.arn.clone()}</code> }.into_any())),
    ]);
    panel::panel("about", "About", list)
}

fn part_of(part: &Loaded<Vec<ConfigurationRow>>) -> Option<AnyView> {
    match part {
        Loaded::Ready(rows) => configuration_panel::part_of(rows),
        Loaded::Failed(_) => facts::text("could not be read"),
    }
}

/// Names and values, one in a line.
fn pairs(pairs: &[(String, String)]) -> Option<AnyView> {
    let items = pairs.iter().map(|(name, value)| view! { <li>{name.clone()} ": " {value.clone()}</li> }).collect_view();
    (!pairs.is_empty()).then(|| view! { <ul class="plain">{items}</ul> }.into_any())
}

fn utilisation(load: &JobLoad) -> AnyView {
    let body = match &load.over_time {
        Some(chart) => view! {
            {time::draw(chart)}
            {multiples::draw("utilisation-by-host", "Host by host", &load.by_host)}
            {left_out(load)}
            {ledger_panel::hosts(&load.hosts)}
        }
        .into_any(),
        None => view! {
            <p class="quiet">"CloudWatch holds no utilisation for it, so its power was estimated from a default."</p>
        }
        .into_any(),
    };
    panel::panel("utilisation", "Utilisation", body)
}

/// Hosts that have no chart of their own.
fn left_out(load: &JobLoad) -> Option<AnyView> {
    let mut hosts: Vec<&str> = load.hosts.iter().map(|row| row.host.as_str()).collect();
    hosts.sort_unstable();
    hosts.dedup();
    let (drawn, all) = (load.by_host.len(), hosts.len());
    (drawn > 0 && drawn < all).then(|| {
        let all = number::count(all);
        view! { <p class="footnote">{format!("{drawn} of {all} hosts are drawn; the table holds all of them.")}</p> }
            .into_any()
    })
}
