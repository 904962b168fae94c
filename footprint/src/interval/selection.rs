//! The figures of a selection as random figures: machines per region, then places, then the method.

use super::expansion::{Expansion, Sources};
use super::machine::it_energy;
use super::quality::Quality;
use super::spread::{micro, ratio};
use super::sums::{GroupKey, PartSums};
use crate::factors::{Factor, Instance, Site};
use std::collections::BTreeMap;

/// The figures of a selection, in micro-units.
#[derive(Default)]
pub(super) struct Selection {
    pub(super) exact: PartSums,
    pub(super) quality: Quality,
    pub(super) energy_it: Expansion,
    pub(super) energy: Expansion,
    pub(super) operational: Expansion,
    pub(super) embodied: Expansion,
    pub(super) emissions: Expansion,
    pub(super) water: Expansion,
}

/// What the machines of a region add up to, before the region's own coefficients.
struct Place<'a> {
    site: Site<'a>,
    it: Expansion,
    facility: Expansion,
    operational: Expansion,
    water: Expansion,
}

impl Selection {
    pub(super) fn new<'a>(sources: &mut Sources<'a>, groups: &'a [(GroupKey, PartSums)]) -> Self {
        let mut selection = Self::default();
        let mut places = BTreeMap::new();
        let mut hardware = Expansion::default();
        for (key, sums) in groups {
            selection.exact += *sums;
            let Some((instance, site)) = selection.quality.admit(sources.factors, key) else {
                selection.keep(sums);
                continue;
            };
            let it = it_energy(sources, key, sums, instance);
            places.entry(key.region.as_str()).or_insert_with(|| Place::new(site)).add(&it, sums);
            add_embodied(sources, &mut hardware, sums, instance);
        }
        for place in places.into_values() {
            selection.add_place(sources, &place);
        }
        let life = &sources.factors.method().hardware_lifetime_years;
        let (source, values) = sources.value(life);
        let spread = Expansion::of((source, values.map(|value| ratio(life.value(), value))));
        selection.embodied.add(&spread.times(&hardware, sources), 1.0);
        selection.emissions.add(&selection.operational, 1.0);
        selection.emissions.add(&selection.embodied, 1.0);
        selection
    }

    /// Adds the sums of a group these factors do not know, as they are.
    fn keep(&mut self, sums: &PartSums) {
        self.energy_it.mean += micro(sums.it());
        self.energy.mean += micro(sums.facility);
        self.operational.mean += sums.operational.0 as f64;
        self.embodied.mean += sums.embodied().0 as f64;
        self.water.mean += sums.water.0 as f64;
    }

    fn add_place<'a>(&mut self, sources: &mut Sources<'a>, place: &Place<'a>) {
        let Site { pue, intensity, wue, offsite_water, .. } = place.site;
        let effectiveness = relative(sources, pue);
        let grid = relative(sources, intensity);
        let mut litres = Expansion::of(sources.value(wue));
        let mut central = wue.value();
        if let Some(offsite) = offsite_water {
            let (offsite_drawn, pue_drawn) = (Expansion::of(sources.value(offsite)), Expansion::of(sources.value(pue)));
            litres.add(&pue_drawn.times(&offsite_drawn, sources), 1.0);
            central += pue.value() * offsite.value();
        }
        let litres = if central > 0.0 { litres.scaled(1.0 / central) } else { Expansion::exact(1.0) };
        self.energy_it.add(&place.it, 1.0);
        self.energy.add(&effectiveness.times(&place.facility, sources), 1.0);
        self.operational.add(&effectiveness.times(&grid, sources).times(&place.operational, sources), 1.0);
        self.water.add(&litres.times(&place.water, sources), 1.0);
    }
}

impl<'a> Place<'a> {
    fn new(site: Site<'a>) -> Self {
        let zero = Expansion::default;
        Self { site, it: zero(), facility: zero(), operational: zero(), water: zero() }
    }

    fn add(&mut self, it: &Expansion, sums: &PartSums) {
        let exact = micro(sums.it());
        for (figure, sum) in [
            (&mut self.it, exact),
            (&mut self.facility, micro(sums.facility)),
            (&mut self.operational, sums.operational.0 as f64),
            (&mut self.water, sums.water.0 as f64),
        ] {
            // Emissions and water are proportional to energy; without energy they stand as they are.
            if exact > 0.0 {
                figure.add(it, sum / exact);
            } else {
                figure.mean += sum;
            }
        }
    }
}

fn add_embodied<'a>(sources: &mut Sources<'a>, hardware: &mut Expansion, sums: &PartSums, instance: &'a Instance) {
    let accelerator = instance.fitted.as_ref().and_then(|fitted| sources.factors.accelerator(&fitted.accelerator));
    for (factor, sum) in [
        (instance.embodied.as_ref(), sums.embodied_host.0 as f64),
        (accelerator.and_then(|part| part.embodied.as_ref()), sums.embodied_accelerator.0 as f64),
    ] {
        match factor {
            Some(factor) if sum != 0.0 => hardware.add(&relative(sources, factor), sum),
            _ => hardware.mean += sum,
        }
    }
}

/// A coefficient over its central value; 1 where that is nothing.
fn relative<'a>(sources: &mut Sources<'a>, factor: &'a Factor) -> Expansion {
    if factor.value() > 0.0 {
        Expansion::of(sources.value(factor)).scaled(1.0 / factor.value())
    } else {
        Expansion::exact(1.0)
    }
}
