//! The factor tables compiled for a batch: dense rows by index, every lookup by name done once.

use crate::energy::embodied_share;
use crate::factors::{Factor, FactorSet, HostPower, Instance, Region};
use crate::power::{Load, Powered, powered_accelerators, tier};
use crate::refused::Refused;
use crate::tier::{Tier, WorkloadKind};
use crate::units::{Fraction, Grams, Hours, Kilograms, Years};

/// The kinds in the order of their codes.
pub(super) const KINDS: [WorkloadKind; 2] = [WorkloadKind::Training, WorkloadKind::Endpoint];

/// One version of the factors, compiled for batches.
#[derive(Clone, Debug)]
pub struct FactorTable {
    pub(super) names: Vec<String>,
    pub(super) regions: Vec<Place>,
    /// What a row asks of its instance type.
    pub(super) axes: Vec<Axis>,
    /// What a sum asks of its instance type.
    pub(super) machines: Vec<Machine>,
    /// Processor load where no series exists, 0 to 1.
    pub(super) default_cpu: f64,
}

/// How rows of an instance type are told apart and measured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    /// Whether the accelerators' series decides the tier; else the processor's does.
    pub(super) accelerated: bool,
    /// The utilisation by kind at which the accelerators' line crosses their idle power; 1 where it does not.
    pub(super) hinge: [f64; 2],
}

/// The coefficients of an instance type.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    /// Why nothing can be said of it.
    pub(super) refused: Option<Refused>,
    /// Idle power, W, and the slopes of the three pieces of the host curve, W per unit of load.
    pub(super) host: [f64; 4],
    /// By kind, without and with a series.
    pub(super) lines: [[Line; 2]; 2],
    /// Without and with a series of what decides.
    pub(super) tiers: [Tier; 2],
    /// Embodied emissions of the host and of the accelerators over one hour, g.
    pub(super) embodied_per_hour: [Grams; 2],
}

/// The power of all accelerators of an instance, W: `at_zero + slope u`, and which side of the hinge is above idle.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    pub(super) at_zero: f64,
    pub(super) slope: f64,
    pub(super) idle: f64,
}

/// A region, or why nothing can be said of it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) name: String,
    pub(super) figures: Result<Figures, Refused>,
}

/// The coefficients of a region, in the units of [`crate::factors::Site`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Figures {
    pub(super) pue: f64,
    pub(super) intensity: f64,
    pub(super) wue: f64,
    pub(super) offsite_water: Option<f64>,
}

impl FactorTable {
    /// Compiles these factors. Indices count instance types and regions in name order.
    #[must_use]
    pub fn new(factors: &FactorSet) -> Self {
        Self {
            names: factors.instances().map(|instance| instance.name.clone()).collect(),
            regions: factors.regions().map(place).collect(),
            axes: factors.instances().map(|instance| axis(factors, instance)).collect(),
            machines: factors.instances().map(|instance| machine(factors, instance)).collect(),
            default_cpu: Fraction::clamped(factors.method().default_cpu_utilisation.value()).get(),
        }
    }

    /// The index of an instance type; `None` where the factors do not know it, which a column writes as [`u16::MAX`].
    #[must_use]
    pub fn instance_index(&self, name: &str) -> Option<u16> {
        self.names.binary_search_by(|known| known.as_str().cmp(name)).ok().and_then(|index| u16::try_from(index).ok())
    }

    /// The index of a region; `None` where the factors do not know it, which a column writes as [`u16::MAX`].
    #[must_use]
    pub fn region_index(&self, name: &str) -> Option<u16> {
        let found = self.regions.binary_search_by(|known| known.name.as_str().cmp(name));
        found.ok().and_then(|index| u16::try_from(index).ok())
    }

    /// How many instance types and regions there are; indices lie below.
    #[must_use]
    pub const fn shape(&self) -> (usize, usize) {
        (self.names.len(), self.regions.len())
    }
}

fn place(region: &Region) -> Place {
    let figures = region.site().map(|site| Figures {
        pue: site.pue.value(),
        intensity: site.intensity.value(),
        wue: site.wue.value(),
        offsite_water: site.offsite_water.map(Factor::value),
    });
    Place { name: region.name.clone(), figures }
}

fn axis(factors: &FactorSet, instance: &Instance) -> Axis {
    let set = powered_accelerators(factors, instance);
    Axis {
        accelerated: instance.fitted.is_some(),
        hinge: KINDS.map(|kind| set.as_ref().map_or(1.0, |set| line(factors, set, kind, true).hinge())),
    }
}

fn machine(factors: &FactorSet, instance: &Instance) -> Machine {
    let set = powered_accelerators(factors, instance);
    let unknown = instance.host.is_none() && set.is_none();
    Machine {
        refused: unknown.then(|| Refused::NoPower { name: instance.name.clone() }),
        host: instance.host.as_ref().map_or([0.0; 4], pieces),
        lines: KINDS.map(|kind| {
            [false, true].map(|series| set.as_ref().map_or(Line::default(), |set| line(factors, set, kind, series)))
        }),
        tiers: [None, Some(Fraction::ZERO)].map(|load| {
            // The kind has no say in the tier.
            tier(instance, set.as_ref(), Load { kind: WorkloadKind::Training, cpu: load, gpu: load })
        }),
        embodied_per_hour: embodied_per_hour(factors, instance),
    }
}

/// Idle power and the slopes of the pieces that end at 10, 50 and 100 % load.
fn pieces(host: &HostPower) -> [f64; 4] {
    let [p0, p10, p50, p100] = [0.0, 0.1, 0.5, 1.0].map(|load| host.at(Fraction::clamped(load)));
    [p0, (p10 - p0) * 10.0, (p50 - p10) * 2.5, (p100 - p50) * 2.0]
}

fn line(factors: &FactorSet, set: &Powered<'_>, kind: WorkloadKind, series: bool) -> Line {
    let at = |gpu| set.idle_and_total(factors, Load { kind, cpu: None, gpu });
    let (idle, unknown) = at(None);
    if !series {
        return Line { at_zero: unknown, slope: 0.0, idle };
    }
    let [at_zero, at_one] = [Fraction::ZERO, Fraction::ONE].map(|gpu| at(Some(gpu)).1);
    Line { at_zero, slope: at_one - at_zero, idle }
}

impl Line {
    /// Whether it lies at or above the idle power without load and at full load.
    pub(super) fn above_at_the_ends(&self) -> (bool, bool) {
        (self.at_zero >= self.idle, self.at_zero + self.slope >= self.idle)
    }

    /// The utilisation at which the line crosses the idle power; 1 where it does not.
    fn hinge(&self) -> f64 {
        match self.above_at_the_ends() {
            (true, false) | (false, true) => ((self.idle - self.at_zero) / self.slope).clamp(0.0, 1.0),
            (true, true) | (false, false) => 1.0,
        }
    }
}

fn embodied_per_hour(factors: &FactorSet, instance: &Instance) -> [Grams; 2] {
    let life = Years::new(factors.method().hardware_lifetime_years.value());
    let share = |kilograms: f64| embodied_share(Kilograms::new(kilograms), Hours::new(1.0), life);
    let accelerators = instance.fitted.as_ref().and_then(|fitted| {
        let embodied = factors.accelerator(&fitted.accelerator)?.embodied.as_ref()?;
        Some(share(embodied.value() * f64::from(fitted.count)))
    });
    [
        instance.embodied.as_ref().map(|factor| share(factor.value())).unwrap_or_default(),
        accelerators.unwrap_or_default(),
    ]
}
