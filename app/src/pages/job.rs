use crate::charts::time;
use crate::parts::{
    badge, configuration_panel, facts, family_panel, figure, finding_list, footprint_panel, ledger_panel, number,
    panel, rates_panel,
};
use crate::view::JobView;
use leptos::prelude::*;

/// One job or notebook: what it used, how well, and why the number is what it is.
pub fn page(view: &JobView) -> impl IntoView + use<> {
    let findings =
        (!view.findings.is_empty()).then(|| panel::panel("findings", "What to do", finding_list::list(&view.findings)));
    view! {
        {failure(view)}
        <div class="pair wide-left">
            {footprint_panel::compare(&view.in_period, &view.lifetime, &view.period)}
            {about(view)}
        </div>
        {findings}
        {utilisation(view)}
        {view.family.as_ref().map(family_panel::panel)}
        {(!view.days.is_empty()).then(|| ledger_panel::days(&view.days))}
        {rates_panel::panel(&view.rates)}
        {ledger_panel::panel(&view.ledger)}
        {ledger_panel::spans(&view.spans)}
    }
    .into_any()
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
        ("Account", facts::text(&view.account)),
        ("Region", facts::text(&view.region)),
        ("Part of", configuration_panel::part_of(&view.part_of)),
        ("Image", facts::text(&view.image)),
        ("Final metrics", pairs(&final_metrics)),
        ("Guards", pairs(&view.guards)),
        ("Created", facts::moment(view.created_at)),
        ("Started", facts::moment(view.started_at)),
        ("Ended", facts::moment(view.ended_at)),
        ("Most it could have cost", view.max_exposure.figure().map(|_| figure::value(&view.max_exposure))),
        ("Tags", facts::tags(&view.tags)),
        ("ARN", (!view.arn.is_empty()).then(|| view! { <code class="arn">{view.arn.clone()}</code> }.into_any())),
    ]);
    panel::panel("about", "About", list)
}

/// Names and values, one in a line.
fn pairs(pairs: &[(String, String)]) -> Option<AnyView> {
    let items = pairs.iter().map(|(name, value)| view! { <li>{name.clone()} ": " {value.clone()}</li> }).collect_view();
    (!pairs.is_empty()).then(|| view! { <ul class="plain">{items}</ul> }.into_any())
}

fn utilisation(view: &JobView) -> AnyView {
    let body = match &view.utilisation {
        Some(chart) => view! { {time::draw(chart)} {ledger_panel::hosts(&view.hosts)} }.into_any(),
        None => view! {
            <p class="quiet">"CloudWatch holds no utilisation for it, so its power was estimated from a default."</p>
        }
        .into_any(),
    };
    panel::panel("utilisation", "Utilisation", body)
}
