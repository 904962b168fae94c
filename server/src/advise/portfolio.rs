//! What all findings together could save: each thing counted once, the interval drawn once.

use std::collections::BTreeMap;

use footprint::units::Grams;
use footprint::{Estimate, FactorSet, GroupKey, PartSums, Totals};

use super::stored::Headline;

/// Savings a month over several findings without counting anything twice.
#[derive(Debug, Clone)]
pub struct Potential {
    /// Dollars a month of those with a price; list prices have no interval. `None` where no finding has one.
    pub usd_month: Option<f64>,
    /// The footprint a month would be rid of; `None` where no finding has one.
    pub footprint: Option<Totals>,
    /// What the grids would emit less a month, by their marginal intensities; for the decision, in no inventory. `None` where
    /// no finding has a footprint or a region has no such figure.
    pub marginal: Option<Estimate<Grams>>,
    /// Findings left out because another of their group is counted.
    pub overlapping: u64,
}

/// Adds up findings: of each group the one with the highest central emissions counts, dollars break a tie.
pub fn potential<'a>(factors: &FactorSet, headlines: impl Iterator<Item = (i32, &'a Headline)>) -> Potential {
    let mut winners: BTreeMap<(i32, &str), &Headline> = BTreeMap::new();
    let mut overlapping = 0;
    for (account_id, headline) in headlines {
        winners
            .entry((account_id, headline.group.as_str()))
            .and_modify(|winner| {
                overlapping += 1;
                if weight(headline) > weight(winner) {
                    *winner = headline;
                }
            })
            .or_insert(headline);
    }
    let priced: Vec<f64> =
        winners.values().filter_map(|winner| winner.savings.usd_month.as_ref()).map(|range| range.central).collect();
    let mut sums: BTreeMap<GroupKey, PartSums> = BTreeMap::new();
    for row in winners.values().flat_map(|winner| &winner.basis) {
        *sums.entry(row.key.clone()).or_default() += row.sums;
    }
    let groups: Vec<(GroupKey, PartSums)> = sums.into_iter().collect();
    Potential {
        usd_month: (!priced.is_empty()).then(|| priced.iter().sum()),
        footprint: (!groups.is_empty()).then(|| footprint::totals(factors, &groups)),
        marginal: if groups.is_empty() { None } else { footprint::marginal(factors, &groups) },
        overlapping,
    }
}

// Dollars only ever decide between equal emissions.
fn weight(headline: &Headline) -> (f64, f64) {
    let central = |range: &Option<footprint::advise::Range>| range.as_ref().map_or(0.0, |range| range.central);
    (central(&headline.savings.operational_g_month), central(&headline.savings.usd_month))
}
