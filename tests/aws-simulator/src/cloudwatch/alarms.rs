//! DescribeAlarms: one alarm on server errors for each live variant.

use chrono::TimeDelta;
use ciborium::Value;

use crate::caller::Site;
use crate::truth::NAMESPACE_INVOCATIONS;
use crate::wire::AwsError;
use crate::wire::cbor::{Writer, text};

const PAGE: usize = 100;
const TOKEN_PREFIX: &str = "simulated-alarm-";

pub(super) fn describe_alarms(body: &Value, site: Site<'_>) -> Result<Vec<u8>, AwsError> {
    let offset: usize = match text(body, "NextToken") {
        None => 0,
        Some(token) => token
            .strip_prefix(TOKEN_PREFIX)
            .and_then(|offset| offset.parse().ok())
            .ok_or_else(|| AwsError::invalid("Request parameter NextToken is invalid"))?,
    };
    let now = site.fleet.now;
    let region = site.region.map_or("", |region| region.name.as_str());
    let watched: Vec<_> = site
        .endpoints()
        .filter_map(|endpoint| Some((endpoint, endpoint.config_at(now)?)))
        .flat_map(|(endpoint, config)| config.variants.iter().map(move |variant| (endpoint, variant)))
        .collect();
    let page = watched.get(offset..).unwrap_or_default();
    let more = page.len() > PAGE;
    let page = page.get(..PAGE).unwrap_or(page);
    let mut writer = Writer::default();
    writer.map(if more { 2 } else { 1 });
    writer.text("MetricAlarms").list(page.len());
    for (endpoint, variant) in page {
        let name = format!("{}-{}-errors", endpoint.name, variant.name);
        let state = if endpoint.traffic.share_5xx > 0.01 { "ALARM" } else { "OK" };
        writer.map(12);
        writer.text("AlarmName").text(&name);
        writer.text("AlarmArn").text(&format!("arn:aws:cloudwatch:{region}:{}:alarm:{name}", site.account.id));
        writer.text("Namespace").text(NAMESPACE_INVOCATIONS);
        writer.text("MetricName").text("Invocation5XXErrors");
        writer.text("Statistic").text("Sum");
        writer.text("StateValue").text(state);
        writer.text("StateTransitionedTimestamp").time((endpoint.in_service() + TimeDelta::minutes(10)).timestamp());
        writer.text("ComparisonOperator").text("GreaterThanThreshold");
        writer.text("Threshold").double(25.0);
        writer.text("AlarmActions").list(1).text("arn:aws:sns:us-east-1:000000000000:on-call");
        writer.text("Dimensions").list(2);
        writer.map(2).text("Name").text("EndpointName").text("Value").text(&endpoint.name);
        writer.map(2).text("Name").text("VariantName").text("Value").text(&variant.name);
        writer.text("StateReason").text("Threshold Crossed: no datapoints were received");
    }
    if more {
        writer.text("NextToken").text(&format!("{TOKEN_PREFIX}{}", offset + PAGE));
    }
    Ok(writer.into_bytes())
}
