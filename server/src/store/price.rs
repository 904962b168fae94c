//! List prices as AWS publishes them.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;
use sqlx::{PgConnection, PgPool};

use super::{AccountScope, Origin, StoreError};
use crate::aws::facts::{Component, InstancePrice};

/// A list price and the day it came into force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// The day.
    pub effective_from: NaiveDate,
    /// US dollars an hour.
    pub usd_per_hour: Decimal,
}

/// The list prices of one origin, by region, component and instance type, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriceList(HashMap<(String, Component, String), Vec<Price>>);

/// A list price as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct PriceRow {
    region: String,
    component: String,
    instance_type: String,
    effective_from: DateTime<Utc>,
    usd_per_hour: Decimal,
}

impl PriceList {
    /// The list of these prices, which are in the order of their days.
    pub(super) fn of(rows: Vec<PriceRow>) -> Result<Self, StoreError> {
        let mut list = Self::default();
        for row in rows {
            let Some(component) = Component::parse(&row.component) else {
                return Err(StoreError::Corrupt(format!("price of {}", row.component)));
            };
            let price =
                Price { effective_from: row.effective_from.date_naive(), usd_per_hour: row.usd_per_hour.normalize() };
            list.0.entry((row.region, component, row.instance_type)).or_default().push(price);
        }
        Ok(list)
    }

    /// The price in force on a day. Before the first known price that first one stands, for AWS tells of no earlier.
    #[must_use]
    pub fn find(&self, region: &str, component: Component, instance_type: &str, day: NaiveDate) -> Option<&Price> {
        let known = self.0.get(&(region.to_owned(), component, instance_type.to_owned()))?;
        known.iter().rev().find(|price| price.effective_from <= day).or_else(|| known.first())
    }
}

/// Reads the list prices of these instance types.
pub async fn list(
    connection: &mut PgConnection,
    origin: Origin,
    instance_types: &[String],
) -> Result<PriceList, StoreError> {
    let rows = sqlx::query_as!(
        PriceRow,
        r#"
        select region, component, instance_type, effective_from, usd_per_hour
        from list_price
        where origin = $1
          and instance_type = any ($2)
        order by effective_from
        "#,
        origin.as_str(),
        instance_types
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the list prices"))?;
    PriceList::of(rows)
}

/// Keeps prices and marks the days they bear on; how many are new or other than before.
///
/// A price is kept with the day it came into force, so that an old day keeps its old price.
pub async fn write(
    pool: &PgPool,
    scope: &AccountScope,
    prices: &[InstancePrice],
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let text =
        |of: fn(&InstancePrice) -> &str| -> Vec<String> { prices.iter().map(|each| of(each).to_owned()).collect() };
    let effective: Vec<DateTime<Utc>> = prices.iter().map(|each| each.effective_from).collect();
    let usd: Vec<Decimal> = prices.iter().map(|each| each.usd_per_hour).collect();
    let changed = sqlx::query!(
        r#"
        insert into list_price (
            origin, region, component, instance_type, usage_type, effective_from, usd_per_hour, read_at
        )
        -- several usage types may bill one machine in one component (Studio's apps do): the cheapest name stands for all
        select distinct on (u.region, u.component, u.instance_type, u.effective_from)
            $1, u.region, u.component, u.instance_type, u.usage_type, u.effective_from, u.usd_per_hour, $8
        from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::numeric[])
            as u (region, component, instance_type, usage_type, effective_from, usd_per_hour)
        order by u.region, u.component, u.instance_type, u.effective_from, u.usd_per_hour, u.usage_type
        on conflict (origin, region, component, instance_type, effective_from) do update set
            usage_type = excluded.usage_type,
            usd_per_hour = excluded.usd_per_hour,
            read_at = excluded.read_at
        where list_price.usd_per_hour is distinct from excluded.usd_per_hour
        returning region, instance_type
        "#,
        scope.origin().as_str(),
        &text(|each| &each.region),
        &text(|each| each.component.as_str()),
        &text(|each| &each.instance_type),
        &text(|each| &each.usage_type),
        &effective,
        &usd,
        now
    )
    .fetch_all(&mut *transaction)
    .await
    .map_err(StoreError::on("keep the list prices"))?;
    let (regions, types): (Vec<String>, Vec<String>) =
        changed.iter().map(|row| (row.region.clone(), row.instance_type.clone())).unzip();
    sqlx::query!(
        r#"
        insert into stale_day (account_id, entity_id, day)
        select distinct l.account_id, l.entity_id, l.day
        from ledger_day l
        join unnest($2::text[], $3::text[]) as changed (region, instance_type) using (region, instance_type)
        where l.account_id = any ($1)
        on conflict (account_id, entity_id, day) do update set
            day = excluded.day
        "#,
        scope.ids(),
        &regions,
        &types
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("mark days for estimation"))?;
    transaction.commit().await.map_err(StoreError::on("keep the list prices"))?;
    Ok(changed.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_the_price_that_was_in_force() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let key = ("us-east-1".to_owned(), Component::Training, "ml.g5.xlarge".to_owned());
        let of = |from: &str, usd: &str| Price { effective_from: day(from), usd_per_hour: usd.parse().unwrap() };
        let list = PriceList(HashMap::from([(key, vec![of("2026-06-01", "1.6"), of("2026-11-01", "1.4")])]));
        let at = |text: &str| {
            list.find("us-east-1", Component::Training, "ml.g5.xlarge", day(text))
                .map(|price| price.usd_per_hour.to_string())
        };
        assert_eq!(at("2026-10-31").as_deref(), Some("1.6"));
        assert_eq!(at("2026-11-01").as_deref(), Some("1.4"));
        assert_eq!(at("2026-01-01").as_deref(), Some("1.6"), "AWS tells of no earlier price");
        assert_eq!(list.find("us-east-1", Component::Hosting, "ml.g5.xlarge", day("2026-11-01")), None);
    }
}
