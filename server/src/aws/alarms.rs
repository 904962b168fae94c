//! Alarms on SageMaker's metrics, and what became of them.

use aws_sdk_cloudwatch::types::{AlarmHistoryItem, HistoryItemType, MetricAlarm};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::facts::{AlarmChange, Listed};
use super::sagemaker::{aws_time, chrono_time};
use super::{AwsError, Client};

const PAGE: i32 = 100;

impl Client {
    /// Alarms on metrics of SageMaker's.
    pub(super) async fn alarms(&self) -> Result<Vec<Listed>, AwsError> {
        let operation = "cloudwatch:DescribeAlarms";
        self.every_page(operation, |token| {
            let ask = self.cloudwatch.describe_alarms().max_records(PAGE).set_next_token(token);
            async move {
                let page = self.call(operation, || ask.clone().send()).await?;
                let alarms = page.metric_alarms().iter().filter_map(alarm).collect();
                Ok((alarms, page.next_token().map(str::to_owned)))
            }
        })
        .await
    }

    /// Every change of an alarm's state at `since` or later, of alarms on other things too.
    ///
    /// # Errors
    /// Whatever AWS refuses; nothing is returned of a list that broke off.
    pub async fn alarm_changes(&self, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<Vec<AlarmChange>, AwsError> {
        let operation = "cloudwatch:DescribeAlarmHistory";
        self.every_page(operation, |token| {
            let ask = self.cloudwatch.describe_alarm_history().history_item_type(HistoryItemType::StateUpdate);
            let ask = ask.start_date(aws_time(since)).end_date(aws_time(now)).max_records(PAGE).set_next_token(token);
            async move {
                let page = self.call(operation, || ask.clone().send()).await?;
                let changes = page.alarm_history_items().iter().filter_map(change).collect();
                Ok((changes, page.next_token().map(str::to_owned)))
            }
        })
        .await
    }
}

fn alarm(alarm: &MetricAlarm) -> Option<Listed> {
    let namespace = alarm.namespace().unwrap_or_default();
    if !namespace.to_ascii_lowercase().contains("sagemaker") {
        return None;
    }
    let dimension = |name: &str| alarm.dimensions().iter().find(|each| each.name() == Some(name))?.value();
    let state = alarm.state_value().map(|state| state.as_str());
    let document = json!({
        "state": state,
        "namespace": namespace,
        "metric": alarm.metric_name(),
        "endpoint": dimension("EndpointName"),
        "variant": dimension("VariantName"),
        "statistic": alarm.statistic().map(|each| each.as_str()).or_else(|| alarm.extended_statistic()),
        "comparison": alarm.comparison_operator().map(|each| each.as_str()),
        "threshold": alarm.threshold(),
        "period_s": alarm.period(),
        "acts": alarm.actions_enabled().unwrap_or(false) && !alarm.alarm_actions().is_empty(),
    });
    Some(Listed {
        identifier: alarm.alarm_arn()?.to_owned(),
        name: alarm.alarm_name()?.to_owned(),
        parent: match (dimension("EndpointName"), dimension("VariantName")) {
            (Some(endpoint), Some(variant)) => format!("endpoint/{endpoint}/variant/{variant}"),
            (Some(endpoint), None) => format!("endpoint/{endpoint}"),
            _ => String::new(),
        },
        created_at: None,
        changed_at: alarm
            .state_transitioned_timestamp()
            .or_else(|| alarm.state_updated_timestamp())
            .or_else(|| alarm.alarm_configuration_updated_timestamp())
            .and_then(chrono_time),
        version: document.to_string(),
        document: Some(document),
    })
}

fn change(item: &AlarmHistoryItem) -> Option<AlarmChange> {
    let told: Value = item.history_data().and_then(|data| serde_json::from_str(data).ok()).unwrap_or_default();
    let word = |path: &str| told.pointer(path).and_then(Value::as_str);
    let states = word("/oldState/stateValue").zip(word("/newState/stateValue"));
    let (from, to) = states.or_else(|| in_words(item.history_summary()?))?;
    Some(AlarmChange {
        alarm: item.alarm_name()?.to_owned(),
        at: item.timestamp().and_then(chrono_time)?,
        from: from.to_owned(),
        to: to.to_owned(),
        reason: word("/newState/stateReason").unwrap_or_default().to_owned(),
    })
}

/// The states in `Alarm updated from OK to ALARM`.
fn in_words(summary: &str) -> Option<(&str, &str)> {
    summary.strip_prefix("Alarm updated from ")?.split_once(" to ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_in_json_or_in_words() {
        let item = |data: Option<&str>, summary: &str| {
            let item = AlarmHistoryItem::builder().alarm_name("errors").history_summary(summary);
            let item = item.timestamp(aws_time(DateTime::UNIX_EPOCH)).set_history_data(data.map(str::to_owned));
            change(&item.build()).map(|change| format!("{} {} {}", change.from, change.to, change.reason))
        };
        let data = r#"{"version":"1.0","oldState":{"stateValue":"OK"},
            "newState":{"stateValue":"ALARM","stateReason":"Threshold Crossed"}}"#;
        assert_eq!(item(Some(data), "").as_deref(), Some("OK ALARM Threshold Crossed"));
        assert_eq!(item(Some("cut off"), "Alarm updated from ALARM to OK").as_deref(), Some("ALARM OK "));
        assert_eq!(item(None, "Alarm \"errors\" created"), None);
    }
}
