//! AWS' own totals from Cost Explorer: beside the bill, never in it.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;

use super::StoreError;
use crate::aws::facts::ExploredDay;

/// Replaces what AWS said of the days `[from, to)`, by usage type or by one tag.
pub async fn replace(
    connection: &mut PgConnection,
    account_id: i32,
    (from, to): (NaiveDate, NaiveDate),
    tag_key: &str,
    days: &[ExploredDay],
    read_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "delete from explored_day where account_id = $1 and day >= $2 and day < $3 and tag_key = $4",
        account_id,
        from,
        to,
        tag_key
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::on("replace AWS' own totals"))?;
    let text = |of: fn(&ExploredDay) -> &String| -> Vec<String> { days.iter().map(|each| of(each).clone()).collect() };
    let day: Vec<NaiveDate> = days.iter().map(|each| each.day).collect();
    let unblended: Vec<Decimal> = days.iter().map(|each| each.unblended).collect();
    let amortised: Vec<Decimal> = days.iter().map(|each| each.amortised).collect();
    let is_estimated: Vec<bool> = days.iter().map(|each| each.is_estimated).collect();
    sqlx::query!(
        r#"
        insert into explored_day (
            account_id, day, usage_type, tag_key, tag_value, unblended, amortised, currency, is_estimated, read_at
        )
        select $1, read.*, $10
        from unnest(
            $2::date[], $3::text[], $4::text[], $5::text[], $6::numeric[], $7::numeric[], $8::text[], $9::bool[]
        ) as read
        "#,
        account_id,
        &day,
        &text(|each| &each.usage_type),
        &text(|each| &each.tag_key),
        &text(|each| &each.tag_value),
        &unblended,
        &amortised,
        &text(|each| &each.currency),
        &is_estimated,
        read_at
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("keep AWS' own totals"))?;
    Ok(())
}

/// A day of an account as AWS counts it and as it is held here, US dollars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedDay {
    /// Account.
    pub account_id: i32,
    /// UTC day.
    pub day: NaiveDate,
    /// AWS' own total.
    pub unblended: Decimal,
    /// The same with commitments spread over what they covered.
    pub amortised: Decimal,
    /// Whether AWS still revises it.
    pub is_estimated: bool,
    /// The bill that is held; `None` where none is.
    pub billed: Option<Decimal>,
    /// Its effective cost.
    pub effective: Option<Decimal>,
    /// List price times hours, as far as prices are known.
    pub list: Option<Decimal>,
}

/// The days `[from, to)` of which AWS told its own total, newest first.
pub async fn checked_days(
    connection: &mut PgConnection,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<CheckedDay>, StoreError> {
    sqlx::query_as!(
        CheckedDay,
        r#"
        select
            x.account_id as "account_id!",
            x.day as "day!",
            x.unblended as "unblended!",
            x.amortised as "amortised!",
            x.is_estimated as "is_estimated!",
            b.billed as "billed?",
            b.effective as "effective?",
            l.list as "list?"
        from (
            select
                account_id,
                day,
                sum(unblended) as unblended,
                sum(amortised) as amortised,
                bool_or(is_estimated) as is_estimated
            from explored_day
            where tag_key = ''
              and currency = 'USD'
              and day >= $1
              and day < $2
            group by account_id, day
        ) x
        left join (
            select account_id, day, sum(billed) as billed, sum(effective) as effective
            from billed_day
            where day >= $1
              and day < $2
            group by account_id, day
        ) b using (account_id, day)
        left join (
            select o.account_id, o.day, sum(o.cost_list) as list
            from org_day o
            join estimate e using (estimate_id)
            where e.is_active
              and o.day >= $1
              and o.day < $2
            group by o.account_id, o.day
        ) l using (account_id, day)
        order by x.day desc, x.account_id
        "#,
        from,
        to
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read AWS' own totals"))
}

/// A value of a tag over a month as AWS counts it, and what is held here of the resources that carry it, US dollars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedTag {
    /// Account.
    pub account_id: i32,
    /// First day of the month.
    pub month: NaiveDate,
    /// Key.
    pub tag_key: String,
    /// Value; empty where a resource carries none.
    pub tag_value: String,
    /// AWS' own total.
    pub unblended: Decimal,
    /// Of the bill that is held, what belongs to resources with this tag on the day; `None` where there is none.
    pub billed: Option<Decimal>,
}

/// The tags that AWS was asked for, by month, newest first.
pub async fn checked_tags(
    connection: &mut PgConnection,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<CheckedTag>, StoreError> {
    sqlx::query_as!(
        CheckedTag,
        r#"
        with asked as (
            select
                account_id,
                date_trunc('month', day)::date as month,
                tag_key,
                tag_value,
                sum(unblended) as unblended
            from explored_day
            where tag_key <> ''
              and currency = 'USD'
              and day >= $1
              and day < $2
            group by 1, 2, 3, 4
        ), held as (
            select
                k.account_id,
                date_trunc('month', l.day)::date as month,
                k.tag_key,
                coalesce(t.value, '') as tag_value,
                sum(l.cost_billed) as billed
            from (select distinct account_id, tag_key from asked) k
            join ledger_day l
              on l.account_id = k.account_id
             and l.day >= $1
             and l.day < $2
            join estimate e on e.estimate_id = l.estimate_id and e.is_active
            left join tag_span t
              on t.account_id = l.account_id
             and t.resource_id = l.resource_id
             and t.key = k.tag_key
             and t.from_at < (l.day + 1)::timestamp at time zone 'UTC'
             and coalesce(t.to_at, 'infinity'::timestamptz) >= (l.day + 1)::timestamp at time zone 'UTC'
            group by 1, 2, 3, 4
        )
        select
            a.account_id,
            a.month as "month!",
            a.tag_key,
            a.tag_value,
            a.unblended as "unblended!",
            h.billed as "billed?"
        from asked a
        left join held h using (account_id, month, tag_key, tag_value)
        order by a.month desc, a.account_id, a.tag_key, a.unblended desc, a.tag_value
        "#,
        from,
        to
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read AWS' own totals by tag"))
}
