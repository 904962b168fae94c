//! The inner loop: a row adds seven numbers to the sums of its group and allocates nothing.

use super::columns::HourColumns;
use super::finish::{BatchSums, Refusals};
use super::table::{Axis, FactorTable};
use crate::estimate::MOST_SECONDS;

/// What a row adds: 1, `s`, `s min(c, 0.1)`, `s clamp(c - 0.1, 0, 0.4)`, `s max(c - 0.5, 0)`, `s min(g, hinge)` and
/// `s max(g - hinge, 0)`, with seconds `s` and loads `c` of the processor and `g` of the accelerators.
///
/// One cache line a group.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
pub(super) struct Statistics(pub(super) [f64; 7]);

/// Sums of rows, by group; its memory is allocated once and does not grow with the rows.
#[derive(Clone, Debug)]
pub struct GroupedSums<'a> {
    pub(super) table: &'a FactorTable,
    /// By instance type, region, kind and whether there is a series, in this order.
    pub(super) groups: Vec<Statistics>,
    pub(super) refusals: Refusals,
}

/// Whether there is a series, by kind: groups of one instance type and region.
pub(super) const GROUPS_PER_PLACE: usize = 4;

impl<'a> GroupedSums<'a> {
    /// Sums of no rows.
    #[must_use]
    pub fn new(table: &'a FactorTable) -> Self {
        let (instances, regions) = table.shape();
        let groups = vec![Statistics::default(); instances * regions * GROUPS_PER_PLACE];
        Self { table, groups, refusals: Refusals::default() }
    }

    /// Adds rows.
    pub fn add(&mut self, hours: &HourColumns<'_>) {
        let regions = self.table.regions.len();
        let default_cpu = self.table.default_cpu;
        let places = hours.instance.iter().zip(hours.region).zip(hours.kind);
        let loads = hours.instance_seconds.iter().zip(hours.cpu).zip(hours.gpu);
        for (((&instance, &region), &kind), ((&seconds, &cpu), &gpu)) in places.zip(loads) {
            let (instance, region, kind) = (usize::from(instance), usize::from(region), usize::from(kind));
            let Some(axis) = self.table.axes.get(instance).filter(|_| region < regions) else {
                self.refusals.count_place(instance < self.table.axes.len());
                continue;
            };
            let row = Row::new(axis, kind, seconds, cpu, gpu, default_cpu);
            let group = ((instance * regions + region) * 2 + (kind & 1)) * 2 + usize::from(row.series);
            match self.groups.get_mut(group) {
                Some(sums) if row.is_sane(kind) => row.add_to(sums),
                _ => self.refusals.count_number(self.table, region),
            }
        }
    }

    /// Applies the coefficients: what the rows come to, group by group.
    #[must_use]
    pub fn finish(self) -> BatchSums {
        super::finish::finish(self)
    }
}

/// One row, in double precision.
struct Row {
    seconds: f64,
    cpu: f64,
    gpu: f64,
    hinge: f64,
    /// Whether there is a series of what decides the tier.
    series: bool,
}

impl Row {
    #[inline(always)]
    fn new(axis: &Axis, kind: usize, seconds: f32, cpu: f32, gpu: f32, default_cpu: f64) -> Self {
        let [training, endpoint] = axis.hinge;
        Self {
            seconds: f64::from(seconds),
            cpu: if cpu.is_nan() { default_cpu } else { f64::from(cpu) },
            gpu: if gpu.is_nan() { 0.0 } else { f64::from(gpu) },
            hinge: if kind == 0 { training } else { endpoint },
            series: !(if axis.accelerated { gpu } else { cpu }).is_nan(),
        }
    }

    #[inline(always)]
    fn is_sane(&self, kind: usize) -> bool {
        let share = 0.0..=1.0;
        // All of them, without a branch each.
        (kind < 2)
            & (0.0..=MOST_SECONDS).contains(&self.seconds)
            & share.contains(&self.cpu)
            & share.contains(&self.gpu)
    }

    #[inline(always)]
    fn add_to(&self, sums: &mut Statistics) {
        let Self { seconds: s, cpu, gpu, hinge, .. } = *self;
        let added = [
            1.0,
            s,
            s * lesser(cpu, 0.1),
            s * lesser(greater(cpu - 0.1, 0.0), 0.4),
            s * greater(cpu - 0.5, 0.0),
            s * lesser(gpu, hinge),
            s * greater(gpu - hinge, 0.0),
        ];
        for (sum, value) in sums.0.iter_mut().zip(added) {
            *sum += value;
        }
    }
}

/// As `f64::min` of two numbers, in one instruction: neither is not-a-number here.
#[inline(always)]
fn lesser(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// As `f64::max` of two numbers, in one instruction: neither is not-a-number here.
#[inline(always)]
fn greater(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}
