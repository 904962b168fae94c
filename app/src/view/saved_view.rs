use super::FormState;
use chrono::{DateTime, Utc};

/// Pages that people keep under a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SavedViewsView {
    pub rows: Vec<SavedViewRow>,
    /// A form that was refused, as it was typed.
    pub form: FormState,
}

/// One of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SavedViewRow {
    pub slug: String,
    pub name: String,
    /// Its short address.
    pub href: String,
    /// The page, such as `Trends`.
    pub page: String,
    /// The days, such as `last 7 days`.
    pub days: String,
    /// What else is chosen, in the words of the address.
    pub chosen: String,
    pub saved_by: String,
    pub saved_at: DateTime<Utc>,
}
