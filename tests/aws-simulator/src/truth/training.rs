//! What one training host does in one minute.

use super::{Datum, Metric};
use crate::fleet::{Hardware, Job};
use crate::noise;

/// Minutes between two pauses of the GPU (an evaluation or a checkpoint), and how long a pause takes.
const EPOCH_MINUTES: i64 = 24;
const PAUSE_MINUTES: i64 = 2;

#[derive(Clone, Debug)]
pub(super) struct Host<'a> {
    job: &'a Job,
    metric: Metric,
    full_scale: f64,
    key: u64,
    first: i64,
}

impl<'a> Host<'a> {
    pub(super) fn new(job: &'a Job, metric: Metric, identity: u64, revision: u32, first: i64) -> Self {
        let full_scale = metric.full_scale(Hardware::of(&job.instance_type));
        let key = noise::key(identity ^ u64::from(revision), &[metric.name()]);
        Self { job, metric, full_scale, key, first }
    }

    pub(super) fn minute(&self, minute: i64) -> Option<Datum> {
        let load = self.job.load;
        let age = minute - self.first;
        let warm = if age < 2 { 0.5 } else { 1.0 };
        let pause = if age.rem_euclid(EPOCH_MINUTES) >= EPOCH_MINUTES - PAUSE_MINUTES { 0.3 } else { 1.0 };
        let (mean, swing) = match self.metric {
            Metric::CpuUtilization => (load.cpu * warm, 0.12),
            Metric::GpuUtilization => (load.gpu * warm * pause, 0.10),
            Metric::MemoryUtilization => (load.memory, 0.02),
            Metric::GpuMemoryUtilization => (load.gpu_memory, 0.01),
            // Checkpoints fill the disk slowly.
            Metric::DiskUtilization => (0.08 + 0.000_2 * age as f64, 0.01),
            // A GPU at rest draws a fifth of what it draws at work.
            Metric::GpuPower => (0.2 + 0.8 * load.gpu * warm * pause, 0.05),
            _ => return None,
        };
        let share = mean * wobble(self.key, minute, swing);
        Some(Datum::same(1.0, self.full_scale * share.clamp(0.0, 1.0)))
    }
}

/// A factor around 1: `swing` of it per five-minute cell and a third of that again per minute.
pub(super) fn wobble(key: u64, minute: i64, swing: f64) -> f64 {
    let cell = noise::unit(key, minute.div_euclid(5)) - 0.5;
    let within = noise::unit(!key, minute) - 0.5;
    1.0 + swing * (2.0 * cell + 0.67 * within)
}
