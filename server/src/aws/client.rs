//! Clients for one account in one region.

use std::collections::BTreeMap;
use std::net::IpAddr;

use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sagemaker::error::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::time::Duration;

use super::limit::{self, Limiter, Limits, Points, Traffic};
use super::{AwsError, Kind};

/// Where the services answer, if not at AWS' public addresses.
///
/// Empty fields leave `AWS_ENDPOINT_URL` and its `_SAGEMAKER` and `_CLOUDWATCH` forms to the SDK; a set field wins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// For every service.
    pub all: Option<String>,
    /// For SageMaker alone.
    pub sagemaker: Option<String>,
    /// For CloudWatch alone.
    pub cloudwatch: Option<String>,
}

impl Endpoints {
    /// Refuses an address that would send signed requests in the clear to another machine.
    ///
    /// # Errors
    /// A sentence naming the address.
    pub fn check(&self) -> Result<(), String> {
        for address in [&self.all, &self.sagemaker, &self.cloudwatch].into_iter().flatten() {
            let (scheme, host) = scheme_and_host(address)
                .ok_or_else(|| format!("{address} is not an address such as http://127.0.0.1:5000"))?;
            let loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
            if scheme != "https" && !loopback {
                return Err(format!(
                    "{address} is neither https nor on this machine: signed requests would travel in the clear"
                ));
            }
        }
        Ok(())
    }
}

/// `http://[::1]:5000/path` is `("http", "::1")`; addresses with a user part or another scheme are refused.
fn scheme_and_host(address: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = match authority.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once(']')?.0,
        None => authority.split_once(':').map_or(authority, |(host, _)| host),
    };
    let plain = !host.is_empty() && !authority.contains('@') && matches!(scheme, "http" | "https");
    plain.then_some((scheme, host))
}

/// Whose eyes to read with.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// The SDK's own search: environment, profile, single sign-on, instance role.
    Chain,
    /// Fixed keys, for the simulator.
    Fixed {
        /// Access key id.
        key: String,
        /// Secret access key.
        secret: String,
    },
    /// A role of another account, for an hour at a time.
    Role {
        /// For example `arn:aws:iam::111122223333:role/CarbonReader`.
        role_arn: String,
        /// What the role's trust policy asks for.
        external_id: Option<String>,
        /// As whom the role is assumed.
        base: Box<Self>,
    },
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Chain => "Chain",
            Self::Fixed { .. } => "Fixed(..)",
            Self::Role { .. } => "Role(..)",
        })
    }
}

/// Everything that decides how AWS is reached.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Where.
    pub endpoints: Endpoints,
    /// As whom.
    pub credentials: Credentials,
    /// How often AWS may be asked.
    pub limits: Limits,
}

/// The services of one account in one region.
#[derive(Debug, Clone)]
pub struct Client {
    pub(super) sagemaker: aws_sdk_sagemaker::Client,
    pub(super) cloudwatch: aws_sdk_cloudwatch::Client,
    pub(super) pricing: aws_sdk_pricing::Client,
    pub(super) sustainability: aws_sdk_sustainability::Client,
    pub(super) scaling: aws_sdk_applicationautoscaling::Client,
    pub(super) logs: aws_sdk_cloudwatchlogs::Client,
    pub(super) explorer: aws_sdk_costexplorer::Client,
    pub(super) s3: aws_sdk_s3::Client,
    sts: aws_sdk_sts::Client,
    limiter: Limiter,
    pub(super) region: String,
}

impl Client {
    /// Prepares the clients; nothing is sent yet.
    pub async fn new(settings: &Settings, region: &str) -> Self {
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            // Tries are repeated here and not in the SDK, so that each one waits for its turn and throttling slows the next.
            .retry_config(RetryConfig::disabled())
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(Duration::from_secs(5))
                    .operation_attempt_timeout(Duration::from_secs(60))
                    .build(),
            );
        let base = match &settings.credentials {
            Credentials::Role { base, .. } => base,
            own => own,
        };
        if let Credentials::Fixed { key, secret } = base {
            loader = loader.credentials_provider(aws_credential_types::Credentials::new(
                key,
                secret,
                None,
                None,
                "wattledger",
            ));
        }
        let all = &settings.endpoints.all;
        if let Some(address) = all {
            loader = loader.endpoint_url(address);
        }
        let shared = loader.load().await;
        let shared = match &settings.credentials {
            Credentials::Role { role_arn, external_id, .. } => {
                assuming(&shared, role_arn, external_id.as_deref()).await
            }
            Credentials::Chain | Credentials::Fixed { .. } => shared,
        };
        let mut sagemaker = aws_sdk_sagemaker::config::Builder::from(&shared);
        if let Some(address) = settings.endpoints.sagemaker.as_ref().or(all.as_ref()) {
            sagemaker = sagemaker.endpoint_url(address);
        }
        let mut cloudwatch = aws_sdk_cloudwatch::config::Builder::from(&shared);
        if let Some(address) = settings.endpoints.cloudwatch.as_ref().or(all.as_ref()) {
            cloudwatch = cloudwatch.endpoint_url(address);
        }
        let mut sustainability = aws_sdk_sustainability::config::Builder::from(&shared);
        if let Some(address) = all {
            sustainability = sustainability.endpoint_url(address);
        }
        // One region answers for all of a partition.
        let mut pricing = aws_sdk_pricing::config::Builder::from(&shared).region(Region::new(price_region(region)));
        if let Some(address) = all {
            pricing = pricing.endpoint_url(address);
        }
        let mut scaling = aws_sdk_applicationautoscaling::config::Builder::from(&shared);
        if let Some(address) = all {
            scaling = scaling.endpoint_url(address);
        }
        let mut logs = aws_sdk_cloudwatchlogs::config::Builder::from(&shared);
        if let Some(address) = all {
            logs = logs.endpoint_url(address);
        }
        let mut explorer =
            aws_sdk_costexplorer::config::Builder::from(&shared).region(Region::new(price_region(region)));
        if let Some(address) = all {
            explorer = explorer.endpoint_url(address);
        }
        let mut s3 = aws_sdk_s3::config::Builder::from(&shared);
        if let Some(address) = all {
            // A bucket is no host where one address stands for AWS.
            s3 = s3.endpoint_url(address).force_path_style(true);
        }
        let mut sts = aws_sdk_sts::config::Builder::from(&shared);
        if let Some(address) = all {
            sts = sts.endpoint_url(address);
        }
        Self {
            sagemaker: aws_sdk_sagemaker::Client::from_conf(sagemaker.build()),
            cloudwatch: aws_sdk_cloudwatch::Client::from_conf(cloudwatch.build()),
            pricing: aws_sdk_pricing::Client::from_conf(pricing.build()),
            sustainability: aws_sdk_sustainability::Client::from_conf(sustainability.build()),
            scaling: aws_sdk_applicationautoscaling::Client::from_conf(scaling.build()),
            logs: aws_sdk_cloudwatchlogs::Client::from_conf(logs.build()),
            explorer: aws_sdk_costexplorer::Client::from_conf(explorer.build()),
            s3: aws_sdk_s3::Client::from_conf(s3.build()),
            sts: aws_sdk_sts::Client::from_conf(sts.build()),
            limiter: Limiter::new(settings.limits),
            region: region.to_owned(),
        }
    }

    /// For example `us-east-1`.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Makes a call when it is its turn, and repeats what AWS could not answer.
    pub(super) async fn call<T, E, F>(&self, operation: &'static str, send: impl FnMut() -> F) -> Result<T, AwsError>
    where
        F: Future<Output = Result<T, SdkError<E>>>,
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        self.call_weighing(operation, Points::None, send).await
    }

    /// The same for a call that may bring datapoints.
    pub(super) async fn call_weighing<T, E, F>(
        &self,
        operation: &'static str,
        points: Points,
        mut send: impl FnMut() -> F,
    ) -> Result<T, AwsError>
    where
        F: Future<Output = Result<T, SdkError<E>>>,
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let mut tries = 0;
        loop {
            self.limiter.admit(operation, points).await;
            let error = match send().await {
                Ok(answer) => {
                    self.limiter.went_through(operation);
                    return Ok(answer);
                }
                Err(error) => AwsError::from_sdk(operation, &self.region, error),
            };
            if error.kind == Kind::Throttled {
                self.limiter.throttled(operation);
            }
            tries += 1;
            if tries >= error.kind.most_tries() {
                return Err(error);
            }
            tokio::time::sleep(limit::pause(tries)).await;
            self.limiter.repeats(operation);
        }
    }

    /// What went out through this client since it was made, by operation.
    pub fn traffic(&self) -> BTreeMap<&'static str, Traffic> {
        self.limiter.traffic()
    }

    /// The twelve digits of the account whose credentials these are.
    ///
    /// # Errors
    /// Without credentials, or when nobody answers.
    pub async fn account(&self) -> Result<String, AwsError> {
        let operation = "sts:GetCallerIdentity";
        let ask = self.sts.get_caller_identity();
        let identity = self.call(operation, || ask.clone().send()).await?;
        identity.account().map(str::to_owned).ok_or_else(|| AwsError {
            operation,
            region: self.region.clone(),
            kind: Kind::Failing,
            message: "the answer names no account".to_owned(),
            source: None,
        })
    }
}

/// The same with the credentials of a role. Sessions last an hour, which is the most that a chained role may have, and
/// are renewed before they end.
async fn assuming(shared: &SdkConfig, role_arn: &str, external_id: Option<&str>) -> SdkConfig {
    let mut role = AssumeRoleProvider::builder(role_arn).session_name("wattledger").configure(shared);
    if let Some(external_id) = external_id {
        role = role.external_id(external_id);
    }
    let provider = SharedCredentialsProvider::new(role.build().await);
    shared.to_builder().credentials_provider(provider).build()
}

/// Where the Price List service and Cost Explorer of a region's partition answer.
fn price_region(region: &str) -> &'static str {
    if region.starts_with("cn-") { "cn-northwest-1" } else { "us-east-1" }
}

#[cfg(test)]
mod tests {
    use super::Endpoints;

    #[test]
    fn clear_text_stays_on_this_machine() {
        let rows = [
            ("http://127.0.0.1:5000", true),
            ("http://localhost:5000", true),
            ("http://[::1]:5000", true),
            ("https://vpce-1.sagemaker.us-east-1.vpce.amazonaws.com", true),
            ("http://10.0.0.1:5000", false),
            ("http://example.com", false),
            ("ftp://127.0.0.1", false),
            ("http://127.0.0.1@example.com", false),
            ("http://localhost:80@example.com/", false),
            ("not an address", false),
        ];
        for (address, allowed) in rows {
            let endpoints = Endpoints { all: Some(address.to_owned()), ..Endpoints::default() };
            assert_eq!(endpoints.check().is_ok(), allowed, "{address}");
        }
    }
}
