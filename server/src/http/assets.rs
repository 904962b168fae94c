//! Static files, embedded in the program: the stylesheet, the icon, and the islands where they were built.

use std::borrow::Cow;
use std::sync::LazyLock;

use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use http::{HeaderMap, HeaderValue, StatusCode};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::problem::Problem;
use super::route::Route;
use crate::auth::Policy;

#[derive(RustEmbed)]
#[folder = "../style"]
struct Style;

#[derive(RustEmbed)]
#[folder = "../target/site/pkg"]
struct Islands;

/// Path of the stylesheet with its content hash, made once.
static STYLESHEET: LazyLock<String> = LazyLock::new(|| match Style::get("app.css") {
    Some(file) => format!("/style/app.css?v={}", version(&file)),
    None => "/style/app.css".to_owned(),
});

/// The static routes.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("/style/{file}", Policy::Public, |_| "/style/favicon.svg".to_owned(), style),
        Route::read("/favicon.ico", Policy::Public, |_| "/favicon.ico".to_owned(), icon),
        Route::read("/pkg/{file}", Policy::Public, |_| "/pkg/app.js".to_owned(), island),
    ]
}

/// Path of the stylesheet; a new sheet has a new path, so browsers may keep each for ever.
pub(super) fn stylesheet() -> String {
    STYLESHEET.clone()
}

/// Whether the islands are in this build.
#[must_use]
pub fn has_islands() -> bool {
    Islands::get("app.js").is_some() && Islands::get("app_bg.wasm").is_some()
}

async fn style(Path(file): Path<String>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    serve(&file, Style::get(&file), None, query.as_deref(), &headers)
}

async fn icon(headers: HeaderMap) -> Response {
    serve("favicon.svg", Style::get("favicon.svg"), None, None, &headers)
}

async fn island(Path(file): Path<String>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let packed = Islands::get(&format!("{file}.br"));
    serve(&file, Islands::get(&file), packed, query.as_deref(), &headers)
}

fn serve(
    name: &str,
    file: Option<EmbeddedFile>,
    packed: Option<EmbeddedFile>,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Response {
    let Some(file) = file else { return Problem::NoSuchPage.into_response() };
    let version = version(&file);
    let packed = packed.filter(|_| accepts_brotli(headers));
    let tag = format!("\"{version}{}\"", if packed.is_some() { "-br" } else { "" });
    let known = headers.get(IF_NONE_MATCH).is_some_and(|sent| names_tag(sent, &tag));
    let is_dated = query.is_some_and(|query| query.strip_prefix("v=") == Some(version.as_str()));
    let keep = if is_dated { "public, max-age=31536000, immutable" } else { "public, no-cache" };
    let mut response = if known { StatusCode::NOT_MODIFIED.into_response() } else { StatusCode::OK.into_response() };
    let kept = response.headers_mut();
    kept.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    kept.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        kept.insert(ETAG, tag);
    }
    if known {
        return response;
    }
    kept.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
    let data = match packed {
        Some(packed) => {
            kept.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
            packed.data
        }
        None => file.data,
    };
    *response.body_mut() = match data {
        Cow::Borrowed(bytes) => bytes.into(),
        Cow::Owned(bytes) => bytes.into(),
    };
    response
}

/// The types of the files we ship. A browser compiles WebAssembly while it arrives only under its own type.
fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}

/// The first half of the content's SHA-256, hexadecimal.
fn version(file: &EmbeddedFile) -> String {
    file.metadata.sha256_hash().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim().eq_ignore_ascii_case("br") && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

fn names_tag(sent: &HeaderValue, tag: &str) -> bool {
    sent.to_str().is_ok_and(|sent| {
        sent.split(',').map(|each| each.trim().trim_start_matches("W/")).any(|each| each == tag || each == "*")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: http::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn a_browser_that_has_the_file_is_told_so() {
        let file = || Style::get("favicon.svg");
        let first = serve("favicon.svg", file(), None, None, &HeaderMap::new());
        assert_eq!(first.status(), 200);
        assert_eq!(first.headers().get(CONTENT_TYPE).unwrap(), "image/svg+xml");
        let tag = first.headers().get(ETAG).unwrap().to_str().unwrap();
        let second = serve("favicon.svg", file(), None, None, &headers(IF_NONE_MATCH, tag));
        assert_eq!(second.status(), 304);
        assert!(second.headers().get(CONTENT_TYPE).is_none());
    }

    #[test]
    fn only_an_address_with_the_right_hash_is_kept_for_ever() {
        let version = version(&Style::get("favicon.svg").unwrap());
        for (query, immutable) in
            [(Some(format!("v={version}")), true), (Some("v=old".to_owned()), false), (None, false)]
        {
            let response = serve("favicon.svg", Style::get("favicon.svg"), None, query.as_deref(), &HeaderMap::new());
            let keep = response.headers().get(CACHE_CONTROL).unwrap().to_str().unwrap();
            assert_eq!(keep.contains("immutable"), immutable, "{query:?}");
        }
    }

    #[test]
    fn packed_files_go_to_those_who_can_unpack_them() {
        for (sent, wanted) in
            [("gzip, br", true), ("br;q=0.5", true), ("br;q=0", false), ("gzip", false), ("brx", false)]
        {
            assert_eq!(accepts_brotli(&headers(ACCEPT_ENCODING, sent)), wanted, "{sent}");
        }
        let response = serve(
            "favicon.svg",
            Style::get("favicon.svg"),
            Style::get("favicon.svg"),
            None,
            &headers(ACCEPT_ENCODING, "br"),
        );
        assert_eq!(response.headers().get(CONTENT_ENCODING).unwrap(), "br");
        assert!(response.headers().get(ETAG).unwrap().to_str().unwrap().ends_with("-br\""));
    }

    #[test]
    fn a_file_that_is_not_there_is_not_found() {
        assert_eq!(serve("x.js", None, None, None, &HeaderMap::new()).status(), 404);
        assert_eq!(content_type("app_bg.wasm"), "application/wasm");
    }
}
