//! How recent each source is, for the strip on every page.

use app::view::{FreshnessItem, FreshnessState};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::store::estimate::EstimateRow;
use crate::store::standing::Standing;

/// Prices that were read longer ago than this are stale.
const PRICES_STALE: TimeDelta = TimeDelta::days(35);
/// What is reviewed every week is sent every week.
const FILES_STALE: TimeDelta = TimeDelta::days(7);
/// Where less of the cost has an estimate, what is shown is not the whole.
const LEAST_ESTIMATED: f64 = 0.95;

/// What was read from where, how long ago, and how much of the cost it explains.
pub(super) fn items(standing: &Standing, estimate: Option<&EstimateRow>, today: NaiveDate) -> Vec<FreshnessItem> {
    let mut items = match standing.uploaded_at {
        Some(at) => {
            vec![item("Files", at.format("%-d %b %H:%M UTC").to_string(), today - at.date_naive() > FILES_STALE)]
        }
        None => vec![
            through("CloudWatch", standing.metrics_through, today),
            through("SageMaker", standing.inventory_read_at, today),
        ],
    };
    if let Some(at) = standing.prices_read_at {
        items.push(item("Prices", at.format("%-d %b").to_string(), today - at.date_naive() > PRICES_STALE));
    }
    items.extend(estimate.map(|estimate| item("Factors", estimate.label.clone(), false)));
    items.extend(standing.estimated_share.map(|share| {
        // Down, so that only all of it is said to be all.
        let percent = (100.0 * share).floor();
        item("Estimated", format!("{percent:.0}\u{202f}% of cost"), share < LEAST_ESTIMATED)
    }));
    items
}

/// The usual period ends yesterday, so a source is stale once it does not reach the end of yesterday.
fn through(label: &str, at: Option<DateTime<Utc>>, today: NaiveDate) -> FreshnessItem {
    match at {
        Some(at) => item(label, at.format("%-d %b %H:%M UTC").to_string(), at.date_naive() < today),
        None => {
            FreshnessItem { label: label.to_owned(), text: "not read yet".to_owned(), state: FreshnessState::Missing }
        }
    }
}

fn item(label: &str, text: String, is_stale: bool) -> FreshnessItem {
    let state = if is_stale { FreshnessState::Stale } else { FreshnessState::Fresh };
    FreshnessItem { label: label.to_owned(), text, state }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(standing: &Standing) -> Vec<String> {
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let words = |item: FreshnessItem| match item.state {
            FreshnessState::Fresh => format!("{} {}", item.label, item.text),
            state => format!("{} {} {state:?}", item.label, item.text),
        };
        items(standing, None, today).into_iter().map(words).collect()
    }

    fn at(text: &str) -> Option<DateTime<Utc>> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn what_does_not_reach_the_end_of_yesterday_is_stale() {
        let standing = Standing {
            metrics_through: at("2026-11-22T23:00:00Z"),
            inventory_read_at: at("2026-11-23T06:10:00Z"),
            prices_read_at: at("2026-10-01T00:00:00Z"),
            estimated_share: Some(0.999),
            ..Standing::default()
        };
        assert_eq!(
            told(&standing),
            [
                "CloudWatch 22 Nov 23:00 UTC Stale",
                "SageMaker 23 Nov 06:10 UTC",
                "Prices 1 Oct Stale",
                "Estimated 99\u{202f}% of cost"
            ]
        );
        assert_eq!(told(&Standing::default()), ["CloudWatch not read yet Missing", "SageMaker not read yet Missing"]);
        let share = |share| told(&Standing { estimated_share: Some(share), ..Standing::default() }).pop().unwrap();
        assert_eq!(share(0.5), "Estimated 50\u{202f}% of cost Stale");
    }

    #[test]
    fn files_are_sent_every_week() {
        let sent = |text| told(&Standing { uploaded_at: at(text), ..Standing::default() });
        assert_eq!(sent("2026-11-16T08:00:00Z"), ["Files 16 Nov 08:00 UTC"]);
        assert_eq!(sent("2026-11-15T08:00:00Z"), ["Files 15 Nov 08:00 UTC Stale"]);
    }
}
