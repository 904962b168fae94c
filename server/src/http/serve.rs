//! The router with its layers, and the loop that serves it.

use std::future::Future;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use http::header::CONTENT_TYPE;
use http::{Extensions, HeaderMap, StatusCode, Version};
use tokio::net::TcpListener;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use super::route::{Route, RouteInfo};
use super::{
    AppState, Problem, accounts, appearance, assets, calculator, configuration, dress, factor_sets, gaps, guard,
    health, jobs, kpis, onboarding, pages, pins, pipelines, recommendations, reconciliation, reviews, runs, search,
    storage, teams, trends, units, uploads, views, why, working_hours,
};
use crate::auth::{NotLoopback, require_loopback};

/// The server could not begin or had to end.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Other machines could reach the address.
    #[error(transparent)]
    NotLoopback(#[from] NotLoopback),
    /// The socket failed.
    #[error("could not serve pages")]
    Socket(#[from] std::io::Error),
}

/// Serves pages until `shutdown` resolves, then finishes the answers that have begun.
///
/// # Errors
/// [`ServeError::NotLoopback`] before anything is served, if other machines could reach the listener.
pub async fn serve(
    listener: TcpListener,
    state: AppState,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    require_loopback(listener.local_addr()?)?;
    if !assets::has_islands() {
        tracing::info!("the islands are not in this build; every page still reads, charts have no cursor");
    }
    let closing = state.closing.clone();
    let shutdown = async move {
        shutdown.await;
        closing.begin();
    };
    axum::serve(listener, router(state)).with_graceful_shutdown(shutdown).await?;
    Ok(())
}

/// Every route with its policy and an example, for tests to walk.
#[must_use]
pub fn routes() -> Vec<RouteInfo> {
    table().iter().map(|route| route.info().clone()).collect()
}

/// The whole application, ready to be served or called in a test.
pub fn router(state: AppState) -> Router {
    let router = table().into_iter().fold(Router::new(), |router, route| route.join(router, &state));
    // Layers are called from the last to the first.
    router
        .fallback(|| async { Problem::NoSuchPage })
        .method_not_allowed_fallback(|| async { Problem::WrongMethod })
        .layer(DefaultBodyLimit::max(guard::BODY_LIMIT))
        .layer(from_fn(guard::guard))
        .layer(from_fn(dress::in_time))
        .layer(CatchPanicLayer::custom(dress::panicked))
        .layer(from_fn_with_state(state.clone(), dress::dress))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(is_text))
        .with_state(state)
}

fn table() -> Vec<Route> {
    [
        accounts::routes(),
        appearance::routes(),
        health::routes(),
        assets::routes(),
        pages::routes(),
        trends::routes(),
        views::routes(),
        kpis::routes(),
        jobs::routes(),
        pipelines::routes(),
        storage::routes(),
        pins::routes(),
        calculator::routes(),
        configuration::routes(),
        reconciliation::routes(),
        recommendations::routes(),
        reviews::routes(),
        factor_sets::routes(),
        teams::routes(),
        units::routes(),
        working_hours::routes(),
        uploads::routes(),
        runs::routes(),
        gaps::routes(),
        onboarding::routes(),
        search::routes(),
        why::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Pages, the stylesheet, the icon and the calculator's factors; what is streamed or packed already is left alone.
fn is_text(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| {
        [b"text/html".as_slice(), b"text/css", b"image/svg+xml", b"application/json"]
            .iter()
            .any(|each| kind.as_bytes().starts_with(each))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Policy;
    use crate::http::Known;
    use http::Method;
    use std::collections::BTreeSet;

    fn known() -> Known {
        Known {
            job: "train.0000000000000001".to_owned(),
            other_job: "train.0000000000000004".to_owned(),
            tuning: "sweep.0000000000000005".to_owned(),
            endpoint: "serve.0000000000000002".to_owned(),
            notebook: "n".to_owned(),
            pipeline: "pipeline.0".to_owned(),
            execution: "0".to_owned(),
            finding: "1-0000000000000003".to_owned(),
            review: "2026-W46".to_owned(),
            action: "00000000-0000-7000-8000-000000000001".to_owned(),
            proposal: "1".to_owned(),
            run: "00000000-0000-7000-8000-000000000002".to_owned(),
            view: "last-week-1a2b".to_owned(),
        }
    }

    fn matches(pattern: &str, path: &str) -> bool {
        let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
        pattern.len() == path.len()
            && pattern.iter().zip(&path).all(|(pattern, segment)| {
                if pattern.starts_with('{') { !segment.is_empty() } else { pattern == segment }
            })
    }

    #[test]
    fn every_route_has_a_policy_that_fits_and_an_example_that_matches() {
        let mut seen = BTreeSet::new();
        for route in routes() {
            let writes = route.policy == Policy::OwnerWrites;
            assert_eq!(route.method == Method::POST, writes, "{} {}", route.method, route.path);
            let example = (route.example)(&known());
            let path = example.split('?').next().unwrap();
            assert!(matches(route.path, path), "{example} does not match {}", route.path);
            assert!(seen.insert((route.method.to_string(), route.path)), "{} is there twice", route.path);
        }
    }

    #[test]
    fn only_health_and_files_are_public() {
        for route in routes().iter().filter(|route| route.policy == Policy::Public) {
            let is_expected = ["/healthz", "/readyz", "/favicon.ico"].contains(&route.path)
                || route.path.starts_with("/style/")
                || route.path.starts_with("/pkg/");
            assert!(is_expected, "{} is public", route.path);
        }
    }
}
