//! The buckets of an account and their rules.

use axum::http::StatusCode;

use super::Ask;
use crate::fleet::Account;
use crate::wire::AwsError;

const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";
/// AWS may give fewer than were asked for.
const PAGE: usize = 3;
const TOKEN_PREFIX: &str = "simulated-bucket-";

/// How a kind of bucket is set up: one for each of the ways in which a reader can go wrong.
struct Setup {
    /// Its name ends with the number of its account.
    name: &'static str,
    region: &'static str,
    /// Rules as XML; `None` where none was ever written.
    lifecycle: Option<&'static str>,
    /// `None` where none was ever written, as of buckets from before 2023.
    encryption: Option<&'static str>,
    versioning: &'static str,
    /// An operation that the bucket's own policy denies to everybody.
    denied: &'static str,
}

const SETUPS: [Setup; 5] = [
    Setup {
        name: "capture",
        region: "us-east-1",
        lifecycle: Some(
            "<Rule><ID>month</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status>\
             <Expiration><Days>30</Days></Expiration></Rule>",
        ),
        encryption: Some("AES256"),
        versioning: "",
        denied: "GetBucketEncryption",
    },
    Setup {
        name: "datasets",
        region: "us-east-1",
        lifecycle: None,
        encryption: None,
        versioning: "<Status>Suspended</Status>",
        denied: "",
    },
    Setup {
        name: "features",
        region: "eu-central-1",
        lifecycle: Some(
            "<Rule><ID>cold</ID><Filter><Prefix>nlp/</Prefix></Filter><Status>Enabled</Status>\
             <Transition><Days>90</Days><StorageClass>GLACIER_IR</StorageClass></Transition></Rule>\
             <Rule><ID>old</ID><Filter></Filter><Status>Disabled</Status><Expiration><Days>7</Days></Expiration></Rule>",
        ),
        encryption: Some("AES256"),
        versioning: "",
        denied: "",
    },
    Setup {
        name: "models",
        region: "us-east-1",
        lifecycle: Some(
            "<Rule><ID>versions</ID><Filter></Filter><Status>Enabled</Status>\
             <NoncurrentVersionExpiration><NoncurrentDays>30</NoncurrentDays></NoncurrentVersionExpiration>\
             <AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation>\
             </AbortIncompleteMultipartUpload></Rule>",
        ),
        encryption: Some("aws:kms"),
        versioning: "<Status>Enabled</Status>",
        denied: "",
    },
    Setup {
        name: "training",
        region: "us-east-1",
        lifecycle: None,
        encryption: Some("AES256"),
        versioning: "",
        denied: "",
    },
];

/// The operation that a query of a bucket's address stands for; `None` for one that is not simulated.
pub(super) fn operation(query: &str) -> Option<&'static str> {
    let names = |name: &str| query.split('&').any(|pair| pair.split('=').next() == Some(name));
    let operations = [
        ("lifecycle", "GetBucketLifecycleConfiguration"),
        ("encryption", "GetBucketEncryption"),
        ("versioning", "GetBucketVersioning"),
    ];
    operations.into_iter().find(|(name, _)| names(name)).map(|(_, operation)| operation)
}

/// A page of the account's buckets.
pub(super) fn list(ask: &Ask<'_>, account: &Account) -> Result<String, AwsError> {
    let offset: usize = match ask.member("continuation-token") {
        None => 0,
        Some(token) => token
            .strip_prefix(TOKEN_PREFIX)
            .and_then(|offset| offset.parse().ok())
            .ok_or_else(|| AwsError::new(StatusCode::BAD_REQUEST, "InvalidArgument", "The token is not valid"))?,
    };
    // Regions are told to those alone who give a parameter.
    let with_region = ask.member("max-buckets").is_some();
    let bucket = |setup: &Setup| {
        let region = if with_region { format!("<BucketRegion>{}</BucketRegion>", setup.region) } else { String::new() };
        format!(
            "<Bucket><CreationDate>2025-03-01T09:00:00.000Z</CreationDate><Name>{}-{}</Name>{region}</Bucket>",
            setup.name, account.id
        )
    };
    let page: String = SETUPS.iter().skip(offset).take(PAGE).map(bucket).collect();
    let next = (SETUPS.len() > offset + PAGE).then(|| {
        let offset = offset + PAGE;
        format!("<ContinuationToken>{TOKEN_PREFIX}{offset}</ContinuationToken>")
    });
    Ok(format!(
        "<ListAllMyBucketsResult xmlns=\"{NAMESPACE}\"><Buckets>{page}</Buckets><Owner><ID>{}</ID></Owner>{}\
         </ListAllMyBucketsResult>",
        account.id,
        next.unwrap_or_default()
    ))
}

/// Answers one question about a bucket, where it lies and to whom it belongs.
pub(super) fn answer(operation: &str, bucket: &str, region: &str, account: &Account) -> Result<String, AwsError> {
    let setup = SETUPS
        .iter()
        .find(|setup| bucket.strip_prefix(setup.name).and_then(|rest| rest.strip_prefix('-')) == Some(&account.id))
        // Other people's buckets tell nothing, not even whether they exist.
        .ok_or_else(|| AwsError::denied("s3", operation))?;
    if setup.region != region {
        return Err(AwsError::new(
            StatusCode::MOVED_PERMANENTLY,
            "PermanentRedirect",
            "The bucket you are attempting to access must be addressed using the specified endpoint.",
        ));
    }
    if setup.denied == operation {
        return Err(AwsError::denied("s3", operation));
    }
    let missing = |code: &'static str, message: &str| AwsError::new(StatusCode::NOT_FOUND, code, message);
    match operation {
        "GetBucketLifecycleConfiguration" => setup
            .lifecycle
            .map(|rules| format!("<LifecycleConfiguration xmlns=\"{NAMESPACE}\">{rules}</LifecycleConfiguration>"))
            .ok_or_else(|| {
                missing("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist")
            }),
        "GetBucketEncryption" => setup
            .encryption
            .map(|algorithm| {
                format!(
                    "<ServerSideEncryptionConfiguration xmlns=\"{NAMESPACE}\"><Rule><ApplyServerSideEncryptionByDefault>\
                     <SSEAlgorithm>{algorithm}</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>\
                     </ServerSideEncryptionConfiguration>"
                )
            })
            .ok_or_else(|| {
                missing(
                    "ServerSideEncryptionConfigurationNotFoundError",
                    "The server side encryption configuration was not found",
                )
            }),
        "GetBucketVersioning" => Ok(format!(
            "<VersioningConfiguration xmlns=\"{NAMESPACE}\">{}</VersioningConfiguration>",
            setup.versioning
        )),
        _ => Err(AwsError::denied("s3", operation)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_answers_where_it_lies_and_to_its_owner() {
        let account = Account { id: "111122223333".to_owned(), name: String::new(), regions: Vec::new() };
        let code = |bucket: &str, region: &str, operation: &str| {
            answer(operation, bucket, region, &account).map_or_else(|error| error.code, |_| "")
        };
        let own = "features-111122223333";
        assert_eq!(code(own, "eu-central-1", "GetBucketVersioning"), "");
        assert_eq!(code(own, "us-east-1", "GetBucketVersioning"), "PermanentRedirect");
        assert_eq!(code("features-444455556666", "us-east-1", "GetBucketVersioning"), "AccessDenied");
        let lifecycle = "GetBucketLifecycleConfiguration";
        assert_eq!(code("training-111122223333", "us-east-1", lifecycle), "NoSuchLifecycleConfiguration");
        assert_eq!(operation("lifecycle"), Some(lifecycle));
        assert_eq!(operation("list-type=2"), None);
    }
}
