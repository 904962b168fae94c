//! What an instance type is made of, as far as metrics are sums over its parts.

use serde::Serialize;

/// Counts of the parts over which CloudWatch sums utilisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Hardware {
    /// Virtual cores: CPU utilisation runs to 100 times this.
    pub vcpus: u32,
    /// GPUs with GPU metrics: utilisation runs to 100 times this. Zero for Trainium, which publishes none.
    pub gpus: u32,
}

/// Source: EC2 DescribeInstanceTypes as published in moto 5.2.5; p3 from the public EC2 page.
const KNOWN: &[(&str, u32, u32)] = &[
    ("ml.c5.2xlarge", 8, 0),
    ("ml.c5.4xlarge", 16, 0),
    ("ml.c5.xlarge", 4, 0),
    ("ml.g4dn.12xlarge", 48, 4),
    ("ml.g4dn.2xlarge", 8, 1),
    ("ml.g4dn.4xlarge", 16, 1),
    ("ml.g4dn.xlarge", 4, 1),
    ("ml.g5.12xlarge", 48, 4),
    ("ml.g5.24xlarge", 96, 4),
    ("ml.g5.2xlarge", 8, 1),
    ("ml.g5.48xlarge", 192, 8),
    ("ml.g5.4xlarge", 16, 1),
    ("ml.g5.xlarge", 4, 1),
    ("ml.g6.12xlarge", 48, 4),
    ("ml.g6.2xlarge", 8, 1),
    ("ml.g6.xlarge", 4, 1),
    ("ml.m5.2xlarge", 8, 0),
    ("ml.m5.4xlarge", 16, 0),
    ("ml.m5.large", 2, 0),
    ("ml.m5.xlarge", 4, 0),
    ("ml.p3.16xlarge", 64, 8),
    ("ml.p3.2xlarge", 8, 1),
    ("ml.p3.8xlarge", 32, 4),
    ("ml.p4d.24xlarge", 96, 8),
    ("ml.trn1.2xlarge", 8, 0),
    ("ml.trn1.32xlarge", 128, 0),
];

impl Hardware {
    /// The parts of an instance type; a type this table does not know has 4 cores and no GPU.
    #[must_use]
    pub fn of(instance_type: &str) -> Self {
        KNOWN
            .iter()
            .find(|(name, _, _)| *name == instance_type)
            .map_or(Self { vcpus: 4, gpus: 0 }, |&(_, vcpus, gpus)| Self { vcpus, gpus })
    }
}
