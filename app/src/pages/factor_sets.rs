use crate::parts::{badge, facts, form, number, panel, table};
use crate::view::{FactorSetRow, FactorSetsView, FormState, ProposalRow, ProposalState};
use leptos::prelude::*;

/// Which factors numbers were made with, and the way to other ones.
pub fn page(view: &FactorSetsView) -> impl IntoView + use<> {
    view! {
        {propose(&view.form)}
        {proposals(&view.proposals)}
        {sets(&view.sets)}
    }
    .into_any()
}

/// The fields of one factor; `prefix` tells the forms of a page apart.
pub(super) fn fields(prefix: &'static str, typed: &FormState) -> AnyView {
    let field =
        |name, label| form::input(form::Input { name, label, kind: "text", autocomplete: "off" }, prefix, typed);
    view! {
        {field("factor", "Factor")}
        {field("value", "Value")}
        {field("low", "Low")}
        {field("high", "High")}
        {field("reason", "Why")}
        {form::input(form::BY, prefix, typed)}
    }
    .into_any()
}

/// How far a proposal is, as a badge.
pub(super) fn state(state: ProposalState) -> AnyView {
    let (tone, mark) = match state {
        ProposalState::Open => ("warn", "○"),
        ProposalState::Accepted => ("warn", "◐"),
        ProposalState::Active => ("good", "✓"),
        ProposalState::Withdrawn => ("", "–"),
        ProposalState::Failed => ("bad", "✕"),
    };
    badge::badge(tone, mark, state.word())
}

fn propose(typed: &FormState) -> AnyView {
    let body = view! {
        <p>
            "Your own PUE, grid intensity, watts or lifetime can stand in for a published one. First you see what it would change over the last 90 days; nothing changes before somebody activates it, and no number is ever overwritten."
        </p>
        {form::errors("propose", typed)}
        <form method="post" action="/methodology/sets" class="inline-form">
            {fields("propose", typed)}
            <button type="submit" class="primary">"See the effect"</button>
        </form>
        <p class="footnote">
            "A factor is named as in the tables of "
            <a href="/methodology">"the methodology"</a>
            ", for example " <code>"pue:eu-west-1"</code> ", " <code>"intensity:us-east-1"</code> " or "
            <code>"hardware_lifetime_years"</code> "."
        </p>
    };
    panel::panel("propose", "Propose a factor", body.into_any())
}

fn proposals(rows: &[ProposalRow]) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let body = rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row">
                        <a class="name" href=row.href.clone()>{row.label.clone()}</a>
                        <span class="under">{row.reason.clone()}</span>
                    </th>
                    <td>{state(row.state)}</td>
                    <td class="number">{number::whole(row.overrides)}</td>
                    <td>{row.author.clone()}</td>
                    <td>{facts::time(row.created_at)}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    let head = table::head(&["Proposal", "State", "#Own factors", "By", "Proposed, UTC"]);
    Some(panel::panel("proposals", "Proposals", table::table("Proposed factor sets", head, body, None)))
}

fn sets(rows: &[FactorSetRow]) -> AnyView {
    let body = rows
        .iter()
        .map(|row| {
            let active = row.is_active.then(|| badge::badge("good", "✓", "in force"));
            view! {
                <tr>
                    <th scope="row">
                        <a class="name" href=row.href.clone()>{row.label.clone()}</a> " " {active}
                        <span class="under">{row.reason.clone()}</span>
                    </th>
                    <td>{row.method_version.clone()}</td>
                    <td class="number">{number::whole(row.overrides)}</td>
                    <td>{row.author.clone()}</td>
                    <td>{facts::time(row.created_at)}</td>
                    <td>{row.activated_at.map_or_else(|| "never".into_any(), facts::time)}</td>
                    <td><code class="hash" title=row.sha256.clone()>{row.sha256.chars().take(12).collect::<String>()}</code></td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    let head = table::head(&["Factor set", "Method", "#Own factors", "By", "Made, UTC", "Activated, UTC", "SHA-256"]);
    let listed = view! {
        {table::table("Factor sets", head, body, None)}
        <p class="footnote">
            "Every set that numbers were made with stays readable: its name leads to the overview as it makes it. Signed reviews stay as they were signed."
        </p>
    };
    panel::panel("sets", "Factor sets", listed.into_any())
}
