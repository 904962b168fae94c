//! How much of what AWS answers is in memory at once.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Points in memory at once; each takes up to 200 bytes between its answer and its row.
const POINTS: u32 = 700_000;

/// Room for points, shared by everything that a run reads side by side.
#[derive(Debug, Clone)]
pub struct Room(Arc<Semaphore>);

impl Default for Room {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(usize::try_from(POINTS).unwrap_or(Semaphore::MAX_PERMITS))))
    }
}

impl Room {
    /// Waits until so many points have room, which they have while what is returned is kept. More than there ever is wait
    /// for all of it.
    pub(super) async fn take(&self, points: u32) -> Option<OwnedSemaphorePermit> {
        // It is never closed.
        self.0.clone().acquire_many_owned(points.min(POINTS)).await.ok()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn what_is_too_much_waits_for_all_the_room_and_no_longer() {
        let room = Room::default();
        let first = room.take(POINTS / 2).await;
        let second = room.clone().take(POINTS / 2).await;
        let waits = Duration::from_millis(20);
        assert!(timeout(waits, room.take(u32::MAX)).await.is_err(), "half of it is taken twice");
        drop((first, second));
        assert!(timeout(waits, room.take(u32::MAX)).await.is_ok_and(|room| room.is_some()));
    }
}
