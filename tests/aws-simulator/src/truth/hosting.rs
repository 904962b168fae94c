//! What one endpoint variant does in one minute.

use chrono::{DateTime, Utc};

use super::training::wobble;
use super::{Datum, Metric};
use crate::fleet::{Endpoint, EndpointConfig, Hardware, Traffic, Variant};
use crate::noise;

#[derive(Clone, Debug)]
pub(super) struct Serving<'a> {
    traffic: &'a Traffic,
    metric: Metric,
    /// Ascending, without overlap; a gap means that the variant was not deployed.
    stretches: Vec<Stretch>,
    /// The calls themselves: shared by all metrics of the variant.
    calls: u64,
    key: u64,
}

/// Minutes with the same instances.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    from: i64,
    to: i64,
    hardware: Hardware,
    instances: f64,
    share: f64,
    capacity: f64,
}

impl<'a> Serving<'a> {
    pub(super) fn new(
        endpoint: &'a Endpoint,
        variant: &str,
        metric: Metric,
        identity: u64,
        revision: u32,
    ) -> Option<Self> {
        let stretches: Vec<Stretch> = stretches(endpoint, variant)
            .into_iter()
            .filter(|stretch| metric.is_published_by(stretch.hardware))
            .collect();
        if stretches.is_empty() {
            return None;
        }
        let calls = noise::key(identity ^ u64::from(revision), &["calls"]);
        let key = noise::key(identity ^ u64::from(revision), &[metric.name()]);
        Some(Self { traffic: &endpoint.traffic, metric, stretches, calls, key })
    }

    pub(super) fn minutes(&self, from: i64, to: i64) -> impl Iterator<Item = Option<Datum>> {
        let first = self.stretches.partition_point(|stretch| stretch.to <= from);
        let reached = self.stretches.get(first..).unwrap_or_default().iter();
        reached.take_while(move |stretch| stretch.from < to).flat_map(move |stretch| {
            (stretch.from.max(from)..stretch.to.min(to)).map(move |minute| self.minute(minute, stretch))
        })
    }

    fn minute(&self, minute: i64, stretch: &Stretch) -> Option<Datum> {
        let calls = self.calls_in(minute, stretch);
        if self.metric.is_utilisation() {
            return (stretch.instances > 0.0).then(|| self.utilisation(minute, calls, stretch));
        }
        // Nobody called: CloudWatch has no datapoint, which is not the same as a zero.
        if calls <= 0.0 || stretch.instances <= 0.0 {
            return None;
        }
        let errors = |share: f64| noise::floor(calls * share + noise::unit(self.key, minute)) as f64;
        Some(match self.metric {
            Metric::Invocation4xxErrors => Datum::ones(calls, errors(self.traffic.share_4xx).min(calls)),
            Metric::Invocation5xxErrors => Datum::ones(calls, errors(self.traffic.share_5xx).min(calls)),
            Metric::ModelLatency => self.latency(minute, calls, stretch),
            _ => Datum::same(calls, 1.0),
        })
    }

    /// Whole calls: rounded up or down by chance, so that rare calls stay rare and their mean stays right.
    fn calls_in(&self, minute: i64, stretch: &Stretch) -> f64 {
        let mean = self.traffic.mean_at(minute) * stretch.share;
        if mean <= 0.0 {
            return 0.0;
        }
        noise::floor(mean * wobble(self.calls, minute, 0.10) + noise::unit(self.calls.rotate_left(17), minute)).max(0)
            as f64
    }

    fn utilisation(&self, minute: i64, calls: f64, stretch: &Stretch) -> Datum {
        let load = (calls / (stretch.instances * stretch.capacity)).min(1.0);
        let cpu_work = if stretch.hardware.gpus > 0 { 0.30 } else { 0.88 };
        let (mean, swing) = match self.metric {
            Metric::CpuUtilization => (0.012 + cpu_work * load, 0.08),
            // No call, no kernel: exactly zero.
            Metric::GpuUtilization => (0.94 * load, 0.06),
            Metric::MemoryUtilization => (0.22 + 0.10 * load, 0.02),
            // The model stays loaded whether it is called or not.
            Metric::GpuMemoryUtilization => (0.46 + 0.08 * load, 0.005),
            _ => (0.12, 0.005),
        };
        let scale = self.metric.full_scale(stretch.hardware);
        let share = (mean * wobble(self.key, minute, swing)).clamp(0.0, 1.0);
        spread(stretch.instances, scale * share, scale)
    }

    fn latency(&self, minute: i64, calls: f64, stretch: &Stretch) -> Datum {
        let load = (calls / (stretch.instances * stretch.capacity)).min(1.0);
        let median = self.traffic.latency_us * (1.0 + 0.8 * load * load) * wobble(self.key, minute, 0.05);
        if calls <= 1.0 {
            return Datum::same(1.0, median);
        }
        Datum {
            count: calls,
            sum: calls * median * 1.12,
            minimum: median * 0.6,
            maximum: median * 3.6,
            percentiles: [median, median * 1.7, median * 2.9],
        }
    }
}

/// `instances` samples around a mean: the busiest a tenth above it, the laziest a tenth below.
fn spread(instances: f64, mean: f64, scale: f64) -> Datum {
    if instances <= 1.0 {
        return Datum::same(instances, mean);
    }
    let reach = (mean * 0.1).min(scale - mean);
    Datum {
        count: instances,
        sum: instances * mean,
        minimum: mean - reach,
        maximum: mean + reach,
        percentiles: [mean, mean + 0.8 * reach, mean + 0.98 * reach],
    }
}

fn stretches(endpoint: &Endpoint, variant: &str) -> Vec<Stretch> {
    let mut all = Vec::new();
    let ends = endpoint.configs.iter().skip(1).map(|config| minute_of(config.active_from)).chain([i64::MAX]);
    for (config, end) in endpoint.configs.iter().zip(ends) {
        if let Some(variant) = config.variants.iter().find(|candidate| candidate.name == variant) {
            add_stretches(&mut all, config, variant, end);
        }
    }
    all
}

fn add_stretches(all: &mut Vec<Stretch>, config: &EndpointConfig, variant: &Variant, end: i64) {
    let weights: f64 = config.variants.iter().filter(|v| !v.shadow).map(|v| v.weight).sum();
    let mut piece = Stretch {
        from: minute_of(config.active_from),
        to: end,
        hardware: Hardware::of(&variant.instance_type),
        instances: f64::from(variant.initial_count),
        share: match variant.shadow {
            true => 1.0,
            false if weights > 0.0 => variant.weight / weights,
            false => 0.0,
        },
        capacity: variant.capacity_per_minute.max(f64::MIN_POSITIVE),
    };
    for step in &variant.steps {
        let at = minute_of(step.from).clamp(piece.from, end);
        if at > piece.from {
            all.push(Stretch { to: at, ..piece });
        }
        piece.from = at;
        piece.instances = f64::from(step.count);
    }
    if piece.from < end {
        all.push(piece);
    }
}

/// The first minute that lies wholly after an instant.
fn minute_of(at: DateTime<Utc>) -> i64 {
    super::whole_minute_after(at.timestamp())
}
