use crate::parts::form;
use crate::view::DemoRemovalView;
use leptos::prelude::*;

/// What is lost with the demo, and the form that takes it away.
pub fn page(view: &DemoRemovalView) -> impl IntoView + use<> {
    if view.accounts.is_empty() {
        return view! {
            <div class="empty">
                <h2>"There is no demo data"</h2>
                <p>"It was removed, or it was never read."</p>
                <p><a class="button" href="/onboarding">"Getting started"</a></p>
            </div>
        }
        .into_any();
    }
    view! {
        <div class="empty">
            <h2>"Remove the demo data?"</h2>
            <p>
                "Everything of " {view.accounts.join(", ")}
                " goes: what was read, what was estimated, and what was decided, with reviews that were signed, targets, notes and saved views of the demo. Your own accounts are not touched. Only the audit trail stays, with your name."
            </p>
            <p class="quiet">
                "A demo that runs reads no more afterwards. The next " <code>"cargo xtask run"</code>
                " begins a new one; " <code>"cargo xtask run --aws"</code> " does not."
            </p>
            {form::errors("remove", &view.form)}
            <form method="post" action="/onboarding/demo" class="own-work">
                {form::input(form::BY, "remove", &view.form)}
                <div class="buttons">
                    <button type="submit" class="primary">"Remove the demo data"</button>
                    <a class="button" href="/onboarding">"Keep it"</a>
                </div>
            </form>
        </div>
    }
    .into_any()
}
