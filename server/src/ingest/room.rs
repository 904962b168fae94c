//! How much of what AWS answers is in memory at once.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Points in memory at once unless somebody says otherwise; each takes some 300 bytes between its answer and its row.
pub const POINTS: u32 = 3 * SLICE;
/// Points of a slice at the most: two calls of CloudWatch, which answers with 100,800.
const SLICE: u32 = 2 * 100_800;

/// Room for points, shared by everything that a run reads side by side.
#[derive(Debug, Clone)]
pub struct Room {
    free: Arc<Semaphore>,
    points: u32,
}

impl Default for Room {
    fn default() -> Self {
        Self::of(POINTS)
    }
}

impl Room {
    /// Room for so many points at once, at least one.
    pub fn of(points: u32) -> Self {
        let points = points.max(1);
        Self { free: Arc::new(Semaphore::new(usize::try_from(points).unwrap_or(Semaphore::MAX_PERMITS))), points }
    }

    /// Points that are fetched, packed and sent together, so that some are written while others are fetched.
    pub(super) fn slice(&self) -> usize {
        usize::try_from(SLICE.min(self.points / 3)).unwrap_or_default()
    }

    /// Waits until so many points have room, which they have while what is returned is kept. More than there ever is wait
    /// for all of it.
    pub(super) async fn take(&self, points: usize) -> Option<OwnedSemaphorePermit> {
        let points = u32::try_from(points).unwrap_or(u32::MAX).min(self.points);
        // It is never closed.
        self.free.clone().acquire_many_owned(points).await.ok()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn what_is_too_much_waits_for_all_the_room_and_no_longer() {
        let room = Room::of(10);
        let first = room.take(5).await;
        let second = room.clone().take(5).await;
        let waits = Duration::from_millis(20);
        assert!(timeout(waits, room.take(usize::MAX)).await.is_err(), "half of it is taken twice");
        drop((first, second));
        assert!(timeout(waits, room.take(usize::MAX)).await.is_ok_and(|room| room.is_some()));
    }

    #[test]
    fn three_slices_have_room_at_once() {
        let rows = [(0, 0), (9_000, 3_000), (POINTS, 201_600), (u32::MAX, 201_600)];
        for (points, slice) in rows {
            assert_eq!(Room::of(points).slice(), slice, "{points}");
        }
    }
}
