//! What was read, how far, and what is missing.

use app::view::{
    BillRow, DayState, FormState, ImportError, ImportRun, ImportsView, IntensityRow, MeterRow, MissingPermission,
    PageState, Shown, SourceRow, StripDay, Unit,
};
use chrono::Days;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::http::Problem;
use crate::http::desk::Desk;
use crate::store::bill::{self, BilledMonth};
use crate::store::coverage::{self, Feed, FeedDay};
use crate::store::intensity::{self, Series};
use crate::store::measured::{self, Meter};

fn intensity_row(series: Series) -> IntensityRow {
    IntensityRow {
        region: series.region,
        source: series.source,
        hours: u64::try_from(series.hours).unwrap_or_default(),
        first: series.first,
        last: series.last,
        failure: series.failure.zip(series.remedy),
    }
}

fn bill_row(desk: &Desk, month: BilledMonth) -> BillRow {
    let usd = |amount: Decimal| Shown::exact(amount.to_f64().unwrap_or_default(), Unit::Usd);
    let matched = match month.billed.is_zero() {
        true => Shown::Unknown("nothing was billed".to_owned()),
        false => {
            let share = month.matched * Decimal::ONE_HUNDRED / month.billed;
            Shown::exact(share.to_f64().unwrap_or_default().clamp(0.0, 100.0), Unit::Percent)
        }
    };
    BillRow {
        month: month.period.format("%B %Y").to_string(),
        account: desk.account_name(month.account_id),
        billed: usd(month.billed),
        effective: usd(month.effective),
        matched,
        imported_at: Some(month.imported_at),
    }
}

fn meter_row(meter: Meter) -> MeterRow {
    MeterRow {
        source: meter.source,
        resources: u64::try_from(meter.resources).unwrap_or_default(),
        hours: u64::try_from(meter.hours).unwrap_or_default(),
        last: meter.last,
        read_at: meter.read_at,
    }
}

/// Loads the page of imports; `upload` brings back what was wrong with files that were sent.
///
/// # Errors
/// When the database refuses.
pub async fn load(desk: &mut Desk, upload: FormState) -> Result<ImportsView, Problem> {
    let from = desk.today() - Days::new(29);
    let origin = desk.scope.origin();
    let feeds = coverage::feeds(desk.connection()).await?;
    let days = coverage::days(desk.connection(), from).await?;
    let failures = coverage::failures(desk.connection()).await?;
    let refusals = coverage::refusals(desk.connection()).await?;
    let runs = coverage::runs(desk.connection(), origin).await?;
    let series = intensity::series(desk.connection()).await?;
    let meters = measured::meters(desk.connection()).await?;
    let bills = bill::months(desk.connection()).await?;
    Ok(ImportsView {
        state: if desk.accounts.is_empty() { PageState::NoSource } else { PageState::Ready },
        takes_usage: desk.accounts.is_empty() || origin != crate::store::Origin::Aws,
        upload,
        progress: desk.progress(),
        sources: feeds.iter().map(|feed| source(desk, feed, &days)).collect(),
        errors: failures
            .into_iter()
            .map(|failure| ImportError {
                account: desk.account_name(failure.account_id),
                region: failure.region,
                source: source_name(&failure.source).to_owned(),
                what: failure.error,
                remedy: failure.remedy,
                windows: u64::try_from(failure.windows).unwrap_or_default(),
                last_seen: None,
            })
            .collect(),
        missing: refusals
            .into_iter()
            .map(|refusal| MissingPermission {
                account: desk.account_name(refusal.account_id),
                region: refusal.region,
                action: format!("{}: {}", refusal.feature, refusal.message),
                consequence: refusal.remedy,
            })
            .collect(),
        runs: runs.into_iter().map(run).collect(),
        intensity: series.into_iter().map(intensity_row).collect(),
        meters: meters.into_iter().map(meter_row).collect(),
        bills: bills.into_iter().map(|month| bill_row(desk, month)).collect(),
    })
}

fn source(desk: &Desk, feed: &Feed, days: &[FeedDay]) -> SourceRow {
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    let yesterday = desk.today() - Days::new(1);
    let own = days
        .iter()
        .filter(|day| (day.account_id, &day.region, &day.source) == (feed.account_id, &feed.region, &feed.source));
    SourceRow {
        account: desk.account_name(feed.account_id),
        region: feed.region.clone(),
        source: source_name(&feed.source).to_owned(),
        last_success: feed.last_success,
        watermark: feed.watermark,
        stale: feed.watermark.is_none_or(|at| at.date_naive() < yesterday),
        windows_complete: count(feed.complete),
        windows_pending: count(feed.pending - feed.failing),
        windows_failed: count(feed.failing),
        strip: own.map(|day| StripDay { day: day.day, state: day_state(day) }).collect(),
    }
}

/// A feed as people call it.
fn source_name(feed: &str) -> &'static str {
    match feed {
        "metrics" => "CloudWatch metrics",
        "processing" => "Processing jobs",
        "transform" => "Batch transform jobs",
        _ => "Training jobs",
    }
}

/// What AWS asks for a metric of GetMetricData: $0.01 for a thousand, whatever the window. Other calls are free.
const USD_PER_METRIC: f64 = 1e-5;

fn day_state(day: &FeedDay) -> DayState {
    match (day.complete, day.failing) {
        (complete, _) if complete == day.windows => DayState::Complete,
        (_, failing) if failing > 0 => DayState::Failed,
        (0, _) => DayState::Pending,
        _ => DayState::Partial,
    }
}

fn run(run: coverage::Run) -> ImportRun {
    let count =
        |name: &str| run.summary.as_ref().and_then(|s| s.get(name)).and_then(serde_json::Value::as_u64).unwrap_or(0);
    let by_operation =
        run.summary.as_ref().and_then(|summary| summary.get("calls")).and_then(|calls| calls.as_object());
    let calls = by_operation.map_or(0, |calls| calls.values().filter_map(serde_json::Value::as_u64).sum());
    let outcome = match (&run.error, run.finished_at) {
        (Some(error), _) => error.clone(),
        (None, Some(_)) if count("windows_left") > 0 => format!("{} windows left", count("windows_left")),
        (None, Some(_)) => "complete".to_owned(),
        (None, None) => "under way, or ended without a word".to_owned(),
    };
    ImportRun {
        started_at: run.started_at,
        ended_at: run.finished_at,
        account: format!("{} accounts", count("accounts")),
        windows: count("metric_windows") + count("inventory_windows"),
        rows: count("points"),
        requests: calls,
        cost: Shown::exact(count("series").to_f64().unwrap_or_default() * USD_PER_METRIC, Unit::Usd),
        outcome,
    }
}
