//! awsQuery, the protocol of STS: a form comes in, XML goes out.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::AwsError;
use crate::fleet::Fleet;

const MEDIA_TYPE: &str = "text/xml";
const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// The `Action` of a form body.
pub(crate) fn action(body: &[u8]) -> Option<&str> {
    let form = std::str::from_utf8(body).ok()?;
    form.split('&').find_map(|pair| pair.strip_prefix("Action="))
}

/// What every simulated role asks for.
pub const EXTERNAL_ID: &str = "wattledger-simulated";

/// A member of a form body, unescaped.
fn member(body: &[u8], name: &str) -> Option<String> {
    let form = std::str::from_utf8(body).ok()?;
    let value = form.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    Some(value.replace("%3A", ":").replace("%2F", "/"))
}

/// Hands out the credentials of an account whose role and external id are named.
pub(crate) fn assume_role(body: &[u8], fleet: &Fleet) -> Result<String, AwsError> {
    let denied = |message: String| AwsError::new(StatusCode::FORBIDDEN, "AccessDenied", message);
    let role = member(body, "RoleArn").unwrap_or_default();
    let account = role.split(':').nth(4).and_then(|id| fleet.account(id));
    let account = account.ok_or_else(|| denied(format!("not authorized to perform: sts:AssumeRole on {role}")))?;
    if member(body, "ExternalId").as_deref() != Some(EXTERNAL_ID) {
        return Err(denied(format!("not authorized to perform: sts:AssumeRole on resource: {role}")));
    }
    let (id, key) = (&account.id, account.access_key_id());
    let until = (chrono::Utc::now() + chrono::TimeDelta::hours(1)).format("%Y-%m-%dT%H:%M:%SZ");
    Ok(format!(
        "<AssumeRoleResponse xmlns=\"{NAMESPACE}\"><AssumeRoleResult><AssumedRoleUser><Arn>{role}/wattledger</Arn>\
         <AssumedRoleId>AROADEMO{id}:wattledger</AssumedRoleId></AssumedRoleUser><Credentials>\
         <AccessKeyId>{key}</AccessKeyId><SecretAccessKey>demo</SecretAccessKey><SessionToken>demo</SessionToken>\
         <Expiration>{until}</Expiration></Credentials></AssumeRoleResult><ResponseMetadata>\
         <RequestId>00000000-0000-0000-0000-{id}</RequestId></ResponseMetadata></AssumeRoleResponse>"
    ))
}

/// Answers one other action for an account.
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
