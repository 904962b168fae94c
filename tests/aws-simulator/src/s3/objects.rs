//! The export of an account's bill: months in two files each, the manifests that name them, and an older delivery beside.

use std::io::Write as _;

use axum::http::header::IF_MATCH;
use axum::http::{HeaderMap, StatusCode};
use chrono::{DateTime, Months, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde_json::json;

use super::{Answer, Ask};
use crate::bill;
use crate::caller::Site;
use crate::fleet::Account;
use crate::noise;
use crate::wire::AwsError;

/// What keys of the export begin with.
pub const PREFIX: &str = "cur/all";
/// How far back the export reaches.
const DAYS: i64 = 90;
/// Objects of a page: few, so that every reader has to turn one.
const PAGE: usize = 5;

/// The bucket that an account's bills are exported to.
#[must_use]
pub fn bucket(account: &Account) -> String {
    format!("bills-of-{}", account.id)
}

/// An object: its content is made when it is asked for.
struct Object {
    key: String,
    content: String,
    last_modified: DateTime<Utc>,
    is_packed: bool,
}

impl Object {
    /// As S3 writes it, with its quotes.
    fn etag(&self) -> String {
        format!("\"{:016x}\"", noise::key(7, &[&self.key, &self.content]))
    }
}

/// Everything in the bucket, by key.
fn objects(account: &Account, now: DateTime<Utc>) -> Vec<Object> {
    let mut all = Vec::new();
    for month in bill::months(now - TimeDelta::days(DAYS), now) {
        let report = bill::report(account, month, now);
        let mut lines: Vec<&str> = report.lines().collect();
        if lines.len() < 2 {
            continue;
        }
        let header = lines.remove(0);
        let (first, second) = lines.split_at(lines.len() / 2);
        let file = |lines: &[&str]| [&[header], lines].concat().join("\n") + "\n";
        let period = format!("BILLING_PERIOD={}", month.format("%Y-%m"));
        let data = |delivery: &str, part: u8| format!("{PREFIX}/data/{period}/{delivery}/all-{part:05}.csv.gz");
        let written = written(month, now);
        let parts = [(data("2", 1), file(first)), (data("2", 2), file(second))];
        let named: Vec<String> = parts.iter().map(|(key, _)| format!("s3://{}/{key}", bucket(account))).collect();
        let manifest = json!({
            "executionId": format!("{period}-2"),
            "exportName": "all",
            "dataFiles": named,
            "metadata": { "exportFormat": "TEXT_OR_CSV", "compression": "GZIP" },
        });
        for (key, content) in parts {
            all.push(Object { key, content, last_modified: written, is_packed: true });
        }
        // What was delivered before and is not in force any more.
        let before = written - TimeDelta::hours(8);
        all.push(Object { key: data("1", 1), content: file(first), last_modified: before, is_packed: true });
        let metadata = |delivery: &str| format!("{PREFIX}/metadata/{period}/{delivery}/all-Manifest.json");
        let older = json!({ "dataFiles": [format!("s3://{}/{}", bucket(account), data("1", 1))] });
        for (delivery, manifest, last_modified) in [("1", older, before), ("2", manifest, written)] {
            let (key, content) = (metadata(delivery), manifest.to_string());
            all.push(Object { key, content, last_modified, is_packed: false });
        }
    }
    all.sort_by(|a, b| a.key.cmp(&b.key));
    all
}

/// A month is written until it is closed.
fn written(month: NaiveDate, now: DateTime<Utc>) -> DateTime<Utc> {
    let closed = (month + Months::new(1)).and_time(NaiveTime::MIN).and_utc() + TimeDelta::days(3);
    closed.min(now)
}

/// The account's own bucket, or why it cannot be read.
fn opened(ask: &Ask<'_>, site: Site<'_>) -> Result<Vec<Object>, AwsError> {
    if ask.bucket != bucket(site.account) {
        let is_anothers = site.fleet.accounts.iter().any(|account| ask.bucket == bucket(account));
        return Err(if is_anothers {
            AwsError::new(StatusCode::FORBIDDEN, "AccessDenied", "Access Denied")
        } else {
            AwsError::new(StatusCode::NOT_FOUND, "NoSuchBucket", "The specified bucket does not exist")
        });
    }
    if site.account.regions.first().is_some_and(|home| site.region.is_none_or(|region| region.name != home.name)) {
        let message = "The bucket you are attempting to access must be addressed using the specified endpoint.";
        return Err(AwsError::new(StatusCode::MOVED_PERMANENTLY, "PermanentRedirect", message));
    }
    Ok(objects(site.account, site.fleet.now))
}

/// `ListObjectsV2`.
pub(super) fn list(ask: &Ask<'_>, site: Site<'_>) -> Result<Answer, AwsError> {
    let prefix = ask.member("prefix").unwrap_or_default();
    let after = ask.member("continuation-token").unwrap_or_default();
    let all = opened(ask, site)?;
    let mut rest = all.iter().filter(|object| object.key.starts_with(&prefix) && object.key > after);
    let page: Vec<&Object> = rest.by_ref().take(PAGE).collect();
    let is_truncated = rest.next().is_some();
    let next = page
        .last()
        .filter(|_| is_truncated)
        .map_or_else(String::new, |last| format!("<NextContinuationToken>{}</NextContinuationToken>", last.key));
    let contents: String = page
        .iter()
        .map(|object| {
            format!(
                "<Contents><Key>{}</Key><LastModified>{}</LastModified><ETag>{}</ETag><Size>{}</Size>\
                 <StorageClass>STANDARD</StorageClass></Contents>",
                object.key,
                object.last_modified.format("%Y-%m-%dT%H:%M:%S.000Z"),
                object.etag().replace('"', "&quot;"),
                object.content.len()
            )
        })
        .collect();
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
         <Name>{}</Name><Prefix>{prefix}</Prefix><KeyCount>{}</KeyCount><MaxKeys>{PAGE}</MaxKeys>\
         <IsTruncated>{is_truncated}</IsTruncated>{contents}{next}</ListBucketResult>",
        ask.bucket,
        page.len()
    );
    Ok(Answer { media_type: "application/xml", etag: None, body: body.into_bytes() })
}

/// `GetObject`.
pub(super) fn get(ask: &Ask<'_>, site: Site<'_>, headers: &HeaderMap) -> Result<Answer, AwsError> {
    let missing = || AwsError::new(StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist.");
    let object = opened(ask, site)?.into_iter().find(|object| object.key == ask.key).ok_or_else(missing)?;
    let etag = object.etag();
    if headers.get(IF_MATCH).and_then(|value| value.to_str().ok()).is_some_and(|wanted| wanted != etag) {
        let message = "At least one of the pre-conditions you specified did not hold";
        return Err(AwsError::new(StatusCode::PRECONDITION_FAILED, "PreconditionFailed", message));
    }
    let body = if object.is_packed { packed(&object.content) } else { object.content.into_bytes() };
    Ok(Answer { media_type: "binary/octet-stream", etag: Some(etag), body })
}

fn packed(content: &str) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // Writing into memory cannot fail.
    packer.write_all(content.as_bytes()).and_then(|()| packer.finish()).unwrap_or_default()
}
