//! What a rule says of a subject on a day.

use crate::tier::Estimate;
use crate::units::{Grams, KilowattHours};
use serde::{Deserialize, Serialize};

/// The daily verdict. It is not the workflow state of a finding: people decide that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The condition holds.
    Fires,
    /// The condition was checked and does not hold.
    DoesNotFire,
    /// A required signal is missing: nothing is said.
    NotEvaluated,
    /// The subject is younger than the window.
    TooNew,
}

impl Verdict {
    /// The name, as stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fires => "fires",
            Self::DoesNotFire => "does_not_fire",
            Self::NotEvaluated => "not_evaluated",
            Self::TooNew => "too_new",
        }
    }
}

/// How sure the rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Every required signal over the full window.
    High,
    /// A partial window, or an intent that cannot be known.
    Medium,
    /// A required signal is inferred.
    Low,
}

impl Confidence {
    /// The name, as stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    /// The weight of a saving in a ranking.
    #[must_use]
    pub const fn weight(self) -> f64 {
        match self {
            Self::High => 1.0,
            Self::Medium => 0.6,
            Self::Low => 0.3,
        }
    }
}

/// How soon somebody should look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// In the ordinary round.
    Normal,
    /// It keeps happening.
    High,
}

/// A figure with its interval, in the unit its field names.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// The low end.
    pub low: f64,
    /// The central value.
    pub central: f64,
    /// The high end.
    pub high: f64,
}

/// Beyond this size a figure is a mistake, whatever its unit.
const MOST: f64 = 1e15;

/// A figure that can have been measured; anything else, not-a-number first, is as good as missing.
pub(super) fn measured(value: Option<f64>) -> Option<f64> {
    value.filter(|value| (0.0..=MOST).contains(value))
}

impl Range {
    /// Whether the three numbers can be a figure: measurable and in order.
    fn is_sound(&self) -> bool {
        [self.low, self.central, self.high].into_iter().all(|value| measured(Some(value)).is_some())
            && self.low <= self.central
            && self.central <= self.high
    }

    /// A figure without a spread.
    #[must_use]
    pub const fn exact(value: f64) -> Self {
        Self { low: value, central: value, high: value }
    }

    /// All three numbers times a factor of at least zero.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self { low: self.low * factor, central: self.central * factor, high: self.high * factor }
    }
}

/// The footprint of the hours a rule judges, already with intervals: ranges are never added up here.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Footprint {
    /// Facility energy, kWh.
    pub kwh: Range,
    /// Location-based emissions, gCO2e.
    pub operational_g: Range,
    /// Embodied emissions, gCO2e.
    pub embodied_g: Range,
}

impl Footprint {
    fn is_sound(&self) -> bool {
        [self.kwh, self.operational_g, self.embodied_g].iter().all(Range::is_sound)
    }

    /// Takes the three figures from their estimates.
    #[must_use]
    pub fn of(energy: Estimate<KilowattHours>, operational: Estimate<Grams>, embodied: Estimate<Grams>) -> Self {
        let grams = |estimate: Estimate<Grams>| Range {
            low: estimate.low.get(),
            central: estimate.central.get(),
            high: estimate.high.get(),
        };
        Self {
            kwh: Range { low: energy.low.get(), central: energy.central.get(), high: energy.high.get() },
            operational_g: grams(operational),
            embodied_g: grams(embodied),
        }
    }
}

/// What acting would save in a month; a part that cannot be known is `None` and says why.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Savings {
    /// US dollars a month.
    pub usd_month: Option<Range>,
    /// kWh a month.
    pub kwh_month: Option<Range>,
    /// Location-based gCO2e a month.
    pub operational_g_month: Option<Range>,
    /// Embodied gCO2e a month: freed for others, not undone.
    pub embodied_g_month: Option<Range>,
    /// Why a part is missing.
    pub null_reason: Option<String>,
}

impl Savings {
    /// Savings from what the window held, times `scale`; `missing` names what could not be priced or estimated.
    pub(crate) fn scaled(usd: Option<f64>, footprint: Option<Footprint>, scale: f64, missing: [&str; 2]) -> Self {
        let [no_price, no_footprint] = missing;
        let (usd, footprint) = (measured(usd), footprint.filter(Footprint::is_sound));
        let reasons: Vec<&str> =
            usd.is_none().then_some(no_price).into_iter().chain(footprint.is_none().then_some(no_footprint)).collect();
        Self {
            usd_month: usd.map(|usd| Range::exact(usd * scale)),
            kwh_month: footprint.map(|footprint| footprint.kwh.scaled(scale)),
            operational_g_month: footprint.map(|footprint| footprint.operational_g.scaled(scale)),
            embodied_g_month: footprint.map(|footprint| footprint.embodied_g.scaled(scale)),
            null_reason: (!reasons.is_empty()).then(|| reasons.join(" ")),
        }
    }

    /// No savings, because nothing is proposed.
    pub(crate) fn none(reason: &str) -> Self {
        Self { null_reason: Some(reason.to_owned()), ..Self::default() }
    }
}

/// One fact a verdict rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What was looked at.
    pub name: String,
    /// What was found.
    pub value: String,
    /// Its unit.
    pub unit: String,
    /// The stretch of time.
    pub window: String,
}

impl Evidence {
    pub(crate) fn new(name: &str, value: impl ToString, unit: &str, window: &str) -> Self {
        Self { name: name.to_owned(), value: value.to_string(), unit: unit.to_owned(), window: window.to_owned() }
    }
}

/// A rule's verdict on one subject with everything it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The rule.
    pub rule_id: String,
    /// The version of the rule.
    pub rule_version: String,
    /// The verdict.
    pub verdict: Verdict,
    /// How far it has come, where the rule has stages.
    pub stage: Option<String>,
    /// How soon to look.
    pub priority: Priority,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// Share of the expected data points that were there, 0 to 1.
    pub coverage: f64,
    /// One sentence for people.
    pub reason: String,
    /// The facts.
    pub evidence: Vec<Evidence>,
    /// What acting would save.
    pub savings: Savings,
}
