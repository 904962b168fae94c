//! The names under a review and the hashes of what they stand under.

use crate::parts::{badge, facts, form, panel};
use crate::view::{ReviewStatus, ReviewView, SignOff};
use leptos::prelude::*;

/// Signatures, the snapshot's hash, and the forms to sign or to freeze the week again.
pub(super) fn panel(view: &ReviewView) -> AnyView {
    let names = view.sign_offs.iter().map(signature).collect_view();
    let names = (!view.sign_offs.is_empty()).then(|| view! { <ol class="history" role="list">{names}</ol> });
    let sign = match view.status {
        ReviewStatus::Draft if view.may_edit => Some(sign(view)),
        ReviewStatus::Draft => Some(view! { <p class="quiet">"Only a reviewer can sign."</p> }.into_any()),
        ReviewStatus::Signed { .. } => form::errors("sign", &view.sign_form),
    };
    let body = view! {
        {names}
        {sign}
        {hash(view)}
        {view.may_edit.then(|| revise(view))}
    };
    panel::panel("sign-off", "Sign-off", body.into_any())
}

fn signature(sign_off: &SignOff) -> AnyView {
    let holds = if sign_off.holds {
        badge::badge("good", "✓", "unchanged since")
    } else {
        badge::badge("bad", "✕", "does not match")
    };
    let title = format!("Snapshot {}, actions {}", sign_off.snapshot_sha256, sign_off.actions_sha256);
    view! {
        <li>
            <p><strong>{sign_off.by.clone()}</strong> ", " {facts::time(sign_off.at)} " UTC"</p>
            <p title=title>{holds}</p>
        </li>
    }
    .into_any()
}

fn hash(view: &ReviewView) -> Option<AnyView> {
    if view.sha256.is_empty() {
        return None;
    }
    let holds = if view.hash_holds {
        badge::badge("good", "✓", "checked just now")
    } else {
        badge::badge("bad", "✕", "the stored text does not give this hash")
    };
    Some(
        view! {
            <p class="immutable">"The numbers on this page are a snapshot. Nobody can change them; a correction is a new revision."</p>
            <p class="hash-label">"SHA-256 of the snapshot " {holds}</p>
            <p><code class="hash">{view.sha256.clone()}</code></p>
        }
        .into_any(),
    )
}

fn sign(view: &ReviewView) -> AnyView {
    let name = form::Input { name: "name", ..form::BY };
    view! {
        <form method="post" action=format!("/reviews/{}/sign", view.id) class="no-print">
            <p>"With your name you stand by the numbers, findings and actions on this page."</p>
            {form::errors("sign", &view.sign_form)}
            {form::input(name, "sign", &view.sign_form)}
            <button type="submit" class="primary">"Sign this review"</button>
        </form>
        <p class="signature print-only">"Name, date"</p>
    }
    .into_any()
}

fn revise(view: &ReviewView) -> AnyView {
    let reason = form::Input { name: "reason", label: "Why", kind: "text", autocomplete: "off" };
    view! {
        <details class="revise no-print" open=!view.revise_form.errors.is_empty()>
            <summary>"Freeze this week again"</summary>
            <form method="post" action="/reviews">
                <input type="hidden" name="week" value=view.week.clone() />
                {form::errors("revise", &view.revise_form)}
                {form::input(reason, "revise", &view.revise_form)}
                {form::input(form::BY, "revise", &view.revise_form)}
                <button type="submit">"Open a new revision"</button>
            </form>
        </details>
    }
    .into_any()
}
