//! From sums over rows to the parts of the ledger: the coefficients are applied here, once per group.

use super::sums::{GROUPS_PER_PLACE, GroupedSums, Statistics};
use super::table::{Accelerators, Figures, KINDS, Line, Machine, Place};
use crate::energy::{facility_energy, operational_emissions, water};
use crate::interval::{GroupKey, PartSums};
use crate::tier::{Tier, WorkloadKind};
use crate::units::{Grams, GramsPerKilowattHour, Hours, KilowattHours, Litres, LitresPerKilowattHour, Pue};

/// The pieces of the host curve and the rows without a series of the processor.
const PIECES: usize = 4;

/// What a batch comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BatchSums {
    /// Sums per group, in the order of the keys: what [`crate::totals`] takes. Groups without rows are left out.
    pub groups: Vec<(GroupKey, PartSums)>,
    /// Rows in those sums.
    pub estimated: u64,
    /// Rows that are in no sum.
    pub refusals: Refusals,
}

/// Rows that could not be estimated, by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusals {
    /// The index of the instance type names none.
    pub unknown_instance: u64,
    /// The index of the region names none.
    pub unknown_region: u64,
    /// The kind has no such code, seconds are not a plausible number, or a utilisation is not a share.
    pub invalid_input: u64,
    /// The region lacks a figure.
    pub no_region_figure: u64,
    /// The types without any power figure, by name, with their rows.
    pub no_power: Vec<(String, u64)>,
}

impl Refusals {
    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        let no_power: u64 = self.no_power.iter().map(|(_, rows)| rows).sum();
        self.unknown_instance + self.unknown_region + self.invalid_input + self.no_region_figure + no_power
    }

    fn count_no_power(&mut self, name: &str, rows: u64) {
        match self.no_power.last_mut() {
            Some((last, count)) if last == name => *count += rows,
            _ => self.no_power.push((name.to_owned(), rows)),
        }
    }
}

pub(super) fn finish(sums: GroupedSums<'_>) -> BatchSums {
    let GroupedSums { table, places, groups, above_idle, refusals } = sums;
    let mut batch = BatchSums { refusals, ..BatchSums::default() };
    let of_machine = places.chunks_exact(KINDS.len() << table.region_bits);
    for ((name, machine), of_machine) in table.names.iter().zip(&table.machines).zip(of_machine) {
        for (place, of_region) in table.regions.iter().zip(of_machine.chunks_exact(KINDS.len())) {
            for ((kind, accelerators), begin) in KINDS.into_iter().zip(&machine.accelerators).zip(of_region) {
                let Some(groups) = groups_at(&groups, *begin) else { continue };
                let bent = groups_at(&above_idle, *begin);
                batch.add(&Selection { name, machine, accelerators, place, kind, groups, bent });
            }
        }
    }
    batch
}

/// The groups of a place; `None` where no row was seen.
fn groups_at<T>(all: &[T], begin: u32) -> Option<&[T]> {
    all.get(usize::try_from(begin).ok()?..)?.get(..GROUPS_PER_PLACE)
}

/// The groups of one instance type, region and kind.
struct Selection<'a> {
    name: &'a str,
    machine: &'a Machine,
    accelerators: &'a [Accelerators; 2],
    place: &'a Place,
    kind: WorkloadKind,
    groups: &'a [Statistics],
    bent: Option<&'a [f64]>,
}

impl BatchSums {
    fn add(&mut self, selection: &Selection<'_>) {
        let rows: u64 = selection.groups.iter().map(Statistics::rows).sum();
        let Some(figures) = &selection.place.figures else {
            self.refusals.no_region_figure += rows;
            return;
        };
        if !selection.machine.has_power {
            return self.refusals.count_no_power(selection.name, rows);
        }
        self.estimated += rows;
        for (tier, parts) in Tier::ALL.into_iter().zip(selection.by_tier()) {
            if let Some(parts) = parts {
                let key = GroupKey {
                    instance_type: selection.name.to_owned(),
                    region: selection.place.name.clone(),
                    kind: selection.kind,
                    tier,
                };
                self.groups.push((key, parts.rounded(figures)));
            }
        }
    }
}

impl Selection<'_> {
    /// Groups of one tier are added before they are rounded.
    fn by_tier(&self) -> [Option<Parts>; 5] {
        let mut by_tier: [Option<Parts>; 5] = Default::default();
        let series = self.groups.chunks_exact(PIECES).zip(self.accelerators).zip(&self.machine.tiers);
        for (gpu, ((pieces, accelerators), tiers)) in series.enumerate() {
            for (piece, (group, host)) in pieces.iter().zip(&self.machine.host).enumerate() {
                let bent = self.bent.and_then(|bent| bent.get(gpu * PIECES + piece)).copied();
                let [unknown, known] = *tiers;
                let tier = if piece + 1 == PIECES { unknown } else { known };
                let slot = by_tier.iter_mut().zip(Tier::ALL).find(|(_, of)| *of == tier).map(|(slot, _)| slot);
                if let Some(slot) = slot.filter(|_| group.rows() > 0) {
                    let parts = Parts::of(self.machine, host, accelerators, group, bent);
                    *slot = Some(slot.take().map_or_else(|| parts.clone(), |sum| sum.plus(&parts)));
                }
            }
        }
        by_tier
    }
}

impl Statistics {
    /// The count is a whole number below 2^53: the cast is exact.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count is a whole number of at least zero"
    )]
    fn rows(&self) -> u64 {
        let [rows, ..] = self.0;
        rows as u64
    }
}

/// The parts of a group before they are rounded.
#[derive(Clone)]
struct Parts {
    seconds: f64,
    host_idle: KilowattHours,
    host_dynamic: KilowattHours,
    accelerator_idle: KilowattHours,
    accelerator_dynamic: KilowattHours,
    embodied_host: Grams,
    embodied_accelerator: Grams,
}

impl Parts {
    fn of(machine: &Machine, host: &Line, set: &Accelerators, group: &Statistics, bent: Option<f64>) -> Self {
        let [_, seconds, cpu_seconds, gpu_seconds] = group.0;
        let [embodied_host, embodied_accelerator] = machine.embodied_per_hour;
        let hours = Hours::new(seconds / 3_600.0);
        let total = set.line.energy(seconds, gpu_seconds);
        let straight = if set.lie_above_idle() { total - set.idle * seconds } else { 0.0 };
        let above_idle = bent.unwrap_or(straight).max(0.0);
        Self {
            seconds,
            host_idle: watt_seconds(machine.host_idle * seconds),
            host_dynamic: watt_seconds(host.energy(seconds, cpu_seconds).max(0.0)),
            accelerator_idle: watt_seconds(total - above_idle),
            accelerator_dynamic: watt_seconds(above_idle),
            embodied_host: embodied_host * hours.get(),
            embodied_accelerator: embodied_accelerator * hours.get(),
        }
    }

    fn plus(&self, other: &Self) -> Self {
        Self {
            seconds: self.seconds + other.seconds,
            host_idle: self.host_idle + other.host_idle,
            host_dynamic: self.host_dynamic + other.host_dynamic,
            accelerator_idle: self.accelerator_idle + other.accelerator_idle,
            accelerator_dynamic: self.accelerator_dynamic + other.accelerator_dynamic,
            embodied_host: self.embodied_host + other.embodied_host,
            embodied_accelerator: self.embodied_accelerator + other.embodied_accelerator,
        }
    }

    fn rounded(&self, figures: &Figures) -> PartSums {
        let it = self.host_idle + self.host_dynamic + self.accelerator_idle + self.accelerator_dynamic;
        let facility = facility_energy(it, Pue::new(figures.pue));
        let litres = LitresPerKilowattHour::new;
        let water: Litres = water(it, litres(figures.wue), facility, figures.offsite_water.map(litres)).total();
        PartSums {
            host_idle: self.host_idle.into(),
            host_dynamic: self.host_dynamic.into(),
            accelerator_idle: self.accelerator_idle.into(),
            accelerator_dynamic: self.accelerator_dynamic.into(),
            facility: facility.into(),
            operational: operational_emissions(facility, GramsPerKilowattHour::new(figures.intensity)).into(),
            embodied_host: self.embodied_host.into(),
            embodied_accelerator: self.embodied_accelerator.into(),
            water: water.into(),
            instance_seconds: self.seconds,
            ..PartSums::default()
        }
    }
}

fn watt_seconds(energy: f64) -> KilowattHours {
    KilowattHours::new(energy / 3.6e6)
}
