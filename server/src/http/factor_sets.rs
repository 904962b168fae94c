//! Factor sets: the list, proposing other factors, their effect, and the decision.

use app::view::{Crumb, FormState, Section};
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use footprint::{FactorError, FactorSet, Override};
use http::StatusCode;

use super::desk::{Desk, Place};
use super::form::{Typed, given_back, nameless, refuse, value};
use super::load::factor_sets;
use super::query::{Allowed, Query};
use super::{AppState, Problem, Route, Visit, page, runs};
use crate::advise::workflow::Refused;
use crate::auth::Policy;
use crate::estimate;
use crate::review::actions::is_name;
use crate::store::proposal::{self, Decision};

const REASON_LIMIT: usize = 500;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    let (owner, writes) = (Policy::Owner, Policy::OwnerWrites);
    vec![
        Route::read("/methodology/sets", owner, |_| "/methodology/sets".to_owned(), list),
        Route::write("/methodology/sets", writes, |_| "/methodology/sets".to_owned(), propose),
        Route::read("/methodology/sets/{id}", owner, |known| format!("/methodology/sets/{}", known.proposal), show),
        Route::write(
            "/methodology/sets/{id}/factors",
            writes,
            |known| format!("/methodology/sets/{}/factors", known.proposal),
            amend,
        ),
        Route::write(
            "/methodology/sets/{id}/decision",
            writes,
            |known| format!("/methodology/sets/{}/decision", known.proposal),
            decide,
        ),
    ]
}

/// `?factor=` fills the form with a factor as it stands; `value`, `low`, `high` and `reason` with what is suggested.
async fn list(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query =
        Query::read(&visit.uri, Allowed { own: &["factor", "value", "low", "high", "reason"], ..Allowed::default() })?;
    let mut desk = Desk::open(&state).await?;
    let asked = query.own.iter().find(|(key, _)| *key == "factor").map(|(_, value)| value.as_str());
    let mut values = asked.map(|id| as_it_stands(&desk.factors, id)).unwrap_or_default();
    values.extend(query.own.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
    let form = FormState { values, ..FormState::default() };
    draw_list(&mut desk, &visit, StatusCode::OK, form).await
}

fn as_it_stands(factors: &FactorSet, id: &str) -> Typed {
    let found = factors.all_factors().into_iter().find(|factor| factor.id == id);
    let mut typed = Typed::from([("factor".to_owned(), id.to_owned())]);
    if let Some(factor) = found {
        for (key, number) in [("value", factor.value), ("low", factor.low), ("high", factor.high)] {
            typed.insert(key.to_owned(), number.to_string());
        }
    }
    typed
}

async fn draw_list(desk: &mut Desk, visit: &Visit, status: StatusCode, form: FormState) -> Result<Response, Problem> {
    let view = factor_sets::list(desk, form).await?;
    let place =
        Place { title: "Factor sets".to_owned(), section: Section::Methodology, breadcrumb: vec![methodology()] };
    Ok(page::html(status, &desk.frame(visit, place), || app::pages::factor_sets::page(&view)))
}

fn methodology() -> Crumb {
    Crumb { label: "Methodology".to_owned(), href: "/methodology".to_owned() }
}

async fn propose(State(state): State<AppState>, visit: Visit, Form(typed): Form<Typed>) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    let in_force = desk.estimate.as_ref().map(|estimate| estimate.overrides.clone()).unwrap_or_default();
    let before: Vec<Override> = serde_json::from_value(in_force).unwrap_or_default();
    match read_override(&typed).and_then(|change| joined(state.builtin(), before, change)) {
        Ok((overrides, change)) => {
            let stored = stored(&overrides)?;
            let label = desk.factors.label();
            let pool = &state.database.web;
            let id = proposal::add(pool, label, &stored, &change.author, &change.reason, desk.now).await?;
            Ok(see(id))
        }
        Err(refused) => {
            let form = given_back(typed, &refused);
            draw_list(&mut desk, &visit, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
    }
}

async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Response, Problem> {
    draw(&state, &visit, &id, StatusCode::OK, Forms::default()).await
}

/// The forms of the page as they come back.
#[derive(Default)]
struct Forms {
    factor: FormState,
    decision: FormState,
    /// What was typed for a proposal that is another one by now.
    conflict: Option<Typed>,
}

async fn draw(
    state: &AppState,
    visit: &Visit,
    id: &str,
    status: StatusCode,
    forms: Forms,
) -> Result<Response, Problem> {
    let mut desk = Desk::open(state).await?;
    let found = factor_sets::find(&mut desk, id).await?;
    let mut view = factor_sets::one(state, &mut desk, &found, forms.factor, forms.decision).await?;
    view.conflict = forms.conflict.map(|typed| factor_sets::conflict(&view, &typed));
    let up = Crumb { label: "Factor sets".to_owned(), href: "/methodology/sets".to_owned() };
    let place = Place { title: view.label.clone(), section: Section::Methodology, breadcrumb: vec![methodology(), up] };
    let mut frame = desk.frame(visit, place);
    frame.refresh_s = view.computing.map(|_| runs::REFRESH_S);
    Ok(page::html(status, &frame, || app::pages::factor_set::page(&view)))
}

async fn amend(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    let found = factor_sets::find(&mut desk, &id).await?;
    let seen = value(&typed, "seen");
    if !seen.is_empty() && seen != factor_sets::seen(&found) {
        return conflict(&state, &visit, &id, typed, Part::Factor).await;
    }
    let before = factor_sets::overrides(&found)?;
    match read_override(&typed).and_then(|change| joined(state.builtin(), before, change)) {
        Ok((overrides, change)) => {
            let (pool, number) = (&state.database.web, found.proposal_id);
            let both = (&found.overrides, &stored(&overrides)?);
            if proposal::amend(pool, number, both, &change.author, desk.now).await? {
                Ok(see(number))
            } else {
                conflict(&state, &visit, &id, typed, Part::Factor).await
            }
        }
        Err(refused) => {
            let form = given_back(typed, &refused);
            let forms = Forms { factor: form, ..Forms::default() };
            draw(&state, &visit, &id, StatusCode::UNPROCESSABLE_ENTITY, forms).await
        }
    }
}

async fn decide(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let mut desk = Desk::open(&state).await?;
    let found = factor_sets::find(&mut desk, &id).await?;
    let by = value(&typed, "by").to_owned();
    let decision = match value(&typed, "decision") {
        "accept" => Some(Decision::Accept),
        "withdraw" => Some(Decision::Withdraw),
        _ => None,
    };
    let mut refused = Vec::new();
    if !is_name(&by) {
        refused.push(nameless("by"));
    }
    let Some(decision) = decision.filter(|_| refused.is_empty()) else {
        if refused.is_empty() {
            refused.push(refuse("by", "Choose to activate or to withdraw."));
        }
        let form = given_back(typed, &refused);
        let forms = Forms { decision: form, ..Forms::default() };
        return draw(&state, &visit, &id, StatusCode::UNPROCESSABLE_ENTITY, forms).await;
    };
    if !proposal::decide(&state.database.web, found.proposal_id, decision, &by, desk.now).await? {
        return conflict(&state, &visit, &id, typed, Part::Decision).await;
    }
    if decision == Decision::Accept {
        let database = state.database.clone();
        // The answer does not wait: what is accepted is computed even if this program ends, by its next start.
        tokio::spawn(async move {
            if let Err(error) = estimate::compute_accepted(&database).await {
                tracing::warn!(error = %error, "the accepted factor set is not computed yet; the next start goes on");
            }
        });
    }
    Ok(see(found.proposal_id))
}

/// Which form of the page was sent.
#[derive(Clone, Copy)]
enum Part {
    Factor,
    Decision,
}

/// The page as it stands now, with what was typed for what stood before.
async fn conflict(state: &AppState, visit: &Visit, id: &str, typed: Typed, part: Part) -> Result<Response, Problem> {
    let form = given_back(typed.clone(), &[]);
    let (factor, decision) = match part {
        Part::Factor => (form, FormState::default()),
        Part::Decision => (FormState::default(), form),
    };
    draw(state, visit, id, StatusCode::CONFLICT, Forms { factor, decision, conflict: Some(typed) }).await
}

fn see(id: i32) -> Response {
    Redirect::to(&format!("/methodology/sets/{id}")).into_response()
}

fn stored(overrides: &[Override]) -> Result<serde_json::Value, Problem> {
    serde_json::to_value(overrides).map_err(|_| Problem::Misbuilt("an override has no text"))
}

fn read_override(typed: &Typed) -> Result<Override, Vec<Refused>> {
    let mut refused = Vec::new();
    let mut number = |name: &'static str| {
        let read = value(typed, name).parse::<f64>().ok().filter(|number| number.is_finite());
        if read.is_none() {
            refused.push(refuse(name, "Enter a number with a point, such as 1.08."));
        }
        read.unwrap_or_default()
    };
    let (central, low, high) = (number("value"), number("low"), number("high"));
    let (factor, by, reason) = (value(typed, "factor"), value(typed, "by"), value(typed, "reason"));
    if factor.is_empty() {
        refused.push(refuse("factor", "Name a factor, such as pue:us-east-1."));
    }
    if reason.is_empty() || reason.chars().count() > REASON_LIMIT {
        refused.push(refuse("reason", "Say why, in at most 500 characters."));
    }
    if !is_name(by) {
        refused.push(nameless("by"));
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    Ok(Override {
        factor_id: factor.to_owned(),
        value: central,
        low,
        high,
        author: by.to_owned(),
        reason: reason.to_owned(),
    })
}

/// The list with the change in the place of an earlier one of the same factor; refused if no factor set can be made of it.
fn joined(
    tables: &FactorSet,
    mut overrides: Vec<Override>,
    change: Override,
) -> Result<(Vec<Override>, Override), Vec<Refused>> {
    overrides.retain(|each| each.factor_id != change.factor_id);
    overrides.push(change.clone());
    match tables.with_overrides("tried", &overrides) {
        Ok(_) => Ok((overrides, change)),
        Err(FactorError::UnknownFactor { id }) => Err(vec![refuse(
            "factor",
            &format!("There is no factor `{id}`. The tables of the methodology name them all."),
        )]),
        Err(FactorError::BadOverride { what, .. }) => Err(vec![refuse("value", &format!("It is refused: {what}."))]),
        Err(_) => Err(vec![refuse("factor", "The factor tables of this program cannot be read.")]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Typed {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_form_says_which_field_is_wrong() {
        let good = [
            ("factor", "pue:us-east-1"),
            ("value", "1.1"),
            ("low", "1.05"),
            ("high", "1.2"),
            ("reason", "our landlord's report"),
            ("by", "Ada"),
        ];
        assert_eq!(read_override(&typed(&good)).unwrap().high, 1.2);
        for (field, wrong) in
            [("factor", ""), ("value", "x"), ("low", "NaN"), ("high", "inf"), ("reason", ""), ("by", "")]
        {
            let mut each = typed(&good);
            each.insert(field.to_owned(), wrong.to_owned());
            let refused = read_override(&each).unwrap_err();
            assert_eq!(refused.iter().map(|refused| refused.field).collect::<Vec<_>>(), [field], "{wrong}");
        }
    }

    #[test]
    fn the_later_override_of_a_factor_stands() {
        let tables = FactorSet::builtin().unwrap();
        let change = |id: &str, value: f64| Override {
            factor_id: id.to_owned(),
            value,
            low: value,
            high: value,
            author: "Ada".to_owned(),
            reason: "measured".to_owned(),
        };
        let before = vec![change("pue:us-east-1", 1.3), change("wue:us-east-1", 0.1)];
        let (all, _) = joined(&tables, before, change("pue:us-east-1", 1.2)).unwrap();
        assert_eq!(all.iter().map(|each| each.value).collect::<Vec<_>>(), [0.1, 1.2]);
        for (id, value, field) in [("pue:nowhere", 1.2, "factor"), ("pue:us-east-1", 0.9, "value")] {
            assert_eq!(joined(&tables, Vec::new(), change(id, value)).unwrap_err()[0].field, field, "{id}");
        }
    }
}
