//! Replacing a coefficient by the operator's own, with name and reason.

use super::factor::{Factor, OVERRIDE};
use super::read::order;
use super::{FactorError, FactorSet};
use crate::explain::FactorUse;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A coefficient replaced by somebody who can give a reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Override {
    /// Which coefficient, such as `pue:us-east-1` or `accelerator_kappa_hbm`.
    pub factor_id: String,
    /// The new central value, in the unit of the coefficient.
    pub value: f64,
    /// The new lower bound.
    pub low: f64,
    /// The new upper bound.
    pub high: f64,
    /// Who answers for it.
    pub author: String,
    /// Why.
    pub reason: String,
}

impl Override {
    pub(super) fn hash_into(&self, hash: &mut Sha256) {
        for text in [&self.factor_id, &self.author, &self.reason] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
        for number in [self.value, self.low, self.high] {
            hash.update(number.to_be_bytes());
        }
    }
}

/// Puts one override in its place.
pub(super) fn apply(set: &mut FactorSet, change: &Override) -> Result<(), FactorError> {
    check(change)?;
    let unknown = || FactorError::UnknownFactor { id: change.factor_id.clone() };
    let Some((group, key)) = change.factor_id.split_once(':') else {
        let factor = set.coefficients.iter_mut().find(|factor| factor.id() == change.factor_id).ok_or_else(unknown)?;
        *factor = replaced(factor.shown(), change);
        return Ok(());
    };
    let slot = match group {
        "pue" => set.regions.get_mut(key).map(|region| &mut region.pue),
        "wue" => set.regions.get_mut(key).map(|region| &mut region.wue),
        "intensity" => set.regions.get_mut(key).map(|region| &mut region.intensity),
        "market_intensity" => set.regions.get_mut(key).map(|region| &mut region.market_intensity),
        "marginal_intensity" => set.regions.get_mut(key).map(|region| &mut region.marginal_intensity),
        "offsite_water" => set.regions.get_mut(key).map(|region| &mut region.offsite_water),
        "embodied_host" => set.instances.get_mut(key).map(|instance| &mut instance.embodied),
        "embodied_accelerator" => set.accelerators.get_mut(key).map(|accelerator| &mut accelerator.embodied),
        _ => return apply_power(set, group, key, change).ok_or_else(unknown),
    };
    let slot = slot.ok_or_else(unknown)?;
    // A place may lack a published figure that its operator knows: such an override creates it.
    let shown = slot.as_ref().map_or_else(|| created(group, key), |factor| factor.shown().clone());
    *slot = Some(replaced(&shown, change));
    Ok(())
}

/// Overrides of a power model that is already there; `None` where there is none.
fn apply_power(set: &mut FactorSet, group: &str, key: &str, change: &Override) -> Option<()> {
    if group == "host_power" {
        let host = set.instances.get_mut(key)?.host.as_mut()?;
        *host = host.overridden(replaced(host.factor.shown(), change));
        return Some(());
    }
    let power = set.accelerators.get_mut(key)?.power.as_mut()?;
    let factor = match group {
        "accelerator_idle_cold" => &mut power.idle_cold,
        "accelerator_idle_loaded" => &mut power.idle_loaded,
        _ => return None,
    };
    *factor = replaced(factor.shown(), change);
    Some(())
}

fn check(change: &Override) -> Result<(), FactorError> {
    let refused = |what: &str| FactorError::BadOverride { id: change.factor_id.clone(), what: what.to_owned() };
    order(change.value, change.low, change.high).map_err(refused)?;
    if change.author.trim().is_empty() || change.reason.trim().is_empty() {
        return Err(refused("it needs an author and a reason"));
    }
    let (least, most) = range(&change.factor_id);
    if change.low < least || change.high > most {
        return Err(refused(&format!("it must lie between {least} and {most}")));
    }
    Ok(())
}

/// What the unit allows.
fn range(id: &str) -> (f64, f64) {
    match id.split_once(':').map_or(id, |(group, _)| group) {
        "pue" => (1.0, 10.0),
        "hardware_lifetime_years" => (0.1, 100.0),
        "hours_per_year" => (8_760.0, 8_760.0),
        "measured_power_error" => (0.1, 10.0),
        "host_power" => (0.01, 1e6),
        "default_cpu_utilisation"
        | "default_endpoint_accelerator_utilisation"
        | "default_training_accelerator_share" => (0.0, 1.0),
        _ => (0.0, 1e9),
    }
}

fn replaced(shown: &FactorUse, change: &Override) -> Factor {
    Factor::new(FactorUse {
        value: change.value,
        low: change.low,
        high: change.high,
        source: format!("{}: {}", change.author, change.reason),
        licence: "own figure".to_owned(),
        tier: OVERRIDE.to_owned(),
        ..shown.clone()
    })
}

fn created(group: &str, key: &str) -> FactorUse {
    let (name, unit) = match group {
        "pue" => ("Power usage effectiveness", "1"),
        "wue" => ("Water used on site", "L/kWh IT"),
        "intensity" => ("Location-based grid intensity", "gCO2e/kWh"),
        "market_intensity" => ("Market-based grid intensity", "gCO2e/kWh"),
        "marginal_intensity" => ("Marginal grid intensity", "gCO2e/kWh"),
        "offsite_water" => ("Water used by the power plants", "L/kWh"),
        _ => ("Embodied emissions", "kgCO2e"),
    };
    FactorUse {
        id: format!("{group}:{key}"),
        name: format!("{name} of {key}"),
        value: 0.0,
        low: 0.0,
        high: 0.0,
        unit: unit.to_owned(),
        year: "not stated".to_owned(),
        source: String::new(),
        licence: String::new(),
        tier: String::new(),
        note: "No figure is published; the operator's own".to_owned(),
    }
}
