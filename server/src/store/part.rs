//! A part of the ledger: the exact sums of one instance type, region, kind and evidence tier.

use footprint::units::{MicroWattHours, Micrograms, Microlitres};
use footprint::{GroupKey, PartSums, Tier};
use rust_decimal::Decimal;
use sqlx::FromRow;

use super::StoreError;
use super::selection::{Basis, CostBasis, Electricity, Hardware};
use crate::kind::Kind;

/// A group of the ledger as the statements of `filter` and of one resource give it.
#[derive(Debug, Clone, FromRow)]
pub struct PartRow {
    /// Instance type.
    pub instance_type: String,
    /// Region.
    pub region: String,
    /// The word of a [`Kind`].
    pub kind: String,
    /// `T0` to `T4`, or `unknown`.
    pub tier: String,
    /// A day of it is a lower bound or unknown.
    pub is_partial: bool,
    /// Seconds times instances.
    pub instance_seconds: Option<f64>,
    /// AWS gave no times for some of it.
    pub is_untimed: bool,
    /// Instance-seconds in hours that served nothing.
    pub idle_seconds: f64,
    /// Instance-seconds with a utilisation series.
    pub metric_seconds: f64,
    /// Requests; `None` is no series.
    pub requests: Option<f64>,
    /// Energy of idle hosts.
    pub host_idle_uwh: Option<i64>,
    /// Energy the load added to hosts.
    pub host_dynamic_uwh: Option<i64>,
    /// Energy of idle accelerators.
    pub accelerator_idle_uwh: Option<i64>,
    /// Energy the load added to accelerators.
    pub accelerator_dynamic_uwh: Option<i64>,
    /// Energy of storage.
    pub storage_uwh: Option<i64>,
    /// Energy of the network.
    pub network_uwh: Option<i64>,
    /// Energy of the facility.
    pub facility_uwh: Option<i64>,
    /// Location-based emissions.
    pub operational_ug: Option<i64>,
    /// Market-based emissions.
    pub market_ug: Option<i64>,
    /// The hosts' embodied share.
    pub embodied_host_ug: Option<i64>,
    /// The accelerators' embodied share.
    pub embodied_accelerator_ug: Option<i64>,
    /// Water.
    pub water_ul: Option<i64>,
    /// Of the facility's energy, what was weighed with the intensity of its own hour.
    pub hourly_uwh: Option<i64>,
    /// List cost, US dollars.
    pub cost_list: Option<Decimal>,
    /// Instance-seconds the list price covers.
    pub priced_seconds: f64,
    /// Of those, what is priced by a dated table and not by AWS' list.
    pub indicative_seconds: f64,
    /// Billed cost, US dollars; `None` where no bill names it.
    pub cost_billed: Option<Decimal>,
    /// The same with commitments spread over what they covered.
    pub cost_effective: Option<Decimal>,
    /// Instance-seconds that the bill covers.
    pub billed_seconds: f64,
    /// List cost with a team, US dollars.
    pub attributed_cost: Option<Decimal>,
    /// The teams, joined.
    pub team: Option<String>,
}

/// The same, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Instance type.
    pub instance_type: String,
    /// Region.
    pub region: String,
    /// What the resource is.
    pub kind: Kind,
    /// The exact sums with their tier; `None` where the factors do not know the instance type.
    pub footprint: Option<(Tier, PartSums)>,
    /// Market-based emissions, where they are known.
    pub market: Option<Micrograms>,
    /// Of the facility's energy, what was weighed with the intensity of its own hour.
    pub hourly: MicroWattHours,
    /// Whether it is known to leave something out.
    pub is_partial: bool,
    /// Seconds times instances that AWS gave times for.
    pub instance_seconds: Option<f64>,
    /// Whether AWS gave no times for some of it.
    pub is_untimed: bool,
    /// Instance-seconds in hours that served nothing.
    pub idle_seconds: f64,
    /// Instance-seconds with a utilisation series.
    pub metric_seconds: f64,
    /// Requests; `None` is no series.
    pub requests: Option<f64>,
    /// List cost, US dollars; `None` where no price is known.
    pub cost: Option<Decimal>,
    /// Instance-seconds the list price covers.
    pub priced_seconds: f64,
    /// Of those, what is priced by a dated table and not by AWS' list.
    pub indicative_seconds: f64,
    /// Billed cost, US dollars; `None` where no bill names it.
    pub cost_billed: Option<Decimal>,
    /// The same with commitments spread over what they covered.
    pub cost_effective: Option<Decimal>,
    /// Instance-seconds that the bill covers.
    pub billed_seconds: f64,
    /// List cost with a team, US dollars.
    pub attributed_cost: Decimal,
    /// The teams, joined; `None` for none.
    pub team: Option<String>,
}

impl Part {
    /// Adds what another part of the same group holds.
    pub fn add(&mut self, other: &Self) {
        if let (Some((_, own)), Some((_, others))) = (&mut self.footprint, other.footprint) {
            *own += others;
        }
        // One day without a market-based figure leaves the whole without one.
        self.market = self.market.zip(other.market).map(|(a, b)| a + b);
        self.hourly += other.hourly;
        self.is_partial |= other.is_partial;
        self.instance_seconds = plus(self.instance_seconds, other.instance_seconds);
        self.is_untimed |= other.is_untimed;
        self.idle_seconds += other.idle_seconds;
        self.metric_seconds += other.metric_seconds;
        self.requests = plus(self.requests, other.requests);
        self.cost = plus(self.cost, other.cost);
        self.priced_seconds += other.priced_seconds;
        self.indicative_seconds += other.indicative_seconds;
        self.cost_billed = plus(self.cost_billed, other.cost_billed);
        self.cost_effective = plus(self.cost_effective, other.cost_effective);
        self.billed_seconds += other.billed_seconds;
        self.attributed_cost += other.attributed_cost;
    }

    /// What it cost, US dollars; `None` where that is not known.
    #[must_use]
    pub const fn usd(&self, basis: CostBasis) -> Option<Decimal> {
        match basis {
            CostBasis::List => self.cost,
            CostBasis::Billed => self.cost_billed,
            CostBasis::Effective => self.cost_effective,
        }
    }

    /// Emissions of its electricity; `None` where they are not known.
    #[must_use]
    pub fn of_electricity(&self, electricity: Electricity) -> Option<Micrograms> {
        match electricity {
            Electricity::Location => self.footprint.map(|(_, sums)| sums.operational),
            Electricity::Market => self.market,
        }
    }

    /// The share of making the hardware, as far as it counts; `None` where it is not known.
    #[must_use]
    pub fn of_hardware(&self, hardware: Hardware) -> Option<Micrograms> {
        let (_, sums) = self.footprint?;
        Some(match hardware {
            Hardware::Counted => sums.embodied(),
            Hardware::LeftOut => Micrograms(0),
        })
    }

    /// All emissions that count; `None` where they are not known.
    #[must_use]
    pub fn emissions(&self, basis: Basis) -> Option<Micrograms> {
        Some(self.of_electricity(basis.electricity)? + self.of_hardware(basis.hardware)?)
    }

    /// What `footprint` draws intervals from; `None` for an unknown type.
    #[must_use]
    pub fn group(&self) -> Option<(GroupKey, PartSums)> {
        let (tier, sums) = self.footprint?;
        let key = GroupKey {
            instance_type: self.instance_type.clone(),
            region: self.region.clone(),
            kind: self.kind.workload(),
            tier,
        };
        Some((key, sums))
    }
}

/// The sum of what is known.
pub fn plus<T: std::ops::Add<Output = T>>(a: Option<T>, b: Option<T>) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a + b),
        (a, b) => a.or(b),
    }
}

impl TryFrom<PartRow> for Part {
    type Error = StoreError;

    fn try_from(row: PartRow) -> Result<Self, StoreError> {
        let kind = Kind::parse(&row.kind).ok_or_else(|| StoreError::Corrupt(format!("kind {}", row.kind)))?;
        let footprint = match row.tier.as_str() {
            "unknown" => None,
            tier => {
                let tier = tier.parse().map_err(|_| StoreError::Corrupt(format!("ledger tier {tier}")))?;
                row.sums().map(|sums| (tier, sums))
            }
        };
        Ok(Self {
            kind,
            footprint,
            market: row.market_ug.map(Micrograms),
            hourly: MicroWattHours(row.hourly_uwh.unwrap_or_default()),
            is_partial: row.is_partial,
            instance_seconds: row.instance_seconds,
            is_untimed: row.is_untimed,
            idle_seconds: row.idle_seconds,
            metric_seconds: row.metric_seconds,
            requests: row.requests,
            cost: row.cost_list,
            priced_seconds: row.priced_seconds,
            indicative_seconds: row.indicative_seconds,
            cost_billed: row.cost_billed,
            cost_effective: row.cost_effective,
            billed_seconds: row.billed_seconds,
            attributed_cost: row.attributed_cost.unwrap_or_default(),
            team: row.team,
            instance_type: row.instance_type,
            region: row.region,
        })
    }
}

impl PartRow {
    fn sums(&self) -> Option<PartSums> {
        Some(PartSums {
            host_idle: MicroWattHours(self.host_idle_uwh?),
            host_dynamic: MicroWattHours(self.host_dynamic_uwh?),
            accelerator_idle: MicroWattHours(self.accelerator_idle_uwh?),
            accelerator_dynamic: MicroWattHours(self.accelerator_dynamic_uwh?),
            storage: MicroWattHours(self.storage_uwh?),
            network: MicroWattHours(self.network_uwh?),
            facility: MicroWattHours(self.facility_uwh?),
            operational: Micrograms(self.operational_ug?),
            embodied_host: Micrograms(self.embodied_host_ug?),
            embodied_accelerator: Micrograms(self.embodied_accelerator_ug?),
            water: Microlitres(self.water_ul?),
            instance_seconds: self.instance_seconds.unwrap_or_default(),
        })
    }
}
