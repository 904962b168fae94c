//! Pipelines and their executions.

use app::view::{Crumb, Section};
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;

use super::desk::{Desk, Place};
use super::load::{pipeline, pipelines, versions};
use super::pages::{below, csv_headers, csv_line};
use super::query::{Allowed, Query};
use super::{AppState, Problem, Route, Visit, page};
use crate::auth::Policy;
use crate::export::pipelines as file;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    let owner = Policy::Owner;
    vec![
        Route::read("/pipelines", owner, |_| "/pipelines".to_owned(), show_pipelines),
        Route::read("/pipelines.csv", owner, |_| "/pipelines.csv".to_owned(), export),
        Route::read("/pipelines/{id}", owner, |known| format!("/pipelines/{}", known.pipeline), show_pipeline),
        Route::read(
            "/pipelines/{id}/executions/{execution}",
            owner,
            |known| format!("/pipelines/{}/executions/{}", known.pipeline, known.execution),
            show_execution,
        ),
    ]
}

async fn show_pipelines(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, pipelines::ALLOWED)?;
    let mut desk = Desk::reading(&state, &query).await?;
    let view = pipelines::list(&mut desk, &query).await?;
    let place = Place { title: "Pipelines".to_owned(), section: Section::Pipelines, breadcrumb: Vec::new() };
    let mut frame = desk.filtered_frame(&visit, place, &query, true);
    frame.csv_href = Some(format!("/pipelines.csv?{}", query.own_string(query.period(desk.today()))));
    frame.save_address = Some(frame.permalink.clone());
    Ok(page::html(StatusCode::OK, &frame, || app::pages::pipelines::page(&view)))
}

async fn show_pipeline(
    State(state): State<AppState>,
    Path(id): Path<String>,
    visit: Visit,
) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, Allowed { own: &versions::PARAMETERS, ..Allowed::default() })?;
    let mut desk = Desk::reading(&state, &query).await?;
    let view = pipeline::load(&mut desk, &id, &query).await?;
    let place = below(&view.name, Section::Pipelines, "Pipelines", "/pipelines", &desk, &query);
    let frame = desk.period_frame(&visit, place, &query);
    Ok(page::html(StatusCode::OK, &frame, || app::pages::pipeline::page(&view)))
}

async fn show_execution(
    State(state): State<AppState>,
    Path((id, execution)): Path<(String, String)>,
    visit: Visit,
) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, Allowed::default())?;
    let mut desk = Desk::reading(&state, &query).await?;
    let view = pipeline::execution(&mut desk, &id, &execution, &query).await?;
    let title = format!("Execution {}", view.name);
    let mut place = below(&title, Section::Pipelines, "Pipelines", "/pipelines", &desk, &query);
    place.breadcrumb.push(Crumb { label: view.pipeline.name.clone(), href: view.pipeline.href.clone() });
    let frame = desk.frame(&visit, place);
    Ok(page::html(StatusCode::OK, &frame, || app::pages::execution::page(&view)))
}

/// The rows of the page's own query, all of them: an installation has hundreds of pipelines, not millions.
async fn export(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let query = Query::read(&visit.uri, pipelines::ALLOWED)?;
    let mut desk = Desk::reading(&state, &query).await?;
    let found = pipelines::find(&mut desk, &query).await?;
    let period = query.period(desk.today());
    let mut text = csv_line(file::columns());
    for row in &found.rows {
        let jobs = row.share.as_ref().map_or(0, |share| share.jobs);
        text.extend(csv_line(file::row(&desk.factors, &row.pipeline, row.projects(), jobs, row.parts())));
    }
    let name = format!("wattledger_pipelines_{}_{}.csv", period.from, period.to);
    Ok((csv_headers(&name), text).into_response())
}
