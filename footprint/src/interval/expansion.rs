//! A figure as its mean, what each coefficient adds alone, and what two of them add together.
//!
//! This is the Hoeffding decomposition of a function of independent variables, cut after the second order.

use super::nodes::{self, NODES, Nodes};
use crate::factors::{Factor, FactorSet, HostPower};
use std::collections::BTreeMap;

/// A coefficient, by its place in [`Sources`].
pub(super) type Source = usize;

/// The coefficients a selection uses, and which of them count as exactly known.
pub(super) struct Sources<'a> {
    pub(super) factors: &'a FactorSet,
    known: &'a dyn Fn(&str) -> bool,
    places: BTreeMap<&'a str, Source>,
    listed: Vec<Listed<'a>>,
}

struct Listed<'a> {
    factor: &'a Factor,
    known: bool,
    standard: Nodes,
    skewness: f64,
}

impl<'a> Sources<'a> {
    pub(super) fn new(factors: &'a FactorSet, known: &'a dyn Fn(&str) -> bool) -> Self {
        Self { factors, known, places: BTreeMap::new(), listed: Vec::new() }
    }

    /// The place of a coefficient, whose spread has the shape of these nodes.
    fn place(&mut self, factor: &'a Factor, shape: &Nodes) -> Source {
        let next = self.listed.len();
        let place = *self.places.entry(factor.id()).or_insert(next);
        if place == next {
            let standard = nodes::standardised(shape);
            let [_, skewness, _] = nodes::cumulants(&standard);
            self.listed.push(Listed { factor, known: (self.known)(factor.id()), standard, skewness });
        }
        place
    }

    /// A coefficient and the values it takes.
    pub(super) fn value(&mut self, factor: &'a Factor) -> (Source, Nodes) {
        let place = self.place(factor, factor.nodes());
        let known = self.listed.get(place).is_some_and(|listed| listed.known);
        (place, if known { [factor.value(); NODES] } else { *factor.nodes() })
    }

    /// The power curve of a host and the values its points take.
    pub(super) fn curve(&mut self, power: &'a HostPower) -> (Source, [Nodes; 4]) {
        let [.., half, _] = power.nodes();
        let place = self.place(&power.factor, half);
        let known = self.listed.get(place).is_some_and(|listed| listed.known);
        (place, if known { power.exact_nodes() } else { *power.nodes() })
    }

    /// What one standard deviation of a coefficient adds to a function of it.
    pub(super) fn slope(&self, source: Source, values: &Nodes) -> f64 {
        nodes::mean_product(values, &self.standard(source))
    }

    /// The coefficient at this place.
    pub(super) fn factor(&self, source: Source) -> Option<&'a Factor> {
        self.listed.get(source).map(|listed| listed.factor)
    }

    /// The coefficient less its mean, over its standard deviation.
    fn standard(&self, source: Source) -> Nodes {
        self.listed.get(source).map_or([0.0; NODES], |listed| listed.standard)
    }

    fn skewness(&self, source: Source) -> f64 {
        self.listed.get(source).map_or(0.0, |listed| listed.skewness)
    }
}

/// A random figure.
#[derive(Clone, Debug, Default)]
pub(super) struct Expansion {
    pub(super) mean: f64,
    /// What a coefficient adds alone: a function with mean zero, at its nodes.
    alone: BTreeMap<Source, Nodes>,
    /// What two coefficients add together, for one standard deviation of each.
    together: BTreeMap<(Source, Source), f64>,
}

impl Expansion {
    /// A figure that is not random.
    pub(super) fn exact(value: f64) -> Self {
        Self { mean: value, ..Self::default() }
    }

    /// A function of one coefficient, given at its nodes.
    pub(super) fn of((source, values): (Source, Nodes)) -> Self {
        Self {
            mean: nodes::mean(&values),
            alone: BTreeMap::from([(source, nodes::centred(&values))]),
            together: BTreeMap::new(),
        }
    }

    /// Adds a multiple of another figure; what they share moves both.
    pub(super) fn add(&mut self, other: &Self, scale: f64) {
        self.mean += other.mean * scale;
        for (source, values) in &other.alone {
            let sum = self.alone.entry(*source).or_insert([0.0; NODES]);
            for (sum, value) in sum.iter_mut().zip(values) {
                *sum += value * scale;
            }
        }
        for (pair, slope) in &other.together {
            *self.together.entry(*pair).or_default() += slope * scale;
        }
    }

    pub(super) fn plus(mut self, other: &Self) -> Self {
        self.add(other, 1.0);
        self
    }

    pub(super) fn scaled(&self, scale: f64) -> Self {
        let mut scaled = Self::default();
        scaled.add(self, scale);
        scaled
    }

    /// The product of two figures that share no coefficient.
    pub(super) fn times(&self, other: &Self, sources: &Sources<'_>) -> Self {
        let mut product = self.scaled(other.mean);
        product.add(other, self.mean);
        product.mean = self.mean * other.mean;
        let theirs: Vec<_> = other.slopes(sources).collect();
        for (source, slope) in self.slopes(sources) {
            for (other_source, other_slope) in &theirs {
                product.pair(source, *other_source, slope * other_slope);
            }
        }
        product
    }

    /// What each coefficient adds alone, at its nodes.
    pub(super) fn alone(&self) -> impl Iterator<Item = &Nodes> {
        self.alone.values()
    }

    /// Adds what two coefficients do together.
    pub(super) fn pair(&mut self, one: Source, other: Source, slope: f64) {
        *self.together.entry((one.min(other), one.max(other))).or_default() += slope;
    }

    /// What one standard deviation of each coefficient adds.
    fn slopes<'a>(&'a self, sources: &'a Sources<'_>) -> impl Iterator<Item = (Source, f64)> + 'a {
        self.alone
            .iter()
            .map(|(source, values)| (*source, nodes::mean_product(values, &sources.standard(*source))))
            .filter(|(_, slope)| *slope != 0.0)
    }

    /// Variance, third and fourth cumulant. Of what two coefficients do together, the terms are kept that would stand
    /// alone if every coefficient were normal, and the skewness that a coefficient's own brings to its square.
    pub(super) fn cumulants(&self, sources: &Sources<'_>) -> [f64; 3] {
        let mut sum = [0.0; 3];
        for values in self.alone.values() {
            for (sum, cumulant) in sum.iter_mut().zip(nodes::cumulants(values)) {
                *sum += cumulant;
            }
        }
        let [mut second, mut third, mut fourth] = sum;
        let slopes: BTreeMap<_, _> = self.slopes(sources).collect();
        let slope_of = |source| slopes.get(source).copied().unwrap_or(0.0);
        let mut bent = BTreeMap::<Source, f64>::new();
        for ((one, other), slope) in &self.together {
            let (a, b) = (slope_of(one), slope_of(other));
            second += slope * slope;
            third +=
                6.0 * a * b * slope + 3.0 * slope * slope * (a * sources.skewness(*one) + b * sources.skewness(*other));
            *bent.entry(*one).or_default() += slope * b;
            *bent.entry(*other).or_default() += slope * a;
        }
        fourth += 12.0 * bent.values().map(|bend| bend * bend).sum::<f64>();
        [second, third, fourth]
    }

    /// Variance by coefficient; what two do together falls on each by half.
    pub(super) fn variance_by_source(&self) -> BTreeMap<Source, f64> {
        let mut variances: BTreeMap<_, _> =
            self.alone.iter().map(|(source, values)| (*source, nodes::mean_product(values, values))).collect();
        for ((one, other), slope) in &self.together {
            for source in [one, other] {
                *variances.entry(*source).or_default() += slope * slope / 2.0;
            }
        }
        variances
    }
}
