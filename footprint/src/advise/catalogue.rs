//! Every rule, as data.

use super::failed_jobs::{AVOIDABLE, REPEAT_FAILURES, SINGLE_JOB_G, SINGLE_JOB_USD, WASTE_SHARE};
use super::idle_endpoint::{DELETE_DAYS, STALE_DAYS, WINDOW_DAYS};
use super::rule::{Provenance, Reference, Remediation, Rule, Threshold, Tradeoff};

const LENS: &str = "AWS Well-Architected Machine Learning Lens";
const LENS_URL: &str =
    "https://docs.aws.amazon.com/wellarchitected/latest/machine-learning-lens/machine-learning-lens.html";
const PILLAR: &str = "AWS Well-Architected Sustainability Pillar";
const PILLAR_URL: &str =
    "https://docs.aws.amazon.com/wellarchitected/latest/sustainability-pillar/sustainability-pillar.html";

/// Every rule, in identifier order.
#[must_use]
pub const fn catalogue() -> &'static [Rule] {
    const CATALOGUE: &[Rule] = &[IDLE_ENDPOINT, FAILED_JOBS];
    CATALOGUE
}

/// The rule of this identifier.
#[must_use]
pub fn rule(id: &str) -> Option<&'static Rule> {
    catalogue().iter().find(|rule| rule.id == id)
}

pub(super) const IDLE_ENDPOINT: Rule = Rule {
    id: "E01",
    version: "1",
    title: "Idle endpoint or idle variant",
    pillar: "Sustainability",
    pillars_affected: &["Cost optimization"],
    references: &[
        Reference { framework: LENS, edition: "2025-11", id: "MLSUS03-BP01", url: LENS_URL },
        Reference { framework: LENS, edition: "2025-11", id: "MLCOST06-BP03", url: LENS_URL },
        Reference { framework: LENS, edition: "2025-11", id: "MLCOST04-BP08", url: LENS_URL },
        Reference { framework: LENS, edition: "2023", id: "MLSUS-04", url: LENS_URL },
        Reference { framework: PILLAR, edition: "2026-05", id: "SUS02-BP03", url: PILLAR_URL },
    ],
    thresholds: &[
        Threshold {
            key: "review_days",
            value: WINDOW_DAYS as f64,
            unit: "day",
            provenance: Provenance::Aws,
            source: "AWS Compute Optimizer looks back 14 days by default",
        },
        Threshold {
            key: "delete_days",
            value: DELETE_DAYS as f64,
            unit: "day",
            provenance: Provenance::Aws,
            source: "AWS Trusted Advisor proposes to delete an idle Comprehend endpoint after 30 days",
        },
        Threshold {
            key: "stale_days",
            value: STALE_DAYS as f64,
            unit: "day",
            provenance: Provenance::Aws,
            source: "the AWS operational review skill calls 90 days without use stale",
        },
        Threshold {
            key: "least_coverage",
            value: super::LEAST_COVERAGE,
            unit: "1",
            provenance: Provenance::Ours,
            source: "own default: less than this is not judged",
        },
    ],
    remediation: Remediation {
        kind: "in_place",
        effort: "very_low",
        restart: false,
        rollback: true,
        steps: &[
            "Ask the owner whether the endpoint waits for a launch, stands by for a failure or takes shadow traffic.",
            "Note the endpoint configuration: `aws sagemaker describe-endpoint --endpoint-name NAME`.",
            "Delete the endpoint, not its configuration or model: `aws sagemaker delete-endpoint --endpoint-name NAME`.",
            "To bring it back: `aws sagemaker create-endpoint --endpoint-name NAME --endpoint-config-name CONFIG`.",
        ],
    },
    tradeoffs: &[Tradeoff {
        pillar: "Reliability",
        text: "The first request after deletion fails until the endpoint is created again, which takes minutes.",
        mitigation: "Keep the configuration and the model; use serverless or asynchronous inference for rare requests.",
    }],
    not_checked: &["planned use", "disaster-recovery standby", "shadow tests", "callers that are about to start"],
};

pub(super) const FAILED_JOBS: Rule = Rule {
    id: "T04",
    version: "1",
    title: "Failed and stopped job waste",
    pillar: "Cost optimization",
    pillars_affected: &["Sustainability", "Operational excellence"],
    references: &[
        Reference { framework: LENS, edition: "2025-11", id: "MLCOST06-BP04", url: LENS_URL },
        Reference { framework: LENS, edition: "2023", id: "MLCOST-23", url: LENS_URL },
        Reference { framework: PILLAR, edition: "2026-05", id: "SUS03-BP02", url: PILLAR_URL },
    ],
    thresholds: &[
        ours("waste_share", WASTE_SHARE, "1", "own default: share of the week's spending"),
        ours("single_job_usd", SINGLE_JOB_USD, "USD", "own default: one job"),
        ours("single_job_g", SINGLE_JOB_G, "gCO2e", "own default: one job, location-based"),
        ours("repeat_failures", REPEAT_FAILURES as f64, "1", "own default: failures of one base name in a week"),
        ours("avoidable_share", AVOIDABLE, "1", "own default: half of the waste can be avoided"),
        ours("least_coverage", super::LEAST_COVERAGE, "1", "own default: less than this is not judged"),
    ],
    remediation: Remediation {
        kind: "code",
        effort: "medium",
        restart: false,
        rollback: true,
        steps: &[
            "Run the script on a small sample or in local mode before the full job.",
            "Add a Debugger rule with the `StopTraining` action for losses that do not decrease.",
            "Set `StoppingCondition.MaxRuntimeInSeconds` from the longest run that succeeded.",
            "Read the retry policy of the pipeline step: retry capacity errors, never script errors.",
        ],
    },
    tradeoffs: &[Tradeoff {
        pillar: "Performance efficiency",
        text: "A smoke test delays each full run by its own length.",
        mitigation: "Keep it to minutes and run it once per change of code or image.",
    }],
    not_checked: &["whether a stopped job had already given its result", "checkpoints that a later job resumed from"],
};

const fn ours(key: &'static str, value: f64, unit: &'static str, source: &'static str) -> Threshold {
    Threshold { key, value, unit, provenance: Provenance::Ours, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_can_be_found_and_says_what_to_do() {
        for expected in catalogue() {
            let found = rule(expected.id).unwrap();
            assert_eq!(found, expected);
            assert!(
                !found.remediation.steps.is_empty() && !found.references.is_empty() && !found.not_checked.is_empty()
            );
            assert!(found.thresholds.iter().all(|threshold| !threshold.source.is_empty()));
        }
        assert!(rule("E99").is_none());
        assert!(catalogue().is_sorted_by_key(|rule| rule.id));
    }
}
