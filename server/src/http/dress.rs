//! What every answer wears: a request id, a policy for scripts, headers against misuse, a page for each problem, one line
//! in the log.

use std::error::Error;
use std::fmt::Write;
use std::time::{Duration, Instant};

use app::view::{Appearance, Crumb};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use uuid::Uuid;

use super::load::search;
use super::problem::{Behind, Problem};
use super::{AppState, appearance, guard, page};

/// How long a handler may take to begin its answer.
const HANDLER_LIMIT: Duration = Duration::from_secs(30);

/// How long files may take to arrive and to be read: a year's bill over a slow line.
const FILES_LIMIT: Duration = Duration::from_secs(30 * 60);

/// How long names are looked for that come near an address.
const NEAREST_LIMIT: Duration = Duration::from_secs(3);

/// What belongs to one request and its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// Stands in the answer's `x-request-id`, on error pages and in the log.
    pub request_id: String,
    /// The only scripts that run are those that carry it: 122 random bits, new for every answer.
    pub nonce: String,
    /// How the browser likes its pages.
    pub appearance: Appearance,
}

/// An answer for programs that keeps its body even if its status is an error.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plain;

/// Dresses every answer, and writes its line in the log.
pub(super) async fn dress(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let exchange = Exchange {
        request_id: Uuid::now_v7().simple().to_string(),
        nonce: Uuid::new_v4().simple().to_string(),
        appearance: appearance::read(request.headers()),
    };
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let path = uri.path().to_owned();
    request.extensions_mut().insert(exchange.clone());
    let mut response = presentable(next.run(request).await).await;
    let behind = response.extensions_mut().remove::<Behind>();
    if let Some(Behind(problem)) = &behind {
        let nearest = nearest(&state, &method, &path, problem).await;
        response = page::problem(&exchange, (&method, &uri), problem, &response, nearest);
    }
    wear(response.headers_mut(), &exchange);
    let status = response.status();
    let line = Line { status, took: began.elapsed(), cause: behind.map(|Behind(problem)| chain(problem.as_ref())) };
    line.write(method.as_str(), &path, &exchange.request_id);
    response
}

/// Names near an address that leads nowhere. The page of the problem stands without them too.
async fn nearest(state: &AppState, method: &Method, path: &str, problem: &Problem) -> Vec<Crumb> {
    if problem.status() != StatusCode::NOT_FOUND || *method != Method::GET {
        return Vec::new();
    }
    match tokio::time::timeout(NEAREST_LIMIT, search::near_address(state, path)).await {
        Ok(Ok(links)) => links,
        Ok(Err(error)) => {
            tracing::debug!(%error, "no names were looked for");
            Vec::new()
        }
        Err(_) => Vec::new(),
    }
}

/// Ends a handler that takes too long.
pub(super) async fn in_time(request: Request, next: Next) -> Response {
    let (limit, problem) = match request.uri().path() == guard::FILES {
        true => (FILES_LIMIT, Problem::FilesTookTooLong),
        false => (HANDLER_LIMIT, Problem::TookTooLong),
    };
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => problem.into_response(),
    }
}

/// Turns the short text that a layer or an extractor refuses with into a problem, so that it gets a page.
async fn presentable(response: Response) -> Response {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let spoken_for = response.extensions().get::<Behind>().is_some() || response.extensions().get::<Plain>().is_some();
    let is_page = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_error || spoken_for || is_page || status == StatusCode::RANGE_NOT_SATISFIABLE {
        return response;
    }
    let (parts, body) = response.into_parts();
    let said = to_bytes(body, 1024).await.unwrap_or_default();
    let mut fresh = Problem::of_status(status, &String::from_utf8_lossy(&said)).into_response();
    *fresh.status_mut() = status;
    if let Some(methods) = parts.headers.get(ALLOW) {
        fresh.headers_mut().insert(ALLOW, methods.clone());
    }
    fresh
}

fn wear(headers: &mut HeaderMap, exchange: &Exchange) {
    const FIXED: [(HeaderName, &str); 5] = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Under `no-referrer` a browser sends its own forms with `Origin: null`, which the guard refuses.
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()",
        ),
    ];
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    // Both values are made of letters, digits and fixed text, which a header value always accepts.
    if let Ok(policy) = HeaderValue::from_str(&content_policy(&exchange.nonce)) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    if let Ok(id) = HeaderValue::from_str(&exchange.request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
}

fn content_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    )
}

/// An error with all its causes, in one line.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing into a `String` cannot fail.
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}

/// One request in the log. The query string stays out of it: it names accounts and teams.
struct Line {
    status: StatusCode,
    took: Duration,
    cause: Option<String>,
}

impl Line {
    fn write(&self, method: &str, path: &str, request_id: &str) {
        let status = self.status.as_u16();
        let took_ms = self.took.as_millis();
        match (&self.cause, self.status.is_server_error()) {
            (Some(cause), true) => tracing::error!(method, path, status, took_ms, request_id, cause),
            (Some(cause), false) => tracing::info!(method, path, status, took_ms, request_id, cause),
            (None, _) => tracing::info!(method, path, status, took_ms, request_id),
        }
    }
}

/// The problem of a handler that panicked; its message is in the log, where the panic hook wrote it.
pub(super) fn panicked(_: Box<dyn std::any::Any + Send>) -> Response<Body> {
    Problem::Panicked.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_wears_the_headers_and_its_own_nonce() {
        let exchange =
            Exchange { request_id: "id".to_owned(), nonce: "n0nce".to_owned(), appearance: Appearance::default() };
        let mut headers = HeaderMap::new();
        wear(&mut headers, &exchange);
        let policy = headers.get(CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap();
        assert!(policy.contains("'nonce-n0nce'") && policy.starts_with("default-src 'none';"), "{policy}");
        assert!(!policy.contains("unsafe-inline"), "{policy}");
        assert_eq!(headers.get(CACHE_CONTROL).unwrap(), "no-store");
        assert_eq!(headers.get("x-request-id").unwrap(), "id");
    }

    #[test]
    fn what_a_handler_says_about_caching_stands() {
        let mut headers = HeaderMap::new();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=1"));
        wear(
            &mut headers,
            &Exchange { request_id: "id".to_owned(), nonce: "n".to_owned(), appearance: Appearance::default() },
        );
        assert_eq!(headers.get(CACHE_CONTROL).unwrap(), "public, max-age=1");
    }

    #[test]
    fn the_log_holds_the_whole_chain() {
        let error = Problem::Store(crate::store::StoreError::Query {
            doing: "read the jobs",
            source: sqlx::Error::RowNotFound,
        });
        let text = chain(&error);
        assert!(text.contains("could not read the jobs") || text.contains("no rows returned"), "{text}");
    }
}
