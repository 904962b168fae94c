//! What people promised in a review, and the forms to promise and to report.

use crate::parts::{badge, form, number, panel, table};
use crate::view::{ActionRow, ActionStatus, ReviewStatus, ReviewView};
use leptos::prelude::*;

/// The actions with their owners and dates.
pub(super) fn panel(view: &ReviewView) -> AnyView {
    let list = if view.actions.is_empty() {
        view! { <p class="quiet">"Nothing was promised yet."</p> }.into_any()
    } else {
        let rows = view.actions.iter().map(|action| row(view, action)).collect_view().into_any();
        table::table("Actions", table::head(&["Action", "Owner", "Due", "Status"]), rows, None)
    };
    let add = (view.may_edit && view.status == ReviewStatus::Draft).then(|| add(view));
    // Also where the form itself is gone: an action that came too late is refused with a reason.
    let errors = form::errors("action", &view.action_form);
    panel::panel("actions", "Actions", view! { {list} {errors} {add} }.into_any())
}

fn row(view: &ReviewView, action: &ActionRow) -> AnyView {
    let title = match action.href.clone() {
        Some(href) => view! { <a href=href>{action.title.clone()}</a> }.into_any(),
        None => action.title.clone().into_any(),
    };
    let report = (view.may_edit && !action.id.is_empty()).then(|| report(view, action));
    view! {
        <tr>
            <th scope="row">{title}</th>
            <td>{action.owner.clone()}</td>
            <td><span class="figure">{action.due.map(number::date)}</span></td>
            <td>{badge::action(action.status, action.overdue)} {report}</td>
        </tr>
    }
    .into_any()
}

/// Reporting stays possible after signing: it is about the promise, not about the numbers.
fn report(view: &ReviewView, action: &ActionRow) -> AnyView {
    let options = [
        (ActionStatus::Todo, "todo", "To do"),
        (ActionStatus::Doing, "doing", "Doing"),
        (ActionStatus::Done, "done", "Done"),
        (ActionStatus::Dropped, "dropped", "Dropped"),
    ]
    .into_iter()
    .map(|(status, value, words)| view! { <option value=value selected=status == action.status>{words}</option> })
    .collect_view();
    let prefix = format!("action-{}", action.id);
    let status_id = format!("{prefix}-status");
    view! {
        <details class="report no-print">
            <summary>"Change"<span class="visually-hidden">" the status of " {action.title.clone()}</span></summary>
            <form method="post" action=format!("/reviews/{}/actions/{}", view.id, action.id)>
                <div class="field">
                    <label for=status_id.clone()>"Status"</label>
                    <select id=status_id.clone() name="status">{options}</select>
                </div>
                {form::input(form::BY, &prefix, &view.action_form)}
                <button type="submit">"Save"</button>
            </form>
        </details>
    }
    .into_any()
}

fn add(view: &ReviewView) -> AnyView {
    let input = |name, label, kind| {
        let field = form::Input { name, label, kind, autocomplete: "off" };
        form::input(field, "action", &view.action_form)
    };
    view! {
        <form method="post" action=format!("/reviews/{}/actions", view.id) class="inline-form no-print" aria-label="Add an action">
            {input("title", "What will be done", "text")}
            {input("owner", "By whom", "text")}
            {input("due", "Until", "date")}
            {form::input(form::BY, "action", &view.action_form)}
            <button type="submit">"Add action"</button>
        </form>
    }
    .into_any()
}
