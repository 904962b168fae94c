//! awsQuery, the protocol of STS: a form comes in, XML goes out.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::AwsError;

const MEDIA_TYPE: &str = "text/xml";
const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// The `Action` of a form body.
pub(crate) fn action(body: &[u8]) -> Option<&str> {
    let form = std::str::from_utf8(body).ok()?;
    form.split('&').find_map(|pair| pair.strip_prefix("Action="))
}

/// Answers one action for an account.
pub(crate) fn answer(action: &str, account: &str) -> Result<String, AwsError> {
    if action != "GetCallerIdentity" {
        return Err(AwsError::new(
            StatusCode::BAD_REQUEST,
            "InvalidAction",
            format!("Could not find operation {action}"),
        ));
    }
    Ok(format!(
        "<GetCallerIdentityResponse xmlns=\"{NAMESPACE}\"><GetCallerIdentityResult>\
         <Arn>arn:aws:iam::{account}:user/carbon-reader</Arn><UserId>AIDADEMO{account}</UserId><Account>{account}</Account>\
         </GetCallerIdentityResult><ResponseMetadata><RequestId>00000000-0000-0000-0000-{account}</RequestId></ResponseMetadata>\
         </GetCallerIdentityResponse>"
    ))
}

pub(crate) fn reply(result: Result<String, AwsError>) -> Response {
    let (status, body) = match result {
        Ok(body) => (StatusCode::OK, body),
        Err(error) => {
            let body = format!(
                "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>Sender</Type><Code>{}</Code><Message>{}</Message></Error>\
                 <RequestId>00000000-0000-0000-0000-000000000000</RequestId></ErrorResponse>",
                error.code,
                escaped(&error.message)
            );
            (error.status, body)
        }
    };
    (status, [(CONTENT_TYPE, MEDIA_TYPE)], body).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
