//! Takes files that came together, and keeps in mind what became of each: one that is refused hides none of the others.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use footprint::FactorSet;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Sort, Unknown, sort_of};
use crate::ingest::bill::{self, BillError};
use crate::ingest::tracked::{self, Known, TrackedError};
use crate::ingest::usage::{self, UsageError};
use crate::store::sent_file::{self, Outcome, SentFile};
use crate::store::{AccountScope, Database, Origin, StoreError, account};

/// What came of a file, with the origin of the accounts that it told of.
type Came = (Outcome, Option<Origin>);

/// Takes files of any sort, those of usage first, so that a bill finds what they tell of. Files of a bill are taken together
/// or not at all, since a month is replaced as a whole. What became of each is kept, in the order in which they came.
///
/// # Errors
/// When the database refuses to keep what became of them.
pub async fn take(
    database: &Database,
    files: &[PathBuf],
    known: &Known,
    now: DateTime<Utc>,
) -> Result<Vec<SentFile>, StoreError> {
    let sorts: Vec<Result<Sort, Unknown>> = files.iter().map(|file| sort_of(file)).collect();
    let of = |sort: Sort| -> Vec<(usize, &Path)> {
        let all = files.iter().zip(&sorts).enumerate();
        all.filter(|(_, (_, found))| **found == Ok(sort)).map(|(place, (file, _))| (place, file.as_path())).collect()
    };
    let mut came: BTreeMap<usize, Came> = BTreeMap::new();
    for (sort, place) in sorts.iter().zip(0..) {
        if let Err(unknown) = sort {
            came.insert(place, (refused(&told(unknown)), None));
        }
    }
    for (place, file) in of(Sort::Usage) {
        let scope = account::visible_scope(&database.ingest).await?;
        came.insert(place, of_usage(file, &usage::import(database, &scope, file, now).await));
    }
    for (place, file) in of(Sort::CodeCarbon) {
        let scope = account::visible_scope(&database.ingest).await?;
        came.insert(place, tracked(database, &scope, file, known, now).await);
    }
    let bills = of(Sort::Bill);
    if !bills.is_empty() {
        let paths: Vec<PathBuf> = bills.iter().map(|(_, file)| file.to_path_buf()).collect();
        // A file in which nothing is may have been one of the month's.
        let empty = sorts.iter().find_map(|sort| match sort {
            Err(Unknown::Empty { name }) => Some(name.as_str()),
            _ => None,
        });
        let outcomes: Vec<Came> = match empty {
            Some(name) => paths.iter().map(|_| (refused(&beside(name)), None)).collect(),
            None => {
                let scope = account::visible_scope(&database.ingest).await?;
                of_bill(&paths, &bill::import(database, &scope, &paths, now).await)
            }
        };
        came.extend(bills.iter().map(|(place, _)| *place).zip(outcomes));
    }
    let kept = files.iter().zip(&sorts).zip(0..).filter_map(|((file, sort), place)| {
        let came = came.remove(&place)?;
        Some(sent_file(file, sort.as_ref().ok().copied(), came))
    });
    let kept = kept.collect();
    keep(database, kept, now).await
}

/// Takes the files of whole billing months, and keeps in mind what became of them.
///
/// # Errors
/// A sentence with the next step for a file that is no bill; nothing of any file is taken then.
pub async fn take_bill(
    database: &Database,
    scope: &AccountScope,
    files: &[PathBuf],
    now: DateTime<Utc>,
) -> Result<bill::Imported, BillError> {
    let imported = bill::import(database, scope, files, now).await;
    let outcomes = of_bill(files, &imported);
    let kept = files.iter().zip(outcomes).map(|(file, came)| sent_file(file, Some(Sort::Bill), came)).collect();
    keep(database, kept, now).await?;
    imported
}

/// Takes a file of usage, and keeps in mind what became of it.
///
/// # Errors
/// A sentence with the next step; nothing is taken then.
pub async fn take_usage(
    database: &Database,
    scope: &AccountScope,
    file: &Path,
    now: DateTime<Utc>,
) -> Result<usage::Imported, UsageError> {
    let imported = usage::import(database, scope, file, now).await;
    keep(database, vec![sent_file(file, Some(Sort::Usage), of_usage(file, &imported))], now).await?;
    imported
}

async fn keep(
    database: &Database,
    files: Vec<(SentFile, Option<Origin>)>,
    now: DateTime<Utc>,
) -> Result<Vec<SentFile>, StoreError> {
    // The rows belong to no account, so none is in the scope.
    let mut transaction = AccountScope::new(Origin::Upload, Vec::new()).begin(&database.ingest).await?;
    sent_file::keep(&mut transaction, Uuid::now_v7(), &files, now).await?;
    transaction.commit().await.map_err(StoreError::on("keep what became of the files"))?;
    Ok(files.into_iter().map(|(file, _)| file).collect())
}

fn sent_file(file: &Path, sort: Option<Sort>, (outcome, origin): Came) -> (SentFile, Option<Origin>) {
    let name: String = name(file).chars().filter(|letter| !letter.is_control()).take(200).collect();
    // A file that is gone is told of in its outcome.
    let bytes = std::fs::metadata(file).map(|about| about.len()).unwrap_or_default();
    (SentFile { name, bytes, sort, outcome }, origin)
}

fn of_usage(file: &Path, imported: &Result<usage::Imported, UsageError>) -> Came {
    match imported {
        Ok(imported) => {
            tracing::info!(resources = imported.resources, parts = imported.parts_changed, "usage was sent");
            let ran =
                Outcome::Ran { resources: count(imported.resources), parts_changed: count(imported.parts_changed) };
            (ran, Some(Origin::Upload))
        }
        Err(UsageError::Store(error)) => (by_database(error), None),
        Err(error) => (of_file(file, error), None),
    }
}

async fn tracked(database: &Database, scope: &AccountScope, file: &Path, known: &Known, now: DateTime<Utc>) -> Came {
    let factors = match FactorSet::builtin() {
        Ok(factors) => factors,
        Err(error) => return (of_file(file, &error), None),
    };
    match tracked::import(database, scope, &factors, file, known, now).await {
        Ok(imported) => {
            tracing::info!(runs = imported.runs, changed = imported.changed, "measured runs were sent");
            let origin = if imported.of_known_jobs == imported.runs { scope.origin() } else { Origin::Upload };
            let measured = Outcome::Measured {
                runs: count(imported.runs),
                of_known_jobs: count(imported.of_known_jobs),
                changed: count(imported.changed),
            };
            (measured, Some(origin))
        }
        Err(TrackedError::Store(error)) => (by_database(&error), None),
        Err(error) => (of_file(file, &error), None),
    }
}

/// What came of each file of a bill.
fn of_bill(files: &[PathBuf], imported: &Result<bill::Imported, BillError>) -> Vec<Came> {
    match imported {
        Ok(imported) => {
            tracing::info!(lines = imported.lines, matched = %imported.matched, "a bill was sent");
            let mut months: Vec<_> = imported.months.iter().map(|month| month.month).collect();
            months.sort_unstable();
            months.dedup();
            let billed: Decimal = imported.months.iter().map(|month| month.billed).sum();
            let part = |file: &bill::ReadFile| Outcome::Billed {
                import_id: imported.import_id,
                format: imported.format.to_owned(),
                lines: file.lines,
                sagemaker_lines: file.sagemaker_lines,
                files: count(imported.files.len()),
                months: months.clone(),
                billed: billed.normalize(),
            };
            imported.files.iter().map(|file| (part(file), Some(imported.origin))).collect()
        }
        Err(BillError::Store(error)) => files.iter().map(|_| (by_database(error), None)).collect(),
        Err(BillError::File(bad)) => {
            let name = files.get(bad.place).map(|file| name(file)).unwrap_or_default();
            let outcome = |place: usize| if place == bad.place { told(bad) } else { beside(&name) };
            (0..files.len()).map(|place| (refused(&outcome(place)), None)).collect()
        }
        Err(error) => files.iter().map(|_| (refused(&told(error)), None)).collect(),
    }
}

/// Of a file that nothing is wrong with, beside one that cannot be read.
fn beside(name: &str) -> String {
    format!(
        "Not taken, because {name} cannot be read and the files of a bill count together or not at all. Mend that file and \
         send all of them once more."
    )
}

const REFUSED_BY_DATABASE: &str =
    "The database did not take it. Send it once more; if that does not help, the log says why.";

fn by_database(error: &StoreError) -> Outcome {
    tracing::error!("a file was not taken: {}", told(error));
    refused(REFUSED_BY_DATABASE)
}

fn refused(why: &str) -> Outcome {
    Outcome::Refused { why: why.to_owned() }
}

/// What is wrong with one file of several.
fn of_file(file: &Path, error: &dyn Error) -> Outcome {
    refused(&format!("{}: {}", name(file), told(error)))
}

/// An error with its cause, as sentences.
fn told(error: &dyn Error) -> String {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause}.")
}

fn name(file: &Path) -> String {
    file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
