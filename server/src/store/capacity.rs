//! On how many instances a part ran, from when to when.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::StoreError;

/// How capacity was bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purchase {
    /// By the hour.
    OnDemand,
    /// Managed spot.
    Spot,
    /// Held ready for a serverless variant, so many requests at once.
    Provisioned,
}

/// What instances were doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// On their way.
    Provisioning,
    /// At work or ready for it.
    Serving,
    /// Kept warm after a job, at no work.
    Retained,
}

/// Who told of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// CloudWatch's sample counts.
    SampleCount,
    /// Application Auto Scaling.
    Activity,
    /// A Describe call, or a file of usage.
    Described,
    /// The hours of a bill.
    Billed,
}

/// Instances of one type over a half-open stretch of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// From, inclusive.
    pub from: DateTime<Utc>,
    /// To, exclusive; `None` while it lasts.
    pub to: Option<DateTime<Utc>>,
    /// For example `ml.g5.xlarge`.
    pub instance_type: String,
    /// How many instances.
    pub count: i32,
    /// How they were bought.
    pub purchase: Purchase,
    /// What they were doing.
    pub state: State,
    /// Who told.
    pub source: Source,
}

impl Purchase {
    /// The word stored in `capacity_span.purchase`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnDemand => "on_demand",
            Self::Spot => "spot",
            Self::Provisioned => "provisioned",
        }
    }
}

impl State {
    /// The word stored in `capacity_span.state`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provisioning => "provisioning",
            Self::Serving => "serving",
            Self::Retained => "retained",
        }
    }
}

impl Source {
    /// The word stored in `capacity_span.source`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SampleCount => "sample_count",
            Self::Activity => "scaling_activity",
            Self::Described => "described",
            Self::Billed => "billed",
        }
    }
}

/// The capacity of one entity, oldest first.
pub async fn spans(connection: &mut PgConnection, account_id: i32, entity_id: i64) -> Result<Vec<Span>, StoreError> {
    Ok(spans_of(connection, account_id, &[entity_id]).await?.remove(&entity_id).unwrap_or_default())
}

/// The capacity of entities, each oldest first; those without any are left out.
pub async fn spans_of(
    connection: &mut PgConnection,
    account_id: i32,
    entities: &[i64],
) -> Result<HashMap<i64, Vec<Span>>, StoreError> {
    let rows = sqlx::query!(
        r#"
        select entity_id, from_at, to_at, instance_type, instance_count, purchase, state, source
        from capacity_span
        where account_id = $1
          and entity_id = any ($2)
        order by entity_id, from_at
        "#,
        account_id,
        entities
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the capacity"))?;
    let mut spans: HashMap<i64, Vec<Span>> = HashMap::new();
    for row in rows {
        spans.entry(row.entity_id).or_default().push(Span {
            from: row.from_at,
            to: row.to_at,
            instance_type: row.instance_type,
            count: row.instance_count,
            purchase: purchase(&row.purchase),
            state: state(&row.state),
            source: source(&row.source),
        });
    }
    Ok(spans)
}

pub(super) fn purchase(text: &str) -> Purchase {
    match text {
        "spot" => Purchase::Spot,
        "provisioned" => Purchase::Provisioned,
        _ => Purchase::OnDemand,
    }
}

pub(super) fn state(text: &str) -> State {
    match text {
        "serving" => State::Serving,
        "retained" => State::Retained,
        _ => State::Provisioning,
    }
}

fn source(text: &str) -> Source {
    match text {
        "scaling_activity" => Source::Activity,
        "described" => Source::Described,
        "billed" => Source::Billed,
        _ => Source::SampleCount,
    }
}

/// The entities of an endpoint's variant, under every configuration it ran under.
pub async fn of_variant(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
    endpoint: &str,
    variant: &str,
) -> Result<Vec<i64>, StoreError> {
    sqlx::query_scalar!(
        r#"
        select e.entity_id
        from entity e
        join resource r on r.account_id = e.account_id and r.resource_id = e.resource_id
        where r.account_id = $1
          and r.region = $2
          and r.kind = 'endpoint'
          and r.name = $3
          and e.part = $4
        order by e.entity_id
        "#,
        account_id,
        region,
        endpoint,
        variant
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("find the variant"))
}

/// Replaces the capacity of one entity.
pub async fn replace(
    connection: &mut PgConnection,
    account_id: i32,
    entity_id: i64,
    spans: &[Span],
) -> Result<(), StoreError> {
    sqlx::query!("delete from capacity_span where account_id = $1 and entity_id = $2", account_id, entity_id)
        .execute(&mut *connection)
        .await
        .map_err(StoreError::on("replace the capacity"))?;
    let from: Vec<DateTime<Utc>> = spans.iter().map(|span| span.from).collect();
    let to: Vec<Option<DateTime<Utc>>> = spans.iter().map(|span| span.to).collect();
    let instance_type: Vec<String> = spans.iter().map(|span| span.instance_type.clone()).collect();
    let count: Vec<i32> = spans.iter().map(|span| span.count).collect();
    let purchase: Vec<String> = spans.iter().map(|span| span.purchase.as_str().to_owned()).collect();
    let state: Vec<String> = spans.iter().map(|span| span.state.as_str().to_owned()).collect();
    let source: Vec<String> = spans.iter().map(|span| span.source.as_str().to_owned()).collect();
    sqlx::query!(
        r#"
        insert into capacity_span
            (account_id, entity_id, from_at, to_at, instance_type, instance_count, purchase, state, source)
        select $1, $2, u.from_at, u.to_at, u.instance_type, u.instance_count, u.purchase, u.state, u.source
        from unnest($3::timestamptz[], $4::timestamptz[], $5::text[], $6::int[], $7::text[], $8::text[], $9::text[])
            as u (from_at, to_at, instance_type, instance_count, purchase, state, source)
        "#,
        account_id,
        entity_id,
        &from,
        &to as &[Option<DateTime<Utc>>],
        &instance_type,
        &count,
        &purchase,
        &state,
        &source
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("write the capacity"))?;
    Ok(())
}

/// Hours that are known from somewhere else than a bill, summed over the resources of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct DescribedHours {
    /// UTC day.
    pub day: NaiveDate,
    /// AWS region.
    pub region: String,
    /// The word of a [`Kind`](crate::kind::Kind).
    pub kind: String,
    /// For example `ml.g5.xlarge`.
    pub instance_type: String,
    /// Instance-hours.
    pub hours: f64,
}

/// What is described of an account's days in `[from, to)`.
pub async fn described_hours(
    connection: &mut PgConnection,
    account_id: i32,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<DescribedHours>, StoreError> {
    sqlx::query_as!(
        DescribedHours,
        r#"
        with own_day as (
            select
                day::date as day,
                day at time zone 'UTC' as begins,
                (day + interval '1 day') at time zone 'UTC' as ends
            from generate_series($2::date::timestamp, $3::date - interval '1 day', interval '1 day') as day
        )
        select
            d.day as "day!",
            r.region,
            r.kind,
            s.instance_type,
            sum(
                s.instance_count * extract(epoch from least(s.to_at, d.ends) - greatest(s.from_at, d.begins)) / 3600
            )::float8 as "hours!"
        from capacity_span s
        join entity e on e.account_id = s.account_id and e.entity_id = s.entity_id
        join resource r on r.account_id = e.account_id and r.resource_id = e.resource_id
        join own_day d on s.from_at < d.ends and s.to_at > d.begins
        where s.account_id = $1
          and s.source = 'described'
        group by d.day, r.region, r.kind, s.instance_type
        "#,
        account_id,
        from,
        to
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the described capacity"))
}

/// The ARNs of which something else than a bill has told on what they ran; without capitals.
pub async fn described_arns(connection: &mut PgConnection, account_id: i32) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar!(
        r#"
        select distinct lower(r.arn) as "arn!"
        from resource r
        join entity e on e.account_id = r.account_id and e.resource_id = r.resource_id
        join capacity_span s on s.account_id = e.account_id and s.entity_id = e.entity_id
        where r.account_id = $1
          and s.source = 'described'
        "#,
        account_id
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read what is described"))
}

/// The parts of which only a bill tells anything in `[from, to)`.
pub async fn billed_parts(
    connection: &mut PgConnection,
    account_id: i32,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<i64>, StoreError> {
    sqlx::query_scalar!(
        r#"
        select distinct entity_id
        from capacity_span
        where account_id = $1
          and source = 'billed'
          and from_at < $3
          and to_at > $2
        "#,
        account_id,
        from,
        to
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read what is billed"))
}
