//! The demo: five teams in three accounts over ninety days, with a story that a lead of such teams recognises.
//!
//! What happens on a calendar day depends on the seed and that day alone, so a later `now` shows the same past; only the
//! sweep, the Trainium trial and the silence of CloudWatch always lie in the ISO week before the present.

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};

use super::{Account, Fleet, Outage, Region, midnight};
use super::{demo_endpoints as endpoints, demo_holdings as holdings, demo_jobs as jobs, demo_services as services};

pub(super) const RESEARCH: &str = "111122223333";
pub(super) const PRODUCT: &str = "222233334444";
pub(super) const PLATFORM: &str = "333344445555";

/// Days of history, and days of schedule past the present for a fleet that ticks.
pub(super) const PAST_DAYS: i64 = 90;
pub(super) const FUTURE_DAYS: i64 = 2;

const PLACES: &[(&str, &str, &[&str])] = &[
    (RESEARCH, "research", &["us-east-1", "us-west-2"]),
    (PRODUCT, "product", &["us-east-1", "eu-west-1"]),
    (PLATFORM, "platform", &["eu-north-1"]),
];

pub(super) fn build(now: DateTime<Utc>, seed: u64) -> Fleet {
    let today = midnight(now);
    let last_monday = today - TimeDelta::days(i64::from(today.weekday().num_days_from_monday()) + 7);
    let mut jobs = jobs::build(today, last_monday, seed);
    let mut endpoints = endpoints::build(today);
    endpoints.extend(services::build(today));
    let mut holdings = holdings::build(today, seed);
    let accounts = PLACES
        .iter()
        .map(|(id, name, regions)| Account {
            id: (*id).to_owned(),
            name: (*name).to_owned(),
            regions: regions
                .iter()
                .map(|region| Region {
                    name: (*region).to_owned(),
                    jobs: extract(&mut jobs, |job| is_at(&job.arn, region, id)),
                    endpoints: extract(&mut endpoints, |endpoint| is_at(&endpoint.arn, region, id)),
                    holdings: extract(&mut holdings, |holding| is_at(&holding.arn, region, id)),
                    outages: outages((id, region), last_monday),
                    refused: refused((id, region)),
                })
                .collect(),
        })
        .collect();
    Fleet { now, ticking: false, seed, revision: 0, accounts }
}

/// The tags of a workload; teams share cost centres.
pub(super) fn bearing<'a>(team: &'a str, project: &'a str, environment: &'a str) -> [(&'a str, &'a str); 4] {
    let cost_centre = match team {
        "vision" | "nlp" => "4100 research",
        "forecasting" | "ranking" => "4200 product",
        _ => "9000 shared",
    };
    [("team", team), ("project", project), ("environment", environment), ("cost-centre", cost_centre)]
}

/// On last week's Wednesday, CloudWatch was silent about the product account in Ireland for seven and a half hours.
fn outages(place: (&str, &str), last_monday: DateTime<Utc>) -> Vec<Outage> {
    let from = last_monday + TimeDelta::days(2) + TimeDelta::minutes(2 * 60 + 10);
    let silence = Outage { from, to: from + TimeDelta::minutes(7 * 60 + 30) };
    if place == (PRODUCT, "eu-west-1") { vec![silence] } else { Vec::new() }
}

/// The role that reads the platform account was never allowed to list Studio's apps.
fn refused(place: (&str, &str)) -> Vec<String> {
    if place == (PLATFORM, "eu-north-1") { vec!["ListApps".to_owned()] } else { Vec::new() }
}

fn is_at(arn: &str, region: &str, account: &str) -> bool {
    let mut parts = arn.split(':').skip(3);
    parts.next() == Some(region) && parts.next() == Some(account)
}

fn extract<T>(all: &mut Vec<T>, belongs: impl Fn(&T) -> bool) -> Vec<T> {
    let (here, rest) = std::mem::take(all).into_iter().partition(belongs);
    *all = rest;
    here
}

#[cfg(test)]
mod tests;
