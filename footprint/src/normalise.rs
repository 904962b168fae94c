//! CloudWatch utilisation to a share: SageMaker reports percent summed over processors.

use crate::units::Fraction;
use serde::{Deserialize, Serialize};

/// A utilisation as a share of the whole machine, and whether the raw value had to be cut to fit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Normalised {
    /// The share, 0 to 1.
    pub value: Fraction,
    /// The raw value lay outside 0 to 100 x count, or was no number.
    pub clamped: bool,
}

/// `CPUUtilization`, which runs from 0 to 100 x vCPU, as a share.
#[must_use]
pub fn normalise_cpu(percent_sum: f64, vcpu: u32) -> Normalised {
    share_of(percent_sum, vcpu)
}

/// `GPUUtilization`, which runs from 0 to 100 x accelerators, as a share.
#[must_use]
pub fn normalise_gpu(percent_sum: f64, accelerators: u32) -> Normalised {
    share_of(percent_sum, accelerators)
}

fn share_of(percent_sum: f64, count: u32) -> Normalised {
    let share = percent_sum / (100.0 * f64::from(count));
    let value = Fraction::clamped(share);
    Normalised { value, clamped: !(0.0..=1.0).contains(&share) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_over_all_processors_becomes_a_share() {
        for (percent, count, value, clamped) in [
            (280.0, 4, 0.70, false),
            (320.0, 4, 0.80, false),
            (400.0, 4, 1.0, false),
            (401.0, 4, 1.0, true),
            (-1.0, 4, 0.0, true),
            (f64::NAN, 4, 0.0, true),
            (50.0, 0, 1.0, true),
        ] {
            let got = normalise_gpu(percent, count);
            assert!(
                (got.value.get() - value).abs() < 1e-12 && got.clamped == clamped,
                "{percent} over {count}: {got:?}"
            );
            assert_eq!(got, normalise_cpu(percent, count));
        }
    }
}
