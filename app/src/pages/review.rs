use super::overview::coverage;
use crate::parts::{badge, facts, figure, form, number, panel, table};
use crate::view::{ActionRow, ReviewFinding, ReviewKpi, ReviewStatus, ReviewView};
use leptos::prelude::*;

/// One weekly review: compare, discuss, decide, sign.
pub fn page(view: &ReviewView) -> impl IntoView + use<> {
    view! {
        {standing(view)}
        {readiness(view)}
        {kpis(view)}
        <div class="pair wide-left">
            <div class="stack">
                {findings(&view.findings)}
                {actions(view)}
            </div>
            <div class="stack">
                {coverage(&view.coverage)}
                {sign(view)}
            </div>
        </div>
    }
    .into_any()
}

fn standing(view: &ReviewView) -> AnyView {
    let list = facts::list(vec![
        ("Status", Some(badge::review(&view.status))),
        ("Period", facts::text(&view.period)),
        ("Scope", facts::text(&view.scope)),
        (
            "Compared with",
            view.compared_with.as_deref().and_then(facts::text),
        ),
        ("Factor set", facts::text(&view.factor_set)),
        ("Method", facts::text(&view.method_version)),
        (
            "Export",
            facts::text(&view.csv_href)
                .map(|_| view! { <a href=view.csv_href.clone() download="">"CSV"</a> }.into_any()),
        ),
    ]);
    view! { <div class="panel standing">{list}</div> }.into_any()
}

fn readiness(view: &ReviewView) -> Option<AnyView> {
    (!view.readiness.is_empty()).then(|| {
        let lines = view
            .readiness
            .iter()
            .map(|line| view! { <li>{line.clone()}</li> })
            .collect_view();
        panel::panel(
            "readiness",
            "Know before you sign",
            view! { <ul class="warnings">{lines}</ul> }.into_any(),
        )
    })
}

fn kpis(view: &ReviewView) -> AnyView {
    let against = view
        .compared_with
        .clone()
        .unwrap_or_else(|| "the week before".to_owned());
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
    panel::panel(
        "compare",
        "What changed",
        table::table("Key figures compared", head.into_any(), rows, None),
    )
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
    panel::panel(
        "findings",
        "Findings",
        table::table("Findings of the week", head, body, None),
    )
}

fn actions(view: &ReviewView) -> AnyView {
    let list = if view.actions.is_empty() {
        view! { <p class="quiet">"Nothing was promised yet."</p> }.into_any()
    } else {
        let rows = view.actions.iter().map(action).collect_view().into_any();
        table::table(
            "Actions",
            table::head(&["Action", "Owner", "Due", "Status"]),
            rows,
            None,
        )
    };
    let add = (view.may_edit && view.status == ReviewStatus::Draft).then(|| add_action(view));
    panel::panel("actions", "Actions", view! { {list} {add} }.into_any())
}

fn action(row: &ActionRow) -> AnyView {
    let title = match row.href.clone() {
        Some(href) => view! { <a href=href>{row.title.clone()}</a> }.into_any(),
        None => row.title.clone().into_any(),
    };
    view! {
        <tr>
            <th scope="row">{title}</th>
            <td>{row.owner.clone()}</td>
            <td>{row.due.map(number::date)}</td>
            <td>{badge::action(row.status, row.overdue)}</td>
        </tr>
    }
    .into_any()
}

fn add_action(view: &ReviewView) -> AnyView {
    let input = |name, label, kind| {
        let field = form::Input {
            name,
            label,
            kind,
            autocomplete: "off",
        };
        form::input(field, "action", &view.action_form)
    };
    view! {
        <form method="post" action=format!("/reviews/{}/actions", view.id) class="inline-form no-print">
            {form::errors("action", &view.action_form)}
            {input("title", "What will be done", "text")}
            {input("owner", "By whom", "text")}
            {input("due", "Until", "date")}
            <button type="submit">"Add action"</button>
        </form>
    }
    .into_any()
}

fn sign(view: &ReviewView) -> AnyView {
    let body = match &view.status {
        ReviewStatus::Signed { by, at, sha256 } => view! {
            <p>"Signed by " <strong>{by.clone()}</strong> ", " {facts::time(*at)} " UTC."</p>
            <p>"These numbers are a snapshot and cannot be changed any more."</p>
            <p class="hash-label">"SHA-256 of the snapshot"</p>
            <p><code class="hash">{sha256.clone()}</code></p>
        }
        .into_any(),
        ReviewStatus::Draft if view.may_edit => sign_form(view),
        ReviewStatus::Draft => {
            view! { <p class="quiet">"Only a reviewer can sign."</p> }.into_any()
        }
    };
    panel::panel("sign-off", "Sign-off", body)
}

fn sign_form(view: &ReviewView) -> AnyView {
    let name = form::Input {
        name: "name",
        label: "Your name",
        kind: "text",
        autocomplete: "name",
    };
    view! {
        <p>"Signing freezes the numbers, findings and actions on this page. A correction is a new review."</p>
        <form method="post" action=format!("/reviews/{}/sign", view.id) class="no-print">
            {form::errors("sign", &view.sign_form)}
            {form::input(name, "sign", &view.sign_form)}
            <button type="submit" class="primary">"Sign this review"</button>
        </form>
        <p class="signature print-only">"Name, date"</p>
    }
    .into_any()
}
