//! How the accounts of the scope stand: what is read of them, when it was, and what is in the way.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;

use super::StoreError;
use super::selection::Period;

/// An account of the scope.
#[derive(Debug, Clone, PartialEq)]
pub struct Connected {
    /// The installation's number of it.
    pub account_id: i32,
    /// Regions that are read or told of, in alphabetical order.
    pub regions: Vec<String>,
    /// When something of it was last read or sent.
    pub read_at: Option<DateTime<Utc>>,
    /// Resources that are known.
    pub resources: i64,
    /// Teams with usage in the period.
    pub teams: i64,
    /// List cost of the period, US dollars.
    pub cost: Option<Decimal>,
    /// First day of its ledger.
    pub first_day: Option<NaiveDate>,
    /// What could not be used when it was last tried.
    pub refusals: Vec<Refusal>,
}

/// Something that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Refusal {
    /// What to do.
    pub remedy: String,
    /// As the import names it.
    pub feature: String,
    /// Region.
    pub region: String,
}

/// The accounts of the scope by number, with what they cost in the period.
pub async fn all(
    connection: &mut PgConnection,
    estimate_id: Option<i32>,
    period: Period,
) -> Result<Vec<Connected>, StoreError> {
    let rows = sqlx::query!(
        r#"
        select
            a.account_id,
            array(
                select region from account_region r where r.account_id = a.account_id and r.enabled
                union
                select region from resource r where r.account_id = a.account_id
                order by 1
            ) as "regions!",
            greatest(
                (
                    select max(newest.read_at)
                    from feed_key k
                    cross join lateral (
                        select greatest(w.completed_at, w.inventory_watermark) as read_at
                        from window_ledger w
                        where (w.account_id, w.region, w.source) = (k.account_id, k.region, k.source)
                          and w.completed_at is not null
                        order by w.window_start desc
                        limit 1
                    ) newest
                    where k.account_id = a.account_id
                ),
                (select max(last_seen_at) from resource r where r.account_id = a.account_id)
            ) as read_at,
            (select count(*) from resource r where r.account_id = a.account_id) as "resources!",
            own.teams as "teams!",
            own.cost,
            (
                select min(o.day)
                from org_day o
                where o.account_id = a.account_id
                  and o.estimate_id = $1
            ) as first_day,
            (
                select coalesce(
                    jsonb_agg(jsonb_build_object('feature', p.feature, 'region', p.region, 'remedy', p.remedy)),
                    '[]'
                )
                from permission_probe p
                where p.account_id = a.account_id
                  and p.state <> 'granted'
            ) as "refusals!: Json<Vec<Refusal>>"
        from account a
        cross join lateral (
            select
                count(distinct nullif(o.team, '')) as teams,
                sum(o.cost_list) filter (where o.currency = 'USD') as cost
            from org_day o
            where o.account_id = a.account_id
              and o.estimate_id = $1
              and o.day between $2 and $3
        ) own
        where a.account_id = any (array(select unnest(wattledger_scope())))
        order by a.account_id
        "#,
        estimate_id,
        period.from,
        period.to
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read how the accounts stand"))?;
    let connected = rows.into_iter().map(|row| {
        let mut refusals = row.refusals.0;
        refusals.sort();
        Connected {
            account_id: row.account_id,
            regions: row.regions,
            read_at: row.read_at,
            resources: row.resources,
            teams: row.teams,
            cost: row.cost,
            first_day: row.first_day,
            refusals,
        }
    });
    Ok(connected.collect())
}
