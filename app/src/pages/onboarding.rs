use crate::parts::{badge, figure, panel, prose, table};
use crate::view::{OnboardingStep, OnboardingView, OwnRow, PermissionRow, PermissionState, StepState};
use leptos::prelude::*;

mod doors;

/// Three ways in, what is done and what is next, and what costs most of one's own.
pub fn page(view: &OnboardingView) -> impl IntoView + use<> {
    view! {
        {own(&view.own)}
        {doors::all(view)}
        {steps(&view.steps)}
        {permissions(&view.permissions)}
        {demo(view)}
    }
    .into_any()
}

fn own(rows: &[OwnRow]) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let body = rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row">
                        <a class="name" href=row.href.clone()>{row.name.clone()}</a>
                        <span class="under">{row.label.clone()}</span>
                    </th>
                    <td class="number">{figure::value(&row.cost)}</td>
                    <td class="number">{figure::value(&row.emissions)}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    let head = table::head(&["Of your own", "#Cost", "#CO₂e"]);
    Some(panel::panel("own", "What costs most", table::table("Costliest of your own", head, body, None)))
}

fn steps(steps: &[OnboardingStep]) -> AnyView {
    let done = steps.iter().filter(|step| step.state == StepState::Done).count();
    let aside = format!("{done} of {} done", steps.len());
    let rows = steps.iter().map(step).collect_view();
    let body = view! { <ol class="checklist" role="list">{rows}</ol> };
    panel::with_aside("checklist", "Checklist", aside.into_any(), body.into_any())
}

fn step(step: &OnboardingStep) -> AnyView {
    let state = match step.state {
        StepState::Done => badge::badge("good", "✓", "Done"),
        StepState::Begun => badge::badge("warn", "◐", "Begun"),
        StepState::Open => badge::badge("even", "○", "Open"),
    };
    view! {
        <li>
            <span class="checklist-state">{state}</span>
            <div>
                <strong>{step.label.clone()}</strong>
                <span class="under">{step.text.clone()}</span>
            </div>
            <a href=step.link.href.clone()>{step.link.label.clone()}</a>
        </li>
    }
    .into_any()
}

fn permissions(rows: &[PermissionRow]) -> AnyView {
    let missing = rows.iter().filter(|row| row.state == PermissionState::Missing).count();
    let unused = rows.iter().all(|row| row.state == PermissionState::Unused);
    let aside = match (missing, unused) {
        (_, true) => "not tried yet".to_owned(),
        (0, _) => "none is missing".to_owned(),
        (1, _) => "1 is missing".to_owned(),
        (more, _) => format!("{more} are missing"),
    };
    let body = rows.iter().map(permission).collect_view().into_any();
    let head = table::head(&["Permission", "Without it", "State"]);
    let body = view! {
        {table::table("Permissions by feature", head, body, None)}
        <p class="footnote">
            "A missing one takes away what stands beside it and nothing else. It is tried again with every reading."
        </p>
    };
    panel::with_aside("permissions", "Permissions", aside.into_any(), body.into_any())
}

fn permission(row: &PermissionRow) -> AnyView {
    let state = match row.state {
        PermissionState::Granted => badge::badge("good", "✓", "Granted"),
        PermissionState::Missing => badge::badge("warn", "!", "Missing"),
        PermissionState::Unused => badge::badge("even", "○", "Not tried"),
    };
    let places = (!row.places.is_empty()).then(|| view! { <span class="under">{row.places.join("; ")}</span> });
    let remedy = (!row.remedy.is_empty()).then(|| view! { <span class="under">{prose::with_code(&row.remedy)}</span> });
    let actions = row.actions.join(", ");
    view! {
        <tr>
            <th scope="row">{row.name.clone()} <span class="under"><code class="id">{actions}</code></span></th>
            <td>{prose::with_code(&row.without)}</td>
            <td>{state} {places} {remedy}</td>
        </tr>
    }
    .into_any()
}

fn demo(view: &OnboardingView) -> Option<AnyView> {
    if view.demo.is_empty() {
        return None;
    }
    let shown = if view.shows_demo {
        "Pages show the demo as long as nothing of your own is known; the two are never mixed."
    } else {
        "Pages show your own accounts; the demo is still stored beside them."
    };
    let removal = if view.is_removing {
        view! { <p role="status">"The demo data is being removed. Load this page again in a moment."</p> }.into_any()
    } else {
        view! { <p><a class="button" href="/onboarding/demo">"Remove the demo data"</a></p> }.into_any()
    };
    let body = view! {
        <p>{shown} " Accounts of the demo: " {view.demo.join(", ")} "."</p>
        {removal}
    };
    Some(panel::panel("demo", "Demo data", body.into_any()))
}
