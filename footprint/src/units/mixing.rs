//! What the types refuse, each beside its twin that differs in one line and compiles.

/// A power is no energy.
///
/// ```
/// # use footprint::{units::*, *};
/// let sum = Watts::new(3.0) + Watts::new(1.0);
/// ```
///
/// ```compile_fail
/// # use footprint::{units::*, *};
/// let sum = Watts::new(3.0) + KilowattHours::new(1.0);
/// ```
pub struct Refusal01;

/// Overhead multiplies energy, never mass.
///
/// ```
/// # use footprint::{units::*, *};
/// let facility = KilowattHours::new(1.0) * Pue::new(1.15);
/// ```
///
/// ```compile_fail
/// # use footprint::{units::*, *};
/// let facility = Grams::new(1.0) * Pue::new(1.15);
/// ```
pub struct Refusal02;

/// Energy cannot stand where a power is asked for.
///
/// ```
/// # use footprint::{units::*, *};
/// let energy = it_energy(Watts::new(400.0), Hours::new(2.0));
/// ```
///
/// ```compile_fail
/// # use footprint::{units::*, *};
/// let energy = it_energy(KilowattHours::new(400.0), Hours::new(2.0));
/// ```
pub struct Refusal03;

/// Nor can power and time change places.
///
/// ```
/// # use footprint::{units::*, *};
/// let energy = it_energy(Watts::new(400.0), Hours::new(2.0));
/// ```
///
/// ```compile_fail
/// # use footprint::{units::*, *};
/// let energy = it_energy(Hours::new(2.0), Watts::new(400.0));
/// ```
pub struct Refusal04;

/// A bare number has no unit.
///
/// ```
/// # use footprint::{units::*, *};
/// let energy = it_energy(Watts::new(400.0), Hours::new(2.0));
/// ```
///
/// ```compile_fail
/// # use footprint::{units::*, *};
/// let energy = it_energy(400.0, Hours::new(2.0));
/// ```
pub struct Refusal05;

/// A share of the machine is no overhead.
///
/// ```
/// # use footprint::{units::*, *};
/// let facility = facility_energy(KilowattHours::new(1.0), Pue::new(1.0));
/// ```
///
/// ```compile_fail
/// # use footprint::{units::*, *};
/// let facility = facility_energy(KilowattHours::new(1.0), Fraction::ONE);
/// ```
pub struct Refusal06;

/// Overhead applied twice has no type: what comes out is energy, not overhead.
///
/// ```
/// # use footprint::{units::*, *};
/// let overhead: Pue = Pue::new(1.15);
/// ```
///
/// ```compile_fail
/// # use footprint::{units::*, *};
/// let overhead: Pue = Pue::new(1.15) * Pue::new(1.15);
/// ```
pub struct Refusal07;

/// A power emits nothing until time has passed.
///
/// ```
/// # use footprint::{units::*, *};
/// let mass = operational_emissions(KilowattHours::new(1.0), GramsPerKilowattHour::new(418.0));
/// ```
///
/// ```compile_fail
/// # use footprint::{units::*, *};
/// let mass = operational_emissions(Watts::new(1.0), GramsPerKilowattHour::new(418.0));
/// ```
pub struct Refusal08;

/// Emissions come out in grams.
///
/// ```
/// # use footprint::{units::*, *};
/// let mass: Grams = operational_emissions(KilowattHours::new(1.0), GramsPerKilowattHour::new(418.0));
/// ```
///
/// ```compile_fail
/// # use footprint::{units::*, *};
/// let mass: Kilograms = operational_emissions(KilowattHours::new(1.0), GramsPerKilowattHour::new(418.0));
/// ```
pub struct Refusal09;

/// What a machine's making cost goes in as kilograms.
///
/// ```
/// # use footprint::{units::*, *};
/// let share = embodied_share(Kilograms::new(4_795.0), Hours::new(24.0), Years::new(6.0));
/// ```
///
/// ```compile_fail
/// # use footprint::{units::*, *};
/// let share = embodied_share(Grams::new(4_795.0), Hours::new(24.0), Years::new(6.0));
/// ```
pub struct Refusal10;

/// A life is in years.
///
/// ```
/// # use footprint::{units::*, *};
/// let share = embodied_share(Kilograms::new(4_795.0), Hours::new(24.0), Years::new(6.0));
/// ```
///
/// ```compile_fail
/// # use footprint::{units::*, *};
/// let share = embodied_share(Kilograms::new(4_795.0), Hours::new(24.0), Hours::new(6.0));
/// ```
pub struct Refusal11;

/// Embodied emissions are never turned into energy.
///
/// ```
/// # use footprint::{units::*, *};
/// let mass = Grams::from(Kilograms::new(1.0));
/// ```
///
/// ```compile_fail
/// # use footprint::{units::*, *};
/// let energy = KilowattHours::from(Kilograms::new(1.0));
/// ```
pub struct Refusal12;

/// Water follows a water intensity, not a carbon intensity.
///
/// ```
/// # use footprint::{units::*, *};
/// let litres: Litres = KilowattHours::new(1.0) * LitresPerKilowattHour::new(2.3);
/// ```
///
/// ```compile_fail
/// # use footprint::{units::*, *};
/// let litres: Litres = KilowattHours::new(1.0) * GramsPerKilowattHour::new(2.3);
/// ```
pub struct Refusal13;

/// Overhead does not multiply water.
///
/// ```
/// # use footprint::{units::*, *};
/// let litres = Litres::new(12.0) + Litres::new(1.8);
/// ```
///
/// ```compile_fail
/// # use footprint::{units::*, *};
/// let litres = Litres::new(12.0) * Pue::new(1.15);
/// ```
pub struct Refusal14;

/// A price is paid for time, not for energy.
///
/// ```
/// # use footprint::{units::*, *};
/// let cost: Usd = UsdPerHour::new(37.688) * Hours::new(24.0);
/// ```
///
/// ```compile_fail
/// # use footprint::{units::*, *};
/// let cost: Usd = UsdPerHour::new(37.688) * KilowattHours::new(24.0);
/// ```
pub struct Refusal15;

/// The ledger keeps energy and mass apart too.
///
/// ```
/// # use footprint::{units::*, *};
/// let sum = MicroWattHours(1) + MicroWattHours(2);
/// ```
///
/// ```compile_fail
/// # use footprint::{units::*, *};
/// let sum = MicroWattHours(1) + Micrograms(2);
/// ```
pub struct Refusal16;

/// What is rounded into the ledger keeps its kind.
///
/// ```
/// # use footprint::{units::*, *};
/// let entry = Micrograms::from(Grams::new(1.0));
/// ```
///
/// ```compile_fail
/// # use footprint::{units::*, *};
/// let entry = Micrograms::from(KilowattHours::new(1.0));
/// ```
pub struct Refusal17;

/// A load is a checked share, not any number.
///
/// ```
/// # use footprint::{units::*, *};
/// let load = Load { kind: WorkloadKind::Training, cpu: Fraction::new(0.5), gpu: None, measured: Measured::default() };
/// ```
///
/// ```compile_fail
/// # use footprint::{units::*, *};
/// let load = Load { kind: WorkloadKind::Training, cpu: Some(0.5), gpu: None, measured: Measured::default() };
/// ```
pub struct Refusal18;

/// Quantities of different kinds are not compared.
///
/// ```
/// # use footprint::{units::*, *};
/// let more = Litres::new(2.0) > Litres::new(1.0);
/// ```
///
/// ```compile_fail
/// # use footprint::{units::*, *};
/// let more = Litres::new(2.0) > Grams::new(1.0);
/// ```
pub struct Refusal19;
