//! What every page says about the data behind it: how far it reaches, what is missing, what waits.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::estimate::EstimateRow;
use super::selection::Attribute;
use super::{Origin, StoreError};

mod facets;

pub use facets::Facets;
use facets::offered;

/// The state of the sources and of the work to be done, in the scope of the transaction.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Standing {
    /// The database's clock.
    pub now: DateTime<Utc>,
    /// Every region's metrics are in up to here or further; `None` while one has none.
    pub metrics_through: Option<DateTime<Utc>>,
    /// Every region's resources were listed then or later; `None` while one was not.
    pub inventory_read_at: Option<DateTime<Utc>>,
    /// When a file last told what ran; `None` where nothing is known from files.
    pub uploaded_at: Option<DateTime<Utc>>,
    /// When list prices were last read; `None` where AWS never gave them.
    pub prices_read_at: Option<DateTime<Utc>>,
    /// The share of the cost of the last seven complete days that has an energy and carbon estimate, 0 to 1; `None` where
    /// nothing has a price.
    pub estimated_share: Option<f64>,
    /// Features in accounts and regions that were tried.
    pub probes: i64,
    /// Those of them that were refused or kept failing when they were last tried.
    pub refusals: Vec<Refused>,
    /// What AWS does not answer though it may be asked; it is tried again.
    pub failing: Vec<Refused>,
    /// Days of entities that wait to be estimated anew.
    pub due_days: i64,
    /// Whether anybody signed the review of the ISO week that ended last.
    pub is_reviewed: bool,
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
    /// As the import names it; of what fails, the feed of the window ledger.
    pub feature: String,
}

/// A run of the ingestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its number.
    pub run_id: Uuid,
    /// When it began.
    pub started_at: DateTime<Utc>,
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

/// Reads it in one statement, with the estimate `asked` for instead of the one in force, and `clock` instead of the database's.
#[expect(clippy::too_many_lines, reason = "it is one statement")]
pub async fn read(
    connection: &mut PgConnection,
    origin: Origin,
    asked: Option<i32>,
    clock: Option<DateTime<Utc>>,
) -> Result<Standing, StoreError> {
    let row = sqlx::query!(
        r#"
        -- of each feed its newest windows, however many there are
        with feed as (
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
            probe.prices_read_at as "prices_read_at?",
            (
                select (sum(o.cost_list) filter (where o.facility_uwh is not null) / nullif(sum(o.cost_list), 0))::float8
                from account a
                join org_day o
                    on o.account_id = a.account_id
                    and o.estimate_id = estimate.estimate_id
                    and o.currency = 'USD'
                    and o.day >= (at.now at time zone 'UTC')::date - 7
                    and o.day < (at.now at time zone 'UTC')::date
            ) as estimated_share,
            probe.tried as "probes!",
            probe.accounts as "refused_accounts!",
            probe.regions as "refused_regions!",
            probe.features as "refused_features!",
            failing.windows as "failing!",
            failing.accounts as "failing_accounts!",
            failing.regions as "failing_regions!",
            failing.feeds as "failing_feeds!",
            tagged.keys as "tag_keys!",
            tagged.values as "tag_values!",
            (select count(*) from stale_day) as "due_days!",
            exists (
                select
                from review_sign_off s
                where s.origin = $1
                  and s.review_id = to_char(at.now at time zone 'UTC' - interval '7 days', 'IYYY-"W"IW')
            ) as "is_reviewed!",
            (
                select count(*)
                from finding f
                where f.workflow in ('open', 'reopened')
                  and f.verdict = 'fires'
            ) as "open_findings!",
            run.run_id as "run_id?",
            run.started_at as "started_at?",
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
                -- from one word to the next through the indexes, however many days there are
                with recursive known as (
                    select attribute, case attribute
                        when 'team' then (
                            select o.team
                            from org_day o
                            where o.estimate_id = estimate.estimate_id
                            order by o.team
                            limit 1
                        )
                        when 'project' then (
                            select o.project
                            from org_day o
                            where o.estimate_id = estimate.estimate_id
                            order by o.project
                            limit 1
                        )
                        when 'environment' then (
                            select o.environment
                            from org_day o
                            where o.estimate_id = estimate.estimate_id
                            order by o.environment
                            limit 1
                        )
                        when 'kind' then (
                            select o.kind
                            from org_day o
                            where o.estimate_id = estimate.estimate_id
                            order by o.kind
                            limit 1
                        )
                        when 'type' then (
                            select o.instance_type
                            from org_day o
                            where o.estimate_id = estimate.estimate_id
                            order by o.instance_type
                            limit 1
                        )
                    end as word
                    from unnest(array['team', 'project', 'environment', 'kind', 'type']) as attribute
                    union all
                    select k.attribute, case k.attribute
                        when 'team' then (
                            select o.team
                            from org_day o
                            where o.estimate_id = estimate.estimate_id
                              and o.team > k.word
                            order by o.team
                            limit 1
                        )
                        when 'project' then (
                            select o.project
                            from org_day o
                            where o.estimate_id = estimate.estimate_id
                              and o.project > k.word
                            order by o.project
                            limit 1
                        )
                        when 'environment' then (
                            select o.environment
                            from org_day o
                            where o.estimate_id = estimate.estimate_id
                              and o.environment > k.word
                            order by o.environment
                            limit 1
                        )
                        when 'kind' then (
                            select o.kind
                            from org_day o
                            where o.estimate_id = estimate.estimate_id
                              and o.kind > k.word
                            order by o.kind
                            limit 1
                        )
                        when 'type' then (
                            select o.instance_type
                            from org_day o
                            where o.estimate_id = estimate.estimate_id
                              and o.instance_type > k.word
                            order by o.instance_type
                            limit 1
                        )
                    end
                    from known k
                    where k.word is not null
                )
                select attribute || '=' || word from known where word is not null order by attribute, word
            ) as "words!",
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
                    as features,
                max(checked_at) filter (where feature = 'list prices' and state = 'granted') as prices_read_at
            from permission_probe
        ) as probe
        cross join (
            select
                coalesce(sum(windows), 0)::bigint as windows,
                coalesce(array_agg(account_id order by source, account_id, region), '{}') as accounts,
                coalesce(array_agg(region order by source, account_id, region), '{}') as regions,
                coalesce(array_agg(source order by source, account_id, region), '{}') as feeds
            from (
                select account_id, region, source, count(*) as windows
                from window_ledger
                where last_error is not null
                  and state <> 'complete'
                group by account_id, region, source
            ) f
        ) as failing
        cross join (
            -- those that most resources carry first, over all accounts
            select
                coalesce(array_agg(key order by of_key desc, key, resources desc, value), '{}') as keys,
                coalesce(array_agg(value order by of_key desc, key, resources desc, value), '{}') as values
            from (
                select key, value, sum(resources) as resources, sum(sum(resources)) over (partition by key) as of_key
                from common_tag
                group by key, value
            ) t
        ) as tagged
        cross join (select coalesce($3::timestamptz, now()) as now) as at
        left join lateral (
            select
                run_id,
                started_at,
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
        asked,
        clock
    )
    .fetch_one(connection)
    .await
    .map_err(StoreError::on("read the state of the sources"))?;
    let refusals = places(row.refused_accounts, row.refused_regions, row.refused_features);
    let failing = places(row.failing_accounts, row.failing_regions, row.failing_feeds);
    let run = row.run_id.zip(row.started_at).map(|(run_id, started_at)| Run {
        run_id,
        started_at,
        phase: row.phase.unwrap_or_default(),
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
    let mut facets = Facets::of_days(&row.words);
    facets.values.insert(Attribute::Region, row.regions);
    facets.values.insert(Attribute::Framework, row.frameworks);
    facets.tags = offered(row.tag_keys.into_iter().zip(row.tag_values));
    facets.reviews = row.reviews;
    facets.first_day = row.first_day;
    Ok(Standing {
        now: row.now,
        metrics_through: row.metrics_through,
        inventory_read_at: row.inventory_read_at,
        uploaded_at: row.uploaded_at,
        prices_read_at: row.prices_read_at,
        estimated_share: row.estimated_share,
        probes: row.probes,
        refusals,
        failing,
        due_days: row.due_days,
        is_reviewed: row.is_reviewed,
        run,
        open_findings: row.open_findings,
        facets: if estimate.is_some() { facets } else { Facets::default() },
        estimate,
    })
}

fn places(accounts: Vec<i32>, regions: Vec<String>, features: Vec<String>) -> Vec<Refused> {
    let places = accounts.into_iter().zip(regions).zip(features);
    places.map(|((account_id, region), feature)| Refused { account_id, region, feature }).collect()
}
