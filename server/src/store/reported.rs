//! Emissions that AWS itself reports, by month.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{FromRow, PgConnection, PgPool};

use super::part::{Part, PartRow};
use super::{AccountScope, StoreError, filter};
use crate::aws::facts::MonthlyEmissions;

/// Writes what AWS reports; how many months, regions and services are new or other than before.
pub async fn write(
    pool: &PgPool,
    scope: &AccountScope,
    account_id: i32,
    rows: &[MonthlyEmissions],
    read_at: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let text =
        |of: fn(&MonthlyEmissions) -> &String| -> Vec<String> { rows.iter().map(|row| of(row).clone()).collect() };
    let tonnes = |of: fn(&MonthlyEmissions) -> Option<f64>| -> Vec<Option<f64>> { rows.iter().map(of).collect() };
    let months: Vec<NaiveDate> = rows.iter().map(|row| row.month).collect();
    let mut transaction = scope.begin(pool).await?;
    let written = sqlx::query!(
        r#"
        insert into reported_month as m (
            account_id, month, usage_account, region, service, model_version, location_t, market_t, scope_1_t,
            scope_2_location_t, scope_2_market_t, scope_3_location_t, scope_3_market_t, read_at
        )
        select $1, read.*, $14
        from unnest(
            $2::date[], $3::text[], $4::text[], $5::text[], $6::text[], $7::float8[], $8::float8[], $9::float8[],
            $10::float8[], $11::float8[], $12::float8[], $13::float8[]
        ) as read
        on conflict (account_id, month, usage_account, region, service, model_version) do update set
            location_t = excluded.location_t,
            market_t = excluded.market_t,
            scope_1_t = excluded.scope_1_t,
            scope_2_location_t = excluded.scope_2_location_t,
            scope_2_market_t = excluded.scope_2_market_t,
            scope_3_location_t = excluded.scope_3_location_t,
            scope_3_market_t = excluded.scope_3_market_t,
            read_at = excluded.read_at
        where (m.location_t, m.market_t, m.scope_1_t, m.scope_2_location_t, m.scope_2_market_t, m.scope_3_location_t,
               m.scope_3_market_t)
            is distinct from
              (excluded.location_t, excluded.market_t, excluded.scope_1_t, excluded.scope_2_location_t,
               excluded.scope_2_market_t, excluded.scope_3_location_t, excluded.scope_3_market_t)
        "#,
        account_id,
        &months,
        &text(|row| &row.usage_account),
        &text(|row| &row.region),
        &text(|row| &row.service),
        &text(|row| &row.model_version),
        &tonnes(|row| row.location_t) as &[Option<f64>],
        &tonnes(|row| row.market_t) as &[Option<f64>],
        &tonnes(|row| row.scope_1_t) as &[Option<f64>],
        &tonnes(|row| row.scope_2_location_t) as &[Option<f64>],
        &tonnes(|row| row.scope_2_market_t) as &[Option<f64>],
        &tonnes(|row| row.scope_3_location_t) as &[Option<f64>],
        &tonnes(|row| row.scope_3_market_t) as &[Option<f64>],
        read_at
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("write what AWS reports"))?
    .rows_affected();
    transaction.commit().await.map_err(StoreError::on("write what AWS reports"))?;
    Ok(written)
}

/// What AWS reports of one month, account, region and service, t of CO2e.
#[derive(Debug, Clone, PartialEq)]
pub struct Reported {
    /// First day of the month.
    pub month: NaiveDate,
    /// Twelve digits.
    pub usage_account: String,
    /// AWS region.
    pub region: String,
    /// As AWS names it.
    pub service: String,
    /// Version of AWS' model.
    pub model_version: String,
    /// Scope 1.
    pub scope_1_t: Option<f64>,
    /// Scope 2, location-based.
    pub scope_2_location_t: Option<f64>,
    /// Scope 2, market-based.
    pub scope_2_market_t: Option<f64>,
    /// Scope 3, location-based.
    pub scope_3_location_t: Option<f64>,
}

/// What AWS reports of the months that begin in `[from, to)`, newest first: under the model version read last.
pub async fn months(
    connection: &mut PgConnection,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Reported>, StoreError> {
    sqlx::query_as!(
        Reported,
        r#"
        select distinct on (month, usage_account, region, service)
            month,
            usage_account,
            region,
            service,
            model_version,
            scope_1_t,
            scope_2_location_t,
            scope_2_market_t,
            scope_3_location_t
        from reported_month
        where month >= $1
          and month < $2
        order by month desc, usage_account, region, service, read_at desc, model_version desc
        "#,
        from,
        to
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read what AWS reports"))
}

#[derive(Debug, FromRow)]
struct MonthRow {
    month: NaiveDate,
    account_id: i32,
    #[sqlx(flatten)]
    part: PartRow,
}

/// The ledger by month, account and group, for months that begin in `[from, to)`.
pub async fn own(
    connection: &mut PgConnection,
    estimate_id: i32,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<(NaiveDate, i32, Part)>, StoreError> {
    let rows: Vec<MonthRow> = filter::months(estimate_id, from, to)
        .build_query_as()
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("read the months of the ledger"))?;
    rows.into_iter().map(|row| Ok((row.month, row.account_id, Part::try_from(row.part)?))).collect()
}

/// Days of a month that were read whole in an account and region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaysRead {
    /// First day of the month.
    pub month: NaiveDate,
    /// Account.
    pub account_id: i32,
    /// AWS region.
    pub region: String,
    /// Days all of whose hours were read.
    pub days: i64,
}

/// How many days of each month were read whole.
pub async fn days_read(
    connection: &mut PgConnection,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<DaysRead>, StoreError> {
    sqlx::query_as!(
        DaysRead,
        r#"
        select
            date_trunc('month', day)::date as "month!",
            account_id,
            region,
            count(*) as "days!"
        from (
            select
                account_id,
                region,
                date_trunc('day', window_start at time zone 'UTC') as day,
                sum(extract(epoch from window_end - window_start)) as seconds
            from window_ledger
            where source = 'metrics'
              and state = 'complete'
              and window_start >= $1::date::timestamp at time zone 'UTC'
              and window_start < $2::date::timestamp at time zone 'UTC'
            group by 1, 2, 3
        ) read
        where seconds >= 86400
        group by 1, 2, 3
        "#,
        from,
        to
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("count the days read"))
}
