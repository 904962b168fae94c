use crate::parts::settings_tabs::{self, SettingsTab};
use crate::parts::{badge, figure, form, number, panel, table};
use crate::view::{RulePreview, RuleRow, TeamsView};
use leptos::prelude::*;

/// Whose a workload is: rules over tags, what a new one would change, and those in force.
pub fn page(view: &TeamsView) -> impl IntoView + use<> {
    view! {
        {settings_tabs::tabs(SettingsTab::Teams)}
        <div class="no-print">{new_rule(view)}</div>
        {view.preview.as_ref().map(|preview| preview_panel(view, preview))}
        {rules(&view.rules)}
    }
    .into_any()
}

fn new_rule(view: &TeamsView) -> AnyView {
    let typed = &view.form;
    let input = |name, label, kind| form::Input { name, label, kind, autocomplete: "off" };
    let body = view! {
        <p>
            "A rule names the team, project, environment or owner of everything that carries a tag, from a day on. First you see what it would change."
        </p>
        {form::errors("rule", typed)}
        <form method="get" action="/settings/teams" class="inline-form">
            {dimension(view)}
            {form::input(input("tag", "Tag", "text"), "rule", typed)}
            {form::optional(input("value", "Value", "text"), "rule", typed)}
            {form::optional(input("name", "Is called", "text"), "rule", typed)}
            {form::input(input("since", "From", "date"), "rule", typed)}
            <button type="submit" class="primary">"See the effect"</button>
        </form>
        <p class="footnote">
            "Without a value, every value of the tag is a name of its own. With one, give the name it stands for. "
            {known(&view.tag_keys)}
        </p>
    };
    panel::panel("rule", "A new rule", body.into_any())
}

fn dimension(view: &TeamsView) -> AnyView {
    view! {
        <div class="field">
            <label for="rule-dimension">"Names the"</label>
            <select id="rule-dimension" name="dimension">{form::options(&view.dimensions)}</select>
        </div>
    }
    .into_any()
}

fn known(keys: &[String]) -> Option<AnyView> {
    (!keys.is_empty()).then(|| {
        let keys = keys.iter().map(|key| view! { <code>{key.clone()}</code> " " }).collect_view();
        view! { "Tags in use: " {keys} }.into_any()
    })
}

fn preview_panel(view: &TeamsView, preview: &RulePreview) -> AnyView {
    let rows = preview
        .rows
        .iter()
        .map(|row| {
            let name =
                if row.name.is_empty() { view! { <em>"nobody"</em> }.into_any() } else { row.name.clone().into_any() };
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td class="number">{number::whole(row.resources)}</td>
                    <td class="number">{figure::value(&row.before)}</td>
                    <td class="number">{figure::value(&row.after)}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    let kept = ["dimension", "tag", "value", "name", "since"]
        .map(|name| {
            let value = view.form.values.get(name).cloned().unwrap_or_default();
            view! { <input type="hidden" name=name value=value /> }
        })
        .collect_view();
    let body = view! {
        <p>
            "Cost with a name: " {figure::value(&preview.attributed_before)} " now, "
            <strong>{figure::value(&preview.attributed_after)}</strong> " with the rule."
        </p>
        {table::table("Cost by name", table::head(&["Name", "#Resources", "#Now", "#With the rule"]), rows, None)}
        <p class="footnote">
            {format!("List cost, {}. With the rule its days are attributed anew; what was signed stays as it was signed.", preview.period)}
        </p>
        <form method="post" action="/settings/teams" class="inline-form">
            {kept}
            {form::input(form::BY, "keep", &view.form)}
            <button type="submit" class="primary">"Keep the rule"</button>
        </form>
    };
    panel::panel("preview", "What it would change", body.into_any())
}

fn rules(rows: &[RuleRow]) -> AnyView {
    let body = rows.iter().map(rule).collect_view().into_any();
    let head = table::head(&["Names the", "Tag", "Value", "Is called", "From", "Until", "End it"]);
    let body = view! {
        {table::table("Rules", head, body, None)}
        <p class="footnote">
            "Of several rules that match, the first in this list counts. A day is attributed by the rules that hold on it and the tags carried at its end. Shares called attributed are of cost with a team; the owner stands on the page of a resource and in the files, and no share asks for it."
        </p>
    };
    panel::panel("rules", "Rules", body.into_any())
}

fn rule(rule: &RuleRow) -> AnyView {
    let any = || view! { <span class="quiet">"any"</span> }.into_any();
    let end = match rule.valid_to {
        Some(_) => badge::badge("", "–", "Ended"),
        None => {
            let id = format!("end-{}-{}-{}", rule.dimension, rule.tag_key, rule.rank);
            let id = id.replace(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-', "_");
            view! {
                <form method="post" action="/settings/teams/end" class="row-form no-print">
                    <input type="hidden" name="dimension" value=rule.dimension.clone() />
                    <input type="hidden" name="tag" value=rule.tag_key.clone() />
                    <input type="hidden" name="since" value=rule.valid_from.map(|day| day.to_string()) />
                    <input type="hidden" name="rank" value=rule.rank.to_string() />
                    <label class="visually-hidden" for=id.clone()>"Your name"</label>
                    <input id=id name="by" type="text" autocomplete="name" placeholder="Your name" required />
                    <button type="submit">"End"</button>
                </form>
            }
            .into_any()
        }
    };
    view! {
        <tr>
            <th scope="row">{rule.dimension.clone()}</th>
            <td class="unbroken"><code>{rule.tag_key.clone()}</code></td>
            <td class="unbroken">{rule.tag_value.clone().map_or_else(any, |value| view! { <code>{value}</code> }.into_any())}</td>
            <td>{rule.name.clone().map_or_else(|| view! { <span class="quiet">"the value"</span> }.into_any(), |name| name.into_any())}</td>
            <td class="unbroken">{rule.valid_from.map(|day| day.to_string())}</td>
            <td class="unbroken">{rule.valid_to.map(|day| day.to_string())}</td>
            <td>{end}</td>
        </tr>
    }
    .into_any()
}
