//! How things were used, in words.

use app::parts::number::{nearest, significant};
use app::view::ObservedRow;
use chrono::Duration;
use rust_decimal::prelude::ToPrimitive as _;

use crate::aws::facts::{ItemKind, MetricUnit, Statistic, observed_by_name};
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::store::observed::{self, Summed};

const DAYS: i64 = 7;

/// What was observed, of the metrics that have a name on a page.
pub(super) fn rows(summed: &[Summed]) -> Vec<ObservedRow> {
    summed.iter().filter_map(row).collect()
}

/// What was observed of things of a kind in the last seven days; nothing of kinds that are not observed.
pub(super) async fn of_kind(desk: &mut Desk, kind: ItemKind) -> Result<Vec<ObservedRow>, Problem> {
    let prefix = match kind {
        ItemKind::InferenceComponent => "inference-component",
        ItemKind::Pipeline | ItemKind::PipelineExecution => "pipeline",
        ItemKind::FeatureGroup => "feature-group",
        _ => return Ok(Vec::new()),
    };
    let since = desk.now - Duration::days(DAYS);
    let summed = observed::of_prefix(desk.connection(), prefix, since).await?;
    Ok(rows(&summed))
}

fn row(summed: &Summed) -> Option<ObservedRow> {
    let metric = observed_by_name(&summed.metric)?;
    let value = match metric.statistic {
        Statistic::Sum => summed.sum,
        Statistic::Average => summed.sum / summed.hours.to_f64()?,
        Statistic::Minimum => summed.least,
        Statistic::Maximum => summed.most,
    };
    Some(ObservedRow {
        of: of(&summed.subject),
        metric: metric.label.to_owned(),
        value: with_unit(value, metric.unit),
        most: with_unit(summed.most, metric.unit),
        hours: u64::try_from(summed.hours).unwrap_or_default(),
    })
}

/// `endpoint/chat/variant/main` is told as `variant main` on pages of the endpoint, and so on.
fn of(subject: &str) -> String {
    let parts: Vec<&str> = subject.split('/').collect();
    match parts.as_slice() {
        ["endpoint", _] => "endpoint".to_owned(),
        ["endpoint", _, "variant", variant] => format!("variant {variant}"),
        ["endpoint", _, "variant", variant, "container", name] => format!("variant {variant}, container {name}"),
        ["inference-component", name] => format!("component {name}"),
        ["feature-group", name, operation] => format!("{name}, {operation}"),
        [_, name] => (*name).to_owned(),
        _ => subject.to_owned(),
    }
}

fn with_unit(value: f64, unit: MetricUnit) -> String {
    let (value, unit) = match unit {
        MetricUnit::Count if value.fract().abs() < 1e-9 => return nearest(value),
        MetricUnit::Count => (value, ""),
        MetricUnit::Percent => (value, " %"),
        MetricUnit::Share => (100.0 * value, " %"),
        MetricUnit::Seconds => (value, " s"),
        MetricUnit::Milliseconds if value >= 1e3 => (value / 1e3, " s"),
        MetricUnit::Milliseconds => (value, " ms"),
        MetricUnit::Microseconds if value >= 1e6 => (value / 1e6, " s"),
        MetricUnit::Microseconds => (value / 1e3, " ms"),
    };
    format!("{}{unit}", significant(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_either_unit_are_told_on_one_scale() {
        let rows = [
            (4_000.0, MetricUnit::Microseconds, "4.00 ms"),
            (2_500_000.0, MetricUnit::Microseconds, "2.50 s"),
            (4.0, MetricUnit::Milliseconds, "4.00 ms"),
            (2_500.0, MetricUnit::Milliseconds, "2.50 s"),
            (0.25, MetricUnit::Share, "25.0 %"),
            (12.0, MetricUnit::Count, "12"),
        ];
        for (value, unit, expected) in rows {
            assert_eq!(with_unit(value, unit), expected);
        }
    }

    #[test]
    fn sums_are_added_and_means_are_not() {
        let summed = |metric: &str| Summed {
            subject: "endpoint/chat/variant/main/container/tokens".to_owned(),
            metric: metric.to_owned(),
            hours: 4,
            sum: 20_000.0,
            least: 1_000.0,
            most: 9_000.0,
        };
        let told = |metric: &str| row(&summed(metric)).map(|row| (row.value, row.most));
        assert_eq!(told("expired"), Some(("20\u{202f}000".to_owned(), "9\u{202f}000".to_owned())));
        assert_eq!(told("container_latency_us"), Some(("5.00 ms".to_owned(), "9.00 ms".to_owned())));
        assert_eq!(told("backlog"), Some(("9\u{202f}000".to_owned(), "9\u{202f}000".to_owned())));
        assert_eq!(told("of another age"), None);
        assert_eq!(row(&summed("expired")).unwrap().of, "variant main, container tokens");
    }
}
