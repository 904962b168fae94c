//! What a GetMetricData request asks for, and what CloudWatch refuses.

use std::collections::BTreeSet;

use ciborium::Value;

use crate::truth::Statistic;
use crate::wire::AwsError;
use crate::wire::cbor::{integer, list, member, text, time};

const DAY_S: i64 = 86_400;
/// Epoch seconds of the first instant that no four-digit year can name.
const YEAR_10000: i64 = 253_402_300_800;
const MOST_QUERIES: usize = 500;
const MOST_DATAPOINTS: i64 = 100_800;
const TOKEN_PREFIX: &str = "simulated-until-";

/// A checked request.
pub(super) struct Request<'a> {
    pub(super) queries: Vec<Query<'a>>,
    /// Aligned to the grid of its age, epoch seconds, inclusive.
    pub(super) start: i64,
    /// Epoch seconds, exclusive.
    pub(super) end: i64,
    pub(super) descending: bool,
    pub(super) most_datapoints: i64,
    /// Where the previous page stopped: a position in time, in scan order.
    pub(super) resume: Option<i64>,
}

/// One series and one statistic.
pub(super) struct Query<'a> {
    pub(super) id: &'a str,
    pub(super) label: &'a str,
    pub(super) namespace: &'a str,
    pub(super) metric: &'a str,
    pub(super) dimensions: Vec<(&'a str, &'a str)>,
    pub(super) period_s: i64,
    pub(super) statistic: Statistic,
    pub(super) unit: Option<&'a str>,
    pub(super) return_data: bool,
}

impl<'a> Request<'a> {
    /// Reads a request as it looks at `now` (epoch seconds): the grid of the start depends on its age.
    pub(super) fn parse(body: &'a Value, now: i64) -> Result<Self, AwsError> {
        let (Some(start), Some(end)) = (time(body, "StartTime"), time(body, "EndTime")) else {
            return Err(AwsError::invalid("The parameters StartTime and EndTime are required."));
        };
        if ![start, end].iter().all(|at| (0..YEAR_10000).contains(at)) {
            return Err(AwsError::invalid(
                "The parameters StartTime and EndTime must lie between the years 1970 and 9999.",
            ));
        }
        if start > end {
            return Err(AwsError::invalid("The parameter EndTime must be greater than StartTime."));
        }
        if start == end {
            return Err(AwsError::invalid("The parameter StartTime must not equal parameter EndTime."));
        }
        let resume = text(body, "NextToken").map(parse_token).transpose()?;
        let most_datapoints = integer(body, "MaxDatapoints").unwrap_or(MOST_DATAPOINTS).clamp(1, MOST_DATAPOINTS);
        let descending = match text(body, "ScanBy") {
            None | Some("TimestampDescending") => true,
            Some("TimestampAscending") => false,
            Some(other) => {
                return Err(AwsError::invalid(format!("The value {other} for parameter ScanBy is not supported.")));
            }
        };
        let start = start - start.rem_euclid(grid_s(now - start));
        Ok(Self { queries: parse_queries(body)?, start, end, descending, most_datapoints, resume })
    }
}

/// The token that resumes at a position in time.
pub(super) fn token(position: i64) -> String {
    format!("{TOKEN_PREFIX}{position}")
}

/// Whether CloudWatch still keeps datapoints of a period for a start of this age, both in seconds.
///
/// 60 s for 15 days, 300 s for 63 days, 3600 s for 455 days. Finer than a minute is never published by SageMaker.
#[must_use]
pub const fn retention_holds(period_s: i64, age_s: i64) -> bool {
    let finest_kept = if age_s <= 15 * DAY_S {
        60
    } else if age_s <= 63 * DAY_S {
        300
    } else if age_s <= 455 * DAY_S {
        3600
    } else {
        return false;
    };
    period_s % finest_kept == 0
}

/// How much time one page covers, in seconds, so that queries of these periods give at most `most_datapoints` points.
///
/// A page covers at least one step of the finest period, however few points are allowed.
pub(super) fn page_length_s(periods_s: &[i64], most_datapoints: i64) -> i64 {
    let finest = periods_s.iter().copied().min().unwrap_or(60).max(1);
    let coarsest = periods_s.iter().copied().max().unwrap_or(60).max(1);
    let points_in = |span: i64| periods_s.iter().map(|period| (span + period - 1) / period.max(&1)).sum::<i64>().max(1);
    let whole_steps = most_datapoints / points_in(coarsest);
    if whole_steps > 0 {
        return whole_steps * coarsest;
    }
    let small_steps = (most_datapoints / points_in(finest)).max(1);
    small_steps * finest
}

/// Start times are rounded down to the grid that is kept for their age.
const fn grid_s(age_s: i64) -> i64 {
    if age_s < 15 * DAY_S {
        60
    } else if age_s < 63 * DAY_S {
        300
    } else {
        3600
    }
}

fn parse_token(token: &str) -> Result<i64, AwsError> {
    let position = token.strip_prefix(TOKEN_PREFIX).and_then(|position| position.parse().ok());
    position
        .filter(|position| (0..YEAR_10000).contains(position))
        .ok_or_else(|| AwsError::invalid("The parameter NextToken is invalid."))
}

fn parse_queries(body: &Value) -> Result<Vec<Query<'_>>, AwsError> {
    let given = list(body, "MetricDataQueries");
    if given.is_empty() {
        return Err(AwsError::invalid("The parameter MetricDataQueries is required."));
    }
    if given.len() > MOST_QUERIES {
        return Err(AwsError::invalid("The collection MetricDataQueries must not have a size greater than 500."));
    }
    let queries: Vec<Query<'_>> =
        given.iter().enumerate().map(|(i, query)| parse_query(i + 1, query)).collect::<Result<_, _>>()?;
    let distinct: BTreeSet<&str> = queries.iter().map(|query| query.id).collect();
    if distinct.len() < queries.len() {
        return Err(AwsError::invalid("The values for parameter id in MetricDataQueries are not unique."));
    }
    Ok(queries)
}

fn parse_query(position: usize, given: &Value) -> Result<Query<'_>, AwsError> {
    let refuse = |what: String| Err(AwsError::invalid(format!("MetricDataQueries.member.{position}: {what}")));
    let id = text(given, "Id").unwrap_or_default();
    if !is_id(id) {
        return refuse(format!(
            "The value {id} for parameter Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$."
        ));
    }
    let Some(stat) = member(given, "MetricStat") else {
        return refuse("Only MetricStat is supported, expressions are not.".to_owned());
    };
    let metric = member(stat, "Metric").unwrap_or(&Value::Null);
    let (Some(namespace), Some(name)) = (text(metric, "Namespace"), text(metric, "MetricName")) else {
        return refuse("The parameters Metric.Namespace and Metric.MetricName are required.".to_owned());
    };
    let period_s = integer(stat, "Period").unwrap_or(0);
    if !is_period(period_s) {
        return refuse(format!(
            "The value {period_s} for parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60."
        ));
    }
    let word = text(stat, "Stat").unwrap_or_default();
    let Ok(statistic) = word.parse() else {
        return refuse(format!("The value {word} for parameter Stat is not supported."));
    };
    let pair = |dimension| Some((text(dimension, "Name")?, text(dimension, "Value")?));
    Ok(Query {
        id,
        label: text(given, "Label").unwrap_or(name),
        namespace,
        metric: name,
        dimensions: list(metric, "Dimensions").iter().filter_map(pair).collect(),
        period_s,
        statistic,
        unit: text(stat, "Unit"),
        return_data: member(given, "ReturnData").and_then(Value::as_bool).unwrap_or(true),
    })
}

fn is_id(id: &str) -> bool {
    id.starts_with(|first: char| first.is_ascii_lowercase())
        && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

const fn is_period(period_s: i64) -> bool {
    matches!(period_s, 1 | 5 | 10 | 20 | 30) || (period_s >= 60 && period_s <= DAY_S && period_s % 60 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retention_is_by_period_and_age() {
        let rows = [
            (60, 15, true),
            (60, 16, false),
            (300, 16, true),
            (600, 62, true),
            (360, 16, false),
            (300, 64, false),
            (3600, 64, true),
            (7200, 455, true),
            (3600, 456, false),
            (30, 0, false),
        ];
        for (period, days, expected) in rows {
            assert_eq!(retention_holds(period, days * DAY_S), expected, "{period} s at {days} d");
        }
    }

    #[test]
    fn a_page_never_holds_more_points_than_asked() {
        let rows: [(&[i64], i64, i64); 5] = [
            (&[300, 300], 10, 1500),
            (&[60], 100_800, 6_048_000),
            (&[60, 300, 3600], 73, 3600),
            (&[60, 300, 3600], 72, 24 * 60),
            (&[300, 300, 300], 2, 300),
        ];
        for (periods, most, expected) in rows {
            assert_eq!(page_length_s(periods, most), expected, "{periods:?} {most}");
        }
    }
}
