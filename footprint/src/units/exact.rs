//! Whole micro-units: what the ledger stores, so that any sum is exact and in any order the same.

use super::{Grams, KilowattHours, Litres};
use serde::{Deserialize, Serialize};
use std::iter::Sum;
use std::ops::{Add, AddAssign};

macro_rules! exact {
    ($(#[doc = $doc:literal] $name:ident;)+) => {$(
        #[doc = $doc]
        ///
        /// Addition saturates instead of wrapping: a ledger never turns a flood into a negative number.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// Rounds once, half to even; beyond the range it saturates, not-a-number is zero.
            #[must_use]
            pub fn rounded(micro: f64) -> Self {
                Self(round_half_to_even(micro))
            }
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0.saturating_add(other.0))
            }
        }

        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                *self = *self + other;
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(values: I) -> Self {
                values.fold(Self(0), Add::add)
            }
        }
    )+};
}

exact! {
    #[doc = "Energy in whole microwatt-hours."] MicroWattHours;
    #[doc = "Mass in whole micrograms."] Micrograms;
    #[doc = "Volume in whole microlitres."] Microlitres;
}

impl From<KilowattHours> for MicroWattHours {
    fn from(energy: KilowattHours) -> Self {
        Self::rounded(energy.get() * 1e9)
    }
}

impl From<MicroWattHours> for KilowattHours {
    fn from(energy: MicroWattHours) -> Self {
        Self::new(energy.0 as f64 / 1e9)
    }
}

impl From<Grams> for Micrograms {
    fn from(mass: Grams) -> Self {
        Self::rounded(mass.get() * 1e6)
    }
}

impl From<Micrograms> for Grams {
    fn from(mass: Micrograms) -> Self {
        Self::new(mass.0 as f64 / 1e6)
    }
}

impl From<Litres> for Microlitres {
    fn from(volume: Litres) -> Self {
        Self::rounded(volume.get() * 1e6)
    }
}

impl From<Microlitres> for Litres {
    fn from(volume: Microlitres) -> Self {
        Self::new(volume.0 as f64 / 1e6)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the cast saturates, which is the documented behaviour")]
fn round_half_to_even(value: f64) -> i64 {
    value.round_ties_even() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_to_the_even_neighbour() {
        for (micro, expected) in [(0.5, 0), (1.5, 2), (2.5, 2), (-0.5, 0), (-1.5, -2), (2.500_001, 3)] {
            assert_eq!(MicroWattHours::rounded(micro).0, expected, "{micro}");
        }
    }

    #[test]
    fn the_edges_saturate() {
        assert_eq!(Micrograms::rounded(f64::INFINITY).0, i64::MAX);
        assert_eq!(Micrograms::rounded(f64::NAN).0, 0);
        assert_eq!((Microlitres(i64::MAX) + Microlitres(1)).0, i64::MAX);
    }
}
