//! Metric points from CloudWatch.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::types::{Dimension, Metric as AwsMetric, MetricDataQuery, MetricStat, ScanBy, StatusCode};
use chrono::{DateTime, TimeDelta, Utc};

use super::facts::{Metric, Observed, ObservedSubject, PowerMetric, Series, SeriesRequest, Subject};
use super::limit::Points;
use super::sagemaker::aws_time;
use super::{AwsError, Client, Kind as ErrorKind};
use crate::kind::Kind;

/// At most this many series go into one call.
const SERIES_A_CALL: usize = 500;
/// At most this many points come back in one page.
const POINTS_A_CALL: i64 = 100_800;
const MOST_PAGES: usize = 2_000;
const TRANSFORM_JOBS: &str = "/aws/sagemaker/TransformJobs";

impl Client {
    /// Reads the series over `[from, to)` at `period_s`, answers in the order of the requests.
    ///
    /// A series without points is an empty one; a series that CloudWatch could not answer says why. `power` names the
    /// metric of [`Metric::Power`].
    ///
    /// # Errors
    /// When a call fails as a whole.
    pub async fn metric_data(
        &self,
        requests: &[SeriesRequest],
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        period_s: i32,
        power: Option<&PowerMetric>,
    ) -> Result<Vec<Series>, AwsError> {
        let points_each = ((to - from).num_seconds() / i64::from(period_s)).max(1);
        let fitting = usize::try_from(POINTS_A_CALL / points_each).unwrap_or(1);
        let mut answers = Vec::with_capacity(requests.len());
        for chunk in requests.chunks(fitting.clamp(1, SERIES_A_CALL)) {
            let queries =
                chunk.iter().enumerate().map(|(index, request)| query(index, request, period_s, power)).collect();
            answers.extend(self.one_call(queries, from, to, period_s).await?);
        }
        Ok(answers)
    }

    /// Reads a figure an hour of each over `[from, to)`, answers in the order of the requests.
    ///
    /// # Errors
    /// When a call fails as a whole.
    pub async fn observed(
        &self,
        requests: &[(ObservedSubject, Observed)],
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Vec<Series>, AwsError> {
        const HOUR_S: i32 = 3600;
        let mut answers = Vec::with_capacity(requests.len());
        for chunk in requests.chunks(SERIES_A_CALL) {
            let queries = chunk.iter().enumerate().map(|(index, (subject, metric))| {
                let names = (metric.namespace, metric.metric, metric.statistic.as_str());
                asking(index, names, subject.dimensions(), HOUR_S)
            });
            answers.extend(self.one_call(queries.collect(), from, to, HOUR_S).await?);
        }
        Ok(answers)
    }

    /// Hosts of batch transform jobs that had a datapoint lately, as CloudWatch calls them: `job/instance`.
    ///
    /// # Errors
    /// When a call fails as a whole.
    pub async fn transform_hosts(&self) -> Result<Vec<String>, AwsError> {
        let operation = "cloudwatch:ListMetrics";
        let hosts = self
            .every_page(operation, |token| {
                let ask = self.cloudwatch.list_metrics().namespace(TRANSFORM_JOBS).metric_name("CPUUtilization");
                let ask = ask.set_next_token(token);
                async move {
                    let page = self.call(operation, || ask.clone().send()).await?;
                    let dimensions = page.metrics().iter().flat_map(|metric| metric.dimensions());
                    let hosts = dimensions.filter(|dimension| dimension.name() == Some("Host"));
                    let hosts = hosts.filter_map(|dimension| dimension.value().map(str::to_owned)).collect();
                    Ok((hosts, page.next_token().map(str::to_owned)))
                }
            })
            .await?;
        Ok(hosts)
    }

    async fn one_call(
        &self,
        queries: Vec<MetricDataQuery>,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        period_s: i32,
    ) -> Result<Vec<Series>, AwsError> {
        let operation = "cloudwatch:GetMetricData";
        let asked = queries.len();
        let points = weight(asked, from, to, period_s);
        let mut answers: BTreeMap<String, Series> = BTreeMap::new();
        let mut token = None;
        let mut finished = false;
        for _ in 0..MOST_PAGES {
            let ask = self
                .cloudwatch
                .get_metric_data()
                .set_metric_data_queries(Some(queries.clone()))
                .start_time(aws_time(from))
                .end_time(aws_time(to))
                .scan_by(ScanBy::TimestampAscending)
                .set_next_token(token.take());
            let page = self.call_weighing(operation, points, || ask.clone().send()).await?;
            for result in page.metric_data_results() {
                let series = answers
                    .entry(result.id().unwrap_or_default().to_owned())
                    .or_insert_with(|| Series { points: Vec::new(), hole: None });
                series
                    .points
                    .extend(result.timestamps().iter().zip(result.values()).map(|(at, value)| (at.secs(), *value)));
                // Partial data on a page that has a successor only says that more is to come.
                series.hole = match result.status_code() {
                    Some(StatusCode::Complete) | None => None,
                    Some(other) => Some(other.as_str().to_owned()),
                };
            }
            token = page.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
            if token.is_none() {
                finished = true;
                break;
            }
        }
        if !finished {
            return Err(AwsError {
                operation,
                region: self.region.clone(),
                kind: ErrorKind::Failing,
                message: format!("the answer did not end within {MOST_PAGES} pages"),
                source: None,
            });
        }
        Ok((0..asked)
            .map(|index| {
                answers
                    .remove(&id(index))
                    .unwrap_or_else(|| Series { points: Vec::new(), hole: Some("NotAnswered".to_owned()) })
            })
            .collect())
    }
}

/// The datapoints that a question may bring: AWS counts those, also where none come. The quota is smaller for the last
/// three hours.
fn weight(series: usize, from: DateTime<Utc>, to: DateTime<Utc>, period_s: i32) -> Points {
    let each = f64::from(i32::try_from((to - from).num_seconds()).unwrap_or(i32::MAX)) / f64::from(period_s.max(1));
    let points = each.max(1.0) * f64::from(u32::try_from(series).unwrap_or(u32::MAX));
    if Utc::now() - from <= TimeDelta::hours(3) { Points::Recent(points) } else { Points::Older(points) }
}

fn id(index: usize) -> String {
    format!("s{index}")
}

fn query(index: usize, request: &SeriesRequest, period_s: i32, power: Option<&PowerMetric>) -> MetricDataQuery {
    asking(index, names(request, power), dimensions(&request.subject), period_s)
}

fn asking(
    index: usize,
    (namespace, name, statistic): (&str, &str, &str),
    dimensions: Vec<(&str, &str)>,
    period_s: i32,
) -> MetricDataQuery {
    let mut metric = AwsMetric::builder().namespace(namespace).metric_name(name);
    for (key, value) in dimensions {
        metric = metric.dimensions(Dimension::builder().name(key).value(value).build());
    }
    MetricDataQuery::builder()
        .id(id(index))
        .metric_stat(MetricStat::builder().metric(metric.build()).period(period_s).stat(statistic).build())
        .return_data(true)
        .build()
}

fn names<'a>(request: &SeriesRequest, power: Option<&'a PowerMetric>) -> (&'a str, &'a str, &'static str) {
    let instances = match request.subject {
        Subject::Host { kind: Kind::Processing, .. } => "/aws/sagemaker/ProcessingJobs",
        Subject::Host { kind: Kind::Transform, .. } => TRANSFORM_JOBS,
        Subject::Host { .. } => "/aws/sagemaker/TrainingJobs",
        Subject::Variant { .. } => "/aws/sagemaker/Endpoints",
    };
    match request.metric {
        Metric::Cpu => (instances, "CPUUtilization", "Average"),
        Metric::Samples => (instances, "CPUUtilization", "SampleCount"),
        Metric::Memory => (instances, "MemoryUtilization", "Average"),
        Metric::Gpu => (instances, "GPUUtilization", "Average"),
        Metric::GpuMemory => (instances, "GPUMemoryUtilization", "Average"),
        Metric::Disk => (instances, "DiskUtilization", "Average"),
        Metric::Invocations => ("AWS/SageMaker", "Invocations", "Sum"),
        Metric::Processed => ("AWS/SageMaker", "InvocationsProcessed", "Sum"),
        Metric::Errors4xx => ("AWS/SageMaker", "Invocation4XXErrors", "Sum"),
        Metric::Errors5xx => ("AWS/SageMaker", "Invocation5XXErrors", "Sum"),
        Metric::Latency => ("AWS/SageMaker", "ModelLatency", "Average"),
        Metric::Power => power.map_or(("", "", "Average"), |power| (&power.namespace, &power.name, "Average")),
    }
}

fn dimensions(subject: &Subject) -> Vec<(&'static str, &str)> {
    match subject {
        Subject::Host { host, .. } => vec![("Host", host)],
        Subject::Variant { endpoint, variant } => vec![("EndpointName", endpoint), ("VariantName", variant)],
    }
}
