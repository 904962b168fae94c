//! What every page says about the data behind it: how far it reaches, what is missing, what waits.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::estimate::EstimateRow;
use super::{Origin, StoreError};

/// The state of the sources and of the work to be done, in the scope of the transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The database's clock.
    pub now: DateTime<Utc>,
    /// Every region's metrics are in up to here or further; `None` while one has none.
    pub metrics_through: Option<DateTime<Utc>>,
    /// Every region's resources were listed then or later; `None` while one was not.
    pub inventory_read_at: Option<DateTime<Utc>>,
    /// When a file last told what ran; `None` where nothing is known from files.
    pub uploaded_at: Option<DateTime<Utc>>,
    /// Features in accounts and regions that were tried.
    pub probes: i64,
    /// Those of them that were refused or kept failing when they were last tried.
    pub refusals: Vec<Refused>,
    /// The newest run of the ingestion.
    pub run: Option<Run>,
    /// Findings that fire and wait for a decision.
    pub open_findings: i64,
    /// The estimate that was asked for, or the one in force.
    pub estimate: Option<EstimateRow>,
    /// The values of the facets; nothing before the first estimate.
    pub facets: Facets,
}

/// A feature that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Account.
    pub account_id: i32,
    /// Region.
    pub region: String,
    /// As the import names it.
    pub feature: String,
}

/// A run of the ingestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// What it does.
    pub phase: String,
    /// Windows read.
    pub done: i64,
    /// Windows there are.
    pub total: i64,
    /// Windows that failed and will be tried again.
    pub failing: i64,
    /// False once it has ended, or if it was silent for longer than its lease.
    pub is_alive: bool,
}

/// Reads it in one statement, with the estimate `asked` for instead of the one in force.
#[expect(clippy::too_many_lines, reason = "it is one statement")]
pub async fn read(connection: &mut PgConnection, origin: Origin, asked: Option<i32>) -> Result<Standing, StoreError> {
    let row = sqlx::query!(
        r#"
        -- from one feed to the next through the key, and of each its newest windows: however many there are
        with recursive feed_key as (
            select first.*
            from account a
            cross join lateral (
                select account_id, region, source
                from window_ledger w
                where w.account_id = a.account_id
                order by w.region, w.source
                limit 1
            ) first
            union all
            select next.*
            from feed_key k
            cross join lateral (
                select account_id, region, source
                from window_ledger w
                where w.account_id = k.account_id
                  and (w.region, w.source) > (k.region, k.source)
                order by w.region, w.source
                limit 1
            ) next
        ), feed as (
            select
                k.source,
                (
                    select window_end
                    from window_ledger w
                    where (w.account_id, w.region, w.source) = (k.account_id, k.region, k.source)
                      and w.state = 'complete'
                    order by w.window_start desc
                    limit 1
                ) as through,
                (
                    select inventory_watermark
                    from window_ledger w
                    where (w.account_id, w.region, w.source) = (k.account_id, k.region, k.source)
                      and w.inventory_watermark is not null
                    order by w.window_start desc
                    limit 1
                ) as listed_at
            from feed_key k
        )
        select
            now() as "now!",
            -- a region without any window read makes the whole unknown: min() alone would skip it
            (select case when bool_and(through is not null) then min(through) end from feed where source = 'metrics')
                as metrics_through,
            (select case when bool_and(listed_at is not null) then min(listed_at) end from feed where source = 'inventory')
                as inventory_read_at,
            (select max(last_seen_at) from resource where $1 = 'upload') as uploaded_at,
            probe.tried as "probes!",
            probe.accounts as "refused_accounts!",
            probe.regions as "refused_regions!",
            probe.features as "refused_features!",
            (select count(*) from window_ledger where last_error is not null and state <> 'complete') as "failing!",
            (
                select count(*)
                from finding f
                where f.workflow in ('open', 'reopened')
                  and f.verdict = 'fires'
            ) as "open_findings!",
            run.phase as "phase?",
            run.done as "done?",
            run.total as "total?",
            run.is_alive as "is_alive?",
            estimate.estimate_id as "estimate_id?",
            estimate.method_version as "method_version?",
            estimate.factor_set_id as "factor_set_id?",
            estimate.label as "label?",
            estimate.sha256 as "sha256?",
            estimate.overrides as "overrides?",
            estimate.is_active as "is_active?",
            array(select distinct region from account_region where enabled order by region) as "regions!",
            array(
                -- from one name to the next through the index, however many days there are
                with recursive known as (
                    (select o.team from org_day o where o.estimate_id = estimate.estimate_id order by o.team limit 1)
                    union all
                    select (
                        select o.team
                        from org_day o
                        where o.estimate_id = estimate.estimate_id
                          and o.team > k.team
                        order by o.team
                        limit 1
                    )
                    from known k
                    where k.team is not null
                )
                select team from known where team is not null order by team
            ) as "teams!",
            array(
                select case r.revision when 1 then r.review_id else r.review_id || '-r' || r.revision end
                from (
                    select review_id, period_from, max(revision) as revision
                    from review
                    where origin = $1
                    group by review_id, period_from
                    order by period_from desc
                    limit 12
                ) r
                order by r.period_from desc
            ) as "reviews!",
            (
                select min(first.day)
                from account a
                cross join lateral (
                    select o.day
                    from org_day o
                    where o.account_id = a.account_id
                      and o.estimate_id = estimate.estimate_id
                    order by o.day
                    limit 1
                ) first
            ) as first_day,
            array(
                -- from one name to the next through the index, however many jobs there are
                with recursive known as (
                    (select framework from resource order by framework limit 1)
                    union all
                    select (select r.framework from resource r where r.framework > k.framework order by r.framework limit 1)
                    from known k
                    where k.framework is not null
                )
                select framework
                from known
                where framework is not null
                union
                select coalesce(image_framework(document #> '{containers,0,image}'), '')
                from configuration_item
                where kind = 'model'
                  and valid_to is null
                order by 1
            ) as "frameworks!"
        from (
            select
                count(*) as tried,
                coalesce(array_agg(account_id order by feature, account_id, region) filter (where state <> 'granted'), '{}')
                    as accounts,
                coalesce(array_agg(region order by feature, account_id, region) filter (where state <> 'granted'), '{}')
                    as regions,
                coalesce(array_agg(feature order by feature, account_id, region) filter (where state <> 'granted'), '{}')
                    as features
            from permission_probe
        ) as probe
        left join lateral (
            select
                phase,
                done,
                total,
                -- a killed process leaves its run open; once it is silent for its lease, it is not shown as running
                finished_at is null
                    and coalesce(heartbeat_at, started_at) > now() - make_interval(secs => lease_seconds) as is_alive
            from ingest_run
            where origin = $1
            order by started_at desc
            limit 1
        ) run on true
        left join lateral (
            select
                e.estimate_id,
                e.method_version,
                e.factor_set_id,
                f.label,
                f.sha256::text as sha256,
                f.overrides,
                e.is_active
            from estimate e
            join factor_set f on f.factor_set_id = e.factor_set_id
            where case when $2::int is null then e.is_active else e.estimate_id = $2 end
        ) estimate on true
        "#,
        origin.as_str(),
        asked
    )
    .fetch_one(connection)
    .await
    .map_err(StoreError::on("read the state of the sources"))?;
    let places = row.refused_accounts.into_iter().zip(row.refused_regions).zip(row.refused_features);
    let refusals = places.map(|((account_id, region), feature)| Refused { account_id, region, feature }).collect();
    let run = row.phase.map(|phase| Run {
        phase,
        done: row.done.unwrap_or_default(),
        total: row.total.unwrap_or_default(),
        failing: row.failing,
        is_alive: row.is_alive.unwrap_or_default(),
    });
    let estimate = row.estimate_id.zip(row.factor_set_id).map(|(estimate_id, factor_set_id)| EstimateRow {
        estimate_id,
        method_version: row.method_version.unwrap_or_default(),
        factor_set_id,
        label: row.label.unwrap_or_default(),
        sha256: row.sha256.unwrap_or_default(),
        overrides: row.overrides.unwrap_or_default(),
        is_active: row.is_active.unwrap_or_default(),
    });
    let facets = Facets {
        regions: row.regions,
        teams: row.teams,
        reviews: row.reviews,
        first_day: row.first_day,
        frameworks: row.frameworks,
    };
    Ok(Standing {
        now: row.now,
        metrics_through: row.metrics_through,
        inventory_read_at: row.inventory_read_at,
        uploaded_at: row.uploaded_at,
        probes: row.probes,
        refusals,
        run,
        open_findings: row.open_findings,
        facets: if estimate.is_some() { facets } else { Facets::default() },
        estimate,
    })
}

/// The values a facet may take, ascending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// Regions that were read.
    pub regions: Vec<String>,
    /// Teams that any ledger day names; the empty name stands for none.
    pub teams: Vec<String>,
    /// The newest revisions of the latest twelve reviewed weeks, `2026-W47` or `2026-W47-r2`, latest first.
    pub reviews: Vec<String>,
    /// The first day of the ledger.
    pub first_day: Option<NaiveDate>,
    /// Frameworks and algorithms of jobs and models; the empty name stands for none that is known.
    pub frameworks: Vec<String>,
}
