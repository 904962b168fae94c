//! The figures of a selection as random figures: machines per region, then places, then the method.

use super::figure::{Building, Figure};
use super::machine::{Machine, relative};
use super::quality::Quality;
use super::sources::Sources;
use super::spread::micro;
use super::sums::{GroupKey, PartSums};
use super::term::{Sums, Term};
use crate::factors::{FactorSet, Site};
use std::collections::BTreeMap;

/// The figures of a selection, in micro-units.
pub(super) struct Selection {
    pub(super) exact: PartSums,
    pub(super) quality: Quality,
    pub(super) energy_it: Figure,
    pub(super) energy: Figure,
    pub(super) operational: Figure,
    pub(super) embodied: Figure,
    pub(super) emissions: Figure,
    pub(super) water: Figure,
}

/// A selection while its groups are added.
struct Gathering<'a> {
    sources: Sources<'a>,
    machines: BTreeMap<&'a str, Machine<'a>>,
    places: BTreeMap<&'a str, Place<'a>>,
    hardware: Sums<1>,
    storage: Option<Term>,
    network: Option<Term>,
}

/// What the machines of a region add up to, before the region's own coefficients.
struct Place<'a> {
    site: Site<'a>,
    /// IT energy, facility energy, operational emissions, water.
    sums: Sums<4>,
}

impl Selection {
    /// The selection, and the coefficients it uses; `known` says which of them are exact.
    pub(super) fn new<'a>(
        factors: &'a FactorSet,
        groups: &'a [(GroupKey, PartSums)],
        known: &'a dyn Fn(&str) -> bool,
    ) -> (Self, Sources<'a>) {
        let (mut exact, mut unknown, mut quality) = (PartSums::default(), PartSums::default(), Quality::default());
        let mut gathering = Gathering::new(Sources::new(factors, known));
        for (key, sums) in groups {
            exact += *sums;
            match quality.admit(factors, key) {
                Some((instance, site)) => {
                    let machine = gathering
                        .machines
                        .entry(&instance.name)
                        .or_insert_with(|| Machine::new(&mut gathering.sources, instance));
                    let place = gathering.places.entry(&key.region).or_insert_with(|| Place::new(site));
                    let shared = (&gathering.storage, &gathering.network);
                    place.add(&gathering.sources, machine, shared, key, sums);
                    add_embodied(&mut gathering.hardware, machine, sums);
                }
                None => unknown += *sums,
            }
        }
        gathering.finish(exact, &unknown, quality)
    }
}

impl<'a> Gathering<'a> {
    fn new(mut sources: Sources<'a>) -> Self {
        let method = sources.factors.method();
        let power = relative(&mut sources, Some(&method.storage_ssd));
        let copies = relative(&mut sources, Some(&method.storage_replication_ebs));
        let storage = power.zip(copies).map(|(power, copies)| power.times(&copies, &sources));
        let network = relative(&mut sources, Some(&method.network_transfer));
        Self {
            sources,
            machines: BTreeMap::new(),
            places: BTreeMap::new(),
            hardware: Sums::default(),
            storage,
            network,
        }
    }

    /// Multiplies by the coefficients of places and of the method, and puts everything together.
    fn finish(mut self, exact: PartSums, unknown: &PartSums, quality: Quality) -> (Selection, Sources<'a>) {
        let mut figures: [Building; 4] = Default::default();
        for place in self.places.values() {
            let terms = place.terms(&mut self.sources);
            for ((index, figure), term) in figures.iter_mut().enumerate().zip(&terms) {
                figure.add(&place.sums, index, term, &self.sources);
            }
        }
        let life = self.sources.reciprocal(&self.sources.factors.method().hardware_lifetime_years);
        let mut embodied = Building::default();
        embodied.add(&self.hardware, 0, &life, &self.sources);
        // Groups these factors do not know stand as they are.
        embodied.add_exact(unknown.embodied().0 as f64);
        let kept = [micro(unknown.it()), micro(unknown.facility), unknown.operational.0 as f64, unknown.water.0 as f64];
        figures.iter_mut().zip(kept).for_each(|(figure, kept)| figure.add_exact(kept));
        let [energy_it, energy, operational, water] = figures.map(|figure| figure.finish(&self.sources));
        let embodied = embodied.finish(&self.sources);
        let emissions = operational.plus(&embodied);
        (Selection { exact, quality, energy_it, energy, operational, embodied, emissions, water }, self.sources)
    }
}

impl<'a> Place<'a> {
    fn new(site: Site<'a>) -> Self {
        Self { site, sums: Sums::default() }
    }

    fn add(
        &mut self,
        sources: &Sources<'a>,
        machine: &Machine<'a>,
        (storage, network): (&Option<Term>, &Option<Term>),
        key: &GroupKey,
        parts: &PartSums,
    ) {
        let it = micro(parts.it());
        let figures = [it, micro(parts.facility), parts.operational.0 as f64, parts.water.0 as f64];
        let exact = Term::exact(1.0);
        // Emissions and water are proportional to energy; without energy they stand as they are.
        if it <= 0.0 {
            return self.sums.add(&exact, &figures);
        }
        let scales = figures.map(|figure| figure / it);
        machine.add_energy(sources, &mut self.sums, key, parts, &scales);
        for (term, energy) in [(storage, micro(parts.storage).max(0.0)), (network, micro(parts.network))] {
            if energy != 0.0 {
                let term = term.as_ref().unwrap_or(&exact);
                self.sums.add(term, &scales.map(|scale| scale * energy));
            }
        }
    }

    /// What multiplies IT energy, facility energy, operational emissions and water.
    fn terms(&self, sources: &mut Sources<'a>) -> [Term; 4] {
        let Site { pue, intensity, wue, offsite_water, .. } = self.site;
        let one = || Term::exact(1.0);
        let effectiveness = relative(sources, Some(pue)).unwrap_or_else(one);
        let grid = relative(sources, Some(intensity)).unwrap_or_else(one);
        let mut litres = sources.value(wue);
        let mut central = wue.value();
        if let Some(offsite) = offsite_water {
            let (per_kilowatt_hour, facility) = (sources.value(offsite), sources.value(pue));
            litres = litres.plus(facility.times(&per_kilowatt_hour, sources));
            central += pue.value() * offsite.value();
        }
        let litres = if central > 0.0 { litres.scaled(1.0 / central) } else { one() };
        [one(), effectiveness.clone(), effectiveness.times(&grid, sources), litres]
    }
}

fn add_embodied(hardware: &mut Sums<1>, machine: &Machine<'_>, parts: &PartSums) {
    let exact = Term::exact(1.0);
    for (term, sum) in [
        (&machine.embodied_host, parts.embodied_host.0 as f64),
        (&machine.embodied_accelerator, parts.embodied_accelerator.0 as f64),
    ] {
        if sum != 0.0 {
            hardware.add(term.as_ref().unwrap_or(&exact), &[sum]);
        }
    }
}
