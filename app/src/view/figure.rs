pub use footprint::{Completeness, Tier};

/// What a figure counts. Values are always in this base unit; pages choose the scale (kg, MWh) when they print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    Usd,
    /// US dollars saved or spent per month.
    UsdPerMonth,
    KilowattHours,
    KilowattHoursPerMonth,
    GramsCo2e,
    GramsCo2ePerMonth,
    GramsPerKilowattHour,
    /// Grams of CO2e per thousand invocations.
    GramsPerThousand,
    /// US dollars per thousand invocations.
    UsdPerThousand,
    /// Grams of CO2e per unit of work.
    GramsPerUnit,
    /// US dollars per unit of work.
    UsdPerUnit,
    /// Watt-hours per unit of work.
    WattHoursPerUnit,
    /// Instance-hours per unit of work.
    HoursPerUnit,
    Litres,
    Watts,
    /// Energy of the facility over energy of the machines.
    Ratio,
    Hours,
    /// How long an answer takes.
    Milliseconds,
    /// 0 to 100, not a fraction.
    Percent,
    Count,
    CountPerDay,
}

/// The size in which emissions are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mass {
    /// Whichever keeps the number short.
    #[default]
    Fitting,
    Grams,
    Kilograms,
    Tonnes,
}

impl Mass {
    /// Every size, in the order it is offered.
    pub const ALL: [Self; 4] = [Self::Fitting, Self::Grams, Self::Kilograms, Self::Tonnes];

    /// The word in an address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fitting => "auto",
            Self::Grams => "g",
            Self::Kilograms => "kg",
            Self::Tonnes => "t",
        }
    }

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Fitting => "As it fits",
            Self::Grams => "Grams",
            Self::Kilograms => "Kilograms",
            Self::Tonnes => "Tonnes",
        }
    }

    /// Which of the steps g, kg and t it is; `None` where the number decides.
    #[must_use]
    pub const fn step(self) -> Option<usize> {
        match self {
            Self::Fitting => None,
            Self::Grams => Some(0),
            Self::Kilograms => Some(1),
            Self::Tonnes => Some(2),
        }
    }
}

/// Which direction of a change is good news.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Better {
    #[default]
    Lower,
    Higher,
    Neither,
}

/// A quantity with its interval and its evidence. `low <= central <= high`; an exact value has all three equal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    pub central: f64,
    pub low: f64,
    pub high: f64,
    pub unit: Unit,
    pub tier: Option<Tier>,
    pub completeness: Completeness,
}

impl Figure {
    /// A value without an interval: counts, hours, prices from a list.
    #[must_use]
    pub const fn exact(central: f64, unit: Unit) -> Self {
        Self { central, low: central, high: central, unit, tier: None, completeness: Completeness::Complete }
    }

    /// An estimated value with its interval and evidence tier.
    #[must_use]
    pub const fn estimated(central: f64, low: f64, high: f64, unit: Unit, tier: Tier) -> Self {
        Self { central, low, high, unit, tier: Some(tier), completeness: Completeness::Complete }
    }

    /// The same value, marked as known to leave something out.
    #[must_use]
    pub const fn lower_bound(mut self) -> Self {
        self.completeness = Completeness::LowerBound;
        self
    }

    /// True if the interval has a width worth printing.
    #[must_use]
    pub fn has_interval(&self) -> bool {
        self.low < self.high
    }
}

/// A value that may be missing, because missing is not zero. The text is one sentence for people.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    Ready(Figure),
    /// Data or a factor is absent.
    Unknown(String),
    /// A permission or a source is absent, so nobody looked.
    NotEvaluated(String),
    /// The resource is younger than the rule or window needs.
    TooNew(String),
}

impl Default for Shown {
    fn default() -> Self {
        Self::Unknown(String::new())
    }
}

impl From<Figure> for Shown {
    fn from(figure: Figure) -> Self {
        Self::Ready(figure)
    }
}

impl Shown {
    /// A value without an interval.
    #[must_use]
    pub const fn exact(central: f64, unit: Unit) -> Self {
        Self::Ready(Figure::exact(central, unit))
    }

    /// The figure, if there is one.
    #[must_use]
    pub const fn figure(&self) -> Option<&Figure> {
        match self {
            Self::Ready(figure) => Some(figure),
            Self::Unknown(_) | Self::NotEvaluated(_) | Self::TooNew(_) => None,
        }
    }
}
