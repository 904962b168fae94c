//! What is kept rather than run.

use app::view::Section;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;

use super::desk::{Desk, Place};
use super::load::storage;
use super::pages::{csv_headers, csv_line};
use super::query::Query;
use super::{AppState, Problem, Route, Visit, page};
use crate::auth::Policy;
use crate::export::storage as file;
use crate::store::selection::Attribute;
use crate::store::storage::Kept;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    let owner = Policy::Owner;
    vec![
        Route::read("/storage", owner, |_| "/storage".to_owned(), show),
        Route::read("/storage.csv", owner, |_| "/storage.csv".to_owned(), export),
    ]
}

/// Of a bucket or a log group nobody tells more than where it lies, so nothing else is a filter here; it is said to be ignored.
fn read(visit: &Visit) -> Result<Query, Problem> {
    let mut query = Query::read(&visit.uri, storage::ALLOWED)?;
    let is_told = |key: &str| ["account", Attribute::Region.as_str()].contains(&key);
    let mut ignored = Vec::new();
    for (key, words) in query.facets().filter(|(key, _)| !is_told(key)) {
        ignored.extend(words.any_of.iter().map(|word| format!("{key}={word}")));
        ignored.extend(words.none_of.iter().map(|word| format!("{key}=!{word}")));
    }
    query.ignored.extend(ignored);
    query.attributes.retain(|attribute, _| *attribute == Attribute::Region);
    query.tags.clear();
    Ok(query)
}

async fn show(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = read(&visit)?;
    let mut desk = Desk::reading(&state, &query).await?;
    let view = storage::load(&mut desk, &query).await?;
    let place = Place { title: "Storage".to_owned(), section: Section::Storage, breadcrumb: Vec::new() };
    let mut frame = desk.filtered_frame(&visit, place, &query, true);
    if let Some(filter) = &mut frame.filter {
        filter.facets.retain(|facet| matches!(facet.name.as_str(), "account" | "region"));
        filter.takes_tags = false;
        // The two have room enough.
        for facet in &mut filter.facets {
            facet.is_folded = false;
        }
    }
    frame.csv_href = Some(format!("/storage.csv?{}", query.own_string(query.period(desk.today()))));
    frame.save_address = Some(frame.permalink.clone());
    Ok(page::html(StatusCode::OK, &frame, || app::pages::storage::page(&view)))
}

/// Everything that the page counts, also the log groups that it does not list.
async fn export(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = read(&visit)?;
    let mut desk = Desk::reading(&state, &query).await?;
    let found = storage::find(&mut desk, &query).await?;
    let period = query.period(desk.today());
    let mut text = csv_line(file::COLUMNS.iter().map(ToString::to_string).collect());
    let aws = |kept: &Kept| desk.aws_account(kept.account_id);
    for found in &found.buckets {
        let state = found.notes.iter().map(|note| note.words.as_str()).collect::<Vec<_>>().join(", ");
        let used_by: Vec<&str> = found.used_by.iter().map(|(_, whole)| whole.as_str()).collect();
        let uses = [found.used_for.join(", "), used_by.join(", ")];
        text.extend(csv_line(file::bucket(&aws(&found.kept), &found.kept, &state, &uses)));
    }
    for found in &found.feature_groups {
        let used = found.used.as_ref();
        let twins = found.twins.iter().map(|twin| twin.name.as_str()).collect::<Vec<_>>().join(", ");
        text.extend(csv_line(file::feature_group(&aws(&found.kept), &found.kept, &found.note.words, used, &twins)));
    }
    for found in &found.log_groups {
        text.extend(csv_line(file::log_group(&aws(&found.kept), &found.kept, &found.note.words)));
    }
    let name = format!("wattledger_storage_{}_{}.csv", period.from, period.to);
    Ok((csv_headers(&name), text).into_response())
}
