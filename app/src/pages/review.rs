use super::overview::coverage;
use crate::parts::{badge, facts, figure, number, panel, table};
use crate::view::{ReviewFinding, ReviewKpi, ReviewView};
use leptos::prelude::*;

mod actions;
mod sign_off;

/// One weekly review: compare, discuss, decide, sign.
pub fn page(view: &ReviewView) -> impl IntoView + use<> {
    view! {
        {standing(view)}
        {readiness(view)}
        {kpis(view)}
        <div class="pair wide-left">
            <div class="stack">
                {findings(&view.findings)}
                {actions::panel(view)}
            </div>
            <div class="stack">
                {sign_off::panel(view)}
                {coverage(&view.coverage)}
            </div>
        </div>
    }
    .into_any()
}

fn standing(view: &ReviewView) -> AnyView {
    let revision = (view.revision > 0).then(|| {
        let reason = view.revision_reason.clone().map(|reason| format!(": {reason}"));
        view! { {view.revision} {reason} }.into_any()
    });
    let others = (!view.revisions.is_empty()).then(|| {
        let links = view
            .revisions
            .iter()
            .map(|link| view! { <a href=link.href.clone()>{link.label.clone()}</a> " " })
            .collect_view();
        links.into_any()
    });
    let frozen = view.frozen_at.map(|at| view! { {facts::time(at)} " by " {view.frozen_by.clone()} }.into_any());
    let list = facts::list(vec![
        ("Status", Some(badge::review(&view.status))),
        ("Period", facts::text(&view.period)),
        ("Scope", facts::text(&view.scope)),
        ("Compared with", view.compared_with.as_ref().map(|other| compared_with(&view.id, other))),
        ("Numbers frozen", frozen),
        ("Revision", revision),
        ("Other revisions", others),
        ("Factor set", facts::text(&view.factor_set)),
        ("Method", facts::text(&view.method_version)),
        ("Export", exports(view)),
    ]);
    view! { <div class="panel standing">{list}</div> }.into_any()
}

fn compared_with(id: &str, other: &str) -> AnyView {
    let href = format!("/reviews/{id}/compare/{other}");
    view! { <a href=href>{other.to_owned()} " side by side"</a> }.into_any()
}

fn exports(view: &ReviewView) -> Option<AnyView> {
    let link = |href: &str, label: &'static str| {
        let href = href.to_owned();
        (!href.is_empty()).then(|| view! { <a href=href download="">{label}</a> " " })
    };
    let (numbers, actions) = (link(&view.csv_href, "Key figures, CSV"), link(&view.actions_csv_href, "Actions, CSV"));
    (numbers.is_some() || actions.is_some()).then(|| view! { {numbers} {actions} }.into_any())
}

fn readiness(view: &ReviewView) -> Option<AnyView> {
    (!view.readiness.is_empty()).then(|| {
        let lines = view.readiness.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
        panel::panel("readiness", "Know before you sign", view! { <ul class="warnings">{lines}</ul> }.into_any())
    })
}

fn kpis(view: &ReviewView) -> AnyView {
    let against = view.compared_with.clone().unwrap_or_else(|| "the week before".to_owned());
    let rows = view.kpis.iter().map(kpi).collect_view().into_any();
    let head = view! {
        <tr>
            <th scope="col">"Key figure"</th>
            <th scope="col" class="number">{view.week.clone()}</th>
            <th scope="col" class="number">{against}</th>
            <th scope="col" class="number">"Change"</th>
            <th scope="col">"Evidence"</th>
        </tr>
    };
    panel::panel("compare", "What changed", table::table("Key figures compared", head.into_any(), rows, None))
}

fn kpi(kpi: &ReviewKpi) -> AnyView {
    view! {
        <tr>
            <th scope="row">{kpi.label.clone()}</th>
            <td class="number">{figure::with_interval(&kpi.current)}</td>
            <td class="number">{figure::with_interval(&kpi.previous)}</td>
            <td class="number">{figure::change(&kpi.current, &kpi.previous, kpi.better)}</td>
            <td>{badge::evidence(&kpi.current)}</td>
        </tr>
    }
    .into_any()
}

fn findings(rows: &[ReviewFinding]) -> AnyView {
    if rows.is_empty() {
        let body = view! { <p class="quiet">"No findings in this week."</p> };
        return panel::panel("findings", "Findings", body.into_any());
    }
    let count = format!("{} in all", number::whole(u64::try_from(rows.len()).unwrap_or(u64::MAX)));
    let body = rows
        .iter()
        .map(|finding| {
            let title = match finding.href.clone() {
                Some(href) => view! { <a href=href>{finding.title.clone()}</a> }.into_any(),
                None => finding.title.clone().into_any(),
            };
            view! {
                <tr>
                    <th scope="row">{title} <span class="under">{finding.subject.clone()}</span></th>
                    <td>{finding.change.clone()}</td>
                    <td class="number">{figure::with_interval(&finding.usd_month)}</td>
                    <td class="number">{figure::with_interval(&finding.emissions_month)}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    let head = table::head(&["Finding", "Since last review", "#Saves", "#CO₂e"]);
    let aside = view! { <span class="quiet">{count}</span> }.into_any();
    panel::with_aside("findings", "Findings", aside, table::table("Findings of the week", head, body, None))
}
