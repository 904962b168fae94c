//! What was told beside what AWS lists: bills, intensity of the grid, measured watts, and the files that were sent.

use sqlx::PgConnection;
use sqlx::types::Json;

use super::StoreError;
use super::bill::BilledMonth;
use super::bill_export::Export;
use super::intensity::Series;
use super::measured::Meter;
use super::sent_file::Kept;

/// All of it, in the scope of the transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Every series of hourly intensity, and every provider that was asked and gave none.
    pub series: Vec<Series>,
    /// Who measured watts.
    pub meters: Vec<Meter>,
    /// Every billing month in force, newest first.
    pub bills: Vec<BilledMonth>,
    /// Every export of a bill.
    pub exports: Vec<Export>,
    /// Files that were sent, those that came last first.
    pub files: Vec<Kept>,
}

/// Each list as the statement brings it.
struct ToldRow {
    series: Json<Vec<Series>>,
    meters: Json<Vec<Meter>>,
    bills: Json<Vec<BilledMonth>>,
    exports: Json<Vec<Export>>,
    files: Json<Vec<Kept>>,
}

impl From<ToldRow> for Told {
    fn from(row: ToldRow) -> Self {
        Self {
            series: row.series.0,
            meters: row.meters.0,
            bills: row.bills.0,
            exports: row.exports.0,
            files: row.files.0,
        }
    }
}

/// Reads it in one statement. `feature` is what the name of an export's probe begins with.
pub async fn all(connection: &mut PgConnection, feature: &str) -> Result<Told, StoreError> {
    let row = sqlx::query_as!(
        ToldRow,
        r#"
        with series as (
            select
                coalesce(h.zone, f.zone) as region,
                coalesce(h.source, f.source) as source,
                coalesce(h.hours, 0) as hours,
                h.first,
                h.last,
                f.asked_at,
                f.failure,
                f.remedy
            from (
                select zone, source, count(*) as hours, min(hour) as first, max(hour) as last
                from intensity_hour
                group by zone, source
            ) h
            full join intensity_feed f on f.zone = h.zone and f.source = h.source
        ), meter as (
            select
                m.source,
                count(distinct (e.account_id, e.resource_id)) as resources,
                count(*) as hours,
                max(m.hour) as last,
                max(m.read_at) as read_at
            from measured_hour m
            join entity e on e.account_id = m.account_id and e.entity_id = m.entity_id
            group by m.source
        ), billed as (
            select
                b.account_id,
                b.period,
                b.import_id,
                b.billed::text as billed,
                b.effective::text as effective,
                coalesce(shared.billed, 0)::text as matched,
                i.imported_at
            from (
                select account_id, period, import_id, sum(billed) as billed, sum(effective) as effective
                from billed_day
                group by account_id, period, import_id
            ) b
            join bill_import i using (import_id)
            left join lateral (
                select sum(o.cost_billed) as billed
                from org_day o
                join estimate e using (estimate_id)
                where o.account_id = b.account_id
                  and e.is_active
                  and o.day >= b.period
                  and o.day < (b.period + interval '1 month')::date
            ) shared on true
        ), export as (
            select
                e.account_id,
                e.location,
                e.read_at,
                p.checked_at as tried_at,
                coalesce(p.state = 'granted', true) as is_well,
                coalesce(p.message, '') as message,
                coalesce(p.remedy, '') as remedy,
                o.months,
                o.objects,
                o.bytes
            from bill_export e
            left join permission_probe p
              on p.account_id = e.account_id
             and p.region = e.region
             and p.feature = $1 || e.location
            cross join lateral (
                select
                    count(distinct o.period) as months,
                    count(*) as objects,
                    coalesce(sum(o.bytes), 0)::bigint as bytes
                from bill_object o
                where o.account_id = e.account_id
                  and o.location = e.location
            ) o
        )
        select
            (select coalesce(jsonb_agg(to_jsonb(s) order by region, source), '[]') from series s)
                as "series!: Json<Vec<Series>>",
            (select coalesce(jsonb_agg(to_jsonb(m) order by source), '[]') from meter m) as "meters!: Json<Vec<Meter>>",
            (select coalesce(jsonb_agg(to_jsonb(b) order by period desc, account_id), '[]') from billed b)
                as "bills!: Json<Vec<BilledMonth>>",
            (select coalesce(jsonb_agg(to_jsonb(e) order by account_id, location), '[]') from export e)
                as "exports!: Json<Vec<Export>>",
            (select coalesce(jsonb_agg(to_jsonb(f) order by sent_at desc, sending_id desc, place), '[]') from sent_file f)
                as "files!: Json<Vec<Kept>>"
        "#,
        feature
    )
    .fetch_one(connection)
    .await
    .map_err(StoreError::on("read what was told of bills, intensity and watts"))?;
    Ok(row.into())
}
