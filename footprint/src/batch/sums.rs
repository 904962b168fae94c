//! Sums of rows, by group. Blocks of rows take the quick way; a row that is out of the ordinary takes the careful one.

use super::block::{self, Block};
use super::columns::HourColumns;
use super::finish::{BatchSums, Refusals};
use super::table::FactorTable;
use crate::estimate::MOST_SECONDS;

/// The sums over the rows of a group: of 1, of `s`, of `s c` and of `s g`, with instance-seconds `s` and the loads `c` of
/// the processor and `g` of the accelerators, which count as zero where there is no series.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(32))]
pub(super) struct Statistics(pub(super) [f64; 4]);

/// Bits of a group that say which of its place it is: with a series of the accelerators or without, and the piece of the
/// host curve.
pub(super) const GROUP_BITS: u32 = 3;
const GROUP_MASK: u32 = (1 << GROUP_BITS) - 1;

/// Groups of a place, which is an instance type, a region and a kind.
pub(super) const GROUPS_PER_PLACE: usize = 1 << GROUP_BITS;

/// The place of rows without a series of the processor, after the three pieces of the host curve.
pub(super) const NO_SERIES: u32 = 3;

/// Sums of rows, by group. Its memory grows with the places that occur, never with the rows.
#[derive(Clone, Debug)]
pub struct GroupedSums<'a> {
    pub(super) table: &'a FactorTable,
    /// Where the groups of a place begin, by instance type, region (up to a power of two) and kind; [`UNSEEN`] for most.
    pub(super) places: Vec<u32>,
    /// By series of the accelerators and piece of the host curve, place after place as they were first seen.
    pub(super) groups: Vec<Statistics>,
    /// What accelerators drew above idle in each group, Ws; empty unless the table [`FactorTable::bends`].
    pub(super) above_idle: Vec<f64>,
    pub(super) refusals: Refusals,
}

/// A place of which there was no row yet.
pub(super) const UNSEEN: u32 = u32::MAX;

/// One row as it lies in the columns.
#[derive(Clone, Copy, Debug)]
struct Row {
    instance: u16,
    region: u16,
    kind: u8,
    seconds: f32,
    cpu: f32,
    gpu: f32,
}

impl<'a> GroupedSums<'a> {
    /// Sums of no rows.
    #[must_use]
    pub fn new(table: &'a FactorTable) -> Self {
        Self {
            table,
            places: vec![UNSEEN; table.place_count()],
            groups: Vec::new(),
            above_idle: Vec::new(),
            refusals: Refusals::default(),
        }
    }

    /// Adds rows.
    pub fn add(&mut self, hours: &HourColumns<'_>) {
        let mut block = Block::default();
        for rows in hours.blocks(block::ROWS) {
            if self.table.bends {
                rows.each().for_each(|row| self.add_carefully(row));
            } else {
                block.fill(self.table, &rows);
                self.add_block(&mut block, &rows);
            }
        }
    }

    fn add_block(&mut self, block: &mut Block, rows: &HourColumns<'_>) {
        let mut left = false;
        let loads = rows.instance_seconds.iter().zip(&block.cpu).zip(&block.gpu);
        for (group, ((&seconds, &cpu), &gpu)) in block.group.iter_mut().zip(loads) {
            let begin = usize::try_from(*group >> GROUP_BITS).ok().and_then(|place| self.places.get(place));
            let place = begin.and_then(|begin| usize::try_from(begin | (*group & GROUP_MASK)).ok());
            if let Some(sums) = place.and_then(|place| self.groups.get_mut(place)) {
                sums.add(seconds, cpu, gpu);
            } else {
                *group = block::ODD;
                left = true;
            }
        }
        if left {
            let odd = rows.each().zip(&block.group).filter(|(_, group)| **group == block::ODD);
            odd.for_each(|(row, _)| self.add_carefully(row));
        }
    }

    /// Adds one row of any kind, or counts why not, in the order in which [`crate::estimate_hour`] asks.
    #[cold]
    fn add_carefully(&mut self, row: Row) {
        let (instances, regions) = self.table.shape();
        if usize::from(row.instance) >= instances {
            self.refusals.unknown_instance += 1;
        } else if usize::from(row.region) >= regions {
            self.refusals.unknown_region += 1;
        } else if !self.table.is_usable(row.region) {
            self.refusals.no_region_figure += 1;
        } else if !row.is_sane() {
            self.refusals.invalid_input += 1;
        } else {
            self.add_sane(row);
        }
    }

    fn add_sane(&mut self, row: Row) {
        let group = block::group(self.table.region_bits, row.instance, row.region, row.kind, row.cpu, row.gpu);
        let Some(group) = self.open(group) else { return };
        let load = |load: f32| if load.is_nan() { 0.0 } else { load };
        if let Some(sums) = self.groups.get_mut(group) {
            sums.add(row.seconds, load(row.cpu), load(row.gpu));
        }
        if let Some(above_idle) = self.above_idle.get_mut(group) {
            let watts = self.table.watts_above_idle(row.instance, row.kind, row.gpu);
            *above_idle += f64::from(row.seconds) * watts;
        }
    }

    /// Where this group is, after making room for its place if this is its first row.
    fn open(&mut self, group: u32) -> Option<usize> {
        let begin = self.places.get_mut(usize::try_from(group >> GROUP_BITS).ok()?)?;
        if *begin == UNSEEN {
            *begin = u32::try_from(self.groups.len()).ok()?;
            self.groups.resize(self.groups.len() + GROUPS_PER_PLACE, Statistics::default());
            if self.table.bends {
                self.above_idle.resize(self.groups.len(), 0.0);
            }
        }
        usize::try_from(*begin | (group & GROUP_MASK)).ok()
    }

    /// Applies the coefficients: what the rows come to, group by group.
    #[must_use]
    pub fn finish(self) -> BatchSums {
        super::finish::finish(self)
    }
}

impl Statistics {
    #[inline(always)]
    fn add(&mut self, seconds: f32, cpu: f32, gpu: f32) {
        let seconds = f64::from(seconds);
        for (sum, value) in self.0.iter_mut().zip([1.0, seconds, seconds * f64::from(cpu), seconds * f64::from(gpu)]) {
            *sum += value;
        }
    }
}

impl Row {
    fn is_sane(&self) -> bool {
        let share = |load: f32| load.is_nan() || (0.0..=1.0).contains(&load);
        self.kind < 2 && (0.0..=MOST_SECONDS).contains(&f64::from(self.seconds)) && share(self.cpu) && share(self.gpu)
    }
}

impl HourColumns<'_> {
    fn each(&self) -> impl Iterator<Item = Row> {
        let places = self.instance.iter().zip(self.region).zip(self.kind);
        let loads = self.instance_seconds.iter().zip(self.cpu).zip(self.gpu);
        places.zip(loads).map(|(((&instance, &region), &kind), ((&seconds, &cpu), &gpu))| Row {
            instance,
            region,
            kind,
            seconds,
            cpu,
            gpu,
        })
    }
}
