//! From sums over rows to the parts of the ledger: the coefficients are applied here, once per group.

use super::sums::{GROUPS_PER_PLACE, GroupedSums, Statistics};
use super::table::{FactorTable, Figures, KINDS, Line, Machine, Place};
use crate::energy::{facility_energy, operational_emissions, water};
use crate::interval::{GroupKey, PartSums};
use crate::refused::Refused;
use crate::tier::Tier;
use crate::units::{Grams, GramsPerKilowattHour, Hours, KilowattHours, Litres, LitresPerKilowattHour, Pue};

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

    #[cold]
    pub(super) fn count_place(&mut self, instance_known: bool) {
        *(if instance_known { &mut self.unknown_region } else { &mut self.unknown_instance }) += 1;
    }

    /// The region is asked first, as [`crate::estimate_hour`] does.
    #[cold]
    pub(super) fn count_number(&mut self, table: &FactorTable, region: usize) {
        let usable = table.regions.get(region).is_some_and(|place| place.figures.is_ok());
        *(if usable { &mut self.invalid_input } else { &mut self.no_region_figure }) += 1;
    }

    fn count_no_power(&mut self, name: &str, rows: u64) {
        match self.no_power.last_mut() {
            Some((last, count)) if last == name => *count += rows,
            _ => self.no_power.push((name.to_owned(), rows)),
        }
    }
}

pub(super) fn finish(sums: GroupedSums<'_>) -> BatchSums {
    let GroupedSums { table, groups, refusals } = sums;
    let mut batch = BatchSums { refusals, ..BatchSums::default() };
    let places = table
        .names
        .iter()
        .zip(&table.machines)
        .flat_map(|(name, machine)| table.regions.iter().map(move |place| (name, machine, place)));
    for ((name, machine, place), statistics) in places.zip(groups.chunks_exact(GROUPS_PER_PLACE)) {
        if statistics.iter().any(|group| group.rows() > 0) {
            batch.add_place(name, machine, place, statistics);
        }
    }
    batch
}

impl BatchSums {
    fn add_place(&mut self, name: &str, machine: &Machine, place: &Place, statistics: &[Statistics]) {
        let rows: u64 = statistics.iter().map(Statistics::rows).sum();
        let figures = match (&place.figures, &machine.refused) {
            (Err(_), _) => {
                self.refusals.no_region_figure += rows;
                return;
            }
            (_, Some(Refused::NoPower { name })) => return self.refusals.count_no_power(name, rows),
            (Ok(figures), _) => figures,
        };
        self.estimated += rows;
        let by_kind = KINDS.into_iter().zip(&machine.lines).zip(statistics.chunks_exact(2));
        for ((kind, lines), by_series) in by_kind {
            let key = |tier: Tier| GroupKey { instance_type: name.to_owned(), region: place.name.clone(), kind, tier };
            let parts = machine.tiers.iter().zip(lines).zip(by_series).rev();
            let mut open: Option<(Tier, Parts)> = None;
            // Of a lower bound both groups are one: they are added before they are rounded.
            for ((tier, line), group) in parts.filter(|(_, group)| group.rows() > 0) {
                let parts = Parts::of(machine, line, group);
                open = match open {
                    Some((same, sum)) if same == *tier => Some((same, sum.plus(&parts))),
                    Some((other, sum)) => {
                        self.groups.push((key(other), sum.rounded(figures)));
                        Some((*tier, parts))
                    }
                    None => Some((*tier, parts)),
                };
            }
            self.groups.extend(open.map(|(tier, sum)| (key(tier), sum.rounded(figures))));
        }
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
    fn of(machine: &Machine, line: &Line, group: &Statistics) -> Self {
        let [_, seconds, to_10, to_50, to_100, below_hinge, above_hinge] = group.0;
        let [p0, k1, k2, k3] = machine.host;
        let [host, accelerators] = machine.embodied_per_hour;
        let hours = Hours::new(seconds / 3_600.0);
        let total = line.at_zero * seconds + line.slope * (below_hinge + above_hinge);
        let dynamic = line.above_idle(seconds, below_hinge, above_hinge);
        Self {
            seconds,
            host_idle: watt_seconds(p0 * seconds),
            host_dynamic: watt_seconds(k1 * to_10 + k2 * to_50 + k3 * to_100),
            accelerator_idle: watt_seconds(total - dynamic),
            accelerator_dynamic: watt_seconds(dynamic),
            embodied_host: host * hours.get(),
            embodied_accelerator: accelerators * hours.get(),
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

impl Line {
    /// What the rows drew above idle, Ws: the whole line where it never crosses, else the side of the hinge above it.
    fn above_idle(&self, seconds: f64, below_hinge: f64, above_hinge: f64) -> f64 {
        let at_zero = self.at_zero - self.idle;
        match self.above_at_the_ends() {
            (true, true) => at_zero * seconds + self.slope * (below_hinge + above_hinge),
            (true, false) => at_zero * seconds + self.slope * below_hinge,
            (false, true) => self.slope * above_hinge,
            (false, false) => 0.0,
        }
    }
}

fn watt_seconds(energy: f64) -> KilowattHours {
    KilowattHours::new(energy / 3.6e6)
}
