use super::{Choice, Equation, FactorRow, FormState, Shown, Tier};

/// The calculator: fields of up to four alternatives, and their figures side by side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CalculatorView {
    pub alternatives: Vec<Alternative>,
    /// Whether there is room for one more.
    pub can_add: bool,
    /// Every instance type, to choose from.
    pub types: Vec<String>,
    pub comparison: Comparison,
    /// Where the factors are, for the browser to compute with.
    pub factors_href: String,
    pub factor_set: String,
    pub factor_set_sha256: String,
    /// Parameters that mean nothing here.
    pub ignored: Vec<String>,
}

/// The fields of one alternative.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Alternative {
    /// Counted from 1; ends the name of each field.
    pub number: usize,
    /// What is typed, and a sentence for each field that cannot be used; by name without the number.
    pub form: FormState,
    pub regions: Vec<Choice>,
    pub kinds: Vec<Choice>,
}

/// Alternatives side by side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    pub columns: Vec<Column>,
}

/// One alternative with its figures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Column {
    /// Counted from 1.
    pub number: usize,
    /// The instance type.
    pub name: String,
    /// For example `2 instances, 24 h training in us-east-1`.
    pub setting: String,
    /// Why there are no figures, one sentence each.
    pub refused: Vec<String>,
    pub tier: Option<Tier>,
    pub is_lower_bound: bool,
    pub measures: Measures,
    /// What it takes more than the first; `None` for the first.
    pub differences: Option<Measures>,
    /// Which price was taken.
    pub price: String,
    /// What the reader must know, one sentence each.
    pub warnings: Vec<String>,
    pub equations: Vec<Equation>,
    pub factors: Vec<FactorRow>,
    /// The same estimate for programs.
    pub json_href: String,
}

/// Every measure of one alternative.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measures {
    /// Of the facility.
    pub energy: Shown,
    /// Operational, location-based, and embodied together.
    pub emissions: Shown,
    pub operational: Shown,
    pub embodied: Shown,
    /// Operational, market-based.
    pub market: Shown,
    pub water: Shown,
    pub cost: Shown,
    /// What the grids emit more or less, by their marginal intensities; known of differences alone.
    pub marginal: Shown,
}
