//! The factor tables compiled for a batch: dense rows by index, every lookup by name done once.

use crate::energy::embodied_share;
use crate::factors::{Factor, FactorSet, HostPower, Instance, Region};
use crate::power::{Load, Measured, Powered, powered_accelerators, tier};
use crate::tier::{Tier, WorkloadKind};
use crate::units::{Fraction, Grams, Hours, Kilograms, Years};

/// The kinds in the order of their codes.
pub(super) const KINDS: [WorkloadKind; 2] = [WorkloadKind::Training, WorkloadKind::Endpoint];

/// One version of the factors, compiled for batches.
#[derive(Clone, Debug)]
pub struct FactorTable {
    pub(super) names: Vec<String>,
    pub(super) regions: Vec<Place>,
    /// By index of the instance type.
    pub(super) machines: Vec<Machine>,
    /// Bits of an index of a region.
    pub(super) region_bits: u32,
    /// Whether some accelerators' line crosses their idle power between no load and full load.
    pub(super) bends: bool,
}

/// The coefficients of an instance type.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    /// Whether anybody has published the power of any part.
    pub(super) has_power: bool,
    /// Idle power of the host, W.
    pub(super) host_idle: f64,
    /// The host above idle on each piece of its curve, and last the default load where no series exists.
    pub(super) host: [Line; 4],
    /// The accelerators by kind, without and with a series.
    pub(super) accelerators: [[Accelerators; 2]; 2],
    /// Without and with a series of the accelerators, and in each without and with one of the processor.
    pub(super) tiers: [[Tier; 2]; 2],
    /// Embodied emissions of the host and of the accelerators over one hour, g.
    pub(super) embodied_per_hour: [Grams; 2],
}

/// Power that grows with load in a straight line, W: `at_zero + slope u`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    pub(super) at_zero: f64,
    pub(super) slope: f64,
}

/// All accelerators of an instance.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Accelerators {
    /// Power in the state that counts as idle, W.
    pub(super) idle: f64,
    /// Power under load, W.
    pub(super) line: Line,
}

/// A region.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) name: String,
    /// `None` where one without which nothing can be said is not published.
    pub(super) figures: Option<Figures>,
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
        let machines: Vec<Machine> = factors.instances().map(|instance| machine(factors, instance)).collect();
        Self {
            names: factors.instances().map(|instance| instance.name.clone()).collect(),
            regions: factors.regions().map(place).collect(),
            region_bits: factors.regions().count().next_power_of_two().ilog2(),
            bends: machines
                .iter()
                .flat_map(|machine| &machine.accelerators)
                .any(|by_series| by_series.iter().any(Accelerators::bend)),
            machines,
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

    /// Whether overrides put some accelerators' idle power between what they draw without load and under full load; the
    /// rows of a batch are then added one by one.
    #[must_use]
    pub const fn bends(&self) -> bool {
        self.bends
    }

    /// How many instance types and regions there are; indices lie below.
    #[must_use]
    pub const fn shape(&self) -> (usize, usize) {
        (self.names.len(), self.regions.len())
    }

    /// As [`Self::shape`]; an index beyond 16 bits is none.
    pub(super) fn shape_u32(&self) -> (u32, u32) {
        let (instances, regions) = self.shape();
        (u32::try_from(instances).unwrap_or(u32::MAX), u32::try_from(regions).unwrap_or(u32::MAX))
    }

    /// How many places can be told apart: instance types, regions up to a power of two, and kinds.
    pub(super) fn place_count(&self) -> usize {
        (self.names.len() << self.region_bits) * KINDS.len()
    }

    /// Whether the region has the figures without which nothing can be said of it.
    pub(super) fn is_usable(&self, region: u16) -> bool {
        self.regions.get(usize::from(region)).is_some_and(|place| place.figures.is_some())
    }

    /// What accelerators of this type draw above idle, W.
    pub(super) fn watts_above_idle(&self, instance: u16, kind: u8, gpu: f32) -> f64 {
        let machine = self.machines.get(usize::from(instance));
        let by_series = machine.and_then(|machine| machine.accelerators.get(usize::from(kind)));
        let Some([unknown, known]) = by_series else { return 0.0 };
        if gpu.is_nan() { unknown.above_idle(0.0) } else { known.above_idle(f64::from(gpu)) }
    }
}

fn place(region: &Region) -> Place {
    let figures = region.site().ok().map(|site| Figures {
        pue: site.pue.value(),
        intensity: site.intensity.value(),
        wue: site.wue.value(),
        offsite_water: site.offsite_water.map(Factor::value),
    });
    Place { name: region.name.clone(), figures }
}

fn machine(factors: &FactorSet, instance: &Instance) -> Machine {
    let set = powered_accelerators(factors, instance);
    let default = Fraction::clamped(factors.method().default_cpu_utilisation.value());
    let series = [None, Some(Fraction::ZERO)];
    Machine {
        has_power: instance.host.is_some() || set.is_some(),
        host_idle: instance.host.as_ref().map_or(0.0, |host| host.at(Fraction::ZERO)),
        host: instance.host.as_ref().map_or([Line::default(); 4], |host| pieces(host, default)),
        accelerators: KINDS.map(|kind| {
            [false, true]
                .map(|series| set.as_ref().map_or_else(Accelerators::default, |set| drawn(factors, set, kind, series)))
        }),
        // The kind has no say in the tier.
        tiers: series.map(|gpu| {
            series.map(|cpu| {
                tier(
                    instance,
                    set.as_ref(),
                    Load { kind: WorkloadKind::Training, cpu, gpu, measured: Measured::default() },
                )
            })
        }),
        embodied_per_hour: embodied_per_hour(factors, instance),
    }
}

/// The host above idle on the pieces that end at 10, 50 and 100 % load, and at the default load.
fn pieces(host: &HostPower, default: Fraction) -> [Line; 4] {
    let [p0, p10, p50, p100] = [0.0, 0.1, 0.5, 1.0].map(|load| host.at(Fraction::clamped(load)));
    let through = |power: f64, load: f64, slope: f64| Line { at_zero: power - p0 - slope * load, slope };
    [
        through(p0, 0.0, (p10 - p0) * 10.0),
        through(p10, 0.1, (p50 - p10) * 2.5),
        through(p50, 0.5, (p100 - p50) * 2.0),
        through(host.at(default), 0.0, 0.0),
    ]
}

fn drawn(factors: &FactorSet, set: &Powered<'_>, kind: WorkloadKind, series: bool) -> Accelerators {
    let at = |gpu| set.idle_and_total(factors, Load { kind, cpu: None, gpu, measured: Measured::default() });
    let (idle, unknown) = at(None);
    if !series {
        return Accelerators { idle, line: Line { at_zero: unknown, slope: 0.0 } };
    }
    let [at_zero, at_one] = [Fraction::ZERO, Fraction::ONE].map(|gpu| at(Some(gpu)).1);
    Accelerators { idle, line: Line { at_zero, slope: at_one - at_zero } }
}

impl Accelerators {
    /// What they draw above idle under this load, W.
    fn above_idle(&self, load: f64) -> f64 {
        (self.line.at_zero + self.line.slope * load - self.idle).max(0.0)
    }

    /// Whether the line lies above idle at one end and below at the other.
    fn bend(&self) -> bool {
        let above = self.line.at_zero - self.idle;
        above * (above + self.line.slope) < 0.0
    }

    /// Whether the line lies above idle, which it does all along unless it bends.
    pub(super) fn lie_above_idle(&self) -> bool {
        self.line.at_zero + self.line.slope / 2.0 > self.idle
    }
}

impl Line {
    /// The energy of rows with these sums of seconds and of seconds times load, Ws.
    pub(super) fn energy(&self, seconds: f64, load_seconds: f64) -> f64 {
        self.at_zero * seconds + self.slope * load_seconds
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
