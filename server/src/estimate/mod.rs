//! From facts to footprints to the daily ledger, through `footprint`; only where a fact or an estimate changed.

mod day;
mod ledger;
mod preview;
pub mod price;
mod revise;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use footprint::FactorSet;
use futures::future::join_all;

use crate::store::bill;
use crate::store::due::{self, EntityDay};
use crate::store::estimate::EstimateRow;
use crate::store::{self, AccountScope, Database, StoreError, common_tag, inventory, ledger as store_ledger, usage};

pub use preview::{Effect, RegionEffect, preview};
pub use revise::{compute_accepted, revise};

/// Version of the method; a change of it makes a new estimate beside the old ones.
pub const METHOD_VERSION: &str = "1";
/// Entity-days estimated in one transaction.
const BATCH: i64 = 1_000;
/// Batches of an account that are worked on at the same time.
const AT_ONCE: usize = 3;
/// How often it looks again after days that somebody was marking.
const PATIENCE: u32 = 20;
/// How long it waits in between.
const PAUSE: Duration = Duration::from_millis(100);

/// Why nothing could be estimated.
#[derive(Debug, thiserror::Error)]
pub enum EstimateError {
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The factor tables in the program cannot be read.
    #[error("the factor tables are not valid")]
    Factors(#[from] footprint::FactorError),
    /// The overrides of a stored factor set cannot be read.
    #[error("the stored overrides of factor set {label} are not valid")]
    Overrides {
        /// Label of the set.
        label: String,
        /// What is wrong.
        #[source]
        source: serde_json::Error,
    },
}

/// An estimate that this program can compute.
#[derive(Debug, Clone)]
pub struct Computable {
    /// The stored estimate.
    pub row: EstimateRow,
    /// Its factors.
    pub factors: Arc<FactorSet>,
}

/// The stored estimates whose factor sets this program can rebuild, after adding its own if it is new.
///
/// # Errors
/// When the database refuses or a table is damaged.
pub async fn computable(database: &Database) -> Result<Vec<Computable>, EstimateError> {
    let builtin = FactorSet::builtin()?;
    let set = store::estimate::ensure_factor_set(
        &database.ingest,
        builtin.label(),
        &builtin.sha256_hex(),
        &serde_json::json!([]),
    )
    .await?;
    store::estimate::ensure(&database.ingest, METHOD_VERSION, set, "wattledger", "the factor tables of this program")
        .await?;
    let mut computable = Vec::new();
    for row in store::estimate::all(&database.ingest).await? {
        if row.method_version != METHOD_VERSION {
            continue;
        }
        let factors = rebuild(&builtin, &row)?;
        if factors.sha256_hex() == row.sha256 {
            computable.push(Computable { row, factors: Arc::new(factors) });
        }
    }
    Ok(computable)
}

/// The factors of the active estimate: what every page explains its numbers with.
///
/// # Errors
/// When the database refuses or a table is damaged.
pub async fn active(database: &Database) -> Result<Computable, EstimateError> {
    let all = computable(database).await?;
    let newest = all.iter().max_by_key(|each| each.row.estimate_id).cloned();
    let active = all.into_iter().find(|each| each.row.is_active);
    active.or(newest).ok_or_else(|| StoreError::Corrupt("there is no estimate".to_owned()).into())
}

/// Builds a factor set from the tables in the program and the overrides of a stored one.
///
/// # Errors
/// When the overrides cannot be read or name a factor that does not exist.
pub fn rebuild(builtin: &FactorSet, row: &EstimateRow) -> Result<FactorSet, EstimateError> {
    let overrides: Vec<footprint::Override> = serde_json::from_value(row.overrides.clone())
        .map_err(|source| EstimateError::Overrides { label: row.label.clone(), source })?;
    if overrides.is_empty() {
        return Ok(builtin.clone());
    }
    Ok(builtin.with_overrides(&row.label, &overrides)?)
}

/// Estimates every day that is due, in every estimate that can be computed, and returns how many there were.
///
/// Safe to stop anywhere: a day leaves the queue in the transaction that writes its numbers.
///
/// # Errors
/// When the database refuses or a table is damaged.
pub async fn bring_up_to_date(database: &Database, scope: &AccountScope) -> Result<u64, EstimateError> {
    finish(database, scope, |_| {}).await
}

/// The same, telling of every batch how many days it held.
///
/// # Errors
/// When the database refuses or a table is damaged.
pub async fn finish(database: &Database, scope: &AccountScope, told: impl Fn(u64)) -> Result<u64, EstimateError> {
    let mut estimated = 0;
    // A day that a reader is marking is passed over, also where that reader is gone and its rollback is still on its way.
    for _ in 0..PATIENCE {
        estimated += advance(database, scope, &told).await?;
        if due::count(&database.ingest, scope).await? == 0 {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    for account_id in scope.ids() {
        let mut transaction = scope.narrowed(&[*account_id]).begin(&database.ingest).await?;
        common_tag::count(&mut transaction, *account_id).await?;
        transaction.commit().await.map_err(StoreError::on("count the tags"))?;
    }
    Ok(estimated)
}

/// Estimates what is due and not being marked at this moment, telling of every batch how many days it held.
///
/// # Errors
/// When the database refuses or a table is damaged.
pub async fn advance(database: &Database, scope: &AccountScope, told: impl Fn(u64)) -> Result<u64, EstimateError> {
    let estimates = computable(database).await?;
    let mut estimated = 0;
    for account_id in scope.ids() {
        let account = Account { database, scope: &scope.narrowed(&[*account_id]), account_id: *account_id };
        let begun = AtomicU32::new(0);
        // While one writes, another reads and another computes.
        for days in join_all((0..AT_ONCE).map(|_| account.batches(&estimates, &begun, &told))).await {
            estimated += days?;
        }
    }
    activate_what_can_be_computed(database, scope, &estimates).await?;
    Ok(estimated)
}

/// After an update of the program the active estimate may rest on tables that are gone; its successor takes over.
async fn activate_what_can_be_computed(
    database: &Database,
    scope: &AccountScope,
    estimates: &[Computable],
) -> Result<(), EstimateError> {
    if estimates.iter().any(|each| each.row.is_active) {
        return Ok(());
    }
    let Some(newest) = estimates.iter().max_by_key(|each| each.row.estimate_id) else {
        return Ok(());
    };
    due::mark_all_stale(&database.ingest, scope).await?;
    for account_id in scope.ids() {
        let account = Account { database, scope: &scope.narrowed(&[*account_id]), account_id: *account_id };
        while account.one_batch(estimates).await? > 0 {}
    }
    store::estimate::activate(&database.ingest, newest.row.estimate_id).await?;
    Ok(())
}

/// An account whose days are estimated.
struct Account<'a> {
    database: &'a Database,
    scope: &'a AccountScope,
    account_id: i32,
}

impl Account<'_> {
    /// Estimates a batch after the other until nothing is due that nobody else has in hand; returns how many days.
    async fn batches(
        &self,
        estimates: &[Computable],
        begun: &AtomicU32,
        told: &impl Fn(u64),
    ) -> Result<u64, EstimateError> {
        let mut estimated = 0;
        loop {
            let batch = begun.fetch_add(1, Ordering::Relaxed) + 1;
            let days = self.one_batch(estimates).await?;
            if days == 0 {
                return Ok(estimated);
            }
            // Tables that grow from nothing are counted as they grow: after the first, the second, the fourth batch.
            if batch.is_power_of_two() && days == u64::try_from(BATCH).unwrap_or_default() {
                inventory::count_anew(&self.database.ingest).await?;
            }
            told(days);
            estimated += days;
        }
    }

    async fn one_batch(&self, estimates: &[Computable]) -> Result<u64, EstimateError> {
        let account_id = self.account_id;
        let mut transaction = self.scope.begin(&self.database.ingest).await?;
        let due = due::take_stale(&mut transaction, account_id, BATCH).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let facts = ledger::Facts::load(&mut transaction, self.scope.origin(), account_id, &due).await?;
        let written = ledger::compute(&facts, &due, estimates);
        let ids: Vec<i32> = estimates.iter().map(|each| each.row.estimate_id).collect();
        usage::replace_usage(&mut transaction, account_id, &due, &written.usage).await?;
        store_ledger::replace_footprints(&mut transaction, account_id, &due, &ids, &written.footprints).await?;
        // From here on one after the other: the sums of a day are of what everybody wrote.
        due::lock_ledger(&mut transaction, account_id).await?;
        store_ledger::replace_ledger(&mut transaction, account_id, &due, &ids, &written.ledger).await?;
        let mut days: Vec<_> = due.iter().map(|each: &EntityDay| each.day).collect();
        days.sort_unstable();
        days.dedup();
        bill::share_out(&mut transaction, account_id, &days).await?;
        store_ledger::replace_org_days(&mut transaction, account_id, &days).await?;
        transaction.commit().await.map_err(StoreError::on("commit the estimates"))?;
        Ok(u64::try_from(due.len()).unwrap_or_default())
    }
}
