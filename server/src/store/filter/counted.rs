//! What a row of the ledger `l` counts, in dollars and in micrograms.

use crate::store::selection::{Basis, CostBasis, Electricity, Hardware};

/// Dollars; one currency only, as in every sum.
pub(super) const fn cost(basis: Basis) -> &'static str {
    match basis.cost {
        CostBasis::List => "case when l.currency = 'USD' then l.cost_list end",
        CostBasis::Billed => "l.cost_billed",
        CostBasis::Effective => "l.cost_effective",
    }
}

/// Micrograms.
pub(super) const fn emissions(basis: Basis) -> &'static str {
    match (basis.electricity, basis.hardware) {
        (Electricity::Location, Hardware::Counted) => {
            "l.operational_ug + l.embodied_host_ug + l.embodied_accelerator_ug"
        }
        (Electricity::Location, Hardware::LeftOut) => "l.operational_ug",
        (Electricity::Market, Hardware::Counted) => "l.market_ug + l.embodied_host_ug + l.embodied_accelerator_ug",
        (Electricity::Market, Hardware::LeftOut) => "l.market_ug",
    }
}
