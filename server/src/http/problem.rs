//! What can go wrong with a request: a status, a sentence and a next step for the visitor, the cause for the log.

use std::sync::Arc;

use app::view::{Crumb, ErrorView};
use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

use crate::estimate::EstimateError;
use crate::store::StoreError;

/// A request that got no answer of its own.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// No route has this address.
    #[error("There is nothing at this address.")]
    NoSuchPage,
    /// The address has the right shape and names nothing; also what belongs to an account out of scope.
    #[error("There is no {what} of this name here. It may have been renamed, or it lies outside what you may see.")]
    NoSuchThing {
        /// For example `job`.
        what: &'static str,
        /// Where the others are listed.
        list: &'static str,
    },
    /// The address answers other methods.
    #[error("This address cannot be used in this way.")]
    WrongMethod,
    /// The query string cannot be read.
    #[error("{sentence}")]
    BadQuery {
        /// What is wrong with it.
        sentence: String,
        /// A link that helps.
        next: Crumb,
    },
    /// The request cannot be read at all.
    #[error("{0}")]
    BadRequest(String),
    /// A form whose fields cannot be read. (Fields that can be read and are refused give the page again.)
    #[error("{0}")]
    Unprocessable(String),
    /// Somebody else changed the thing first.
    #[error("{0}")]
    Conflict(String),
    /// The request comes from another site.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The request names a host that this server is not.
    #[error("This server answers to localhost, 127.0.0.1 and [::1] only.")]
    WrongHost,
    /// The address is longer than 8 KiB.
    #[error("This address is longer than 8 KiB. Remove some filters.")]
    AddressTooLong,
    /// The body is larger than this address takes.
    #[error("This request is too large. Files may have 256 MiB together; larger bills are taken by `wattledger bill`.")]
    BodyTooLarge,
    /// The handler took too long.
    #[error("This page took longer than 30 seconds. A shorter period takes less.")]
    TookTooLong,
    /// Files took too long to arrive or to be read.
    #[error(
        "The files took longer than half an hour. `wattledger bill` and `wattledger usage` read them without a limit."
    )]
    FilesTookTooLong,
    /// The handler panicked.
    #[error("Something went wrong on our side.")]
    Panicked,
    /// A handler and its route disagree.
    #[error("Something went wrong on our side.")]
    Misbuilt(&'static str),
    /// The database refused or cannot be reached.
    #[error("{}", store_sentence(.0))]
    Store(#[from] StoreError),
    /// The factor tables cannot be used.
    #[error("The factor tables of the active estimate cannot be used.")]
    Factors(#[from] EstimateError),
    /// A CSV or another writer failed.
    #[error("Something went wrong on our side.")]
    Write(#[from] csv::Error),
    /// A JSON writer failed.
    #[error("Something went wrong on our side.")]
    WriteJson(#[from] serde_json::Error),
}

impl Problem {
    /// The status code.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NoSuchPage | Self::NoSuchThing { .. } => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::BadQuery { .. } | Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Unprocessable(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::WrongHost => StatusCode::MISDIRECTED_REQUEST,
            Self::AddressTooLong => StatusCode::URI_TOO_LONG,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TookTooLong | Self::FilesTookTooLong => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(error) if is_passing(error) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Panicked
            | Self::Misbuilt(_)
            | Self::Store(_)
            | Self::Factors(_)
            | Self::Write(_)
            | Self::WriteJson(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What the visitor sees; the request id is added where the page is drawn.
    #[must_use]
    pub fn view(&self) -> ErrorView {
        let links = match self {
            Self::NoSuchThing { what, list } => vec![crumb(&format!("All {what}s"), list), overview()],
            Self::BadQuery { next, .. } => vec![next.clone(), overview()],
            Self::Store(error) if is_passing(error) => vec![crumb("Is the server ready?", "/readyz"), overview()],
            _ => vec![overview()],
        };
        ErrorView {
            status: self.status().as_u16(),
            title: self.title().to_owned(),
            sentence: self.to_string(),
            details: None,
            nearest: Vec::new(),
            links,
        }
    }

    /// The problem that best fits an answer some layer gave without one.
    pub(super) fn of_status(status: StatusCode, said: &str) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NoSuchPage,
            StatusCode::METHOD_NOT_ALLOWED => Self::WrongMethod,
            StatusCode::PAYLOAD_TOO_LARGE => Self::BodyTooLarge,
            StatusCode::URI_TOO_LONG => Self::AddressTooLong,
            StatusCode::UNPROCESSABLE_ENTITY => {
                Self::Unprocessable(format!("The form could not be read. {said}").trim_end().to_owned())
            }
            status if status.is_client_error() => {
                Self::BadRequest(format!("The request could not be read. {said}").trim_end().to_owned())
            }
            _ => Self::Misbuilt("a layer failed without saying why"),
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::NoSuchPage | Self::NoSuchThing { .. } => "Not found",
            Self::WrongMethod => "Method not allowed",
            Self::BadQuery { .. } | Self::BadRequest(_) => "This address cannot be read",
            Self::Unprocessable(_) => "This form cannot be read",
            Self::Conflict(_) => "Somebody was faster",
            Self::Forbidden(_) => "Refused",
            Self::WrongHost => "Wrong host",
            Self::AddressTooLong => "Address too long",
            Self::BodyTooLarge => "Request too large",
            Self::TookTooLong | Self::FilesTookTooLong => "This took too long",
            Self::Store(error) if is_passing(error) => "The database cannot be reached",
            Self::Panicked
            | Self::Misbuilt(_)
            | Self::Store(_)
            | Self::Factors(_)
            | Self::Write(_)
            | Self::WriteJson(_) => "Something went wrong",
        }
    }
}

/// The problem behind a response, for the layer that draws its page and writes its line in the log.
#[derive(Debug, Clone)]
pub(super) struct Behind(pub(super) Arc<Problem>);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut response = status.into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response.extensions_mut().insert(Behind(Arc::new(self)));
        response
    }
}

/// Whether the same request may well succeed in a moment.
fn is_passing(error: &StoreError) -> bool {
    error.is_unreachable() || error.is_passing()
}

fn store_sentence(error: &StoreError) -> &'static str {
    if error.is_unreachable() {
        "Wattledger cannot reach its database. Check that Postgres runs and that DATABASE_URL names it, then try again; \
         nothing was lost."
    } else if is_passing(error) {
        "The database took too long to answer. Try again in a moment, or choose a shorter period."
    } else {
        "Something went wrong on our side."
    }
}

fn overview() -> Crumb {
    crumb("Overview", "/")
}

fn crumb(label: &str, href: &str) -> Crumb {
    Crumb { label: label.to_owned(), href: href.to_owned() }
}
