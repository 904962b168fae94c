use super::factor_sets::{fields, state};
use crate::parts::{conflict, facts, figure, form, number, panel, table};
use crate::view::{Computing, EffectRow, OverrideRow, ProposalState, ProposalView};
use leptos::prelude::*;

/// A proposed factor set: what it changes, what that changes, and the decision.
pub fn page(view: &ProposalView) -> impl IntoView + use<> {
    let failed = view.failure.clone().map(|failure| {
        view! { <p class="banner error"><strong>"It could not be computed: "</strong>{failure}</p> }
    });
    let running = (view.state == ProposalState::Accepted).then(|| computing(view.computing));
    view! {
        {view.conflict.as_ref().map(conflict::panel)}
        {failed}
        {running}
        <div class="pair wide-left">
            <div class="stack">
                {effect(view)}
                {overrides(&view.overrides)}
                {add(view)}
            </div>
            <div class="stack">{decision(view)} {about(view)}</div>
        </div>
    }
    .into_any()
}

/// How far the figures are; the page may be left, and nothing waits for it.
fn computing(computing: Option<Computing>) -> AnyView {
    let progress = computing.map(|computing| {
        let of = format!("{} of {} days of resources", number::whole(computing.done), number::whole(computing.total));
        let rate = computing.per_minute.map(|rate| format!(", {} a minute", number::compact(rate)));
        let left = computing.left_s.map(|left| format!(", about {} left", number::time_span(left)));
        view! {
            <div class="progress" role="status">
                <label for="computing">"Computed"</label>
                <progress
                    id="computing"
                    value=computing.done.to_string()
                    max=computing.total.max(1).to_string()
                ></progress>
                <span>{of}{rate}{left}</span>
            </div>
        }
    });
    view! {
        <p class="banner">
            "It is being computed over everything that is kept, beside the numbers in force, which change in one step when it is done. This page may be left; load it again to see how far it is."
        </p>
        {progress}
    }
    .into_any()
}

fn effect(view: &ProposalView) -> Option<AnyView> {
    let period = view.period.clone()?;
    let body = view! {
        <p class="quiet">
            "The usage of " {period} ", " {figure::value(&view.instance_hours)} " of instances, under the factors in force and under these, each with its average of the year for the grid. A change is significant if it keeps its sign in 95 % of 2 000 draws that both sides share."
        </p>
        {rows("Effect on the totals", "Measure", &view.effect)}
        <h3>"Total emissions by region"</h3>
        {rows("Effect by region", "Region", &view.regions)}
    };
    Some(panel::panel("effect", "What it would change", body.into_any()))
}

fn rows(label: &'static str, first: &'static str, rows: &[EffectRow]) -> AnyView {
    let head = view! {
        <tr>
            <th scope="col">{first}</th>
            <th scope="col" class="number">"In force"</th>
            <th scope="col" class="number">"Proposed"</th>
            <th scope="col" class="number">"Change"</th>
        </tr>
    }
    .into_any();
    let body = rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row">{row.label.clone()}</th>
                    <td class="number">{figure::with_interval(&row.before)}</td>
                    <td class="number">{figure::with_interval(&row.after)}</td>
                    <td class="number">{row.change_percent.map(number::signed_percent)} {verdict(row.is_clear)}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    table::table(label, head, body, None)
}

fn verdict(is_clear: Option<bool>) -> Option<AnyView> {
    let word = if is_clear? { "significant" } else { "not significant" };
    Some(view! { <span class="under">{word}</span> }.into_any())
}

fn overrides(rows: &[OverrideRow]) -> AnyView {
    let written = |[value, low, high]: [f64; 3]| {
        let range = (low < high).then(|| format!("{}–{}", number::compact(low), number::compact(high)));
        view! { {number::compact(value)} " " <span class="interval">{range}</span> }
    };
    let body = rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row">{row.name.clone()} <code class="id">{row.id.clone()}</code></th>
                    <td class="number">{row.before.map_or_else(|| "not published".into_any(), |before| written(before).into_any())}</td>
                    <td class="number">{written(row.after)}</td>
                    <td>{row.unit.clone()}</td>
                    <td class="source">{row.author.clone()} <span class="under">{row.reason.clone()}</span></td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    let head = table::head(&["Factor", "#In the tables", "#Own", "Unit", "By, and why"]);
    panel::panel("overrides", "Own factors", table::table("Own factors", head, body, None))
}

fn add(view: &ProposalView) -> Option<AnyView> {
    (view.state == ProposalState::Open).then(|| {
        let body = view! {
            {form::errors("add", &view.form)}
            <form method="post" action=format!("/methodology/sets/{}/factors", view.id) class="inline-form no-print">
                <input type="hidden" name="seen" value=view.seen.clone() />
                {fields("add", &view.form)}
                <button type="submit">"Add or replace"</button>
            </form>
        };
        panel::panel("add", "One more factor", body.into_any())
    })
}

fn decision(view: &ProposalView) -> AnyView {
    let decided = view.decided.clone().map(|(by, at)| view! { <p>"By " {by} ", " {facts::time(at)} " UTC"</p> });
    let open = matches!(view.state, ProposalState::Open | ProposalState::Failed).then(|| {
        view! {
            {form::errors("decide", &view.decide_form)}
            <form method="post" action=format!("/methodology/sets/{}/decision", view.id) class="no-print">
                {form::input(form::BY, "decide", &view.decide_form)}
                <div class="buttons">
                    <button type="submit" name="decision" value="accept" class="primary">"Activate"</button>
                    <button type="submit" name="decision" value="withdraw">"Withdraw"</button>
                </div>
            </form>
            <p class="footnote">
                "Activating computes new numbers beside the old ones. The old ones stay readable, and signed reviews stay as they were signed."
            </p>
        }
    });
    panel::with_aside("decision", "Decision", state(view.state), view! { {decided} {open} }.into_any())
}

fn about(view: &ProposalView) -> AnyView {
    let list = facts::list(vec![
        ("Proposed by", facts::text(&view.author)),
        ("Why", facts::text(&view.reason)),
        ("Proposed", facts::moment(Some(view.created_at))),
        ("Beside", facts::text(&view.base_label)),
    ]);
    panel::panel("about", "About", list)
}
