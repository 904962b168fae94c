//! Where bills lie in S3, and what Cost Explorer says of a day.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

/// The place of an export: `s3://bucket/prefix`, with `?region=eu-west-1` where the bucket lies in another region than the
/// one that is asked first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExportPlace {
    /// Bucket.
    pub bucket: String,
    /// What the keys of the export begin with; never with a slash at either end.
    pub prefix: String,
    /// The bucket's region, where it was given.
    pub region: Option<String>,
}

impl FromStr for ExportPlace {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "{text} is no place of an export, such as s3://bucket/prefix or s3://bucket/prefix?region=eu-west-1"
            )
        };
        let rest = text.strip_prefix("s3://").ok_or_else(wrong)?;
        let (path, region) = match rest.split_once("?region=") {
            Some((path, region)) => (path, Some(region)),
            None => (rest, None),
        };
        let (bucket, prefix) = path.split_once('/').unwrap_or((path, ""));
        let plain = |text: &str, more: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || more.as_bytes().contains(&byte))
        };
        let fits = (3..=63).contains(&bucket.len()) && plain(bucket, ".-") && !path.contains(['?', '#', '*']);
        if !fits || region.is_some_and(|region| region.is_empty() || !plain(region, "-")) {
            return Err(wrong());
        }
        Ok(Self {
            bucket: bucket.to_owned(),
            prefix: prefix.trim_matches('/').to_owned(),
            region: region.map(str::to_owned),
        })
    }
}

impl fmt::Display for ExportPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "s3://{}", self.bucket)?;
        if !self.prefix.is_empty() {
            write!(formatter, "/{}", self.prefix)?;
        }
        Ok(())
    }
}

/// An object of a bucket, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredObject {
    /// Key.
    pub key: String,
    /// Changes with the content.
    pub etag: String,
    /// When it was written.
    pub last_modified: DateTime<Utc>,
    /// Bytes.
    pub bytes: i64,
}

/// AWS' own total of a day: of a usage type, or of a usage type and a value of a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExploredDay {
    /// UTC day.
    pub day: NaiveDate,
    /// For example `USE1-Train:ml.g5.xlarge`.
    pub usage_type: String,
    /// Key of the tag; empty where no tag was asked for.
    pub tag_key: String,
    /// Its value; empty where a resource carries none.
    pub tag_value: String,
    /// As billed.
    pub unblended: Decimal,
    /// With commitments spread over what they covered.
    pub amortised: Decimal,
    /// ISO 4217.
    pub currency: String,
    /// Whether AWS still revises it.
    pub is_estimated: bool,
}

#[cfg(test)]
mod tests {
    use super::ExportPlace;

    #[test]
    fn places_are_read_or_refused_with_an_example() {
        for (text, bucket, prefix, region) in [
            ("s3://bills", "bills", "", None),
            ("s3://bills/cur/all/", "bills", "cur/all", None),
            ("s3://my.bills-1/cur?region=eu-west-1", "my.bills-1", "cur", Some("eu-west-1")),
        ] {
            let read: ExportPlace = text.parse().unwrap();
            assert_eq!((read.bucket.as_str(), read.prefix.as_str(), read.region.as_deref()), (bucket, prefix, region));
        }
        for text in [
            "bills/cur",
            "https://bills/cur",
            "s3://",
            "s3://B/x",
            "s3://bills/*",
            "s3://bills/x?region=",
            "s3://bills/x?y",
        ] {
            assert!(text.parse::<ExportPlace>().unwrap_err().contains("such as s3://bucket/prefix"), "{text}");
        }
    }
}
