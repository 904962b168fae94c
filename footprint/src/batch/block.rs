//! A few hundred rows at a time: first the group of each, which a processor finds for several rows at once.

use super::columns::HourColumns;
use super::sums::NO_SERIES;
use super::table::FactorTable;

/// Rows of a block: its columns stay in the nearest cache.
pub(super) const ROWS: usize = 256;

/// The group of a row that is left to the careful way.
pub(super) const ODD: u32 = u32::MAX;

/// The longest row that takes the quick way, seconds times instances.
const ORDINARY_SECONDS: f32 = 1e9;

/// The least load on the second piece of the host curve: the single-precision number after the exact tenth.
const SECOND_PIECE: f32 = 0.1;

/// The greatest load on the second piece.
const THIRD_PIECE_AFTER: f32 = 0.5;

/// Groups and cleaned loads of the rows.
#[derive(Debug)]
pub(super) struct Block {
    /// The place of each row's group, or [`ODD`].
    pub(super) group: [u32; ROWS],
    /// Loads, zero where there is no series.
    pub(super) cpu: [f32; ROWS],
    pub(super) gpu: [f32; ROWS],
}

impl Default for Block {
    fn default() -> Self {
        Self { group: [ODD; ROWS], cpu: [0.0; ROWS], gpu: [0.0; ROWS] }
    }
}

impl Block {
    /// Takes the next rows, at most [`ROWS`].
    pub(super) fn fill(&mut self, table: &FactorTable, rows: &HourColumns<'_>) {
        let (instances, regions) = table.shape_u32();
        let bits = table.region_bits;
        let places = rows.instance.iter().zip(rows.region).zip(rows.kind);
        let loads = rows.instance_seconds.iter().zip(rows.cpu).zip(rows.gpu);
        let filled = self.group.iter_mut().zip(&mut self.cpu).zip(&mut self.gpu);
        for (((group, clean_cpu), clean_gpu), (((&instance, &region), &kind), ((&seconds, &cpu), &gpu))) in
            filled.zip(places.zip(loads))
        {
            *clean_cpu = if cpu.is_nan() { 0.0 } else { cpu };
            *clean_gpu = if gpu.is_nan() { 0.0 } else { gpu };
            // Without a branch, so that several rows go at once.
            let ordinary = (u32::from(instance) < instances)
                & (u32::from(region) < regions)
                & (kind < 2)
                & (0.0..=ORDINARY_SECONDS).contains(&seconds)
                & (0.0..=1.0).contains(clean_cpu)
                & (0.0..=1.0).contains(clean_gpu);
            let place = self::group(bits, instance, region, kind, cpu, gpu);
            *group = if ordinary { place } else { ODD };
        }
    }
}

/// The place of a row's group. Only of ordinary rows does it mean anything.
#[inline(always)]
pub(super) fn group(region_bits: u32, instance: u16, region: u16, kind: u8, cpu: f32, gpu: f32) -> u32 {
    let place = (u32::from(instance) << region_bits) | u32::from(region);
    let piece = u32::from(cpu >= SECOND_PIECE) + u32::from(cpu > THIRD_PIECE_AFTER);
    let piece = if cpu.is_nan() { NO_SERIES } else { piece };
    (place << 4) | (u32::from(kind) << 3) | (u32::from(!gpu.is_nan()) << 2) | piece
}
