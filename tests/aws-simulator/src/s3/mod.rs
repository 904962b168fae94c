//! S3 in path style, as far as it is asked: the buckets of an account with their rules, and the objects of a bill's export.

mod buckets;
pub mod objects;

use axum::http::header::{CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};

use crate::caller::{Caller, Site};
use crate::fleet::Fleet;
use crate::wire::AwsError;

/// What a request asks of a bucket or of an object in it.
pub(crate) struct Ask<'a> {
    pub(crate) bucket: &'a str,
    /// Empty where the bucket itself is asked.
    pub(crate) key: &'a str,
    /// Undecoded, without its question mark.
    pub(crate) query: &'a str,
}

/// An answer: its media type and ETag, and the bytes.
pub(crate) struct Answer {
    pub(crate) media_type: &'static str,
    pub(crate) etag: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Ask<'_> {
    /// The operation, as the service's model names it.
    pub(crate) fn operation(&self) -> &'static str {
        match (self.bucket, self.key, self.member("list-type").as_deref()) {
            ("", ..) => "ListBuckets",
            (_, "", Some("2")) => "ListObjectsV2",
            (_, "", _) => buckets::operation(self.query).unwrap_or_default(),
            _ => "GetObject",
        }
    }

    /// A member of the query, decoded.
    pub(crate) fn member(&self, name: &str) -> Option<String> {
        let pairs = self.query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| decoded(value))
    }
}

/// The action that a policy must allow for an operation; most are called as they are.
#[must_use]
pub fn action(operation: &str) -> &str {
    match operation {
        "ListObjectsV2" => "ListBucket",
        "ListBuckets" => "ListAllMyBuckets",
        "GetBucketLifecycleConfiguration" => "GetLifecycleConfiguration",
        "GetBucketEncryption" => "GetEncryptionConfiguration",
        other => other,
    }
}

pub(crate) fn answer(ask: &Ask<'_>, fleet: &Fleet, caller: &Caller, headers: &HeaderMap) -> Result<Answer, AwsError> {
    let site = Site::new(fleet, caller)?;
    let told = |text: String| Answer {
        media_type: "application/xml",
        etag: None,
        body: format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{text}").into_bytes(),
    };
    match ask.operation() {
        "ListBuckets" => buckets::list(ask, site.account).map(told),
        "ListObjectsV2" => objects::list(ask, site),
        "GetObject" => objects::get(ask, site, headers),
        operation if !operation.is_empty() => {
            buckets::answer(operation, ask.bucket, &caller.region, site.account).map(told)
        }
        _ => Err(AwsError::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", "This is not known here.")),
    }
}

/// `%2F` is a slash and `+` a blank.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let (high, low) = (hex(rest.next()).unwrap_or_default(), hex(rest.next()).unwrap_or_default());
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(crate) fn reply(result: Result<Answer, AwsError>) -> Response {
    match result {
        Ok(Answer { media_type, etag: Some(etag), body }) => {
            ([(CONTENT_TYPE, media_type.to_owned()), (ETAG, etag)], body).into_response()
        }
        Ok(Answer { media_type, etag: None, body }) => ([(CONTENT_TYPE, media_type)], body).into_response(),
        Err(error) => {
            let body = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{}</Code><Message>{}</Message></Error>",
                error.code, error.message
            );
            (error.status, [(CONTENT_TYPE, "application/xml")], body).into_response()
        }
    }
}
