//! The table of routes. A route cannot be written down without a policy and an example of its address.

use std::convert::Infallible;

use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
use axum::middleware::Next;
use axum::routing::{MethodRouter, get, post};
use axum::{Router, middleware};
use http::Method;

use super::{AppState, kept};
use crate::auth::{Policy, Principal};

/// The ids an example address may name; a test fills them from what it stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Last segment of a job's address.
    pub job: String,
    /// The same of another job.
    pub other_job: String,
    /// Last segment of a tuning job's address.
    pub tuning: String,
    /// Last segment of an endpoint's address.
    pub endpoint: String,
    /// Last segment of a notebook's address.
    pub notebook: String,
    /// Last segment of a pipeline's address.
    pub pipeline: String,
    /// Last segment of the address of one of that pipeline's executions.
    pub execution: String,
    /// Last segment of a finding's address.
    pub finding: String,
    /// Last segment of a review's address.
    pub review: String,
    /// Last segment of the address of one of that review's actions.
    pub action: String,
    /// Last segment of a proposed factor set's address.
    pub proposal: String,
    /// Last segment of the address of a run of the import that has ended.
    pub run: String,
    /// Last segment of the short address of a saved view.
    pub view: String,
}

/// Makes the example address of a route, with its query string where it needs one.
pub type Example = fn(&Known) -> String;

/// One route as tests and readers see it.
#[derive(Debug, Clone)]
pub struct RouteInfo {
    /// GET or POST.
    pub method: Method,
    /// The pattern, such as `/jobs/{id}`.
    pub path: &'static str,
    /// Who is let in.
    pub policy: Policy,
    /// An address that matches the pattern.
    pub example: Example,
}

/// A route with its handler.
pub struct Route {
    info: RouteInfo,
    handler: MethodRouter<AppState>,
}

impl Route {
    /// Something to read; HEAD is answered as well.
    pub fn read<H, T>(path: &'static str, policy: Policy, example: Example, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        Self { info: RouteInfo { method: Method::GET, path, policy, example }, handler: get(handler) }
    }

    /// A form or another change.
    pub fn write<H, T>(path: &'static str, policy: Policy, example: Example, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        Self { info: RouteInfo { method: Method::POST, path, policy, example }, handler: post(handler) }
    }

    /// Takes larger bodies than others, in bytes.
    #[must_use]
    pub fn taking(mut self, most: usize) -> Self {
        self.handler = self.handler.layer(DefaultBodyLimit::max(most));
        self
    }

    /// The route without its handler.
    #[must_use]
    pub const fn info(&self) -> &RouteInfo {
        &self.info
    }

    /// Adds the route to a router, behind its policy.
    pub(super) fn join(self, router: Router<AppState>, state: &AppState) -> Router<AppState> {
        let policy = self.info.policy;
        // Layers are called from the last to the first: pages are kept for whom the policy admits.
        let kept = self.handler.route_layer(middleware::from_fn_with_state(state.clone(), kept::keep));
        let guarded = kept.route_layer(middleware::from_fn(move |request: Request, next: Next| async move {
            Ok::<_, Infallible>(next.run(admitted(policy, request)).await)
        }));
        router.route(self.info.path, guarded)
    }
}

/// Writes down who was let in. A handler that asks for a [`Principal`] on a route that admits nobody is refused.
fn admitted(policy: Policy, mut request: Request) -> Request {
    request.extensions_mut().remove::<Principal>();
    if let Some(principal) = policy.admit() {
        request.extensions_mut().insert(principal);
    }
    request
}
