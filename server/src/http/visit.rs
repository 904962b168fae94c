//! One visit: who asks, for which address.

use axum::extract::{FromRequestParts, OriginalUri};
use http::Uri;
use http::request::Parts;

use super::dress::Exchange;
use super::problem::Problem;
use crate::auth::Principal;

/// Everything a handler needs to know about the request besides its body and its path parameters.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Who asks.
    pub principal: Principal,
    /// The request's id and nonce.
    pub exchange: Exchange,
    /// The address, as sent.
    pub uri: Uri,
}

impl<S: Send + Sync> FromRequestParts<S> for Principal {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(Problem::Misbuilt("a handler asks who is there on a route whose policy admits nobody"))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let principal = Principal::from_request_parts(parts, state).await?;
        let exchange =
            parts.extensions.get::<Exchange>().cloned().ok_or(Problem::Misbuilt("the request was not dressed"))?;
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
        Ok(Self { principal, exchange, uri: uri.clone() })
    }
}
