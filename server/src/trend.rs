//! What can be followed over time, and how much of it there is: exact, so that groups, totals and files are one number.

use app::view::Unit;
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive as _, ToPrimitive as _};

use crate::kind::Kind;
use crate::store::part::{Part, plus};
use crate::store::selection::{Basis, CostBasis, Electricity, Hardware};

/// A figure of the ledger that is followed over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// List cost.
    Cost,
    /// What AWS billed.
    Billed,
    /// The same with commitments spread over what they covered.
    Effective,
    /// Energy of the facility.
    Energy,
    /// Water on and off site.
    Water,
    /// Operational and embodied emissions.
    Emissions,
    /// Operational emissions, market-based, and embodied ones.
    MarketEmissions,
    /// Of the electricity, location-based.
    OperationalLocation,
    /// Of the electricity, market-based.
    OperationalMarket,
    /// Of making the hardware.
    Embodied,
    /// Operational emissions over energy.
    Grid,
    /// Instance-hours.
    Hours,
    /// Share of the endpoints' instance-hours that served nothing.
    Idle,
    /// Requests.
    Requests,
    /// Emissions of endpoints over their requests.
    PerThousand,
}

impl Metric {
    /// Every metric, in the order it is offered.
    pub const ALL: [Self; 15] = [
        Self::Cost,
        Self::Billed,
        Self::Effective,
        Self::Energy,
        Self::Water,
        Self::Emissions,
        Self::MarketEmissions,
        Self::OperationalLocation,
        Self::OperationalMarket,
        Self::Embodied,
        Self::Grid,
        Self::Hours,
        Self::Idle,
        Self::Requests,
        Self::PerThousand,
    ];

    /// The word in an address and in a file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Billed => "billed",
            Self::Effective => "effective",
            Self::Energy => "kwh",
            Self::Water => "water",
            Self::Emissions => "co2e",
            Self::MarketEmissions => "co2e_mb",
            Self::OperationalLocation => "op_lb",
            Self::OperationalMarket => "op_mb",
            Self::Embodied => "embodied",
            Self::Grid => "grid",
            Self::Hours => "hours",
            Self::Idle => "idle",
            Self::Requests => "requests",
            Self::PerThousand => "intensity",
        }
    }

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Cost => "Cost",
            Self::Billed => "Billed cost",
            Self::Effective => "Effective cost",
            Self::Energy => "Energy",
            Self::Water => "Water",
            Self::Emissions => "Emissions",
            Self::MarketEmissions => "Emissions (market-based)",
            Self::OperationalLocation => "Operational emissions (location-based)",
            Self::OperationalMarket => "Operational emissions (market-based)",
            Self::Embodied => "Embodied emissions",
            Self::Grid => "Grid intensity",
            Self::Hours => "Instance-hours",
            Self::Idle => "Idle share of endpoints",
            Self::Requests => "Requests",
            Self::PerThousand => "CO₂e per 1\u{202f}000 requests",
        }
    }

    /// What it is a figure of, as a list of all of them is parted.
    #[must_use]
    pub const fn theme(self) -> &'static str {
        match self {
            Self::Cost | Self::Billed | Self::Effective => "Cost",
            Self::Energy | Self::Water => "Energy and water",
            Self::Emissions
            | Self::MarketEmissions
            | Self::OperationalLocation
            | Self::OperationalMarket
            | Self::Embodied
            | Self::Grid => "Emissions",
            Self::Hours | Self::Idle | Self::Requests | Self::PerThousand => "Use",
        }
    }

    /// The unit on a page.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::Cost | Self::Billed | Self::Effective => Unit::Usd,
            Self::Energy => Unit::KilowattHours,
            Self::Water => Unit::Litres,
            Self::Emissions
            | Self::MarketEmissions
            | Self::OperationalLocation
            | Self::OperationalMarket
            | Self::Embodied => Unit::GramsCo2e,
            Self::Grid => Unit::GramsPerKilowattHour,
            Self::Hours => Unit::Hours,
            Self::Idle => Unit::Percent,
            Self::Requests => Unit::Count,
            Self::PerThousand => Unit::GramsPerThousand,
        }
    }

    /// The unit in a file.
    #[must_use]
    pub const fn unit_word(self) -> &'static str {
        match self {
            Self::Cost | Self::Billed | Self::Effective => "USD",
            Self::Energy => "kWh",
            Self::Water => "L",
            Self::Emissions
            | Self::MarketEmissions
            | Self::OperationalLocation
            | Self::OperationalMarket
            | Self::Embodied => "gCO2e",
            Self::Grid => "gCO2e/kWh",
            Self::Hours => "h",
            Self::Idle => "%",
            Self::Requests => "requests",
            Self::PerThousand => "gCO2e/1000 requests",
        }
    }

    /// A ratio does not stack, and has no share of a whole.
    #[must_use]
    pub const fn is_ratio(self) -> bool {
        matches!(self, Self::Grid | Self::Idle | Self::PerThousand)
    }

    /// Whether what did not run comes to zero: a ratio of nothing is not known, and a bill tells by itself.
    #[must_use]
    pub const fn is_nothing_zero(self) -> bool {
        !self.is_ratio() && !matches!(self, Self::Billed | Self::Effective)
    }

    /// Whether it rests on how much a machine had to do.
    #[must_use]
    pub const fn rests_on_load(self) -> bool {
        matches!(
            self,
            Self::Energy
                | Self::Water
                | Self::Emissions
                | Self::MarketEmissions
                | Self::OperationalLocation
                | Self::OperationalMarket
                | Self::PerThousand
        )
    }

    /// Whether hours hold it: prices and bills are of days.
    #[must_use]
    pub const fn is_of_hours(self) -> bool {
        !matches!(self, Self::Cost | Self::Billed | Self::Effective)
    }

    /// Whether it is summed from footprints alone.
    #[must_use]
    pub const fn is_of_footprints(self) -> bool {
        self.is_of_hours() && !matches!(self, Self::Hours | Self::Idle | Self::Requests | Self::PerThousand)
    }

    /// Whether a part of the ledger is looked at: idleness and requests are those of endpoints.
    #[must_use]
    pub fn concerns(self, kind: Kind) -> bool {
        !matches!(self, Self::Idle | Self::PerThousand) || kind == Kind::Endpoint
    }

    /// The metric that a page with this basis means by it. Ratios stay as they are.
    #[must_use]
    pub const fn counted(self, basis: Basis) -> Self {
        match (self, basis.cost, basis.electricity, basis.hardware) {
            (Self::Cost, CostBasis::Billed, _, _) => Self::Billed,
            (Self::Cost, CostBasis::Effective, _, _) => Self::Effective,
            (Self::Emissions, _, Electricity::Location, Hardware::LeftOut) => Self::OperationalLocation,
            (Self::Emissions, _, Electricity::Market, Hardware::Counted) => Self::MarketEmissions,
            (Self::Emissions, _, Electricity::Market, Hardware::LeftOut) => Self::OperationalMarket,
            (metric, _, _, _) => metric,
        }
    }

    /// The metric of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.as_str() == word)
    }

    /// What a ratio of one over one is worth in its unit.
    const fn factor(self) -> Decimal {
        match self {
            Self::Idle => Decimal::ONE_HUNDRED,
            Self::PerThousand => Decimal::ONE_THOUSAND,
            _ => Decimal::ONE,
        }
    }
}

/// How much of a metric there is: a sum, or a ratio by its two sums. `None` is not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amount {
    /// The sum, or what is divided.
    pub top: Option<Decimal>,
    /// What a ratio is divided by.
    pub bottom: Option<Decimal>,
    /// Whether something of it is not known without which there is no sum.
    pub lacks: bool,
}

impl Amount {
    /// What a part of the ledger holds.
    #[must_use]
    pub fn of(metric: Metric, part: &Part) -> Self {
        let sums = part.footprint.as_ref().map(|(_, sums)| sums);
        let operational = sums.map(|sums| micro(sums.operational.0, 6));
        let embodied = sums.map(|sums| micro(sums.embodied().0, 6));
        let emissions = sums.map(|sums| micro(sums.operational.0 + sums.embodied().0, 6));
        let energy = sums.map(|sums| micro(sums.facility.0, 9));
        let requests = part.requests.and_then(|requests| rounded(requests, 6));
        let seconds = part.instance_seconds.and_then(|seconds| rounded(seconds, 3));
        let sum = |top| Self { top, ..Self::default() };
        let ratio = |top, bottom| Self { top, bottom, lacks: false };
        // Where some of the electricity has no market-based factor, what is known of the rest is no figure of the whole.
        let of_market = |top: Option<Decimal>| Self { top, bottom: None, lacks: sums.is_some() && top.is_none() };
        match metric {
            Metric::Cost => sum(part.cost),
            Metric::Billed => sum(part.cost_billed),
            Metric::Effective => sum(part.cost_effective),
            Metric::Energy => sum(energy),
            Metric::Water => sum(sums.map(|sums| micro(sums.water.0, 6))),
            Metric::Emissions => sum(emissions),
            Metric::OperationalLocation => sum(operational),
            Metric::OperationalMarket => of_market(sums.and(part.market).map(|market| micro(market.0, 6))),
            Metric::MarketEmissions => {
                of_market(sums.zip(part.market).map(|(sums, market)| micro(market.0 + sums.embodied().0, 6)))
            }
            Metric::Embodied => sum(embodied),
            Metric::Grid => ratio(operational, energy),
            // Rounded once a part, far below what a page shows, so that every sum of them is exact.
            Metric::Hours => sum(part.instance_seconds.and_then(|seconds| rounded(seconds / 3600.0, 9))),
            Metric::Idle => {
                let is_known = part.idle_seconds > 0.0 || part.metric_seconds > 0.0;
                ratio(rounded(part.idle_seconds, 3).filter(|_| is_known), seconds)
            }
            Metric::Requests => sum(requests),
            Metric::PerThousand => ratio(emissions, requests),
        }
    }

    /// Adds another amount of the same metric.
    pub fn add(&mut self, other: Self) {
        self.top = plus(self.top, other.top);
        self.bottom = plus(self.bottom, other.bottom);
        self.lacks |= other.lacks;
    }

    /// The figure, in the metric's unit.
    #[must_use]
    pub fn value(self, metric: Metric) -> Option<Decimal> {
        if !metric.is_ratio() {
            return self.top.filter(|_| !self.lacks);
        }
        let bottom = self.bottom.filter(|bottom| !bottom.is_zero())?;
        (self.top? * metric.factor()).checked_div(bottom)
    }

    /// The same for a drawing.
    #[must_use]
    pub fn drawn(self, metric: Metric) -> Option<f64> {
        self.value(metric).and_then(|value| value.to_f64())
    }

    /// How heavy a group is among others: its sum, or what its ratio is divided by.
    #[must_use]
    pub fn weight(self, metric: Metric) -> Decimal {
        if metric.is_ratio() { self.bottom } else { self.top }.unwrap_or_default()
    }
}

/// Whole micro-units as an exact decimal number.
fn micro(units: i64, places: u32) -> Decimal {
    Decimal::from_i128_with_scale(i128::from(units), places)
}

fn rounded(value: f64, places: u32) -> Option<Decimal> {
    Decimal::from_f64(value).map(|value| value.round_dp(places))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(top: i64, bottom: i64) -> Amount {
        Amount { top: Some(Decimal::from(top)), bottom: Some(Decimal::from(bottom)), lacks: false }
    }

    #[test]
    fn words_are_read_back() {
        for metric in Metric::ALL {
            assert_eq!(Metric::parse(metric.as_str()), Some(metric));
        }
        assert_eq!(Metric::parse("euros"), None);
    }

    #[test]
    fn ratios_add_by_their_two_sums() {
        let mut sum = amount(1, 4);
        sum.add(amount(1, 1));
        assert_eq!(sum.value(Metric::Idle), Some(Decimal::from(40)), "and not the mean of 25 and 100");
        assert_eq!(amount(3, 2_000).value(Metric::PerThousand), Some(Decimal::new(15, 1)));
        assert_eq!(amount(3, 0).value(Metric::Grid), None, "nothing over nothing is not known");
        assert_eq!(sum.weight(Metric::Idle), Decimal::from(5));
    }

    #[test]
    fn what_is_not_known_adds_nothing() {
        let mut sum = Amount::default();
        assert_eq!(sum.value(Metric::Cost), None);
        let one = Amount { top: Some(Decimal::ONE), ..Amount::default() };
        sum.add(one);
        sum.add(Amount::default());
        assert_eq!(sum.value(Metric::Cost), Some(Decimal::ONE));
        sum.add(Amount { lacks: true, ..Amount::default() });
        sum.add(one);
        assert_eq!(sum.value(Metric::OperationalMarket), None, "a part of it is no figure of the whole");
    }

    #[test]
    fn a_list_of_all_is_parted_into_themes_without_tearing_one() {
        let themes: Vec<&str> =
            Metric::ALL.chunk_by(|a, b| a.theme() == b.theme()).map(|some| some[0].theme()).collect();
        assert_eq!(themes, ["Cost", "Energy and water", "Emissions", "Use"]);
        let of_days: Vec<&str> =
            Metric::ALL.into_iter().filter(|each| !each.is_of_hours()).map(Metric::as_str).collect();
        assert_eq!(of_days, ["cost", "billed", "effective"]);
    }
}
