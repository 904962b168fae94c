//! The one filter and the statements it shapes. The only file that assembles SQL: from enums and fixed text; what people
//! typed is always a bound value.

use chrono::NaiveDate;
use sqlx::{Postgres, QueryBuilder};

use super::resource::bounds;
use super::selection::{Dimension, Filter, List, Period, SortKey};
use crate::kind::Section;

mod counted;
mod facets;
mod family;
mod findings;
mod found;
mod grouped;
mod health;
mod hosted;
mod hourly;
mod key_figures;
mod lives;
mod marked;
mod movers;
mod pipelines;
mod practice;
mod tagged;
mod trend;
mod tunings;
mod week;
mod worked;

pub use family::family;
pub use findings::{Narrowing, findings};
pub use found::found;
pub use grouped::{GroupKey, GroupOrder, Grouping, groups};
pub use health::now;
pub use key_figures::key_figures;
pub use lives::{lifetimes, resource_days, resource_life};
pub use marked::{NAMED, marked};
pub use movers::movers;
pub use pipelines::{Stage, pipelines};
pub use practice::{features, hours};
pub use trend::{trend, week_hours};
pub use tunings::tunings;
pub use week::{Whose, week};
pub use worked::{Asked as AskedWork, worked};

use facets::{daily, facet, facets, facets_about, is_summed, of_resource};

/// The sums of a group of `l`, a ledger; the names are those of [`super::part::PartRow`].
const SUMS: &str = "
    bool_or(l.completeness <> 'complete') as is_partial,
    sum(l.instance_seconds) as instance_seconds,
    bool_or(l.instance_seconds is null) as is_untimed,
    sum(l.idle_seconds) as idle_seconds,
    sum(l.metric_seconds) as metric_seconds,
    sum(l.requests) as requests,
    sum(l.host_idle_uwh)::bigint as host_idle_uwh,
    sum(l.host_dynamic_uwh)::bigint as host_dynamic_uwh,
    sum(l.accelerator_idle_uwh)::bigint as accelerator_idle_uwh,
    sum(l.accelerator_dynamic_uwh)::bigint as accelerator_dynamic_uwh,
    sum(l.storage_uwh)::bigint as storage_uwh,
    sum(l.network_uwh)::bigint as network_uwh,
    sum(l.facility_uwh)::bigint as facility_uwh,
    sum(l.operational_ug)::bigint as operational_ug,
    sum(l.market_ug)::bigint as market_ug,
    sum(l.embodied_host_ug)::bigint as embodied_host_ug,
    sum(l.embodied_accelerator_ug)::bigint as embodied_accelerator_ug,
    sum(l.water_ul)::bigint as water_ul,
    sum(l.hourly_uwh)::bigint as hourly_uwh,
    -- one currency only: a total never adds two
    sum(l.cost_list) filter (where l.currency = 'USD') as cost_list,
    sum(l.priced_seconds) as priced_seconds,
    sum(l.indicative_seconds) as indicative_seconds,
    sum(l.cost_billed) as cost_billed,
    sum(l.cost_effective) as cost_effective,
    sum(l.billed_seconds) as billed_seconds,
    sum(l.cost_list) filter (where l.currency = 'USD' and l.team <> '') as attributed_cost,
    string_agg(distinct nullif(l.team, ''), ', ') as team";

/// What a reader of parts needs beside the sums.
const GROUP: &str = "l.instance_type, l.region, l.kind, l.tier";

/// Days of the organisation, by day, dimension and group: those of the period and of the other periods, which may overlap.
pub fn organisation(
    estimate_id: i32,
    filter: &Filter,
    others: &[Period],
    by: Option<Dimension>,
) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new("select l.day, ");
    query.push(grouped(by)).push(" as name, ");
    query.push(GROUP).push(",").push(SUMS).push(daily(filter)).push_bind(estimate_id);
    query.push(" and (l.day between ").push_bind(filter.period.from).push(" and ").push_bind(filter.period.to);
    for each in others {
        query.push(" or l.day between ").push_bind(each.from).push(" and ").push_bind(each.to);
    }
    query.push(")");
    facets(&mut query, filter);
    query.push(" group by l.day, 2, ").push(GROUP).push(" order by l.day, 2, ").push(GROUP);
    query
}

/// What a dimension is in the ledger; the organisation as a whole has no name.
const fn grouped(dimension: Option<Dimension>) -> &'static str {
    match dimension {
        None => "''::text",
        Some(Dimension::Team) => "l.team",
        Some(Dimension::Project) => "l.project",
        Some(Dimension::Environment) => "l.environment",
        Some(Dimension::Phase) => "l.phase",
        Some(Dimension::Kind) => "l.kind",
        Some(Dimension::Region) => "l.region",
        Some(Dimension::Account) => "l.account_id::text",
        Some(Dimension::InstanceType) => "l.instance_type",
        Some(Dimension::HostingOption) => "l.hosting_option",
    }
}

/// The ledger by month, account and group, for the days in `[from, to)`.
pub fn months(estimate_id: i32, from: NaiveDate, to: NaiveDate) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new("select date_trunc('month', l.day)::date as month, l.account_id, ");
    query.push(GROUP).push(",").push(SUMS).push(" from org_day l where l.estimate_id = ").push_bind(estimate_id);
    query.push(" and l.day >= ").push_bind(from).push(" and l.day < ").push_bind(to);
    query.push(" group by 1, 2, ").push(GROUP).push(" order by 1 desc, 2, ").push(GROUP);
    query
}

/// The total of a list, by group.
pub fn total(estimate_id: i32, filter: &Filter, section: Section) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new("select ");
    query.push(GROUP).push(",").push(SUMS);
    // Of some jobs nobody knows how long they ran, which a sum does not tell.
    let is_of_jobs = matches!(section, Section::Jobs | Section::Workloads);
    if !is_of_jobs && filter.search.is_none() && is_summed(filter) {
        query.push(daily(filter)).push_bind(estimate_id);
        query.push(" and l.kind = any (").push_bind(section.kinds()).push(")");
        days(&mut query, filter.period);
        facets(&mut query, filter);
    } else {
        ledger(&mut query, estimate_id, filter, filter.period, Some(section));
    }
    query.push(" group by ").push(GROUP).push(" order by ").push(GROUP);
    query
}

/// How many resources of a list, or of all lists, have usage in the period.
pub fn count(estimate_id: i32, filter: &Filter, section: Option<Section>) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new("select count(*) from (select l.account_id, l.resource_id");
    ledger(&mut query, estimate_id, filter, filter.period, section);
    query.push(" group by 1, 2) as listed");
    query
}

/// The resources of a list with their parts, in order; `slice` is a page of them, its last one if there are fewer.
pub fn listing(list: &List<'_>) -> QueryBuilder<Postgres> {
    // Of all of them no more than their places depend on; everything else of those that are shown.
    let mut query = QueryBuilder::new(WHOLE);
    query.push(counted::emissions(list.filter.basis)).push(") as emissions, sum(");
    query.push(counted::cost(list.filter.basis)).push(") as cost");
    ledger(&mut query, list.estimate_id, list.filter, list.filter.period, Some(list.section));
    query.push(" group by l.account_id, l.resource_id), described as (select w.*, r.name, r.started_at, r.ended_at, r.billable_seconds");
    // Points are read for the rows of the page only, unless the order itself depends on them.
    let early = matches!(list.sort.key, SortKey::Gpu | SortKey::Cpu);
    let late = !early && list.section == Section::Jobs;
    if early {
        query.push(", u.cpu_p95, u.gpu_p95");
    }
    query.push(" from whole w join resource r using (account_id, resource_id)");
    if early {
        utilisation(&mut query, "w", list);
    }
    query.push("), placed as (select d.*, row_number() over (order by ");
    order(&mut query, list);
    query.push(
        ", lower(d.name), d.resource_id) as place, count(*) over () as rows from described d), shown as (select p.*",
    );
    if late {
        query.push(", u.cpu_p95, u.gpu_p95");
    } else if !early {
        query.push(", null::float8 as cpu_p95, null::float8 as gpu_p95");
    }
    let hosts = list.section == Section::Endpoints;
    query.push(if hosts { hosted::COLUMNS } else { hosted::NONE });
    query.push(" from placed p");
    if late {
        utilisation(&mut query, "p", list);
    }
    if hosts {
        hosted::join(&mut query, list);
    }
    if let Some(slice) = list.slice {
        // A page past the end shows the last one.
        query.push(" where p.place > least(").push_bind(slice.skip).push(", (p.rows - 1) / ").push_bind(slice.per);
        query.push(" * ").push_bind(slice.per).push(") and p.place <= least(").push_bind(slice.skip);
        query.push(", (p.rows - 1) / ").push_bind(slice.per).push(" * ").push_bind(slice.per).push(") + ");
        query.push_bind(slice.per);
    }
    query.push("), part as (select l.account_id, l.resource_id, ").push(GROUP).push(",").push(SUMS);
    let shown = " join shown s on s.account_id = l.account_id and s.resource_id = l.resource_id";
    ledger_with(&mut query, shown, list.estimate_id, list.filter, list.filter.period, Some(list.section));
    query.push(" group by l.account_id, l.resource_id, ").push(GROUP);
    query.push(SHOWN);
    query
}

const WHOLE: &str = "with whole as (
    select
        l.account_id,
        l.resource_id,
        max(l.instance_type) as any_type,
        sum(l.facility_uwh) as energy,
        sum(l.instance_seconds) as seconds,
        sum(l.idle_seconds) as idle,
        sum(l.requests) as requests,
        string_agg(distinct nullif(l.owner, ''), ', ') as owner,
        sum(";

const SHOWN: &str = ")
select
    s.place,
    s.rows,
    s.cpu_p95,
    s.gpu_p95,
    s.alarms,
    s.alarms_firing,
    s.busiest,
    s.hours_on,
    s.latency_ms,
    r.account_id,
    r.resource_id,
    r.arn,
    r.name,
    r.family,
    r.status,
    r.failure_reason,
    r.hosting_option,
    r.created_at,
    r.started_at,
    r.ended_at,
    r.gone_at,
    r.billable_seconds,
    r.is_spot,
    s.owner,
    capacity.variants,
    capacity.most,
    capacity.latest,
    coalesce(firing.findings, 0) as findings,
    l.*
from shown s
join part l using (account_id, resource_id)
join resource r using (account_id, resource_id)
left join lateral (
    select
        count(distinct e.part) as variants,
        sum(c.most)::bigint as most,
        sum(c.latest)::bigint as latest
    from entity e
    left join lateral (
        select
            max(instance_count) as most,
            max(instance_count) filter (where to_at is null) as latest
        from capacity_span
        where capacity_span.account_id = e.account_id
          and capacity_span.entity_id = e.entity_id
    ) c on true
    where e.account_id = s.account_id
      and e.resource_id = s.resource_id
) capacity on true
left join (
    select f.account_id, f.resource_id, count(*) as findings
    from finding f
    where f.workflow in ('open', 'reopened', 'accepted', 'in_progress')
      and f.verdict = 'fires'
    group by f.account_id, f.resource_id
) firing on firing.account_id = s.account_id and firing.resource_id = s.resource_id
order by s.place, l.instance_type, l.region, l.tier";

/// ` from ledger_day ... where ...`: the one condition of every statement about resources.
fn ledger(
    query: &mut QueryBuilder<Postgres>,
    estimate_id: i32,
    filter: &Filter,
    period: Period,
    section: Option<Section>,
) {
    ledger_with(query, "", estimate_id, filter, period, section);
}

/// The same with more tables joined to it.
fn ledger_with(
    query: &mut QueryBuilder<Postgres>,
    joined: &'static str,
    estimate_id: i32,
    filter: &Filter,
    period: Period,
    section: Option<Section>,
) {
    query.push(" from ledger_day l").push(joined);
    if filter.search.is_some() {
        query.push(" join resource found on found.account_id = l.account_id and found.resource_id = l.resource_id");
    }
    query.push(" where l.estimate_id = ").push_bind(estimate_id);
    if let Some(section) = section {
        query.push(" and l.kind = any (").push_bind(section.kinds()).push(")");
    }
    days(query, period);
    facets(query, filter);
    if let Some(text) = &filter.search {
        query.push(" and strpos(lower(found.name), lower(").push_bind(text.clone()).push(")) > 0");
    }
}

fn days(query: &mut QueryBuilder<Postgres>, period: Period) {
    query.push(" and l.day between ").push_bind(period.from).push(" and ").push_bind(period.to);
}

/// What a key sorts by; `$now` is bound.
const fn column(key: SortKey) -> &'static str {
    match key {
        SortKey::Name => "lower(d.name)",
        SortKey::Started => "d.started_at",
        SortKey::Duration => "coalesce(d.ended_at, $now) - d.started_at",
        SortKey::Billable => "d.billable_seconds",
        SortKey::Gpu => "d.gpu_p95",
        SortKey::Cpu => "d.cpu_p95",
        SortKey::Energy => "d.energy",
        SortKey::Emissions => "d.emissions",
        SortKey::Cost => "d.cost",
        SortKey::Requests => "d.requests",
        SortKey::Hours => "d.seconds",
        SortKey::Idle => "d.idle / nullif(d.seconds, 0)",
    }
}

fn order(query: &mut QueryBuilder<Postgres>, list: &List<'_>) {
    match column(list.sort.key).split_once("$now") {
        Some((before, after)) => query.push(before).push_bind(list.now).push(after),
        None => query.push(column(list.sort.key)),
    };
    query.push(if list.sort.descending { " desc nulls last" } else { " asc nulls last" });
}

/// The 95th percentile of a job's points inside the period, over all its hosts, in percent of the instance.
fn utilisation(query: &mut QueryBuilder<Postgres>, of: &'static str, list: &List<'_>) {
    query.push(" left join lateral (select
            least(100, percentile_cont(0.95) within group (order by point.cpu) / nullif(max(size.vcpus), 0)) as cpu_p95,
            least(100, percentile_cont(0.95) within group (order by point.gpu) / nullif(max(size.accelerators), 0)) as gpu_p95
        from entity e
        join metric_hour m on m.account_id = e.account_id and m.entity_id = e.entity_id and m.family = 'u'
        cross join unnest(m.cpu_pct, m.gpu_pct) as point (cpu, gpu)
        left join unnest(");
    query.push_bind(list.sizes.instance_types.clone()).push("::text[], ").push_bind(list.sizes.vcpus.clone());
    query.push("::float8[], ").push_bind(list.sizes.accelerators.clone());
    query.push("::float8[]) as size (instance_type, vcpus, accelerators) on size.instance_type = ").push(of);
    query.push(".any_type where e.account_id = ").push(of).push(".account_id and e.resource_id = ").push(of);
    // Instants, since no index tells what compares a moment with a day.
    let (from, to) = bounds(list.filter.period);
    query.push(".resource_id and m.hour >= ").push_bind(from).push(" and m.hour < ").push_bind(to).push(") u on true");
}
