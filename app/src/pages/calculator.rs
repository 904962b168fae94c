use crate::calculator::Field;
use crate::islands::LiveCalculator;
use crate::parts::{comparison, panel};
use crate::view::{Alternative, CalculatorView, Choice};
use leptos::prelude::*;

/// What one workload takes, for up to four alternatives: a form that the server answers, and figures that follow what is
/// typed where scripts run.
pub fn page(view: &CalculatorView) -> impl IntoView + use<> {
    let href = view.factors_href.clone();
    view! {
        {ignored(view)}
        {form(view)}
        {figures(view)}
        {footnotes(view)}
        <LiveCalculator factors=href />
    }
    .into_any()
}

fn form(view: &CalculatorView) -> AnyView {
    let alone = view.alternatives.len() < 2;
    let alternatives = view.alternatives.iter().map(|each| alternative(each, alone)).collect_view();
    let types = view.types.iter().map(|name| view! { <option value=name.clone()></option> }).collect_view();
    let add = view.can_add.then(|| view! { <button type="submit" name="add" value="1">"Add an alternative"</button> });
    // The first button of a form is the one that Enter presses.
    view! {
        <form id="calculator" class="calculator" method="get" action="/calculator" aria-label="Workloads">
            <div class="buttons">
                <button type="submit" class="primary">"Calculate"</button>
                {add}
            </div>
            <div class="alternatives">{alternatives}</div>
            <datalist id="types">{types}</datalist>
        </form>
    }
    .into_any()
}

fn alternative(view: &Alternative, alone: bool) -> AnyView {
    let number = view.number;
    let remove = (!alone).then(|| {
        view! {
            <button type="submit" class="quiet-button" name="remove" value=number.to_string()>
                "Remove" <span class="visually-hidden">" alternative " {number}</span>
            </button>
        }
    });
    let text = |field, label| input(view, field, label, Kind::Text);
    let figure = |field, label| input(view, field, label, Kind::Number);
    view! {
        <fieldset class="alternative">
            <legend>"Alternative " {number}</legend>
            {text(Field::InstanceType, "Instance type")}
            {figure(Field::Count, "Instances")}
            {figure(Field::Hours, "Hours each")}
            {input(view, Field::Region, "Region", Kind::Choice(&view.regions))}
            {figure(Field::Cpu, "Processor, %")}
            {figure(Field::Gpu, "Accelerator, %")}
            {input(view, Field::Kind, "Runs as", Kind::Choice(&view.kinds))}
            {figure(Field::Price, "USD per hour")}
            {remove}
        </fieldset>
    }
    .into_any()
}

/// How a field is filled in.
enum Kind<'a> {
    Text,
    Number,
    Choice(&'a [Choice]),
}

fn input(view: &Alternative, field: Field, label: &'static str, kind: Kind<'_>) -> AnyView {
    let id = format!("{}{}", field.name(), view.number);
    let error_id = format!("{id}-error");
    let error = view.form.error(field.name()).map(ToOwned::to_owned);
    let invalid = error.is_some().then_some("true");
    let value = view.form.value(field.name());
    let hint = matches!(field, Field::Cpu | Field::Gpu | Field::Price).then_some(match field {
        Field::Price => "list price",
        _ => "unknown",
    });
    let control = match kind {
        Kind::Choice(choices) => {
            let options = choices
                .iter()
                .map(|choice| {
                    let label = crate::parts::prose::escape(&choice.label);
                    view! { <option value=choice.value.clone() selected=choice.selected inner_html=label></option> }
                })
                .collect_view();
            view! {
                <select id=id.clone() name=id.clone() autocomplete="off" aria-invalid=invalid aria-describedby=error_id.clone()>
                    {options}
                </select>
            }
            .into_any()
        }
        Kind::Text | Kind::Number => {
            let (list, mode) = if matches!(kind, Kind::Text) { (Some("types"), None) } else { (None, Some("decimal")) };
            view! {
                <input
                    id=id.clone()
                    name=id.clone()
                    type="text"
                    list=list
                    inputmode=mode
                    value=value
                    placeholder=hint
                    autocomplete="off"
                    spellcheck="false"
                    aria-invalid=invalid
                    aria-describedby=error_id.clone()
                />
            }
            .into_any()
        }
    };
    let hidden = error.is_none();
    view! {
        <div class=format!("field field-{}", field.name())>
            <label for=id>{label}</label>
            {control}
            <p class="field-error" id=error_id hidden=hidden>{error.unwrap_or_default()}</p>
        </div>
    }
    .into_any()
}

/// Only what is inside the table and inside the unfolded parts changes as one types, so places and folds stay.
fn figures(view: &CalculatorView) -> AnyView {
    let workings = view
        .comparison
        .columns
        .iter()
        .map(|column| {
            view! {
                <details class="working">
                    <summary>"How alternative " {column.number} " is computed"</summary>
                    <div id=format!("working{}", column.number) inner_html=comparison::working(column)></div>
                </details>
            }
        })
        .collect_view();
    let body = view! {
        <div class="scroll compared" role="region" aria-label="Alternatives side by side, table" tabindex="0">
            <table id="comparison" inner_html=comparison::table(&view.comparison)></table>
        </div>
        {workings}
    };
    panel::panel("side-by-side", "Side by side", body.into_any())
}

fn ignored(view: &CalculatorView) -> Option<AnyView> {
    (!view.ignored.is_empty()).then(|| {
        let text = format!("Not known here and ignored: {}.", view.ignored.join(", "));
        view! { <p class="notice" role="status">{text}</p> }.into_any()
    })
}

fn footnotes(view: &CalculatorView) -> AnyView {
    view! {
        <div class="calculator-notes">
            <p class="footnote">
                "Ranges are the 5th to 95th percentile. A signed figure is what an alternative takes more or less than the first; what both rest on is drawn once for both, and where that range holds zero the difference may be none. Emissions are location-based plus embodied; the market-based figure stands beside them. Leave utilisation blank where there is no series: a default load stands in."
            </p>
            <p class="footnote">
                "Factor set " <strong>{view.factor_set.clone()}</strong> ", SHA-256 "
                <code class="hash">{view.factor_set_sha256.clone()}</code> ". "
                <a href="/methodology">"How the numbers are made"</a>
            </p>
        </div>
    }
    .into_any()
}
