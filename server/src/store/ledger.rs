//! Footprints of hours, the ledger of days, and the sums over entities.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;

use super::StoreError;
use super::due::EntityDay;
use super::packed::Hours;
use super::usage::Subject;

/// The separable parts of one footprint: micro-watt-hours, micrograms, microlitres.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Parts {
    /// Host, doing nothing.
    pub host_idle: i64,
    /// Host, beyond idle.
    pub host_dynamic: i64,
    /// Accelerators, doing nothing.
    pub accelerator_idle: i64,
    /// Accelerators, beyond idle.
    pub accelerator_dynamic: i64,
    /// Volumes.
    pub storage: i64,
    /// Data leaving the region.
    pub network: i64,
    /// All of it times PUE.
    pub facility: i64,
    /// Location-based emissions.
    pub operational: i64,
    /// Market-based emissions, where there is a factor.
    pub market: Option<i64>,
    /// Embodied in the hosts.
    pub embodied_host: i64,
    /// Embodied in the accelerators.
    pub embodied_accelerator: i64,
    /// Water on and off site.
    pub water: i64,
    /// Of `facility`, what was weighed with the intensity of its own hour.
    pub hourly: i64,
}

impl Parts {
    /// Adds another footprint; market-based emissions are known only if both are.
    pub fn add(&mut self, other: &Self) {
        self.host_idle += other.host_idle;
        self.host_dynamic += other.host_dynamic;
        self.accelerator_idle += other.accelerator_idle;
        self.accelerator_dynamic += other.accelerator_dynamic;
        self.storage += other.storage;
        self.network += other.network;
        self.facility += other.facility;
        self.operational += other.operational;
        self.market = self.market.zip(other.market).map(|(a, b)| a + b);
        self.embodied_host += other.embodied_host;
        self.embodied_accelerator += other.embodied_accelerator;
        self.water += other.water;
        self.hourly += other.hourly;
    }
}

/// An hour of `footprint_day`.
#[derive(Debug, Clone, PartialEq)]
pub struct FootprintHour {
    /// Entity.
    pub entity_id: i64,
    /// Start of the hour.
    pub hour: DateTime<Utc>,
    /// Instance type.
    pub instance_type: String,
    /// `serving`, `provisioning` or `retained`.
    pub state: &'static str,
    /// Which estimate.
    pub estimate_id: i32,
    /// T0 to T4.
    pub tier: &'static str,
    /// `complete` or `lower_bound`.
    pub completeness: &'static str,
    /// The parts.
    pub parts: Parts,
}

/// Replaces the footprints of the entity-days.
pub async fn replace_footprints(
    connection: &mut PgConnection,
    account_id: i32,
    days: &[EntityDay],
    estimates: &[i32],
    rows: &[FootprintHour],
) -> Result<(), StoreError> {
    let (entities, dates): (Vec<i64>, Vec<NaiveDate>) = days.iter().map(|each| (each.entity_id, each.day)).unzip();
    sqlx::query!(
        r#"
        delete from footprint_day f
        using unnest($2::bigint[], $3::date[]) as due (entity_id, day)
        where f.account_id = $1
          and f.entity_id = due.entity_id
          and f.day = due.day
          -- an estimate whose factors this program no longer holds keeps what it said
          and f.estimate_id = any ($4)
        "#,
        account_id,
        &entities,
        &dates,
        estimates
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::on("replace the footprints"))?;
    let mut packed: BTreeMap<FootprintKey<'_>, (&str, Hours<'_, FootprintHour>)> = BTreeMap::new();
    for row in rows {
        let key = FootprintKey {
            entity_id: row.entity_id,
            day: row.hour.date_naive(),
            instance_type: &row.instance_type,
            state: row.state,
            estimate_id: row.estimate_id,
            tier: row.tier,
        };
        let (completeness, hours) = packed.entry(key).or_default();
        *completeness = (*completeness).max(row.completeness); // complete < lower_bound
        hours.set(row.hour, row);
    }
    let text = |of: for<'a> fn(&'a FootprintKey<'_>) -> &'a str| -> Vec<String> {
        packed.keys().map(|key| of(key).to_owned()).collect()
    };
    let part = |of: fn(&Parts) -> Option<i64>| -> Vec<String> {
        packed.values().map(|(_, hours)| hours.array(|row| of(&row.parts))).collect()
    };
    sqlx::query!(
        r#"
        insert into footprint_day (
            account_id, entity_id, day, instance_type, state, estimate_id, tier, completeness, hourly_hours,
            host_idle_uwh, host_dynamic_uwh, accelerator_idle_uwh, accelerator_dynamic_uwh, storage_uwh, network_uwh,
            facility_uwh, operational_ug, market_ug, embodied_host_ug, embodied_accelerator_ug, water_ul
        )
        select
            $1, f.entity_id, f.day, f.instance_type, f.state, f.estimate_id, f.tier, f.completeness, f.hourly_hours,
            f.host_idle::bigint[], f.host_dynamic::bigint[], f.accelerator_idle::bigint[],
            f.accelerator_dynamic::bigint[], f.storage::bigint[], f.network::bigint[], f.facility::bigint[],
            f.operational::bigint[], f.market::bigint[], f.embodied_host::bigint[], f.embodied_accelerator::bigint[],
            f.water::bigint[]
        from unnest($2::bigint[], $3::date[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[], $9::int[],
                    $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
                    $17::text[], $18::text[], $19::text[], $20::text[], $21::text[])
            as f (entity_id, day, instance_type, state, estimate_id, tier, completeness, hourly_hours, host_idle,
                  host_dynamic, accelerator_idle, accelerator_dynamic, storage, network, facility, operational, market,
                  embodied_host, embodied_accelerator, water)
        "#,
        account_id,
        &packed.keys().map(|key| key.entity_id).collect::<Vec<_>>(),
        &packed.keys().map(|key| key.day).collect::<Vec<_>>(),
        &text(|key| key.instance_type),
        &text(|key| key.state),
        &packed.keys().map(|key| key.estimate_id).collect::<Vec<_>>(),
        &text(|key| key.tier),
        &packed.values().map(|(completeness, _)| (*completeness).to_owned()).collect::<Vec<_>>(),
        &packed.values().map(|(_, hours)| hours.bits(|row| row.parts.hourly > 0)).collect::<Vec<_>>(),
        &part(|parts| Some(parts.host_idle)),
        &part(|parts| Some(parts.host_dynamic)),
        &part(|parts| Some(parts.accelerator_idle)),
        &part(|parts| Some(parts.accelerator_dynamic)),
        &part(|parts| Some(parts.storage)),
        &part(|parts| Some(parts.network)),
        &part(|parts| Some(parts.facility)),
        &part(|parts| Some(parts.operational)),
        &part(|parts| parts.market),
        &part(|parts| Some(parts.embodied_host)),
        &part(|parts| Some(parts.embodied_accelerator)),
        &part(|parts| Some(parts.water))
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("write the footprints"))?;
    Ok(())
}

/// What a row of `footprint_day` is of.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct FootprintKey<'a> {
    entity_id: i64,
    day: NaiveDate,
    instance_type: &'a str,
    state: &'a str,
    estimate_id: i32,
    tier: &'a str,
}

/// A row of `ledger_day`.
#[derive(Debug, Clone, PartialEq)]
pub struct LedgerDay {
    /// UTC day.
    pub day: NaiveDate,
    /// Whose day it is.
    pub subject: Subject,
    /// Instance type; empty where AWS gave none.
    pub instance_type: String,
    /// Which estimate.
    pub estimate_id: i32,
    /// T0 to T4, or `unknown`.
    pub tier: &'static str,
    /// `complete`, `lower_bound` or `unknown`.
    pub completeness: &'static str,
    /// Team, project, environment and owner.
    pub attribution: [String; 4],
    /// `None` where AWS gave no times.
    pub instance_seconds: Option<f64>,
    /// Instance-seconds in hours read whole that served nothing.
    pub idle_seconds: f64,
    /// CPU utilisation times instance-seconds.
    pub busy_cpu_seconds: f64,
    /// Accelerator utilisation times instance-seconds.
    pub busy_gpu_seconds: f64,
    /// Instance-seconds with a utilisation series.
    pub metric_seconds: f64,
    /// Requests.
    pub requests: Option<f64>,
    /// `None` for an unknown type.
    pub parts: Option<Parts>,
    /// At list price; `None` where no price is known.
    pub cost_list: Option<Decimal>,
    /// Instance-seconds the price covers.
    pub priced_seconds: f64,
    /// Of those, what is priced by a dated table and not by AWS' list.
    pub indicative_seconds: f64,
}

/// Replaces the ledger of the entity-days.
pub async fn replace_ledger(
    connection: &mut PgConnection,
    account_id: i32,
    days: &[EntityDay],
    estimates: &[i32],
    rows: &[LedgerDay],
) -> Result<(), StoreError> {
    let (entities, dates): (Vec<i64>, Vec<NaiveDate>) = days.iter().map(|each| (each.entity_id, each.day)).unzip();
    sqlx::query!(
        r#"
        delete from ledger_day l
        using unnest($2::bigint[], $3::date[]) as due (entity_id, day)
        where l.account_id = $1
          and l.entity_id = due.entity_id
          and l.day = due.day
          and l.estimate_id = any ($4)
        "#,
        account_id,
        &entities,
        &dates,
        estimates
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::on("replace the ledger"))?;
    let text = |of: fn(&LedgerDay) -> &str| -> Vec<String> { rows.iter().map(|row| of(row).to_owned()).collect() };
    let figure = |of: fn(&LedgerDay) -> f64| -> Vec<f64> { rows.iter().map(of).collect() };
    let part =
        |of: fn(&Parts) -> i64| -> Vec<Option<i64>> { rows.iter().map(|row| row.parts.as_ref().map(of)).collect() };
    let day: Vec<NaiveDate> = rows.iter().map(|row| row.day).collect();
    let entity_id: Vec<i64> = rows.iter().map(|row| row.subject.entity_id).collect();
    let resource_id: Vec<i64> = rows.iter().map(|row| row.subject.resource_id).collect();
    let estimate_id: Vec<i32> = rows.iter().map(|row| row.estimate_id).collect();
    let [team, project, environment, owner] = [0, 1, 2, 3].map(|place: usize| -> Vec<String> {
        rows.iter().map(|row| row.attribution.get(place).cloned().unwrap_or_default()).collect()
    });
    let instance_seconds: Vec<Option<f64>> = rows.iter().map(|row| row.instance_seconds).collect();
    let requests: Vec<Option<f64>> = rows.iter().map(|row| row.requests).collect();
    let market: Vec<Option<i64>> = rows.iter().map(|row| row.parts.as_ref().and_then(|parts| parts.market)).collect();
    let cost: Vec<Option<Decimal>> = rows.iter().map(|row| row.cost_list).collect();
    let currency: Vec<Option<String>> = rows.iter().map(|row| row.cost_list.map(|_| "USD".to_owned())).collect();
    sqlx::query!(
        r#"
        insert into ledger_day (
            account_id, day, entity_id, instance_type, estimate_id, tier, completeness, resource_id, region, kind, phase,
            hosting_option, team, project, environment, instance_seconds, idle_seconds, busy_cpu_seconds,
            busy_gpu_seconds, metric_seconds, requests, host_idle_uwh, host_dynamic_uwh, accelerator_idle_uwh,
            accelerator_dynamic_uwh, storage_uwh, network_uwh, facility_uwh, operational_ug, market_ug,
            embodied_host_ug, embodied_accelerator_ug, water_ul, cost_list, currency, priced_seconds, hourly_uwh,
            indicative_seconds, owner
        )
        select $1, u.*
        from unnest(
            $2::date[], $3::bigint[], $4::text[], $5::int[], $6::text[], $7::text[], $8::bigint[], $9::text[],
            $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::float8[], $17::float8[],
            $18::float8[], $19::float8[], $20::float8[], $21::float8[], $22::bigint[], $23::bigint[], $24::bigint[],
            $25::bigint[], $26::bigint[], $27::bigint[], $28::bigint[], $29::bigint[], $30::bigint[], $31::bigint[],
            $32::bigint[], $33::bigint[], $34::numeric[], $35::text[], $36::float8[], $37::bigint[], $38::float8[],
            $39::text[]
        ) as u
        "#,
        account_id,
        &day,
        &entity_id,
        &text(|row| &row.instance_type),
        &estimate_id,
        &text(|row| row.tier),
        &text(|row| row.completeness),
        &resource_id,
        &text(|row| &row.subject.region),
        &text(|row| &row.subject.kind),
        &text(|row| &row.subject.phase),
        &text(|row| &row.subject.hosting_option),
        &team,
        &project,
        &environment,
        &instance_seconds as &[Option<f64>],
        &figure(|row| row.idle_seconds),
        &figure(|row| row.busy_cpu_seconds),
        &figure(|row| row.busy_gpu_seconds),
        &figure(|row| row.metric_seconds),
        &requests as &[Option<f64>],
        &part(|parts| parts.host_idle) as &[Option<i64>],
        &part(|parts| parts.host_dynamic) as &[Option<i64>],
        &part(|parts| parts.accelerator_idle) as &[Option<i64>],
        &part(|parts| parts.accelerator_dynamic) as &[Option<i64>],
        &part(|parts| parts.storage) as &[Option<i64>],
        &part(|parts| parts.network) as &[Option<i64>],
        &part(|parts| parts.facility) as &[Option<i64>],
        &part(|parts| parts.operational) as &[Option<i64>],
        &market as &[Option<i64>],
        &part(|parts| parts.embodied_host) as &[Option<i64>],
        &part(|parts| parts.embodied_accelerator) as &[Option<i64>],
        &part(|parts| parts.water) as &[Option<i64>],
        &cost as &[Option<Decimal>],
        &currency as &[Option<String>],
        &figure(|row| row.priced_seconds),
        &rows.iter().map(|row| row.parts.as_ref().map_or(0, |parts| parts.hourly)).collect::<Vec<i64>>(),
        &figure(|row| row.indicative_seconds),
        &owner
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("write the ledger"))?;
    Ok(())
}

/// Sums the ledger of the days anew over entities.
pub async fn replace_org_days(
    connection: &mut PgConnection,
    account_id: i32,
    days: &[NaiveDate],
) -> Result<(), StoreError> {
    sqlx::query!("delete from org_day where account_id = $1 and day = any ($2)", account_id, days)
        .execute(&mut *connection)
        .await
        .map_err(StoreError::on("replace the daily sums"))?;
    sqlx::query!(
        r#"
        insert into org_day (
            account_id, day, region, kind, phase, hosting_option, team, project, environment, instance_type, tier,
            estimate_id, is_served, completeness, instance_seconds, idle_seconds, busy_cpu_seconds, busy_gpu_seconds,
            metric_seconds, requests, host_idle_uwh, host_dynamic_uwh, accelerator_idle_uwh, accelerator_dynamic_uwh,
            storage_uwh, network_uwh, facility_uwh, operational_ug, market_ug, embodied_host_ug,
            embodied_accelerator_ug, water_ul, cost_list, cost_billed, cost_effective, currency, priced_seconds,
            hourly_uwh, indicative_seconds, billed_seconds
        )
        select
            account_id, day, region, kind, phase, hosting_option, team, project, environment, instance_type, tier,
            estimate_id,
            requests is not null or idle_seconds > 0,
            max(completeness), -- complete < lower_bound < unknown
            coalesce(sum(instance_seconds), 0),
            sum(idle_seconds),
            sum(busy_cpu_seconds),
            sum(busy_gpu_seconds),
            sum(metric_seconds),
            sum(requests),
            sum(host_idle_uwh)::bigint,
            sum(host_dynamic_uwh)::bigint,
            sum(accelerator_idle_uwh)::bigint,
            sum(accelerator_dynamic_uwh)::bigint,
            sum(storage_uwh)::bigint,
            sum(network_uwh)::bigint,
            sum(facility_uwh)::bigint,
            sum(operational_ug)::bigint,
            -- market-based emissions are known for a sum only if they are known for all of it
            case when count(market_ug) = count(*) then sum(market_ug)::bigint end,
            sum(embodied_host_ug)::bigint,
            sum(embodied_accelerator_ug)::bigint,
            sum(water_ul)::bigint,
            sum(cost_list),
            sum(cost_billed),
            sum(cost_effective),
            max(currency),
            sum(priced_seconds),
            sum(hourly_uwh)::bigint,
            sum(indicative_seconds),
            sum(billed_seconds)
        from ledger_day
        where account_id = $1
          and day = any ($2)
        group by account_id, day, region, kind, phase, hosting_option, team, project, environment, instance_type,
                 tier, estimate_id, requests is not null or idle_seconds > 0
        "#,
        account_id,
        days
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("sum the days"))?;
    Ok(())
}
