//! Metrics that tell how things are used, beside those of entities: planned from what stood in a window, and kept by the
//! hour.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::Source;
use super::window::Window;
use crate::aws::facts::{Observed, ObservedSubject, Series, What};
use crate::store::observed::{self, Hour, Standing};
use crate::store::{Database, StoreError};

/// What is asked in a window.
pub(super) async fn plan(
    database: &Database,
    source: &Source,
    region: &str,
    window: Window,
) -> Result<Vec<(ObservedSubject, Observed)>, StoreError> {
    let mut look = source.scope.begin(&database.ingest).await?;
    let standing = observed::standing(&mut look, source.account_id, region, window).await?;
    let subjects = standing.into_iter().filter_map(subject);
    Ok(subjects.flat_map(|subject| subject.metrics().iter().map(move |each| (subject.clone(), *each))).collect())
}

/// How many metrics a window's plan asks for something: the forecast counts by the same table.
pub(super) fn asked_of(what: &str, detail: &str) -> usize {
    let standing =
        Standing { what: what.to_owned(), name: String::new(), part: String::new(), detail: detail.to_owned() };
    subject(standing).map_or(0, |subject| subject.metrics().len())
}

fn subject(standing: Standing) -> Option<ObservedSubject> {
    let what = What::parse(&standing.what)?;
    Some(ObservedSubject { what, name: standing.name, part: standing.part, detail: standing.detail })
}

/// The figures that came, hour by hour; where none came there is none, which is no zero.
pub(super) fn hours(requests: &[(ObservedSubject, Observed)], answers: &[Series], (from, to): Window) -> Vec<Hour> {
    let figures = requests.iter().zip(answers).flat_map(|((subject, metric), series)| {
        let key = subject.key();
        series.points.iter().filter_map(move |(seconds, value)| {
            let hour = DateTime::<Utc>::from_timestamp(*seconds, 0)?;
            let is_within = hour >= from && hour < to && seconds % 3600 == 0 && value.is_finite();
            is_within.then(|| Hour { subject: key.clone(), metric: metric.name.to_owned(), hour, value: *value })
        })
    });
    figures.collect()
}

/// The series that were not answered, with the reason: they are asked for again like those of entities.
pub(super) fn holes(requests: &[(ObservedSubject, Observed)], answers: &[Series]) -> Vec<Value> {
    let holes = requests.iter().zip(answers).filter_map(|((subject, metric), series)| {
        let reason = series.hole.as_ref()?;
        Some(json!({ "series": format!("{} {}", subject.key(), metric.name), "reason": reason }))
    });
    holes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_outside_their_window_or_hour_are_left() {
        let from = DateTime::from_timestamp(1_790_000_000 / 3600 * 3600, 0).unwrap();
        let s = from.timestamp();
        let queue =
            ObservedSubject { what: What::Queue, name: "docs".to_owned(), part: String::new(), detail: String::new() };
        let requests = [(queue.clone(), queue.metrics()[0])];
        let points = vec![(s, 1.0), (s + 60, 2.0), (s - 3600, 3.0), (s + 7200, 4.0), (s + 3600, f64::NAN)];
        let answers = [Series { points, hole: None }];
        let kept = hours(&requests, &answers, (from, from + chrono::Duration::hours(2)));
        let expected =
            Hour { subject: "endpoint/docs".to_owned(), metric: "backlog".to_owned(), hour: from, value: 1.0 };
        assert_eq!(kept, [expected]);
    }
}
