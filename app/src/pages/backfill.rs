use crate::parts::{form, panel};
use crate::view::BackfillView;
use leptos::prelude::*;

/// Reading a longer span: first what it takes, then the button.
pub fn page(view: &BackfillView) -> impl IntoView + use<> {
    let day = |name, label| form::Input { name, label, kind: "date", autocomplete: "off" };
    let asked = view! {
        <p>"The schedule reads the last 30 days. For more, say from which day on; before anything is asked of AWS, you see what it takes."</p>
        {form::errors("backfill", &view.form)}
        <form method="get" action="/imports/backfill" class="inline-form">
            {form::input(day("from", "From"), "backfill", &view.form)}
            {form::optional(day("to", "To, inclusive"), "backfill", &view.form)}
            <button type="submit" class=view.told.is_empty().then_some("primary")>"See what it takes"</button>
        </form>
    };
    view! {
        {panel::panel("span", "Days to read", asked.into_any())}
        {told(view)}
    }
    .into_any()
}

fn told(view: &BackfillView) -> Option<AnyView> {
    if view.told.is_empty() {
        return None;
    }
    let sentences = view.told.iter().map(|sentence| view! { <li>{sentence.clone()}</li> }).collect_view();
    let from = view.form.values.get("from").cloned().unwrap_or_default();
    let to = view.form.values.get("to").cloned().unwrap_or_default();
    let start = if view.can_read {
        view! {
            <form method="post" action="/imports/sync" class="inline-form">
                <input type="hidden" name="from" value=from />
                <input type="hidden" name="to" value=to />
                {form::input(form::BY, "start", &view.form)}
                <button type="submit" class="primary">"Read it"</button>
            </form>
        }
        .into_any()
    } else {
        view! {
            <p>
                "No process that reads is running here. On the command line: "
                <code>{format!("wattledger ingest --once --from {from}")}</code>
            </p>
        }
        .into_any()
    };
    let body = view! { <ul class="plain">{sentences}</ul> {start} };
    Some(panel::panel("takes", "What it takes", body.into_any()))
}
