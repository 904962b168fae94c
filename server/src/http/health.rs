//! Whether the process lives, and whether it can do its work.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::RETRY_AFTER;

use super::AppState;
use super::dress::Plain;
use super::route::Route;
use crate::auth::Policy;
use crate::store::schema;

/// The routes for whoever watches the process.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::read("/healthz", Policy::Public, |_| "/healthz".to_owned(), alive),
        Route::read("/readyz", Policy::Public, |_| "/readyz".to_owned(), ready),
    ]
}

async fn alive() -> &'static str {
    "alive\n"
}

async fn ready(State(state): State<AppState>) -> Response {
    match schema::is_current(&state.database.web).await {
        Ok(true) => "ready\n".into_response(),
        Ok(false) => wait("not ready: the schema is older than this program; run `wattledger migrate`\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            wait("not ready: the database cannot be reached\n")
        }
    }
}

fn wait(text: &str) -> Response {
    let mut response = (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "5")], text.to_owned()).into_response();
    response.extensions_mut().insert(Plain);
    response
}
