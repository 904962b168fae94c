//! A process that reads on a schedule and when somebody asks; everybody can see that it is there.

use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::store::request::{self, Span};
use crate::store::{Database, Origin, StoreError};

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

impl Reader {
    pub(super) fn new(database: Database, origin: Origin) -> Self {
        Self { database, origin, reader_id: Uuid::now_v7() }
    }

    /// Reads, and says every few seconds that it does.
    pub(super) async fn reading<T>(&self, work: impl Future<Output = T>) -> T {
        tokio::pin!(work);
        loop {
            self.present(None).await;
            tokio::select! {
                outcome = &mut work => return outcome,
                () = tokio::time::sleep(BEAT) => {}
            }
        }
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
    pub(super) async fn leave(&self) -> Result<(), StoreError> {
        request::gone(&self.database.ingest, self.reader_id).await
    }

    async fn present(&self, next_in: Option<Duration>) {
        let next_in_s = next_in.map(|left| left.as_secs_f64());
        let said = request::present(&self.database.ingest, self.reader_id, self.origin, next_in_s).await;
        if let Err(error) = said {
            tracing::warn!(%error, "nobody knows that this process reads");
        }
    }
}
