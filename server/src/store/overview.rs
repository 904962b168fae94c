//! What the overview reads: the organisation's days, the resources that matter, the week's review.

use chrono::NaiveDate;
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

/// The parts of every day of the period and of the one it is compared with, oldest first, parted by a dimension.
pub async fn days(
    connection: &mut PgConnection,
    estimate_id: i32,
    chosen: &Filter,
    before: Option<Period>,
    by: Option<Dimension>,
) -> Result<Vec<Day>, StoreError> {
    let rows: Vec<DayRow> = filter::organisation(estimate_id, chosen, before, by)
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

/// What people decided that the overview shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// The review of the week.
    pub review: ReviewStanding,
    /// The targets that stand.
    pub targets: Vec<Target>,
    /// The units of work in force, in the order in which they are asked.
    pub units: Vec<Unit>,
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

/// Looks at the review of a week, at the targets and at the units of work.
pub async fn decided(
    connection: &mut PgConnection,
    origin: Origin,
    review_id: &str,
    today: NaiveDate,
) -> Result<Decided, StoreError> {
    let row = sqlx::query!(
        r#"
        select
            newest.revision as "revision?",
            (
                select s.signed_by
                from review_sign_off s
                where s.origin = $1
                  and s.review_id = $2
                  and s.revision = newest.revision
                order by s.signed_at
                limit 1
            ) as signed_by,
            (select count(*) from review_action a where a.origin = $1 and a.status in ('todo', 'doing'))
                as "open_actions!",
            (
                select count(*)
                from review_action a
                where a.origin = $1
                  and a.status in ('todo', 'doing')
                  and a.due_on < $3
            ) as "overdue_actions!",
            (
                select coalesce(jsonb_agg(to_jsonb(t) order by t.kpi), '[]')
                from (
                    select distinct on (kpi) kpi, target, set_by, set_at
                    from kpi_target
                    where origin = $1
                    order by kpi, set_at desc
                ) t
                where t.target is not null
            ) as "targets!: Json<Vec<Target>>",
            (
                select coalesce(jsonb_agg(to_jsonb(u) order by u.rank, u.unit_key), '[]')
                from work_unit u
                where u.origin = $1
                  and u.ended_at is null
            ) as "units!: Json<Vec<UnitRow>>"
        from (
            select max(revision) as revision
            from review
            where origin = $1
              and review_id = $2
        ) newest
        "#,
        origin.as_str(),
        review_id,
        today
    )
    .fetch_one(connection)
    .await
    .map_err(StoreError::on("look at the review"))?;
    Ok(Decided {
        review: ReviewStanding {
            revision: row.revision,
            signed_by: row.signed_by,
            open_actions: row.open_actions,
            overdue_actions: row.overdue_actions,
        },
        targets: row.targets.0,
        units: row.units.0.into_iter().map(Unit::try_from).collect::<Result<_, _>>()?,
    })
}
