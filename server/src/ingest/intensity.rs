//! Hourly grid intensity: from a file, or from a provider that speaks Electricity Maps' API. Where neither has an hour,
//! the year's average of the factor tables stands in, and pages say so.

mod file;
mod provider;

use chrono::{DateTime, Duration, Utc};

use crate::store::intensity::{self, Answer, HourIntensity, Origin};
use crate::store::{self, Database, StoreError};

pub use file::{FileError, read};
pub use provider::{Provider, ProviderError};

/// No grid is dirtier than lignite alone; more is a mistake in the unit.
const MOST_GRAMS: f64 = 3_000.0;

/// How far back a provider is asked at first.
const DAYS_BACK: i64 = 90;

/// A provider revises its latest hours; they are asked again until they are this old.
const SETTLED_AFTER_HOURS: i64 = 48;

/// What a series changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Written {
    /// Hours read.
    pub hours: u64,
    /// Of those, hours that are new or differ from what was there.
    pub changed: u64,
    /// Entity-days that are to be estimated anew.
    pub days_due: u64,
}

/// Keeps a series of a region and marks the days it touches as due, in one transaction per account scope.
///
/// # Errors
/// When the database refuses.
pub async fn keep(
    database: &Database,
    region: &str,
    hours: &[HourIntensity],
    origin: Origin<'_>,
) -> Result<Written, StoreError> {
    let mut written = Written { hours: hours.len() as u64, ..Written::default() };
    let (Some(first), Some(last)) =
        (hours.iter().map(|each| each.hour).min(), hours.iter().map(|each| each.hour).max())
    else {
        return Ok(written);
    };
    let doing = "keep the hourly intensity";
    let scopes = store::account::scopes(&database.ingest).await?;
    // The series is one for all accounts; each scope may mark only its own days.
    let mut transaction = database.ingest.begin().await.map_err(StoreError::on(doing))?;
    written.changed = intensity::write(&mut transaction, region, hours, origin).await?;
    if written.changed > 0 {
        for scope in &scopes {
            scope.apply(&mut transaction).await?;
            written.days_due += intensity::mark_stale(&mut transaction, scope, region, first, last).await?;
        }
    }
    transaction.commit().await.map_err(StoreError::on(doing))?;
    Ok(written)
}

/// Asks a provider for what it may know by now about every region in use. A refusal is kept with its remedy and shown; the
/// annual average stands in meanwhile, and the next run asks again.
///
/// # Errors
/// When the database refuses.
pub async fn follow(database: &Database, provider: &Provider, now: DateTime<Utc>) -> Result<Written, StoreError> {
    let mut all = Written::default();
    let mut regions = Vec::new();
    let back = now - Duration::days(DAYS_BACK);
    for scope in store::account::scopes(&database.ingest).await? {
        let mut transaction = scope.begin(&database.ingest).await?;
        regions.extend(intensity::regions_in_use(&mut transaction, &scope, back).await?);
    }
    regions.sort_unstable();
    regions.dedup();
    for region in regions {
        let written = follow_region(database, provider, &region, now, back).await?;
        all.hours += written.hours;
        all.changed += written.changed;
        all.days_due += written.days_due;
    }
    Ok(all)
}

async fn follow_region(
    database: &Database,
    provider: &Provider,
    region: &str,
    now: DateTime<Utc>,
    back: DateTime<Utc>,
) -> Result<Written, StoreError> {
    let known = intensity::fed(&database.ingest, region, Provider::SOURCE).await?;
    if known.is_some_and(|(_, asked_at)| now - asked_at < Duration::hours(1) && now >= asked_at) {
        return Ok(Written::default());
    }
    let read_to = known.and_then(|(read_to, _)| read_to);
    let from = read_to.map_or(back, |read_to| read_to - Duration::hours(SETTLED_AFTER_HOURS)).max(back);
    let origin = Origin { source: Provider::SOURCE, licence: Provider::LICENCE };
    let answered = provider.hours(region, from, now).await;
    let (written, refusal) = match &answered {
        Ok(hours) => (keep(database, region, hours, origin).await?, None),
        Err(error) => {
            tracing::warn!(region, error = %error, "no hourly intensity; the annual average stands in");
            (Written::default(), Some((error.to_string(), error.remedy())))
        }
    };
    let last = answered.ok().and_then(|hours| hours.iter().map(|each| each.hour + Duration::hours(1)).max());
    let answer =
        Answer { read_to: last, refusal: refusal.as_ref().map(|(failure, remedy)| (failure.as_str(), *remedy)) };
    let doing = "keep the answer of a provider";
    let mut transaction = database.ingest.begin().await.map_err(StoreError::on(doing))?;
    intensity::keep_answer(&mut transaction, region, Provider::SOURCE, now, answer).await?;
    transaction.commit().await.map_err(StoreError::on(doing))?;
    Ok(written)
}

/// The mean of every hour, in order; readings of one hour are averaged.
fn by_hour(readings: impl IntoIterator<Item = (DateTime<Utc>, f64)>) -> Vec<HourIntensity> {
    let mut hours: std::collections::BTreeMap<DateTime<Utc>, (f64, f64)> = std::collections::BTreeMap::new();
    for (at, grams) in readings {
        let into_hour = Duration::seconds(at.timestamp().rem_euclid(3_600));
        let hour = at - into_hour - Duration::nanoseconds(i64::from(at.timestamp_subsec_nanos()));
        let (sum, count) = hours.entry(hour).or_default();
        *sum += grams;
        *count += 1.0;
    }
    hours.into_iter().map(|(hour, (sum, count))| HourIntensity { hour, g_per_kwh: sum / count }).collect()
}
