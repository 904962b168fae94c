/// How far the reader got with what a page shows: a refused list and an empty one look different.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Whether any account and region answered.
    pub was_read: bool,
    pub refused: Vec<Refused>,
}

/// A list that AWS did not give.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// What is missing, for example `log groups`.
    pub what: String,
    pub account: String,
    pub region: String,
    /// What to do, in a sentence.
    pub remedy: String,
}
