//! What stands on the days of a filter: notes, new configurations, bursts of jobs that failed, and which hours were read.

use chrono::NaiveDate;
use sqlx::{Postgres, QueryBuilder};

use super::{facet, facets_about, of_resource};
use crate::store::Origin;
use crate::store::selection::{Attribute, Facet, Filter, Period};

/// Endpoint configurations that are named of one day, at most.
pub const NAMED: i64 = 4;
/// A burst is at least so many jobs that fail on a day.
const FAILURES: i64 = 3;
/// And at least one of so many that end on it.
const OF_SO_MANY: i32 = 4;

/// Notes, the endpoint configurations that were created, bursts of jobs that failed, and the hours that were read, by day.
/// The estimate tells the teams of jobs. Notes are narrowed by nothing; configurations, which are nobody's team's and compute with
/// nothing, and what was read, by no more than account and region. What was read is told since a day that may lie before the period.
pub fn marked(origin: Origin, filter: &Filter, estimate_id: Option<i32>, since: NaiveDate) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(
        "select
            day,
            note_id,
            note as text,
            author,
            0::bigint as configurations,
            0::bigint as failed,
            0::bigint as ended,
            0 as read_hours
        from day_note
        where removed_at is null
          and origin = ",
    );
    query.push_bind(origin.as_str());
    query.push(" and day between ").push_bind(filter.period.from).push(" and ").push_bind(filter.period.to);
    if !filter.asks_for_more_than_place() {
        query.push(" union all select (c.created_at at time zone 'UTC')::date, null,");
        query.push(" array_to_string((array_agg(distinct c.name order by c.name))[1:").push_bind(NAMED);
        query.push("::int], ', '), null, count(distinct (c.account_id, c.region, c.identifier)), 0, 0, 0");
        query.push(" from configuration_item c where c.kind = 'endpoint_config'");
        within(&mut query, "c.created_at", filter);
        facet(&mut query, "c.account_id", &filter.accounts);
        facet(&mut query, "c.region", filter.facet(Attribute::Region).unwrap_or(&EVERYWHERE));
        query.push(" group by 1");
    }
    query.push(
        // Of the jobs that failed, the family that did so most often.
        " union all select
            (r.ended_at at time zone 'UTC')::date,
            null,
            mode() within group (order by r.family) filter (where r.status = 'Failed'),
            null,
            0,
            count(*) filter (where r.status = 'Failed'),
            count(*),
            0
        from resource r
        where r.kind in ('training', 'processing', 'transform')
          and r.status in ('Completed', 'Failed', 'Stopped')",
    );
    within(&mut query, "r.ended_at", filter);
    facet(&mut query, "r.account_id", &filter.accounts);
    facets_about(&mut query, filter, estimate_id, "r", of_resource);
    query.push(" group by 1 having count(*) filter (where r.status = 'Failed') >= ").push_bind(FAILURES);
    query.push(" and count(*) filter (where r.status = 'Failed') * ").push_bind(OF_SO_MANY).push(" >= count(*)");
    read_hours(&mut query, filter, since);
    query.push(" order by 1, 5, 6, 3");
    query
}

/// The hours of days that every feed of the filter's accounts and regions was read in, where nothing of the day waits to be
/// estimated: whatever the ledger does not hold of them did not run. Bit n is hour n.
fn read_hours(query: &mut QueryBuilder<Postgres>, filter: &Filter, since: NaiveDate) {
    let narrowed = |query: &mut QueryBuilder<Postgres>| {
        facet(query, "k.account_id", &filter.accounts);
        facet(query, "k.region", filter.facet(Attribute::Region).unwrap_or(&EVERYWHERE));
    };
    query.push(
        " union all select d.day, null, '', null, 0, 0, 0, bit_and(d.hours)
        from feed_key k
        cross join lateral (
            select
                (w.window_start at time zone 'UTC')::date as day,
                bit_or(
                    ((1 << floor(extract(epoch from reached.until - w.window_start) / 3600)::int) - 1)
                        << extract(hour from w.window_start at time zone 'UTC')::int
                ) as hours
            from window_ledger w
            cross join lateral (
                select case
                    -- a window that is read again still holds what it held
                    when w.completed_at is not null then w.window_end
                    -- a list of a day that is not over is whole until it was made
                    when w.source <> 'metrics'
                        then greatest(w.window_start, least(w.window_end, coalesce(w.inventory_watermark, w.window_start)))
                    else w.window_start
                end as until
            ) reached
            where (w.account_id, w.region, w.source) = (k.account_id, k.region, k.source)",
    );
    let period = Period { from: since.min(filter.period.from), ..filter.period };
    within(query, "w.window_start", &Filter { period, ..filter.clone() });
    query.push(
        " group by 1
        ) d
        where not exists (select from stale_day s where s.account_id = k.account_id and s.day = d.day)",
    );
    narrowed(query);
    query.push(
        " group by d.day having bit_and(d.hours) <> 0 and count(*) = (select count(*) from feed_key k where true",
    );
    narrowed(query);
    query.push(")");
}

const EVERYWHERE: Facet<String> = Facet { any_of: Vec::new(), none_of: Vec::new() };

/// A moment on one of the days.
fn within(query: &mut QueryBuilder<Postgres>, moment: &'static str, filter: &Filter) {
    query.push(" and ").push(moment).push(" >= ").push_bind(filter.period.from);
    query.push("::date::timestamp at time zone 'UTC' and ").push(moment).push(" < (").push_bind(filter.period.to);
    query.push("::date + 1)::timestamp at time zone 'UTC'");
}
