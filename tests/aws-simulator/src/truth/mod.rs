//! Every metric value as a pure function of (fleet seed, series, minute, revision).
//!
//! A [`Series`] knows the value of each whole minute; a period is the merge of its minutes, nothing is stored.
//! Noise has two parts, one per five-minute cell and a smaller one per minute, so that curves look like curves.
//! A percentile of a period is *defined* here as the mean of its minutes' percentiles weighted by their sample counts:
//! monotonic between p50, p90 and p99 as on AWS, and known without keeping samples.

mod datum;
mod hosting;
mod metric;
mod training;

use std::collections::HashMap;

use crate::Fleet;
use crate::fleet::{Endpoint, Hardware, Hosting, Job, Outage, Region};
use crate::noise;

pub use datum::{Datum, Statistic};
pub use metric::{
    Metric, NAMESPACE_AGENT, NAMESPACE_ENDPOINTS, NAMESPACE_INVOCATIONS, NAMESPACE_PROCESSING, NAMESPACE_TRAINING,
    NAMESPACE_TRANSFORM, namespace_of,
};

use hosting::Serving;
use training::Host;

/// One CloudWatch metric with one exact set of dimensions.
#[derive(Clone, Debug)]
pub struct Series<'a> {
    metric: Metric,
    /// First minute that can hold a value.
    from: i64,
    /// First minute that cannot: the end of the life or the simulated present.
    until: i64,
    /// When CloudWatch was silent, ascending.
    outages: &'a [Outage],
    source: Source<'a>,
}

#[derive(Clone, Debug)]
enum Source<'a> {
    Host(Host<'a>),
    Serving(Serving<'a>),
}

/// What stands in a region, by its name; of two with one name the first.
#[derive(Debug)]
pub struct Directory<'a> {
    region: &'a Region,
    endpoints: HashMap<&'a str, &'a Endpoint>,
    /// Jobs of different kinds may share a name.
    jobs: HashMap<&'a str, Vec<&'a Job>>,
}

impl<'a> Directory<'a> {
    /// The directory of a region.
    #[must_use]
    pub fn new(region: &'a Region) -> Self {
        let mut jobs: HashMap<&str, Vec<&Job>> = HashMap::new();
        for job in &region.jobs {
            jobs.entry(&job.name).or_default().push(job);
        }
        let endpoints = region.endpoints.iter().rev().map(|endpoint| (endpoint.name.as_str(), endpoint));
        Self { region, endpoints: endpoints.collect(), jobs }
    }
}

impl<'a> Series<'a> {
    /// The series of one host of a job, `host` counting from 1; nothing if the job publishes no such metric.
    #[must_use]
    pub fn of_host(
        fleet: &Fleet,
        account: &str,
        region: &'a Region,
        job: &str,
        host: u32,
        metric: Metric,
    ) -> Option<Self> {
        let job = region.jobs.iter().find(|candidate| candidate.name == job)?;
        Self::of_job(fleet, account, region, job, host, metric)
    }

    fn of_job(
        fleet: &Fleet,
        account: &str,
        region: &'a Region,
        job: &'a Job,
        host: u32,
        metric: Metric,
    ) -> Option<Self> {
        let known =
            (1..=job.instance_count).contains(&host) && metric.is_published_by(Hardware::of(&job.instance_type));
        if !known || !metric.is_utilisation() {
            return None;
        }
        let started = job.started?;
        // Collection begins a minute after the instances do: very short jobs have no datapoint at all.
        let from = whole_minute_after(started.timestamp()) + 1;
        let ended = job.ended.map_or(i64::MAX, |ended| ended.timestamp());
        let until = ended.min(fleet.now.timestamp()).div_euclid(60);
        let number = host.to_string();
        let identity = noise::key(fleet.seed, &[account, &region.name, "host", &job.name, &number]);
        let source = Source::Host(Host::new(job, metric, identity, fleet.revision, from));
        Some(Self { metric, from, until, outages: &region.outages, source })
    }

    /// The series of one endpoint variant; nothing if the endpoint never had it or it publishes no such metric.
    #[must_use]
    pub fn of_variant(
        fleet: &Fleet,
        account: &str,
        region: &'a Region,
        endpoint: &str,
        variant: &str,
        metric: Metric,
    ) -> Option<Self> {
        let endpoint = region.endpoints.iter().find(|candidate| candidate.name == endpoint)?;
        Self::of_serving(fleet, account, region, endpoint, variant, metric)
    }

    fn of_serving(
        fleet: &Fleet,
        account: &str,
        region: &'a Region,
        endpoint: &'a Endpoint,
        variant: &str,
        metric: Metric,
    ) -> Option<Self> {
        let identity = noise::key(fleet.seed, &[account, &region.name, "variant", &endpoint.name, variant]);
        let serving = Serving::new(endpoint, variant, metric, identity, fleet.revision)?;
        let from = whole_minute_after(endpoint.in_service().timestamp());
        let deleted = endpoint.deleted.map_or(i64::MAX, |deleted| deleted.timestamp());
        let until = deleted.min(fleet.now.timestamp()).div_euclid(60);
        Some(Self { metric, from, until, outages: &region.outages, source: Source::Serving(serving) })
    }

    /// The series that CloudWatch would find for a namespace, a name and an exact set of dimensions in any order.
    #[must_use]
    pub fn find(
        fleet: &Fleet,
        account: &str,
        directory: &Directory<'a>,
        namespace: &str,
        name: &str,
        dimensions: &[(&str, &str)],
    ) -> Option<Self> {
        let region = directory.region;
        let endpoint = dimensions.iter().find(|(name, _)| *name == "EndpointName");
        let endpoint = endpoint.and_then(|(_, name)| directory.endpoints.get(name).copied());
        let name = match (endpoint.map(|endpoint| endpoint.hosting), name) {
            // What comes from a queue is counted when it has been processed, and under no other name.
            (Some(Hosting::Async), "Invocations") => return None,
            (Some(Hosting::Async), "InvocationsProcessed") => "Invocations",
            (_, name) => name,
        };
        let metric = Metric::from_name(name)?;
        // Nobody sees the machines of a serverless endpoint.
        let is_hidden = metric.is_utilisation() && metric != Metric::MemoryUtilization;
        if is_hidden && matches!(endpoint.map(|each| each.hosting), Some(Hosting::Serverless { .. })) {
            return None;
        }
        let value = |wanted: &str| dimensions.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
        if dimensions.len() == 1 {
            let (name, host) = value("Host")?.rsplit_once('/')?;
            let is_of =
                |kind| namespace == if metric == Metric::GpuPower { NAMESPACE_AGENT } else { namespace_of(kind) };
            let job = directory.jobs.get(name)?.iter().copied().find(|job| is_of(job.kind))?;
            let number = (1..=job.instance_count).find(|number| job.host_name(*number) == host)?;
            return Self::of_job(fleet, account, region, job, number, metric);
        }
        let is_hosting = namespace == if metric.is_utilisation() { NAMESPACE_ENDPOINTS } else { NAMESPACE_INVOCATIONS };
        if !is_hosting || dimensions.len() != 2 {
            return None;
        }
        Self::of_serving(fleet, account, region, endpoint?, value("VariantName")?, metric)
    }

    /// What it measures.
    #[must_use]
    pub const fn metric(&self) -> Metric {
        self.metric
    }

    /// The first minute since 1970 that can hold a value, and the first one that cannot.
    #[must_use]
    pub const fn span(&self) -> (i64, i64) {
        (self.from, self.until)
    }

    /// The value of one whole minute since 1970; nothing where CloudWatch has no datapoint.
    #[must_use]
    pub fn minute(&self, minute: i64) -> Option<Datum> {
        self.merged(minute, minute + 1)
    }

    /// All minutes in `from..to` as one datapoint; nothing if none of them has one.
    #[must_use]
    pub fn merged(&self, from: i64, to: i64) -> Option<Datum> {
        let (from, to) = (from.max(self.from), to.min(self.until));
        let heard = self.heard(from, to);
        match &self.source {
            Source::Host(host) => Datum::merge(heard.flat_map(|(from, to)| from..to).map(|minute| host.minute(minute))),
            Source::Serving(serving) => Datum::merge(heard.flat_map(|(from, to)| serving.minutes(from, to))),
        }
    }

    /// What is left of `from..to` without the outages.
    fn heard(&self, from: i64, to: i64) -> impl Iterator<Item = (i64, i64)> {
        let begins = std::iter::once(from).chain(self.outages.iter().map(move |outage| outage.minutes().1.max(from)));
        let ends = self.outages.iter().map(move |outage| outage.minutes().0.min(to)).chain(std::iter::once(to));
        begins.zip(ends).filter(|(from, to)| from < to)
    }
}

/// The value of one series in one minute since 1970; `dimensions` exactly as CloudWatch names them.
#[must_use]
pub fn truth(
    fleet: &Fleet,
    account: &str,
    region: &str,
    namespace: &str,
    name: &str,
    dimensions: &[(&str, &str)],
    minute: i64,
) -> Option<Datum> {
    let directory = Directory::new(fleet.region(account, region)?);
    Series::find(fleet, account, &directory, namespace, name, dimensions)?.minute(minute)
}

fn whole_minute_after(epoch_s: i64) -> i64 {
    epoch_s.div_euclid(60) + i64::from(epoch_s.rem_euclid(60) > 0)
}

#[cfg(test)]
mod tests;
