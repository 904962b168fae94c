//! The coefficients a selection uses: the values each takes, and which of them count as exactly known.

use super::shape::{EACH, PerFunction, Shape, dot};
use super::term::Term;
use crate::factors::{Factor, FactorSet, HostPower, interpolate};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A coefficient, by its place in [`Sources`].
pub(super) type Source = usize;

/// The coefficients of a selection, in the order in which they were met.
pub(super) struct Sources<'a> {
    pub(super) factors: &'a FactorSet,
    known: &'a dyn Fn(&str) -> bool,
    places: BTreeMap<&'a str, Source>,
    listed: Vec<Listed<'a>>,
}

/// One coefficient and its functions.
pub(super) struct Listed<'a> {
    pub(super) factor: &'a Factor,
    pub(super) shape: Cow<'a, Shape>,
}

impl<'a> Sources<'a> {
    pub(super) fn new(factors: &'a FactorSet, known: &'a dyn Fn(&str) -> bool) -> Self {
        Self { factors, known, places: BTreeMap::new(), listed: Vec::new() }
    }

    /// Every coefficient so far.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Listed<'a>> {
        self.listed.iter()
    }

    /// What one standard deviation of a coefficient adds to this combination of its functions.
    pub(super) fn slope(&self, source: Source, weights: &PerFunction) -> f64 {
        self.listed.get(source).map_or(0.0, |listed| listed.shape.slope(weights))
    }

    /// The coefficient itself.
    pub(super) fn value(&mut self, factor: &'a Factor) -> Term {
        let source =
            self.place(factor, || Shape::exact([factor.value(), 0.0, 0.0, 0.0]), || Cow::Borrowed(factor.shape()));
        self.term(source, EACH[0])
    }

    /// The central value over the coefficient.
    pub(super) fn reciprocal(&mut self, factor: &'a Factor) -> Term {
        let over = |value: f64| if value > 0.0 { factor.value() / value } else { 1.0 };
        let source = self.place(
            factor,
            || Shape::exact([over(factor.value()), 0.0, 0.0, 0.0]),
            || Cow::Owned(factor.shape().through(|value| [over(value), 0.0, 0.0, 0.0])),
        );
        self.term(source, EACH[0])
    }

    /// The four points of a host's power curve.
    pub(super) fn curve(&mut self, power: &'a HostPower) -> Source {
        self.place(&power.factor, || Shape::exact(power.central()), || Cow::Borrowed(power.shape()))
    }

    /// How much of each point of a power curve a drawn load takes.
    pub(super) fn load(&mut self, factor: &'a Factor) -> Source {
        let at = |load: f64| EACH.map(|point| interpolate(&point, load));
        self.place(factor, || Shape::exact(at(factor.value())), || Cow::Owned(factor.shape().through(at)))
    }

    /// A combination of the functions of one coefficient.
    pub(super) fn term(&self, source: Source, weights: PerFunction) -> Term {
        let mean = self.listed.get(source).map_or(0.0, |listed| dot(&listed.shape.means, &weights));
        Term { mean, alone: vec![(source, weights)], together: Vec::new() }
    }

    /// The sum over the functions of two coefficients, each times its counterpart.
    pub(super) fn product(&self, one: Source, other: Source) -> Term {
        let Some((first, second)) = self.listed.get(one).zip(self.listed.get(other)) else {
            return Term::default();
        };
        let (first, second) = (&first.shape, &second.shape);
        Term {
            mean: dot(&first.means, &second.means),
            alone: vec![(one, second.means), (other, first.means)],
            together: vec![((one.min(other), one.max(other)), dot(&first.slopes, &second.slopes))],
        }
    }

    /// The place of a coefficient. When first met, it is given its functions: exact if it is known, else as it is drawn.
    fn place(
        &mut self,
        factor: &'a Factor,
        exact: impl FnOnce() -> Shape,
        drawn: impl FnOnce() -> Cow<'a, Shape>,
    ) -> Source {
        let next = self.listed.len();
        let source = *self.places.entry(factor.id()).or_insert(next);
        if source == next {
            let shape = if (self.known)(factor.id()) { Cow::Owned(exact()) } else { drawn() };
            self.listed.push(Listed { factor, shape });
        }
        source
    }
}
