//! The exact sums an interval is computed from.

use crate::estimate::HourParts;
use crate::tier::{Tier, WorkloadKind};
use crate::units::{MicroWattHours, Micrograms, Microlitres};
use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// What must be equal for parts to be summed before the draws.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Debug, Hash, Serialize, Deserialize)]
pub struct GroupKey {
    /// The instance type.
    pub instance_type: String,
    /// The region.
    pub region: String,
    /// Training or endpoint.
    pub kind: WorkloadKind,
    /// The evidence tier.
    pub tier: Tier,
}

/// Sums of [`HourParts`].
#[derive(Default, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartSums {
    /// IT energy of hosts doing nothing.
    pub host_idle: MicroWattHours,
    /// IT energy the load added to the hosts.
    pub host_dynamic: MicroWattHours,
    /// IT energy of accelerators doing nothing.
    pub accelerator_idle: MicroWattHours,
    /// IT energy the load added to the accelerators.
    pub accelerator_dynamic: MicroWattHours,
    /// IT energy of storage.
    pub storage: MicroWattHours,
    /// Energy of data that left the region.
    pub network: MicroWattHours,
    /// Facility energy.
    pub facility: MicroWattHours,
    /// Location-based emissions.
    pub operational: Micrograms,
    /// The hosts' embodied share.
    pub embodied_host: Micrograms,
    /// The accelerators' embodied share.
    pub embodied_accelerator: Micrograms,
    /// Water.
    pub water: Microlitres,
    /// Seconds times instances.
    pub instance_seconds: f64,
}

impl PartSums {
    /// The sums of one bucket that ran for this many instance-seconds.
    #[must_use]
    pub const fn of(parts: &HourParts, instance_seconds: f64) -> Self {
        Self {
            host_idle: parts.host_idle,
            host_dynamic: parts.host_dynamic,
            accelerator_idle: parts.accelerator_idle,
            accelerator_dynamic: parts.accelerator_dynamic,
            storage: parts.storage,
            network: parts.network,
            facility: parts.facility,
            operational: parts.operational,
            embodied_host: parts.embodied_host,
            embodied_accelerator: parts.embodied_accelerator,
            water: parts.water,
            instance_seconds,
        }
    }

    /// All energy of the machines.
    #[must_use]
    pub fn it(&self) -> MicroWattHours {
        [self.host_idle, self.host_dynamic, self.accelerator_idle, self.accelerator_dynamic, self.storage, self.network]
            .into_iter()
            .sum()
    }

    /// All embodied emissions.
    #[must_use]
    pub fn embodied(&self) -> Micrograms {
        self.embodied_host + self.embodied_accelerator
    }
}

impl AddAssign for PartSums {
    fn add_assign(&mut self, other: Self) {
        self.host_idle += other.host_idle;
        self.host_dynamic += other.host_dynamic;
        self.accelerator_idle += other.accelerator_idle;
        self.accelerator_dynamic += other.accelerator_dynamic;
        self.storage += other.storage;
        self.network += other.network;
        self.facility += other.facility;
        self.operational += other.operational;
        self.embodied_host += other.embodied_host;
        self.embodied_accelerator += other.embodied_accelerator;
        self.water += other.water;
        self.instance_seconds += other.instance_seconds;
    }
}
