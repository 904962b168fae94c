//! What an instance type is made of.

use super::factor::Factor;
use crate::interval::draws;
use crate::interval::nodes;
use crate::interval::shape::Shape;
use crate::units::Fraction;
use std::sync::{Arc, OnceLock};

/// How the accelerators sit in the node, which decides the overhead of feeding and cooling them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeClass {
    /// A board with its own fabric and high power (SXM and alike).
    Sxm,
    /// Plug-in cards.
    Card,
}

impl NodeClass {
    /// The name, as the tables spell it.
    #[must_use]
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Sxm => "sxm",
            Self::Card => "card",
        }
    }

    /// The value of this name.
    pub(super) fn named(text: &str) -> Option<Self> {
        [Self::Sxm, Self::Card].into_iter().find(|each| each.as_str() == text)
    }
}

/// The accelerators of one instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fitted {
    /// The identifier in the accelerator table.
    pub accelerator: String,
    /// How many of them.
    pub count: u32,
    /// The class of node, where its overhead is known.
    pub node: Option<NodeClass>,
}

/// How much is known of an instance type's power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowerStatus {
    /// Host and accelerators.
    Complete,
    /// Only one of the two.
    LowerBound,
    /// Neither.
    Unknown,
}

impl PowerStatus {
    /// The name, as the tables spell it.
    #[must_use]
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::LowerBound => "lower_bound",
            Self::Unknown => "unknown",
        }
    }

    /// The value of this name.
    pub(super) fn named(text: &str) -> Option<Self> {
        [Self::Complete, Self::LowerBound, Self::Unknown].into_iter().find(|each| each.as_str() == text)
    }
}

/// An instance type.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The SageMaker name, such as `ml.p4d.24xlarge`.
    pub name: String,
    /// Virtual processors, where published.
    pub vcpu: Option<u32>,
    /// Memory, GiB, where published.
    pub memory_gib: Option<f64>,
    /// Its accelerators, if it has any.
    pub fitted: Option<Fitted>,
    /// What is known of its power.
    pub power_status: PowerStatus,
    /// The power curve of the host, accelerators apart.
    pub host: Option<HostPower>,
    /// Embodied emissions of the host, kgCO2e, accelerators apart.
    pub embodied: Option<Factor>,
    /// What the reader should know.
    pub note: String,
    /// Where the shape of the machine was read.
    pub source: String,
    /// The terms of that source.
    pub licence: String,
}

impl Instance {
    /// Whether it is a share of a machine that works only while it answers, as of serverless inference.
    #[must_use]
    pub fn is_share(&self) -> bool {
        self.name.starts_with("serverless-")
    }

    /// How many accelerators it holds; zero for a plain machine.
    #[must_use]
    pub fn accelerator_count(&self) -> u32 {
        self.fitted.as_ref().map_or(0, |fitted| fitted.count)
    }
}

/// Power of one point of a curve, W.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) central: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Point {
    pub(crate) fn scaled(self, scale: &Point) -> Self {
        Self { central: self.central * scale.central, low: self.low * scale.low, high: self.high * scale.high }
    }
}

/// The power of a host at 0, 10, 50 and 100 % processor load, linear between the points.
#[derive(Clone, Debug)]
pub struct HostPower {
    /// The coefficient as shown and overridden: W at 50 % load.
    pub factor: Factor,
    /// Whether another machine's curve stands in.
    pub stand_in: bool,
    curve: [Point; 4],
    drawn: OnceLock<Arc<[[f64; 4]]>>,
    shape: OnceLock<Shape>,
}

impl HostPower {
    pub(crate) fn new(factor: Factor, stand_in: bool, curve: [Point; 4]) -> Self {
        Self { factor, stand_in, curve, drawn: OnceLock::new(), shape: OnceLock::new() }
    }

    /// Central value and bounds at each point of the curve, W.
    pub(super) const fn curve(&self) -> &[Point; 4] {
        &self.curve
    }

    /// Power at this load, W.
    #[must_use]
    pub fn at(&self, load: Fraction) -> f64 {
        interpolate(&self.central(), load.get())
    }

    /// The load at which the host draws this power; the ends of the curve for anything outside it.
    pub(crate) fn load_at(&self, watts: f64) -> f64 {
        let [p0, p10, p50, p100] = self.central();
        if watts <= p0 {
            0.0
        } else if watts <= p10 {
            0.1 * share(watts, p0, p10)
        } else if watts <= p50 {
            0.1 + 0.4 * share(watts, p10, p50)
        } else {
            0.5 + 0.5 * share(watts, p50, p100).min(1.0)
        }
    }

    /// One curve per draw. All points of a curve share one quantile: a machine that idles high works high.
    pub(crate) fn drawn(&self) -> &[[f64; 4]] {
        self.drawn.get_or_init(|| {
            let quantiles = draws::quantiles(self.factor.id());
            let [p0, p10, p50, p100] = self.curve.map(|p| draws::sample(&quantiles, p.central, p.low, p.high));
            p0.into_iter().zip(p10).zip(p50).zip(p100).map(|(((a, b), c), d)| [a, b, c, d]).collect()
        })
    }

    /// What the closed form keeps of the four points, made once.
    pub(crate) fn shape(&self) -> &Shape {
        self.shape.get_or_init(|| {
            let quantiles = nodes::quantiles_of(self.factor.id());
            let points = self.curve.map(|point| nodes::of(&quantiles, point.central, point.low, point.high));
            let [.., half, _] = &points;
            Shape::new(half, &points)
        })
    }

    /// The four points of the curve as they stand, W.
    pub(crate) fn central(&self) -> [f64; 4] {
        self.curve.map(|point| point.central)
    }

    /// The curve moved so that it passes through `factor` at 50 % load, bounds included.
    pub(crate) fn overridden(&self, factor: Factor) -> Self {
        let [.., half, _] = self.curve;
        let scale = Point {
            central: factor.value() / half.central,
            low: factor.low() / half.low,
            high: factor.high() / half.high,
        };
        Self::new(factor, self.stand_in, self.curve.map(|point| point.scaled(&scale)))
    }
}

/// Power on a four-point curve at a load of 0 to 1, W.
pub(crate) fn interpolate(&[p0, p10, p50, p100]: &[f64; 4], load: f64) -> f64 {
    if load <= 0.1 {
        p0 + (p10 - p0) * load * 10.0
    } else if load <= 0.5 {
        p10 + (p50 - p10) * (load - 0.1) * 2.5
    } else {
        p50 + (p100 - p50) * (load - 0.5) * 2.0
    }
}

fn share(value: f64, from: f64, to: f64) -> f64 {
    if to > from { (value - from) / (to - from) } else { 1.0 }
}
