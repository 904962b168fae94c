//! What an accelerator draws and what making it cost.

use super::factor::Factor;
use serde::{Deserialize, Serialize};

/// Accelerators whose power at full utilisation stands in the same relation to their cap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// Which ends of an accelerator's curve were seen on a running card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Observed {
    /// Idle and load.
    IdleAndLoad,
    /// Idle only.
    Idle,
    /// Neither.
    Nothing,
}

/// The power model of an accelerator.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Serialize, Deserialize)]
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
