//! What reading a span will take, before it begins: what AWS still keeps of it, and what its metrics cost.

use chrono::{DateTime, Duration, Utc};

use super::asked::{HOST_METRICS, TRANSFORM_METRICS, VARIANT_METRICS, variant_metrics};
use super::{observed, window};
use crate::kind::Kind;
use crate::store::metric::Crowd;
use crate::store::{self, Connection, StoreError};

/// What AWS asks for a metric of GetMetricData: $0.01 for a thousand, whatever the window. Other calls are free.
pub const USD_PER_METRIC: f64 = 1e-5;
/// CloudWatch keeps points of one minute for so long.
pub const MINUTES_DAYS: i64 = 15;
/// Points of five minutes.
pub const FIVE_MINUTES_DAYS: i64 = 63;
/// Points of an hour.
pub const HOURS_DAYS: i64 = 455;

/// What AWS asks for so many metrics, US dollars.
#[must_use]
pub fn usd_of(metrics: u64) -> f64 {
    u32::try_from(metrics).map_or(f64::MAX, f64::from) * USD_PER_METRIC
}

/// What AWS asks a month for the metrics of an endpoint that is read every five minutes, US dollars.
#[must_use]
pub fn pinned_usd_a_month(variants: i64) -> f64 {
    const PASSES: f64 = 12.0 * 24.0 * 365.25 / 12.0;
    let metrics =
        u64::try_from(variants).unwrap_or_default() * u64::try_from(VARIANT_METRICS.len()).unwrap_or_default();
    usd_of(metrics) * PASSES
}

/// How much of a span CloudWatch still keeps, in whole hours of each kind of point.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retention {
    /// Young enough for points of five minutes, the finest that are asked for.
    pub fine_hours: i64,
    /// Only points of an hour are left.
    pub coarse_hours: i64,
    /// Nothing is left.
    pub gone_hours: i64,
}

/// What is left of `[from, to)` at `now`.
#[must_use]
pub fn retention(from: DateTime<Utc>, to: DateTime<Utc>, now: DateTime<Utc>) -> Retention {
    let hours = |from: DateTime<Utc>, to: DateTime<Utc>| (to - from).num_hours().max(0);
    let (fine, coarse) = (now - Duration::days(FIVE_MINUTES_DAYS), now - Duration::days(HOURS_DAYS));
    Retention {
        fine_hours: hours(from.max(fine), to),
        coarse_hours: hours(from.max(coarse), to.min(fine)),
        gone_hours: hours(from, to.min(coarse)),
    }
}

/// What reading a span will take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forecast {
    /// What AWS still keeps.
    pub retention: Retention,
    /// Windows of metrics that are not read yet.
    pub windows: u64,
    /// Metrics to be asked for in them, of what is known to have run.
    pub series: u64,
    /// Days of regions whose jobs were never listed, so that nobody knows what ran.
    pub unlisted_days: u64,
}

impl Forecast {
    /// What AWS asks for the metrics, US dollars.
    #[must_use]
    pub fn usd(self) -> f64 {
        usd_of(self.series)
    }

    /// What a person should know before it begins, a sentence each.
    #[must_use]
    pub fn sentences(self) -> Vec<String> {
        let days = |hours: i64| format!("{} days", (hours + 23) / 24);
        let Retention { fine_hours, coarse_hours, gone_hours } = self.retention;
        let mut sentences = vec![format!(
            "CloudWatch keeps points of 1 minute for {MINUTES_DAYS} days, of 5 minutes for {FIVE_MINUTES_DAYS} days and of \
             1 hour for {HOURS_DAYS} days."
        )];
        let parts = [
            (fine_hours, "can be read by 5 minutes"),
            (coarse_hours, "by the hour only"),
            (gone_hours, "are gone from CloudWatch"),
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|(hours, _)| *hours > 0)
            .map(|(hours, what)| format!("{} {what}", days(hours)))
            .collect();
        if !parts.is_empty() {
            sentences.push(format!("Of this span {}.", parts.join(", ")));
        }
        sentences.push(match self.windows {
            0 => "Every window of metrics in it is read already, so nothing is asked again.".to_owned(),
            windows => format!(
                "{windows} windows of metrics are not read yet: {} metrics, for which AWS asks ${:.2} ($0.01 for 1 000). \
                 Listing and describing cost nothing.",
                self.series,
                self.usd()
            ),
        });
        if self.unlisted_days > 0 {
            sentences.push(format!(
                "On {} of its days (counted by region) jobs were never listed, so what ran then is not in this figure.",
                self.unlisted_days
            ));
        }
        sentences
    }
}

/// Looks at what is known of a span, in accounts and regions.
///
/// # Errors
/// When the database refuses.
pub async fn of(
    connection: &mut Connection,
    places: &[(i32, String)],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Forecast, StoreError> {
    let mut forecast = Forecast { retention: retention(from, to, now), ..Forecast::default() };
    for (account_id, region) in places {
        let (known, listed) = store::window::known_in(connection, *account_id, region, from, to).await?;
        let spans: Vec<_> = known.iter().map(|(start, end, _)| (*start, *end)).collect();
        let mut due = window::missing(&spans, from, to.min(now - super::settle()));
        due.extend(known.iter().filter(|(_, _, is_complete)| !is_complete).map(|(start, end, _)| (*start, *end)));
        let days = i64::try_from(window::days(from, to).len()).unwrap_or_default();
        forecast.unlisted_days += u64::try_from((days - listed).max(0)).unwrap_or_default();
        forecast.windows += u64::try_from(due.len()).unwrap_or_default();
        let crowd = store::metric::crowd(connection, *account_id, region, &due).await?;
        forecast.series += crowd.iter().map(series).sum::<u64>();
        let observed = store::observed::crowd(connection, *account_id, region, &due).await?;
        forecast.series += observed.iter().map(others).sum::<u64>();
    }
    Ok(forecast)
}

/// How many metrics are asked for a crowd.
fn series(crowd: &Crowd) -> u64 {
    let (many, metrics) = match Kind::parse(&crowd.kind) {
        Some(Kind::Training | Kind::Processing) => (crowd.instances, HOST_METRICS.len()),
        Some(Kind::Transform) => (crowd.hosts, TRANSFORM_METRICS.len()),
        Some(Kind::Endpoint) => (crowd.parts, variant_metrics(&crowd.hosting_option).len()),
        Some(Kind::Notebook | Kind::App | Kind::Cluster) | None => (0, 0),
    };
    u64::try_from(many).unwrap_or_default() * u64::try_from(metrics).unwrap_or_default()
}

/// How many metrics are asked of what else stands in the windows.
fn others(crowd: &store::observed::Crowd) -> u64 {
    let metrics = observed::asked_of(&crowd.what, &crowd.detail);
    u64::try_from(crowd.many).unwrap_or_default() * u64::try_from(metrics).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ago(days: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_132_800, 0).unwrap() - Duration::days(days)
    }

    #[test]
    fn a_span_fades_from_its_far_end() {
        let rows = [
            (ago(30), ago(0), (30, 0, 0)),
            (ago(90), ago(0), (63, 27, 0)),
            (ago(500), ago(0), (63, 392, 45)),
            (ago(500), ago(470), (0, 0, 30)),
            (ago(100), ago(70), (0, 30, 0)),
        ];
        for (from, to, (fine, coarse, gone)) in rows {
            let kept = retention(from, to, ago(0));
            let days = (kept.fine_hours / 24, kept.coarse_hours / 24, kept.gone_hours / 24);
            assert_eq!(days, (fine, coarse, gone), "{from} {to}");
        }
    }

    #[test]
    fn a_pinned_endpoint_is_asked_288_times_a_day() {
        assert!((pinned_usd_a_month(1) - 10.0 * 288.0 * 30.4375 * 1e-5).abs() < 1e-9);
        assert!(pinned_usd_a_month(0).abs() < 1e-12);
    }

    #[test]
    fn the_cost_is_that_of_the_metrics_asked_for() {
        let crowd = |kind: &str| {
            let (kind, hosting_option) = kind.split_once(' ').unwrap_or((kind, ""));
            let (kind, hosting_option) = (kind.to_owned(), hosting_option.to_owned());
            Crowd { kind, hosting_option, parts: 2, instances: 7, hosts: 3 }
        };
        let counts: Vec<u64> = ["training", "transform", "endpoint real_time", "endpoint serverless", "notebook"]
            .map(|kind| series(&crowd(kind)))
            .into();
        assert_eq!(counts, [35, 12, 20, 10, 0]);
        let queue = |what: &str, detail: &str| store::observed::Crowd {
            what: what.to_owned(),
            detail: detail.to_owned(),
            many: 3,
        };
        assert_eq!(
            [others(&queue("queue", "")), others(&queue("feature_group", "PutRecord")), others(&queue("moon", ""))],
            [12, 3, 0]
        );
        let forecast = Forecast { windows: 9, series: 120_000, unlisted_days: 2, ..Forecast::default() };
        assert!((forecast.usd() - 1.2).abs() < 1e-9);
        let text = forecast.sentences().join(" ");
        assert!(text.contains("15 days") && text.contains("63 days") && text.contains("455 days"), "{text}");
        assert!(text.contains("$1.20") && text.contains("On 2 of its days"), "{text}");
    }
}
