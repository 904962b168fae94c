//! Quantities with their unit in the type: floating point while computing, whole micro-units in the ledger.

mod exact;
#[cfg(doctest)]
mod mixing;

use serde::{Deserialize, Serialize};
use std::iter::Sum;
use std::ops::{Add, Div, Mul, Sub};

pub use exact::{MicroWattHours, Micrograms, Microlitres};

macro_rules! quantity {
    ($(#[doc = $doc:literal] $name:ident, $symbol:literal;)+) => {$(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(f64);

        impl $name {
            /// The unit as people write it.
            pub const SYMBOL: &'static str = $symbol;

            /// Wraps a number that is already in this unit.
            #[must_use]
            pub const fn new(value: f64) -> Self {
                Self(value)
            }

            /// The bare number in this unit.
            #[must_use]
            pub const fn get(self) -> f64 {
                self.0
            }
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }

        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }

        impl Mul<f64> for $name {
            type Output = Self;
            fn mul(self, factor: f64) -> Self {
                Self(self.0 * factor)
            }
        }

        impl Div<f64> for $name {
            type Output = Self;
            fn div(self, divisor: f64) -> Self {
                Self(self.0 / divisor)
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(values: I) -> Self {
                values.fold(Self(0.0), Add::add)
            }
        }
    )+};
}

quantity! {
    #[doc = "Electrical power, W."] Watts, "W";
    #[doc = "A length of time, h."] Hours, "h";
    #[doc = "Energy, kWh."] KilowattHours, "kWh";
    #[doc = "Mass of CO2-equivalent, g."] Grams, "g";
    #[doc = "Mass of CO2-equivalent, kg."] Kilograms, "kg";
    #[doc = "Carbon intensity of electricity, gCO2e/kWh."] GramsPerKilowattHour, "g/kWh";
    #[doc = "Volume of water, L."] Litres, "L";
    #[doc = "Water intensity of energy, L/kWh."] LitresPerKilowattHour, "L/kWh";
    #[doc = "Money, US dollars."] Usd, "USD";
    #[doc = "A price of capacity, US dollars per instance-hour."] UsdPerHour, "USD/h";
    #[doc = "Power usage effectiveness: facility energy over IT energy, 1 or more."] Pue, "1";
    #[doc = "A number of years."] Years, "year";
}

impl Mul<Hours> for Watts {
    type Output = KilowattHours;
    fn mul(self, duration: Hours) -> KilowattHours {
        KilowattHours(self.0 * duration.0 / 1_000.0)
    }
}

impl Mul<Pue> for KilowattHours {
    type Output = KilowattHours;
    fn mul(self, pue: Pue) -> KilowattHours {
        KilowattHours(self.0 * pue.0)
    }
}

impl Mul<GramsPerKilowattHour> for KilowattHours {
    type Output = Grams;
    fn mul(self, intensity: GramsPerKilowattHour) -> Grams {
        Grams(self.0 * intensity.0)
    }
}

impl Mul<LitresPerKilowattHour> for KilowattHours {
    type Output = Litres;
    fn mul(self, intensity: LitresPerKilowattHour) -> Litres {
        Litres(self.0 * intensity.0)
    }
}

impl Mul<Hours> for UsdPerHour {
    type Output = Usd;
    fn mul(self, duration: Hours) -> Usd {
        Usd(self.0 * duration.0)
    }
}

impl From<Kilograms> for Grams {
    fn from(mass: Kilograms) -> Self {
        Self(mass.0 * 1_000.0)
    }
}

/// A share between nothing and all, 0 to 1 inclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Fraction(f64);

impl Fraction {
    /// Nothing.
    pub const ZERO: Self = Self(0.0);
    /// All of it.
    pub const ONE: Self = Self(1.0);

    /// A share of 0 to 1; anything else, including not-a-number, is `None`.
    #[must_use]
    pub fn new(value: f64) -> Option<Self> {
        (0.0..=1.0).contains(&value).then_some(Self(value))
    }

    /// The nearest share; not-a-number becomes zero. Use it where the caller reports the clamping.
    #[must_use]
    pub fn clamped(value: f64) -> Self {
        if value.is_nan() { Self::ZERO } else { Self(value.clamp(0.0, 1.0)) }
    }

    /// The bare number, 0 to 1.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl From<Fraction> for f64 {
    fn from(share: Fraction) -> Self {
        share.0
    }
}

impl TryFrom<f64> for Fraction {
    type Error = &'static str;
    fn try_from(value: f64) -> Result<Self, Self::Error> {
        Self::new(value).ok_or("a fraction lies between 0 and 1")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_refuses_what_is_not_a_share() {
        for bad in [-0.01, 1.01, f64::NAN, f64::INFINITY] {
            assert!(Fraction::new(bad).is_none(), "{bad}");
        }
        assert_eq!(Fraction::new(1.0), Some(Fraction::ONE));
        assert_eq!(Fraction::clamped(f64::NAN), Fraction::ZERO);
        assert_eq!(Fraction::clamped(7.0), Fraction::ONE);
    }

    /// A refusal proves something only beside a twin that compiles: the examples come in pairs that differ in one line.
    #[test]
    fn every_refusal_has_its_twin() {
        let text = include_str!("units/mixing.rs");
        let fences: Vec<(&str, Vec<&str>)> = text
            .split("/// ```")
            .collect::<Vec<_>>()
            .chunks_exact(2)
            .filter_map(|pair| pair[1].split_once('\n'))
            .map(|(kind, code)| (kind.trim(), code.lines().collect()))
            .collect();
        assert_eq!(fences.len(), 2 * 19);
        for twins in fences.chunks_exact(2) {
            let [(kind, right), (refused, wrong)] = twins else { panic!("a twin is missing") };
            assert_eq!((*kind, *refused), ("", "compile_fail"), "{right:?}");
            let differing = right.iter().zip(wrong).filter(|(right, wrong)| right != wrong).count();
            assert!(right.len() == wrong.len() && differing == 1, "{right:?} beside {wrong:?}");
        }
    }

    #[test]
    fn watts_times_hours_are_kilowatt_hours() {
        assert_eq!((Watts::new(3_000.0) * Hours::new(2.0)).get(), 6.0);
        assert_eq!((KilowattHours::new(2.0) * GramsPerKilowattHour::new(418.0)).get(), 836.0);
    }
}
