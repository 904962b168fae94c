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

/// Groups of one instance type, region and kind: without and with a series of the accelerators, and in each the three
/// pieces of the host curve and [`NO_SERIES`].
pub(super) const GROUPS_PER_KIND: usize = 8;

/// The place of rows without a series of the processor, after the three pieces of the host curve.
pub(super) const NO_SERIES: u32 = 3;

/// Sums of rows, by group; its memory is allocated once and does not grow with the rows.
#[derive(Clone, Debug)]
pub struct GroupedSums<'a> {
    pub(super) table: &'a FactorTable,
    /// By instance type, region (up to a power of two), kind, series of the accelerators and piece of the host curve.
    pub(super) groups: Vec<Statistics>,
    /// What accelerators drew above idle in each group, Ws; empty unless the table [`FactorTable::bends`].
    pub(super) above_idle: Vec<f64>,
    pub(super) refusals: Refusals,
}

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
        let groups = vec![Statistics::default(); table.group_count()];
        let above_idle = if table.bends { vec![0.0; groups.len()] } else { Vec::new() };
        Self { table, groups, above_idle, refusals: Refusals::default() }
    }

    /// Adds rows.
    pub fn add(&mut self, hours: &HourColumns<'_>) {
        let mut block = Block::default();
        for rows in hours.blocks(block::ROWS) {
            if self.table.bends {
                rows.each().for_each(|row| self.add_carefully(row));
            } else {
                block.fill(self.table, &rows);
                self.add_block(&block, &rows);
            }
        }
    }

    fn add_block(&mut self, block: &Block, rows: &HourColumns<'_>) {
        let mut refused = 0_usize;
        let loads = rows.instance_seconds.iter().zip(&block.cpu).zip(&block.gpu);
        for (&group, ((&seconds, &cpu), &gpu)) in block.group.iter().zip(loads) {
            match usize::try_from(group).ok().and_then(|group| self.groups.get_mut(group)) {
                Some(sums) => sums.add(seconds, cpu, gpu),
                None => refused += 1,
            }
        }
        if refused > 0 {
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
        let Ok(group) = usize::try_from(group) else { return };
        let load = |load: f32| if load.is_nan() { 0.0 } else { load };
        if let Some(sums) = self.groups.get_mut(group) {
            sums.add(row.seconds, load(row.cpu), load(row.gpu));
        }
        if let Some(above_idle) = self.above_idle.get_mut(group) {
            let watts = self.table.watts_above_idle(row.instance, row.kind, row.gpu);
            *above_idle += f64::from(row.seconds) * watts;
        }
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
