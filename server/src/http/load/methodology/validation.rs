//! Published values beside the engine's own, and what the method does not know.

use app::view::{Outcome, Quantity, SourceNote, ToolRow, ValidationGroup, ValidationRow};
use footprint::FactorSet;
use footprint::factors::PowerStatus;
use footprint::validation::{Expectation, Group, Ours, PublishedUnit, ValidationResult, Verdict};

/// The groups in which the cases are shown, what could refute the engine first.
const GROUPS: [(Group, &str, &str); 4] = [
    (
        Group::Measured,
        "Measured runs",
        "Energy of accelerators that was metered, beside the default of a training job without a utilisation series. The default was made from these runs: it cannot also be confirmed by them.",
    ),
    (
        Group::Node,
        "Whole machines",
        "Power and energy of machines with everything in them. They try the host, the accelerators and what the node adds, together.",
    ),
    (
        Group::Unit,
        "Worked examples",
        "Results the method was written down with. They show that the engine does what the method says, not that the method is right.",
    ),
    (
        Group::Arithmetic,
        "Published tables",
        "Hours, watts, overhead and intensity as others printed them. They try the chain of multiplications and say nothing of the power model, whose watts are given.",
    ),
];

pub(super) fn groups(cases: &[ValidationResult]) -> Vec<ValidationGroup> {
    GROUPS
        .into_iter()
        .map(|(group, title, about)| ValidationGroup {
            title: title.to_owned(),
            about: about.to_owned(),
            rows: cases.iter().filter(|case| case.group == group).map(row).collect(),
        })
        .collect()
}

pub(super) fn tools(cases: &[ValidationResult]) -> Vec<ToolRow> {
    cases.iter().filter(|case| case.group == Group::OtherTool).map(tool).collect()
}

fn row(case: &ValidationResult) -> ValidationRow {
    ValidationRow {
        case: case.case.clone(),
        inputs: case.inputs.clone(),
        published: case.published.text.clone(),
        unit: unit(case.published.unit).to_owned(),
        ours: case.ours.map(quantity),
        deviation_percent: case.deviation.map(|share| share * 100.0),
        outcome: outcome(case),
        note: case.note.clone(),
        source: source(case),
    }
}

fn tool(case: &ValidationResult) -> ToolRow {
    let (tool, machine) = case.case.split_once(": ").unwrap_or((&case.case, ""));
    ToolRow {
        tool: tool.to_owned(),
        machine: machine.to_owned(),
        published: case.published.text.clone(),
        ours: case.ours.map(quantity),
        deviation_percent: case.deviation.map(|share| share * 100.0),
        why: case.note.clone(),
        source: source(case),
    }
}

const fn quantity(ours: Ours) -> Quantity {
    Quantity { central: ours.central, low: ours.low, high: ours.high }
}

const fn unit(unit: PublishedUnit) -> &'static str {
    match unit {
        PublishedUnit::Kilograms => "kg CO₂e",
        PublishedUnit::Tonnes => "t CO₂e",
        PublishedUnit::Pounds => "lb CO₂e",
        PublishedUnit::Share => "",
        other => other.symbol(),
    }
}

fn outcome(case: &ValidationResult) -> Outcome {
    let words = match (&case.verdict, case.expectation) {
        (Verdict::NotComputed(why), _) => format!("not computed: {why}"),
        (Verdict::Missed, _) => "not as expected".to_owned(),
        (Verdict::Met, Expectation::WithinOnePercent) => "agrees".to_owned(),
        (Verdict::Met, Expectation::InsideInterval) => "inside the range".to_owned(),
        (Verdict::Met, Expectation::Lower) => "lower, as the note says".to_owned(),
        (Verdict::Met, Expectation::Higher) => "higher, as the note says".to_owned(),
        (Verdict::Met, Expectation::ContradictsItself) => "the source contradicts itself".to_owned(),
    };
    Outcome { expected: case.verdict == Verdict::Met, words }
}

fn source(case: &ValidationResult) -> SourceNote {
    SourceNote { source: case.source.clone(), licence: case.licence.clone(), ..SourceNote::default() }
}

/// What the method does not know; the counts are those of the factors in force.
pub(super) fn limits(factors: &FactorSet) -> Vec<String> {
    let types = |status| factors.instances().filter(|instance| instance.power_status == status).count();
    let refused = factors.regions().filter(|region| region.site().is_err()).count();
    let stand_ins =
        factors.instances().filter(|instance| instance.host.as_ref().is_some_and(|host| host.stand_in)).count();
    vec![
        format!(
            "Of {} instance types {} are a lower bound, because nobody publishes the watts of their accelerators or of their host, and {} have no figure at all and are refused.",
            factors.instances().filter(|instance| !instance.is_share()).count(),
            types(PowerStatus::LowerBound),
            types(PowerStatus::Unknown)
        ),
        format!(
            "Of {} regions {refused} have no public overhead or grid intensity and are refused; many others have only the average of their continent.",
            factors.regions().count()
        ),
        format!(
            "The power of a host is a model made from the rated power of its processor and its memory, not a measurement; for {stand_ins} types another machine's curve stands in."
        ),
        "Utilisation is not power: accelerators that were busy all the time drew between a third and all of their cap. The range of every figure carries that; only measured watts narrow it.".to_owned(),
        "What a node adds to its accelerators rests on one measured machine, and on judgement for machines with plug-in cards.".to_owned(),
        "The load of an endpoint without a utilisation series is a judgement: no published default was found.".to_owned(),
        "Serverless inference is taken for a share of ml.m5.large that holds as much memory, in the seconds in which it answers, at a usual load; provisioned concurrency besides, as that many of them under no load. What AWS holds ready of its own accord is not seen and not counted.".to_owned(),
        "Where no hourly series is imported, grid intensity is an average over a year: night and noon, summer and winter count alike.".to_owned(),
        "Nobody measures the instances that a warm pool keeps after a job: they count as machines under no load, though no series says so.".to_owned(),
        "Measured watts are those of the part that was measured, with what a meter may be off by; where accelerators were measured, the host beside them stays modelled in the range.".to_owned(),
        "Emissions per unit of work divide by what was counted: a run, an answer of an endpoint, or your own count. Nobody checks that two models did the same work.".to_owned(),
        "Embodied emissions of newer accelerators have a single source, and their lower bound is borrowed from an older one.".to_owned(),
        "Nothing was measured by this project on an accelerator: every observed watt was published by somebody else.".to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_is_shown_once() {
        let factors = FactorSet::builtin().unwrap();
        let cases = footprint::validation::cases(&factors);
        let groups = groups(&cases);
        let shown = groups.iter().map(|group| group.rows.len()).sum::<usize>() + tools(&cases).len();
        assert_eq!(shown, cases.len());
        assert!(groups.iter().flat_map(|group| &group.rows).all(|row| row.outcome.expected && row.ours.is_some()));
        for row in tools(&cases) {
            assert!(row.machine.starts_with("ml.") && row.why.ends_with('.') && row.ours.is_some(), "{row:?}");
        }
    }

    #[test]
    fn limits_count_what_is_missing() {
        let limits = limits(&FactorSet::builtin().unwrap());
        assert!(
            limits[0].contains("442") && limits[0].contains("21 are") && limits[0].contains("7 have"),
            "{limits:?}"
        );
        assert!(limits.iter().all(|line| line.ends_with('.')));
    }
}
