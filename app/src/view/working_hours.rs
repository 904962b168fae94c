use super::{Choice, FormState};
use chrono::{DateTime, Utc};

/// Which hours are working hours, and the way to others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorkingHoursView {
    /// Those in force, such as `Monday to Friday, 08:00 to 18:00 UTC`.
    pub in_force: String,
    /// Those that were set, the ones in force first; none where nobody set any.
    pub set: Vec<SetHours>,
    /// Weekdays to choose from; the value names the field.
    pub weekdays: Vec<Choice>,
    /// Hours in which they can begin, UTC.
    pub from: Vec<Choice>,
    /// Hours before which they can end, UTC.
    pub to: Vec<Choice>,
    pub form: FormState,
}

/// Working hours that somebody set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetHours {
    pub hours: String,
    pub set_by: String,
    pub set_at: Option<DateTime<Utc>>,
}
