//! What was read, how far, and what is missing.

use app::view::{
    BillRow, DayState, ExportRow, FormState, ImportError, ImportsView, IntensityRow, ListedRow, MeterRow,
    MissingPermission, PageState, SentFileRow, SentOutcome, Shown, SourceGroup, SourceRow, StripDay, Unit,
};
use chrono::{DateTime, Days, Utc};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use uuid::Uuid;

use super::{gaps, run};
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::ingest::bill::exports::FEATURE;
use crate::store::bill::BilledMonth;
use crate::store::bill_export::Export;
use crate::store::coverage::{self, Coverage, Failure, Feed, FeedDay};
use crate::store::intensity::Series;
use crate::store::measured::Meter;
use crate::store::sent_file::{Kept, Outcome, Sort};
use crate::store::told::{self, Told};

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

/// The share of a bill that belongs to something that ran here.
fn matched(part: Decimal, billed: Decimal) -> Shown {
    if billed.is_zero() {
        return Shown::Unknown("nothing was billed".to_owned());
    }
    let share = part * Decimal::ONE_HUNDRED / billed;
    Shown::exact(share.to_f64().unwrap_or_default().clamp(0.0, 100.0), Unit::Percent)
}

fn bill_row(desk: &Desk, month: &BilledMonth) -> BillRow {
    let usd = |amount: Decimal| Shown::exact(amount.to_f64().unwrap_or_default(), Unit::Usd);
    BillRow {
        month: month.period.format("%B %Y").to_string(),
        account: desk.account_name(month.account_id),
        billed: usd(month.billed),
        effective: usd(month.effective),
        matched: matched(month.matched, month.billed),
        imported_at: Some(month.imported_at),
    }
}

fn export_row(desk: &Desk, export: Export) -> ExportRow {
    ExportRow {
        account: desk.account_name(export.account_id),
        location: export.location,
        months: u64::try_from(export.months).unwrap_or_default(),
        files: u64::try_from(export.objects).unwrap_or_default(),
        tried_at: export.tried_at,
        read_at: export.read_at,
        failure: (!export.is_well).then_some((export.message, export.remedy)),
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

/// The files by sending, in the order in which they come.
fn sendings(files: &[Kept], matched: impl Fn(Uuid) -> Shown) -> Vec<Vec<SentFileRow>> {
    let together = files.chunk_by(|a, b| a.sending_id == b.sending_id);
    together.map(|own| own.iter().map(|kept| sent_row(kept, &matched)).collect()).collect()
}

/// What of an import belongs to something that ran here, as far as it is in force among what the page shows.
fn matched_of(desk: &Desk, bills: &[BilledMonth], import_id: Uuid) -> Shown {
    let own: Vec<&BilledMonth> = bills.iter().filter(|month| month.import_id == import_id).collect();
    if own.is_empty() {
        return Shown::Unknown("none of it is in force among the bills below".to_owned());
    }
    if desk.standing.due_days > 0 {
        return Shown::Unknown("what of it belongs to what ran here is still being computed".to_owned());
    }
    matched(own.iter().map(|month| month.matched).sum(), own.iter().map(|month| month.billed).sum())
}

fn sent_row(kept: &Kept, matched: impl Fn(Uuid) -> Shown) -> SentFileRow {
    let file = &kept.file;
    let usd = |amount: Decimal| Shown::exact(amount.to_f64().unwrap_or_default(), Unit::Usd);
    let outcome = match &file.outcome {
        Outcome::Billed { import_id, format: _, lines, sagemaker_lines, files, months, billed } => {
            SentOutcome::Billed {
                lines: *lines,
                sagemaker_lines: *sagemaker_lines,
                files: *files,
                months: months.iter().map(|month| month.format("%B %Y").to_string()).collect(),
                billed: usd(*billed),
                matched: matched(*import_id),
            }
        }
        Outcome::Ran { resources, parts_changed } => {
            SentOutcome::Ran { resources: *resources, parts_changed: *parts_changed }
        }
        Outcome::Measured { runs, of_known_jobs, changed } => {
            SentOutcome::Measured { runs: *runs, of_known_jobs: *of_known_jobs, changed: *changed }
        }
        Outcome::Refused { why } => SentOutcome::Refused(why.clone()),
    };
    let sort = match (file.sort, &file.outcome) {
        (Some(Sort::Bill), Outcome::Billed { format, .. }) => format!("Bill, {format}"),
        (Some(Sort::Bill), _) => "Bill".to_owned(),
        (Some(Sort::Usage), _) => "Usage".to_owned(),
        (Some(Sort::CodeCarbon), _) => "CodeCarbon".to_owned(),
        (None, _) => String::new(),
    };
    SentFileRow { name: file.name.clone(), bytes: file.bytes, sort, outcome, at: Some(kept.sent_at) }
}

/// Loads the page of imports; `upload` brings back what was wrong with files that were sent, `sync` what was wrong with a
/// request to read.
///
/// # Errors
/// When the database refuses.
pub async fn load(desk: &mut Desk, upload: FormState, sync: FormState) -> Result<ImportsView, Problem> {
    let from = desk.today() - Days::new(29);
    let origin = desk.scope.origin();
    let Coverage { feeds, days, failures, refusals, listed } = coverage::all(desk.connection(), from).await?;
    let runs = run::rows(desk.connection(), origin).await?;
    let reader = run::reader(desk.connection(), origin, sync).await?;
    let gaps = u64::try_from(gaps::unexplained(&gaps::regions(desk).await?)).unwrap_or_default();
    let Told { series, meters, bills, exports, files } = told::all(desk.connection(), FEATURE).await?;
    Ok(ImportsView {
        state: if desk.accounts.is_empty() { PageState::NoSource } else { PageState::Ready },
        takes_usage: desk.accounts.is_empty() || origin != crate::store::Origin::Aws,
        upload,
        sources: groups(desk, &feeds, &days),
        errors: by_cause(desk, failures),
        missing: refusals
            .into_iter()
            .map(|refusal| MissingPermission {
                account: desk.account_name(refusal.account_id),
                region: refusal.region,
                action: format!("{}: {}", refusal.feature, refusal.message),
                consequence: refusal.remedy,
            })
            .collect(),
        listed: listed
            .into_iter()
            .map(|list| ListedRow {
                list: list.feature,
                tried: u64::try_from(list.tried).unwrap_or_default(),
                granted: u64::try_from(list.granted).unwrap_or_default(),
                read_at: list.read_at,
            })
            .collect(),
        runs,
        reader,
        gaps,
        intensity: series.into_iter().map(intensity_row).collect(),
        meters: meters.into_iter().map(meter_row).collect(),
        exports: exports.into_iter().map(|export| export_row(desk, export)).collect(),
        bills: bills.iter().map(|month| bill_row(desk, month)).collect(),
        sent: sendings(&files, |import_id| matched_of(desk, &bills, import_id)),
    })
}

/// The feeds of each account and region, side by side.
fn groups(desk: &Desk, feeds: &[Feed], days: &[FeedDay]) -> Vec<SourceGroup> {
    let together = feeds.chunk_by(|a, b| (a.account_id, &a.region) == (b.account_id, &b.region));
    let group = |own: &[Feed]| {
        let first = own.first()?;
        let rows: Vec<SourceRow> = own.iter().map(|feed| source(desk, feed, days)).collect();
        let watermark = own.iter().map(|feed| feed.watermark).min().flatten();
        Some(SourceGroup {
            account: desk.account_name(first.account_id),
            region: first.region.clone(),
            watermark,
            lag_hours: behind(desk, watermark),
            stale: rows.iter().any(|row| row.stale),
            failing: rows.iter().map(|row| row.windows_failed).sum(),
            rows,
        })
    };
    together.filter_map(group).collect()
}

fn source(desk: &Desk, feed: &Feed, days: &[FeedDay]) -> SourceRow {
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    let yesterday = desk.today() - Days::new(1);
    let is_own =
        |day: &&FeedDay| (day.account_id, &day.region, &day.source) == (feed.account_id, &feed.region, &feed.source);
    let own = days.iter().filter(is_own);
    SourceRow {
        source: source_name(&feed.source).to_owned(),
        last_success: feed.last_success,
        watermark: feed.watermark,
        lag_hours: behind(desk, feed.watermark),
        stale: feed.watermark.is_none_or(|at| at.date_naive() < yesterday),
        windows_complete: own.clone().map(|day| count(day.complete)).sum(),
        windows_pending: count(feed.pending - feed.failing),
        windows_failed: count(feed.failing),
        strip: own.map(|day| StripDay { day: day.day, state: day_state(day) }).collect(),
    }
}

/// Hours since a moment; the day that goes on is not behind.
fn behind(desk: &Desk, watermark: Option<DateTime<Utc>>) -> Option<u64> {
    watermark.map(|at| u64::try_from((desk.now - at).num_hours()).unwrap_or_default())
}

/// Failures by cause, wherever they were met.
fn by_cause(desk: &Desk, failures: Vec<Failure>) -> Vec<ImportError> {
    let mut causes: Vec<ImportError> = Vec::new();
    for failure in failures {
        let windows = u64::try_from(failure.windows).unwrap_or_default();
        let account = desk.account_name(failure.account_id);
        let place = format!("{} of {account}, {}", source_name(&failure.source), failure.region);
        match causes.iter_mut().find(|cause| (&cause.what, &cause.remedy) == (&failure.error, &failure.remedy)) {
            Some(cause) => {
                cause.windows += windows;
                cause.places.push(place);
            }
            None => {
                causes.push(ImportError { what: failure.error, remedy: failure.remedy, windows, places: vec![place] })
            }
        }
    }
    causes
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

fn day_state(day: &FeedDay) -> DayState {
    match (day.complete, day.failing) {
        (complete, _) if complete == day.windows => DayState::Complete,
        (_, failing) if failing > 0 => DayState::Failed,
        (0, _) => DayState::Pending,
        _ => DayState::Partial,
    }
}
