//! What the role of an account must allow: read-only, and no more than what is called.

use serde_json::{Value, json};

use super::facts::ExportPlace;

/// What a feature calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feature {
    /// As the statement is named; letters and digits alone.
    pub name: &'static str,
    /// What is lost without it.
    pub without: &'static str,
    /// Its actions.
    pub actions: &'static [&'static str],
}

/// Every feature. A missing one leaves the others as they are.
pub const FEATURES: [Feature; 21] = [
    Feature {
        name: "TrainingJobs",
        without: "no training jobs",
        actions: &[
            "sagemaker:Search",
            "sagemaker:ListTrainingJobs",
            "sagemaker:DescribeTrainingJob",
            "sagemaker:ListTags",
        ],
    },
    Feature {
        name: "ProcessingJobs",
        without: "no processing jobs",
        actions: &["sagemaker:ListProcessingJobs", "sagemaker:DescribeProcessingJob"],
    },
    Feature {
        name: "TransformJobs",
        without: "no batch transform jobs",
        actions: &["sagemaker:ListTransformJobs", "sagemaker:DescribeTransformJob"],
    },
    Feature {
        name: "Endpoints",
        without: "no endpoints",
        actions: &["sagemaker:ListEndpoints", "sagemaker:DescribeEndpoint", "sagemaker:DescribeEndpointConfig"],
    },
    Feature { name: "Notebooks", without: "no notebook instances", actions: &["sagemaker:ListNotebookInstances"] },
    Feature { name: "Studio", without: "no Studio apps", actions: &["sagemaker:ListApps", "sagemaker:DescribeApp"] },
    Feature {
        name: "Clusters",
        without: "no HyperPod clusters",
        actions: &["sagemaker:ListClusters", "sagemaker:DescribeCluster", "sagemaker:ListClusterNodes"],
    },
    Feature {
        name: "Configuration",
        without: "no history of endpoint configurations, models, inference components, monitors and projects",
        actions: &[
            "sagemaker:ListEndpointConfigs",
            "sagemaker:ListModels",
            "sagemaker:DescribeModel",
            "sagemaker:ListModelPackages",
            "sagemaker:DescribeModelPackage",
            "sagemaker:ListInferenceComponents",
            "sagemaker:DescribeInferenceComponent",
            "sagemaker:ListInferenceRecommendationsJobs",
            "sagemaker:DescribeInferenceRecommendationsJob",
            "sagemaker:ListCompilationJobs",
            "sagemaker:ListMonitoringSchedules",
            "sagemaker:ListProjects",
        ],
    },
    Feature {
        name: "StudioConfiguration",
        without: "no spaces and idle timeouts of Studio apps",
        actions: &[
            "sagemaker:ListDomains",
            "sagemaker:DescribeDomain",
            "sagemaker:ListUserProfiles",
            "sagemaker:DescribeUserProfile",
            "sagemaker:ListSpaces",
            "sagemaker:DescribeSpace",
        ],
    },
    Feature {
        name: "NotebookConfiguration",
        without: "no roles, volumes, network access and lifecycle configurations of notebook instances",
        actions: &["sagemaker:DescribeNotebookInstance"],
    },
    Feature {
        name: "TuningJobs",
        without: "no trials and objective values",
        actions: &[
            "sagemaker:ListHyperParameterTuningJobs",
            "sagemaker:DescribeHyperParameterTuningJob",
            "sagemaker:ListTrainingJobsForHyperParameterTuningJob",
        ],
    },
    Feature {
        name: "Pipelines",
        without: "no pipelines behind jobs",
        actions: &[
            "sagemaker:ListPipelines",
            "sagemaker:DescribePipeline",
            "sagemaker:ListPipelineExecutions",
            "sagemaker:ListPipelineExecutionSteps",
        ],
    },
    Feature {
        name: "FeatureStore",
        without: "no feature groups",
        actions: &["sagemaker:ListFeatureGroups", "sagemaker:DescribeFeatureGroup"],
    },
    Feature {
        name: "Scaling",
        without: "instance counts of the past from metrics alone, and no policies and alarms beside endpoints",
        actions: &[
            "application-autoscaling:DescribeScalableTargets",
            "application-autoscaling:DescribeScalingPolicies",
            "application-autoscaling:DescribeScalingActivities",
            "cloudwatch:DescribeAlarms",
        ],
    },
    Feature {
        name: "AlarmHistory",
        without: "no record of when alarms went off",
        actions: &["cloudwatch:DescribeAlarmHistory"],
    },
    Feature { name: "LogGroups", without: "no retention and size of logs", actions: &["logs:DescribeLogGroups"] },
    Feature {
        name: "Buckets",
        without: "no lifecycle, encryption and versioning of the buckets in use",
        actions: &[
            "s3:ListAllMyBuckets",
            "s3:GetBucketVersioning",
            "s3:GetLifecycleConfiguration",
            "s3:GetEncryptionConfiguration",
        ],
    },
    Feature {
        name: "Metrics",
        without: "no utilisation: every estimate is of tier T3",
        actions: &["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"],
    },
    Feature { name: "Prices", without: "indicative prices of one region only", actions: &["pricing:GetProducts"] },
    Feature {
        name: "Emissions",
        without: "nothing beside AWS' own figures",
        actions: &["sustainability:GetEstimatedCarbonEmissions"],
    },
    Feature {
        name: "Identity",
        without: "nothing is read unless `--account-number` gives the account's",
        actions: &["sts:GetCallerIdentity"],
    },
];

/// What is called only where it was asked for.
pub const OPTIONAL: [Feature; 3] = [LISTED_EXPORTS, READ_EXPORTS, EXPLORER];

const LISTED_EXPORTS: Feature =
    Feature { name: "BillExports", without: "no bills from S3", actions: &["s3:ListBucket"] };
const READ_EXPORTS: Feature = Feature { name: "BillObjects", without: "no bills from S3", actions: &["s3:GetObject"] };
const EXPLORER: Feature = Feature {
    name: "CostExplorer",
    without: "no totals of AWS' own beside the bill",
    actions: &["ce:GetCostAndUsage"],
};

/// The policy as IAM takes it. The actions of [`FEATURES`] and of Cost Explorer know no narrower resource; those of exports
/// are allowed on the exports alone.
#[must_use]
pub fn document(exports: &[ExportPlace], with_explorer: bool) -> Value {
    let statement = |feature: &Feature, on: Value| json!({ "Sid": feature.name, "Effect": "Allow", "Action": feature.actions, "Resource": on });
    let mut statements: Vec<Value> = FEATURES.iter().map(|feature| statement(feature, json!("*"))).collect();
    if !exports.is_empty() {
        let buckets: Vec<String> = exports.iter().map(|place| format!("arn:aws:s3:::{}", place.bucket)).collect();
        let objects = exports.iter().map(|ExportPlace { bucket, prefix, .. }| match prefix.as_str() {
            "" => format!("arn:aws:s3:::{bucket}/*"),
            prefix => format!("arn:aws:s3:::{bucket}/{prefix}/*"),
        });
        statements.push(statement(&LISTED_EXPORTS, json!(buckets)));
        statements.push(statement(&READ_EXPORTS, json!(objects.collect::<Vec<String>>())));
    }
    if with_explorer {
        statements.push(statement(&EXPLORER, json!("*")));
    }
    json!({ "Version": "2012-10-17", "Statement": statements })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_policy_only_reads_and_fits() {
        let actions: Vec<&str> =
            FEATURES.iter().chain(&OPTIONAL).flat_map(|feature| feature.actions).copied().collect();
        assert_eq!(actions.iter().collect::<BTreeSet<_>>().len(), actions.len(), "no action twice");
        for action in actions {
            let (_, verb) = action.split_once(':').unwrap();
            assert!(["Get", "List", "Describe", "Search"].iter().any(|read| verb.starts_with(read)), "{action}");
        }
        assert!(FEATURES.iter().all(|feature| feature.name.bytes().all(|byte| byte.is_ascii_alphanumeric())));
        let exports = ["s3://bills/cur".parse().unwrap(), "s3://more".parse().unwrap()];
        let document = document(&exports, true);
        let resources = |sid: &str| {
            let all = document["Statement"].as_array().unwrap();
            all.iter().find(|each| each["Sid"] == sid).unwrap()["Resource"].clone()
        };
        assert_eq!(resources("BillExports"), json!(["arn:aws:s3:::bills", "arn:aws:s3:::more"]));
        assert_eq!(resources("BillObjects"), json!(["arn:aws:s3:::bills/cur/*", "arn:aws:s3:::more/*"]));
        assert!(
            super::document(&[], false).to_string().find("s3:GetObject").is_none(),
            "nothing that nobody asked for"
        );
        let text = serde_json::to_string(&document).unwrap();
        assert!(text.len() < 6_144, "a managed policy holds 6,144 characters");
    }
}
