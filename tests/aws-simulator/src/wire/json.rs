//! awsJson1_1, the protocol of SageMaker: times are epoch seconds with a fraction.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::AwsError;

const MEDIA_TYPE: &str = "application/x-amz-json-1.1";

pub(crate) fn reply(result: Result<Value, AwsError>) -> Response {
    match result {
        Ok(body) => ([(CONTENT_TYPE, MEDIA_TYPE)], body.to_string()).into_response(),
        Err(error) => {
            let body = json!({ "__type": error.code, "message": error.message }).to_string();
            (error.status, [(CONTENT_TYPE.as_str(), MEDIA_TYPE), ("x-amzn-errortype", error.code)], body)
                .into_response()
        }
    }
}

pub(crate) fn parse(body: &[u8]) -> Result<Value, AwsError> {
    if body.is_empty() {
        return Ok(json!({}));
    }
    match serde_json::from_slice(body) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err(AwsError::serialization("Start of structure expected.")),
        Err(error) => Err(AwsError::serialization(error.to_string())),
    }
}

/// A time as SageMaker writes it.
pub(crate) fn time(at: DateTime<Utc>) -> Value {
    json!(at.timestamp_millis() as f64 / 1000.0)
}

/// A text member, if it is there.
pub(crate) fn text<'a>(body: &'a Value, name: &str) -> Option<&'a str> {
    body.get(name).and_then(Value::as_str)
}

/// A text member that must be there.
pub(crate) fn required<'a>(body: &'a Value, name: &str) -> Result<&'a str, AwsError> {
    text(body, name).ok_or_else(|| {
        AwsError::validation(format!(
            "1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null"
        ))
    })
}

/// A time member in epoch milliseconds, if it is there.
pub(crate) fn instant_ms(body: &Value, name: &str) -> Option<i64> {
    body.get(name).and_then(Value::as_f64).map(|seconds| crate::noise::floor(seconds * 1000.0 + 0.5))
}

/// Leaves out what is null: AWS omits members it has no value for.
pub(crate) fn without_nulls(mut value: Value) -> Value {
    if let Value::Object(members) = &mut value {
        members.retain(|_, member| !member.is_null());
    }
    value
}
