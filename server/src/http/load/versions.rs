//! The versions of a pipeline's definition and what differs between two of them.

use std::collections::BTreeMap;

use app::view::{
    ChangeKind, Choice, Difference, ExecutionStatus, StepChange, StepGraph, StepNode, VersionRow, VersionsView,
};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::configuration::{list, text};
use crate::http::query::Query;
use crate::store::pipeline::Version;
use crate::store::selection::Period;

/// Parameters of the address: the two versions that stand beside each other.
pub const PARAMETERS: [&str; 2] = ["earlier", "later"];

/// The versions as a page shows them; `versions` come oldest first.
pub(super) fn view(versions: &[Version], query: &Query, period: Period) -> VersionsView {
    let told: Vec<(&Version, &[Value])> =
        versions.iter().filter_map(|version| Some((version, steps_of(&version.document)?))).collect();
    let Some((_, newest)) = told.last() else { return VersionsView::default() };
    let rows = told.iter().enumerate().rev().map(|(place, (version, steps))| VersionRow {
        number: place + 1,
        from: Some(version.from),
        until: version.to,
        steps: steps.len(),
        changes: place.checked_sub(1).and_then(|before| told.get(before)).map(|(_, before)| briefly(before, steps)),
    });
    VersionsView {
        rows: rows.collect(),
        difference: difference(&told, query),
        carried: query.carried_without(period, &PARAMETERS),
        graph: graph(newest, |_| None),
    }
}

/// The steps that were defined at a moment, each with how it ended; nothing where they are not known.
pub(super) fn graph_at(
    versions: &[Version],
    at: DateTime<Utc>,
    status: impl Fn(&str) -> Option<ExecutionStatus>,
) -> StepGraph {
    let held = versions.iter().filter(|version| steps_of(&version.document).is_some());
    // What ran before the first reading ran by the first that was seen.
    let found = held.clone().rev().find(|version| version.from <= at).or_else(|| held.clone().next());
    found.and_then(|version| steps_of(&version.document)).map(|steps| graph(steps, status)).unwrap_or_default()
}

fn steps_of(document: &Value) -> Option<&[Value]> {
    let steps = document.get("definition")?.get("steps")?.as_array()?;
    (!steps.is_empty()).then_some(steps.as_slice())
}

fn graph(steps: &[Value], status: impl Fn(&str) -> Option<ExecutionStatus>) -> StepGraph {
    let name = |step: &Value| text(step, "name").unwrap_or_default().to_owned();
    let node = |step: &Value| {
        let names = list(step, "depends_on").iter().filter_map(Value::as_str);
        let place = |wanted: &str| steps.iter().position(|each| text(each, "name") == Some(wanted));
        StepNode {
            name: name(step),
            kind: kind(step),
            detail: [instances(step), cache(step)].into_iter().flatten().collect::<Vec<_>>().join(", "),
            after: names.filter_map(place).collect(),
            branch: text(step, "branch").map(str::to_owned),
            status: status(&name(step)),
        }
    };
    StepGraph { nodes: steps.iter().map(node).collect() }
}

/// AWS' own word for what a step does, as people write it.
fn kind(step: &Value) -> String {
    match text(step, "type").unwrap_or_default() {
        "Transform" => "Batch transform",
        "RegisterModel" => "Model registration",
        "QualityCheck" => "Quality check",
        "ClarifyCheck" => "Clarify check",
        "" => "Other",
        other => other,
    }
    .to_owned()
}

/// Such as `2 × ml.g5.xlarge (parameter Machine)`.
fn instances(step: &Value) -> Option<String> {
    let group = |group: &Value| {
        let count =
            group.get("count").and_then(Value::as_i64).map_or_else(|| "?".to_owned(), |count| count.to_string());
        let machine = text(group, "type").unwrap_or("a type that only the run knows");
        let parameter = text(group, "parameter").map(|name| format!(" (parameter {name})")).unwrap_or_default();
        format!("{count} × {machine}{parameter}")
    };
    let groups = list(step, "instances");
    (!groups.is_empty()).then(|| groups.iter().map(group).collect::<Vec<_>>().join(" + "))
}

fn cache(step: &Value) -> Option<String> {
    let is_on = step.get("cache") == Some(&Value::Bool(true));
    let until = text(step, "cache_expires").map(|period| format!(" for {period}")).unwrap_or_default();
    is_on.then(|| format!("may be answered from the cache{until}"))
}

/// What differs, in a line.
fn briefly(before: &[Value], after: &[Value]) -> String {
    let changes = changes(before, after);
    let some = |kind: ChangeKind, word: &str| {
        let names: Vec<&str> =
            changes.iter().filter(|change| change.kind == kind).map(|change| change.step.as_str()).collect();
        (!names.is_empty()).then(|| format!("{word} {}", names.join(", ")))
    };
    let parts =
        [some(ChangeKind::Added, "added"), some(ChangeKind::Removed, "removed"), some(ChangeKind::Changed, "changed")];
    let said = parts.into_iter().flatten().collect::<Vec<_>>().join("; ");
    if said.is_empty() { "no step; description or role".to_owned() } else { said }
}

/// The steps that differ, in the order of the later version, those that are gone last.
fn changes(before: &[Value], after: &[Value]) -> Vec<StepChange> {
    let by_name = |steps: &[Value]| -> BTreeMap<String, Value> {
        steps.iter().map(|step| (text(step, "name").unwrap_or_default().to_owned(), step.clone())).collect()
    };
    let (earlier, later) = (by_name(before), by_name(after));
    let whole = |step: &Value| {
        let words = [Some(kind(step)), instances(step), cache(step)];
        words.into_iter().flatten().collect::<Vec<_>>()
    };
    let now = after.iter().filter_map(|step| {
        let name = text(step, "name").unwrap_or_default().to_owned();
        match earlier.get(&name) {
            None => Some(StepChange { step: name, kind: ChangeKind::Added, words: whole(step) }),
            Some(known) => {
                let words = differing(known, step);
                (!words.is_empty()).then_some(StepChange { step: name, kind: ChangeKind::Changed, words })
            }
        }
    });
    let gone = before.iter().filter_map(|step| {
        let name = text(step, "name").unwrap_or_default().to_owned();
        (!later.contains_key(&name)).then(|| StepChange { step: name, kind: ChangeKind::Removed, words: whole(step) })
    });
    now.chain(gone).collect()
}

fn differing(before: &Value, after: &Value) -> Vec<String> {
    let waits = |step: &Value| {
        let names = list(step, "depends_on").iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
        if names.is_empty() { "nothing".to_owned() } else { names }
    };
    let word = |said: Option<String>, nothing: &str| said.unwrap_or_else(|| nothing.to_owned());
    let pairs = [
        ("", kind(before), kind(after)),
        ("", word(instances(before), "no instances"), word(instances(after), "no instances")),
        ("", word(cache(before), "no cache"), word(cache(after), "no cache")),
        ("waits for ", waits(before), waits(after)),
        ("branch ", word(branch(before), "none"), word(branch(after), "none")),
    ];
    let differs = pairs.into_iter().filter(|(_, before, after)| before != after);
    differs.map(|(label, before, after)| format!("{label}{before} → {after}")).collect()
}

fn branch(step: &Value) -> Option<String> {
    Some(format!("{} of {}", text(step, "branch")?, text(step, "condition")?))
}

/// The two versions that the address names, or the last two.
fn difference(told: &[(&Version, &[Value])], query: &Query) -> Option<Difference> {
    let last = told.len().checked_sub(2)?;
    let asked = |name: &str, otherwise: usize| {
        let word = query.own.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
        let place = word.and_then(|word| word.parse::<usize>().ok()?.checked_sub(1));
        place.filter(|place| *place < told.len()).unwrap_or(otherwise)
    };
    let (earlier, later) = (asked("earlier", last), asked("later", last + 1));
    let choices = |chosen: usize| {
        let choice = |(place, (version, _)): (usize, &(&Version, &[Value]))| Choice {
            value: (place + 1).to_string(),
            label: format!("Version {} of {}", place + 1, version.from.format("%-d %b %Y")),
            selected: place == chosen,
        };
        told.iter().enumerate().map(choice).collect()
    };
    let rows = match (told.get(earlier), told.get(later)) {
        (Some((_, before)), Some((_, after))) => changes(before, after),
        _ => Vec::new(),
    };
    Some(Difference { earlier: choices(earlier), later: choices(later), rows })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn step(name: &str, machine: &str, cache: bool, after: &[&str]) -> Value {
        json!({
            "name": name,
            "type": "Training",
            "depends_on": after,
            "instances": [{ "type": machine, "count": 1, "parameter": null }],
            "cache": cache,
            "cache_expires": cache.then_some("P30D"),
        })
    }

    #[test]
    fn steps_that_differ_say_in_what() {
        let before = [step("a", "ml.m5.large", false, &[]), step("b", "ml.g5.xlarge", false, &["a"])];
        let after = [
            step("a", "ml.m5.large", true, &[]),
            step("c", "ml.c5.xlarge", false, &["a"]),
            json!({ "name": "d", "type": "Fail" }),
        ];
        let said: Vec<String> = changes(&before, &after)
            .iter()
            .map(|change| format!("{} {:?}: {}", change.step, change.kind, change.words.join("; ")))
            .collect();
        assert_eq!(
            said,
            [
                "a Changed: no cache → may be answered from the cache for P30D",
                "c Added: Training; 1 × ml.c5.xlarge",
                "d Added: Fail",
                "b Removed: Training; 1 × ml.g5.xlarge",
            ]
        );
        assert_eq!(briefly(&before, &after), "added c, d; removed b; changed a");
        assert!(changes(&before, &before).is_empty());
        let moved = [step("b", "ml.g5.2xlarge", false, &[])];
        assert_eq!(differing(&before[1], &moved[0]), ["1 × ml.g5.xlarge → 1 × ml.g5.2xlarge", "waits for a → nothing"]);
    }

    #[test]
    fn an_execution_is_drawn_by_what_was_defined_when_it_began() {
        let at = |day: u32| format!("2026-11-{day:02}T00:00:00Z").parse::<DateTime<Utc>>().unwrap();
        let version =
            |from, steps: Value| Version { from: at(from), to: None, document: json!({ "definition": steps }) };
        let versions = [
            version(1, Value::Null),
            version(5, json!({ "steps": [step("a", "x", false, &[])] })),
            version(9, json!({ "steps": [step("a", "x", false, &[]), step("b", "x", false, &["a"])] })),
        ];
        let drawn = |day| graph_at(&versions, at(day), |name| (name == "a").then_some(ExecutionStatus::Failed));
        assert_eq!([2, 6, 10].map(|day| drawn(day).nodes.len()), [1, 1, 2]);
        assert_eq!(drawn(10).nodes[1].after, [0]);
        assert_eq!(drawn(10).nodes[0].status, Some(ExecutionStatus::Failed));
        assert_eq!(graph_at(&versions[..1], at(2), |_| None), StepGraph::default());
    }
}
