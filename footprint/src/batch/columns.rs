//! Usage hours as columns.

use crate::tier::WorkloadKind;

/// The columns are of different lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the columns of a batch must be of one length")]
pub struct UnequalColumns;

/// Usage hours, one per position, 17 bytes each.
#[derive(Clone, Copy, Debug)]
pub struct HourColumns<'a> {
    pub(super) instance: &'a [u16],
    pub(super) region: &'a [u16],
    pub(super) kind: &'a [u8],
    pub(super) instance_seconds: &'a [f32],
    pub(super) cpu: &'a [f32],
    pub(super) gpu: &'a [f32],
}

impl<'a> HourColumns<'a> {
    /// Bytes of one row over all columns.
    pub const BYTES_PER_ROW: usize = 2 + 2 + 1 + 4 + 4 + 4;

    /// Takes the columns: indices as [`super::FactorTable`] hands them out, kinds as [`kind_code`] does, seconds times
    /// instances, and mean utilisations of 0 to 1 with not-a-number where there is no series.
    ///
    /// # Errors
    /// [`UnequalColumns`] where one is shorter than another.
    pub fn new(
        instance: &'a [u16],
        region: &'a [u16],
        kind: &'a [u8],
        instance_seconds: &'a [f32],
        cpu: &'a [f32],
        gpu: &'a [f32],
    ) -> Result<Self, UnequalColumns> {
        let rows = instance.len();
        if [region.len(), kind.len(), instance_seconds.len(), cpu.len(), gpu.len()].iter().any(|len| *len != rows) {
            return Err(UnequalColumns);
        }
        Ok(Self { instance, region, kind, instance_seconds, cpu, gpu })
    }

    /// How many rows there are.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.instance.len()
    }

    /// The same rows, so many at a time.
    pub(super) fn blocks(&self, rows: usize) -> impl Iterator<Item = Self> {
        let places = self.instance.chunks(rows).zip(self.region.chunks(rows)).zip(self.kind.chunks(rows));
        let loads = self.instance_seconds.chunks(rows).zip(self.cpu.chunks(rows)).zip(self.gpu.chunks(rows));
        places.zip(loads).map(|(((instance, region), kind), ((instance_seconds, cpu), gpu))| Self {
            instance,
            region,
            kind,
            instance_seconds,
            cpu,
            gpu,
        })
    }
}

/// How a kind is written in the column of kinds.
#[must_use]
pub const fn kind_code(kind: WorkloadKind) -> u8 {
    match kind {
        WorkloadKind::Training => 0,
        WorkloadKind::Endpoint => 1,
    }
}
