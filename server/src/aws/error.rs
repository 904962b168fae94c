//! What AWS can answer instead of data, and what to do about it.

use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// The kind of a failure, which decides whether another try can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The role lacks a permission.
    Denied,
    /// Too many calls; comes right by itself.
    Throttled,
    /// The thing is gone.
    Missing,
    /// Nobody answered, or what answered was not AWS.
    Unreachable,
    /// There are no credentials, or they have expired.
    Credentials,
    /// The role of another account could not be assumed.
    Role,
    /// The service does not offer this operation here, so there is nothing to read.
    Absent,
    /// AWS failed.
    Failing,
}

impl Kind {
    /// How often a call is made at most before its failure counts.
    pub(super) const fn most_tries(self) -> u32 {
        match self {
            Self::Throttled => 8,
            Self::Failing | Self::Unreachable => 5,
            Self::Denied | Self::Missing | Self::Credentials | Self::Role | Self::Absent => 1,
        }
    }
}

/// An AWS call that failed.
#[derive(Debug, thiserror::Error)]
#[error("{operation} in {region}: {message}")]
pub struct AwsError {
    /// For example `sagemaker:ListTrainingJobs`.
    pub operation: &'static str,
    /// For example `us-east-1`.
    pub region: String,
    /// What kind of failure it is.
    pub kind: Kind,
    /// AWS' own words, one line.
    pub message: String,
    /// The SDK's chain of causes.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl AwsError {
    pub(super) fn from_sdk<E>(
        operation: &'static str,
        region: &str,
        error: aws_sdk_sagemaker::error::SdkError<E>,
    ) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let code = error.code().unwrap_or_default().to_owned();
        let message = error.message().unwrap_or_default().to_owned();
        let status = error.raw_response().map(|response| response.status().as_u16());
        let chain = chain_of(&error);
        let kind = kind_of(&code, status, &chain);
        let message = match (code.as_str(), message.as_str()) {
            ("", "") => shorten(&chain),
            ("", message) => shorten(message),
            (code, "") => code.to_owned(),
            (code, message) => shorten(&format!("{code}: {message}")),
        };
        Self { operation, region: region.to_owned(), kind, message, source: Some(Box::new(error)) }
    }

    /// The next step, as one sentence for the person who reads the page or the terminal.
    pub fn remedy(&self) -> String {
        match self.kind {
            Kind::Denied => format!("Allow {} to the role that reads this account.", self.operation),
            Kind::Throttled => "AWS asked for fewer calls; the next run goes on where this one stopped.".to_owned(),
            Kind::Missing => "It is gone from AWS; what was read before is kept.".to_owned(),
            Kind::Unreachable => {
                "Check the network and, where an endpoint address is set, that it speaks this service's protocol."
                    .to_owned()
            }
            Kind::Role => "The role of this account could not be assumed: check that its trust policy names these \
                 credentials and this external id, and that they may call sts:AssumeRole on it."
                .to_owned(),
            Kind::Credentials => "No AWS credentials were found: set AWS_PROFILE or AWS_ACCESS_KEY_ID and \
                 AWS_SECRET_ACCESS_KEY, or run `aws sso login`."
                .to_owned(),
            Kind::Absent => "The service does not offer this here; there is nothing to do.".to_owned(),
            Kind::Failing => "AWS failed; the next run asks again.".to_owned(),
        }
    }
}

fn kind_of(code: &str, status: Option<u16>, chain: &str) -> Kind {
    let credentials =
        ["ExpiredToken", "UnrecognizedClient", "InvalidClientTokenId", "InvalidAccessKeyId", "SignatureDoesNotMatch"];
    // Credentials are fetched inside the call that needs them, so the cause lies deep in its chain.
    if chain.contains("AssumeRole") || chain.contains("assume role") {
        return Kind::Role;
    }
    if credentials.iter().any(|each| code.contains(each))
        || chain.contains("credentials provider")
        || chain.contains("no providers in chain")
    {
        return Kind::Credentials;
    }
    match code {
        _ if code.contains("AccessDenied") || code.contains("UnauthorizedOperation") => Kind::Denied,
        _ if code.contains("Throttl") || code.contains("TooManyRequests") || code.contains("LimitExceeded") => {
            Kind::Throttled
        }
        // S3 has words of its own, also for what was never configured.
        "SlowDown" => Kind::Throttled,
        "NoSuchBucket" | "NoSuchLifecycleConfiguration" | "ServerSideEncryptionConfigurationNotFoundError" => {
            Kind::Missing
        }
        "ResourceNotFound" | "ResourceNotFoundException" | "ValidationException" => Kind::Missing,
        "UnknownOperationException" | "UnknownOperation" => Kind::Absent,
        "" => match status {
            Some(403) => Kind::Denied,
            Some(429) => Kind::Throttled,
            Some(500..=599) => Kind::Failing,
            _ => Kind::Unreachable,
        },
        _ => Kind::Failing,
    }
}

fn chain_of(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(each) = cause {
        text.push_str(": ");
        text.push_str(&each.to_string());
        cause = each.source();
    }
    text
}

/// One line of at most 300 characters: the message goes into a table cell and a log line.
fn shorten(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.chars().count() <= 300 { line } else { line.chars().take(299).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::{Kind, kind_of, shorten};

    #[test]
    fn codes_are_sorted_by_what_can_be_done() {
        let rows = [
            ("AccessDeniedException", Some(400), "", Kind::Denied),
            ("ThrottlingException", Some(400), "", Kind::Throttled),
            ("ExpiredTokenException", Some(403), "", Kind::Credentials),
            ("UnknownOperationException", Some(400), "", Kind::Absent),
            ("SlowDown", Some(503), "", Kind::Throttled),
            ("NoSuchLifecycleConfiguration", Some(404), "", Kind::Missing),
            ("ServerSideEncryptionConfigurationNotFoundError", Some(404), "", Kind::Missing),
            ("AccessDenied", Some(403), "", Kind::Denied),
            ("", Some(404), "", Kind::Unreachable),
            ("", Some(403), "", Kind::Denied),
            ("", Some(503), "", Kind::Failing),
            ("", None, "dispatch failure: the credentials provider failed: could not assume role", Kind::Role),
            ("", None, "dispatch failure: connection refused", Kind::Unreachable),
            ("", None, "the credentials provider was not enabled", Kind::Credentials),
            ("InternalServerError", Some(500), "", Kind::Failing),
        ];
        for (code, status, chain, expected) in rows {
            assert_eq!(kind_of(code, status, chain), expected, "{code} {status:?} {chain}");
        }
    }

    #[test]
    fn messages_fit_a_table_cell() {
        assert_eq!(shorten("a\nb"), "a b");
        assert_eq!(shorten(&"x".repeat(400)).chars().count(), 300);
    }
}
