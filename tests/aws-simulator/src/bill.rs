//! The bill: a cost and usage report (CUR 2.0) of an account's month, as Data Exports would write it.
//!
//! One line per hour, machine and kind of charge; machines without a price on the demo's list are not billed. A Savings
//! Plan covers real-time endpoints of the accounts that have one: they are billed in full, taken back, and cost in effect
//! what the plan's share is.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, Datelike as _, Months, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde_json::json;

use crate::fleet::{Account, Endpoint, HoldingKind, Hosting, JobKind, Region, Tags};
use crate::pricing::{USD_PER_GB_SECOND, prefix, usd_per_hour};

/// Micro-dollars: the bill's sums are exact.
const MICRO: f64 = 1e6;
/// What a covered hour costs under the plan, of its list price.
const PLAN_SHARE: f64 = 0.72;

const HEADER: &str = "bill_billing_period_start_date,bill_payer_account_id,line_item_currency_code,\
    line_item_line_item_type,line_item_product_code,line_item_resource_id,line_item_unblended_cost,\
    line_item_usage_account_id,line_item_usage_amount,line_item_usage_start_date,line_item_usage_type,product_region_code,\
    savings_plan_savings_plan_effective_cost,resource_tags";

/// One line that bills a machine for a part of an hour.
#[derive(Clone, Debug, PartialEq)]
pub struct Charge {
    /// Begin of the hour.
    pub hour: DateTime<Utc>,
    /// The resource.
    pub arn: String,
    /// Region.
    pub region: String,
    /// As the bill names it.
    pub usage_type: String,
    /// Instance-hours.
    pub quantity: f64,
    /// Micro-dollars at list price.
    pub micro_usd: i64,
    /// Whether a Savings Plan covers it.
    pub is_covered: bool,
}

impl Charge {
    /// Micro-dollars with the plan's fee spread over what it covered.
    #[must_use]
    pub fn effective_micro_usd(&self) -> i64 {
        if self.is_covered { micro(self.micro_usd as f64 * PLAN_SHARE / MICRO) } else { self.micro_usd }
    }

    /// Micro-dollars on the invoice.
    #[must_use]
    pub const fn billed_micro_usd(&self) -> i64 {
        if self.is_covered { 0 } else { self.micro_usd }
    }
}

/// What an account is billed for machines in the month that begins on this day, up to `now`.
#[must_use]
pub fn charges(account: &Account, month: NaiveDate, now: DateTime<Utc>) -> Vec<Charge> {
    let from = month.and_time(NaiveTime::MIN).and_utc();
    let to = (month + Months::new(1)).and_time(NaiveTime::MIN).and_utc().min(now);
    let mut bill = Bill { account, from, to, charges: Vec::new() };
    for region in &account.regions {
        bill.add_jobs(region);
        bill.add_endpoints(region);
        bill.add_holdings(region);
    }
    bill.charges
}

/// The same as the file that Data Exports would write.
#[must_use]
pub fn report(account: &Account, month: NaiveDate, now: DateTime<Utc>) -> String {
    let mut text = format!("{HEADER}\n");
    let tags = tags(account);
    for charge in charges(account, month, now) {
        let tags = cell(tags.get(charge.arn.as_str()).copied());
        let line = |text: &mut String, kind, micro_usd, effective| {
            line(text, account, month, &charge, (kind, &tags), micro_usd, effective);
        };
        if charge.is_covered {
            let effective = charge.effective_micro_usd();
            line(&mut text, "SavingsPlanCoveredUsage", charge.micro_usd, effective);
            line(&mut text, "SavingsPlanNegation", -charge.micro_usd, 0);
        } else {
            line(&mut text, "Usage", charge.micro_usd, 0);
        }
    }
    text
}

fn line(
    text: &mut String,
    account: &Account,
    month: NaiveDate,
    charge: &Charge,
    (kind, tags): (&str, &str),
    micro_usd: i64,
    effective: i64,
) {
    let (usd, effective) = (micro_usd as f64 / MICRO, effective as f64 / MICRO);
    let Charge { hour, arn, region, usage_type, quantity, .. } = charge;
    let hour = hour.format("%Y-%m-%dT%H:%M:%S.000Z");
    let id = &account.id;
    // Writing into a `String` cannot fail.
    let _ = writeln!(
        text,
        "{month}T00:00:00.000Z,{id},USD,{kind},AmazonSageMaker,{arn},{usd:.6},{id},{quantity:.6},{hour},{usage_type},\
         {region},{effective:.6},{tags}"
    );
}

/// The tags of everything that can be billed, by ARN.
pub(crate) fn tags(account: &Account) -> BTreeMap<&str, &Tags> {
    let regions = || account.regions.iter();
    let jobs = regions().flat_map(|region| &region.jobs).map(|job| (job.arn.as_str(), &job.tags));
    let endpoints = regions().flat_map(|region| &region.endpoints);
    let holdings = regions().flat_map(|region| &region.holdings);
    jobs.chain(endpoints.map(|endpoint| (endpoint.arn.as_str(), &endpoint.tags)))
        .chain(holdings.map(|holding| (holding.arn.as_str(), &holding.tags)))
        .collect()
}

/// Tags as a report holds them: a JSON object in one cell, each key with whose it is.
fn cell(tags: Option<&Tags>) -> String {
    let own = tags.into_iter().flatten().map(|(key, value)| (format!("user_{key}"), json!(value)));
    let object = serde_json::Value::Object(own.collect()).to_string();
    format!("\"{}\"", object.replace('"', "\"\""))
}

struct Bill<'a> {
    account: &'a Account,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    charges: Vec<Charge>,
}

impl Bill<'_> {
    fn add_jobs(&mut self, region: &Region) {
        for job in &region.jobs {
            let (Some(started), Some(ended)) = (job.started, job.ended) else { continue };
            let trained = (ended - started).num_seconds() as f64;
            // Managed spot is billed for less than it ran.
            let billed = job.billable_s.map_or(1.0, |billable| billable as f64 / trained.max(1.0));
            let word = match job.kind {
                JobKind::Training => "Train",
                JobKind::Processing => "Processing",
                JobKind::Transform => "Tsform",
            };
            let machines = f64::from(job.instance_count) * billed;
            self.add(region, &job.arn, word, &job.instance_type, (started, Some(ended)), |_| machines, false);
            if let Some(kept) = job.retained_s {
                let span = (ended, Some(ended + TimeDelta::seconds(kept)));
                let machines = f64::from(job.instance_count);
                self.add(region, &job.arn, word, &job.instance_type, span, |_| machines, false);
            }
        }
    }

    fn add_endpoints(&mut self, region: &Region) {
        let has_plan = self.account.name == "product";
        for endpoint in &region.endpoints {
            for (place, config) in endpoint.configs.iter().enumerate() {
                let until = endpoint.configs.get(place + 1).map(|next| next.active_from).or(endpoint.deleted);
                if let Hosting::Serverless { memory_mb, .. } = endpoint.hosting {
                    self.add_seconds(region, endpoint, memory_mb / 1_024, (config.active_from, until));
                    continue;
                }
                for variant in &config.variants {
                    let span = (config.active_from.max(endpoint.in_service()), until);
                    let count = |hour| f64::from(variant.count_at(hour));
                    let word = if endpoint.hosting == Hosting::Async { "AsyncInf" } else { "Host" };
                    self.add(region, &endpoint.arn, word, &variant.instance_type, span, count, has_plan);
                }
            }
        }
    }

    /// Seconds of answering of a serverless endpoint, as its calls come on average.
    fn add_seconds(
        &mut self,
        region: &Region,
        endpoint: &Endpoint,
        gigabytes: u32,
        (began, ended): (DateTime<Utc>, Option<DateTime<Utc>>),
    ) {
        let usage_type = format!("{}-ServerlessInf:Mem-{gigabytes}GB", prefix(&region.name));
        let hour_of = |at: DateTime<Utc>| at - TimeDelta::seconds(at.timestamp().rem_euclid(3_600));
        let (mut hour, end) = (hour_of(began.max(self.from)), ended.unwrap_or(self.to).min(self.to));
        while hour < end {
            let first = hour.timestamp() / 60;
            let calls: f64 = (first..first + 60).map(|minute| endpoint.traffic.mean_at(minute)).sum();
            let seconds = calls * endpoint.traffic.latency_us / 1e6;
            if seconds > 0.0 {
                self.charges.push(Charge {
                    hour,
                    arn: endpoint.arn.clone(),
                    region: region.name.clone(),
                    usage_type: usage_type.clone(),
                    quantity: seconds,
                    micro_usd: micro(seconds * USD_PER_GB_SECOND * f64::from(gigabytes)),
                    is_covered: false,
                });
            }
            hour += TimeDelta::hours(1);
        }
    }

    fn add_holdings(&mut self, region: &Region) {
        for holding in &region.holdings {
            let word = match holding.kind {
                HoldingKind::Notebook => "Notebk",
                HoldingKind::App => "Studio",
                HoldingKind::Cluster => "Cluster",
            };
            for session in &holding.sessions {
                let machines = f64::from(holding.instance_count);
                let span = (session.from, session.to);
                self.add(region, &holding.arn, word, &holding.instance_type, span, |_| machines, false);
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one call per kind of thing that is billed")]
    fn add(
        &mut self,
        region: &Region,
        arn: &str,
        word: &str,
        instance_type: &str,
        (began, ended): (DateTime<Utc>, Option<DateTime<Utc>>),
        machines: impl Fn(DateTime<Utc>) -> f64,
        is_covered: bool,
    ) {
        let Some(usd) = usd_per_hour(instance_type).and_then(|usd| usd.parse::<f64>().ok()) else { return };
        let machine = if word == "Studio" { format!("JupyterLab-{instance_type}") } else { instance_type.to_owned() };
        let usage_type = format!("{}-{word}:{machine}", prefix(&region.name));
        let (mut at, end) = (began.max(self.from), ended.unwrap_or(self.to).min(self.to));
        while at < end {
            let hour = at - TimeDelta::seconds(at.timestamp().rem_euclid(3_600));
            let next = (hour + TimeDelta::hours(1)).min(end);
            let quantity = (next - at).num_seconds() as f64 / 3_600.0 * machines(at);
            if quantity > 0.0 {
                self.charges.push(Charge {
                    hour,
                    arn: arn.to_owned(),
                    region: region.name.clone(),
                    usage_type: usage_type.clone(),
                    quantity,
                    micro_usd: micro(quantity * usd),
                    is_covered,
                });
            }
            at = next;
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "micro-dollars of an hour")]
fn micro(usd: f64) -> i64 {
    (usd * MICRO).round() as i64
}

/// First days of the months between two moments, both included.
#[must_use]
pub fn months(from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<NaiveDate> {
    let first = |at: DateTime<Utc>| at.date_naive().with_day(1).unwrap_or(at.date_naive());
    let (start, end) = (first(from), first(to));
    (0..).map(|month| start + Months::new(month)).take_while(|month| *month <= end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fleet;

    #[test]
    fn the_file_holds_every_charge_and_nothing_else() {
        let now: DateTime<Utc> = "2026-11-20T15:30:30Z".parse().unwrap();
        let fleet = Fleet::small(now, 7);
        let account = &fleet.accounts[0];
        let month = months(now, now)[0];
        let all = charges(account, month, now);
        let report = report(account, month, now);
        assert!(all.len() > 100 && report.lines().count() == all.len() + 1);
        let billed: f64 =
            report.lines().skip(1).map(|line| line.split(',').nth(6).unwrap().parse::<f64>().unwrap()).sum();
        let truth: i64 = all.iter().map(Charge::billed_micro_usd).sum();
        assert!((billed - truth as f64 / MICRO).abs() < 1e-6, "{billed} {truth}");
        let spot: f64 = all.iter().filter(|each| each.arn.ends_with("/spot")).map(|each| each.quantity).sum();
        assert!((spot - 1860.0 / 3600.0).abs() < 1e-6, "what spot was billed: {spot}");
        assert_eq!(months("2026-10-31T00:00:00Z".parse().unwrap(), now).len(), 2);
    }
}
