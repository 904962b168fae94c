//! The three wire formats, and an error that can be said in each of them.

pub(crate) mod cbor;
pub(crate) mod json;
pub(crate) mod sts;

use axum::http::StatusCode;

/// What AWS refuses, and how it says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AwsError {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl AwsError {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// SageMaker's word for bad input and for things that do not exist.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ValidationException", message)
    }

    /// CloudWatch's word for bad input.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ValidationError", message)
    }

    pub(crate) fn serialization(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "SerializationException", message)
    }

    pub(crate) fn unknown_operation(operation: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "UnknownOperationException",
            format!("The operation {operation} is not known here."),
        )
    }

    pub(crate) fn throttled() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ThrottlingException", "Rate exceeded")
    }

    pub(crate) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalFailure",
            "The request processing has failed because of an unknown error.",
        )
    }

    pub(crate) fn denied(service: &str, operation: &str) -> Self {
        let message = format!("User is not authorized to perform: {service}:{operation}");
        // SageMaker and CloudWatch use different words and both use 4xx; 403 is what the SDKs must survive.
        let code = if service == "sagemaker" { "AccessDeniedException" } else { "AccessDenied" };
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    pub(crate) fn unknown_key() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        )
    }
}
