//! Rules that say whose a workload is, by its tags.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde_json::json;
use sqlx::{PgConnection, PgPool};

use super::{AccountScope, StoreError, audit, usage};

/// A rule: what a tag says of a dimension, from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// `team`, `project`, `environment` or `owner`.
    pub dimension: String,
    /// The tag.
    pub tag_key: String,
    /// Its value; `None` where the value is the name itself.
    pub tag_value: Option<String>,
    /// What a matching value is called; `None` where the value is the name itself.
    pub name: Option<String>,
    /// First day.
    pub valid_from: NaiveDate,
    /// The day from which on it says nothing any more.
    pub valid_to: Option<NaiveDate>,
    /// Of several that match, the least counts.
    pub rank: i32,
}

/// Every rule, in the order in which they are asked.
pub async fn all(connection: &mut PgConnection) -> Result<Vec<Rule>, StoreError> {
    sqlx::query_as!(
        Rule,
        r#"
        select dimension, tag_key, tag_value, name, valid_from, valid_to, rank
        from attribution_rule
        order by
            array_position(array['team', 'project', 'environment', 'owner'], dimension),
            valid_to nulls first,
            rank,
            tag_key,
            valid_from
        "#
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the rules"))
}

/// The tags that anything in the scope carries.
pub async fn tag_keys(connection: &mut PgConnection) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar!("select distinct key from tag_span where to_at is null order by key")
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("read the tags"))
}

/// What somebody's name gets and got: list cost of the last days and how many resources.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Share {
    /// List cost under the rules in force, US dollars.
    pub before: Decimal,
    /// List cost with the new rule, US dollars.
    pub after: Decimal,
    /// Resources with the new rule.
    pub resources: u64,
}

/// What a rule would change over `[from, to]`, by name; the empty name stands for nobody. Nothing is kept of it.
pub async fn effect(
    pool: &PgPool,
    scope: &AccountScope,
    estimate_id: i32,
    rule: &Rule,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<BTreeMap<String, Share>, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let costs = sqlx::query!(
        r#"
        select account_id, resource_id, coalesce(sum(cost_list), 0) as "cost!"
        from ledger_day
        where estimate_id = $1
          and day between $2 and $3
        group by account_id, resource_id
        "#,
        estimate_id,
        from,
        to
    )
    .fetch_all(&mut *transaction)
    .await
    .map_err(StoreError::on("read what the resources cost"))?;
    let mut by_account: BTreeMap<i32, Vec<i64>> = BTreeMap::new();
    for row in &costs {
        by_account.entry(row.account_id).or_default().push(row.resource_id);
    }
    let before = names(&mut transaction, &by_account, &rule.dimension, to).await?;
    insert(&mut transaction, rule).await?;
    let after = names(&mut transaction, &by_account, &rule.dimension, to).await?;
    // The transaction is dropped, and the rule with it.
    let mut shares: BTreeMap<String, Share> = BTreeMap::new();
    let of = |names: &BTreeMap<(i32, i64), String>, key| names.get(&key).cloned().unwrap_or_default();
    for row in costs {
        let key = (row.account_id, row.resource_id);
        shares.entry(of(&before, key)).or_default().before += row.cost;
        let share = shares.entry(of(&after, key)).or_default();
        share.after += row.cost;
        share.resources += 1;
    }
    Ok(shares)
}

/// The name of each resource on a day, by the very statement that attributes the ledger.
async fn names(
    connection: &mut PgConnection,
    by_account: &BTreeMap<i32, Vec<i64>>,
    dimension: &str,
    day: NaiveDate,
) -> Result<BTreeMap<(i32, i64), String>, StoreError> {
    let mut names = BTreeMap::new();
    for (account_id, resources) in by_account {
        for row in usage::attributions(connection, *account_id, resources, &[day]).await? {
            if row.dimension == dimension {
                names.insert((*account_id, row.resource_id), row.name);
            }
        }
    }
    Ok(names)
}

/// Keeps a rule, marks the days it bears on and writes the trail; `false` where the same rule is there already.
pub async fn add(
    pool: &PgPool,
    scope: &AccountScope,
    rule: &Rule,
    by: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let twin = sqlx::query_scalar!(
        r#"
        select exists (
            select from attribution_rule
            where dimension = $1
              and tag_key = $2
              and tag_value is not distinct from $3
              and valid_to is null
        ) as "is_there!"
        "#,
        rule.dimension,
        rule.tag_key,
        rule.tag_value
    )
    .fetch_one(&mut *transaction)
    .await
    .map_err(StoreError::on("look for the rule"))?;
    if twin {
        return Ok(false);
    }
    insert(&mut transaction, rule).await?;
    mark(&mut transaction, scope, &rule.tag_key, rule.valid_from).await?;
    let detail = json!({ "value": rule.tag_value, "name": rule.name, "from": rule.valid_from });
    let subject = format!("{} by tag {}", rule.dimension, rule.tag_key);
    audit::record(&mut transaction, now, by, "attribution rule added", &subject, &detail).await?;
    transaction.commit().await.map_err(StoreError::on("keep the rule"))?;
    Ok(true)
}

/// Lets a rule say nothing from a day on; `false` where no such rule is in force.
pub async fn end(
    pool: &PgPool,
    scope: &AccountScope,
    rule: &Rule,
    from: NaiveDate,
    by: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let ended = sqlx::query!(
        r#"
        update attribution_rule
        set valid_to = greatest($5, valid_from)
        where dimension = $1
          and tag_key = $2
          and valid_from = $3
          and rank = $4
          and valid_to is null
        "#,
        rule.dimension,
        rule.tag_key,
        rule.valid_from,
        rule.rank,
        from
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("end the rule"))?;
    if ended.rows_affected() == 0 {
        return Ok(false);
    }
    mark(&mut transaction, scope, &rule.tag_key, from).await?;
    let subject = format!("{} by tag {}", rule.dimension, rule.tag_key);
    let detail = json!({ "rank": rule.rank, "from": rule.valid_from, "to": from });
    audit::record(&mut transaction, now, by, "attribution rule ended", &subject, &detail).await?;
    transaction.commit().await.map_err(StoreError::on("end the rule"))?;
    Ok(true)
}

/// A rule for one value goes before those for any value, a new tag after the known ones.
async fn insert(connection: &mut PgConnection, rule: &Rule) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        insert into attribution_rule (dimension, tag_key, tag_value, name, valid_from, rank)
        select $1, $2, $3, $4, $5, case when $3::text is null then max(rank) + 1 else least(min(rank), 0) - 1 end
        from (select 0 as rank union all select rank from attribution_rule where dimension = $1) known
        "#,
        rule.dimension,
        rule.tag_key,
        rule.tag_value,
        rule.name,
        rule.valid_from
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("keep the rule"))?;
    Ok(())
}

/// Marks the days from `from` on of everything that ever carried the tag.
async fn mark(
    connection: &mut PgConnection,
    scope: &AccountScope,
    tag_key: &str,
    from: NaiveDate,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        insert into stale_day (account_id, entity_id, day)
        select distinct l.account_id, l.entity_id, l.day
        from ledger_day l
        where l.account_id = any ($1)
          and l.day >= $3
          and exists (
              select from tag_span t
              where t.account_id = l.account_id
                and t.resource_id = l.resource_id
                and t.key = $2
          )
        on conflict (account_id, entity_id, day) do update set
            day = excluded.day
        "#,
        scope.ids(),
        tag_key,
        from
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("mark days for estimation"))?;
    Ok(())
}
