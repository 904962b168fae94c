//! The definition of a pipeline: its steps, what each waits for, what it runs on, and whether the cache may answer for it.
//!
//! A definition holds everything that the steps are given, environments and hyperparameters too. What is kept is named here
//! field by field. Source: Amazon SageMaker Pipelines JSON schema, version 2020-12-01.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// Where the arguments of a step say what it runs on.
const RESOURCES: [&str; 4] = [
    "/ResourceConfig",
    "/ProcessingResources/ClusterConfig",
    "/TransformResources",
    "/TrainingJobDefinition/ResourceConfig",
];

/// The steps of a definition in its own order, those of branches after their condition; `None` for what is no definition.
pub(super) fn steps(definition: &str) -> Option<Value> {
    let whole: Value = serde_json::from_str(definition).ok()?;
    let parameters = list(&whole, "Parameters");
    let mut steps = Vec::new();
    gather(list(&whole, "Steps"), parameters, None, &mut steps);
    Some(json!({ "steps": steps }))
}

/// A condition, and which of its outcomes leads to a step.
type Branch<'a> = (&'a str, &'static str);

fn gather(steps: &[Value], parameters: &[Value], branch: Option<Branch<'_>>, gathered: &mut Vec<Value>) {
    for step in steps {
        let Some(name) = text(step, "Name") else { continue };
        let arguments = step.get("Arguments").unwrap_or(&Value::Null);
        let cache = step.get("CacheConfig");
        gathered.push(json!({
            "name": name,
            "type": text(step, "Type"),
            "depends_on": dependencies(step, name, branch),
            "condition": branch.map(|(condition, _)| condition),
            "branch": branch.map(|(_, outcome)| outcome),
            "instances": instances(arguments, parameters),
            "cache": cache.and_then(|cache| cache.get("Enabled")?.as_bool()).unwrap_or(false),
            "cache_expires": cache.and_then(|cache| text(cache, "ExpireAfter")),
        }));
        for (member, outcome) in [("IfSteps", "if"), ("ElseSteps", "else")] {
            gather(list(arguments, member), parameters, Some((name, outcome)), gathered);
        }
    }
}

/// What a step waits for: what it names, whose results it takes, and the condition it stands under.
fn dependencies(step: &Value, name: &str, branch: Option<Branch<'_>>) -> BTreeSet<String> {
    let mut found: BTreeSet<String> =
        list(step, "DependsOn").iter().filter_map(Value::as_str).map(str::to_owned).collect();
    found.extend(branch.map(|(condition, _)| condition.to_owned()));
    if let Some(arguments) = step.get("Arguments") {
        references(arguments, &mut found);
    }
    found.remove(name);
    found
}

/// `{"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"}`, at any depth; steps of a branch take for themselves.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Object(members) => {
            if let Some(rest) = text(value, "Get").and_then(|path| path.strip_prefix("Steps.")) {
                found.extend(rest.split(['.', '[']).next().map(str::to_owned));
            }
            let own = members.iter().filter(|(member, _)| !matches!(member.as_str(), "IfSteps" | "ElseSteps"));
            own.for_each(|(_, member)| references(member, found));
        }
        _ => {}
    }
}

/// The groups of instances that a step asks for.
fn instances(arguments: &Value, parameters: &[Value]) -> Vec<Value> {
    let Some(resources) = RESOURCES.iter().find_map(|place| arguments.pointer(place)) else { return Vec::new() };
    let groups = list(resources, "InstanceGroups");
    let groups = if groups.is_empty() { std::slice::from_ref(resources) } else { groups };
    let group = |group: &Value| {
        let (kind, named) = resolved(group.get("InstanceType"), parameters);
        let (count, counted) = resolved(group.get("InstanceCount"), parameters);
        json!({ "type": kind, "count": count, "parameter": named.or(counted) })
    };
    groups.iter().map(group).collect()
}

/// A value as it is written or as its parameter has it by default, and the parameter; nothing of what only a run knows.
fn resolved(value: Option<&Value>, parameters: &[Value]) -> (Value, Option<String>) {
    match value {
        Some(plain @ (Value::String(_) | Value::Number(_))) => (plain.clone(), None),
        Some(other) => {
            let parameter = text(other, "Get").and_then(|path| path.strip_prefix("Parameters."));
            let declared = parameters.iter().find(|each| parameter.is_some() && text(each, "Name") == parameter);
            let default = declared.and_then(|each| each.get("DefaultValue"));
            (default.cloned().unwrap_or(Value::Null), parameter.map(str::to_owned))
        }
        None => (Value::Null, None),
    }
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition() -> String {
        let train = json!({
            "Name": "Train",
            "Type": "Training",
            "Arguments": {
                "ResourceConfig": { "InstanceType": { "Get": "Parameters.Machine" }, "InstanceCount": 2 },
                "InputDataConfig": [{ "DataSource": { "S3Uri": {
                    "Std:Join": { "On": "/", "Values": [{ "Get": "Steps.Prepare.ProcessingOutputConfig.Outputs['x'].S3Uri" }, "y"] }
                } } }],
                "HyperParameters": { "password": "hunter2" },
            },
            "CacheConfig": { "Enabled": true, "ExpireAfter": "P30D" },
        });
        let register = json!({ "Name": "Register", "Type": "RegisterModel", "Arguments": {
            "ModelUrl": { "Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts" }
        } });
        let choose = json!({ "Name": "Choose", "Type": "Condition", "Arguments": {
            "Conditions": [{ "LeftValue": { "Std:JsonGet": { "PropertyFile": { "Get": "Steps.Evaluate.PropertyFiles.Report" } } } }],
            "IfSteps": [register],
            "ElseSteps": [{ "Name": "Fail", "Type": "Fail", "Arguments": {} }],
        } });
        json!({
            "Version": "2020-12-01",
            "Parameters": [{ "Name": "Machine", "Type": "String", "DefaultValue": "ml.g5.xlarge" }],
            "Steps": [
                { "Name": "Prepare", "Type": "Processing", "Arguments": {
                    "ProcessingResources": { "ClusterConfig": { "InstanceType": "ml.m5.large", "InstanceCount": 1 } },
                    "Environment": { "TOKEN": "hunter2" },
                } },
                train,
                { "Name": "Evaluate", "Type": "Processing", "DependsOn": ["Train"], "Arguments": {} },
                choose,
            ],
        })
        .to_string()
    }

    #[test]
    fn steps_are_told_with_what_they_wait_for_and_run_on() {
        let told = steps(&definition()).unwrap();
        let told = list(&told, "steps");
        let said = |step: &Value| {
            let names = list(step, "depends_on").iter().filter_map(Value::as_str).collect::<Vec<_>>().join("+");
            let branch = text(step, "branch").unwrap_or("-").to_owned();
            [text(step, "name").unwrap().to_owned(), names, branch].join(" ")
        };
        assert_eq!(
            told.iter().map(said).collect::<Vec<_>>(),
            [
                "Prepare  -",
                "Train Prepare -",
                "Evaluate Train -",
                "Choose Evaluate -",
                "Register Choose+Train if",
                "Fail Choose else"
            ]
        );
        assert_eq!(told[0]["instances"], json!([{ "type": "ml.m5.large", "count": 1, "parameter": null }]));
        assert_eq!(told[1]["instances"], json!([{ "type": "ml.g5.xlarge", "count": 2, "parameter": "Machine" }]));
        assert_eq!((&told[1]["cache"], &told[1]["cache_expires"]), (&json!(true), &json!("P30D")));
        assert_eq!(told[0]["cache"], json!(false));
    }

    #[test]
    fn what_steps_are_given_is_left_behind() {
        assert!(!steps(&definition()).unwrap().to_string().contains("hunter2"));
        assert_eq!(steps("no definition"), None);
        assert_eq!(steps("{}"), Some(json!({ "steps": [] })));
    }
}
