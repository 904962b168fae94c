//! Every coefficient in one list, for the methodology page and for export.

use super::{Factor, FactorSet};
use crate::explain::FactorUse;

impl FactorSet {
    /// Every coefficient with its value, bounds, source and licence: method first, then regions, accelerators, hosts.
    #[must_use]
    pub fn all_factors(&self) -> Vec<FactorUse> {
        let regions = self.regions().flat_map(|region| {
            let grid = [&region.intensity, &region.market_intensity, &region.marginal_intensity];
            [&region.pue].into_iter().chain(grid).chain([&region.wue, &region.offsite_water]).flatten()
        });
        let accelerators = self.accelerators().flat_map(|accelerator| {
            let power = accelerator.power.iter().flat_map(|power| [&power.idle_cold, &power.idle_loaded]);
            power.chain(&accelerator.embodied)
        });
        let hosts = self
            .instances()
            .flat_map(|instance| instance.host.iter().map(|host| &host.factor).chain(&instance.embodied));
        self.coefficients().chain(regions).chain(accelerators).chain(hosts).map(Factor::shown).cloned().collect()
    }
}
