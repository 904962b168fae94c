//! The ledger over time: buckets of days or hours, by group, and the hours of the week.

use sqlx::{Postgres, QueryBuilder};

use super::{GROUP, SUMS, daily, days, facets, grouped, hourly};
use crate::store::selection::{Filter, Period};
use crate::store::step::Step;
use crate::store::trend::Asked;

/// What a period holds in buckets, by one or two dimensions and group; the days compared with are moved onto those of the
/// period. The two may overlap, so each is asked for by itself.
pub fn trend(asked: Asked<'_>) -> QueryBuilder<Postgres> {
    let period = asked.filter.period;
    let mut query = QueryBuilder::new("");
    held(&mut query, asked, period, None);
    if let Some(before) = asked.before {
        query.push(" union all ");
        held(&mut query, asked, before, Some((period.from - before.from).num_days()));
    }
    query.push(" order by 1, 2, 3, 4, 5, 6, 7, 8");
    query
}

fn held(query: &mut QueryBuilder<Postgres>, asked: Asked<'_>, period: Period, moved: Option<i64>) {
    if asked.step == Step::Hour {
        of_hours(query, asked, period, moved);
        query.push(" union all ");
        without_hours(query, asked, period, moved);
    } else {
        of_days(query, asked, period, moved);
    }
}

/// Some days of the organisation in buckets, moved by so many days where they are those compared with.
fn of_days(query: &mut QueryBuilder<Postgres>, asked: Asked<'_>, period: Period, moved: Option<i64>) {
    begin(query, moved);
    query.push("date_trunc(").push_bind(asked.step.as_str()).push(", ");
    moved_day(query, moved);
    query.push(") at time zone 'UTC' as start");
    sums(query, asked, SUMS);
    query.push(daily(asked.filter)).push_bind(asked.estimate_id);
    end(query, asked.filter, period);
}

/// The same hour by hour: what entities used and what it came to.
fn of_hours(query: &mut QueryBuilder<Postgres>, asked: Asked<'_>, period: Period, moved: Option<i64>) {
    begin(query, moved);
    query.push("(");
    moved_day(query, moved);
    query.push(" + make_interval(hours => h.place::int - 1)) at time zone 'UTC' as start");
    sums(query, asked, hourly::SUMS);
    query.push(",").push(hourly::WITHOUT_COST).push(" from ledger_day l").push(hourly::JOINED);
    // Asked of both, since no planner carries a range from one to the other.
    query.push(" where u.day between ").push_bind(period.from).push(" and ").push_bind(period.to);
    query.push(" and ").push(hourly::OWN).push(" and l.estimate_id = ").push_bind(asked.estimate_id);
    end(query, asked.filter, period);
}

/// What ran for no time that anybody knows of: it stands in the first hour of its day, so that no group is lost.
fn without_hours(query: &mut QueryBuilder<Postgres>, asked: Asked<'_>, period: Period, moved: Option<i64>) {
    begin(query, moved);
    moved_day(query, moved);
    query.push(" at time zone 'UTC' as start");
    sums(query, asked, SUMS);
    query.push(" from ledger_day l where coalesce(l.instance_seconds, 0) = 0 and l.estimate_id = ");
    query.push_bind(asked.estimate_id);
    end(query, asked.filter, period);
}

fn begin(query: &mut QueryBuilder<Postgres>, moved: Option<i64>) {
    query.push("select ").push(if moved.is_some() { "true" } else { "false" }).push(" as is_before, ");
}

fn moved_day(query: &mut QueryBuilder<Postgres>, moved: Option<i64>) {
    query.push("(l.day + ").push_bind(i32::try_from(moved.unwrap_or_default()).unwrap_or(i32::MAX));
    query.push("::int)::timestamp");
}

fn sums(query: &mut QueryBuilder<Postgres>, asked: Asked<'_>, sums: &'static str) {
    query.push(", ").push(grouped(asked.first)).push(" as first_group, ");
    query.push(grouped(asked.second)).push(" as second_group, ");
    query.push(GROUP).push(",").push(sums);
}

fn end(query: &mut QueryBuilder<Postgres>, filter: &Filter, period: Period) {
    days(query, period);
    facets(query, filter);
    query.push(" group by 2, 3, 4, ").push(GROUP);
}

/// The footprints of the hours of the week, over all days of the period; whose they are is what their day says.
pub fn week_hours(estimate_id: i32, filter: &Filter) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(
        "select
            extract(isodow from f.hour at time zone 'UTC')::int as weekday,
            extract(hour from f.hour at time zone 'UTC')::int as hour,
            sum(f.facility_uwh)::bigint as facility_uwh,
            sum(f.operational_ug)::bigint as operational_ug,
            case when count(f.market_ug) = count(*) then sum(f.market_ug)::bigint end as market_ug,
            sum(f.embodied_host_ug + f.embodied_accelerator_ug)::bigint as embodied_ug,
            sum(f.water_ul)::bigint as water_ul
        from ledger_day l
        join footprint_hour f
          on f.account_id = l.account_id
         and f.entity_id = l.entity_id
         and f.instance_type = l.instance_type
         and f.estimate_id = l.estimate_id
         and f.tier = l.tier
         and f.day = l.day
        where l.estimate_id = ",
    );
    query.push_bind(estimate_id);
    days(&mut query, filter.period);
    facets(&mut query, filter);
    query.push(" group by 1, 2 order by 1, 2");
    query
}
