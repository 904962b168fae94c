use crate::parts::{empty, figure, finding_list, number, pagination, table};
use crate::view::{RecommendationsView, Tab};
use leptos::prelude::*;

/// What could be done, the largest saving first.
pub fn page(view: &RecommendationsView) -> impl IntoView + use<> {
    let body = match empty::state(&view.state, "recommendations") {
        Some(empty) => empty,
        None => view! {
            {order(view)}
            <div class="panel">
                <h2 class="visually-hidden">"Findings"</h2>
                {finding_list::list(&view.rows)}
            </div>
            {pagination::links(&view.listing)}
        }
        .into_any(),
    };
    view! {
        {potential(view)}
        {tabs(&view.tabs)}
        {body}
    }
    .into_any()
}

fn potential(view: &RecommendationsView) -> AnyView {
    let overlapping = match view.overlapping {
        0 => "Each resource is counted once.".to_owned(),
        1 => "Each resource is counted once: 1 finding overlaps another and is left out of the total.".to_owned(),
        more => format!(
            "Each resource is counted once: {} findings overlap others and are left out of the total.",
            number::whole(more)
        ),
    };
    view! {
        <dl class="totals" aria-label="Open potential a month">
            <div><dt>"Could be saved"</dt><dd>{figure::with_interval(&view.usd_month)}</dd></div>
            <div><dt>"Energy"</dt><dd>{figure::with_interval(&view.energy_month)}</dd></div>
            <div><dt>"Emissions"</dt><dd>{figure::emissions(&view.emissions_month)}</dd></div>
        </dl>
        <p class="footnote">{overlapping}</p>
    }
    .into_any()
}

fn tabs(tabs: &[Tab]) -> AnyView {
    let links = tabs
        .iter()
        .map(|tab| {
            let current = tab.current.then_some("page");
            view! {
                <li>
                    <a href=tab.href.clone() aria-current=current>
                        {tab.label.clone()} " " <span class="count">{number::whole(tab.count)}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <nav class="tabs" aria-label="State"><ul role="list">{links}</ul></nav> }.into_any()
}

fn order(view: &RecommendationsView) -> Option<AnyView> {
    if view.listing.base.is_empty() || view.rows.len() < 2 {
        return None;
    }
    let links = [("Emissions", "-co2e"), ("Money", "-usd"), ("Age", "-age")]
        .into_iter()
        .map(|(label, key)| {
            let current = (view.listing.sort == key).then_some("true");
            view! { <li><a href=table::with(&view.listing.base, &format!("sort={key}")) aria-current=current>{label}</a></li> }
        })
        .collect_view();
    Some(
        view! { <div class="order"><span>"Largest first by"</span><ul class="presets" role="list">{links}</ul></div> }
            .into_any(),
    )
}
