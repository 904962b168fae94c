//! Log groups that SageMaker writes to, without their contents.

use aws_sdk_cloudwatchlogs::types::LogGroup;
use chrono::DateTime;
use serde_json::json;

use super::facts::Listed;
use super::{AwsError, Client};

/// Training, processing and transform jobs, endpoints, notebook instances, Studio and clusters all write below it.
const PREFIX: &str = "/aws/sagemaker/";
const PAGE: i32 = 50;

impl Client {
    pub(super) async fn log_groups(&self) -> Result<Vec<Listed>, AwsError> {
        let operation = "logs:DescribeLogGroups";
        self.every_page(operation, |token| {
            let ask = self.logs.describe_log_groups().log_group_name_prefix(PREFIX).limit(PAGE).set_next_token(token);
            async move {
                let page = self.call(operation, || ask.clone().send()).await?;
                let groups = page.log_groups().iter().filter_map(log_group).collect();
                Ok((groups, page.next_token().map(str::to_owned)))
            }
        })
        .await
    }
}

fn log_group(group: &LogGroup) -> Option<Listed> {
    let name = group.log_group_name()?;
    let (days, bytes) = (group.retention_in_days(), group.stored_bytes());
    let endpoint = name.strip_prefix(PREFIX)?.strip_prefix("Endpoints/");
    Some(Listed {
        // The older form of the ARN ends with the streams.
        identifier: group.arn().map_or(name, |arn| arn.trim_end_matches(":*")).to_owned(),
        name: name.to_owned(),
        parent: endpoint.map(|endpoint| format!("endpoint/{endpoint}")).unwrap_or_default(),
        created_at: group.creation_time().and_then(DateTime::from_timestamp_millis),
        changed_at: None,
        version: format!("{days:?} {}", bytes.map(roughly).unwrap_or_default()),
        document: Some(
            json!({ "retention_days": days, "stored_bytes": bytes, "encrypted": group.kms_key_id().is_some() }),
        ),
    })
}

/// Two digits of a size: a log group grows with every line, and no state lasts a line.
fn roughly(bytes: i64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "two digits are left of it")]
    let bytes = bytes as f64;
    format!("{bytes:.1e}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_lines_more_are_no_other_state() {
        let listed = |bytes| {
            log_group(&LogGroup::builder().log_group_name("/aws/sagemaker/Endpoints/chat").stored_bytes(bytes).build())
        };
        let (a, b, c) = (listed(4_120_000).unwrap(), listed(4_140_000).unwrap(), listed(5_000_000).unwrap());
        assert_eq!((a.version == b.version, a.version == c.version), (true, false));
        assert_eq!(a.parent, "endpoint/chat");
        let other = LogGroup::builder().log_group_name("/aws/lambda/chat").build();
        assert_eq!(log_group(&other), None);
    }
}
