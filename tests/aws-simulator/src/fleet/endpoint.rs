//! A real-time endpoint: its configurations over time and how many instances each variant had.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Tags, Traffic, arn};

/// From this instant on, a variant has this many instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountStep {
    /// Begin.
    pub from: DateTime<Utc>,
    /// Instances in service.
    pub count: u32,
}

/// One production variant of a configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    /// Unique in its endpoint.
    pub name: String,
    /// The model behind it.
    pub model: String,
    /// Such as `ml.g5.xlarge`.
    pub instance_type: String,
    /// Instances at deployment.
    pub initial_count: u32,
    /// Share of calls, relative to the other variants.
    pub weight: f64,
    /// Calls a minute that keep one instance fully busy.
    pub capacity_per_minute: f64,
    /// Changes of the count by autoscaling, ascending.
    pub steps: Vec<CountStep>,
    /// Limits of autoscaling, where there is one.
    pub scaling: Option<(u32, u32)>,
    /// Gets a copy of every call and answers nobody.
    #[serde(default)]
    pub shadow: bool,
}

impl Variant {
    /// A variant with a constant number of instances.
    #[must_use]
    pub fn new(name: &str, model: &str, instance_type: &str, initial_count: u32, capacity_per_minute: f64) -> Self {
        Self {
            name: name.to_owned(),
            model: model.to_owned(),
            instance_type: instance_type.to_owned(),
            initial_count,
            weight: 1.0,
            capacity_per_minute,
            steps: Vec::new(),
            scaling: None,
            shadow: false,
        }
    }

    /// Sets the share of calls.
    #[must_use]
    pub fn weighing(mut self, weight: f64) -> Self {
        self.weight = weight;
        self
    }

    /// Gets copies of the calls.
    #[must_use]
    pub const fn in_shadow(mut self) -> Self {
        self.shadow = true;
        self
    }

    /// Follows the calls between two limits: looks every 15 minutes, grows at 60 % load, shrinks one at a time at most once an hour.
    #[must_use]
    pub fn autoscaled(mut self, limits: (u32, u32), traffic: &Traffic, from: DateTime<Utc>, to: DateTime<Utc>) -> Self {
        let (low, high) = limits;
        let mut count = self.initial_count;
        let mut last_change = from;
        let mut at = from;
        while at < to {
            let load = traffic.mean_at(at.timestamp() / 60) / (self.capacity_per_minute * 0.6);
            let wanted = (low..high).find(|n| f64::from(*n) >= load).unwrap_or(high);
            let next =
                if wanted < count && at - last_change >= TimeDelta::hours(1) { count - 1 } else { wanted.max(count) };
            if next != count {
                self.steps.push(CountStep { from: at, count: next });
                count = next;
                last_change = at;
            }
            at += TimeDelta::minutes(15);
        }
        self.scaling = Some(limits);
        self
    }

    /// Instances in service at an instant.
    #[must_use]
    pub fn count_at(&self, at: DateTime<Utc>) -> u32 {
        let passed = self.steps.partition_point(|step| step.from <= at);
        passed.checked_sub(1).and_then(|last| self.steps.get(last)).map_or(self.initial_count, |step| step.count)
    }
}

/// An endpoint configuration and when the endpoint began to use it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EndpointConfig {
    /// Unique in its account and region.
    pub name: String,
    /// The full resource name.
    pub arn: String,
    /// When it was written.
    pub created: DateTime<Utc>,
    /// When the endpoint switched to it.
    pub active_from: DateTime<Utc>,
    /// Its variants.
    pub variants: Vec<Variant>,
}

/// How an endpoint takes its requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hosting {
    /// At once, on instances.
    #[default]
    RealTime,
    /// From a queue, on instances.
    Async,
    /// At once, on capacity that AWS holds.
    Serverless {
        /// Memory, MB.
        memory_mb: u32,
        /// Capacity held ready, requests at once.
        provisioned: Option<u32>,
    },
}

/// An endpoint over its whole life.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Unique in its account and region while it lives.
    pub name: String,
    /// The full resource name.
    pub arn: String,
    /// When it was created.
    pub created: DateTime<Utc>,
    /// From then on AWS no longer knows it; its metrics stay.
    pub deleted: Option<DateTime<Utc>>,
    /// Configurations in the order of use.
    pub configs: Vec<EndpointConfig>,
    /// Tags.
    pub tags: Tags,
    /// Calls.
    pub traffic: Traffic,
    /// How it takes them.
    #[serde(default)]
    pub hosting: Hosting,
}

impl Endpoint {
    /// An endpoint with one configuration, which it uses from its creation.
    #[must_use]
    pub fn new(
        account: &str,
        region: &str,
        name: &str,
        created: DateTime<Utc>,
        traffic: Traffic,
        variants: Vec<Variant>,
    ) -> Self {
        Self {
            name: name.to_owned(),
            arn: arn(region, account, "endpoint", name),
            created,
            deleted: None,
            configs: Vec::new(),
            tags: Tags::new(),
            traffic,
            hosting: Hosting::RealTime,
        }
        .reconfigured(account, region, created, variants)
    }

    /// Switches to a further configuration.
    #[must_use]
    pub fn reconfigured(mut self, account: &str, region: &str, at: DateTime<Utc>, variants: Vec<Variant>) -> Self {
        let name = format!("{}-config-{}", self.name, self.configs.len() + 1);
        self.configs.push(EndpointConfig {
            arn: arn(region, account, "endpoint-config", &name),
            name,
            created: at - TimeDelta::seconds(20),
            active_from: at,
            variants,
        });
        self
    }

    /// Sets the tags.
    #[must_use]
    pub fn tagged(mut self, pairs: &[(&str, &str)]) -> Self {
        self.tags = super::tags(pairs);
        self
    }

    /// Takes its requests otherwise than at once on instances.
    #[must_use]
    pub fn hosted(mut self, hosting: Hosting) -> Self {
        self.hosting = hosting;
        self
    }

    /// Is deleted at an instant.
    #[must_use]
    pub fn deleted(mut self, at: DateTime<Utc>) -> Self {
        self.deleted = Some(at);
        self
    }

    /// When the first instances served: six minutes after the creation.
    #[must_use]
    pub fn in_service(&self) -> DateTime<Utc> {
        self.created + TimeDelta::minutes(6)
    }

    /// Whether AWS knows the endpoint at an instant.
    #[must_use]
    pub fn exists_at(&self, at: DateTime<Utc>) -> bool {
        self.created <= at && self.deleted.is_none_or(|deleted| at < deleted)
    }

    /// The configuration in use at an instant.
    #[must_use]
    pub fn config_at(&self, at: DateTime<Utc>) -> Option<&EndpointConfig> {
        self.configs.iter().rev().find(|config| config.active_from <= at)
    }

    /// The last deployment or change of an instance count up to an instant.
    #[must_use]
    pub fn last_modified(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let Some(config) = self.config_at(at) else { return self.created };
        let deployed = (config.active_from + TimeDelta::minutes(6)).min(at);
        let steps = config.variants.iter().flat_map(|variant| &variant.steps);
        steps.map(|step| step.from).filter(|from| *from <= at).fold(deployed, DateTime::max)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Shape;
    use super::*;

    #[test]
    fn autoscaling_follows_the_wave_within_its_limits() {
        let from: DateTime<Utc> = "2026-11-16T00:00:00Z".parse().unwrap();
        let traffic = Traffic::new(240.0, Shape::Diurnal { peak_hour: 14.0, floor: 0.1 }, 40_000.0);
        let variant = Variant::new("v", "m", "ml.g5.xlarge", 1, 100.0).autoscaled(
            (1, 4),
            &traffic,
            from,
            from + TimeDelta::days(2),
        );
        let at = |hour: i64| variant.count_at(from + TimeDelta::hours(24 + hour));
        assert_eq!((at(2), at(14)), (1, 4));
        assert!(variant.steps.len() >= 12, "up and down on both days: {}", variant.steps.len());
        assert!(variant.steps.iter().all(|step| (1..=4).contains(&step.count)));
    }
}
