//! The chain every figure goes through: power, energy, facility, emissions, embodied share, water.

use crate::units::{
    Grams, GramsPerKilowattHour, Hours, Kilograms, KilowattHours, Litres, LitresPerKilowattHour, Pue, Watts, Years,
};
use serde::{Deserialize, Serialize};

/// Hours in a year of 365 days, by definition.
const HOURS_PER_YEAR: f64 = 8_760.0;

/// Energy of the machines themselves, kWh.
#[must_use]
pub fn it_energy(power: Watts, duration: Hours) -> KilowattHours {
    power * duration
}

/// Energy of the data centre for these machines, kWh.
#[must_use]
pub fn facility_energy(it: KilowattHours, pue: Pue) -> KilowattHours {
    it * pue
}

/// Emissions of running, gCO2e; location- or market-based as the intensity is.
#[must_use]
pub fn operational_emissions(facility: KilowattHours, intensity: GramsPerKilowattHour) -> Grams {
    facility * intensity
}

/// The part of a machine's embodied emissions that falls on this stretch of its life, gCO2e.
///
/// It is never turned into energy. A life of nothing gives nothing, the one case without a meaning.
#[must_use]
pub fn embodied_share(whole: Kilograms, duration: Hours, life: Years) -> Grams {
    if life.get() > 0.0 {
        Grams::from(whole) * (duration.get() / (life.get() * HOURS_PER_YEAR))
    } else {
        Grams::new(0.0)
    }
}

/// Water of running, L.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Water {
    /// Evaporated on site to cool.
    pub on_site: Litres,
    /// Consumed by the power plants; `None` where nobody has published the region's figure.
    pub off_site: Option<Litres>,
}

impl Water {
    /// What is known of it, L.
    #[must_use]
    pub fn total(&self) -> Litres {
        self.on_site + self.off_site.unwrap_or_default()
    }
}

/// Water on site follows IT energy, water of power plants follows facility energy: PUE never multiplies the former.
#[must_use]
pub fn water(
    it: KilowattHours,
    on_site: LitresPerKilowattHour,
    facility: KilowattHours,
    off_site: Option<LitresPerKilowattHour>,
) -> Water {
    Water { on_site: it * on_site, off_site: off_site.map(|intensity| facility * intensity) }
}

#[cfg(test)]
mod tests;
