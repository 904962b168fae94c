//! Reviews of the demo's past weeks: a newcomer sees what a signed review is, and has one to compare with.

use chrono::{DateTime, Days, Utc};
use footprint::FactorSet;

use super::ReviewId;
use super::actions::{ActionStatus, NewAction};
use super::freeze::{FreezeError, Request, freeze};
use super::week::IsoWeek;
use crate::advise::Verdict;
use crate::store::filter::Narrowing;
use crate::store::finding::{self, Line};
use crate::store::{AccountScope, Database, action, reading, review, sign_off};

/// Weeks that are reviewed; the last one waits for the visitor.
const WEEKS: usize = 3;
/// Who is said to have held them.
const HOLDER: &str = "Mira (demo)";
const REVIEWER: &str = "Tomas (demo)";

/// Freezes and signs the weeks before the last one now, oldest first, each with an action; how many. Nothing happens where any
/// week has a review already.
///
/// # Errors
/// As [`freeze`] does.
pub async fn hold(
    database: &Database,
    scope: &AccountScope,
    factors: &FactorSet,
    now: DateTime<Utc>,
) -> Result<usize, FreezeError> {
    let mut transaction = reading::begin(&database.web, scope).await?;
    let is_begun = !review::list(&mut transaction, scope).await?.is_empty();
    let weeks = review::unreviewed_weeks(&mut transaction, scope, now.date_naive()).await?;
    let open = finding::lines(&mut transaction, Narrowing::Nothing).await?;
    drop(transaction);
    let last = IsoWeek::last_complete(now.date_naive());
    // The first week of the ledger may have begun before it.
    let whole = weeks.split_last().map(|(_, whole)| whole).unwrap_or_default();
    let mut past: Vec<IsoWeek> = whole.iter().copied().filter(|week| *week < last).take(WEEKS).collect();
    past.reverse();
    if is_begun {
        past.clear();
    }
    let mut to_do = open.iter().filter(|line| line.verdict == Verdict::Fires);
    for week in &past {
        let request = Request { week: *week, by: HOLDER.to_owned(), reason: String::new() };
        let id = freeze(database, scope, factors, &request, now).await?;
        let is_newest = past.last() == Some(week);
        if let Some(line) = to_do.next() {
            promise(database, scope, (id, line), is_newest, now).await?;
        }
        sign_off::add(&database.web, scope, id, REVIEWER, now).await?;
    }
    Ok(past.len())
}

/// An action about a finding, done unless it is of the newest review.
async fn promise(
    database: &Database,
    scope: &AccountScope,
    (id, line): (ReviewId, &Line),
    is_newest: bool,
    now: DateTime<Utc>,
) -> Result<(), FreezeError> {
    let owner = if line.team.is_empty() { HOLDER.to_owned() } else { format!("{} team", line.team) };
    let action = NewAction {
        title: format!("Ask who still needs {}", line.subject_name),
        owner,
        due_on: now.date_naive() + Days::new(14),
        finding: Some(line.id),
        by: HOLDER.to_owned(),
    };
    action::add(&database.web, scope, id, &action, now).await?;
    if !is_newest {
        let mut transaction = reading::begin(&database.web, scope).await?;
        let actions = action::of_review(&mut transaction, scope, id).await?;
        drop(transaction);
        for each in actions {
            action::set_status(&database.web, scope, id, each.action_id, ActionStatus::Done, HOLDER, now).await?;
        }
    }
    Ok(())
}
