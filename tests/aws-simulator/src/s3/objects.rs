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

/// An object of the export: its content is made when it is fetched.
struct Object {
    key: String,
    etag: String,
    last_modified: DateTime<Utc>,
    content: Content,
}

/// What an object holds.
#[derive(Clone, Copy)]
enum Content {
    /// A half of the month's lines, packed.
    Lines { month: NaiveDate, first: bool },
    /// A manifest that names the files of a delivery.
    Manifest { month: NaiveDate, delivery: u8 },
}

/// Everything in the bucket, by key.
fn objects(site: Site<'_>) -> Vec<Object> {
    let (account, now) = (site.account, site.fleet.now);
    let earliest = began(account).unwrap_or(now).max(now - TimeDelta::days(DAYS));
    let mut all = Vec::new();
    for month in bill::months(earliest, now) {
        let written = written(month, now);
        let mut add = |key: String, last_modified: DateTime<Utc>, content| {
            let version = format!("{} {}", last_modified, site.fleet.revision);
            let etag = format!("\"{:016x}\"", noise::key(7, &[&key, &version]));
            all.push(Object { key, etag, last_modified, content });
        };
        // The first delivery has half of what the second one holds, and is not in force any more.
        let before = written - TimeDelta::hours(8);
        add(data(month, 1, 1), before, Content::Lines { month, first: true });
        add(manifest(month, 1), before, Content::Manifest { month, delivery: 1 });
        add(data(month, 2, 1), written, Content::Lines { month, first: true });
        add(data(month, 2, 2), written, Content::Lines { month, first: false });
        add(manifest(month, 2), written, Content::Manifest { month, delivery: 2 });
    }
    all.sort_by(|a, b| a.key.cmp(&b.key));
    all
}

/// When an account first ran anything.
fn began(account: &Account) -> Option<DateTime<Utc>> {
    let regions = || account.regions.iter();
    let jobs = regions().flat_map(|region| &region.jobs).filter_map(|job| job.started);
    let endpoints = regions().flat_map(|region| &region.endpoints).map(|endpoint| endpoint.in_service());
    let holdings = regions().flat_map(|region| &region.holdings).flat_map(|holding| &holding.sessions);
    jobs.chain(endpoints).chain(holdings.map(|session| session.from)).min()
}

fn period(month: NaiveDate) -> String {
    format!("BILLING_PERIOD={}", month.format("%Y-%m"))
}

fn data(month: NaiveDate, delivery: u8, part: u8) -> String {
    format!("{PREFIX}/data/{}/{delivery}/all-{part:05}.csv.gz", period(month))
}

fn manifest(month: NaiveDate, delivery: u8) -> String {
    format!("{PREFIX}/metadata/{}/{delivery}/all-Manifest.json", period(month))
}

impl Content {
    fn bytes(self, account: &Account, now: DateTime<Utc>) -> Vec<u8> {
        match self {
            Self::Lines { month, first } => {
                let report = bill::report(account, month, now);
                let (header, lines) = report.split_once('\n').unwrap_or((&report, ""));
                let lines: Vec<&str> = lines.lines().collect();
                let (one, other) = lines.split_at(lines.len() / 2);
                let half = if first { one } else { other };
                packed(&format!("{header}\n{}\n", half.join("\n")))
            }
            Self::Manifest { month, delivery } => {
                let named: Vec<String> = (1..=delivery)
                    .map(|part| format!("s3://{}/{}", bucket(account), data(month, delivery, part)))
                    .collect();
                json!({ "exportName": "all", "dataFiles": named }).to_string().into_bytes()
            }
        }
    }
}

/// A month is written anew every hour until it is closed.
fn written(month: NaiveDate, now: DateTime<Utc>) -> DateTime<Utc> {
    let closed = (month + Months::new(1)).and_time(NaiveTime::MIN).and_utc() + TimeDelta::days(3);
    closed.min(now - TimeDelta::seconds(now.timestamp().rem_euclid(3_600)))
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
    Ok(objects(site))
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
                "<Contents><Key>{}</Key><LastModified>{}</LastModified><ETag>{}</ETag>\
                 <StorageClass>STANDARD</StorageClass></Contents>",
                object.key,
                object.last_modified.format("%Y-%m-%dT%H:%M:%S.000Z"),
                object.etag.replace('"', "&quot;")
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
    let etag = object.etag;
    if headers.get(IF_MATCH).and_then(|value| value.to_str().ok()).is_some_and(|wanted| wanted != etag) {
        let message = "At least one of the pre-conditions you specified did not hold";
        return Err(AwsError::new(StatusCode::PRECONDITION_FAILED, "PreconditionFailed", message));
    }
    let body = object.content.bytes(site.account, site.fleet.now);
    Ok(Answer { media_type: "binary/octet-stream", etag: Some(etag), body })
}

fn packed(content: &str) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // Writing into memory cannot fail.
    packer.write_all(content.as_bytes()).and_then(|()| packer.finish()).unwrap_or_default()
}
