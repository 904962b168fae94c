//! What each part of each resource used inside a period: the rows that rules, reviews and their totals are all summed from.

use chrono::{DateTime, NaiveDate, Utc};
use footprint::units::{MicroWattHours, Micrograms, Microlitres};
use footprint::{GroupKey, PartSums, Tier};
use rust_decimal::Decimal;
use sqlx::PgConnection;

use super::StoreError;
use crate::kind::{Kind, Section};

/// One resource part with one instance type and one evidence tier, summed over the days of a period.
#[derive(Debug, Clone)]
pub struct Consumption {
    /// The installation's number of the account.
    pub account_id: i32,
    /// The resource.
    pub resource_id: i64,
    /// Its address in AWS.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// The name without its run number or date.
    pub family: String,
    /// What AWS calls its state.
    pub status: String,
    /// AWS' reason for a failure.
    pub failure_reason: Option<String>,
    /// When a job ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Instance group or production variant.
    pub part: String,
    /// What the resource is.
    pub kind: Kind,
    /// Empty where no tag names one.
    pub team: String,
    /// AWS region.
    pub region: String,
    /// Instance type.
    pub instance_type: String,
    /// Instance-seconds that ran; without those AWS gave no times for.
    pub instance_seconds: f64,
    /// Whether AWS gave no times for some of it.
    pub is_untimed: bool,
    /// Instance-seconds in hours read whole that served nothing.
    pub idle_seconds: f64,
    /// Instance-seconds in hours with a load that was measured.
    pub metric_seconds: f64,
    /// List cost in US dollars; `None` where no price is known.
    pub cost_list: Option<Decimal>,
    /// Instance-seconds that the list price covers.
    pub priced_seconds: f64,
    /// The footprint; `None` where the instance type is unknown, which is not zero.
    pub footprint: Option<Footprint>,
}

/// The exact sums of a footprint, with the evidence behind them.
#[derive(Debug, Clone)]
pub struct Footprint {
    /// Evidence tier.
    pub tier: Tier,
    /// Whether something is known to be left out.
    pub is_lower_bound: bool,
    /// Separable parts.
    pub sums: PartSums,
}

impl Consumption {
    /// The group its sums are drawn in, and the sums.
    pub fn group(&self) -> Option<(GroupKey, PartSums)> {
        let footprint = self.footprint.as_ref()?;
        let key = GroupKey {
            instance_type: self.instance_type.clone(),
            region: self.region.clone(),
            kind: self.kind.workload(),
            tier: footprint.tier,
        };
        Some((key, footprint.sums))
    }
}

/// Everything, or everything of one list, that ran from `from` to before `to`, in the accounts of the transaction's scope.
pub async fn within(
    connection: &mut PgConnection,
    estimate_id: i32,
    from: NaiveDate,
    to: NaiveDate,
    section: Option<Section>,
) -> Result<Vec<Consumption>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select
            l.account_id,
            l.resource_id,
            r.arn,
            r.name,
            r.family,
            r.status,
            r.failure_reason,
            r.ended_at,
            e.part,
            l.kind,
            l.team,
            l.region,
            l.instance_type,
            l.tier,
            bool_or(l.completeness <> 'complete') as "is_lower_bound!",
            coalesce(sum(l.instance_seconds), 0) as "instance_seconds!",
            bool_or(l.instance_seconds is null) as "is_untimed!",
            sum(l.idle_seconds) as "idle_seconds!",
            sum(l.metric_seconds) as "metric_seconds!",
            sum(l.priced_seconds) as "priced_seconds!",
            sum(l.cost_list) filter (where l.currency = 'USD') as cost_list,
            sum(l.host_idle_uwh)::bigint as host_idle,
            sum(l.host_dynamic_uwh)::bigint as host_dynamic,
            sum(l.accelerator_idle_uwh)::bigint as accelerator_idle,
            sum(l.accelerator_dynamic_uwh)::bigint as accelerator_dynamic,
            sum(l.storage_uwh)::bigint as storage,
            sum(l.network_uwh)::bigint as network,
            sum(l.facility_uwh)::bigint as facility,
            sum(l.operational_ug)::bigint as operational,
            sum(l.embodied_host_ug)::bigint as embodied_host,
            sum(l.embodied_accelerator_ug)::bigint as embodied_accelerator,
            sum(l.water_ul)::bigint as water
        from ledger_day l
        join entity e on e.account_id = l.account_id and e.entity_id = l.entity_id
        join resource r on r.account_id = l.account_id and r.resource_id = l.resource_id
        where l.estimate_id = $1
          and l.day >= $2
          and l.day < $3
          and ($4::text[] is null or l.kind = any ($4))
        group by
            l.account_id,
            l.resource_id,
            r.arn,
            r.name,
            r.family,
            r.status,
            r.failure_reason,
            r.ended_at,
            e.part,
            l.kind,
            l.team,
            l.region,
            l.instance_type,
            l.tier
        order by l.account_id, r.arn, l.resource_id, e.part, l.team, l.instance_type, l.tier
        "#,
        estimate_id,
        from,
        to,
        section.map(Section::kinds) as Option<Vec<String>>
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read what the resources used"))?;
    rows.into_iter().map(Row::into_consumption).collect()
}

struct Row {
    account_id: i32,
    resource_id: i64,
    arn: String,
    name: String,
    family: String,
    status: String,
    failure_reason: Option<String>,
    ended_at: Option<DateTime<Utc>>,
    part: String,
    kind: String,
    team: String,
    region: String,
    instance_type: String,
    tier: String,
    is_lower_bound: bool,
    instance_seconds: f64,
    is_untimed: bool,
    idle_seconds: f64,
    metric_seconds: f64,
    priced_seconds: f64,
    cost_list: Option<Decimal>,
    host_idle: Option<i64>,
    host_dynamic: Option<i64>,
    accelerator_idle: Option<i64>,
    accelerator_dynamic: Option<i64>,
    storage: Option<i64>,
    network: Option<i64>,
    facility: Option<i64>,
    operational: Option<i64>,
    embodied_host: Option<i64>,
    embodied_accelerator: Option<i64>,
    water: Option<i64>,
}

impl Row {
    fn into_consumption(self) -> Result<Consumption, StoreError> {
        let footprint = self.footprint()?;
        let kind = Kind::parse(&self.kind).ok_or_else(|| StoreError::Corrupt(format!("kind {}", self.kind)))?;
        Ok(Consumption {
            account_id: self.account_id,
            resource_id: self.resource_id,
            arn: self.arn,
            name: self.name,
            family: self.family,
            status: self.status,
            failure_reason: self.failure_reason,
            ended_at: self.ended_at,
            part: self.part,
            kind,
            team: self.team,
            region: self.region,
            instance_type: self.instance_type,
            instance_seconds: self.instance_seconds,
            is_untimed: self.is_untimed,
            idle_seconds: self.idle_seconds,
            metric_seconds: self.metric_seconds,
            cost_list: self.cost_list,
            priced_seconds: self.priced_seconds,
            footprint,
        })
    }

    fn footprint(&self) -> Result<Option<Footprint>, StoreError> {
        if self.tier == "unknown" {
            return Ok(None);
        }
        let tier = self.tier.parse().map_err(|_| StoreError::Corrupt(format!("ledger tier {}", self.tier)))?;
        Ok(self.sums().map(|sums| Footprint { tier, is_lower_bound: self.is_lower_bound, sums }))
    }

    fn sums(&self) -> Option<PartSums> {
        Some(PartSums {
            host_idle: MicroWattHours(self.host_idle?),
            host_dynamic: MicroWattHours(self.host_dynamic?),
            accelerator_idle: MicroWattHours(self.accelerator_idle?),
            accelerator_dynamic: MicroWattHours(self.accelerator_dynamic?),
            storage: MicroWattHours(self.storage?),
            network: MicroWattHours(self.network?),
            facility: MicroWattHours(self.facility?),
            operational: Micrograms(self.operational?),
            embodied_host: Micrograms(self.embodied_host?),
            embodied_accelerator: Micrograms(self.embodied_accelerator?),
            water: Microlitres(self.water?),
            instance_seconds: self.instance_seconds,
        })
    }
}
