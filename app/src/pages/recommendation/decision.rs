//! What people decided about a finding, and the forms to decide.

use crate::parts::{badge, facts, form, number, panel, prose};
use crate::view::{FindingStatus, RecommendationView};
use leptos::prelude::*;

/// The state and, for those who may, the ways on from it.
pub(super) fn panel(view: &RecommendationView) -> AnyView {
    let owner = view.owner.clone().map(|owner| view! { <p>"Owner: " {owner}</p> });
    let dismissed = view.dismiss_reason.clone().map(|reason| {
        let until = view.dismissed_until.map(|day| format!(", until {}", number::date(day)));
        view! { <p>"Dismissed: " {reason} {until}</p> }
    });
    let ways: Vec<FindingStatus> = view.next.iter().copied().filter(|to| *to != FindingStatus::Dismissed).collect();
    let on = (!ways.is_empty()).then(|| go_on(view, &ways));
    let dismiss = view.next.contains(&FindingStatus::Dismissed).then(|| dismiss(view));
    let nothing = view.next.is_empty().then(|| view! { <p class="quiet">"Nothing can be decided here now."</p> });
    let body = view! {
        {owner}
        {dismissed}
        {form::errors("decide", &view.form)}
        {on}
        {dismiss}
        {nothing}
    };
    panel::with_aside("decision", "Decision", badge::finding(view.status), body.into_any())
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
    Some(panel::panel("history", "History", view! { <ol class="history" role="list">{lines}</ol> }.into_any()))
}

fn action(view: &RecommendationView) -> String {
    format!("/recommendations/{}/transition", view.id)
}

/// Sent back so that a decision made on an old page is refused instead of undoing another.
fn version(view: &RecommendationView) -> AnyView {
    view! { <input type="hidden" name="version" value=view.version.to_string() /> }.into_any()
}

fn note(id: &'static str, view: &RecommendationView) -> AnyView {
    view! {
        <div class="field">
            <label for=id>"Note (optional)"</label>
            <textarea id=id name="note" rows="2" inner_html=prose::escape(&view.form.value("note"))></textarea>
        </div>
    }
    .into_any()
}

fn go_on(view: &RecommendationView, ways: &[FindingStatus]) -> AnyView {
    let buttons = ways
        .iter()
        .enumerate()
        .map(|(place, to)| {
            let class = (place == 0).then_some("primary");
            view! { <button type="submit" name="to" value=to.as_str() class=class>{verb(*to)}</button> }
        })
        .collect_view();
    view! {
        <form method="post" action=action(view) class="no-print">
            {version(view)}
            {form::input(form::BY, "decide", &view.form)}
            {note("decide-note", view)}
            <div class="buttons">{buttons}</div>
        </form>
    }
    .into_any()
}

fn dismiss(view: &RecommendationView) -> AnyView {
    let expires = form::Input { name: "expires", label: "Look again on", kind: "date", autocomplete: "off" };
    let refused = view.form.value("to") == FindingStatus::Dismissed.as_str();
    view! {
        <details class="dismiss no-print" open=refused>
            <summary>"Dismiss"</summary>
            <form method="post" action=action(view)>
                <input type="hidden" name="to" value="dismissed" />
                {version(view)}
                <div class="field">
                    <label for="dismiss-reason">"Reason"</label>
                    <select id="dismiss-reason" name="reason" required=true>
                        <option value="">"Choose a reason"</option>
                        {form::options(&view.dismiss_reasons)}
                    </select>
                </div>
                {form::optional(expires, "dismiss", &view.form)}
                {form::input(form::BY, "dismiss", &view.form)}
                {note("dismiss-note", view)}
                <button type="submit">"Dismiss this finding"</button>
            </form>
        </details>
    }
    .into_any()
}

const fn verb(to: FindingStatus) -> &'static str {
    match to {
        FindingStatus::Open | FindingStatus::Reopened => "Reopen",
        FindingStatus::Accepted => "Accept",
        FindingStatus::InProgress => "Start work",
        FindingStatus::Done => "Mark as done",
        FindingStatus::Verified => "Saving verified",
        FindingStatus::PartiallyVerified => "Saving partly verified",
        FindingStatus::NotObserved => "Saving not observed",
        FindingStatus::Dismissed => "Dismiss",
        FindingStatus::ResolvedElsewhere => "Resolved elsewhere",
    }
}
