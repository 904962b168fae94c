//! The metrics SageMaker publishes for training hosts and endpoint variants.

use crate::fleet::{Hardware, JobKind};

/// Utilisation of training hosts, dimension `Host`.
pub const NAMESPACE_TRAINING: &str = "/aws/sagemaker/TrainingJobs";
/// Utilisation of processing hosts, dimension `Host`.
pub const NAMESPACE_PROCESSING: &str = "/aws/sagemaker/ProcessingJobs";
/// Utilisation of batch transform hosts, dimension `Host`.
pub const NAMESPACE_TRANSFORM: &str = "/aws/sagemaker/TransformJobs";
/// Utilisation of endpoint variants, dimensions `EndpointName` and `VariantName`.
pub const NAMESPACE_ENDPOINTS: &str = "/aws/sagemaker/Endpoints";
/// Calls to endpoint variants, dimensions `EndpointName` and `VariantName`.
pub const NAMESPACE_INVOCATIONS: &str = "AWS/SageMaker";

/// What the CloudWatch agent publishes inside a training container that runs it, dimension `Host`.
pub const NAMESPACE_AGENT: &str = "CWAgent";

/// Where the hosts of a kind of job report.
#[must_use]
pub const fn namespace_of(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Training => NAMESPACE_TRAINING,
        JobKind::Processing => NAMESPACE_PROCESSING,
        JobKind::Transform => NAMESPACE_TRANSFORM,
    }
}

/// One metric name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Metric {
    /// Sum over cores, percent.
    CpuUtilization,
    /// Percent.
    MemoryUtilization,
    /// Sum over GPUs, percent.
    GpuUtilization,
    /// Sum over GPUs, percent.
    GpuMemoryUtilization,
    /// Percent.
    DiskUtilization,
    /// Calls.
    Invocations,
    /// One per call, 1 if answered with 4xx.
    Invocation4xxErrors,
    /// One per call, 1 if answered with 5xx.
    Invocation5xxErrors,
    /// Microseconds.
    ModelLatency,
    /// Watts of one GPU, mean of those of the host; published by the agent and not by SageMaker.
    GpuPower,
}

impl Metric {
    /// All that SageMaker publishes, utilisation first.
    pub const ALL: [Self; 9] = [
        Self::CpuUtilization,
        Self::MemoryUtilization,
        Self::GpuUtilization,
        Self::GpuMemoryUtilization,
        Self::DiskUtilization,
        Self::Invocations,
        Self::Invocation4xxErrors,
        Self::Invocation5xxErrors,
        Self::ModelLatency,
    ];

    /// The name in CloudWatch.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CpuUtilization => "CPUUtilization",
            Self::MemoryUtilization => "MemoryUtilization",
            Self::GpuUtilization => "GPUUtilization",
            Self::GpuMemoryUtilization => "GPUMemoryUtilization",
            Self::DiskUtilization => "DiskUtilization",
            Self::Invocations => "Invocations",
            Self::Invocation4xxErrors => "Invocation4XXErrors",
            Self::Invocation5xxErrors => "Invocation5XXErrors",
            Self::ModelLatency => "ModelLatency",
            Self::GpuPower => "nvidia_smi_power_draw",
        }
    }

    /// The unit in CloudWatch.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Invocations | Self::Invocation4xxErrors | Self::Invocation5xxErrors | Self::GpuPower => "None",
            Self::ModelLatency => "Microseconds",
            _ => "Percent",
        }
    }

    /// The metric with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Self::GpuPower]).find(|metric| metric.name() == name)
    }

    /// Whether it measures the machine rather than its calls.
    #[must_use]
    pub const fn is_utilisation(self) -> bool {
        !matches!(self, Self::Invocations | Self::Invocation4xxErrors | Self::Invocation5xxErrors | Self::ModelLatency)
    }

    /// Whether such a machine has the metric at all: without GPUs there are no GPU series.
    #[must_use]
    pub const fn is_published_by(self, hardware: Hardware) -> bool {
        hardware.gpus > 0 || !matches!(self, Self::GpuUtilization | Self::GpuMemoryUtilization | Self::GpuPower)
    }

    /// The value that full use gives: 100 percent of every part that is summed, and of a GPU 250 W.
    #[must_use]
    pub fn full_scale(self, hardware: Hardware) -> f64 {
        if self == Self::GpuPower {
            return 250.0;
        }
        100.0
            * match self {
                Self::CpuUtilization => f64::from(hardware.vcpus),
                Self::GpuUtilization | Self::GpuMemoryUtilization => f64::from(hardware.gpus),
                _ => 1.0,
            }
    }
}
