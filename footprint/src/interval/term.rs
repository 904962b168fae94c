//! A random figure as its mean, what each coefficient adds alone, and what two of them add together.
//!
//! This is the Hoeffding decomposition of a function of independent variables, cut after the second order.

use super::shape::{FUNCTIONS, PerFunction};
use super::sources::{Source, Sources};
use std::collections::BTreeMap;

/// A figure of few coefficients.
#[derive(Clone, Debug, Default)]
pub(super) struct Term {
    pub(super) mean: f64,
    /// What a coefficient adds alone: a combination of its functions.
    pub(super) alone: Vec<(Source, PerFunction)>,
    /// What two coefficients add together, for one standard deviation of each; the lesser source first.
    pub(super) together: Vec<((Source, Source), f64)>,
}

impl Term {
    /// A figure that is not random.
    pub(super) fn exact(mean: f64) -> Self {
        Self { mean, ..Self::default() }
    }

    pub(super) fn scaled(mut self, scale: f64) -> Self {
        self.mean *= scale;
        for weight in self.alone.iter_mut().flat_map(|(_, weights)| weights) {
            *weight *= scale;
        }
        for (_, slope) in &mut self.together {
            *slope *= scale;
        }
        self
    }

    /// The sum; what both use moves both.
    pub(super) fn plus(mut self, other: Self) -> Self {
        self.mean += other.mean;
        for (source, weights) in other.alone {
            self.add_alone(source, &weights);
        }
        for (pair, slope) in other.together {
            self.add_together(pair, slope);
        }
        self
    }

    /// The product with a figure that shares no coefficient.
    pub(super) fn times(&self, other: &Self, sources: &Sources<'_>) -> Self {
        let mut product = self.clone().scaled(other.mean).plus(other.clone().scaled(self.mean));
        product.mean = self.mean * other.mean;
        for (source, weights) in &self.alone {
            let slope = sources.slope(*source, weights);
            for (other_source, other_weights) in &other.alone {
                let pair = (*source.min(other_source), *source.max(other_source));
                product.add_together(pair, slope * sources.slope(*other_source, other_weights));
            }
        }
        product
    }

    fn add_alone(&mut self, source: Source, weights: &PerFunction) {
        let present = self.alone.iter_mut().find(|(present, _)| *present == source);
        match present {
            Some((_, sums)) => sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight),
            None => self.alone.push((source, *weights)),
        }
    }

    fn add_together(&mut self, pair: (Source, Source), slope: f64) {
        if slope == 0.0 {
            return;
        }
        match self.together.iter_mut().find(|(present, _)| *present == pair) {
            Some((_, sum)) => *sum += slope,
            None => self.together.push((pair, slope)),
        }
    }
}

/// Sums of terms for several figures at once, each figure with a scale of its own.
#[derive(Clone, Debug)]
pub(super) struct Sums<const FIGURES: usize> {
    pub(super) means: [f64; FIGURES],
    alone: Vec<[PerFunction; FIGURES]>,
    together: BTreeMap<(Source, Source), [f64; FIGURES]>,
}

impl<const FIGURES: usize> Default for Sums<FIGURES> {
    fn default() -> Self {
        Self { means: [0.0; FIGURES], alone: Vec::new(), together: BTreeMap::new() }
    }
}

impl<const FIGURES: usize> Sums<FIGURES> {
    /// Adds a term to every figure.
    pub(super) fn add(&mut self, term: &Term, scales: &[f64; FIGURES]) {
        for (mean, scale) in self.means.iter_mut().zip(scales) {
            *mean += term.mean * scale;
        }
        for (source, weights) in &term.alone {
            if self.alone.len() <= *source {
                self.alone.resize(source + 1, [[0.0; FUNCTIONS]; FIGURES]);
            }
            let Some(figures) = self.alone.get_mut(*source) else { continue };
            for (sums, scale) in figures.iter_mut().zip(scales) {
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum += weight * scale;
                }
            }
        }
        for (pair, slope) in &term.together {
            let figures = self.together.entry(*pair).or_insert([0.0; FIGURES]);
            for (sum, scale) in figures.iter_mut().zip(scales) {
                *sum += slope * scale;
            }
        }
    }

    /// What each coefficient adds alone to one of the figures.
    pub(super) fn alone(&self, figure: usize) -> impl Iterator<Item = (Source, &PerFunction)> {
        self.alone.iter().enumerate().filter_map(move |(source, figures)| Some((source, figures.get(figure)?)))
    }

    /// What two coefficients add together to one of the figures.
    pub(super) fn together(&self, figure: usize) -> impl Iterator<Item = ((Source, Source), f64)> {
        self.together.iter().filter_map(move |(pair, figures)| Some((*pair, *figures.get(figure)?)))
    }
}
