use super::{Choice, FormState, Shown};
use chrono::{DateTime, Utc};

/// What work is counted in: the units, what each of them took, and the way to another one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnitsView {
    /// The period of the figures, in words.
    pub period: String,
    pub rows: Vec<UnitRow>,
    pub form: FormState,
    /// What can be counted.
    pub measures: Vec<Choice>,
    /// Accounts to keep a unit to; the first choice is any.
    pub accounts: Vec<Choice>,
    /// Teams that anything belongs to.
    pub teams: Vec<String>,
    /// The filter, which the form carries along.
    pub carried: Vec<(String, String)>,
    /// What the typed unit would change; nothing is kept yet.
    pub preview: Option<UnitPreview>,
}

/// One unit in force.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnitRow {
    pub key: String,
    /// For example `Endpoints: inferences`.
    pub measure: String,
    /// What counts and what does not, in a sentence.
    pub definition: String,
    /// How much of the measure one unit is, for example `1 000`.
    pub scale: String,
    /// Whose work is counted in it, for example `team vision, names like ocr-*`.
    pub scope: String,
    pub set_by: String,
    /// `None` for a unit that was there from the beginning.
    pub set_at: Option<DateTime<Utc>>,
    pub figures: WorkFigures,
}

/// What a unit of work took.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorkFigures {
    /// What one unit is called, for example `1 000 inferences`.
    pub label: String,
    /// How many units were done.
    pub work: Shown,
    pub grams: Shown,
    pub usd: Shown,
    pub watt_hours: Shown,
    pub hours: Shown,
    /// What is left out of it, in a sentence.
    pub left_out: Option<String>,
}

/// The units with one more, before and after.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnitPreview {
    pub rows: Vec<UnitPreviewRow>,
}

/// One unit, before and after.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnitPreviewRow {
    pub label: String,
    pub is_new: bool,
    /// Resources whose work would be counted in it.
    pub resources: u64,
    /// Units that would be done.
    pub work: Shown,
    pub before: Shown,
    pub after: Shown,
}
