//! Taking the demo away, also from under a process that reads it.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::store::{Database, Origin, StoreError, removal, run};

/// How often it is looked whether the run has ended.
const LOOK: Duration = Duration::from_millis(250);
/// How often at most, before it is given up.
const LOOKS: usize = 80;
/// How often the removal is tried where it meets somebody who writes.
const TRIES: usize = 3;

/// What became of the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removed {
    /// So many rows are gone.
    Gone(i64),
    /// A run that reads it did not end; everything is as it was.
    StillRead,
}

/// Takes the demo's accounts away with everything that belongs to them. A run that reads them is asked to end first; the process
/// that made it notices that its accounts are gone and reads no more.
///
/// # Errors
/// When the database refuses; nothing is gone then.
pub async fn remove_demo(database: &Database, by: &str, now: DateTime<Utc>) -> Result<Removed, StoreError> {
    if !nobody_reads(database, by, now).await? {
        return Ok(Removed::StillRead);
    }
    let mut tries = 1;
    loop {
        match removal::demo(&database.ingest, by, now).await {
            Ok(rows) => return Ok(Removed::Gone(rows)),
            Err(error) if error.is_passing() && tries < TRIES => tries += 1,
            Err(error) => return Err(error),
        }
    }
}

/// Asks the run that reads the demo to end, and waits until it has.
async fn nobody_reads(database: &Database, by: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
    for _ in 0..LOOKS {
        let mut connection = database.web.acquire().await.map_err(StoreError::on("look for a run"))?;
        let latest = run::latest(&mut connection, Origin::Demo, None, 1).await?.pop();
        drop(connection);
        match latest {
            Some(run) if run.state == "running" => {
                run::cancel(&database.web, Origin::Demo, run.run_id, by, now).await?;
            }
            Some(run) if run.state == "ending" => {}
            _ => return Ok(true),
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(false)
}
