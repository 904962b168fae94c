use crate::parts::settings_tabs::{self, SettingsTab};
use crate::parts::{facts, figure, form, panel, table};
use crate::view::{Better, FormState, KpiRow, KpisView, TargetView};
use leptos::prelude::*;

/// What every key figure means, what it is now, and what it should be.
pub fn page(view: &KpisView) -> impl IntoView + use<> {
    let body = view.rows.iter().map(|row| one(row, &view.form)).collect_view().into_any();
    let head = table::head(&["Figure", "#Last week", "Target", "Set a target"]);
    let body = view! {
        <p>
            {format!("Values of {}. ", view.period)}
            "A target of a sum is one of a week; it stands on the overview's cards and as a line in its charts, by the day. What is said per unit of work follows from the "
            <a href="/settings/units">"units of work"</a> "."
        </p>
        {form::errors("kpi", &view.form)}
        {table::table("Key figures", head, body, None)}
    };
    view! {
        {settings_tabs::tabs(SettingsTab::Kpis)}
        {panel::panel("kpis", "Dictionary and targets", body.into_any())}
    }
    .into_any()
}

fn one(row: &KpiRow, refused: &FormState) -> AnyView {
    let nothing = FormState::default();
    let typed = if refused.value("kpi") == row.key { refused } else { &nothing };
    let prefix = format!("target-{}", row.key);
    let aim = match row.better {
        Better::Higher => "higher is better",
        Better::Lower => "lower is better",
        Better::Neither => "",
    };
    let field = form::Input { name: "target", label: "Target", kind: "text", autocomplete: "off" };
    let label = format!("In {}", row.typed_in);
    view! {
        <tr id=row.key.clone()>
            <th scope="row" class="wide">
                {row.label.clone()}
                <span class="under">{row.definition.clone()}</span>
                <span class="under formula">{row.formula.clone()} {(!aim.is_empty()).then(|| format!(" · {aim}"))}</span>
            </th>
            <td class="number">
                {figure::with_interval(&row.value)}
                {row.parts.clone().map(|parts| view! { <span class="under">{parts}</span> })}
            </td>
            <td>{target(row.target.as_ref())}</td>
            <td>
                <details open=!typed.errors.is_empty()>
                    <summary>"Change"<span class="visually-hidden">" the target of " {row.label.clone()}</span></summary>
                    <form method="post" action="/settings/kpis" class="inline-form">
                        <input type="hidden" name="kpi" value=row.key.clone()/>
                        {form::optional(field, &prefix, typed)}
                        {form::input(form::BY, &prefix, typed)}
                        <button type="submit">"Keep"</button>
                        <p class="field-note">{label} "; left empty, there is none."</p>
                    </form>
                </details>
            </td>
        </tr>
    }
    .into_any()
}

fn target(target: Option<&TargetView>) -> AnyView {
    let Some(target) = target else {
        return view! { <span class="quiet">"none"</span> }.into_any();
    };
    view! {
        {figure::value(&target.value)}
        {met(target)}
        <span class="under">{target.by.clone()} ", " {facts::time(target.at)} " UTC"</span>
    }
    .into_any()
}

fn met(target: &TargetView) -> Option<AnyView> {
    use crate::parts::badge;
    target
        .is_met
        .map(|is_met| if is_met { badge::badge("good", "✓", "kept") } else { badge::badge("warn", "!", "missed") })
}
