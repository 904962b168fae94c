/// What somebody typed about something that somebody else has changed meanwhile, beside what stands now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConflictView {
    /// What happened, and what to do.
    pub sentence: String,
    /// What is stored now, by name.
    pub stands: Vec<(&'static str, String)>,
    /// What was typed and is not stored, by name.
    pub typed: Vec<(&'static str, String)>,
}
