//! What CloudWatch publishes beside the load of machines and the calls to variants: queues, copies, models that come and
//! go, pipelines, the Feature Store. Plain figures, so that a test can say what an hour must hold.

use chrono::{DateTime, Utc};

use crate::caller::Site;
use crate::fleet::{Endpoint, Hosting, Job, Variant};
use crate::noise;
use crate::sagemaker::configured::pipelines;
use crate::truth::Datum;

/// One metric with one exact set of dimensions, minute by minute.
pub(super) struct Gauge<'a> {
    from: i64,
    until: i64,
    minute: Box<dyn Fn(i64) -> Option<Datum> + 'a>,
}

impl<'a> Gauge<'a> {
    /// The gauge that CloudWatch would find; dimensions in any order.
    pub(super) fn find(site: Site<'a>, namespace: &str, name: &str, dimensions: &[(&str, &str)]) -> Option<Self> {
        let mut names: Vec<&str> = dimensions.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        let value = |wanted: &str| dimensions.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
        match names.as_slice() {
            ["EndpointName"] => queue(site, namespace, name, value("EndpointName")?),
            ["EndpointName", "VariantName"] => {
                variant(site, namespace, name, value("EndpointName")?, value("VariantName")?)
            }
            ["ContainerName", "EndpointName", "VariantName"] => container(
                site,
                namespace,
                name,
                [value("EndpointName")?, value("VariantName")?, value("ContainerName")?],
            ),
            ["InferenceComponentName"] => component(site, namespace, name, value("InferenceComponentName")?),
            ["PipelineName"] => pipeline(site, namespace, name, value("PipelineName")?),
            ["FeatureGroupName", "OperationName"] => {
                feature_group(site, namespace, name, (value("FeatureGroupName")?, value("OperationName")?))
            }
            _ => None,
        }
    }

    /// The first minute since 1970 that can hold a value, and the first one that cannot.
    pub(super) fn span(&self) -> (i64, i64) {
        (self.from, self.until)
    }

    /// All minutes in `from..to` as one; nothing if none of them has a value.
    pub(super) fn merged(&self, from: i64, to: i64) -> Option<Datum> {
        Datum::merge((from.max(self.from)..to.min(self.until)).map(|minute| (self.minute)(minute)))
    }

    fn of(endpoint: &Endpoint, now: DateTime<Utc>, minute: impl Fn(i64) -> Option<Datum> + 'a) -> Self {
        let until = endpoint.deleted.map_or(now, |deleted| deleted.min(now));
        Self { from: minute_of(endpoint.in_service()), until: minute_of(until), minute: Box::new(minute) }
    }
}

fn minute_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(60)
}

fn endpoint<'a>(site: Site<'a>, name: &str) -> Option<&'a Endpoint> {
    site.region?.endpoints.iter().find(|endpoint| endpoint.name == name)
}

/// Whole calls in a minute, over all variants.
fn calls(endpoint: &Endpoint, minute: i64) -> f64 {
    noise::floor(endpoint.traffic.mean_at(minute)) as f64
}

/// The same value for every call; nothing where nobody calls.
fn a_call(endpoint: &Endpoint, minute: i64, value: f64) -> Option<Datum> {
    let calls = calls(endpoint, minute);
    (calls > 0.0).then(|| Datum::same(calls, value))
}

fn queue<'a>(site: Site<'a>, namespace: &str, name: &str, of: &str) -> Option<Gauge<'a>> {
    let endpoint = endpoint(site, of).filter(|endpoint| endpoint.hosting == Hosting::Async)?;
    let busy = match (namespace, name) {
        ("AWS/SageMaker", "ApproximateBacklogSize") => 6.0,
        ("AWS/SageMaker", "ApproximateBacklogSizePerInstance") => 3.0,
        ("AWS/SageMaker", "ApproximateAgeOfOldestRequest") => 12.0,
        ("AWS/SageMaker", "HasBacklogWithoutCapacity") => 1.0,
        _ => return None,
    };
    // A queue has a length also when it is empty.
    let minute = move |minute| Some(Datum::same(1.0, if calls(endpoint, minute) > 0.0 { busy } else { 0.0 }));
    Some(Gauge::of(endpoint, site.fleet.now, minute))
}

fn variant<'a>(site: Site<'a>, namespace: &str, name: &str, of: &str, part: &str) -> Option<Gauge<'a>> {
    let endpoint = endpoint(site, of)?;
    let mut variants = endpoint.configs.iter().flat_map(|config| &config.variants);
    let variant = variants.find(|variant| variant.name == part)?;
    let is_tagged = |key: &str| endpoint.tags.iter().any(|(name, _)| name == key);
    let provisioned = matches!(endpoint.hosting, Hosting::Serverless { provisioned: Some(_), .. });
    let always = |value: f64| Some(move |_: i64| Some(Datum::same(1.0, value)));
    let now = site.fleet.now;
    if namespace == "/aws/sagemaker/Endpoints" {
        let value = match name {
            "CPUReservation" | "GPUReservation" | "MemoryReservation" if is_tagged("components") => 50.0,
            "CPUUtilizationNormalized" | "GPUUtilizationNormalized" | "GPUMemoryUtilizationNormalized"
                if is_tagged("components") =>
            {
                20.0
            }
            "LoadedModelCount" if is_tagged("models") => 4.0,
            _ => return None,
        };
        return always(value).map(|minute| Gauge::of(endpoint, now, minute));
    }
    if namespace != "AWS/SageMaker" {
        return None;
    }
    let value = match (endpoint.hosting, name) {
        (_, "InvocationModelErrors") | (Hosting::Async, "InvocationFailures") => 0.0,
        (Hosting::RealTime | Hosting::Serverless { .. }, "OverheadLatency") => 4_000.0,
        (Hosting::RealTime, "InvocationsPerInstance") => return Some(an_instance(endpoint, variant, now)),
        (Hosting::RealTime, "ConcurrentRequestsPerModel") => return Some(at_once(endpoint, now)),
        // Milliseconds, where every latency is told in microseconds.
        (Hosting::Async, "TimeInBacklog") => 1_500.0,
        (Hosting::Async, "TotalProcessingTime") => 60_000.0,
        (Hosting::Async, "RequestDownloadLatency") => 20_000.0,
        (Hosting::Async, "ResponseUploadLatency") => 30_000.0,
        (Hosting::Serverless { .. }, "ModelSetupTime") => 900_000.0,
        (Hosting::Serverless { .. }, "ServerlessConcurrentExecutionsUtilization") => 0.25,
        (_, "ServerlessProvisionedConcurrencyExecutions") if provisioned => 2.0,
        (_, "ServerlessProvisionedConcurrencyUtilization") if provisioned => 0.5,
        (_, "ServerlessProvisionedConcurrencyInvocations") if provisioned => 1.0,
        (_, "ServerlessProvisionedConcurrencySpilloverInvocations") if provisioned => 0.0,
        (_, "ModelLoadingWaitTime" | "ModelDownloadingTime" | "ModelLoadingTime" | "ModelUnloadingTime")
            if is_tagged("models") =>
        {
            50_000.0
        }
        (_, "ModelCacheHit") if is_tagged("models") => 1.0,
        _ => return None,
    };
    Some(Gauge::of(endpoint, now, move |minute| a_call(endpoint, minute, value)))
}

/// Each call counts as its share of an instance.
fn an_instance<'a>(endpoint: &'a Endpoint, variant: &'a Variant, now: DateTime<Utc>) -> Gauge<'a> {
    Gauge::of(endpoint, now, move |minute| {
        let at = DateTime::from_timestamp(minute * 60, 0)?;
        a_call(endpoint, minute, 1.0 / f64::from(variant.count_at(at).max(1)))
    })
}

/// Between one and eight at once.
fn at_once(endpoint: &Endpoint, now: DateTime<Utc>) -> Gauge<'_> {
    Gauge::of(endpoint, now, move |minute| {
        a_call(endpoint, minute, 2.0).map(|datum| Datum { minimum: 1.0, maximum: 8.0, ..datum })
    })
}

fn container<'a>(site: Site<'a>, namespace: &str, name: &str, of: [&str; 3]) -> Option<Gauge<'a>> {
    let endpoint = endpoint(site, of[0])?;
    let (_, names) = endpoint.tags.iter().find(|(key, _)| key == "containers")?;
    let is_there = names.split(' ').any(|each| each == of[2]);
    let is_asked = (namespace, name) == ("AWS/SageMaker", "ContainerLatency") && is_there;
    is_asked.then(|| Gauge::of(endpoint, site.fleet.now, move |minute| a_call(endpoint, minute, 2_000.0)))
}

fn component<'a>(site: Site<'a>, namespace: &str, name: &str, of: &str) -> Option<Gauge<'a>> {
    let mut endpoints = site.region?.endpoints.iter();
    let endpoint = endpoints.find(|endpoint| {
        endpoint.tags.iter().any(|(key, names)| key == "components" && names.split(' ').any(|each| each == of))
    })?;
    if namespace == "/aws/sagemaker/InferenceComponents" {
        let is_known = ["CPU", "Memory", "GPU", "GPUMemory"]
            .iter()
            .any(|part| name.strip_prefix(part) == Some("UtilizationNormalized"));
        return is_known.then(|| Gauge::of(endpoint, site.fleet.now, |_| Some(Datum::same(1.0, 30.0))));
    }
    let value = match (namespace, name) {
        ("AWS/SageMaker", "Invocations" | "InvocationsPerCopy") => 1.0,
        ("AWS/SageMaker", "ConcurrentRequestsPerCopy") => 3.0,
        ("AWS/SageMaker", "ModelLatency") => 80_000.0,
        _ => return None,
    };
    Some(Gauge::of(endpoint, site.fleet.now, move |minute| a_call(endpoint, minute, value)))
}

fn pipeline<'a>(site: Site<'a>, namespace: &str, name: &str, of: &str) -> Option<Gauge<'a>> {
    // A small m, unlike every other namespace.
    if namespace != "AWS/Sagemaker/ModelBuildingPipeline" {
        return None;
    }
    let jobs: Vec<&Job> = pipelines::nightly(site).remove(of)?;
    let moments: Vec<(i64, f64)> = match name {
        "ExecutionStarted" => jobs.iter().map(|job| (minute_of(job.created), 1.0)).collect(),
        "ExecutionSucceeded" => jobs.iter().filter_map(|job| Some((minute_of(job.ended?), 1.0))).collect(),
        "ExecutionDuration" => jobs
            .iter()
            .filter_map(|job| Some((minute_of(job.ended?), (job.ended? - job.created).num_seconds() as f64 * 1000.0)))
            .collect(),
        _ => return None,
    };
    let (from, until) = (moments.iter().map(|(at, _)| *at).min()?, minute_of(site.fleet.now));
    let minute = move |minute: i64| {
        let own = moments.iter().filter(move |(at, _)| *at == minute);
        Datum::merge(own.map(|(_, value)| Some(Datum::same(1.0, *value))))
    };
    Some(Gauge { from, until, minute: Box::new(minute) })
}

/// Records are written and read once an hour; nobody has any use for the platform team's.
fn feature_group<'a>(
    site: Site<'a>,
    namespace: &str,
    name: &str,
    (group, operation): (&str, &str),
) -> Option<Gauge<'a>> {
    if group == "platform-features" {
        return None;
    }
    let units = match (namespace, name, operation) {
        ("AWS/SageMaker/FeatureStore", "ConsumedReadRequestsUnits", "GetRecord") => 300.0,
        ("AWS/SageMaker/FeatureStore", "ConsumedWriteRequestsUnits", "PutRecord") => 120.0,
        _ => return None,
    };
    let minute = move |minute: i64| (minute % 60 == 0).then(|| Datum::same(1.0, units));
    Some(Gauge { from: 0, until: minute_of(site.fleet.now), minute: Box::new(minute) })
}
