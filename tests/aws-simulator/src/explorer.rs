//! Cost Explorer: the same charges as the bill, summed by day and usage type, and by a tag where one is asked for.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate};
use serde_json::{Value, json};

use crate::bill::{self, Charge};
use crate::caller::Site;
use crate::wire::json::{required, text};
use crate::wire::{AwsError, json as wire};

/// What a target header of this service begins with.
pub(crate) const TARGET: &str = "AWSInsightsIndexService.";

/// Days of a page.
const PAGE: usize = 14;

/// Micro-dollars of a group: unblended and amortised.
type Sums = BTreeMap<Vec<String>, (i64, i64)>;

pub(crate) fn answer(operation: &str, body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    if operation != "GetCostAndUsage" {
        return Err(AwsError::unknown_operation(operation));
    }
    let period = body.get("TimePeriod").ok_or_else(|| AwsError::validation("TimePeriod must not be null"))?;
    let day = |name: &str| {
        let text = required(period, name)?;
        text.parse::<NaiveDate>().map_err(|_| AwsError::validation(format!("{name} time {text} is invalid")))
    };
    let (start, end) = (day("Start")?, day("End")?);
    if text(body, "Granularity") != Some("DAILY") || start >= end {
        return Err(AwsError::validation("Start date (and hour) should be before end date (and hour)"));
    }
    let tag = tag_of(body);
    let account = linked(body).map_or(Some(site.account), |id| site.fleet.account(&id));
    let offset: usize = match text(body, "NextPageToken") {
        None => 0,
        Some(token) => token.parse().map_err(|_| AwsError::validation("NextPageToken is invalid"))?,
    };
    let all: Vec<NaiveDate> = start.iter_days().take_while(|day| *day < end).collect();
    let days: Vec<NaiveDate> = all.iter().skip(offset).take(PAGE).copied().collect();
    let mut sums: BTreeMap<NaiveDate, Sums> = days.iter().map(|day| (*day, Sums::new())).collect();
    if let Some(account) = account {
        let tags = bill::tags(account);
        let months: BTreeSet<NaiveDate> = days.iter().filter_map(|day| day.with_day(1)).collect();
        for charge in months.into_iter().flat_map(|month| bill::charges(account, month, site.fleet.now)) {
            let Some(sums) = sums.get_mut(&charge.hour.date_naive()) else { continue };
            let mut keys = vec![charge.usage_type.clone()];
            keys.extend(tag.as_ref().map(|key| {
                let own = tags.get(charge.arn.as_str()).and_then(|tags| tags.iter().find(|(name, _)| name == key));
                format!("{key}${}", own.map_or("", |(_, value)| value.as_str()))
            }));
            let sum = sums.entry(keys).or_default();
            sum.0 += charge.billed_micro_usd();
            sum.1 += Charge::effective_micro_usd(&charge);
        }
    }
    let results: Vec<Value> = sums.iter().map(|(day, sums)| result(*day, sums, site)).collect();
    let next = (offset + PAGE < all.len()).then(|| (offset + PAGE).to_string());
    Ok(wire::without_nulls(json!({ "ResultsByTime": results, "NextPageToken": next })))
}

fn result(day: NaiveDate, sums: &Sums, site: Site<'_>) -> Value {
    let usd = |micro: i64| json!({ "Amount": format!("{:.10}", micro as f64 / 1e6), "Unit": "USD" });
    let group = |(keys, (unblended, amortised)): (&Vec<String>, &(i64, i64))| json!({ "Keys": keys, "Metrics": { "UnblendedCost": usd(*unblended), "AmortizedCost": usd(*amortised) } });
    let is_open = day.with_day(1) == site.fleet.now.date_naive().with_day(1);
    let until = day.succ_opt().unwrap_or(day);
    json!({
        "TimePeriod": { "Start": day.to_string(), "End": until.to_string() },
        "Groups": sums.iter().map(group).collect::<Vec<Value>>(),
        "Total": {},
        "Estimated": is_open,
    })
}

/// The key of the tag that groups are made by.
fn tag_of(body: &Value) -> Option<String> {
    let groups = body.get("GroupBy")?.as_array()?;
    let tag = groups.iter().find(|group| text(group, "Type") == Some("TAG"))?;
    text(tag, "Key").map(str::to_owned)
}

/// The account that a filter names.
fn linked(body: &Value) -> Option<String> {
    let all = body.get("Filter")?.get("And")?.as_array()?;
    let named = all.iter().filter_map(|each| each.get("Dimensions"));
    let own = named.into_iter().find(|each| text(each, "Key") == Some("LINKED_ACCOUNT"))?;
    own.get("Values")?.get(0)?.as_str().map(str::to_owned)
}
