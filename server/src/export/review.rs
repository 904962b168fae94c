//! A review as CSV: its figures beside those of the review before, and its actions. Exact to the last digit.

use std::str::FromStr as _;

use rust_decimal::Decimal;

use super::listing::text;
use crate::review::ReviewId;
use crate::review::snapshot::{FindingRow, Kpi};
use crate::store::action::Action;
use crate::store::review::Stored;

const KPI_COLUMNS: [&str; 15] = [
    "review_id",
    "revision",
    "scope",
    "period_start",
    "period_end",
    "kpi",
    "unit",
    "value",
    "low",
    "high",
    "previous_as_signed",
    "delta_abs",
    "delta_pct",
    "coverage_pct",
    "snapshot_sha256",
];

const ACTION_COLUMNS: [&str; 11] = [
    "review_id",
    "revision",
    "action_id",
    "title",
    "owner",
    "due_date",
    "status",
    "recommendation_id",
    "expected_usd_month",
    "expected_g_month",
    "closed_at",
];

/// The figures of a review; an unknown figure is an empty cell.
///
/// # Errors
/// Never while writing into memory; the writer could refuse another target.
pub fn kpis(stored: &Stored, before: Option<&Stored>) -> Result<Vec<u8>, csv::Error> {
    let snapshot = &stored.snapshot;
    let scope: Vec<&str> = snapshot.accounts.iter().map(|account| account.name.as_str()).collect();
    let last_day = snapshot.period_to.pred_opt().unwrap_or(snapshot.period_to);
    let mut writer = writer(&KPI_COLUMNS)?;
    for kpi in &snapshot.kpis {
        let previous = before.and_then(|before| before.snapshot.kpis.iter().find(|other| other.kpi == kpi.kpi));
        let previous = previous.and_then(|previous| previous.value.clone());
        let (difference, percent) = delta(kpi, previous.as_deref());
        writer.write_record([
            snapshot.review_id.clone(),
            snapshot.revision.to_string(),
            text(&scope.join(", ")),
            snapshot.period_from.to_string(),
            last_day.to_string(),
            kpi.kpi.clone(),
            kpi.unit.clone(),
            kpi.value.clone().unwrap_or_default(),
            kpi.low.clone().unwrap_or_default(),
            kpi.high.clone().unwrap_or_default(),
            previous.unwrap_or_default(),
            difference,
            percent,
            snapshot.quality.data_completeness.clone().unwrap_or_default(),
            stored.sha256.clone(),
        ])?;
    }
    bytes(writer)
}

/// The actions of a review, with what their findings were expected to save when the week was frozen.
///
/// # Errors
/// As for [`kpis`].
pub fn actions(id: ReviewId, actions: &[Action], findings: &[FindingRow]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = writer(&ACTION_COLUMNS)?;
    for action in actions {
        let finding = action.finding.map(|id| id.to_string()).unwrap_or_default();
        let frozen = findings.iter().find(|row| row.finding_id == finding);
        let central = |range: Option<&Option<[String; 3]>>| match range {
            Some(Some([_, central, _])) => central.clone(),
            _ => String::new(),
        };
        writer.write_record([
            id.week.to_string(),
            id.revision.to_string(),
            action.action_id.to_string(),
            text(&action.title),
            text(&action.owner),
            action.due_on.to_string(),
            action.status.as_str().to_owned(),
            finding,
            central(frozen.map(|row| &row.usd_month)),
            central(frozen.map(|row| &row.operational_g_month)),
            action.closed_at.map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default(),
        ])?;
    }
    bytes(writer)
}

/// The difference, exact; and in percent unless the base is less than a hundredth of the value.
fn delta(kpi: &Kpi, previous: Option<&str>) -> (String, String) {
    let number = |text: Option<&str>| text.and_then(|text| Decimal::from_str(text).ok());
    let (Some(now), Some(before)) = (number(kpi.value.as_deref()), number(previous)) else {
        return (String::new(), String::new());
    };
    let difference = now - before;
    let is_base = !before.is_zero() && before.abs() * Decimal::ONE_HUNDRED >= now.abs();
    let percent = if is_base { (difference * Decimal::ONE_HUNDRED).checked_div(before.abs()) } else { None };
    let percent = percent.map(|percent| percent.round_dp(4).normalize().to_string());
    (difference.normalize().to_string(), percent.unwrap_or_default())
}

fn writer(columns: &[&str]) -> Result<csv::Writer<Vec<u8>>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(columns)?;
    Ok(writer)
}

fn bytes(writer: csv::Writer<Vec<u8>>) -> Result<Vec<u8>, csv::Error> {
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::snapshot::Measure;

    #[test]
    fn differences_are_exact_and_percent_needs_a_base() {
        let check = |now: &str, before: Option<&str>, expected: (&str, &str)| {
            let kpi = Kpi::exact(Measure::Energy, now.to_owned());
            let (difference, percent) = delta(&kpi, before);
            assert_eq!((difference.as_str(), percent.as_str()), expected, "{now} {before:?}");
        };
        check("1.3", Some("1.2"), ("0.1", "8.3333"));
        check("0.9", Some("1.2"), ("-0.3", "-25"));
        check("5", Some("0"), ("5", ""));
        check("500", Some("1"), ("499", ""));
        check("5", None, ("", ""));
        assert_eq!(delta(&Kpi::missing(Measure::Energy, "why"), Some("1")), (String::new(), String::new()));
    }
}
