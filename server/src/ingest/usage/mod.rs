//! Usage from a file, for accounts that are not read: what a team knows of its own jobs and endpoints.
//!
//! What a file says of a resource takes the place of everything that was known of it, so that a file is mended by sending it
//! again. Where it says how busy a part was, power follows from that as it does from a metric; else it is that of a usual
//! load, and hours are of tier T3.

mod line;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::Serialize;

use self::line::{Name, Told};
use super::bill;
use super::key;
use super::uploaded::{self, Part, Uploaded};
use crate::store::capacity::Span;
use crate::store::{
    AccountScope, Connection, Database, Origin, StoreError, account, bill as store_bill, inventory as store_inventory,
};

pub use line::COLUMNS;

/// Why a file was not taken; nothing of it was written then.
#[derive(Debug, thiserror::Error)]
pub enum UsageError {
    /// A file cannot be opened, or is no text.
    #[error("{name} cannot be read as text; send a CSV file in UTF-8")]
    File {
        /// The file.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// Not CSV.
    #[error("the file does not read as CSV; every line needs as many cells as the first")]
    Unreadable(#[from] csv::Error),
    /// A column is missing.
    #[error("the file has no column {0}; it needs {columns}", columns = COLUMNS.join(", "))]
    NoColumn(&'static str),
    /// Two columns say the same in two ways.
    #[error("the file has both {0} and {1}; keep the one whose name says how the shares are written")]
    TwoColumns(&'static str, &'static str),
    /// A header and nothing below it.
    #[error("the file holds no line of usage below its header; write one for each stretch that something ran")]
    Empty,
    /// A cell is not what its column promises.
    #[error("line {line}: {column} is {value:?}, not {wanted}")]
    BadCell {
        /// Counted from 1, with the header.
        line: u64,
        /// The column.
        column: &'static str,
        /// What stands there.
        value: String,
        /// What was wanted.
        wanted: &'static str,
    },
    /// Two lines of one part at the same time.
    #[error(
        "lines {first} and {second} both say what {name} ran on at the same time; \
         add the instances up in one line, or tell them apart in a column called part"
    )]
    Overlap {
        /// The resource.
        name: String,
        /// A line.
        first: u64,
        /// Another.
        second: u64,
    },
    /// The pages show accounts that are read, and no others.
    #[error(
        "this installation reads accounts from AWS, which knows more than a file; \
         read {0} too, through a role that `--accounts` names"
    )]
    ReadFromAws(String),
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an import did; printed as JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Jobs, endpoints, notebooks and clusters that the file tells of.
    pub resources: usize,
    /// Of their parts, those that ran otherwise than was known.
    pub parts_changed: usize,
    /// Accounts of the file.
    pub accounts: Vec<String>,
}

/// Takes a file of usage, all of it or nothing.
///
/// # Errors
/// A sentence with the next step; nothing is written then.
pub async fn import(
    database: &Database,
    scope: &AccountScope,
    file: &Path,
    now: DateTime<Utc>,
) -> Result<Imported, UsageError> {
    let text = tokio::fs::read_to_string(file).await.map_err(|source| {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        UsageError::File { name, source }
    })?;
    let all = line::read(&text, now)?;
    let numbers: BTreeSet<&str> = all.keys().map(|name| name.account.as_str()).collect();
    if let (Origin::Aws, false, Some(number)) = (scope.origin(), scope.ids().is_empty(), numbers.first()) {
        return Err(UsageError::ReadFromAws((*number).to_owned()));
    }
    let mut ids = BTreeMap::new();
    for number in numbers {
        ids.insert(number, account::ensure(&database.ingest, Origin::Upload, Some(number), number).await?);
    }
    let scope = AccountScope::new(Origin::Upload, ids.values().copied().collect());
    let mut imported = Imported {
        resources: all.len(),
        accounts: ids.keys().map(ToString::to_string).collect(),
        ..Imported::default()
    };
    let mut transaction = scope.begin(&database.ingest).await?;
    for (name, told) in &all {
        let Some(account_id) = ids.get(name.account.as_str()) else { continue };
        imported.parts_changed += write(&mut transaction, *account_id, name, told, now).await?;
    }
    for account_id in ids.into_values() {
        // What a bill told without knowing these resources is told anew beside them.
        let periods = store_bill::periods(&mut transaction, account_id).await?;
        bill::usage::derive(&mut transaction, account_id, &periods, now).await?;
        bill::tags::apply(&mut transaction, account_id, now).await?;
    }
    transaction.commit().await.map_err(StoreError::on("keep the usage"))?;
    Ok(imported)
}

/// Writes one resource; how many of its parts ran otherwise than was known.
async fn write(
    connection: &mut Connection,
    account_id: i32,
    name: &Name,
    told: &Told,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let first = told.parts.values().flatten().map(|span| span.from).min().unwrap_or(now);
    let known = store_inventory::newest(connection, account_id, &name.arn()).await?;
    let (arn, born) = known.unwrap_or_else(|| (name.arn(), first));
    let uploaded = Uploaded {
        arn: &arn,
        name: &name.name,
        born,
        region: &name.region,
        kind: name.kind,
        is_async: false,
        known_from: "usage",
    };
    let identity = uploaded.identity();
    let part = |(of, spans): (&(String, String), &Vec<Span>)| {
        let (part, instance_type) = of;
        let config = if part == instance_type { "" } else { instance_type };
        let entity = key::entity(&identity, part, config, 1, instance_type);
        Part { entity, spans: spans.clone(), loads: told.loads.get(of).cloned().unwrap_or_default() }
    };
    let parts: Vec<Part> = told.parts.iter().map(part).collect();
    let mut changed = uploaded::write(connection, account_id, &uploaded, &parts, Some(&told.tags), now).await?;
    // What the file does not name any more did not run.
    for entity_id in store_inventory::parts(connection, account_id, key::number(&identity)).await? {
        if parts.iter().all(|part| part.entity.entity_id != entity_id) {
            changed += usize::from(uploaded::replace(connection, account_id, entity_id, &[], &[], false).await?);
        }
    }
    Ok(changed)
}
