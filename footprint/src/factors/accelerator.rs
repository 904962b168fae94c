//! What an accelerator draws and what making it cost.

use super::factor::Factor;

/// Accelerators whose power at full utilisation stands in the same relation to their cap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KappaClass {
    /// High-bandwidth-memory parts from 2020 on.
    Hbm,
    /// V100 and older.
    Pre2020,
    /// Inference cards with a high cap.
    InferenceCard,
    /// Cards of 75 W or less.
    SmallCard,
}

impl KappaClass {
    /// The name, as the tables spell it.
    #[must_use]
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Hbm => "hbm",
            Self::InferenceCard => "inference_card",
            Self::Pre2020 => "pre2020",
            Self::SmallCard => "small_card",
        }
    }

    /// The value of this name.
    pub(super) fn named(text: &str) -> Option<Self> {
        [Self::Hbm, Self::InferenceCard, Self::Pre2020, Self::SmallCard].into_iter().find(|each| each.as_str() == text)
    }
}

/// Which ends of an accelerator's curve were seen on a running card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observed {
    /// Idle and load.
    IdleAndLoad,
    /// Idle only.
    Idle,
    /// Neither.
    Nothing,
}

impl Observed {
    /// The name, as the tables spell it.
    #[must_use]
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::IdleAndLoad => "idle_and_load",
            Self::Idle => "idle",
            Self::Nothing => "none",
        }
    }

    /// The value of this name.
    pub(super) fn named(text: &str) -> Option<Self> {
        [Self::IdleAndLoad, Self::Idle, Self::Nothing].into_iter().find(|each| each.as_str() == text)
    }
}

/// The power model of an accelerator.
#[derive(Clone, Debug)]
pub struct AcceleratorPower {
    /// Power cap, W.
    pub cap_w: f64,
    /// Power with no context on it, W.
    pub idle_cold: Factor,
    /// Power with a model resident and no work, W.
    pub idle_loaded: Factor,
    /// The class of its full-load power.
    pub kappa: KappaClass,
    /// What was observed.
    pub observed: Observed,
}

/// An accelerator.
#[derive(Clone, Debug)]
pub struct Accelerator {
    /// The identifier, such as `A100-40`.
    pub id: String,
    /// The product name.
    pub name: String,
    /// Memory, GB, where published.
    pub memory_gb: Option<f64>,
    /// Its power, where anybody has published or observed it.
    pub power: Option<AcceleratorPower>,
    /// Embodied emissions, kgCO2e, where published.
    pub embodied: Option<Factor>,
    /// What the reader should know.
    pub note: String,
}
