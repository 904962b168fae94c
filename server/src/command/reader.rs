//! A process that reads on a schedule and when somebody asks; everybody can see that it is there.

use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::store::request::{self, Span};
use crate::store::{Database, Origin};

/// How often it looks whether somebody asked.
const LOOK: Duration = Duration::from_secs(1);
/// How often it says that it is there.
const BEAT: Duration = Duration::from_secs(5);

/// The reader of an origin.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    database: Database,
    origin: Origin,
    reader_id: Uuid,
}

/// A reader reads while this lives.
#[derive(Debug)]
pub(super) struct Reading(JoinHandle<()>);

impl Drop for Reading {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Reader {
    pub(super) fn new(database: Database, origin: Origin) -> Self {
        Self { database, origin, reader_id: Uuid::now_v7() }
    }

    /// Says every few seconds that it reads, until this is dropped.
    pub(super) fn reading(&self) -> Reading {
        // A task of its own: awaited beside the work, it could wait for a connection that the work holds and vice versa.
        let reader = self.clone();
        Reading(tokio::spawn(async move {
            loop {
                reader.present(None).await;
                tokio::time::sleep(BEAT).await;
            }
        }))
    }

    /// Waits until somebody asks, or until it is time; what was asked for, `None` where it is time. Without a pause it
    /// waits for somebody.
    pub(super) async fn wait(&self, pause: Option<Duration>) -> Option<Span> {
        let began = Instant::now();
        let mut told: Option<Instant> = None;
        loop {
            let left = pause.map(|pause| pause.saturating_sub(began.elapsed()));
            if left.is_some_and(|left| left.is_zero()) {
                return None;
            }
            if told.is_none_or(|told| told.elapsed() >= BEAT) {
                self.present(left).await;
                told = Some(Instant::now());
            }
            match request::take(&self.database.ingest, self.origin).await {
                Ok(Some(span)) => return Some(span),
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "nobody could be asked whether to read"),
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Says that it goes.
    pub(super) async fn leave(&self) {
        if let Err(error) = request::gone(&self.database.ingest, self.reader_id).await {
            tracing::warn!(%error, "for half a minute this process still seems to read");
        }
    }

    async fn present(&self, next_in: Option<Duration>) {
        let next_in_s = next_in.map(|left| left.as_secs_f64());
        let said = request::present(&self.database.ingest, self.reader_id, self.origin, next_in_s).await;
        if let Err(error) = said {
            tracing::warn!(%error, "nobody knows that this process reads");
        }
    }
}
