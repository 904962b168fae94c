//! Watts that a meter read, on their way into an hour and back out of sums.

use super::node_overhead;
use crate::estimate::sane;
use crate::factors::FactorSet;
use crate::interval::{GroupKey, PartSums};
use crate::refused::Refused;
use crate::tier::Tier;
use crate::units::{MicroWattHours, Watts};
use serde::{Deserialize, Serialize};

/// Beyond a hundred kilowatts an instance is a mistake.
const MOST_WATTS: f64 = 1e5;

/// What a meter read, mean W of one instance while it ran; nothing unless told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// All accelerators of the instance together, as the cards report it (NVML and alike): fans and power conversion
    /// of the node are not in it and are added. Ignored where the type has no accelerators.
    pub accelerators: Option<Watts>,
    /// The host without its accelerators (RAPL and alike); it stands for the whole host.
    pub host: Option<Watts>,
}

impl Measured {
    /// Watts as they are taken: none that no instance can draw, times `error`, true power over power read.
    pub(super) fn checked(self, error: f64) -> Result<Self, Refused> {
        let sound = |what: &str, watts: Option<Watts>| {
            watts.map(|watts| Ok(Watts::new(sane(what, watts.get(), MOST_WATTS)? * error))).transpose()
        };
        Ok(Self {
            accelerators: sound("measured accelerator watts", self.accelerators)?,
            host: sound("measured host watts", self.host)?,
        })
    }
}

/// The mean watts that a group of tier T0 was measured at, read back from its sums: of its accelerators where it has any,
/// else of its host. Nothing for any other tier, an unknown type, and a group that did not run.
#[must_use]
pub fn measured_in(factors: &FactorSet, key: &GroupKey, sums: &PartSums) -> Measured {
    let hours = sums.instance_seconds / 3_600.0;
    let Some(instance) = factors.instance(&key.instance_type).ok().filter(|_| key.tier == Tier::T0 && hours > 0.0)
    else {
        return Measured::default();
    };
    let error = factors.method().measured_power_error.value();
    let mean = |idle: MicroWattHours, dynamic: MicroWattHours, scale: f64| {
        (scale > 0.0).then(|| Watts::new((idle + dynamic).0 as f64 / 1e6 / hours / scale))
    };
    match &instance.fitted {
        Some(fitted) => {
            let scale = error * (1.0 + node_overhead(factors, fitted).value());
            Measured { accelerators: mean(sums.accelerator_idle, sums.accelerator_dynamic, scale), host: None }
        }
        None => Measured { accelerators: None, host: mean(sums.host_idle, sums.host_dynamic, error) },
    }
}
