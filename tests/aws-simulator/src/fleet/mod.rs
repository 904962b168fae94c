//! The fleet: every account, job and endpoint that the simulated AWS knows, as plain data.

mod demo;
mod demo_endpoints;
mod demo_families;
mod demo_holdings;
mod demo_jobs;
mod demo_services;
mod endpoint;
mod hardware;
mod holding;
mod job;
mod outage;
mod small;
mod trace;
mod traffic;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use endpoint::{CountStep, Endpoint, EndpointConfig, Hosting, Variant};
pub use hardware::Hardware;
pub(crate) use holding::DOMAIN;
pub use holding::{Holding, HoldingKind, HoldingSeen, Session};
pub use job::{HYPERPARAMETER_SECRET, Job, JobKind, JobSeen, JobStatus, Load, Transition};
pub use outage::Outage;
pub use trace::Burst;
pub use traffic::{Shape, Traffic};

/// Key and value, in the order AWS returns them.
pub type Tags = Vec<(String, String)>;

/// A whole simulated organisation at one simulated instant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fleet {
    /// The simulated present: what happens after it is not visible.
    pub now: DateTime<Utc>,
    /// Whether the present moves on with the wall clock once the simulator runs.
    pub ticking: bool,
    /// The seed of all metric values.
    pub seed: u64,
    /// Raise it to restate every metric value.
    pub revision: u32,
    /// The accounts; the first one answers to unknown access keys.
    pub accounts: Vec<Account>,
}

/// One AWS account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Twelve digits.
    pub id: String,
    /// The name people use.
    pub name: String,
    /// Regions with workloads; every other region is empty.
    pub regions: Vec<Region>,
}

/// What one account runs in one region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Region {
    /// Such as `us-east-1`.
    pub name: String,
    /// Jobs of every kind in any order.
    pub jobs: Vec<Job>,
    /// Endpoints in any order, deleted ones included.
    pub endpoints: Vec<Endpoint>,
    /// Notebook instances, Studio apps and clusters in any order.
    #[serde(default)]
    pub holdings: Vec<Holding>,
    /// When CloudWatch was silent: ascending, without overlap.
    #[serde(default)]
    pub outages: Vec<Outage>,
    /// Operations (`ListApps`) that the reader's role may not call here.
    #[serde(default)]
    pub refused: Vec<String>,
}

impl Fleet {
    /// The demo: three accounts, four regions, five teams, about 2,900 jobs over 90 days and 37 endpoints.
    ///
    /// In the week before `now`, CloudWatch was silent for a morning in one region, and one operation is refused in another.
    /// Depends on the seed and on the day of `now` only; the schedule reaches two days past `now`, so that a ticking
    /// fleet goes on working.
    #[must_use]
    pub fn demo(now: DateTime<Utc>, seed: u64) -> Self {
        demo::build(now, seed)
    }

    /// The fleet for tests: one account, one region, a dozen jobs that each show one oddity, three endpoints, three days.
    #[must_use]
    pub fn small(now: DateTime<Utc>, seed: u64) -> Self {
        small::build(now, seed)
    }

    /// The account with this number.
    #[must_use]
    pub fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    /// One region of one account.
    #[must_use]
    pub fn region(&self, account: &str, region: &str) -> Option<&Region> {
        self.account(account)?.regions.iter().find(|r| r.name == region)
    }

    /// One job, for changing it.
    pub fn job_mut(&mut self, name: &str) -> Option<&mut Job> {
        self.regions_mut().flat_map(|region| region.jobs.iter_mut()).find(|job| job.name == name)
    }

    /// One endpoint, for changing it.
    pub fn endpoint_mut(&mut self, name: &str) -> Option<&mut Endpoint> {
        self.regions_mut().flat_map(|region| region.endpoints.iter_mut()).find(|endpoint| endpoint.name == name)
    }

    /// Every job with its account and region.
    pub fn jobs(&self) -> impl Iterator<Item = (&Account, &Region, &Job)> {
        self.places().flat_map(|(account, region)| region.jobs.iter().map(move |job| (account, region, job)))
    }

    /// Every endpoint with its account and region.
    pub fn endpoints(&self) -> impl Iterator<Item = (&Account, &Region, &Endpoint)> {
        self.places()
            .flat_map(|(account, region)| region.endpoints.iter().map(move |endpoint| (account, region, endpoint)))
    }

    fn places(&self) -> impl Iterator<Item = (&Account, &Region)> {
        self.accounts.iter().flat_map(|account| account.regions.iter().map(move |region| (account, region)))
    }

    fn regions_mut(&mut self) -> impl Iterator<Item = &mut Region> {
        self.accounts.iter_mut().flat_map(|account| account.regions.iter_mut())
    }
}

impl Account {
    /// An access key id that selects this account.
    #[must_use]
    pub fn access_key_id(&self) -> String {
        format!("AKIADEMO{}", self.id)
    }
}

/// Midnight (UTC) of an instant's day.
pub(crate) fn midnight(at: DateTime<Utc>) -> DateTime<Utc> {
    at - TimeDelta::seconds(at.timestamp().rem_euclid(86_400))
        - TimeDelta::nanoseconds(i64::from(at.timestamp_subsec_nanos()))
}

pub(crate) fn arn(region: &str, account: &str, kind: &str, name: &str) -> String {
    format!("arn:aws:sagemaker:{region}:{account}:{kind}/{name}")
}

pub(crate) fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}
