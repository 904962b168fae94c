//! What AWS billed: cost and usage reports (CUR 2.0) and FOCUS files, as AWS' Data Exports write them.
//!
//! An import holds whole billing months: all parts of a month are given at once, and what they say replaces what an earlier
//! import said of the same month and accounts. AWS restates open months daily and closed ones at times; nothing is ever
//! added to an older import.

mod cur;
pub mod exports;
mod file;
mod focus;
mod line;
pub(super) mod tags;
pub(super) mod usage;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use crate::store::bill::{self as store_bill, Amounts, Billed, BilledDay};
use crate::store::{AccountScope, Database, Origin, StoreError, account, due, ledger};

pub use file::{FileError, is_mark, is_packed};
pub use line::{Line, LineError};

/// Why a bill was not taken; nothing of it was written then.
#[derive(Debug, thiserror::Error)]
pub enum BillError {
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] BadFile),
    /// No line is SageMaker's.
    #[error(
        "the files hold {lines} lines and none of them is SageMaker's; is it the export of another account or month?"
    )]
    NothingOfSageMaker {
        /// Lines of all files.
        lines: u64,
    },
    /// Two currencies cannot be added, and the pages count in one.
    #[error("the files are in {0}; the pages count in US dollars, so make the export with USD as its currency")]
    OtherCurrency(String),
    /// The program ends, or a file brought its reader down.
    #[error("reading the files was interrupted; give them once more")]
    Interrupted,
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Which file of several cannot be read, and why.
#[derive(Debug)]
pub struct BadFile {
    /// Its place among those that were given.
    pub place: usize,
    /// Why.
    pub error: FileError,
}

impl std::fmt::Display for BadFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(formatter)
    }
}

impl std::error::Error for BadFile {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}

/// What an import did; printed as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Its number.
    pub import_id: Uuid,
    /// Where the accounts come from that it was taken for.
    #[serde(serialize_with = "origin_word")]
    pub origin: Origin,
    /// The files, as they were given.
    pub files: Vec<ReadFile>,
    /// How the files were written.
    pub format: &'static str,
    /// Lines of all files.
    pub lines: u64,
    /// Lines of SageMaker.
    pub sagemaker_lines: u64,
    /// By billing month and account: what is in force now and what was before.
    pub months: Vec<Month>,
    /// Of the new total, what belongs to a resource that is known here.
    pub matched: Decimal,
    /// Accounts of the bill that nothing else was read from.
    pub new_accounts: Vec<String>,
}

/// One of its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadFile {
    /// Its name, without any folder.
    pub name: String,
    /// Its lines.
    pub lines: u64,
    /// Of them, those of SageMaker.
    pub sagemaker_lines: u64,
}

fn origin_word<S: serde::Serializer>(origin: &Origin, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(origin.as_str())
}

/// One billing month of one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Month {
    /// Its first day.
    pub month: NaiveDate,
    /// Twelve digits.
    pub account: String,
    /// ISO 4217.
    pub currency: String,
    /// Billed, all SageMaker lines.
    pub billed: Decimal,
    /// Effective: commitments spread over what they covered.
    pub effective: Decimal,
    /// What an earlier import had said.
    pub billed_before: Option<Decimal>,
}

/// Takes the files of whole billing months.
///
/// # Errors
/// A sentence with the next step for a file that is no bill; nothing is written then.
pub async fn import(
    database: &Database,
    scope: &AccountScope,
    files: &[PathBuf],
    now: DateTime<Utc>,
) -> Result<Imported, BillError> {
    let paths = files.to_vec();
    // A large file takes a while, in which whoever waits beside must be able to go on.
    let reading = tokio::task::spawn_blocking(move || {
        let mut all = Read::default();
        for (path, place) in paths.iter().zip(0..) {
            all.add(path).map_err(|error| BadFile { place, error })?;
        }
        Ok::<_, BadFile>(all)
    });
    let all = reading.await.map_err(|_| BillError::Interrupted)??;
    if all.days.is_empty() {
        return Err(BillError::NothingOfSageMaker { lines: all.lines });
    }
    if all.currencies.iter().any(|currency| currency != "USD") {
        let names: Vec<&str> = all.currencies.iter().map(String::as_str).collect();
        return Err(BillError::OtherCurrency(names.join(" and ")));
    }
    let import_id = Uuid::now_v7();
    let mut imported = Imported {
        import_id,
        origin: scope.origin(),
        files: all.files.clone(),
        format: all.format,
        lines: all.lines,
        sagemaker_lines: all.sagemaker_lines,
        months: Vec::new(),
        matched: Decimal::ZERO,
        new_accounts: Vec::new(),
    };
    write(database, scope, all, now, &mut imported).await?;
    Ok(imported)
}

/// Replaces the months, shares the money out and sums the days anew; all or nothing.
async fn write(
    database: &Database,
    scope: &AccountScope,
    all: Read,
    now: DateTime<Utc>,
    imported: &mut Imported,
) -> Result<(), StoreError> {
    let import_id = imported.import_id;
    let names: Vec<String> = all.files.iter().map(|file| file.name.clone()).collect();
    let known = account::all(&database.ingest).await?;
    let mut lines: BTreeMap<String, Vec<BilledDay>> = BTreeMap::new();
    for (of, amounts) in all.days {
        lines.entry(of.account.clone()).or_default().push((of, amounts));
    }
    let numbers: BTreeSet<&str> = lines.keys().map(String::as_str).collect();
    let origin = store_bill::origin_of(scope, &known, &numbers);
    imported.origin = origin;
    let mut ids = BTreeMap::new();
    for number in numbers {
        let found = known.iter().find(|each| each.origin == origin && each.aws_account_id.as_deref() == Some(number));
        let id = match found {
            Some(found) => found.account_id,
            None => {
                imported.new_accounts.push(number.to_owned());
                account::ensure(&database.ingest, origin, Some(number), number).await?
            }
        };
        ids.insert(number, id);
    }
    let scope = AccountScope::new(origin, ids.values().copied().collect());
    let mut transaction = scope.begin(&database.ingest).await?;
    store_bill::note(&mut transaction, origin, import_id, &names, now).await?;
    for (number, account_id) in ids {
        let own = lines.get(number).map(Vec::as_slice).unwrap_or_default();
        let (replaced, days) = store_bill::replace_account(&mut transaction, account_id, import_id, own).await?;
        imported.months.extend(replaced);
        let periods = own.iter().map(|(line, _)| line.period).collect();
        if origin == Origin::Upload {
            usage::derive(&mut transaction, account_id, &periods, now).await?;
        }
        tags::keep(&mut transaction, account_id, &periods, all.tags.get(number).unwrap_or(&tags::ByDay::new())).await?;
        tags::apply(&mut transaction, account_id, now).await?;
        due::lock_ledger(&mut transaction, account_id).await?;
        store_bill::share_out(&mut transaction, account_id, &days).await?;
        ledger::replace_org_days(&mut transaction, account_id, &days).await?;
        imported.matched += store_bill::shared(&mut transaction, account_id, &days).await?;
    }
    imported.matched = imported.matched.round_dp(8).normalize();
    transaction.commit().await.map_err(StoreError::on("keep the bill"))
}

/// What several files say, summed by day.
#[derive(Default)]
struct Read {
    format: &'static str,
    files: Vec<ReadFile>,
    lines: u64,
    sagemaker_lines: u64,
    currencies: BTreeSet<String>,
    days: BTreeMap<Billed, Amounts>,
    /// By account.
    tags: BTreeMap<String, tags::ByDay>,
}

impl Read {
    fn add(&mut self, path: &std::path::Path) -> Result<(), FileError> {
        let before = (self.lines, self.sagemaker_lines);
        self.format = file::read(path, |line| self.take(line))?;
        self.files.push(ReadFile {
            name: file::name(path),
            lines: self.lines - before.0,
            sagemaker_lines: self.sagemaker_lines - before.1,
        });
        Ok(())
    }

    fn take(&mut self, line: Line) {
        self.lines += 1;
        if !line.is_sagemaker {
            return;
        }
        self.sagemaker_lines += 1;
        self.currencies.insert(line.of.currency.clone());
        if let Some(tags) = line.tags.filter(|_| !line.of.resource.is_empty()) {
            let of = self.tags.entry(line.of.account.clone()).or_default();
            let of = of.entry((line.of.period, line.of.resource.clone())).or_default();
            of.entry(line.of.day).or_default().extend(tags);
        }
        *self.days.entry(line.of).or_default() += line.amounts;
    }
}

#[cfg(test)]
mod tests;
