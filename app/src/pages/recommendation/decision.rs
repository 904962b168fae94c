//! What people decided about a finding, and the form to decide.

use crate::parts::{badge, facts, form, panel};
use crate::view::finding::DISMISS_REASONS;
use crate::view::{FindingStatus, FormState, RecommendationView};
use leptos::prelude::*;

/// The state and, for those who may, the ways on from it.
pub(super) fn panel(view: &RecommendationView) -> AnyView {
    let owner = view
        .owner
        .clone()
        .map(|owner| view! { <p>"Owner: " {owner}</p> });
    let dismissed = view
        .dismiss_reason
        .clone()
        .map(|reason| view! { <p>"Dismissed: " {reason}</p> });
    let action = format!("/recommendations/{}/transition", view.id);
    let ways: Vec<FindingStatus> = view
        .next
        .iter()
        .copied()
        .filter(|to| *to != FindingStatus::Dismissed)
        .collect();
    let on = (!ways.is_empty()).then(|| go_on(&action, &ways, &view.form));
    let dismiss = view
        .next
        .contains(&FindingStatus::Dismissed)
        .then(|| dismiss(&action, &view.form));
    let nothing = view
        .next
        .is_empty()
        .then(|| view! { <p class="quiet">"Nothing can be decided here now."</p> });
    let body = view! {
        {owner}
        {dismissed}
        {form::errors("decide", &view.form)}
        {on}
        {dismiss}
        {nothing}
    };
    panel::with_aside(
        "decision",
        "Decision",
        badge::finding(view.status),
        body.into_any(),
    )
}

/// Who decided what, newest first.
pub(super) fn history(view: &RecommendationView) -> Option<AnyView> {
    if view.history.is_empty() {
        return None;
    }
    let lines = view
        .history
        .iter()
        .map(|row| {
            let note = row.note.clone().map(|note| view! { <p class="note-text">{note}</p> });
            view! {
                <li>
                    <p>{badge::finding(row.to)} " by " {row.who.clone()} ", " {facts::time(row.at)}</p>
                    {note}
                </li>
            }
        })
        .collect_view();
    Some(panel::panel(
        "history",
        "History",
        view! { <ol class="history" role="list">{lines}</ol> }.into_any(),
    ))
}

fn go_on(action: &str, ways: &[FindingStatus], form: &FormState) -> AnyView {
    let buttons = ways
        .iter()
        .enumerate()
        .map(|(place, to)| {
            let class = if place == 0 { "primary" } else { "" };
            view! { <button type="submit" name="to" value=to.as_str() class=class>{verb(*to)}</button> }
        })
        .collect_view();
    view! {
        <form method="post" action=action.to_owned()>
            <div class="field">
                <label for="decide-note">"Note (optional)"</label>
                <textarea id="decide-note" name="note" rows="2">{form.value("note")}</textarea>
            </div>
            <div class="buttons">{buttons}</div>
        </form>
    }
    .into_any()
}

fn dismiss(action: &str, form: &FormState) -> AnyView {
    let chosen = form.value("reason");
    let options = DISMISS_REASONS
        .iter()
        .map(|(value, words)| view! { <option value=*value selected=chosen == *value>{*words}</option> })
        .collect_view();
    let open = form.value("to") == FindingStatus::Dismissed.as_str();
    view! {
        <details class="dismiss" open=open>
            <summary>"Dismiss"</summary>
            <form method="post" action=action.to_owned()>
                <input type="hidden" name="to" value="dismissed" />
                <div class="field">
                    <label for="decide-reason">"Reason"</label>
                    <select id="decide-reason" name="reason" required=true>
                        <option value="">"Choose a reason"</option>
                        {options}
                    </select>
                </div>
                <div class="field">
                    <label for="dismiss-note">"Note (optional)"</label>
                    <textarea id="dismiss-note" name="note" rows="2"></textarea>
                </div>
                <button type="submit">"Dismiss this finding"</button>
            </form>
        </details>
    }
    .into_any()
}

const fn verb(to: FindingStatus) -> &'static str {
    match to {
        FindingStatus::Open => "Reopen",
        FindingStatus::Accepted => "Accept",
        FindingStatus::InProgress => "Start work",
        FindingStatus::Done => "Mark as done",
        FindingStatus::Verified => "Mark as verified",
        FindingStatus::NotObserved => "Saving not observed",
        FindingStatus::Dismissed => "Dismiss",
        FindingStatus::ResolvedElsewhere => "Resolved elsewhere",
    }
}
