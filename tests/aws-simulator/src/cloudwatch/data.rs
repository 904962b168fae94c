//! GetMetricData: datapoints of many series in pages.
//!
//! A page covers a stretch of time rather than a number of points, so that it costs no more to answer the last page
//! than the first. Like the real service it counts the points that could exist, so a page may hold fewer, or none.

use super::gauge::Gauge;
use super::query::{Query, Request, page_length_s, retention_holds, token};
use crate::Faults;
use crate::SeriesStatus;
use crate::caller::Site;
use crate::truth::{Directory, Series};
use crate::wire::AwsError;
use crate::wire::cbor::Writer;

/// One series of an answer.
struct Answer<'a> {
    query: &'a Query<'a>,
    /// Epoch seconds of the begin of a period, and the value.
    points: Vec<(i64, f64)>,
    status: &'static str,
}

pub(super) fn get_metric_data(body: &ciborium::Value, site: Site<'_>, faults: &Faults) -> Result<Vec<u8>, AwsError> {
    let request = Request::parse(body, site.fleet.now.timestamp())?;
    let visible: Vec<&Query<'_>> = request.queries.iter().filter(|query| query.return_data).collect();
    let (from, to, next) = page(&request, &visible);
    let directory = site.region.map(Directory::new);
    let answers: Vec<Answer<'_>> = visible
        .into_iter()
        .map(|query| {
            let fault = faults.status_of(query.namespace, query.metric, &query.dimensions);
            let mut points = points(query, &request, site, directory.as_ref(), (from, to));
            match fault {
                Some(SeriesStatus::PartialData) => points.truncate(points.len() / 2),
                Some(_) => points.clear(),
                None => {}
            }
            let healthy = if next.is_some() { "PartialData" } else { "Complete" };
            Answer { query, points, status: fault.map_or(healthy, SeriesStatus::as_str) }
        })
        .collect();
    Ok(encode(&answers, next))
}

/// The stretch of time of this page, and where the next one begins.
fn page(request: &Request<'_>, queries: &[&Query<'_>]) -> (i64, i64, Option<i64>) {
    let periods: Vec<i64> = queries.iter().map(|query| query.period_s).collect();
    let length = page_length_s(&periods, request.most_datapoints);
    if request.descending {
        let to = request.resume.unwrap_or(request.end).min(request.end);
        // Boundaries lie on the start's grid, or a period would be cut short at every page.
        let steps = (to - request.start - 1).max(0) / length;
        let from = request.start + steps * length;
        (from, to, (from > request.start).then_some(from))
    } else {
        let from = request.resume.unwrap_or(request.start).max(request.start);
        let to = (from + length).min(request.end);
        (from, to, (to < request.end).then_some(to))
    }
}

/// The datapoints of all periods that begin in `from..to`, in scan order.
fn points(
    query: &Query<'_>,
    request: &Request<'_>,
    site: Site<'_>,
    directory: Option<&Directory<'_>>,
    (from, to): (i64, i64),
) -> Vec<(i64, f64)> {
    let age = site.fleet.now.timestamp() - request.start;
    if query.period_s < 60 || !retention_holds(query.period_s, age) {
        return Vec::new();
    }
    let series = directory
        .and_then(|directory| {
            Series::find(site.fleet, &site.account.id, directory, query.namespace, query.metric, &query.dimensions)
        })
        .filter(|series| query.unit.is_none_or(|unit| unit == series.metric().unit()));
    let gauge = match series {
        Some(_) => None,
        None => Gauge::find(site, query.namespace, query.metric, &query.dimensions),
    };
    let Some((first, past)) = series.as_ref().map(Series::span).or(gauge.as_ref().map(Gauge::span)) else {
        return Vec::new();
    };
    let period = query.period_s;
    // The first period of the page that the life of the series touches.
    let earliest = from.max(first * 60 - period + 1);
    let begin = request.start + (earliest - request.start + period - 1).div_euclid(period) * period;
    let mut points = Vec::new();
    let mut at = begin;
    while at < to && at < past * 60 {
        // The end of the request is exclusive for minutes too, not only for periods.
        let minutes = (at.div_euclid(60), (at + period).min(request.end).div_euclid(60));
        let datum = match (&series, &gauge) {
            (Some(series), _) => series.merged(minutes.0, minutes.1),
            (None, gauge) => gauge.as_ref().and_then(|gauge| gauge.merged(minutes.0, minutes.1)),
        };
        if let Some(datum) = datum {
            points.push((at, datum.statistic(query.statistic)));
        }
        at += period;
    }
    if request.descending {
        points.reverse();
    }
    points
}

fn encode(answers: &[Answer<'_>], next: Option<i64>) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.map(if next.is_some() { 3 } else { 2 });
    writer.text("MetricDataResults").list(answers.len());
    for answer in answers {
        writer.map(5);
        writer.text("Id").text(answer.query.id);
        writer.text("Label").text(answer.query.label);
        writer.text("Timestamps").list(answer.points.len());
        for (at, _) in &answer.points {
            writer.time(*at);
        }
        writer.text("Values").list(answer.points.len());
        for (_, value) in &answer.points {
            writer.double(*value);
        }
        writer.text("StatusCode").text(answer.status);
    }
    writer.text("Messages").list(0);
    if let Some(position) = next {
        writer.text("NextToken").text(&token(position));
    }
    writer.into_bytes()
}
