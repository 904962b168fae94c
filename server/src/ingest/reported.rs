//! AWS' own monthly emissions: read once a day, kept as AWS gives them.

use chrono::{Datelike as _, Duration, Months, NaiveDate};

use super::progress::{Phase, Progress, Step};
use super::{IngestError, Options, Source, probe_state};
use crate::store::run::Probe;
use crate::store::{self, Database};

/// The name of the feature on the page of imports.
pub const FEATURE: &str = "sustainability";
/// AWS restates old months; those of a little more than a year are read again.
const MONTHS_BACK: u32 = 14;
/// AWS publishes once a month, so twice a day is more than enough.
const PAUSE_HOURS: i64 = 20;
/// The run waits no longer for a figure that can come tomorrow.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// Reads the months of one account; a refusal is remembered with its remedy and stops nothing else.
pub(super) async fn read(
    database: &Database,
    source: &Source,
    options: &Options,
    progress: &Progress,
) -> Result<(), IngestError> {
    let step = Step::of(Phase::Reported, source, "");
    progress.start(&step, Some(1));
    read_months(database, source, options, progress).await?;
    progress.add(&step, 1);
    progress.finish(&step);
    Ok(())
}

async fn read_months(
    database: &Database,
    source: &Source,
    options: &Options,
    progress: &Progress,
) -> Result<(), IngestError> {
    let Some(client) = source.clients.first() else {
        return Ok(());
    };
    let (pool, scope) = (&database.ingest, &source.scope);
    let tried = store::run::tried_at(pool, scope, source.account_id, FEATURE).await?;
    if tried.is_some_and(|at| at > options.now - Duration::hours(PAUSE_HOURS) && at <= options.now) && !options.reread {
        return Ok(());
    }
    let this_month = first_of_month(options.now.date_naive());
    let from = this_month.checked_sub_months(Months::new(MONTHS_BACK)).unwrap_or(this_month);
    let answer = tokio::time::timeout(PATIENCE, client.monthly_emissions(from, this_month)).await;
    let (state, message, remedy) = match answer {
        Ok(Ok(rows)) => {
            let changed = store::reported::write(pool, scope, source.account_id, &rows, options.now).await?;
            tracing::info!(months = rows.len(), changed, "read what AWS reports");
            ("granted", String::new(), String::new())
        }
        Err(_) => {
            let message = format!("no answer within {} seconds", PATIENCE.as_secs());
            ("failing", message, "Nothing to do: it is asked again tomorrow.".to_owned())
        }
        Ok(Err(error)) => {
            tracing::info!(message = %error.message, "AWS' own emissions were not read");
            progress.failed(&error);
            (probe_state(error.kind), error.message.clone(), error.remedy())
        }
    };
    let (region, message, remedy) = (client.region(), message.as_str(), remedy.as_str());
    let probe = Probe { account_id: source.account_id, region, feature: FEATURE, state, message, remedy };
    store::run::write_probe(pool, scope, &probe, options.now).await?;
    Ok(())
}

/// The first day of a day's month.
pub fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}
