//! One figure of a selection when everything is added up: its mean, its cumulants and the part of each coefficient.

use super::nodes;
use super::shape::{FUNCTIONS, PerFunction};
use super::sources::{Source, Sources};
use super::term::{Sums, Term};
use std::collections::BTreeMap;

/// The standard normal value below which 95 % lie.
const Z95: f64 = 1.644_853_626_951_472_2;

/// A figure while places are added.
#[derive(Default)]
pub(super) struct Building {
    mean: f64,
    alone: Vec<PerFunction>,
    /// Pairs of machine coefficients, which many places share.
    machines: BTreeMap<(Source, Source), f64>,
    /// Pairs with a place's own coefficient, each met once.
    places: Vec<((Source, Source), f64)>,
}

impl Building {
    /// Adds something exact.
    pub(super) fn add_exact(&mut self, value: f64) {
        self.mean += value;
    }

    /// Adds one figure of these sums times a place's own term, whose coefficients nothing else uses.
    pub(super) fn add<const FIGURES: usize>(
        &mut self,
        sums: &Sums<FIGURES>,
        figure: usize,
        place: &Term,
        sources: &Sources<'_>,
    ) {
        let mean = sums.means.get(figure).copied().unwrap_or(0.0);
        self.mean += mean * place.mean;
        for (source, weights) in sums.alone(figure) {
            self.add_alone(source, weights, place.mean);
            let slope = sources.slope(source, weights);
            if slope != 0.0 {
                let pairs = place
                    .alone
                    .iter()
                    .map(|(own, own_weights)| ((source, *own), slope * sources.slope(*own, own_weights)));
                self.places.extend(pairs.filter(|(_, slope)| *slope != 0.0));
            }
        }
        for (source, weights) in &place.alone {
            self.add_alone(*source, weights, mean);
        }
        for (pair, slope) in sums.together(figure) {
            *self.machines.entry(pair).or_default() += slope * place.mean;
        }
        self.places.extend(place.together.iter().map(|(pair, slope)| (*pair, slope * mean)));
    }

    fn add_alone(&mut self, source: Source, weights: &PerFunction, scale: f64) {
        if self.alone.len() <= source {
            self.alone.resize(source + 1, [0.0; FUNCTIONS]);
        }
        if let Some(sums) = self.alone.get_mut(source) {
            sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight * scale);
        }
    }

    /// Cumulants of the whole. Of what two coefficients do together, the terms are kept that would stand alone if every
    /// coefficient were normal, and the skewness that a coefficient's own brings to its square.
    pub(super) fn finish(&self, sources: &Sources<'_>) -> Figure {
        let mut parts: Vec<Part> = sources
            .iter()
            .zip(&self.alone)
            .map(|(listed, weights)| {
                if *weights == [0.0; FUNCTIONS] {
                    return Part::default();
                }
                let values = listed.shape.combined(weights);
                Part {
                    slope: listed.shape.slope(weights),
                    skewness: listed.shape.skewness,
                    cumulants: nodes::cumulants(&values),
                    tails: nodes::tails(&values),
                    ..Part::default()
                }
            })
            .collect();
        let mut third = 0.0;
        for ((one, other), slope) in
            self.machines.iter().map(|(pair, slope)| (*pair, *slope)).chain(self.places.iter().copied())
        {
            let of =
                |source: Source| parts.get(source).map_or((0.0, 0.0), |part| (part.slope, part.slope * part.skewness));
            let ((a, skew_a), (b, skew_b)) = (of(one), of(other));
            third += 6.0 * a * b * slope + 3.0 * slope * slope * (skew_a + skew_b);
            for (source, bend) in [(one, slope * b), (other, slope * a)] {
                if let Some(part) = parts.get_mut(source) {
                    part.shared += slope * slope / 2.0;
                    part.bend += bend;
                }
            }
        }
        let mut cumulants = [0.0, third, 0.0];
        for part in &parts {
            let [second, third, fourth] = part.cumulants;
            let own = [second + part.shared, third, fourth + 12.0 * part.bend * part.bend];
            cumulants.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
        }
        Figure { mean: self.mean, cumulants, parts }
    }
}

/// What one coefficient does to a figure.
#[derive(Clone, Copy, Default)]
struct Part {
    /// For one standard deviation of the coefficient.
    slope: f64,
    skewness: f64,
    /// Variance, third and fourth cumulant of what it adds alone.
    cumulants: [f64; 3],
    /// What it adds at its 5th and 95th percentile.
    tails: (f64, f64),
    /// Its half of the variance it makes together with others.
    shared: f64,
    /// How its slope changes as the others move, for the fourth cumulant.
    bend: f64,
}

/// A random figure.
pub(super) struct Figure {
    mean: f64,
    /// Variance, third and fourth.
    cumulants: [f64; 3],
    parts: Vec<Part>,
}

impl Figure {
    /// The sum with a figure that shares no coefficient.
    pub(super) fn plus(&self, other: &Self) -> Self {
        let [a, b, c] = self.cumulants;
        let [d, e, f] = other.cumulants;
        let longer = self.parts.len().max(other.parts.len());
        let part = |figure: &Self, source| figure.parts.get(source).copied().unwrap_or_default();
        let parts = (0..longer).map(|source| {
            let (one, two) = (part(self, source), part(other, source));
            if one.cumulants == [0.0; 3] && one.shared == 0.0 { two } else { one }
        });
        Self { mean: self.mean + other.mean, cumulants: [a + d, b + e, c + f], parts: parts.collect() }
    }

    /// Variance by coefficient, in the order of the sources; what two make together falls on each by half.
    pub(super) fn variances(&self) -> impl Iterator<Item = f64> {
        self.parts.iter().map(|part| {
            let [variance, ..] = part.cumulants;
            variance + part.shared
        })
    }

    /// 5th and 95th percentile by the expansion of Cornish and Fisher. Each coefficient's own error of that expansion
    /// is known, so it is put right where the coefficient dominates; it fades as the higher cumulants of a sum do.
    pub(super) fn interval(&self) -> (f64, f64) {
        let [variance, ..] = self.cumulants;
        let (mut low, mut high) = cornish_fisher(self.cumulants);
        for part in &self.parts {
            let [own, ..] = part.cumulants;
            let weight = (own / variance) * (own / variance);
            if weight > 1e-6 {
                let (expanded_low, expanded_high) = cornish_fisher(part.cumulants);
                low += weight * (part.tails.0 - expanded_low);
                high += weight * (part.tails.1 - expanded_high);
            }
        }
        (self.mean + low, self.mean + high)
    }
}

/// Distance of the 5th and the 95th percentile from the mean, from variance, third and fourth cumulant.
fn cornish_fisher([variance, third, fourth]: [f64; 3]) -> (f64, f64) {
    let deviation = variance.sqrt();
    if deviation.is_nan() || deviation <= 0.0 {
        return (0.0, 0.0);
    }
    let skewness = (third / (variance * deviation)).clamp(-2.0, 2.0);
    let kurtosis = (fourth / (variance * variance)).clamp(-2.0, 6.0);
    let at = |z: f64| {
        let cube = z * z * z;
        z + (z * z - 1.0) * skewness / 6.0 + (cube - 3.0 * z) * kurtosis / 24.0
            - (2.0 * cube - 5.0 * z) * skewness * skewness / 36.0
    };
    (deviation * at(-Z95), deviation * at(Z95))
}
