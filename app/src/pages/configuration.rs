use crate::parts::configuration_panel::{self, capitalised};
use crate::parts::{alarm_changes, number, observed_panel, panel, table};
use crate::view::{ConfigurationKind, ConfigurationView};
use leptos::prelude::*;

/// What is configured, of each kind, and what was before.
pub fn page(view: &ConfigurationView) -> impl IntoView + use<> {
    if view.kinds.is_empty() {
        let body = view! {
            <p>
                "Nothing has been read yet. Endpoint configurations, models, pipelines, tuning jobs, scaling, alarms, log groups
                and the buckets and roles in use are read with every run from AWS; what an account's role does not allow is named under "
                <a href="/imports">"Imports"</a> "."
            </p>
        };
        return panel::panel("configuration", "Configuration", body.into_any());
    }
    let kinds = view.kinds.iter().map(kind).collect_view();
    let head = table::head(&["Region", "Name", "What it says", "From, UTC", "Until, UTC"]);
    let body = view.rows.iter().map(|row| configuration_panel::line(row, &row.region)).collect_view().into_any();
    let cut = view.is_cut.then(|| {
        view! { <p class="footnote">"The newest states are shown; older ones are kept and not listed here."</p> }
    });
    let shown = view! { {table::table(view.shown.clone(), head, body, None)} {cut}
        <p class="footnote">
            "AWS tells of no past. What was seen first is taken to have held since it was created; later states begin when AWS
            dates the change, or when it was seen."
        </p>
    }
    .into_any();
    view! {
        <nav class="kinds" aria-label="Kinds of configuration"><ul role="list">{kinds}</ul></nav>
        {panel::named("configuration".to_owned(), capitalised(&view.shown), shown)}
        {alarm_changes::panel(&view.alarm_changes)}
        {observed_panel::panel("In the last seven days", &view.observed)}
    }
    .into_any()
}

fn kind(kind: &ConfigurationKind) -> AnyView {
    let current = kind.is_shown.then_some("page");
    let past = kind.states.saturating_sub(kind.standing);
    let past = (past > 0).then(|| format!(", {} past", number::whole(past)));
    view! {
        <li>
            <a href=kind.href.clone() aria-current=current>
                {capitalised(&kind.label)} " " <span class="quiet">{number::whole(kind.standing)} {past}</span>
            </a>
        </li>
    }
    .into_any()
}
