//! E01 on every production variant that holds instances. A variant keeps its finding when its configuration changes.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::store::Connection;
use chrono::NaiveDate;
use footprint::FactorSet;
use footprint::advise::idle_endpoint::{self, Day, Input, WINDOW_DAYS};
use footprint::advise::{Confidence, Evaluation, HOURS_PER_MONTH, Priority, Savings, Verdict};
use rust_decimal::prelude::ToPrimitive as _;

use super::stored::{StoredEvaluation, monthly};
use super::{FindingId, Round, Spoken, Subject, days_before, footprint_of, grouped};
use crate::aws::facts::Component;
use crate::estimate::price::{Hourly, Machine, hourly};
use crate::ingest::key;
use crate::kind::{Kind, Section};
use crate::review::tally;
use crate::store::StoreError;
use crate::store::consumption::{self, Consumption};
use crate::store::evaluation::Known;
use crate::store::evidence::{self, TrafficDay, Variant};
use crate::store::price::{self, PriceList};

pub(super) const RULE: &str = "E01";
/// The longest silence that the rule tells apart.
const LONGEST_DAYS: u64 = 90;

type Place<'a> = (i32, i64, &'a str);

pub(super) async fn judge(
    connection: &mut Connection,
    factors: &FactorSet,
    round: &Round,
    known: &HashMap<FindingId, Known>,
) -> Result<Vec<Spoken>, StoreError> {
    let (from, until) = (days_before(round.until, LONGEST_DAYS), round.until);
    let variants = evidence::variants(connection, round.estimate_id, round.now).await?;
    let traffic = evidence::traffic(connection, from, until).await?;
    let days_read = evidence::days_read(connection, from, until).await?;
    let window_from = days_before(until, WINDOW_DAYS);
    let endpoint = Some(Section::Endpoints);
    let used = consumption::within(connection, round.estimate_id, window_from, until, endpoint).await?;

    let mut types: Vec<String> = variants.iter().map(|variant| variant.instance_type.clone()).collect();
    types.sort_unstable();
    types.dedup();
    let prices = price::list(connection, round.origin, &types).await?;

    let facts = Facts::new(until, &traffic, &days_read, &used, prices);
    let mut spoken: Vec<Spoken> = variants.iter().map(|variant| facts.judge(factors, variant)).collect();
    let present: HashSet<FindingId> = spoken.iter().map(|each| each.subject.finding_id(RULE)).collect();
    let gone = known.iter().filter(|(id, _)| !present.contains(id));
    spoken.extend(gone.map(|(_, known)| no_longer_there(known.subject.clone())));
    Ok(spoken)
}

struct Facts<'a> {
    until: NaiveDate,
    traffic: BTreeMap<Place<'a>, BTreeMap<NaiveDate, &'a TrafficDay>>,
    days_read: HashSet<(i32, &'a str, NaiveDate)>,
    used: BTreeMap<Place<'a>, Vec<&'a Consumption>>,
    prices: PriceList,
}

impl<'a> Facts<'a> {
    fn new(
        until: NaiveDate,
        traffic: &'a [TrafficDay],
        days_read: &'a [(i32, String, NaiveDate)],
        used: &'a [Consumption],
        prices: PriceList,
    ) -> Self {
        let mut by_place: BTreeMap<Place<'a>, BTreeMap<NaiveDate, &'a TrafficDay>> = BTreeMap::new();
        for each in traffic {
            by_place.entry((each.account_id, each.resource_id, &each.part)).or_default().insert(each.day, each);
        }
        Self {
            until,
            traffic: by_place,
            days_read: days_read.iter().map(|(account, region, day)| (*account, region.as_str(), *day)).collect(),
            used: grouped(used, |row| (row.account_id, row.resource_id, row.part.as_str())),
            prices,
        }
    }

    fn judge(&self, factors: &FactorSet, variant: &Variant) -> Spoken {
        let place = (variant.account_id, variant.resource_id, variant.part.as_str());
        let used = self.used.get(&place).map(Vec::as_slice).unwrap_or_default();
        let days = self.days(variant);
        // The interval takes thousands of draws, so it is left out where the rule will not ask for it.
        let is_silent =
            days.iter().all(|day| !self.in_window(day.day) || day.invocations.is_none_or(|count| count <= 0.0));
        let footprint = if is_silent { footprint_of(factors, used) } else { None };
        let component = match Component::of(Kind::Endpoint, &variant.hosting_option) {
            Component::Serverless => Component::ServerlessHeld, // what answers nobody and is not held is not there
            other => other,
        };
        let machine = Machine { region: &variant.region, component, instance_type: &variant.instance_type };
        let price = hourly(&self.prices, factors, machine, days_before(self.until, 1));
        let evaluation = idle_endpoint::evaluate(&Input {
            until: self.until,
            created_at: variant.created_at.max(variant.serving_since),
            days,
            current_instances: u32::try_from(variant.instances).unwrap_or(u32::MAX),
            active_sibling: self.has_active_sibling(variant),
            instance_hours: used.iter().map(|row| row.instance_seconds).sum::<f64>() / 3_600.0,
            usd_per_instance_hour: price.as_ref().and_then(|price| price.usd.to_f64()),
            price_basis: price.map(|price| basis(&price)).unwrap_or_default(),
            footprint,
        });
        let basis = match evaluation.verdict {
            Verdict::Fires => monthly(&tally::groups(used), HOURS_PER_MONTH / (WINDOW_DAYS as f64 * 24.0)),
            _ => Vec::new(),
        };
        let subject = subject(variant);
        let group = format!("{}:capacity", subject.key);
        Spoken { subject, stored: StoredEvaluation { evaluation, basis, group } }
    }

    /// Every day of the longest window; a day counts only if its metrics were read from end to end.
    fn days(&self, variant: &Variant) -> Vec<Day> {
        let own = self.traffic.get(&(variant.account_id, variant.resource_id, variant.part.as_str()));
        (1..=LONGEST_DAYS)
            .map(|back| days_before(self.until, back))
            .map(|day| {
                let seen = own.and_then(|days| days.get(&day));
                let was_read = self.days_read.contains(&(variant.account_id, variant.region.as_str(), day))
                    && seen.is_none_or(|seen| !seen.has_unread_hour);
                Day { day, invocations: was_read.then(|| seen.map_or(0.0, |seen| seen.requests)) }
            })
            .collect()
    }

    fn has_active_sibling(&self, variant: &Variant) -> bool {
        let first = (variant.account_id, variant.resource_id, "");
        self.traffic
            .range(first..)
            .take_while(|((account, resource, _), _)| {
                (*account, *resource) == (variant.account_id, variant.resource_id)
            })
            .filter(|((_, _, part), _)| *part != variant.part)
            .any(|(_, days)| days.values().any(|day| self.in_window(day.day) && day.requests > 0.0))
    }

    fn in_window(&self, day: NaiveDate) -> bool {
        day >= days_before(self.until, WINDOW_DAYS)
    }
}

fn basis(price: &Hourly) -> String {
    let list = if price.is_indicative { "indicative list" } else { "list" };
    format!("{list}, {}", price.as_of)
}

fn subject(variant: &Variant) -> Subject {
    Subject {
        account_id: variant.account_id,
        kind: "entity".to_owned(),
        key: format!("{}|{}", key::resource_key(&variant.arn, variant.created_at), variant.part),
        name: format!("{} / {}", variant.name, variant.part),
        resource_id: Some(variant.resource_id),
        region: variant.region.clone(),
        team: variant.team.clone(),
    }
}

fn no_longer_there(subject: Subject) -> Spoken {
    let group = format!("{}:capacity", subject.key);
    let evaluation = Evaluation {
        rule_id: RULE.to_owned(),
        rule_version: footprint::advise::rule(RULE).map(|rule| rule.version.to_owned()).unwrap_or_default(),
        verdict: Verdict::DoesNotFire,
        stage: None,
        priority: Priority::Normal,
        confidence: Confidence::High,
        coverage: 1.0,
        reason: "It holds no instances any more.".to_owned(),
        evidence: Vec::new(),
        savings: Savings { null_reason: Some("Nothing is proposed.".to_owned()), ..Savings::default() },
    };
    Spoken { subject, stored: StoredEvaluation { evaluation, basis: Vec::new(), group } }
}
