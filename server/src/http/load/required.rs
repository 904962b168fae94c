//! The alarms that an endpoint of its kind should have. AWS' catalogue of recommended alarms has no part on SageMaker, so the
//! list is ours, but for the bounds of 20 and 80 % of a machine, which are AWS'.

use app::view::{Shown, Unit};
use footprint::FactorSet;
use serde_json::Value;

use super::configuration::text;
use crate::aws::facts::{ItemKind, is_serverless};
use crate::store::key_figure::Watched;

pub(super) const CALLS: &str = "AWS/SageMaker";
const INSTANCES: &str = "/aws/sagemaker/Endpoints";
/// Application Auto Scaling makes these for itself; they change capacity and tell nobody.
const OF_SCALING: &str = "TargetTracking-";
const HOUR_S: u32 = 3_600;

/// An alarm that should be there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wanted {
    /// What it watches for.
    pub(super) watches: &'static str,
    /// The end of its name.
    pub(super) word: &'static str,
    pub(super) namespace: &'static str,
    /// The metric that the command asks for, and those that would do as well.
    pub(super) metric: &'static str,
    others: &'static [&'static str],
    /// `Sum`, `Average`, `Maximum` or a percentile.
    pub(super) statistic: &'static str,
    pub(super) is_above: bool,
    /// `None` where nobody knows what a whole machine is.
    pub(super) threshold: Option<f64>,
    pub(super) period_s: u32,
    pub(super) periods: u32,
    /// Whether no data is what it warns of.
    pub(super) is_silence: bool,
}

impl Wanted {
    const fn above(
        watches: &'static str,
        word: &'static str,
        (namespace, metric): (&'static str, &'static str),
        statistic: &'static str,
        threshold: Option<f64>,
    ) -> Self {
        Self {
            watches,
            word,
            namespace,
            metric,
            others: &[],
            statistic,
            is_above: true,
            threshold,
            period_s: 300,
            periods: 3,
            is_silence: false,
        }
    }

    /// Whether an alarm watches for this, by metric, dimensions and direction; `variant` is `None` for the endpoint as a whole.
    pub(super) fn is_met_by(&self, alarm: &Value, variant: Option<&str>) -> bool {
        let metric = text(alarm, "metric").unwrap_or_default();
        let comparison = text(alarm, "comparison").unwrap_or_default();
        let direction = if self.is_above { "LessThan" } else { "GreaterThan" };
        text(alarm, "variant") == variant
            && (metric == self.metric || self.others.contains(&metric))
            && !comparison.starts_with(direction)
    }
}

/// Whether an alarm of this name tells somebody anything.
pub(super) fn tells(name: &str) -> bool {
    !name.starts_with(OF_SCALING)
}

/// An endpoint, as far as it decides which alarms it should have.
pub(super) struct Hosted<'a> {
    pub(super) hosting_option: &'a str,
    /// Its variants by name, each with the machine that it ran on last. None that gets copies of requests only.
    variants: Vec<(&'a str, &'a str)>,
}

impl<'a> Hosted<'a> {
    /// Of an endpoint whose variants ran on these machines, the earliest first; `weights` tells which of them are shadows.
    pub(super) fn new(
        hosting_option: &'a str,
        weights: &[Value],
        machines: impl DoubleEndedIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut variants: Vec<(&str, &str)> = Vec::new();
        for (name, machine) in machines.rev() {
            if !variants.iter().any(|(known, _)| *known == name) && !is_shadow(weights, name) {
                variants.push((name, machine));
            }
        }
        variants.sort_unstable();
        Self { hosting_option, variants }
    }
}

/// Whether a variant is served copies of requests only.
pub(super) fn is_shadow(weights: &[Value], variant: &str) -> bool {
    weights.iter().any(|each| text(each, "variant") == Some(variant) && each.get("shadow") == Some(&Value::Bool(true)))
}

/// The slowest that was seen of a variant, microseconds: bounds follow from it, what is wanted does not.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Slowest {
    /// Of CloudWatch's means of an hour.
    pub(super) answer_us: Option<f64>,
    /// Of the starts of new copies.
    pub(super) start_us: Option<f64>,
}

/// What should be watched, each with its variant; `None` for the endpoint as a whole.
pub(super) fn wanted<'a>(
    factors: &FactorSet,
    hosted: &Hosted<'a>,
    slowest: impl Fn(&str) -> Slowest,
) -> Vec<(Option<&'a str>, Wanted)> {
    let mut all = Vec::new();
    if hosted.hosting_option == "async" {
        all.extend(of_queue().map(|wanted| (None, wanted)));
    }
    for (name, machine) in &hosted.variants {
        let of_variant = match hosted.hosting_option {
            _ if is_serverless(machine) => serverless(slowest(name)),
            "async" => vec![failures(), disk()],
            _ => real_time(factors, machine, slowest(name)),
        };
        all.extend(of_variant.into_iter().map(|wanted| (Some(*name), wanted)));
    }
    all
}

fn errors() -> Wanted {
    let metric = (CALLS, "Invocation5XXErrors");
    Wanted { periods: 1, ..Wanted::above("Errors of the server", "errors-5xx", metric, "Sum", Some(0.0)) }
}

fn failures() -> Wanted {
    let metric = (CALLS, "InvocationFailures");
    Wanted { periods: 1, ..Wanted::above("Requests that failed", "failures", metric, "Sum", Some(0.0)) }
}

fn disk() -> Wanted {
    Wanted::above("A disk that fills up", "disk", (INSTANCES, "DiskUtilization"), "Maximum", Some(80.0))
}

fn of_queue() -> [Wanted; 2] {
    [
        Wanted::above(
            "Requests that wait too long",
            "oldest-request",
            (CALLS, "ApproximateAgeOfOldestRequest"),
            "Maximum",
            Some(900.0),
        ),
        Wanted::above(
            "Requests without an instance",
            "no-capacity",
            (CALLS, "HasBacklogWithoutCapacity"),
            "Maximum",
            Some(0.0),
        ),
    ]
}

fn serverless(slowest: Slowest) -> Vec<Wanted> {
    // Twice the slowest hour of the period, or ten seconds where nobody has seen a start.
    let slow = slowest.start_us.map_or(10e6, |slowest| (2.0 * slowest).round());
    vec![
        errors(),
        Wanted::above("Slow starts of new copies", "cold-starts", (CALLS, "ModelSetupTime"), "Average", Some(slow)),
        Wanted::above("Memory that runs out", "memory", (INSTANCES, "MemoryUtilization"), "Maximum", Some(80.0)),
        Wanted::above(
            "Requests that will be throttled",
            "concurrency",
            (CALLS, "ServerlessConcurrentExecutionsUtilization"),
            "Maximum",
            Some(0.8),
        ),
    ]
}

fn real_time(factors: &FactorSet, machine: &str, slowest: Slowest) -> Vec<Wanted> {
    let instance = factors.instance(machine).ok();
    let accelerators = instance.map_or(0, |instance| instance.accelerator_count());
    let (metric, others, units): (_, &'static [&'static str], _) = match accelerators {
        0 => {
            let others = &["GPUUtilization", "CPUUtilizationNormalized", "GPUUtilizationNormalized"];
            ("CPUUtilization", others, instance.and_then(|instance| instance.vcpu))
        }
        some => {
            let others = &["CPUUtilization", "CPUUtilizationNormalized", "GPUUtilizationNormalized"];
            ("GPUUtilization", others, Some(some))
        }
    };
    // CloudWatch adds up over cores and accelerators.
    let percent = |percent: f64| units.map(|units| percent * f64::from(units));
    // Twice the slowest of CloudWatch's means in the period, or a second where nobody called.
    let slow = slowest.answer_us.map_or(1e6, |slowest| (2.0 * slowest).round());
    let busy = Wanted {
        others,
        ..Wanted::above("Machines that are too busy", "busy", (INSTANCES, metric), "Average", percent(80.0))
    };
    vec![
        errors(),
        Wanted::above("Answers that come too late", "latency-p99", (CALLS, "ModelLatency"), "p99", Some(slow)),
        busy.clone(),
        Wanted {
            watches: "Machines with too little to do",
            word: "underused",
            is_above: false,
            threshold: percent(20.0),
            period_s: HOUR_S,
            periods: 24,
            ..busy
        },
        Wanted {
            is_above: false,
            period_s: HOUR_S,
            periods: 24,
            is_silence: true,
            ..Wanted::above("Nobody calls", "no-calls", (CALLS, "Invocations"), "Sum", Some(1.0))
        },
        disk(),
    ]
}

/// Why something is not known, by how reading it fared last (`None`: it was never tried); `None` where it was read.
pub(super) fn unread(feature: &str, state: Option<&str>) -> Option<String> {
    match state {
        Some("granted") => None,
        Some("denied") => Some(format!("the role may not read {feature}")),
        Some(_) => Some(format!("{feature} could not be read")),
        None => Some(format!("nobody has read {feature} here")),
    }
}

/// The share of the required alarms that are there, percent.
pub(super) fn share(present: u32, required: u32) -> Shown {
    match required {
        0 => Shown::Unknown("no variant is known".to_owned()),
        required => Shown::exact(100.0 * f64::from(present) / f64::from(required), Unit::Percent),
    }
}

/// Required alarms of several endpoints.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    present: u32,
    required: u32,
    /// Endpoints whose alarms were read.
    endpoints: u32,
    /// Endpoints of which nothing is counted, because their alarms could not be read.
    left_out: u32,
    /// Why, of the first of them.
    reason: String,
}

impl Tally {
    /// Counts the alarms of endpoints, each as its own page does.
    #[must_use]
    pub fn of(factors: &FactorSet, endpoints: &[Watched]) -> Self {
        let mut tally = Self::default();
        for endpoint in endpoints {
            if let Some(reason) = unread(ItemKind::Alarm.plural(), endpoint.probe.as_deref()) {
                if tally.left_out == 0 {
                    tally.reason = reason;
                }
                tally.left_out += 1;
                continue;
            }
            tally.endpoints += 1;
            let machines = endpoint.machines.iter().map(|each| (each.variant.as_str(), each.instance_type.as_str()));
            let hosted = Hosted::new(&endpoint.hosting_option, &endpoint.weights, machines);
            let alarms: Vec<&Value> =
                endpoint.alarms.iter().filter(|alarm| tells(&alarm.name)).map(|alarm| &alarm.document).collect();
            for (variant, wanted) in wanted(factors, &hosted, |_| Slowest::default()) {
                tally.required += 1;
                tally.present += u32::from(alarms.iter().any(|alarm| wanted.is_met_by(alarm, variant)));
            }
        }
        tally
    }

    /// Their share, percent.
    #[must_use]
    pub fn share(&self) -> Shown {
        match (self.endpoints, self.left_out) {
            (0, 0) => Shown::Unknown("no endpoint is there".to_owned()),
            (0, _) => Shown::NotEvaluated(self.reason.clone()),
            _ => share(self.present, self.required),
        }
    }

    /// What is counted, in words; nothing where nothing is.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        let endpoints = |count: u32| if count == 1 { "1 endpoint".to_owned() } else { format!("{count} endpoints") };
        let left_out = match self.left_out {
            0 => String::new(),
            some => format!("; {} left out, since {}", endpoints(some), self.reason),
        };
        (self.required > 0)
            .then(|| format!("{} of {} alarms of {}{left_out}", self.present, self.required, endpoints(self.endpoints)))
    }
}
