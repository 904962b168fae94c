//! What became of alarms, in words.

use app::view::AlarmChangeRow;

use crate::http::Problem;
use crate::http::desk::Desk;
use crate::store::alarm::{self, Change};

/// Changes that a page shows.
pub(super) const MOST: i64 = 50;

/// The newest changes of all alarms.
pub(super) async fn newest(desk: &mut Desk) -> Result<Vec<AlarmChangeRow>, Problem> {
    Ok(rows(&alarm::newest(desk.connection(), MOST).await?))
}

/// Changes as a page shows them.
pub(super) fn rows(changes: &[Change]) -> Vec<AlarmChangeRow> {
    changes.iter().map(row).collect()
}

fn row(change: &Change) -> AlarmChangeRow {
    AlarmChangeRow {
        at: Some(change.at),
        alarm: change.alarm.clone(),
        region: change.region.clone(),
        from: in_words(&change.old_state).to_owned(),
        to: in_words(&change.new_state).to_owned(),
        reason: change.reason.clone(),
    }
}

fn in_words(state: &str) -> &str {
    match state {
        "OK" => "in order",
        "ALARM" => "alarm",
        "INSUFFICIENT_DATA" => "too little data",
        other => other,
    }
}
