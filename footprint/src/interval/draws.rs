//! Seeded draws: one stream per coefficient, so that changing one coefficient moves no other.

use rand_core::{RngCore, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// Draws per coefficient.
pub const DRAWS: usize = 2_000;

/// The standard normal value below which 95 % lie.
const Z95: f64 = 1.644_853_626_951_472_2;

/// Beyond this ratio of bounds a coefficient is drawn log-normally.
const WIDE: f64 = 4.0;

/// The quantiles a coefficient is drawn at, each strictly between 0 and 1, the same for the same identifier on any machine.
pub(crate) fn quantiles(id: &str) -> Vec<f64> {
    let mut generator = Pcg64Mcg::seed_from_u64(fnv1a(id));
    (0..DRAWS).map(|_| ((generator.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64).collect()
}

/// The values of a coefficient at these quantiles: triangular over its bounds, or log-normal with the bounds as
/// 5th and 95th percentile where it is positive and they lie more than four-fold apart.
pub(crate) fn sample(quantiles: &[f64], central: f64, low: f64, high: f64) -> Vec<f64> {
    if low > 0.0 && high / low > WIDE {
        quantiles.iter().map(|&q| split_lognormal(q, central, low, high)).collect()
    } else {
        quantiles.iter().map(|&q| triangular(q, central, low, high)).collect()
    }
}

/// Quantile of the triangular distribution with mode `central`.
fn triangular(q: f64, central: f64, low: f64, high: f64) -> f64 {
    let width = high - low;
    if width <= 0.0 {
        return central;
    }
    if q < (central - low) / width {
        low + libm::sqrt(q * width * (central - low))
    } else {
        high - libm::sqrt((1.0 - q) * width * (high - central))
    }
}

/// Quantile of a log-normal whose median is `central` and whose halves reach the bounds at 5 % and 95 %.
fn split_lognormal(q: f64, central: f64, low: f64, high: f64) -> f64 {
    let z = normal_quantile(q);
    let bound = if z < 0.0 { central / low } else { high / central };
    central * libm::exp(z * libm::log(bound) / Z95)
}

/// Acklam's rational approximation of the normal quantile (relative error below 1.2e-9).
fn normal_quantile(q: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 6] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 5] =
        [7.784_695_709_041_462e-3, 3.224_671_290_700_398e-1, 2.445_134_137_142_996, 3.754_408_661_907_416, 1.0];
    const TAIL: f64 = 0.024_25;

    let tail = |p: f64| {
        let t = libm::sqrt(-2.0 * libm::log(p));
        horner(&C, t) / horner(&D, t)
    };
    if q < TAIL {
        tail(q)
    } else if q > 1.0 - TAIL {
        -tail(1.0 - q)
    } else {
        let t = q - 0.5;
        let r = t * t;
        t * horner(&A, r) / horner(&B, r)
    }
}

fn horner(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// FNV-1a, 64 bit: a hash whose value never depends on the machine or the run.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percentile(values: &[f64], share: f64) -> f64 {
        super::super::percentile(&mut values.to_vec(), share)
    }

    #[test]
    fn the_stream_of_an_identifier_never_changes() {
        let first = quantiles("pue:us-east-1");
        assert_eq!(first, quantiles("pue:us-east-1"));
        assert_ne!(first, quantiles("pue:us-east-2"));
        assert_eq!(first.len(), DRAWS);
        assert!(first.iter().all(|q| *q > 0.0 && *q < 1.0));
    }

    #[test]
    fn a_narrow_coefficient_stays_between_its_bounds() {
        let values = sample(&quantiles("x"), 1.15, 1.10, 1.20);
        assert!(values.iter().all(|v| (1.10..=1.20).contains(v)));
        assert!((percentile(&values, 0.5) - 1.15).abs() < 0.003);
    }

    #[test]
    fn a_wide_coefficient_has_its_bounds_as_percentiles() {
        let values = sample(&quantiles("intensity:ca-central-1"), 41.0, 30.5, 190.7);
        for (share, expected) in [(0.05, 30.5), (0.5, 41.0), (0.95, 190.7)] {
            assert!((percentile(&values, share) / expected - 1.0).abs() < 0.08, "{share}");
        }
        assert!(values.iter().all(|v| v.is_finite() && *v > 0.0));
    }

    #[test]
    fn an_exact_coefficient_is_drawn_as_itself() {
        assert!(sample(&quantiles("x"), 8760.0, 8760.0, 8760.0).iter().all(|v| *v == 8760.0));
    }

    #[test]
    fn the_normal_quantile_meets_the_tables() {
        for (q, z) in [(0.5, 0.0), (0.95, Z95), (0.05, -Z95), (0.001, -3.090_232_306), (0.999, 3.090_232_306)] {
            assert!((normal_quantile(q) - z).abs() < 1e-6, "{q}");
        }
    }
}
