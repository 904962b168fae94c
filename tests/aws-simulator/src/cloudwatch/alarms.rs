//! DescribeAlarms and DescribeAlarmHistory: one alarm on server errors for each live variant.

use chrono::{DateTime, TimeDelta, Utc};
use ciborium::Value;

use crate::caller::Site;
use crate::fleet::{Endpoint, Variant};
use crate::truth::NAMESPACE_INVOCATIONS;
use crate::wire::AwsError;
use crate::wire::cbor::{Writer, text, time};

const PAGE: usize = 100;
/// AWS may give fewer than were asked for.
const HISTORY_PAGE: usize = 3;
const TOKEN_PREFIX: &str = "simulated-alarm-";

pub(super) fn describe_alarms(body: &Value, site: Site<'_>) -> Result<Vec<u8>, AwsError> {
    let offset = offset(body)?;
    let now = site.fleet.now;
    let region = site.region.map_or("", |region| region.name.as_str());
    let watched = watched(site);
    let page = watched.get(offset..).unwrap_or_default();
    let more = page.len() > PAGE;
    let page = page.get(..PAGE).unwrap_or(page);
    let mut writer = Writer::default();
    writer.map(if more { 2 } else { 1 });
    writer.text("MetricAlarms").list(page.len());
    for (endpoint, variant) in page {
        let name = name(endpoint, variant);
        let (since, _, state) =
            changes(endpoint, now).pop().unwrap_or((endpoint.in_service(), "", "INSUFFICIENT_DATA"));
        writer.map(13);
        writer.text("AlarmName").text(&name);
        writer.text("AlarmArn").text(&format!("arn:aws:cloudwatch:{region}:{}:alarm:{name}", site.account.id));
        writer.text("Namespace").text(NAMESPACE_INVOCATIONS);
        writer.text("MetricName").text("Invocation5XXErrors");
        writer.text("Statistic").text("Sum");
        writer.text("StateValue").text(state);
        writer.text("StateTransitionedTimestamp").time(since.timestamp());
        writer.text("ComparisonOperator").text("GreaterThanThreshold");
        writer.text("Threshold").double(25.0);
        writer.text("ActionsEnabled").yes();
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

/// When, from which state and into which.
type Change = (DateTime<Utc>, &'static str, &'static str);

/// An alarm is in order ten minutes after its endpoint serves. Where many calls fail it goes off for an hour six hours
/// later, and for good after a day.
fn changes(endpoint: &Endpoint, now: DateTime<Utc>) -> Vec<Change> {
    let first = endpoint.in_service() + TimeDelta::minutes(10);
    let mut changes = vec![(first, "INSUFFICIENT_DATA", "OK")];
    if endpoint.traffic.share_5xx > 0.01 {
        changes.extend([
            (first + TimeDelta::hours(6), "OK", "ALARM"),
            (first + TimeDelta::hours(7), "ALARM", "OK"),
            (first + TimeDelta::hours(24), "OK", "ALARM"),
        ]);
    }
    changes.retain(|(at, _, _)| *at <= now);
    changes
}

/// CloudWatch keeps a month.
const KEPT_DAYS: i64 = 30;

/// Newest first; an alarm that has nothing to do with SageMaker is among them.
pub(super) fn describe_alarm_history(body: &Value, site: Site<'_>) -> Result<Vec<u8>, AwsError> {
    let offset = offset(body)?;
    let now = site.fleet.now;
    if text(body, "HistoryItemType").is_some_and(|kind| kind != "StateUpdate") {
        return Err(AwsError::invalid("This simulator keeps changes of states alone."));
    }
    let from = time(body, "StartDate").unwrap_or_default().max((now - TimeDelta::days(KEPT_DAYS)).timestamp());
    let to = time(body, "EndDate").unwrap_or(i64::MAX);
    let mut history: Vec<(String, Change)> = watched(site)
        .into_iter()
        .flat_map(|(endpoint, variant)| {
            changes(endpoint, now).into_iter().map(move |change| (name(endpoint, variant), change))
        })
        .collect();
    history.push(("web-shop-errors".to_owned(), (now - TimeDelta::hours(5), "OK", "ALARM")));
    history.retain(|(_, (at, _, _))| (from..to).contains(&at.timestamp()));
    history.sort_by(|(a, (a_at, _, _)), (b, (b_at, _, _))| (b_at, a).cmp(&(a_at, b)));
    let page = history.get(offset..).unwrap_or_default();
    let more = page.len() > HISTORY_PAGE;
    let page = page.get(..HISTORY_PAGE).unwrap_or(page);
    let mut writer = Writer::default();
    writer.map(if more { 2 } else { 1 });
    writer.text("AlarmHistoryItems").list(page.len());
    for (name, (at, old, new)) in page {
        let data = serde_json::json!({
            "version": "1.0",
            "oldState": { "stateValue": old, "stateReason": "Unchecked: Initial alarm creation" },
            "newState": { "stateValue": new, "stateReason": reason(new) },
        });
        writer.map(6);
        writer.text("AlarmName").text(name);
        writer.text("AlarmType").text("MetricAlarm");
        writer.text("Timestamp").time(at.timestamp());
        writer.text("HistoryItemType").text("StateUpdate");
        writer.text("HistorySummary").text(&format!("Alarm updated from {old} to {new}"));
        writer.text("HistoryData").text(&data.to_string());
    }
    if more {
        writer.text("NextToken").text(&format!("{TOKEN_PREFIX}{}", offset + HISTORY_PAGE));
    }
    Ok(writer.into_bytes())
}

fn reason(state: &str) -> &'static str {
    match state {
        "ALARM" => "Threshold Crossed: 1 datapoint [31.0] was greater than the threshold (25.0).",
        _ => "Threshold Crossed: 1 datapoint [0.0] was not greater than the threshold (25.0).",
    }
}

fn watched<'a>(site: Site<'a>) -> Vec<(&'a Endpoint, &'a Variant)> {
    let now = site.fleet.now;
    let in_use = site.endpoints().filter_map(|endpoint| Some((endpoint, endpoint.config_at(now)?)));
    in_use.flat_map(|(endpoint, config)| config.variants.iter().map(move |variant| (endpoint, variant))).collect()
}

fn name(endpoint: &Endpoint, variant: &Variant) -> String {
    format!("{}-{}-errors", endpoint.name, variant.name)
}

fn offset(body: &Value) -> Result<usize, AwsError> {
    let Some(token) = text(body, "NextToken") else { return Ok(0) };
    let offset = token.strip_prefix(TOKEN_PREFIX).and_then(|offset| offset.parse().ok());
    offset.ok_or_else(|| AwsError::invalid("Request parameter NextToken is invalid"))
}
