//! A published value with its digits, its unit and its rounding.

use super::{Expectation, Ours, Verdict};
use serde::{Deserialize, Serialize};

/// How far arithmetic may lie from a published result.
const ONE_PERCENT: f64 = 0.01;

/// The unit a value was published in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PublishedUnit {
    /// Energy.
    #[serde(rename = "kWh")]
    KilowattHours,
    /// Energy.
    #[serde(rename = "MWh")]
    MegawattHours,
    /// Mass of CO2-equivalent.
    #[serde(rename = "kg")]
    Kilograms,
    /// Mass of CO2-equivalent.
    #[serde(rename = "t")]
    Tonnes,
    /// Mass of CO2-equivalent, avoirdupois pounds.
    #[serde(rename = "lb")]
    Pounds,
    /// Power.
    #[serde(rename = "W")]
    Watts,
    /// Water.
    #[serde(rename = "L")]
    Litres,
    /// A share of the whole.
    #[serde(rename = "1")]
    Share,
}

/// What a unit measures; the engine's own unit stands in brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dimension {
    /// [kWh]
    Energy,
    /// [g]
    Mass,
    /// [W]
    Power,
    /// [L]
    Volume,
    /// [1]
    Share,
}

impl PublishedUnit {
    /// The unit as people write it.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::KilowattHours => "kWh",
            Self::MegawattHours => "MWh",
            Self::Kilograms => "kg",
            Self::Tonnes => "t",
            Self::Pounds => "lb",
            Self::Watts => "W",
            Self::Litres => "L",
            Self::Share => "1",
        }
    }

    pub(super) const fn dimension(self) -> Dimension {
        match self {
            Self::KilowattHours | Self::MegawattHours => Dimension::Energy,
            Self::Kilograms | Self::Tonnes | Self::Pounds => Dimension::Mass,
            Self::Watts => Dimension::Power,
            Self::Litres => Dimension::Volume,
            Self::Share => Dimension::Share,
        }
    }

    /// How much of the engine's own unit one of these is.
    pub(super) const fn in_engine_units(self) -> f64 {
        match self {
            Self::KilowattHours | Self::Watts | Self::Litres | Self::Share => 1.0,
            Self::MegawattHours | Self::Kilograms => 1_000.0,
            Self::Tonnes => 1e6,
            Self::Pounds => 453.592_37,
        }
    }
}

/// A published value, digit for digit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The digits as printed.
    pub text: String,
    /// Their unit.
    pub unit: PublishedUnit,
}

impl Published {
    pub(super) const fn new(text: String, unit: PublishedUnit) -> Self {
        Self { text, unit }
    }

    /// The number, in its own unit; `None` where the digits are no finite number.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        self.text.parse().ok().filter(|value: &f64| value.is_finite())
    }

    /// Half of the last digit printed: what the source rounded away at most, in the unit of the value.
    #[must_use]
    pub fn rounding(&self) -> f64 {
        let decimals = self.text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        (0..decimals).fold(0.5, |half, _| half / 10.0)
    }

    pub(super) fn judge(&self, ours: Ours, expectation: Expectation) -> Verdict {
        let Some(value) = self.value() else {
            return Verdict::NotComputed(format!("`{}` is not a number", self.text));
        };
        let rounding = self.rounding();
        let agrees = (ours.central - value).abs() <= rounding.max(value.abs() * ONE_PERCENT);
        let met = match expectation {
            Expectation::WithinOnePercent => agrees,
            Expectation::InsideInterval => ours.low - rounding <= value && value <= ours.high + rounding,
            Expectation::Lower => value < ours.central,
            Expectation::Higher => value > ours.central,
            Expectation::ContradictsItself => !agrees,
        };
        if met { Verdict::Met } else { Verdict::Missed }
    }
}
