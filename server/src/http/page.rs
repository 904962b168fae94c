//! Pages as answers.

use app::view::{Crumb, Frame, Section};
use axum::response::{Html, IntoResponse, Response};
use chrono::Utc;
use http::header::{ALLOW, CACHE_CONTROL, RETRY_AFTER};
use http::{HeaderValue, Method, StatusCode, Uri};
use leptos::prelude::IntoView;

use super::assets;
use super::dress::Exchange;
use super::problem::Problem;

/// A page inside its frame. One with a part that could not be read is kept by nobody.
pub fn html<Page: IntoView + 'static>(status: StatusCode, frame: &Frame, body: impl FnOnce() -> Page) -> Response {
    let mut response = (status, Html(app::render(frame, body))).into_response();
    if frame.is_broken {
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// A frame with what only the server knows, for the rest to be filled in.
pub(super) fn bare_frame(exchange: &Exchange, path: &str) -> Frame {
    Frame {
        path: path.to_owned(),
        section: Section::None,
        stylesheet: assets::stylesheet(),
        nonce: exchange.nonce.clone(),
        appearance: exchange.appearance,
        islands: assets::has_islands(),
        permalink: path.to_owned(),
        ..Frame::default()
    }
}

/// The page of a problem, with the headers of the answer it replaces and names that come near. It needs no database.
pub(super) fn problem(
    exchange: &Exchange,
    (method, uri): (&Method, &Uri),
    problem: &Problem,
    replaced: &Response,
    nearest: Vec<Crumb>,
) -> Response {
    let address = uri.path_and_query().map_or_else(|| uri.path().to_owned(), ToString::to_string);
    let mut view = problem.view();
    view.nearest = nearest;
    let now = Utc::now().format("%Y-%m-%d %H:%M:%S UTC");
    let request = &exchange.request_id;
    view.details = Some(format!("{now} · {method} {} · {} · request {request}", uri.path(), view.status));
    if replaced.status().is_server_error() && *method == Method::GET {
        view.links.insert(0, Crumb { label: "Try again".to_owned(), href: address });
    }
    let frame = Frame { title: view.title.clone(), ..bare_frame(exchange, uri.path()) };
    let mut response = html(replaced.status(), &frame, || app::pages::error::page(&view));
    for name in [ALLOW, RETRY_AFTER] {
        if let Some(value) = replaced.headers().get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}
