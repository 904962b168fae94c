//! What other factors would change, computed over stored usage and written nowhere.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use footprint::{Comparison, FactorSet, GroupKey, PartSums, Tier, Totals, WorkloadKind, compare, totals};

use super::EstimateError;
use super::ledger::footprint_of_group;
use crate::store::Connection;
use crate::store::usage::{self, UsageGroup};

/// The same usage under two factor sets.
#[derive(Debug, Clone)]
pub struct Effect {
    /// Instance-hours that went in, h.
    pub instance_hours: f64,
    /// Under the factors in force.
    pub before: Totals,
    /// Under the proposed ones.
    pub after: Totals,
    /// The difference, under the same draws on both sides.
    pub change: Comparison,
    /// Both by region, in name order.
    pub regions: Vec<RegionEffect>,
    /// Instance-hours that neither set can estimate, h.
    pub unknown_hours: f64,
}

/// One region under both factor sets.
#[derive(Debug, Clone)]
pub struct RegionEffect {
    /// The region.
    pub region: String,
    /// Under the factors in force.
    pub before: Totals,
    /// Under the proposed ones.
    pub after: Totals,
    /// The difference, under the same draws on both sides.
    pub change: Comparison,
}

/// Estimates the usage of the scope in `[from, to)` under both factor sets, each hour with the intensity of the year: what
/// a factor changes is not to be blurred by the weather of the grid.
///
/// # Errors
/// When the database refuses.
pub async fn preview(
    connection: &mut Connection,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    in_force: &FactorSet,
    proposed: &FactorSet,
) -> Result<Effect, EstimateError> {
    let usage = usage::groups_between(connection, from, to).await?;
    let (before, after) = (Groups::of(&usage, in_force), Groups::of(&usage, proposed));
    let mut regions: Vec<&String> = before.regions().chain(after.regions()).collect();
    regions.sort_unstable();
    regions.dedup();
    let regions = regions
        .into_iter()
        .map(|region| RegionEffect {
            region: region.clone(),
            before: totals(in_force, &before.of_region(region)),
            after: totals(proposed, &after.of_region(region)),
            change: compare(in_force, &before.of_region(region), proposed, &after.of_region(region)),
        })
        .collect();
    Ok(Effect {
        instance_hours: usage.iter().map(|group| group.instance_seconds / 3_600.0).sum(),
        before: totals(in_force, &before.sums),
        after: totals(proposed, &after.sums),
        change: compare(in_force, &before.sums, proposed, &after.sums),
        regions,
        unknown_hours: before.unknown_hours,
    })
}

/// Sums per instance type, region, kind and tier.
#[derive(Default)]
struct Groups {
    sums: Vec<(GroupKey, PartSums)>,
    unknown_hours: f64,
}

impl Groups {
    fn of(usage: &[UsageGroup], factors: &FactorSet) -> Self {
        let mut sums: BTreeMap<(&str, &str, WorkloadKind, Tier), PartSums> = BTreeMap::new();
        let mut unknown_hours = 0.0;
        for group in usage {
            match footprint_of_group(group, factors) {
                Some((kind, parts)) => {
                    let key = (group.instance_type.as_str(), group.region.as_str(), kind, parts.tier);
                    *sums.entry(key).or_default() += PartSums::of(&parts, group.instance_seconds);
                }
                None => unknown_hours += group.instance_seconds / 3_600.0,
            }
        }
        let keyed = |((instance_type, region, kind, tier), sums): ((&str, &str, WorkloadKind, Tier), PartSums)| {
            let key = GroupKey { instance_type: instance_type.to_owned(), region: region.to_owned(), kind, tier };
            (key, sums)
        };
        Self { sums: sums.into_iter().map(keyed).collect(), unknown_hours }
    }

    fn regions(&self) -> impl Iterator<Item = &String> {
        self.sums.iter().map(|(key, _)| &key.region)
    }

    fn of_region(&self, region: &str) -> Vec<(GroupKey, PartSums)> {
        self.sums.iter().filter(|(key, _)| key.region == region).cloned().collect()
    }
}
