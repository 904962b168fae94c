//! Functions of one coefficient: what each is on average, and how it moves with the coefficient.

use super::nodes::{self, NODES, Nodes};

/// Functions of one coefficient that are told apart: one for most, the four points of a power curve for a host.
pub(crate) const FUNCTIONS: usize = 4;

/// One number for each function of a coefficient.
pub(crate) type PerFunction = [f64; FUNCTIONS];

/// Each function alone.
pub(crate) const EACH: [PerFunction; FUNCTIONS] =
    [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]];

/// What is kept of a coefficient for the closed form.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    /// The mean of each function.
    pub(crate) means: PerFunction,
    /// What one standard deviation of the coefficient adds to each function.
    pub(crate) slopes: PerFunction,
    /// Skewness of the coefficient itself.
    pub(crate) skewness: f64,
    /// The coefficient less its mean, over its standard deviation, at the nodes.
    standard: Nodes,
    /// Each function less its mean, at the nodes; none where nothing moves.
    centred: Vec<Nodes>,
}

impl Shape {
    /// Functions of a coefficient that is known.
    pub(crate) const fn exact(means: PerFunction) -> Self {
        Self { means, slopes: [0.0; FUNCTIONS], skewness: 0.0, standard: [0.0; NODES], centred: Vec::new() }
    }

    /// Functions of a coefficient, given at the nodes, and the coefficient itself.
    pub(crate) fn new(coefficient: &Nodes, functions: &[Nodes]) -> Self {
        let standard = nodes::standardised(coefficient);
        let [_, skewness, _] = nodes::cumulants(&standard);
        let (mut means, mut slopes) = ([0.0; FUNCTIONS], [0.0; FUNCTIONS]);
        for ((mean, slope), function) in means.iter_mut().zip(&mut slopes).zip(functions) {
            *mean = nodes::mean(function);
            *slope = nodes::mean_product(function, &standard);
        }
        Self { means, slopes, skewness, standard, centred: functions.iter().map(nodes::centred).collect() }
    }

    /// Other functions of the same coefficient, of which this is the shape of the coefficient itself.
    pub(crate) fn through(&self, functions: impl Fn(f64) -> PerFunction) -> Self {
        let mut values = [[0.0; NODES]; FUNCTIONS];
        let [mean, ..] = self.means;
        let at_nodes = self.centred.first().copied().unwrap_or([0.0; NODES]).map(|value| mean + value);
        for (index, value) in at_nodes.into_iter().enumerate() {
            for (nodes, value) in values.iter_mut().zip(functions(value)) {
                if let Some(node) = nodes.get_mut(index) {
                    *node = value;
                }
            }
        }
        Self::new(&self.standard, &values)
    }

    /// What one standard deviation of the coefficient adds to this combination.
    pub(crate) fn slope(&self, weights: &PerFunction) -> f64 {
        dot(&self.slopes, weights)
    }

    /// This combination of the functions, less its mean, at the nodes.
    pub(crate) fn combined(&self, weights: &PerFunction) -> Nodes {
        let mut sum = [0.0; NODES];
        for (function, weight) in self.centred.iter().zip(weights) {
            for (sum, value) in sum.iter_mut().zip(function) {
                *sum += weight * value;
            }
        }
        sum
    }
}

pub(crate) fn dot(one: &PerFunction, other: &PerFunction) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}
