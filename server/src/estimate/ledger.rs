//! A batch of entity-days: facts in; usage, footprints and ledger rows out.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Days, NaiveDate, Utc};
use footprint::units::{Fraction, GramsPerKilowattHour};
use footprint::{FactorSet, HourInput, HourParts, Measured, WorkloadKind};
use rust_decimal::{Decimal, RoundingStrategy};

use super::Computable;
use super::day::Day;
use super::price::{Machine, hourly};
use crate::aws::facts::Component;
use crate::kind::{Kind, Section};
use crate::store::capacity::{Purchase, State};
use crate::store::due::EntityDay;
use crate::store::ledger::{FootprintHour, LedgerDay, Parts};
use crate::store::load::{self, Load};
use crate::store::measured::{self, measured};
use crate::store::price::{self, PriceList};
use crate::store::usage::{self, Attribution, CapacityRow, HourMeans, Subject, UsageGroup, UsageHour, WholeWindow};
use crate::store::{Connection, Origin, StoreError, intensity};

/// The facts of a batch, by entity.
pub(super) struct Facts {
    subjects: HashMap<i64, Subject>,
    capacity: HashMap<i64, Vec<CapacityRow>>,
    means: HashMap<i64, Vec<HourMeans>>,
    loads: HashMap<i64, Vec<Load>>,
    measured: HashMap<(i64, DateTime<Utc>), Measured>,
    windows: Vec<WholeWindow>,
    attributions: HashMap<(i64, NaiveDate), [String; 4]>,
    prices: PriceList,
    /// Hourly grid intensity by region, gCO2e/kWh.
    intensity: HashMap<(String, DateTime<Utc>), f64>,
}

impl Facts {
    pub(super) async fn load(
        connection: &mut Connection,
        origin: Origin,
        account_id: i32,
        due: &[EntityDay],
    ) -> Result<Self, StoreError> {
        let mut entities: Vec<i64> = due.iter().map(|each| each.entity_id).collect();
        entities.sort_unstable();
        entities.dedup();
        let mut days: Vec<NaiveDate> = due.iter().map(|each| each.day).collect();
        days.sort_unstable();
        days.dedup();
        let from = start_of(days.first().copied().unwrap_or_default());
        let to = start_of(days.last().copied().unwrap_or_default() + Days::new(1));
        let subjects = usage::subjects(connection, account_id, &entities).await?;
        let mut resources: Vec<i64> = subjects.iter().map(|subject| subject.resource_id).collect();
        resources.sort_unstable();
        resources.dedup();
        let capacity = usage::capacity(connection, account_id, &entities, from, to).await?;
        let mut types: Vec<String> = capacity.iter().map(|row| row.instance_type.clone()).collect();
        types.extend(subjects.iter().map(|subject| subject.instance_type.clone()));
        types.sort_unstable();
        types.dedup();
        Ok(Self {
            prices: price::list(connection, origin, &types).await?,
            capacity: grouped(capacity, |row| row.entity_id),
            means: grouped(usage::hour_means(connection, account_id, &entities, from, to).await?, |row| row.entity_id),
            loads: load::within(connection, account_id, &entities, from, to).await?,
            measured: measured::within(connection, account_id, &entities, from, to)
                .await?
                .into_iter()
                .map(|row| ((row.entity_id, row.hour), row.measured))
                .collect(),
            windows: usage::whole_windows(connection, account_id, from, to).await?,
            intensity: intensity::between(connection, from, to)
                .await?
                .into_iter()
                .map(|row| ((row.region, row.hour), row.g_per_kwh))
                .collect(),
            attributions: by_resource_day(usage::attributions(connection, account_id, &resources, &days).await?),
            subjects: subjects.into_iter().map(|subject| (subject.entity_id, subject)).collect(),
        })
    }

    /// What was measured of instances at work; of those on their way nothing is known.
    fn measured_in(&self, hour: &UsageHour) -> Measured {
        let known = self.measured.get(&(hour.entity_id, hour.hour)).filter(|_| hour.state == State::Serving.as_str());
        known.copied().unwrap_or_default()
    }

    fn usage_of(&self, due: EntityDay, factors: &FactorSet) -> Vec<UsageHour> {
        let Some(subject) = self.subjects.get(&due.entity_id) else {
            return Vec::new();
        };
        let (start, end) = (start_of(due.day), start_of(due.day + Days::new(1)));
        let whole: Vec<(DateTime<Utc>, DateTime<Utc>)> = self
            .windows
            .iter()
            .filter(|window| window.region == subject.region && window.start < end && window.end > start)
            .filter(|window| !window.except.contains(&due.entity_id))
            .map(|window| (window.start, window.end))
            .collect();
        let none = Vec::new();
        Day {
            day: due.day,
            subject,
            capacity: self.capacity.get(&due.entity_id).unwrap_or(&none),
            means: self.means.get(&due.entity_id).map_or(&[], Vec::as_slice),
            loads: self.loads.get(&due.entity_id).map_or(&[], Vec::as_slice),
            whole: &whole,
        }
        .usage(factors)
    }
}

/// What a batch writes.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) usage: Vec<UsageHour>,
    pub(super) footprints: Vec<FootprintHour>,
    pub(super) ledger: Vec<LedgerDay>,
}

pub(super) fn compute(facts: &Facts, due: &[EntityDay], estimates: &[Computable]) -> Written {
    let mut written = Written::default();
    let Some(first) = estimates.first() else {
        return written;
    };
    for each in due {
        let Some(subject) = facts.subjects.get(&each.entity_id) else {
            continue;
        };
        // Cores and accelerators of a type are facts, the same in every factor set.
        let hours = facts.usage_of(*each, &first.factors);
        let measured: Vec<Measured> = hours.iter().map(|hour| facts.measured_in(hour)).collect();
        let attribution = facts.attributions.get(&(subject.resource_id, each.day)).cloned().unwrap_or_default();
        for estimate in estimates {
            let day = DayLedger {
                subject,
                day: each.day,
                attribution: &attribution,
                estimate,
                intensity: &facts.intensity,
                prices: &facts.prices,
            };
            day.write(&hours, &measured, &mut written);
        }
        written.usage.extend(hours);
    }
    written
}

struct DayLedger<'a> {
    subject: &'a Subject,
    day: NaiveDate,
    attribution: &'a [String; 4],
    estimate: &'a Computable,
    intensity: &'a HashMap<(String, DateTime<Utc>), f64>,
    prices: &'a PriceList,
}

impl DayLedger<'_> {
    /// The parts of an hour, weighed with the intensity of that hour where there is a series. Somebody's own intensity for
    /// the region stands over any series.
    fn weighed(&self, parts: &HourParts, hour: DateTime<Utc>) -> Parts {
        match self.intensity.get(&(self.subject.region.clone(), hour)) {
            Some(grams) if !self.has_own_intensity() => {
                let weighed = parts.at_intensity(GramsPerKilowattHour::new(*grams));
                Parts { hourly: weighed.facility.0, ..parts_of(&weighed) }
            }
            _ => parts_of(parts),
        }
    }

    fn has_own_intensity(&self) -> bool {
        let region = self.estimate.factors.region(&self.subject.region);
        let intensity = region.ok().and_then(|region| region.intensity.as_ref());
        intensity.is_some_and(footprint::Factor::is_override)
    }

    fn write(&self, hours: &[UsageHour], measured: &[Measured], written: &mut Written) {
        let mut days: BTreeMap<(String, &'static str), LedgerDay> = BTreeMap::new();
        for (hour, measured) in hours.iter().zip(measured) {
            let footprint = footprint_of(self.subject, hour, *measured, &self.estimate.factors);
            let (tier, completeness, parts) = match &footprint {
                Some(parts) => (parts.tier.as_str(), parts.completeness.as_str(), Some(self.weighed(parts, hour.hour))),
                None => ("unknown", "unknown", None),
            };
            let row = days
                .entry((hour.instance_type.clone(), tier))
                .or_insert_with(|| self.empty(&hour.instance_type, tier, completeness));
            self.add(row, hour, parts.as_ref());
            if let Some(parts) = parts {
                written.footprints.push(FootprintHour {
                    entity_id: hour.entity_id,
                    hour: hour.hour,
                    instance_type: hour.instance_type.clone(),
                    state: hour.state,
                    estimate_id: self.estimate.row.estimate_id,
                    tier,
                    completeness,
                    parts,
                });
            }
        }
        if days.is_empty() && self.ended_without_use() {
            written.ledger.push(self.unused());
        }
        written.ledger.extend(days.into_values());
    }

    /// A job that ended and has no hour of use: it is listed on the day it was created.
    fn ended_without_use(&self) -> bool {
        let ended = matches!(self.subject.status.as_str(), "Completed" | "Failed" | "Stopped");
        Kind::parse(&self.subject.kind).is_some_and(|kind| kind.section() == Section::Jobs)
            && ended
            && !self.subject.has_capacity
            && self.subject.created_at.date_naive() == self.day
    }

    /// Start and end at one moment are a known nothing; without times how long it ran is unknown, not zero.
    fn unused(&self) -> LedgerDay {
        let timed = self.subject.started_at.is_some() && self.subject.ended_at.is_some();
        let nothing = self.hour_of_nothing();
        match footprint_of(self.subject, &nothing, Measured::default(), &self.estimate.factors).filter(|_| timed) {
            Some(parts) => {
                let mut row = self.empty(&self.subject.instance_type, parts.tier.as_str(), parts.completeness.as_str());
                self.add(&mut row, &nothing, Some(&parts_of(&parts)));
                row
            }
            None => {
                let mut row = self.empty(&self.subject.instance_type, "unknown", "unknown");
                row.instance_seconds = timed.then_some(0.0);
                row
            }
        }
    }

    fn hour_of_nothing(&self) -> UsageHour {
        UsageHour {
            entity_id: self.subject.entity_id,
            hour: start_of(self.day),
            instance_type: self.subject.instance_type.clone(),
            state: "serving",
            purchase: Purchase::OnDemand,
            instance_seconds: 0.0,
            billable_seconds: Some(0.0),
            cpu_utilisation: None,
            gpu_utilisation: None,
            requests: None,
            metrics_complete: false,
            clamped: false,
            silent: false,
        }
    }

    fn empty(&self, instance_type: &str, tier: &'static str, completeness: &'static str) -> LedgerDay {
        LedgerDay {
            day: self.day,
            subject: self.subject.clone(),
            instance_type: instance_type.to_owned(),
            estimate_id: self.estimate.row.estimate_id,
            tier,
            completeness,
            attribution: self.attribution.clone(),
            instance_seconds: Some(0.0),
            idle_seconds: 0.0,
            busy_cpu_seconds: 0.0,
            busy_gpu_seconds: 0.0,
            metric_seconds: 0.0,
            requests: None,
            parts: None,
            cost_list: None,
            priced_seconds: 0.0,
            indicative_seconds: 0.0,
        }
    }

    fn add(&self, row: &mut LedgerDay, hour: &UsageHour, parts: Option<&Parts>) {
        let seconds = hour.instance_seconds;
        row.instance_seconds = row.instance_seconds.map(|sum| sum + seconds);
        row.busy_cpu_seconds += f64::from(hour.cpu_utilisation.unwrap_or(0.0)) * seconds;
        row.busy_gpu_seconds += f64::from(hour.gpu_utilisation.unwrap_or(0.0)) * seconds;
        let is_measured = hour.cpu_utilisation.is_some() || hour.gpu_utilisation.is_some();
        if is_measured {
            row.metric_seconds += seconds;
        }
        let served_nothing = hour.requests.is_none_or(|requests| requests <= 0.0);
        let is_retained = hour.state == State::Retained.as_str();
        // Machines that stand always tell of themselves: where they are silent too, CloudWatch has lost the hour, and that
        // nobody called is not known.
        let is_idle = self.subject.kind == "endpoint" && hour.metrics_complete && is_measured && served_nothing;
        if is_retained || is_idle {
            row.idle_seconds += seconds;
        }
        if let Some(requests) = hour.requests {
            row.requests = Some(row.requests.unwrap_or(0.0) + requests);
        }
        if let Some(parts) = parts {
            match &mut row.parts {
                Some(sum) => sum.add(parts),
                None => row.parts = Some(*parts),
            }
        }
        if let Some((cost, is_indicative)) = self.cost_of(hour) {
            row.cost_list = Some(row.cost_list.unwrap_or_default() + cost);
            row.priced_seconds += seconds;
            if is_indicative {
                row.indicative_seconds += seconds;
            }
        }
    }

    /// List price times billed seconds, rounded once to eight digits, half to even, and whether the price is indicative;
    /// `None` where no price is known.
    fn cost_of(&self, hour: &UsageHour) -> Option<(Decimal, bool)> {
        let is_retained = hour.state == State::Retained.as_str();
        let component = match (hour.purchase, is_retained) {
            (Purchase::Provisioned, true) => Component::ServerlessHeld,
            (Purchase::Provisioned, false) => Component::ServerlessUsed,
            _ => Component::of(Kind::parse(&self.subject.kind)?, &self.subject.hosting_option),
        };
        let machine = Machine { region: &self.subject.region, component, instance_type: &hour.instance_type };
        let price = hourly(self.prices, &self.estimate.factors, machine, self.day)?;
        let seconds = Decimal::try_from(hour.billable_seconds?).ok()?;
        let cost = price.usd * seconds / Decimal::from(3600);
        Some((cost.round_dp_with_strategy(8, RoundingStrategy::MidpointNearestEven), price.is_indicative))
    }
}

/// The footprint of usage that is not an hour of one entity, with its kind.
pub(super) fn footprint_of_group(group: &UsageGroup, factors: &FactorSet) -> Option<(WorkloadKind, HourParts)> {
    let kind = Kind::parse(&group.kind)?.workload();
    let share = |share: Option<f32>| share.and_then(|share| Fraction::new(f64::from(share)));
    let input = HourInput {
        instance_type: &group.instance_type,
        region: &group.region,
        kind,
        instance_seconds: group.instance_seconds,
        cpu: share(group.cpu_utilisation),
        gpu: share(group.gpu_utilisation),
        measured: measured(group.accelerators_w, group.host_w),
        storage_gb: group.volume_gb.map(f64::from),
        network_gb: None,
    };
    Some((kind, footprint::estimate_hour(factors, &input).ok()?))
}

fn footprint_of(subject: &Subject, hour: &UsageHour, measured: Measured, factors: &FactorSet) -> Option<HourParts> {
    let input = HourInput {
        instance_type: &hour.instance_type,
        region: &subject.region,
        kind: Kind::parse(&subject.kind)?.workload(),
        instance_seconds: hour.instance_seconds,
        cpu: hour.cpu_utilisation.and_then(|share| Fraction::new(f64::from(share))),
        gpu: hour.gpu_utilisation.and_then(|share| Fraction::new(f64::from(share))),
        measured,
        storage_gb: subject.volume_gb.map(f64::from),
        network_gb: None,
    };
    // A refusal (unknown type or region) is shown as unknown; it is never a zero and never a neighbour.
    footprint::estimate_hour(factors, &input).ok()
}

fn parts_of(parts: &HourParts) -> Parts {
    Parts {
        host_idle: parts.host_idle.0,
        host_dynamic: parts.host_dynamic.0,
        accelerator_idle: parts.accelerator_idle.0,
        accelerator_dynamic: parts.accelerator_dynamic.0,
        storage: parts.storage.0,
        network: parts.network.0,
        facility: parts.facility.0,
        operational: parts.operational.0,
        market: parts.market.map(|market| market.0),
        embodied_host: parts.embodied_host.0,
        embodied_accelerator: parts.embodied_accelerator.0,
        water: parts.water.0,
        hourly: 0,
    }
}

fn start_of(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

fn grouped<T>(rows: Vec<T>, key: impl Fn(&T) -> i64) -> HashMap<i64, Vec<T>> {
    let mut map: HashMap<i64, Vec<T>> = HashMap::new();
    for row in rows {
        map.entry(key(&row)).or_default().push(row);
    }
    map
}

fn by_resource_day(rows: Vec<Attribution>) -> HashMap<(i64, NaiveDate), [String; 4]> {
    let mut map: HashMap<(i64, NaiveDate), [String; 4]> = HashMap::new();
    for row in rows {
        let names = map.entry((row.resource_id, row.day)).or_default();
        let [team, project, environment, owner] = names;
        match row.dimension.as_str() {
            "team" => *team = row.name,
            "project" => *project = row.name,
            "environment" => *environment = row.name,
            "owner" => *owner = row.name,
            _ => {}
        }
    }
    map
}
