//! What the overview reads: the organisation's days, the resources that matter, the week's review.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection};

use super::part::{Part, PartRow};
use super::selection::{Dimension, Filter, Measure, Period};
use super::target::Target;
use super::work_unit::{Unit, UnitRow};
use super::{Origin, StoreError, filter};

#[derive(Debug, FromRow)]
struct DayRow {
    day: NaiveDate,
    name: String,
    #[sqlx(flatten)]
    part: PartRow,
}

/// A part of a day, with what it is called in the dimension that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    /// UTC day.
    pub day: NaiveDate,
    /// As the ledger has it; empty where no dimension was asked for, and for what has no name in it.
    pub name: String,
    /// The sums.
    pub part: Part,
}

/// The parts of every day of the period and of others, oldest first, parted by a dimension.
pub async fn days(
    connection: &mut PgConnection,
    estimate_id: i32,
    chosen: &Filter,
    others: &[Period],
    by: Option<Dimension>,
) -> Result<Vec<Day>, StoreError> {
    let rows: Vec<DayRow> = filter::organisation(estimate_id, chosen, others, by)
        .build_query_as()
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("read the days"))?;
    rows.into_iter().map(|row| Ok(Day { day: row.day, name: row.name, part: Part::try_from(row.part)? })).collect()
}

#[derive(Debug, FromRow)]
struct MoverRow {
    place: i64,
    change_place: i64,
    is_now: bool,
    is_current: bool,
    resource_id: i64,
    name: String,
    #[sqlx(flatten)]
    part: PartRow,
}

/// A resource that costs much or changed much.
#[derive(Debug, Clone, PartialEq)]
pub struct Mover {
    /// Place among its kind, from 1; only if it ran in the period.
    pub place: Option<i64>,
    /// Place by the size of its change, from 1.
    pub change_place: i64,
    /// The installation's number of the resource.
    pub resource_id: i64,
    /// Name.
    pub name: String,
    /// Its sums inside the period.
    pub current: Vec<Part>,
    /// Its sums in the period compared with.
    pub before: Vec<Part>,
}

/// The `top` of each kind with most of a measure and the `changed` with its largest change.
pub async fn movers(
    connection: &mut PgConnection,
    estimate_id: i32,
    chosen: &Filter,
    before: Option<Period>,
    measure: Measure,
    (top, changed): (i64, i64),
) -> Result<Vec<Mover>, StoreError> {
    let rows: Vec<MoverRow> = filter::movers(estimate_id, chosen, before, measure, (top, changed))
        .build_query_as()
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("read the costliest resources"))?;
    let mut movers: Vec<Mover> = Vec::new();
    for row in rows {
        let part = Part::try_from(row.part)?;
        if movers.last().is_none_or(|last| last.resource_id != row.resource_id) {
            movers.push(Mover {
                place: row.is_now.then_some(row.place),
                change_place: row.change_place,
                resource_id: row.resource_id,
                name: row.name,
                current: Vec::new(),
                before: Vec::new(),
            });
        }
        if let Some(mover) = movers.last_mut() {
            if row.is_current { mover.current.push(part) } else { mover.before.push(part) }
        }
    }
    Ok(movers)
}

/// What stands when the overview is opened, whatever period it shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Now {
    /// The review of the week.
    pub review: ReviewStanding,
    /// The targets that stand.
    pub targets: Vec<Target>,
    /// The units of work in force, in the order in which they are asked.
    pub units: Vec<Unit>,
    /// What needs somebody.
    pub health: Health,
}

/// Where the review of a week stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewStanding {
    /// Its newest revision; `None` if nobody froze the week.
    pub revision: Option<i32>,
    /// Who signed that revision first, if anybody did.
    pub signed_by: Option<String>,
    /// Actions of all weeks that are not done or dropped.
    pub open_actions: i64,
    /// Those of them that are past their day.
    pub overdue_actions: i64,
}

/// What needs somebody now.
#[derive(Debug, Clone, PartialEq)]
pub struct Health {
    /// Alarms that sound on endpoints, the one that does so longest first; some of them.
    pub alarms: Vec<Sounding>,
    /// Jobs that ended lately.
    pub failures: Failures,
    /// Jobs that run.
    pub running: Running,
}

/// An alarm that sounds.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Sounding {
    /// The installation's number of the endpoint.
    pub resource_id: i64,
    /// The endpoint.
    pub name: String,
    /// The alarm.
    pub alarm: String,
    /// Since when, as far as it is known.
    pub since: Option<DateTime<Utc>>,
    /// Alarms that sound, together.
    pub of_so_many: i64,
}

/// How the jobs of the last seven days ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
pub struct Failures {
    /// Jobs that failed.
    pub failed: i64,
    /// Jobs that ended, failed or not.
    pub ended: i64,
    /// Some that failed, the newest first.
    pub newest: Vec<Failed>,
}

/// A job that failed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Failed {
    /// The installation's number of the job.
    pub resource_id: i64,
    /// Its name.
    pub name: String,
    /// When it failed.
    pub since: Option<DateTime<Utc>>,
    /// What the script said, or else the first line of AWS' reason; at most 160 characters.
    pub why: Option<String>,
}

/// The jobs that run now.
#[derive(Debug, Clone, Default, PartialEq, serde::Deserialize)]
pub struct Running {
    /// How many.
    pub jobs: i64,
    /// What an hour of all that have a price costs at list prices, dollars.
    pub usd_hour: Option<f64>,
    /// Jobs without a price.
    pub unpriced: i64,
    /// Jobs that run longer than any of the last runs of their family.
    pub overdue: i64,
    /// Those first that run longest beside what their family takes; some of them.
    pub first: Vec<RunningJob>,
}

/// A job that runs.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct RunningJob {
    /// The installation's number of the job.
    pub resource_id: i64,
    /// Its name.
    pub name: String,
    /// For how long, seconds.
    pub running_s: f64,
    /// The longest of the last runs of its family, seconds; `None` where too few are known.
    pub longest_s: Option<f64>,
    /// How many runs that is the longest of.
    pub runs: i64,
    /// What an hour of it costs at list prices, dollars.
    pub usd_hour: Option<f64>,
    /// Whether it runs longer than any of them.
    pub is_overdue: Option<bool>,
}

#[derive(Debug, FromRow)]
struct NowRow {
    revision: Option<i32>,
    signed_by: Option<String>,
    open_actions: i64,
    overdue_actions: i64,
    targets: Json<Vec<Target>>,
    units: Json<Vec<UnitRow>>,
    alarms: Json<Vec<Sounding>>,
    failures: Json<Failures>,
    running: Json<Running>,
}

/// Looks at the review of a week, at the targets and at the units of work, and at what needs somebody.
pub async fn now(
    connection: &mut PgConnection,
    (origin, estimate_id): (Origin, i32),
    chosen: &Filter,
    review_id: &str,
    at: DateTime<Utc>,
) -> Result<Now, StoreError> {
    let row: NowRow = filter::now((origin, estimate_id), chosen, review_id, at)
        .build_query_as()
        .fetch_one(connection)
        .await
        .map_err(StoreError::on("look at what stands"))?;
    Ok(Now {
        review: ReviewStanding {
            revision: row.revision,
            signed_by: row.signed_by,
            open_actions: row.open_actions,
            overdue_actions: row.overdue_actions,
        },
        targets: row.targets.0,
        units: row.units.0.into_iter().map(Unit::try_from).collect::<Result<_, _>>()?,
        health: Health { alarms: row.alarms.0, failures: row.failures.0, running: row.running.0 },
    })
}
