//! Rules of S3 buckets. No object is listed or read.

use aws_sdk_s3::config::{Builder, Region};
use aws_sdk_s3::types::{ExpirationStatus, LifecycleRule};
use serde_json::{Value, json};

use super::facts::OwnBucket;
use super::sagemaker::chrono_time;
use super::{AwsError, Client, Kind};

/// Buckets in a page of the list.
const PAGE: i32 = 1_000;

/// What a bucket tells of itself.
#[derive(Debug)]
pub struct BucketRules {
    /// What is kept of it: null where it was refused.
    pub document: Value,
    /// What was refused.
    pub refused: Vec<AwsError>,
}

impl Client {
    /// Every bucket of the account, in whatever region; what is not among them belongs to another account.
    ///
    /// # Errors
    /// Whatever AWS refuses; nothing is returned of a list that broke off.
    pub async fn buckets(&self) -> Result<Vec<OwnBucket>, AwsError> {
        let operation = "s3:ListAllMyBuckets";
        self.every_page(operation, |token| {
            // S3 tells the regions to those alone who give a parameter.
            let ask = self.s3.list_buckets().max_buckets(PAGE).set_continuation_token(token);
            async move {
                let page = self.call(operation, || ask.clone().send()).await?;
                let buckets = page.buckets().iter().filter_map(|bucket| {
                    Some(OwnBucket {
                        name: bucket.name()?.to_owned(),
                        region: bucket.bucket_region().map(str::to_owned),
                        created_at: bucket.creation_date().and_then(chrono_time),
                    })
                });
                Ok((buckets.collect(), page.continuation_token().map(str::to_owned)))
            }
        })
        .await
    }

    /// Lifecycle, default encryption and versioning of a bucket, asked where it lies.
    ///
    /// # Errors
    /// [`Missing`](crate::aws::Kind::Missing) when it has been deleted since it was listed. What its own policy or the
    /// role refuses is no error but noted.
    pub async fn bucket_rules(&self, name: &str, region: Option<&str>) -> Result<BucketRules, AwsError> {
        let region = region.unwrap_or(&self.region).to_owned();
        let there = || Builder::new().region(Region::new(region.clone()));
        let mut refused = Vec::new();

        // A bucket always has a state of versioning, so what is missing here is the bucket.
        let ask = self.s3.get_bucket_versioning().bucket(name);
        let send = || ask.clone().customize().config_override(there()).send();
        let versioning = noted(self.call("s3:GetBucketVersioning", send).await, &mut refused)?;
        let versioning = versioning.map(|answer| answer.status().map_or("Off", |status| status.as_str()).to_owned());

        let ask = self.s3.get_bucket_lifecycle_configuration().bucket(name);
        let send = || ask.clone().customize().config_override(there()).send();
        let lifecycle = configured(self.call("s3:GetLifecycleConfiguration", send).await);
        let lifecycle = noted(lifecycle, &mut refused)?;
        let rules = |answer: &_| -> Vec<Value> { rules_of(answer) };
        let lifecycle = lifecycle.map(|answer| answer.as_ref().map(rules).unwrap_or_default());

        let ask = self.s3.get_bucket_encryption().bucket(name);
        let send = || ask.clone().customize().config_override(there()).send();
        let encryption = noted(configured(self.call("s3:GetEncryptionConfiguration", send).await), &mut refused)?;
        let encryption = encryption.map(|answer| {
            let rules = answer.as_ref().and_then(|answer| answer.server_side_encryption_configuration());
            let default = rules.and_then(|each| each.rules().first()?.apply_server_side_encryption_by_default());
            default.map_or("none", |default| default.sse_algorithm().as_str()).to_owned()
        });
        let document = json!({
            "own": true,
            "region": region,
            "versioning": versioning,
            "lifecycle": lifecycle,
            "encryption": encryption,
            "refused": refused.iter().map(|error: &AwsError| error.operation).collect::<Vec<_>>(),
        });
        Ok(BucketRules { document, refused })
    }
}

/// S3 calls it an error when something was never configured.
fn configured<T>(answer: Result<T, AwsError>) -> Result<Option<T>, AwsError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.kind == Kind::Missing => Ok(None),
        Err(error) => Err(error),
    }
}

fn noted<T>(answer: Result<T, AwsError>, refused: &mut Vec<AwsError>) -> Result<Option<T>, AwsError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.kind == Kind::Denied => {
            refused.push(error);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn rules_of(
    answer: &aws_sdk_s3::operation::get_bucket_lifecycle_configuration::GetBucketLifecycleConfigurationOutput,
) -> Vec<Value> {
    answer.rules().iter().map(rule).collect()
}

fn rule(rule: &LifecycleRule) -> Value {
    let expiration = rule.expiration();
    let transitions = rule.transitions().iter();
    let moved = transitions.filter_map(|each| Some(json!([each.days()?, each.storage_class()?.as_str()])));
    json!({
        "name": rule.id(),
        "enabled": rule.status() == &ExpirationStatus::Enabled,
        "prefix": rule.filter().and_then(|filter| filter.prefix()),
        "deletes_after_days": expiration.and_then(|each| each.days()),
        "deletes_old_versions_after_days":
            rule.noncurrent_version_expiration().and_then(|each| each.noncurrent_days()),
        "ends_uploads_after_days":
            rule.abort_incomplete_multipart_upload().and_then(|each| each.days_after_initiation()),
        "moves": moved.collect::<Vec<_>>(),
    })
}
