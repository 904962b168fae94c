//! Every machine SageMaker can name has a state in the factor tables, and a reader can tell the three states apart.

use std::collections::BTreeSet;

use aws_sdk_sagemaker::types::{
    AiRecommendationInstanceType, AppInstanceType, ClusterInstanceType, InstanceType, NotebookInstanceAcceleratorType,
    OptimizationJobDeploymentInstanceType, ProcessingInstanceType, ProductionVariantAcceleratorType,
    ProductionVariantInstanceType, ReservedCapacityInstanceType, TrainingInstanceType, TransformInstanceType,
};
use footprint::factors::PowerStatus;
use footprint::{Completeness, FactorSet, Measured, Refused, Tier, Workload, WorkloadKind, estimate_workload};

/// The enumerations of the SDK that name a machine.
const NAMED: [(&str, &[&str]); 12] = [
    ("recommendation", AiRecommendationInstanceType::values()),
    ("app", AppInstanceType::values()),
    ("cluster", ClusterInstanceType::values()),
    ("notebook", InstanceType::values()),
    ("notebook accelerator", NotebookInstanceAcceleratorType::values()),
    ("optimization job", OptimizationJobDeploymentInstanceType::values()),
    ("processing", ProcessingInstanceType::values()),
    ("endpoint accelerator", ProductionVariantAcceleratorType::values()),
    ("endpoint", ProductionVariantInstanceType::values()),
    ("training plan", ReservedCapacityInstanceType::values()),
    ("training", TrainingInstanceType::values()),
    ("transform", TransformInstanceType::values()),
];

/// What Studio calls the machine that nobody pays for.
const NO_MACHINE: [&str; 1] = ["system"];

fn of_the_sdk() -> BTreeSet<&'static str> {
    NAMED.into_iter().flat_map(|(_, names)| names).copied().filter(|name| !NO_MACHINE.contains(name)).collect()
}

fn asked(name: &str, kind: WorkloadKind) -> Workload {
    let load = footprint::units::Fraction::new(0.5);
    let (instance_type, region) = (name.to_owned(), "us-east-1".to_owned());
    Workload { instance_type, count: 1, hours: 1.0, region, kind, cpu: load, gpu: load, measured: Measured::default() }
}

#[test]
fn every_name_of_the_sdk_is_in_the_table() {
    let factors = FactorSet::builtin().unwrap();
    for (use_of_it, names) in NAMED {
        assert!(!names.is_empty(), "{use_of_it}");
        for name in names.iter().filter(|name| !NO_MACHINE.contains(name)) {
            assert!(name.starts_with("ml."), "{use_of_it}: {name} is no SageMaker machine");
            assert!(factors.instance(name).is_ok(), "{use_of_it}: {name} has no state in footprint/data/instances.csv");
        }
    }
}

#[test]
fn the_table_names_no_machine_that_sagemaker_does_not() {
    let factors = FactorSet::builtin().unwrap();
    let ours: BTreeSet<&str> = factors
        .instances()
        // A share of a machine has no name of its own there.
        .filter(|instance| !instance.is_share())
        .map(|instance| instance.name.as_str())
        .collect();
    assert_eq!(ours.difference(&of_the_sdk()).collect::<Vec<_>>(), Vec::<&&str>::new());
}

#[test]
fn the_three_states_are_told_apart() {
    let factors = FactorSet::builtin().unwrap();
    let mut seen = [0; 3];
    for name in of_the_sdk() {
        for kind in [WorkloadKind::Training, WorkloadKind::Endpoint] {
            let answer = estimate_workload(&factors, &asked(name, kind));
            match factors.instance(name).unwrap().power_status {
                PowerStatus::Complete => {
                    let got = answer.unwrap_or_else(|refused| panic!("{name}: {refused}"));
                    assert!(got.parts.tier < Tier::T4 && got.energy.central.get() > 0.0, "{name}: {:?}", got.parts);
                    seen[0] += 1;
                }
                PowerStatus::LowerBound => {
                    let got = answer.unwrap_or_else(|refused| panic!("{name}: {refused}"));
                    assert_eq!((got.parts.tier, got.completeness), (Tier::T4, Completeness::LowerBound), "{name}");
                    assert!(got.warnings.iter().any(|warning| warning.contains("lower bound")), "{name}");
                    assert!(got.energy.central.get() > 0.0, "{name} must not be zero");
                    seen[1] += 1;
                }
                PowerStatus::Unknown => {
                    assert_eq!(answer.unwrap_err(), Refused::NoPower { name: name.to_owned() });
                    seen[2] += 1;
                }
            }
        }
    }
    assert_eq!(seen, [2 * 414, 2 * 21, 2 * 7]);
}

#[test]
fn a_name_of_tomorrow_is_refused_by_name() {
    let factors = FactorSet::builtin().unwrap();
    let tomorrow = TrainingInstanceType::from("ml.p99.48xlarge");
    assert!(!TrainingInstanceType::values().contains(&tomorrow.as_str()));
    let refused = estimate_workload(&factors, &asked(tomorrow.as_str(), WorkloadKind::Training)).unwrap_err();
    assert_eq!(refused, Refused::UnknownInstance { name: "ml.p99.48xlarge".to_owned() });
}
