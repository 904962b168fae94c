//! A list's rows by what several of them have in common.

use sqlx::{Postgres, QueryBuilder};

use super::{GROUP, SUMS, counted, ledger, ledger_with};
use crate::store::selection::List;

/// What jobs are put together by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// Account, kind and family.
    Family,
    /// Who made the image, and the framework in it.
    Image,
}

impl Grouping {
    /// Every grouping.
    pub const ALL: [Self; 2] = [Self::Family, Self::Image];

    /// Account, sort and name of the group that a resource `r` is in.
    const fn columns(self) -> &'static str {
        match self {
            Self::Family => "r.account_id as of_account, r.kind as of_sort, r.family as of_name",
            Self::Image => {
                "0 as of_account,
                coalesce(r.attributes #>> '{image,maker}', '') as of_sort,
                coalesce(r.attributes #>> '{image,framework}', '') as of_name"
            }
        }
    }
}

/// What groups are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupKey {
    /// Name.
    Name,
    /// List cost.
    Cost,
    /// Operational and embodied emissions.
    Emissions,
    /// Energy.
    Energy,
    /// Number of jobs.
    Runs,
    /// Emissions of all jobs by those that completed.
    PerRun,
    /// Number of jobs that failed.
    Failed,
    /// Median list cost of a job.
    MedianCost,
    /// Median duration of a job.
    MedianDuration,
    /// Begin of the last job.
    Latest,
}

impl GroupKey {
    /// Every key.
    pub const ALL: [Self; 10] = [
        Self::Name,
        Self::Cost,
        Self::Emissions,
        Self::Energy,
        Self::Runs,
        Self::PerRun,
        Self::Failed,
        Self::MedianCost,
        Self::MedianDuration,
        Self::Latest,
    ];

    const fn column(self) -> &'static str {
        match self {
            Self::Name => "lower(t.of_name)",
            Self::Cost => "t.cost",
            Self::Emissions => "t.emissions",
            Self::Energy => "t.energy",
            Self::Runs => "t.runs",
            Self::PerRun => "t.emissions / nullif(t.completed, 0)",
            Self::Failed => "t.failed",
            Self::MedianCost => "t.median_cost",
            Self::MedianDuration => "t.median_seconds",
            Self::Latest => "t.latest_at",
        }
    }
}

/// An order of groups; what is unknown comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupOrder {
    /// By what.
    pub key: GroupKey,
    /// From the largest.
    pub descending: bool,
}

impl GroupOrder {
    /// The dearest first.
    pub const DEAREST: Self = Self { key: GroupKey::Cost, descending: true };
}

/// The groups of a list with their parts, in order; `slice` is a page of them, its last one if there are fewer.
pub fn groups(list: &List<'_>, by: Grouping, order: GroupOrder) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(
        "with run as (
            select
                l.account_id,
                l.resource_id,
                sum(l.facility_uwh) as energy,
                sum(",
    );
    query.push(counted::cost(list.filter.basis)).push(") as cost, sum(");
    query.push(counted::emissions(list.filter.basis)).push(") as emissions");
    ledger(&mut query, list.estimate_id, list.filter, list.filter.period, Some(list.section));
    query.push(" group by l.account_id, l.resource_id), member as (select run.*, r.status, r.started_at, r.ended_at, ");
    query.push(by.columns());
    query.push(
        " from run join resource r using (account_id, resource_id)
        ), together as (
            select
                of_account,
                of_sort,
                of_name,
                count(*) as runs,
                count(*) filter (where status = 'Completed') as completed,
                count(*) filter (where status = 'Failed') as failed,
                percentile_cont(0.5) within group (order by cost::float8) as median_cost,
                percentile_cont(0.5) within group (order by extract(epoch from ended_at - started_at)::float8)
                    as median_seconds,
                max(started_at) as latest_at,
                sum(cost) as cost,
                sum(emissions) as emissions,
                sum(energy) as energy
            from member
            group by of_account, of_sort, of_name
        ), placed as (
            select
                t.*,
                row_number() over (order by ",
    );
    query.push(order.key.column()).push(if order.descending { " desc" } else { " asc" });
    query.push(
        " nulls last, t.cost desc nulls last, t.emissions desc nulls last, t.of_name, t.of_sort, t.of_account) as place,
                count(*) over () as rows
            from together t
        ), shown as (
            select *
            from placed p",
    );
    if let Some(slice) = list.slice {
        // A page past the end shows the last one.
        query.push(" where p.place > least(").push_bind(slice.skip).push(", (p.rows - 1) / ").push_bind(slice.per);
        query.push(" * ").push_bind(slice.per).push(") and p.place <= least(").push_bind(slice.skip);
        query.push(", (p.rows - 1) / ").push_bind(slice.per).push(" * ").push_bind(slice.per).push(") + ");
        query.push_bind(slice.per);
    }
    query.push(
        ")
        select
            s.place,
            s.rows,
            s.of_account,
            s.of_sort,
            s.of_name,
            s.runs,
            s.completed,
            s.failed,
            s.median_cost,
            s.median_seconds,
            s.latest_at, ",
    );
    query.push(GROUP).push(",").push(SUMS);
    let joined = " join member m on m.account_id = l.account_id and m.resource_id = l.resource_id
        join shown s on s.of_account = m.of_account and s.of_sort = m.of_sort and s.of_name = m.of_name";
    ledger_with(&mut query, joined, list.estimate_id, list.filter, list.filter.period, Some(list.section));
    query.push(
        " group by s.place, s.rows, s.of_account, s.of_sort, s.of_name, s.runs, s.completed, s.failed, s.median_cost,
            s.median_seconds, s.latest_at, ",
    );
    query.push(GROUP).push(" order by s.place, ").push(GROUP);
    query
}
