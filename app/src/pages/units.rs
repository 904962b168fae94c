use crate::parts::settings_tabs::{self, SettingsTab};
use crate::parts::{facts, figure, form, number, panel, table};
use crate::view::{Choice, UnitPreview, UnitRow, UnitsView};
use leptos::prelude::*;

/// What work is counted in, what a unit of it took, and the way to another unit.
pub fn page(view: &UnitsView) -> impl IntoView + use<> {
    view! {
        {settings_tabs::tabs(SettingsTab::Units)}
        {units(view)}
        <div class="no-print">{new_unit(view)}</div>
        {view.preview.as_ref().map(|preview| preview_panel(view, preview))}
    }
    .into_any()
}

fn units(view: &UnitsView) -> AnyView {
    if view.rows.is_empty() {
        let body = view! {
            <p class="quiet">"No unit of work is set, so nothing is said per unit. Add one below: it reads the past as well."</p>
        };
        return panel::panel("units", "Units of work", body.into_any());
    }
    let body = view.rows.iter().map(unit).collect_view().into_any();
    let head = table::head(&[
        "One unit",
        "#Done",
        "#CO₂e a unit",
        "#Cost a unit",
        "#Energy a unit",
        "#Hours a unit",
        "End it",
    ]);
    let left_out = view
        .rows
        .iter()
        .filter_map(|row| {
            let text = row.figures.left_out.clone()?;
            Some(view! { <p class="footnote">{row.figures.label.clone()} ": " {text}</p> })
        })
        .collect_view();
    let counted = view
        .rows
        .iter()
        .map(|row| {
            let words = if row.set_at.is_some() { "Set by " } else { "Comes with " };
            let at = row.set_at.map(|at| view! { ", " {facts::short_time(at)} });
            view! {
                <p class="footnote">
                    <strong>{row.figures.label.clone()}</strong> ": " {row.definition.clone()} " " {words} {row.set_by.clone()} {at} "."
                </p>
            }
        })
        .collect_view();
    let body = view! {
        {table::table(format!("Units of work, {}", view.period), head, body, None)}
        {counted}
        {left_out}
        <p class="footnote">
            {format!("Figures of {}. ", view.period)}
            "A resource's work is counted in the first unit of this list that matches it, and what failed or waited is in what a unit took. Emissions are location-based and with the making of the hardware, cost is at list prices, hours are instance-hours."
        </p>
    };
    panel::panel("units", "Units of work", body.into_any())
}

fn unit(row: &UnitRow) -> AnyView {
    let id = format!("end-{}", row.key);
    let figures = &row.figures;
    view! {
        <tr id=row.key.clone()>
            <th scope="row">
                {figures.label.clone()}
                <span class="under">{row.measure.clone()} ", " {row.scale.clone()} " a unit · " {row.scope.clone()}</span>
            </th>
            <td class="number">{figure::value(&figures.work)}</td>
            <td class="number">{figure::with_interval(&figures.grams)}</td>
            <td class="number">{figure::value(&figures.usd)}</td>
            <td class="number">{figure::value(&figures.watt_hours)}</td>
            <td class="number">{figure::value(&figures.hours)}</td>
            <td>
                <form method="post" action="/settings/units/end" class="row-form no-print">
                    <input type="hidden" name="unit" value=row.key.clone() />
                    <label class="visually-hidden" for=id.clone()>"Your name"</label>
                    <input id=id name="by" type="text" autocomplete="name" placeholder="Your name" required />
                    <button type="submit">"End"<span class="visually-hidden">" " {figures.label.clone()}</span></button>
                </form>
            </td>
        </tr>
    }
    .into_any()
}

fn new_unit(view: &UnitsView) -> AnyView {
    let typed = &view.form;
    let input = |name, label| form::Input { name, label, kind: "text", autocomplete: "off" };
    let carried = hidden(&view.carried);
    let teams = view.teams.iter().map(|team| view! { <option value=team.clone()></option> }).collect_view();
    let body = view! {
        <p>
            "A unit says what the work of a family of resources is counted in. It reads the past as well as the future, and can be kept to an account, a team or names. First you see what it would show."
        </p>
        {form::errors("unit", typed)}
        <form method="get" action="/settings/units" class="inline-form">
            {carried}
            {choice("of", "What is counted", &view.measures)}
            {form::optional(input("per", "How much is one unit"), "unit", typed)}
            {form::optional(input("label", "One unit is called"), "unit", typed)}
            {choice("within", "Account", &view.accounts)}
            <div class="field">
                <label for="unit-whose">"Team (optional)"</label>
                <input
                    id="unit-whose"
                    name="whose"
                    type="text"
                    list="unit-teams"
                    autocomplete="off"
                    value=typed.value("whose")
                />
                <datalist id="unit-teams">{teams}</datalist>
            </div>
            {form::optional(input("names", "Names like"), "unit", typed)}
            <button type="submit" class="primary">"See the effect"</button>
        </form>
        <p class="footnote">
            "In names, " <code>"*"</code> " stands for any letters: " <code>"ocr-*"</code>
            ". A unit that is kept to something is asked before those that are not, and a newer one before an older one."
        </p>
    };
    panel::panel("unit", "A new unit", body.into_any())
}

fn hidden(fields: &[(String, String)]) -> AnyView {
    let fields =
        fields.iter().map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> });
    fields.collect_view().into_any()
}

fn choice(name: &'static str, label: &'static str, choices: &[Choice]) -> AnyView {
    let id = format!("unit-{name}");
    view! {
        <div class="field wide">
            <label for=id.clone()>{label}</label>
            <select id=id name=name>{form::options(choices)}</select>
        </div>
    }
    .into_any()
}

fn preview_panel(view: &UnitsView, preview: &UnitPreview) -> AnyView {
    let rows = preview
        .rows
        .iter()
        .map(|row| {
            let new = row.is_new.then(|| view! { " " <span class="tag">"new"</span> });
            view! {
                <tr>
                    <th scope="row">{row.label.clone()} {new}</th>
                    <td class="number">{number::whole(row.resources)}</td>
                    <td class="number">{figure::value(&row.work)}</td>
                    <td class="number">{figure::value(&row.before)}</td>
                    <td class="number">{figure::with_interval(&row.after)}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any();
    let kept: Vec<(String, String)> = ["of", "per", "label", "within", "whose", "names"]
        .map(|name| (name.to_owned(), view.form.values.get(name).cloned().unwrap_or_default()))
        .to_vec();
    let head = table::head(&["One unit", "#Resources", "#Done", "#CO₂e a unit now", "#With the new unit"]);
    let body = view! {
        {table::table("Units with the new one", head, rows, None)}
        <p class="footnote">{format!("{}. Only how the ledger is read changes; what was signed stays as it was signed.", view.period)}</p>
        <form method="post" action="/settings/units" class="inline-form">
            {hidden(&kept)}
            {form::input(form::BY, "keep", &view.form)}
            <button type="submit" class="primary">"Keep the unit"</button>
        </form>
    };
    panel::panel("preview", "What it would show", body.into_any())
}
