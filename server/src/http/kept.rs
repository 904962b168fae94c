//! Pages that were made of this very state of the database, kept for whoever asks for the same next.
//!
//! Nothing is ever thrown away for being old: a page is found under what the database shows at the moment, and no writing
//! transaction commits without changing that. Ages are told by the minute, so the minute belongs to it too.

use std::sync::Arc;

use axum::body::{Body, Bytes, HttpBody as _, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, COOKIE, HeaderName, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use moka::sync::Cache;
use tokio::sync::Mutex;

use super::AppState;
use super::dress::Exchange;
use super::problem::Problem;
use crate::auth::Principal;
use crate::store::reading::{self, Moment};

/// Bytes of all pages together.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// Bytes of one page; a longer one is made each time.
const MOST_BYTES_EACH: usize = 4 * 1024 * 1024;
/// Pages that somebody may be making.
const MOST_TURNS: u64 = 1_000;
/// Says whether an answer was made for this request (`miss`) or kept from an earlier one (`hit`).
const X_CACHE: HeaderName = HeaderName::from_static("x-cache");

/// The shelf of kept pages; cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pages: Cache<Key, Page>,
    /// Who makes a page first; whoever wants the same waits for it, so that a page that many look at is made once.
    turns: Cache<Key, Arc<Mutex<()>>>,
}

/// What a page depends on: who asks, for what, with which choices, of which state of the database.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    principal: &'static str,
    address: String,
    cookies: Vec<Vec<u8>>,
    moment: Moment,
}

/// A page in two halves, between which the nonce of an answer stands.
#[derive(Debug, Clone)]
struct Page {
    before: Bytes,
    after: Bytes,
    kind: HeaderValue,
    has_nonce: bool,
}

impl Default for Kept {
    fn default() -> Self {
        let weight = |key: &Key, page: &Page| {
            let bytes = key.address.len() + page.before.len() + page.after.len();
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        Self {
            pages: Cache::builder().max_capacity(MOST_BYTES).weigher(weight).build(),
            turns: Cache::builder().max_capacity(MOST_TURNS).build(),
        }
    }
}

/// Answers with a page that was kept, or makes it and keeps it.
pub(super) async fn keep(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let known = request.extensions();
    let asked = (request.method(), known.get::<Principal>().cloned(), known.get::<Exchange>().cloned());
    let (&Method::GET, Some(principal), Some(exchange)) = asked else { return next.run(request).await };
    // Where the database does not answer, the page itself says so, or does without.
    let Ok(moment) = reading::moment(&state.database.web).await else { return next.run(request).await };
    let key = Key {
        principal: principal.name(),
        address: request.uri().path_and_query().map_or_else(String::new, ToString::to_string),
        cookies: request.headers().get_all(COOKIE).iter().map(|value| value.as_bytes().to_vec()).collect(),
        moment,
    };
    let Kept { pages, turns } = &state.kept;
    if let Some(page) = pages.get(&key) {
        return page.answer(&exchange.nonce);
    }
    let turn = turns.get_with_by_ref(&key, Arc::default);
    let _turn = turn.lock().await;
    if let Some(page) = pages.get(&key) {
        return page.answer(&exchange.nonce);
    }
    let response = next.run(request).await;
    if !is_page(response.status(), response.headers()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // What is rendered is in memory already, so its length is known.
    let known = body.size_hint().exact().and_then(|length| usize::try_from(length).ok());
    let Some(length) = known.filter(|length| *length <= MOST_BYTES_EACH) else {
        return Response::from_parts(parts, body);
    };
    let html = match to_bytes(body, length).await {
        Ok(html) => html,
        Err(_) => return Problem::Misbuilt("a page ended before its end").into_response(),
    };
    if let Some(page) = Page::of(&html, &exchange.nonce, parts.headers.get(CONTENT_TYPE)) {
        pages.insert(key, page);
        parts.headers.insert(X_CACHE, HeaderValue::from_static("miss"));
    }
    Response::from_parts(parts, Body::from(html))
}

/// Pages alone: what is streamed, refused, sets a choice or says itself how long it holds is none of ours.
fn is_page(status: StatusCode, headers: &HeaderMap) -> bool {
    let is_html = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    status == StatusCode::OK && is_html && !headers.contains_key(SET_COOKIE) && !headers.contains_key(CACHE_CONTROL)
}

impl Page {
    /// Nothing where the nonce stands more than once: then it cannot be exchanged.
    fn of(html: &Bytes, nonce: &str, kind: Option<&HeaderValue>) -> Option<Self> {
        let kind = kind?.clone();
        let text = std::str::from_utf8(html).ok()?;
        let mut places = text.match_indices(nonce).map(|(at, _)| at);
        let Some(at) = places.next() else {
            return Some(Self { before: html.clone(), after: Bytes::new(), kind, has_nonce: false });
        };
        places.next().is_none().then(|| Self {
            before: html.slice(..at),
            after: html.slice(at + nonce.len()..),
            kind,
            has_nonce: true,
        })
    }

    fn answer(&self, nonce: &str) -> Response {
        let mut html = Vec::with_capacity(self.before.len() + nonce.len() + self.after.len());
        html.extend_from_slice(&self.before);
        if self.has_nonce {
            html.extend_from_slice(nonce.as_bytes());
        }
        html.extend_from_slice(&self.after);
        let headers = [(CONTENT_TYPE, self.kind.clone()), (X_CACHE, HeaderValue::from_static("hit"))];
        (headers, html).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(response: Response) -> String {
        let body = futures::executor::block_on(to_bytes(response.into_body(), usize::MAX)).unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[test]
    fn a_kept_page_wears_the_nonce_of_its_answer() {
        let kind = HeaderValue::from_static("text/html");
        let page = |html: &'static str| Page::of(&Bytes::from_static(html.as_bytes()), "abc", Some(&kind));
        assert_eq!(
            text(page("<script nonce=\"abc\">1</script>").unwrap().answer("xyz")),
            "<script nonce=\"xyz\">1</script>"
        );
        assert_eq!(text(page("<p>none</p>").unwrap().answer("xyz")), "<p>none</p>");
        assert!(page("abc abc").is_none(), "which of them is it?");
    }

    #[test]
    fn only_whole_pages_are_kept() {
        type Headers = &'static [(HeaderName, &'static str)];
        let rows: [(u16, Headers, bool); 6] = [
            (200, &[(CONTENT_TYPE, "text/html; charset=utf-8")], true),
            (404, &[(CONTENT_TYPE, "text/html; charset=utf-8")], false),
            (200, &[(CONTENT_TYPE, "text/csv")], false),
            (200, &[(CONTENT_TYPE, "text/html"), (SET_COOKIE, "theme=dark")], false),
            (200, &[(CONTENT_TYPE, "text/html"), (CACHE_CONTROL, "no-store")], false),
            (200, &[], false),
        ];
        for (status, headers, expected) in rows {
            let map = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
            assert_eq!(is_page(StatusCode::from_u16(status).unwrap(), &map), expected, "{status} {map:?}");
        }
    }
}
