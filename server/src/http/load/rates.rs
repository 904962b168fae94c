//! Emissions per unit of work, after ISO/IEC 21031.

use app::parts::{number, rates_panel::WORK};
use app::view::{Field, Figure, FormState, RateRow, Shown, Unit};
use chrono::{DateTime, Utc};
use footprint::sci::{self, FunctionalUnit, SciScore};

use super::figures::{self, Sums};
use crate::http::query::Query;
use crate::store::resource::{self, Resource};
use crate::store::selection::Period;

/// The page's own parameters: how much was done, and in what it was counted.
pub const PARAMETERS: [&str; 2] = ["done", "of"];
/// More than anybody counts.
const MOST_WORK: f64 = 1e18;

/// Work that was done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Work {
    unit: FunctionalUnit,
    /// How many of the things the unit counts.
    pub amount: f64,
}

/// What a job did in a period: its hours, and its run where the period holds all of it.
pub fn of_job(job: &Resource, now: DateTime<Utc>, period: Period) -> Vec<Work> {
    let (from, to) = resource::bounds(period);
    let Some(started) = job.started_at else {
        return Vec::new();
    };
    let ended = job.ended_at.unwrap_or(now);
    let hours = (ended.min(to) - started.max(from)).as_seconds_f64() / 3_600.0;
    let whole = job.ended_at.is_some() && started >= from && ended <= to;
    let run = whole.then_some(Work { unit: FunctionalUnit::Run, amount: 1.0 });
    let hours = (hours > 0.0).then_some(Work { unit: FunctionalUnit::JobHour, amount: hours });
    run.into_iter().chain(hours).collect()
}

/// What an endpoint answered, as far as CloudWatch counted it.
pub fn of_endpoint(sums: &Sums) -> Vec<Work> {
    let requests = sums.requests.filter(|requests| *requests > 0.0);
    requests.map(|amount| Work { unit: FunctionalUnit::ThousandInferences, amount }).into_iter().collect()
}

/// Work that the reader counted, and the form as it was filled in.
pub fn own(query: &Query) -> (FormState, Option<Work>) {
    let typed = |name: &str| query.own.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
    let mut form = FormState::default();
    for name in PARAMETERS {
        form.values.insert(name.to_owned(), typed(name).unwrap_or_default().to_owned());
    }
    let Some(done) = typed("done") else {
        return (form, None);
    };
    let amount = done.replace([' ', ',', '_'], "").parse().ok();
    let amount = amount.filter(|amount: &f64| *amount > 0.0 && *amount <= MOST_WORK);
    let unit = match typed("of") {
        None | Some("tokens") => Some(FunctionalUnit::ThousandTokens),
        Some("inferences") => Some(FunctionalUnit::ThousandInferences),
        Some("samples") => Some(FunctionalUnit::Sample),
        Some("runs") => Some(FunctionalUnit::Run),
        Some("job_hours") => Some(FunctionalUnit::JobHour),
        Some(_) => None,
    };
    let mut refuse = |name: &str, message: String| form.errors.push(Field { name: name.to_owned(), message });
    if amount.is_none() {
        refuse("done", format!("`{done}` is not an amount of work. Write a number above 0, such as 21000000."));
    }
    if unit.is_none() {
        refuse("done", format!("Choose one of {}.", WORK.map(|(value, _)| value).join(", ")));
    }
    (form, unit.zip(amount).map(|(unit, amount)| Work { unit, amount }))
}

/// The score of each kind of work; none where nothing could be estimated.
pub fn scores(sums: &Sums, work: &[Work]) -> Vec<(Work, SciScore)> {
    let Some(totals) = &sums.totals else {
        return Vec::new();
    };
    work.iter().filter_map(|work| Some((*work, sci::score(totals, &sums.groups, work.unit, work.amount)?))).collect()
}

/// The scores for a page.
pub fn rows(sums: &Sums, scores: &[(Work, SciScore)]) -> Vec<RateRow> {
    let shown = |estimate: footprint::Estimate<footprint::units::Grams>| {
        let grams = estimate.map(|grams| grams.get());
        let tier = figures::tier(grams.tier);
        let figure = Figure::estimated(grams.central, grams.low, grams.high, Unit::GramsCo2e, tier);
        Shown::Ready(if sums.is_lower_bound() { figure.lower_bound() } else { figure })
    };
    scores
        .iter()
        .map(|(work, score)| RateRow {
            unit: work.unit.describe().replace(',', "\u{202f}"),
            amount: amount(*work),
            score: shown(score.score),
            without_idle: shown(score.without_idle),
        })
        .collect()
}

/// The scores of some work, for a page.
pub fn of(sums: &Sums, work: &[Work]) -> Vec<RateRow> {
    rows(sums, &scores(sums, work))
}

fn amount(work: Work) -> String {
    let counted = counted(work.unit);
    if (work.amount - 1.0).abs() < 1e-9 {
        return format!("1 {}", counted.trim_end_matches('s'));
    }
    format!("{} {counted}", number::compact(work.amount))
}

fn counted(unit: FunctionalUnit) -> &'static str {
    match unit {
        FunctionalUnit::Run => "runs",
        FunctionalUnit::ThousandInferences => "inferences",
        FunctionalUnit::ThousandTokens => "tokens",
        FunctionalUnit::JobHour => "job-hours",
        FunctionalUnit::Sample => "samples",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(done: &str, of: &str) -> (FormState, Option<Work>) {
        let own = [("done", done), ("of", of)].into_iter().filter(|(_, value)| !value.is_empty());
        own_of(own.map(|(key, value)| (key, value.to_owned())).collect())
    }

    fn own_of(own: Vec<(&'static str, String)>) -> (FormState, Option<Work>) {
        super::own(&Query { own, ..Query::default() })
    }

    #[test]
    fn work_is_read_or_asked_for_again() {
        let work = |unit, amount| Some(Work { unit, amount });
        for (done, of, expected) in [
            ("", "", None),
            ("21000000", "", work(FunctionalUnit::ThousandTokens, 21e6)),
            ("21,000,000", "tokens", work(FunctionalUnit::ThousandTokens, 21e6)),
            ("5e4", "inferences", work(FunctionalUnit::ThousandInferences, 5e4)),
            ("1.5", "job_hours", work(FunctionalUnit::JobHour, 1.5)),
            ("3", "runs", work(FunctionalUnit::Run, 3.0)),
            ("3", "samples", work(FunctionalUnit::Sample, 3.0)),
        ] {
            let (form, got) = asked(done, of);
            assert_eq!(got, expected, "{done} {of}");
            assert!(form.errors.is_empty(), "{form:?}");
        }
        for (done, of) in [("0", ""), ("-1", "runs"), ("NaN", "runs"), ("inf", "runs"), ("many", "runs"), ("3", "x")] {
            let (form, got) = asked(done, of);
            assert!(got.is_none() && !form.errors.is_empty(), "{done} {of}");
            assert_eq!(form.value("done"), done, "what was typed is kept");
        }
    }
}
