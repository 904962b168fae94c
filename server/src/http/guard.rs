//! Who may talk to a server on loopback: requests for our own names, and changes from our own pages.
//!
//! A page of another site can make a browser send requests here. Its name in `Host` (DNS rebinding) and its `Origin` or
//! `Sec-Fetch-Site` on a change give it away. A change without either header does not come from a browser, which always
//! sends one of them with a POST; it comes from a program of the person at this machine, and passes.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LENGTH, HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, Method, Uri};

use super::problem::Problem;

/// Longest address, in bytes.
const ADDRESS_LIMIT: usize = 8 * 1024;
/// Largest body, in bytes.
pub(super) const BODY_LIMIT: usize = 1024 * 1024;
/// Where files are sent.
pub(super) const FILES: &str = "/imports/files";
/// How large files may be together, in bytes.
pub(super) const UPLOAD_LIMIT: usize = 256 * 1024 * 1024;

/// Lets in what is short enough, meant for us and sent by us.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    match check(request.method(), request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn check(method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    if uri.path_and_query().map_or(0, |text| text.as_str().len()) > ADDRESS_LIMIT {
        return Err(Problem::AddressTooLong);
    }
    let host = own_host(uri, headers).ok_or(Problem::WrongHost)?;
    let limit = if uri.path() == FILES { UPLOAD_LIMIT } else { BODY_LIMIT };
    if announced_length(headers) > limit as u64 {
        return Err(Problem::BodyTooLarge);
    }
    if matches!(*method, Method::GET | Method::HEAD) { Ok(()) } else { same_origin(&host, headers) }
}

/// The host this request names, if it is one of ours; every `Host` header and an absolute address must agree.
fn own_host(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let mut named = headers.get_all(HOST).iter();
    let host = named.next()?.to_str().ok()?;
    if named.next().is_some() || !is_loopback_name(host) {
        return None;
    }
    if uri.authority().is_some_and(|authority| !authority.as_str().eq_ignore_ascii_case(host)) {
        return None;
    }
    Some(host.to_owned())
}

/// `localhost`, `127.0.0.1` or `[::1]`, with or without a port.
fn is_loopback_name(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host();
    let only_port_follows = match host.get(name.len()..) {
        Some("") => true,
        Some(rest) => rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok()),
        None => false,
    };
    host.starts_with(name)
        && only_port_follows
        && (name.eq_ignore_ascii_case("localhost") || matches!(name, "127.0.0.1" | "[::1]"))
}

fn same_origin(host: &str, headers: &HeaderMap) -> Result<(), Problem> {
    let foreign =
        Problem::Forbidden("This change was sent by another site. Open Wattledger itself and send it from there.");
    let site = headers.get("sec-fetch-site");
    if site.is_some_and(|site| !matches!(site.as_bytes(), b"same-origin" | b"none")) {
        return Err(foreign);
    }
    match headers.get(ORIGIN) {
        Some(origin) if !is_own_origin(origin.as_bytes(), host) => Err(foreign),
        _ => Ok(()),
    }
}

fn is_own_origin(origin: &[u8], host: &str) -> bool {
    let own = format!("http://{host}");
    let own = own.strip_suffix(":80").unwrap_or(&own);
    origin.eq_ignore_ascii_case(own.as_bytes())
}

fn announced_length(headers: &HeaderMap) -> u64 {
    headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(method: Method, pairs: &[(&'static str, &str)]) -> Option<u16> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        check(&method, &"/jobs?team=a".parse().unwrap(), &headers).err().map(|problem| problem.status().as_u16())
    }

    #[test]
    fn only_our_own_names_are_hosts() {
        for (host, allowed) in [
            ("localhost", true),
            ("LOCALHOST:4500", true),
            ("127.0.0.1:1", true),
            ("[::1]", true),
            ("[::1]:4500", true),
            ("localhost:", false),
            ("localhost:99999", false),
            ("localhost.evil.example", false),
            ("evil.example", false),
            ("127.0.0.2", false),
            ("user@localhost", false),
            ("localhost@evil.example", false),
            ("::1", false),
            ("", false),
        ] {
            assert_eq!(ask(Method::GET, &[("host", host)]), (!allowed).then_some(421), "{host:?}");
        }
        assert_eq!(ask(Method::GET, &[]), Some(421));
        assert_eq!(ask(Method::GET, &[("host", "localhost"), ("host", "localhost")]), Some(421));
    }

    #[test]
    fn changes_come_from_our_own_pages() {
        let host = ("host", "localhost:4500");
        for (headers, status) in [
            (vec![host], None),
            (vec![host, ("origin", "http://localhost:4500")], None),
            (vec![host, ("origin", "http://localhost:4500"), ("sec-fetch-site", "same-origin")], None),
            (vec![host, ("sec-fetch-site", "none")], None),
            (vec![host, ("origin", "http://localhost:4501")], Some(403)),
            (vec![host, ("origin", "https://localhost:4500")], Some(403)),
            (vec![host, ("origin", "http://evil.example")], Some(403)),
            (vec![host, ("origin", "null")], Some(403)),
            (vec![host, ("origin", "")], Some(403)),
            (vec![host, ("sec-fetch-site", "cross-site")], Some(403)),
            (vec![host, ("sec-fetch-site", "same-site")], Some(403)),
            (vec![host, ("origin", "http://localhost:4500"), ("sec-fetch-site", "cross-site")], Some(403)),
        ] {
            assert_eq!(ask(Method::POST, &headers), status, "{headers:?}");
        }
        assert_eq!(
            ask(Method::GET, &[host, ("sec-fetch-site", "cross-site")]),
            None,
            "links from elsewhere may be followed"
        );
        assert_eq!(ask(Method::POST, &[("host", "localhost:80"), ("origin", "http://localhost")]), None);
    }

    #[test]
    fn size_is_checked_before_anything_is_read() {
        let host = ("host", "localhost");
        assert_eq!(ask(Method::POST, &[host, ("content-length", "1048576")]), None);
        assert_eq!(ask(Method::POST, &[host, ("content-length", "1048577")]), Some(413));
        let long: Uri = format!("/jobs?q={}", "x".repeat(9000)).parse().unwrap();
        assert_eq!(check(&Method::GET, &long, &HeaderMap::new()).unwrap_err().status(), 414);
    }
}
