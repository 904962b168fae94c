//! What a selection rests on: its worst tier and what is missing from it.

use super::sums::GroupKey;
use crate::factors::{FactorSet, Instance, Site};
use crate::tier::{Completeness, Tier};

/// The quality of a selection while its groups are added.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quality {
    pub(super) worst_tier: Tier,
    pub(super) completeness: Completeness,
    pub(super) water_completeness: Completeness,
}

impl Default for Quality {
    fn default() -> Self {
        Self { worst_tier: Tier::T0, completeness: Completeness::Complete, water_completeness: Completeness::Complete }
    }
}

impl Quality {
    /// The machine and the place of a group; `None`, and a mark, where these factors do not know one of them.
    pub(super) fn admit<'a>(&mut self, factors: &'a FactorSet, key: &GroupKey) -> Option<(&'a Instance, Site<'a>)> {
        let known = factors
            .instance(&key.instance_type)
            .ok()
            .zip(factors.region(&key.region).ok().and_then(|region| region.site().ok()));
        let Some((instance, site)) = known else {
            self.worst_tier = Tier::T4;
            self.completeness = Completeness::LowerBound;
            self.water_completeness = Completeness::LowerBound;
            return None;
        };
        self.worst_tier = self.worst_tier.max(key.tier);
        if key.tier == Tier::T4 || lacks_embodied(factors, instance) {
            self.completeness = Completeness::LowerBound;
        }
        if site.offsite_water.is_none() {
            self.water_completeness = Completeness::LowerBound;
        }
        known
    }
}

/// Whether a published figure of what making the machine cost is missing.
fn lacks_embodied(factors: &FactorSet, instance: &Instance) -> bool {
    let accelerator = |id: &str| factors.accelerator(id).and_then(|part| part.embodied.as_ref());
    instance.embodied.is_none()
        || instance.fitted.as_ref().is_some_and(|fitted| accelerator(&fitted.accelerator).is_none())
}
