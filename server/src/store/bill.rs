//! What AWS billed, and how it is shared out over what ran.

use std::collections::BTreeSet;
use std::ops::AddAssign;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{AccountScope, Origin, StoreError, account};
use crate::aws::pricing;
use crate::ingest::bill::Month;

/// Whose usage of what a line bills, and on which day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Billed {
    /// Twelve digits.
    pub account: String,
    /// First day of the billing month.
    pub period: NaiveDate,
    /// UTC day on which the usage began.
    pub day: NaiveDate,
    /// AWS region; empty where there is none.
    pub region: String,
    /// For example `USE1-Train:ml.g5.xlarge`.
    pub usage_type: String,
    /// ARN; empty where the export leaves resources out.
    pub resource: String,
    /// ISO 4217.
    pub currency: String,
}

/// What it comes to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amounts {
    /// What the invoice says.
    pub billed: Decimal,
    /// What it costs with commitments spread over what they covered.
    pub effective: Decimal,
    /// Hours, gigabytes or seconds, as the usage type has it.
    pub quantity: Decimal,
}

impl AddAssign for Amounts {
    fn add_assign(&mut self, other: Self) {
        self.billed += other.billed;
        self.effective += other.effective;
        self.quantity += other.quantity;
    }
}

/// The lines of one day, resource and usage type, summed.
pub type BilledDay = (Billed, Amounts);

/// Hours of one sort of machine on one day, as they are billed.
#[derive(Debug, Clone, PartialEq)]
pub struct MachineHours {
    /// UTC day.
    pub day: NaiveDate,
    /// AWS region.
    pub region: String,
    /// ARN; empty where the export leaves resources out.
    pub resource: String,
    /// The word of a component.
    pub component: String,
    /// For example `ml.g5.xlarge`.
    pub instance_type: String,
    /// Instance-hours.
    pub hours: f64,
}

/// A bill belongs to the accounts that are shown, if it names one of them; a bill alone makes accounts of its own. The
/// demo's accounts take no other bill than the demo's.
pub fn origin_of(scope: &AccountScope, known: &[account::Account], numbers: &BTreeSet<&str>) -> Origin {
    let is_known = known
        .iter()
        .filter(|each| each.origin == scope.origin())
        .any(|each| each.aws_account_id.as_deref().is_some_and(|number| numbers.contains(number)));
    match scope.origin() {
        Origin::Demo if is_known => Origin::Demo,
        Origin::Aws if is_known => Origin::Aws,
        _ => Origin::Upload,
    }
}

/// Notes an import.
pub async fn note(
    connection: &mut PgConnection,
    origin: Origin,
    import_id: Uuid,
    files: &[String],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "insert into bill_import (import_id, origin, files, imported_at) values ($1, $2, $3, $4)",
        import_id,
        origin.as_str(),
        files,
        now
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("note the import"))?;
    Ok(())
}

/// Replaces the months of one account; what changed by month, and every day that held or holds a line.
pub async fn replace_account(
    connection: &mut PgConnection,
    account_id: i32,
    import_id: Uuid,
    lines: &[BilledDay],
) -> Result<(Vec<Month>, Vec<NaiveDate>), StoreError> {
    let periods: Vec<NaiveDate> =
        lines.iter().map(|(line, _)| line.period).collect::<BTreeSet<_>>().into_iter().collect();
    let before = sqlx::query!(
        r#"
        delete from billed_day
        where account_id = $1
          and period = any ($2)
        returning period, day, billed
        "#,
        account_id,
        &periods
    )
    .fetch_all(&mut *connection)
    .await
    .map_err(StoreError::on("replace the bill"))?;
    // Of serverless a bill counts seconds, which are no hours of a machine.
    let machine = |usage_type: &str| pricing::billed(usage_type).filter(|(of, _)| !of.is_serverless());
    let billed_as: Vec<Option<(_, String)>> = lines.iter().map(|(line, _)| machine(&line.usage_type)).collect();
    let component: Vec<Option<String>> =
        billed_as.iter().map(|each| each.as_ref().map(|(component, _)| component.as_str().to_owned())).collect();
    let machine: Vec<Option<String>> = billed_as.into_iter().map(|each| each.map(|(_, machine)| machine)).collect();
    let text = |of: fn(&Billed) -> &str| -> Vec<String> { lines.iter().map(|(line, _)| of(line).to_owned()).collect() };
    let money =
        |of: fn(&Amounts) -> Decimal| -> Vec<Decimal> { lines.iter().map(|(_, amounts)| of(amounts)).collect() };
    let period: Vec<NaiveDate> = lines.iter().map(|(line, _)| line.period).collect();
    let day: Vec<NaiveDate> = lines.iter().map(|(line, _)| line.day).collect();
    sqlx::query!(
        r#"
        insert into billed_day (
            account_id, import_id, period, day, region, usage_type, resource, currency, instance_type, component, billed,
            effective, quantity
        )
        select $1, $2, u.*
        from unnest(
            $3::date[], $4::date[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
            $11::numeric[], $12::numeric[], $13::numeric[]
        ) as u
        "#,
        account_id,
        import_id,
        &period,
        &day,
        &text(|line| &line.region),
        &text(|line| &line.usage_type),
        &text(|line| &line.resource),
        &text(|line| &line.currency),
        &machine as &[Option<String>],
        &component as &[Option<String>],
        &money(|amounts| amounts.billed),
        &money(|amounts| amounts.effective),
        &money(|amounts| amounts.quantity)
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("keep the bill"))?;
    let months = periods.iter().map(|month| {
        let own: Vec<&BilledDay> = lines.iter().filter(|(line, _)| line.period == *month).collect();
        let old: Vec<Decimal> = before.iter().filter(|row| row.period == *month).map(|row| row.billed).collect();
        Month {
            month: *month,
            account: own.first().map(|(line, _)| line.account.clone()).unwrap_or_default(),
            currency: own.first().map(|(line, _)| line.currency.clone()).unwrap_or_default(),
            billed: own.iter().map(|(_, amounts)| amounts.billed).sum::<Decimal>().normalize(),
            effective: own.iter().map(|(_, amounts)| amounts.effective).sum::<Decimal>().normalize(),
            billed_before: (!old.is_empty()).then(|| old.iter().sum::<Decimal>().normalize()),
        }
    });
    let days: BTreeSet<NaiveDate> = before.iter().map(|row| row.day).chain(day.iter().copied()).collect();
    Ok((months.collect(), days.into_iter().collect()))
}

/// The months of which an account has a bill.
pub async fn periods(connection: &mut PgConnection, account_id: i32) -> Result<BTreeSet<NaiveDate>, StoreError> {
    let found = sqlx::query_scalar!("select distinct period from billed_day where account_id = $1", account_id);
    let found = found.fetch_all(connection).await.map_err(StoreError::on("read the months of the bill"))?;
    Ok(found.into_iter().collect())
}

/// The machines that are billed in these months.
pub async fn machine_hours(
    connection: &mut PgConnection,
    account_id: i32,
    periods: &BTreeSet<NaiveDate>,
) -> Result<Vec<MachineHours>, StoreError> {
    let periods: Vec<NaiveDate> = periods.iter().copied().collect();
    sqlx::query_as!(
        MachineHours,
        r#"
        select
            day,
            region,
            resource,
            component as "component!",
            instance_type as "instance_type!",
            sum(quantity)::float8 as "hours!"
        from billed_day
        where account_id = $1
          and period = any ($2)
          and component is not null
          and instance_type is not null
        group by day, region, resource, component, instance_type
        having sum(quantity) > 0
        order by day, region, resource, component, instance_type
        "#,
        account_id,
        &periods
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the machines of the bill"))
}

/// Shares the bill of these days out over their ledger: a line with a resource belongs to what that resource ran on the
/// day, a line without one to all of its usage type, each by its share of the instance-seconds. Exact to the last digit:
/// what is shared out of a line adds up to the line.
#[expect(clippy::too_many_lines, reason = "it is one statement")]
pub async fn share_out(connection: &mut PgConnection, account_id: i32, days: &[NaiveDate]) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        with line as (
            select
                row_number() over () as number,
                b.day,
                b.region,
                b.resource,
                b.instance_type,
                b.component,
                sum(b.billed) as billed,
                sum(b.effective) as effective
            from billed_day b
            where b.account_id = $1
              and b.day = any ($2)
            group by b.day, b.region, b.resource, b.instance_type, b.component
        ), placed as (
            -- names are used again after deletion: the newest that was there on the day. A join, because row-level
            -- security keeps `lower` out of an index, and a subquery would read all resources for each line and share.
            select distinct on (line.number)
                line.*,
                r.resource_id
            from line
            left join resource r
              on r.account_id = $1
             and line.resource <> ''
             and lower(r.arn) = lower(line.resource)
             and r.created_at < (line.day + 1)::timestamp at time zone 'UTC'
            order by line.number, r.created_at desc nulls last
        ), share as (
            select
                p.number,
                p.billed,
                p.effective,
                l.day,
                l.entity_id,
                l.instance_type,
                l.estimate_id,
                l.tier,
                greatest(coalesce(l.instance_seconds, 0), 0.001)::numeric as weight
            from placed p
            join ledger_day l
              on l.account_id = $1
             and l.day = p.day
             and case
                 when p.resource <> '' then
                     l.resource_id = p.resource_id
                     and (p.instance_type is null or l.instance_type = p.instance_type)
                 else
                     l.region = p.region
                     and l.instance_type = p.instance_type
                     and p.component = case
                         when l.kind = 'endpoint' and l.hosting_option = 'async' then 'async'
                         when l.kind = 'endpoint' then 'hosting'
                         when l.kind = 'app' then 'studio'
                         else l.kind
                     end
             end
        ), running as (
            select
                *,
                sum(weight) over line_of as whole,
                sum(weight) over (line_of order by entity_id, instance_type, tier) as through
            from share
            window line_of as (partition by number, estimate_id)
        ), part as materialized (
            select
                day,
                entity_id,
                instance_type,
                estimate_id,
                tier,
                sum(round(billed * through / whole, 8) - round(billed * (through - weight) / whole, 8)) as billed,
                sum(round(effective * through / whole, 8) - round(effective * (through - weight) / whole, 8)) as effective
            from running
            group by day, entity_id, instance_type, estimate_id, tier
        ), withdrawn as (
            update ledger_day l
            set cost_billed = null,
                cost_effective = null,
                billed_seconds = 0
            where l.account_id = $1
              and l.day = any ($2)
              and (l.cost_billed is not null or l.cost_effective is not null)
              and not exists (
                  select
                  from part
                  where (part.day, part.entity_id, part.instance_type, part.estimate_id, part.tier)
                        = (l.day, l.entity_id, l.instance_type, l.estimate_id, l.tier)
              )
        )
        update ledger_day l
        set cost_billed = part.billed,
            cost_effective = part.effective,
            billed_seconds = case when part.billed is null then 0 else coalesce(l.instance_seconds, 0) end
        from part
        where l.account_id = $1
          and l.day = part.day
          and l.entity_id = part.entity_id
          and l.instance_type = part.instance_type
          and l.estimate_id = part.estimate_id
          and l.tier = part.tier
          and (l.cost_billed, l.cost_effective) is distinct from (part.billed, part.effective)
        "#,
        account_id,
        days
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("share the bill out"))?;
    Ok(())
}

/// A billing month of an account, as the last import has it.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct BilledMonth {
    /// The installation's number of the account.
    pub account_id: i32,
    /// First day of the billing month.
    pub period: NaiveDate,
    /// The import.
    pub import_id: Uuid,
    /// Billed, US dollars.
    pub billed: Decimal,
    /// With commitments spread over what they covered.
    pub effective: Decimal,
    /// Of what was billed, what the ledger holds.
    pub matched: Decimal,
    /// When it was imported.
    pub imported_at: DateTime<Utc>,
}

/// What the ledger of these days holds of the bill, under the active estimate.
pub async fn shared(connection: &mut PgConnection, account_id: i32, days: &[NaiveDate]) -> Result<Decimal, StoreError> {
    sqlx::query_scalar!(
        r#"
        select coalesce(sum(l.cost_billed), 0) as "sum!"
        from ledger_day l
        join estimate e using (estimate_id)
        where l.account_id = $1
          and l.day = any ($2)
          and e.is_active
        "#,
        account_id,
        days
    )
    .fetch_one(connection)
    .await
    .map_err(StoreError::on("read what the bill came to"))
}
