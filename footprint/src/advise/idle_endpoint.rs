//! E01: capacity that waits for requests that do not come.

use super::catalogue::IDLE_ENDPOINT;
use super::verdict::{Confidence, Evaluation, Evidence, Footprint, Priority, Savings, Verdict, measured};
use super::{HOURS_PER_MONTH, LEAST_COVERAGE};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The window every endpoint is judged over, days; `instance_hours` and `footprint` cover exactly this window.
pub const WINDOW_DAYS: u64 = 14;

/// A silence this long is proposed for deletion, days.
pub(super) const DELETE_DAYS: u64 = 30;

/// A silence this long is stale, days.
pub(super) const STALE_DAYS: u64 = 90;

/// Windows in days, longest first, with the stage that a silence of that length reaches.
const STAGES: [(u64, &str); 3] = [(STALE_DAYS, "stale"), (DELETE_DAYS, "delete_proposed"), (WINDOW_DAYS, "review")];

/// One UTC day of a variant.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Day {
    /// The day.
    pub day: NaiveDate,
    /// Requests. `None` where the day was not read in full; a day read in full that holds no data point is zero.
    pub invocations: Option<f64>,
}

/// What is known of one variant of one endpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// Exclusive end of every window, UTC.
    pub until: NaiveDate,
    /// When the endpoint was created.
    pub created_at: DateTime<Utc>,
    /// Requests per day, any order, as far back as is known.
    pub days: Vec<Day>,
    /// Instances in service now.
    pub current_instances: u32,
    /// Whether another variant of the endpoint is in service and took requests in the window.
    pub active_sibling: bool,
    /// Instance-hours of the variant over [`WINDOW_DAYS`].
    pub instance_hours: f64,
    /// US dollars per instance-hour; `None` where no price is known.
    pub usd_per_instance_hour: Option<f64>,
    /// What the price is, such as `list, 2024`.
    pub price_basis: String,
    /// Footprint of those instance-hours; `None` where it could not be estimated.
    pub footprint: Option<Footprint>,
}

/// What a window holds.
struct Window {
    days: u64,
    coverage: f64,
    requests: f64,
}

/// Judges one variant.
#[must_use]
pub fn evaluate(input: &Input) -> Evaluation {
    let window = window(input, WINDOW_DAYS);
    if !old_enough(input, WINDOW_DAYS) {
        let reason = format!("Created {}: younger than the {WINDOW_DAYS}-day window.", input.created_at.date_naive());
        return judged(input, &window, Verdict::TooNew, None, reason);
    }
    if input.current_instances == 0 {
        return judged(input, &window, Verdict::DoesNotFire, None, "No instance is in service.".to_owned());
    }
    if window.coverage < LEAST_COVERAGE {
        let percent = window.coverage * 100.0;
        let reason =
            format!("Only {percent:.0} % of the last {WINDOW_DAYS} days were read: no verdict on missing data.");
        return judged(input, &window, Verdict::NotEvaluated, None, reason);
    }
    if window.requests > 0.0 {
        let reason = format!("{:.0} requests in the last {WINDOW_DAYS} days.", window.requests);
        return judged(input, &window, Verdict::DoesNotFire, None, reason);
    }
    let (silent, stage) = stage(input);
    let subject = if input.active_sibling { "this variant" } else { "the endpoint" };
    let instances = if input.current_instances == 1 {
        "1 instance stays".to_owned()
    } else {
        format!("{} instances stay", input.current_instances)
    };
    let reason = format!("No request reached {subject} in {silent} days while {instances} in service.");
    judged(input, &window, Verdict::Fires, Some(stage), reason)
}

/// The longest silence that the data shows, and its stage.
fn stage(input: &Input) -> (u64, &'static str) {
    STAGES
        .into_iter()
        .find(|(days, _)| {
            let window = window(input, *days);
            old_enough(input, *days) && window.coverage >= LEAST_COVERAGE && window.requests <= 0.0
        })
        .unwrap_or((WINDOW_DAYS, "review"))
}

fn window(input: &Input, days: u64) -> Window {
    let from = start(input, days);
    // A day given twice counts once; one whose count is no count was not read.
    let known: BTreeMap<NaiveDate, f64> = input
        .days
        .iter()
        .filter(|day| from.is_some_and(|from| day.day >= from) && day.day < input.until)
        .filter_map(|day| Some((day.day, measured(day.invocations)?)))
        .collect();
    Window { days, coverage: known.len() as f64 / days as f64, requests: known.values().sum() }
}

fn start(input: &Input, days: u64) -> Option<NaiveDate> {
    input.until.checked_sub_days(Days::new(days))
}

fn old_enough(input: &Input, days: u64) -> bool {
    start(input, days).is_some_and(|from| input.created_at <= from.and_time(NaiveTime::MIN).and_utc())
}

fn judged(input: &Input, window: &Window, verdict: Verdict, stage: Option<&str>, reason: String) -> Evaluation {
    Evaluation {
        rule_id: IDLE_ENDPOINT.id.to_owned(),
        rule_version: IDLE_ENDPOINT.version.to_owned(),
        verdict,
        stage: stage.map(str::to_owned),
        priority: Priority::Normal,
        // A silent variant beside a busy one may be a shadow or a canary: nobody can tell from outside.
        confidence: if input.active_sibling { Confidence::Medium } else { Confidence::High },
        coverage: window.coverage,
        reason,
        evidence: evidence(input, window),
        savings: if verdict == Verdict::Fires { savings(input) } else { Savings::none("Nothing is proposed.") },
    }
}

fn evidence(input: &Input, window: &Window) -> Vec<Evidence> {
    let period = start(input, window.days).map_or_else(String::new, |from| format!("{from} to {}", input.until));
    let price = input.usd_per_instance_hour.map_or_else(|| "unknown".to_owned(), |usd| format!("{usd}"));
    vec![
        Evidence::new("Requests", format!("{:.0}", window.requests), "requests", &period),
        Evidence::new("Days read", format!("{:.1}", window.coverage * 100.0), "%", &period),
        Evidence::new("Instances in service", input.current_instances, "instances", "now"),
        Evidence::new("Instance-hours", format!("{:.1}", input.instance_hours), "h", &period),
        Evidence::new("Created", input.created_at.format("%Y-%m-%dT%H:%M:%SZ"), "UTC", "now"),
        Evidence::new("Price", price, "USD per instance-hour", &input.price_basis),
        Evidence::new("Another variant takes requests", if input.active_sibling { "yes" } else { "no" }, "", &period),
    ]
}

fn savings(input: &Input) -> Savings {
    let scale = HOURS_PER_MONTH / (WINDOW_DAYS as f64 * 24.0);
    let usd = input.usd_per_instance_hour.map(|price| price * input.instance_hours);
    Savings::scaled(
        usd,
        input.footprint,
        scale,
        [
            "No price is known for this instance type in this region.",
            "The footprint of this instance type or region could not be estimated.",
        ],
    )
}

#[cfg(test)]
mod tests;
