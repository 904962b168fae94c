//! Metrics that tell how something is used, beside those that estimates need: one figure an hour each.

/// What such metrics are of. The words are those of the view `observed_subject`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// A variant that answers at once, on instances.
    RealTime,
    /// A variant that answers from a queue.
    Async,
    /// The queue of an asynchronous endpoint, which has one for all its variants.
    Queue,
    /// A variant on capacity that AWS holds.
    Serverless,
    /// The same with capacity that is held ready.
    Provisioned,
    /// A variant whose models come and go.
    MultiModel,
    /// One of several containers of a variant.
    Container,
    /// An inference component.
    Component,
    /// A variant whose instances components share.
    Shared,
    /// A pipeline.
    Pipeline,
    /// An operation of a feature group's online store.
    FeatureGroup,
}

/// How the points of an hour become its figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    /// The sum of everything counted.
    Sum,
    /// The mean of everything measured.
    Average,
    /// The least.
    Minimum,
    /// The most.
    Maximum,
}

impl Statistic {
    /// As CloudWatch names it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sum => "Sum",
            Self::Average => "Average",
            Self::Minimum => "Minimum",
            Self::Maximum => "Maximum",
        }
    }
}

/// What a figure is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricUnit {
    /// Things.
    Count,
    /// Percent, 0 to 100.
    Percent,
    /// A share, 0 to 1.
    Share,
    /// Microseconds: most latencies.
    Microseconds,
    /// Milliseconds: what concerns queues and pipelines.
    Milliseconds,
    /// Seconds.
    Seconds,
}

/// One metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observed {
    /// The word stored in `observed_hour.metric`; its end names the unit where that is a time.
    pub name: &'static str,
    /// As pages name it.
    pub label: &'static str,
    /// Where CloudWatch keeps it.
    pub namespace: &'static str,
    /// As CloudWatch names it.
    pub metric: &'static str,
    /// How an hour becomes a figure.
    pub statistic: Statistic,
    /// The unit.
    pub unit: MetricUnit,
}

const CALLS: &str = "AWS/SageMaker";
const INSTANCES: &str = "/aws/sagemaker/Endpoints";
const COMPONENTS: &str = "/aws/sagemaker/InferenceComponents";
/// AWS writes this one with a small m.
const PIPELINES: &str = "AWS/Sagemaker/ModelBuildingPipeline";
const FEATURES: &str = "AWS/SageMaker/FeatureStore";

const fn observed(
    namespace: &'static str,
    metric: &'static str,
    statistic: Statistic,
    unit: MetricUnit,
    name: &'static str,
    label: &'static str,
) -> Observed {
    Observed { name, label, namespace, metric, statistic, unit }
}

use MetricUnit::{Count, Microseconds, Milliseconds, Percent, Seconds, Share};
use Statistic::{Average, Maximum, Minimum, Sum};

const MODEL_ERRORS: Observed =
    observed(CALLS, "InvocationModelErrors", Sum, Count, "model_errors", "Errors of the model");
const OVERHEAD: Observed =
    observed(CALLS, "OverheadLatency", Average, Microseconds, "overhead_latency_us", "Latency around the model");
const LATENCY: Observed = observed(CALLS, "ModelLatency", Average, Microseconds, "latency_us", "Latency of the model");
const INVOCATIONS: Observed = observed(CALLS, "Invocations", Sum, Count, "invocations", "Requests");

const REAL_TIME: [Observed; 5] = [
    OVERHEAD,
    MODEL_ERRORS,
    observed(CALLS, "InvocationsPerInstance", Sum, Count, "invocations_per_instance", "Requests an instance"),
    observed(CALLS, "ConcurrentRequestsPerModel", Maximum, Count, "concurrency_max", "Requests at once, at most"),
    observed(CALLS, "ConcurrentRequestsPerModel", Minimum, Count, "concurrency_min", "Requests at once, at least"),
];
/// Invocations, those of an instance and the overhead are not published of them; what was processed stands for requests.
const ASYNC: [Observed; 7] = [
    MODEL_ERRORS,
    observed(CALLS, "InvocationFailures", Sum, Count, "failures", "Requests that failed"),
    observed(CALLS, "ExpiredRequests", Sum, Count, "expired", "Requests that expired in the queue"),
    observed(CALLS, "TimeInBacklog", Average, Milliseconds, "time_in_backlog_ms", "Time in the queue"),
    observed(CALLS, "TotalProcessingTime", Average, Milliseconds, "processing_ms", "Time from request to answer"),
    observed(CALLS, "RequestDownloadLatency", Average, Microseconds, "download_us", "Fetching the request from S3"),
    observed(CALLS, "ResponseUploadLatency", Average, Microseconds, "upload_us", "Writing the answer to S3"),
];
const QUEUE: [Observed; 4] = [
    observed(CALLS, "ApproximateBacklogSize", Maximum, Count, "backlog", "Requests in the queue, at most"),
    observed(
        CALLS,
        "ApproximateBacklogSizePerInstance",
        Average,
        Count,
        "backlog_per_instance",
        "Requests in the queue an instance",
    ),
    observed(
        CALLS,
        "ApproximateAgeOfOldestRequest",
        Maximum,
        Seconds,
        "oldest_request_s",
        "Oldest request in the queue",
    ),
    observed(
        CALLS,
        "HasBacklogWithoutCapacity",
        Maximum,
        Count,
        "without_capacity",
        "Requests waited for a first instance (1 is yes)",
    ),
];
const SERVERLESS: [Observed; 9] = [
    INVOCATIONS,
    observed(CALLS, "Invocation4XXErrors", Sum, Count, "errors_4xx", "Requests answered 4xx"),
    observed(CALLS, "Invocation5XXErrors", Sum, Count, "errors_5xx", "Requests answered 5xx"),
    MODEL_ERRORS,
    LATENCY,
    OVERHEAD,
    observed(CALLS, "ModelSetupTime", Average, Microseconds, "model_setup_us", "Start of a new copy"),
    observed(
        CALLS,
        "ServerlessConcurrentExecutionsUtilization",
        Maximum,
        Share,
        "concurrency_used",
        "Share of the concurrency used, at most",
    ),
    // The only reading of a machine that AWS publishes of it.
    observed(INSTANCES, "MemoryUtilization", Average, Percent, "memory_pct", "Memory"),
];
const PROVISIONED: [Observed; 4] = [
    observed(
        CALLS,
        "ServerlessProvisionedConcurrencyExecutions",
        Maximum,
        Count,
        "provisioned_executions",
        "Requests at once on capacity held ready, at most",
    ),
    observed(
        CALLS,
        "ServerlessProvisionedConcurrencyUtilization",
        Maximum,
        Share,
        "provisioned_used",
        "Share of the capacity held ready that was used, at most",
    ),
    observed(
        CALLS,
        "ServerlessProvisionedConcurrencyInvocations",
        Sum,
        Count,
        "provisioned_invocations",
        "Requests on capacity held ready",
    ),
    observed(
        CALLS,
        "ServerlessProvisionedConcurrencySpilloverInvocations",
        Sum,
        Count,
        "provisioned_spillover",
        "Requests beyond the capacity held ready",
    ),
];
const MULTI_MODEL: [Observed; 6] = [
    observed(INSTANCES, "LoadedModelCount", Average, Count, "loaded_models", "Models loaded"),
    observed(CALLS, "ModelLoadingWaitTime", Average, Microseconds, "loading_wait_us", "Waiting for a model"),
    observed(CALLS, "ModelDownloadingTime", Average, Microseconds, "downloading_us", "Fetching a model from S3"),
    observed(CALLS, "ModelLoadingTime", Average, Microseconds, "loading_us", "Loading a model"),
    observed(CALLS, "ModelUnloadingTime", Average, Microseconds, "unloading_us", "Unloading a model"),
    observed(CALLS, "ModelCacheHit", Average, Share, "cache_hits", "Share of requests whose model was loaded"),
];
const CONTAINER: [Observed; 1] =
    [observed(CALLS, "ContainerLatency", Average, Microseconds, "container_latency_us", "Latency of the container")];
const COMPONENT: [Observed; 8] = [
    INVOCATIONS,
    observed(CALLS, "InvocationsPerCopy", Sum, Count, "invocations_per_copy", "Requests a copy"),
    observed(
        CALLS,
        "ConcurrentRequestsPerCopy",
        Maximum,
        Count,
        "concurrency_max",
        "Requests of a copy at once, at most",
    ),
    LATENCY,
    observed(
        COMPONENTS,
        "CPUUtilizationNormalized",
        Average,
        Percent,
        "cpu_normalized_pct",
        "Processors of what it reserves",
    ),
    observed(
        COMPONENTS,
        "MemoryUtilizationNormalized",
        Average,
        Percent,
        "memory_normalized_pct",
        "Memory of what it reserves",
    ),
    observed(
        COMPONENTS,
        "GPUUtilizationNormalized",
        Average,
        Percent,
        "gpu_normalized_pct",
        "Accelerators of what it reserves",
    ),
    observed(
        COMPONENTS,
        "GPUMemoryUtilizationNormalized",
        Average,
        Percent,
        "gpu_memory_normalized_pct",
        "Memory of its accelerators",
    ),
];
const SHARED: [Observed; 6] = [
    observed(INSTANCES, "CPUReservation", Average, Percent, "cpu_reserved_pct", "Processors reserved"),
    observed(INSTANCES, "GPUReservation", Average, Percent, "gpu_reserved_pct", "Accelerators reserved"),
    observed(INSTANCES, "MemoryReservation", Average, Percent, "memory_reserved_pct", "Memory reserved"),
    observed(INSTANCES, "CPUUtilizationNormalized", Average, Percent, "cpu_normalized_pct", "Processors"),
    observed(INSTANCES, "GPUUtilizationNormalized", Average, Percent, "gpu_normalized_pct", "Accelerators"),
    observed(
        INSTANCES,
        "GPUMemoryUtilizationNormalized",
        Average,
        Percent,
        "gpu_memory_normalized_pct",
        "Memory of the accelerators",
    ),
];
/// What its steps took is told by the executions themselves.
const PIPELINE: [Observed; 5] = [
    observed(PIPELINES, "ExecutionStarted", Sum, Count, "executions_started", "Executions started"),
    observed(PIPELINES, "ExecutionSucceeded", Sum, Count, "executions_succeeded", "Executions that succeeded"),
    observed(PIPELINES, "ExecutionFailed", Sum, Count, "executions_failed", "Executions that failed"),
    observed(PIPELINES, "ExecutionStopped", Sum, Count, "executions_stopped", "Executions that were stopped"),
    observed(PIPELINES, "ExecutionDuration", Average, Milliseconds, "execution_ms", "Length of an execution"),
];
const READS: [Observed; 1] =
    [observed(FEATURES, "ConsumedReadRequestsUnits", Sum, Count, "read_units", "Read units consumed")];
const WRITES: [Observed; 1] =
    [observed(FEATURES, "ConsumedWriteRequestsUnits", Sum, Count, "write_units", "Write units consumed")];

impl What {
    /// Everything.
    pub const ALL: [Self; 11] = [
        Self::RealTime,
        Self::Async,
        Self::Queue,
        Self::Serverless,
        Self::Provisioned,
        Self::MultiModel,
        Self::Container,
        Self::Component,
        Self::Shared,
        Self::Pipeline,
        Self::FeatureGroup,
    ];

    /// The word of the view.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RealTime => "real_time",
            Self::Async => "async",
            Self::Queue => "queue",
            Self::Serverless => "serverless",
            Self::Provisioned => "provisioned",
            Self::MultiModel => "multi_model",
            Self::Container => "container",
            Self::Component => "component",
            Self::Shared => "shared",
            Self::Pipeline => "pipeline",
            Self::FeatureGroup => "feature_group",
        }
    }

    /// What a word of the view means.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.as_str() == word)
    }
}

/// Whose metrics.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObservedSubject {
    /// What it is.
    pub what: What,
    /// Endpoint, component, pipeline or feature group.
    pub name: String,
    /// Variant; empty where there is none.
    pub part: String,
    /// Container or operation; empty where there is none.
    pub detail: String,
}

impl ObservedSubject {
    /// What is asked about it.
    #[must_use]
    pub fn metrics(&self) -> &'static [Observed] {
        match self.what {
            What::RealTime => &REAL_TIME,
            What::Async => &ASYNC,
            What::Queue => &QUEUE,
            What::Serverless => &SERVERLESS,
            What::Provisioned => &PROVISIONED,
            What::MultiModel => &MULTI_MODEL,
            What::Container => &CONTAINER,
            What::Component => &COMPONENT,
            What::Shared => &SHARED,
            What::Pipeline => &PIPELINE,
            What::FeatureGroup if self.detail.ends_with("GetRecord") => &READS,
            What::FeatureGroup => &WRITES,
        }
    }

    /// The dimensions, which CloudWatch wants exactly as they were published.
    #[must_use]
    pub fn dimensions(&self) -> Vec<(&'static str, &str)> {
        let (name, part, detail) = (self.name.as_str(), self.part.as_str(), self.detail.as_str());
        match self.what {
            What::Queue => vec![("EndpointName", name)],
            What::Container => vec![("EndpointName", name), ("VariantName", part), ("ContainerName", detail)],
            What::Component => vec![("InferenceComponentName", name)],
            What::Pipeline => vec![("PipelineName", name)],
            What::FeatureGroup => vec![("FeatureGroupName", name), ("OperationName", detail)],
            _ => vec![("EndpointName", name), ("VariantName", part)],
        }
    }

    /// The word stored in `observed_hour.subject`.
    #[must_use]
    pub fn key(&self) -> String {
        let (name, part, detail) = (&self.name, &self.part, &self.detail);
        match self.what {
            What::Queue => format!("endpoint/{name}"),
            What::Container => format!("endpoint/{name}/variant/{part}/container/{detail}"),
            What::Component => format!("inference-component/{name}"),
            What::Pipeline => format!("pipeline/{name}"),
            What::FeatureGroup => format!("feature-group/{name}/{detail}"),
            _ => format!("endpoint/{name}/variant/{part}"),
        }
    }
}

/// The metric of a stored word; words that several things share mean the same of each.
#[must_use]
pub fn observed_by_name(name: &str) -> Option<Observed> {
    let all: [&[Observed]; 12] = [
        &REAL_TIME,
        &ASYNC,
        &QUEUE,
        &SERVERLESS,
        &PROVISIONED,
        &MULTI_MODEL,
        &CONTAINER,
        &COMPONENT,
        &SHARED,
        &PIPELINE,
        &READS,
        &WRITES,
    ];
    all.into_iter().flatten().find(|each| each.name == name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(what: What) -> ObservedSubject {
        let detail = if what == What::FeatureGroup { "PutRecord" } else { "tokenizer" };
        ObservedSubject { what, name: "chat".to_owned(), part: "main".to_owned(), detail: detail.to_owned() }
    }

    #[test]
    fn each_thing_is_asked_by_the_dimensions_it_publishes() {
        let rows = [
            (What::RealTime, "EndpointName=chat VariantName=main"),
            (What::Queue, "EndpointName=chat"),
            (What::Container, "EndpointName=chat VariantName=main ContainerName=tokenizer"),
            (What::Component, "InferenceComponentName=chat"),
            (What::Shared, "EndpointName=chat VariantName=main"),
            (What::Pipeline, "PipelineName=chat"),
            (What::FeatureGroup, "FeatureGroupName=chat OperationName=PutRecord"),
        ];
        for (what, expected) in rows {
            let subject = subject(what);
            let pairs: Vec<String> =
                subject.dimensions().iter().map(|(name, value)| format!("{name}={value}")).collect();
            assert_eq!(pairs.join(" "), expected);
        }
    }

    #[test]
    fn units_are_those_of_the_names() {
        for metric in What::ALL.into_iter().flat_map(|what| subject(what).metrics()) {
            let ends = |end: &str| metric.name.ends_with(end);
            assert_eq!(metric.unit == Microseconds, ends("_us"), "{}", metric.name);
            assert_eq!(metric.unit == Milliseconds, ends("_ms"), "{}", metric.name);
            assert_eq!(metric.unit == Seconds, ends("_s"), "{}", metric.name);
            assert_eq!(metric.unit == Percent, ends("_pct"), "{}", metric.name);
            assert_eq!(observed_by_name(metric.name).map(|each| each.unit), Some(metric.unit), "one unit a name");
        }
    }

    #[test]
    fn asynchronous_variants_are_not_asked_for_what_they_never_publish() {
        let asked: Vec<&str> = subject(What::Async).metrics().iter().map(|each| each.metric).collect();
        for never in ["Invocations", "InvocationsPerInstance", "OverheadLatency"] {
            assert!(!asked.contains(&never), "{never}");
        }
    }
}
