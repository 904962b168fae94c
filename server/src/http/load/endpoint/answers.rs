//! How variants answered: latency and errors, how long requests waited, and how busy the machines were meanwhile.

use app::view::{AnswerRow, AnswersView, Line, Shown, TimeChart, Unit};
use chrono::{DateTime, Utc};
use footprint::FactorSet;

use super::{Told, members};
use crate::store::endpoint::{Answers, Wait};
use crate::store::part::plus;
use crate::store::resource::Usage;

/// Latency and errors in the period.
pub(super) fn view(answers: &[Answers]) -> AnswersView {
    let times = times(answers.iter().map(|each| each.at));
    let mut names: Vec<&str> = answers.iter().filter(|each| is_called(each)).map(|each| each.member.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let line = |name: &str, what: &str, of: &dyn Fn(&Answers) -> Option<f64>| {
        let label = if names.len() > 1 { format!("{name}, {what}") } else { capitalised(what) };
        let at = |time: &DateTime<Utc>| answers.iter().find(|each| each.at == *time && each.member == name);
        Line { label, values: times.iter().map(|time| at(time).and_then(of)).collect(), band: Vec::new() }
    };
    let both = |name: &&str| [line(name, "mean", &mean_ms), line(name, "slowest five minutes", &slowest_ms)];
    let failed = |name: &&str| {
        let share = |of: fn(&Answers) -> Option<f64>| move |each: &Answers| share(of(each), each.requests);
        [line(name, "4xx", &share(|each| each.errors_4xx)), line(name, "5xx", &share(|each| each.errors_5xx))]
    };
    AnswersView {
        latency: chart("latency", "Latency of the model", Unit::Milliseconds, &times, names.iter().flat_map(both)),
        errors: chart("errors", "Requests that failed", Unit::Percent, &times, names.iter().flat_map(failed))
            .filter(|chart| chart.lines.iter().any(|line| line.values.iter().flatten().any(|value| *value > 0.0))),
        rows: names.iter().map(|name| row(name, answers)).collect(),
    }
}

fn is_called(each: &Answers) -> bool {
    each.requests.is_some() || each.slowest_us.is_some()
}

fn row(name: &str, answers: &[Answers]) -> AnswerRow {
    let own = || answers.iter().filter(|each| each.member == name);
    let sum = |of: fn(&Answers) -> Option<f64>| own().filter_map(of).reduce(|a, b| a + b);
    let requests = sum(|each| each.requests);
    let (errors_4xx, errors_5xx) = (sum(|each| each.errors_4xx), sum(|each| each.errors_5xx));
    let count = |value: Option<f64>| shown(value, Unit::Count, "no series of it was read");
    let mean = per_request_ms(sum(|each| each.busy_s), sum(|each| each.timed_requests));
    let slowest = own().filter_map(slowest_ms).reduce(f64::max);
    AnswerRow {
        variant: name.to_owned(),
        requests: count(requests),
        errors_4xx: count(errors_4xx),
        errors_5xx: count(errors_5xx),
        error_share: shown(share(plus(errors_4xx, errors_5xx), requests), Unit::Percent, "no requests in this period"),
        mean_latency: shown(mean, Unit::Milliseconds, "no latency was read"),
        slowest: shown(slowest, Unit::Milliseconds, "no latency was read"),
    }
}

fn shown(value: Option<f64>, unit: Unit, reason: &str) -> Shown {
    value.map_or_else(|| Shown::Unknown(reason.to_owned()), |value| Shown::exact(value, unit))
}

fn mean_ms(each: &Answers) -> Option<f64> {
    per_request_ms(each.busy_s, each.timed_requests)
}

/// Seconds of answering over the requests they went to.
fn per_request_ms(busy_s: Option<f64>, requests: Option<f64>) -> Option<f64> {
    let (busy_s, requests) = busy_s.zip(requests.filter(|requests| *requests > 0.0))?;
    Some(1e3 * busy_s / requests)
}

fn slowest_ms(each: &Answers) -> Option<f64> {
    each.slowest_us.map(|us| us / 1e3)
}

/// Percent, where there is a whole.
fn share(part: Option<f64>, whole: Option<f64>) -> Option<f64> {
    let (part, whole) = part.zip(whole.filter(|whole| *whole > 0.0))?;
    Some(100.0 * part / whole)
}

fn times(of: impl Iterator<Item = DateTime<Utc>>) -> Vec<DateTime<Utc>> {
    let mut times: Vec<DateTime<Utc>> = of.collect();
    times.sort_unstable();
    times.dedup();
    times
}

/// Lines with anything on them; nothing where there is none.
fn chart(
    id: &str,
    title: &str,
    unit: Unit,
    times: &[DateTime<Utc>],
    lines: impl Iterator<Item = Line>,
) -> Option<TimeChart> {
    let lines: Vec<Line> = lines.filter(|line| line.values.iter().any(Option::is_some)).collect();
    (!lines.is_empty()).then(|| TimeChart {
        id: id.to_owned(),
        title: title.to_owned(),
        unit,
        times: times.to_vec(),
        lines,
        scale_to: None,
    })
}

/// The queue of an asynchronous endpoint and the start of new copies of serverless ones.
pub(super) fn waits(waits: &[Wait]) -> Vec<TimeChart> {
    let times = times(waits.iter().map(|each| each.at));
    let drawn = |id: &str, title: &str, metric: &str, unit: Unit, scale: f64| {
        let mut subjects: Vec<&str> =
            waits.iter().filter(|each| each.metric == metric).map(|each| each.subject.as_str()).collect();
        subjects.sort_unstable();
        subjects.dedup();
        let line = |subject: &&str| {
            let at = |time: &DateTime<Utc>| {
                let found =
                    waits.iter().find(|each| each.at == *time && each.metric == metric && each.subject == *subject);
                found.map(|found| found.most / scale)
            };
            let label = subject.split_once("/variant/").map_or("The queue", |(_, variant)| variant);
            Line { label: label.to_owned(), values: times.iter().map(at).collect(), band: Vec::new() }
        };
        chart(id, title, unit, &times, subjects.iter().map(line))
    };
    [
        drawn("backlog", "Requests in the queue, at most", "backlog", Unit::Count, 1.0),
        drawn("oldest-request", "Age of the oldest request, at most", "oldest_request_s", Unit::Hours, 3_600.0),
        drawn("cold-starts", "Start of a new copy, slowest hour", "model_setup_us", Unit::Milliseconds, 1e3),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How busy each variant was, one chart a variant on one scale.
pub(super) fn busy(factors: &FactorSet, told: &Told<'_>, usage: &[Usage]) -> Vec<TimeChart> {
    let answers = &told.around.answers;
    let of_variant = |(place, name): (usize, &str)| {
        let own: Vec<&Usage> = usage.iter().filter(|each| each.member == name).collect();
        let held: Vec<&Answers> = answers.iter().filter(|each| each.member == name).collect();
        let times = times(own.iter().map(|each| each.at).chain(held.iter().map(|each| each.at)));
        let machine = told.spans.iter().rev().find(|span| span.member == name).map(|span| span.instance_type.as_str());
        let accelerators = machine
            .and_then(|machine| factors.instance(machine).ok())
            .map(|instance| f64::from(instance.accelerator_count()))
            .filter(|count| *count > 0.0);
        let used = |label: &str, of: fn(&Usage) -> Option<f64>| {
            let at = |time: &DateTime<Utc>| {
                own.iter().find(|each| each.at == *time).and_then(|each| of(each)).map(|share| 100.0 * share)
            };
            Line { label: label.to_owned(), values: times.iter().map(at).collect(), band: Vec::new() }
        };
        let kept = |label: &str, of: &dyn Fn(&Answers) -> Option<f64>| {
            let at = |time: &DateTime<Utc>| held.iter().find(|each| each.at == *time).and_then(|each| of(each));
            Line { label: label.to_owned(), values: times.iter().map(at).collect(), band: Vec::new() }
        };
        let lines = [
            used("Accelerators", |each| each.gpu),
            used("Processors", |each| each.cpu),
            kept("Memory", &|each| each.memory_pct),
            kept("Accelerator memory", &|each| Some(each.gpu_memory_pct? / accelerators?)),
        ];
        let chart =
            chart(&format!("busy-{place}"), &format!("Variant {name}"), Unit::Percent, &times, lines.into_iter())?;
        Some(TimeChart { scale_to: Some(100.0), ..chart })
    };
    members(told.spans).into_iter().enumerate().filter_map(of_variant).collect()
}

fn capitalised(words: &str) -> String {
    app::parts::configuration_panel::capitalised(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::load::endpoint::tests::at;

    fn answers(hour: i64, member: &str) -> Answers {
        Answers {
            at: at(hour),
            member: member.to_owned(),
            requests: Some(100.0),
            errors_4xx: Some(3.0),
            errors_5xx: Some(1.0),
            timed_requests: Some(100.0),
            busy_s: Some(2.5),
            slowest_us: Some(40_000.0),
            memory_pct: None,
            gpu_memory_pct: None,
        }
    }

    #[test]
    fn the_mean_is_over_requests_and_errors_are_a_share_of_them() {
        let busier = Answers {
            requests: Some(300.0),
            timed_requests: Some(300.0),
            busy_s: Some(1.5),
            slowest_us: Some(9e3),
            ..answers(1, "main")
        };
        let view = view(&[answers(0, "main"), busier]);
        let row = &view.rows[0];
        // 4 seconds of answering for 400 requests.
        assert_eq!(row.mean_latency, Shown::exact(10.0, Unit::Milliseconds));
        assert_eq!(row.slowest, Shown::exact(40.0, Unit::Milliseconds));
        assert_eq!(row.error_share, Shown::exact(2.0, Unit::Percent));
        let latency = view.latency.unwrap();
        assert_eq!(latency.lines[0].values, [Some(25.0), Some(5.0)]);
        assert_eq!(latency.lines[1].label, "Slowest five minutes");
        assert_eq!(view.errors.unwrap().lines[0].values, [Some(3.0), Some(1.0)]);
    }

    #[test]
    fn no_series_is_no_zero_and_no_error_draws_no_chart() {
        let silent = Answers {
            requests: None,
            errors_4xx: None,
            errors_5xx: None,
            timed_requests: None,
            busy_s: None,
            slowest_us: None,
            ..answers(0, "main")
        };
        assert_eq!(view(&[silent]), AnswersView::default());
        let fine = Answers { errors_4xx: Some(0.0), errors_5xx: None, ..answers(0, "main") };
        let view = view(&[fine, answers(0, "other")]);
        assert!(view.rows[0].errors_5xx.figure().is_none());
        assert_eq!(view.rows[0].error_share, Shown::exact(0.0, Unit::Percent));
        assert_eq!(view.latency.unwrap().lines[0].label, "main, mean");
    }

    #[test]
    fn waits_come_in_their_own_units() {
        let wait = |metric: &str, subject: &str, most: f64| Wait {
            at: at(0),
            subject: subject.to_owned(),
            metric: metric.to_owned(),
            most,
        };
        let charts = waits(&[
            wait("oldest_request_s", "endpoint/chat", 1_800.0),
            wait("model_setup_us", "endpoint/chat/variant/main", 900_000.0),
        ]);
        let drawn: Vec<_> =
            charts.iter().map(|chart| (chart.unit, chart.lines[0].label.as_str(), chart.lines[0].values[0])).collect();
        assert_eq!(drawn, [(Unit::Hours, "The queue", Some(0.5)), (Unit::Milliseconds, "main", Some(900.0))]);
    }
}
