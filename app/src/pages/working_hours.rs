use crate::parts::settings_tabs::{self, SettingsTab};
use crate::parts::{facts, form, panel, table};
use crate::view::{Choice, SetHours, WorkingHoursView};
use leptos::prelude::*;

/// Which hours are working hours, since when, and the way to others.
pub fn page(view: &WorkingHoursView) -> impl IntoView + use<> {
    view! {
        {settings_tabs::tabs(SettingsTab::Hours)}
        {panel::panel("hours", "Working hours", in_force(view))}
        <div class="no-print">{panel::panel("others", "Other hours", others(view))}</div>
    }
    .into_any()
}

fn in_force(view: &WorkingHoursView) -> AnyView {
    let set = match view.set.is_empty() {
        true => view! { <p class="quiet">"Nobody set them: these are the usual ones."</p> }.into_any(),
        false => {
            let rows = view.set.iter().map(row).collect_view().into_any();
            table::table("Working hours that were set", table::head(&["Hours", "Set by", "Since, UTC"]), rows, None)
        }
    };
    view! {
        <p>{format!("{}. ", view.in_force)} "By them, " <a href="/notebooks">"Notebooks"</a> " parts what ran into working hours and others, in the past as well."</p>
        {set}
    }
    .into_any()
}

fn row(set: &SetHours) -> AnyView {
    view! {
        <tr>
            <th scope="row">{set.hours.clone()}</th>
            <td>{set.set_by.clone()}</td>
            <td>{set.set_at.map(facts::time)}</td>
        </tr>
    }
    .into_any()
}

fn others(view: &WorkingHoursView) -> AnyView {
    let weekdays = view
        .weekdays
        .iter()
        .enumerate()
        .map(|(place, day)| {
            // The summary of what is wrong leads to the first of them.
            let id = (place == 0).then_some("hours-weekdays");
            view! {
                <label class="check">
                    <input id=id type="checkbox" name=day.value.clone() value="on" checked=day.selected />
                    {day.label.clone()}
                </label>
            }
        })
        .collect_view();
    let error = view.form.error("weekdays").map(|message| view! { <p class="field-error">{message.to_owned()}</p> });
    view! {
        {form::errors("hours", &view.form)}
        <form method="post" action="/settings/hours">
            <fieldset class="field">
                <legend>"Days on which they begin"</legend>
                <div class="upload">{weekdays}</div>
                {error}
            </fieldset>
            <div class="inline-form upload">
                {choice("from", "From, UTC", &view.from)}
                {choice("to", "To, UTC", &view.to)}
                {form::input(form::BY, "hours", &view.form)}
            </div>
            <button type="submit" class="primary">"Set them"</button>
        </form>
        <p class="footnote">
            "Hours are UTC, as everything here, and follow no summer time. Where they end before they begin, they end on the next day: 17:00 to 02:00 is nine to six in San Francisco in winter."
        </p>
    }
    .into_any()
}

fn choice(name: &'static str, label: &'static str, choices: &[Choice]) -> AnyView {
    let id = format!("hours-{name}");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select id=id name=name>{form::options(choices)}</select>
        </div>
    }
    .into_any()
}
