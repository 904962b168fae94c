use super::{Equation, Tier};

/// How the numbers are made: tiers, equations and every factor with its source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MethodologyView {
    pub factor_set: FactorSetInfo,
    pub tiers: Vec<TierRow>,
    /// The method in symbols: each line's unit stands for its value.
    pub formulas: Vec<Equation>,
    /// The same with the numbers of one example.
    pub equations: Vec<Equation>,
    pub validation: Vec<ValidationGroup>,
    pub tools: Vec<ToolRow>,
    /// What the method does not know, one sentence each.
    pub limits: Vec<String>,
    pub regions: Vec<RegionRow>,
    pub accelerators: Vec<AcceleratorRow>,
    pub coefficients: Vec<CoefficientRow>,
    /// What was typed into the instance search, `?q=`.
    pub query: String,
    /// Instance types whose name holds the query; at most a page full.
    pub instances: Vec<InstanceRow>,
    /// How many match, and how many there are.
    pub instances_matching: u64,
    pub instances_total: u64,
}

/// A tier, what it means and how an hour comes by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierRow {
    pub tier: Tier,
    pub meaning: String,
    pub rule: String,
}

/// Cases of one kind, and what they can show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ValidationGroup {
    pub title: String,
    pub about: String,
    pub rows: Vec<ValidationRow>,
}

/// What was published, beside what the engine says of the same inputs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ValidationRow {
    pub case: String,
    pub inputs: String,
    /// Digits as printed by the source.
    pub published: String,
    /// Unit of the published value and of ours.
    pub unit: String,
    pub ours: Option<Quantity>,
    pub deviation_percent: Option<f64>,
    pub outcome: Outcome,
    pub note: String,
    pub source: SourceNote,
}

/// Whether a case came out as expected, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub expected: bool,
    pub words: String,
}

/// Another tool's answer for one machine.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolRow {
    pub tool: String,
    pub machine: String,
    /// Digits as the tool printed them, kWh.
    pub published: String,
    pub ours: Option<Quantity>,
    pub deviation_percent: Option<f64>,
    pub why: String,
    pub source: SourceNote,
}

/// The active factor set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FactorSetInfo {
    pub label: String,
    pub sha256: String,
    pub method_version: String,
    /// Overrides in force, one sentence each.
    pub overrides: Vec<String>,
}

/// A factor's value with its range.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Quantity {
    pub central: f64,
    pub low: f64,
    pub high: f64,
}

/// Where a row comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceNote {
    pub source: String,
    pub licence: String,
    pub year: String,
    pub tier: String,
}

/// One AWS region.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RegionRow {
    pub region: String,
    pub place: String,
    /// Location-based, g/kWh.
    pub intensity: Quantity,
    pub intensity_source: SourceNote,
    /// Power usage effectiveness.
    pub pue: Quantity,
    pub pue_source: SourceNote,
    /// Litres per kWh of IT energy, where known.
    pub water: Option<Quantity>,
}

/// One accelerator.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AcceleratorRow {
    pub name: String,
    /// Board power, W.
    pub tdp_watts: Quantity,
    pub idle_watts: Quantity,
    pub embodied_kg: Option<Quantity>,
    pub source: SourceNote,
}

/// One coefficient of the model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CoefficientRow {
    pub id: String,
    pub name: String,
    pub value: Quantity,
    pub unit: String,
    pub note: String,
    pub source: SourceNote,
}

/// One instance type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InstanceRow {
    pub name: String,
    pub vcpus: u32,
    pub memory_gib: f64,
    pub accelerator: Option<String>,
    pub accelerators: u32,
    /// Host power without work and under full load, W.
    pub idle_watts: Option<Quantity>,
    pub full_watts: Option<Quantity>,
    pub source: SourceNote,
}
