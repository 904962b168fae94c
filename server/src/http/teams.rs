//! Whose a workload is: rules over tags, with what they would change before they are kept.

use app::view::{Choice, Figure, FormState, PreviewRow, RulePreview, RuleRow, Section, Shown, TeamsView, Unit};
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::Form;
use chrono::{Days, NaiveDate};
use http::StatusCode;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::desk::{Desk, Place};
use super::form::{Typed, given_back, nameless, refuse, value};
use super::load::overview;
use super::query::{Allowed, Query};
use super::{AppState, Problem, Route, Visit, page};
use crate::advise::workflow::Refused;
use crate::auth::Policy;
use crate::review::actions::is_name;
use crate::store::rule::{self, Rule};
use crate::store::selection::Period;

const PATH: &str = "/settings/teams";
const FIELDS: [&str; 5] = ["dimension", "tag", "value", "name", "since"];
const DIMENSIONS: [&str; 4] = ["team", "project", "environment", "owner"];
/// Days that a preview looks at.
const PREVIEW_DAYS: u64 = 28;
/// AWS' own limits of a tag.
const KEY_LIMIT: usize = 128;
const VALUE_LIMIT: usize = 256;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        Route::read(PATH, Policy::Owner, |_| PATH.to_owned(), show),
        Route::write(PATH, Policy::OwnerWrites, |_| PATH.to_owned(), keep),
        Route::write("/settings/teams/end", Policy::OwnerWrites, |_| "/settings/teams/end".to_owned(), end),
    ]
}

async fn show(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, Allowed { own: &FIELDS, ..Allowed::default() })?;
    let typed: Typed = query.own.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    let asked = typed.contains_key("tag");
    draw(&state, &visit, StatusCode::OK, typed, asked, Vec::new()).await
}

async fn keep(State(state): State<AppState>, visit: Visit, Form(typed): Form<Typed>) -> Result<Response, Problem> {
    let mut refused = Vec::new();
    let by = value(&typed, "by").to_owned();
    if !is_name(&by) {
        refused.push(nameless("by"));
    }
    let desk = Desk::open(&state).await?;
    let read = read_rule(&typed, desk.today());
    let (Ok(rule), true) = (&read, refused.is_empty()) else {
        refused.extend(read.err().unwrap_or_default());
        return draw(&state, &visit, StatusCode::UNPROCESSABLE_ENTITY, typed, true, refused).await;
    };
    let (scope, now) = (desk.scope.clone(), desk.now);
    drop(desk);
    if !rule::add(&state.database.ingest, &scope, rule, &by, now).await? {
        let twin = refuse("tag", "There is a rule for this tag and value already. End it first.");
        return draw(&state, &visit, StatusCode::UNPROCESSABLE_ENTITY, typed, false, vec![twin]).await;
    }
    attribute(&state);
    Ok(Redirect::to(PATH).into_response())
}

async fn end(State(state): State<AppState>, Form(typed): Form<Typed>) -> Result<Response, Problem> {
    let by = value(&typed, "by");
    if !is_name(by) {
        return Err(Problem::Unprocessable(nameless("by").message));
    }
    let since = value(&typed, "since").parse::<NaiveDate>().ok();
    let (Some(valid_from), Ok(rank)) = (since, value(&typed, "rank").parse::<i32>()) else {
        return Err(Problem::Unprocessable("No rule was named. Open the page again.".to_owned()));
    };
    let desk = Desk::open(&state).await?;
    let (scope, now, today) = (desk.scope.clone(), desk.now, desk.today());
    drop(desk);
    let rule = Rule {
        dimension: value(&typed, "dimension").to_owned(),
        tag_key: value(&typed, "tag").to_owned(),
        tag_value: None,
        name: None,
        valid_from,
        valid_to: None,
        rank,
    };
    if !rule::end(&state.database.ingest, &scope, &rule, today, by, now).await? {
        return Err(Problem::Conflict("Somebody ended this rule already. Open the page again.".to_owned()));
    }
    attribute(&state);
    Ok(Redirect::to(PATH).into_response())
}

/// The answer does not wait: what is marked is computed even if this program ends, by its next start.
fn attribute(state: &AppState) {
    let database = state.database.clone();
    tokio::spawn(async move {
        if let Err(error) = crate::pipeline::estimate_what_is_due(&database).await {
            tracing::warn!("days are not attributed anew yet: {error:#}");
        }
    });
}

async fn draw(
    state: &AppState,
    visit: &Visit,
    status: StatusCode,
    typed: Typed,
    with_preview: bool,
    mut refused: Vec<Refused>,
) -> Result<Response, Problem> {
    let mut desk = Desk::open(state).await?;
    let mut preview = None;
    if with_preview {
        match read_rule(&typed, desk.today()) {
            Ok(rule) => preview = Some(preview_of(state, &desk, &rule).await?),
            Err(wrong) if refused.is_empty() => refused = wrong,
            Err(_) => {}
        }
    }
    let rules = rule::all(desk.connection()).await?;
    let tag_keys = rule::tag_keys(desk.connection()).await?;
    let chosen = value(&typed, "dimension").to_owned();
    let choice = |word: &str| Choice { value: word.to_owned(), label: word.to_owned(), selected: word == chosen };
    let mut form: FormState = given_back(typed, &refused);
    form.values.entry("since".to_owned()).or_insert_with(|| desk.today().to_string());
    let view = TeamsView {
        rules: rules.into_iter().map(row).collect(),
        form,
        dimensions: DIMENSIONS.into_iter().map(choice).collect(),
        tag_keys,
        preview,
    };
    let status = if view.form.errors.is_empty() { status } else { StatusCode::UNPROCESSABLE_ENTITY };
    let place = Place { title: "Teams".to_owned(), section: Section::Settings, breadcrumb: Vec::new() };
    Ok(page::html(status, &desk.frame(visit, place), || app::pages::teams::page(&view)))
}

fn read_rule(typed: &Typed, today: NaiveDate) -> Result<Rule, Vec<Refused>> {
    let mut refused = Vec::new();
    let dimension = value(typed, "dimension");
    if !DIMENSIONS.contains(&dimension) {
        refused.push(refuse("dimension", "Choose what the tag names."));
    }
    let (tag, of_tag, name) = (value(typed, "tag"), value(typed, "value"), value(typed, "name"));
    if tag.is_empty() || tag.chars().count() > KEY_LIMIT {
        refused.push(refuse("tag", "Enter the key of a tag, at most 128 characters."));
    }
    if of_tag.chars().count() > VALUE_LIMIT {
        refused.push(refuse("value", "A value of a tag has at most 256 characters."));
    }
    if name.chars().count() > KEY_LIMIT || of_tag.is_empty() != name.is_empty() {
        refused.push(refuse("name", "Give a value its name, at most 128 characters, or leave both empty."));
    }
    let since = value(typed, "since").parse::<NaiveDate>().ok().filter(|day| *day <= today);
    if since.is_none() {
        refused.push(refuse("since", "Enter a day that is not in the future, such as 2026-11-01."));
    }
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    match since {
        Some(valid_from) if refused.is_empty() => Ok(Rule {
            dimension: dimension.to_owned(),
            tag_key: tag.to_owned(),
            tag_value: some(of_tag),
            name: some(name),
            valid_from,
            valid_to: None,
            rank: 0,
        }),
        _ => Err(refused),
    }
}

async fn preview_of(state: &AppState, desk: &Desk, rule: &Rule) -> Result<RulePreview, Problem> {
    let yesterday = desk.today() - Days::new(1);
    let period = Period { from: yesterday - Days::new(PREVIEW_DAYS - 1), to: yesterday };
    let Some(estimate) = desk.estimate.as_ref() else {
        return Ok(RulePreview::default());
    };
    let days = (period.from, period.to);
    let shares = rule::effect(&state.database.ingest, &desk.scope, estimate.estimate_id, rule, days).await?;
    let usd = |amount: Decimal| Shown::Ready(Figure::exact(amount.to_f64().unwrap_or_default(), Unit::Usd));
    let whole: Decimal = shares.values().map(|share| share.after).sum();
    let nobody = shares.get("").cloned().unwrap_or_default();
    let attributed = |nameless: Decimal| match whole.is_zero() {
        true => Shown::Unknown("nothing has a price in these days".to_owned()),
        false => {
            let share = (whole - nameless) * Decimal::ONE_HUNDRED / whole;
            Shown::exact(share.to_f64().unwrap_or_default(), Unit::Percent)
        }
    };
    let mut rows: Vec<(String, rule::Share)> = shares.into_iter().collect();
    rows.sort_by(|(one, a), (other, b)| b.after.cmp(&a.after).then_with(|| one.cmp(other)));
    Ok(RulePreview {
        period: overview::spoken(period),
        attributed_before: attributed(nobody.before),
        attributed_after: attributed(nobody.after),
        rows: rows
            .into_iter()
            .map(|(name, share)| PreviewRow {
                name,
                resources: share.resources,
                before: usd(share.before),
                after: usd(share.after),
            })
            .collect(),
    })
}

fn row(rule: Rule) -> RuleRow {
    RuleRow {
        dimension: rule.dimension,
        tag_key: rule.tag_key,
        tag_value: rule.tag_value,
        name: rule.name,
        valid_from: Some(rule.valid_from),
        valid_to: rule.valid_to,
        rank: rule.rank,
    }
}
