//! Things by a part of their name or ARN, and what their part of the ledger adds up to.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgConnection};

use super::part::{Part, PartRow};
use super::selection::Period;
use super::{StoreError, filter};
use crate::kind::Section;

/// What can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// Jobs.
    Job,
    /// Endpoints.
    Endpoint,
    /// Notebook instances, Studio apps, clusters.
    Notebook,
    /// Several runs of one thing.
    Family,
    /// Pipelines.
    Pipeline,
    /// Teams.
    Team,
}

impl Sort {
    /// Every sort, in the order it is shown.
    pub const ALL: [Self; 6] = [Self::Job, Self::Endpoint, Self::Notebook, Self::Family, Self::Pipeline, Self::Team];

    /// The word in the statements.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Job => "job",
            Self::Endpoint => "endpoint",
            Self::Notebook => "notebook",
            Self::Family => "family",
            Self::Pipeline => "pipeline",
            Self::Team => "team",
        }
    }

    fn parse(word: &str) -> Result<Self, StoreError> {
        let found = Self::ALL.into_iter().find(|sort| sort.as_str() == word);
        found.ok_or_else(|| StoreError::Corrupt(format!("something found is a {word}")))
    }
}

/// Something with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    /// What it is.
    pub sort: Sort,
    /// The installation's number of the account; 0 for what belongs to none.
    pub account_id: i32,
    /// What tells it from others of its sort: number of the resource, ARN, or name.
    pub key: String,
    /// Name.
    pub name: String,
    /// Kind of resource; empty for teams.
    pub kind: String,
    /// Region; empty where there may be several.
    pub region: String,
    /// When it was made or last ran.
    pub at: Option<DateTime<Utc>>,
    /// How many of its sort hold the text; 0 for what does not hold it.
    pub found: i64,
}

/// What holds a text in its name or ARN, in any case: at most `most` of each sort, the closest first. Where nothing does, the
/// newest `others` things of all sorts, to be compared with it.
///
/// # Errors
/// When the database refuses.
#[expect(clippy::too_many_lines, reason = "it is one statement")]
pub async fn things(
    connection: &mut PgConnection,
    estimate_id: Option<i32>,
    text: &str,
    most: i64,
    others: i64,
) -> Result<Vec<Thing>, StoreError> {
    let rows = sqlx::query!(
        r#"
        with thing as (
            select
                case
                    when kind = any ($2::text[]) then 'job'
                    when kind = any ($3::text[]) then 'endpoint'
                    else 'notebook'
                end as sort,
                account_id,
                resource_id::text as key,
                name,
                arn,
                kind,
                region,
                created_at as at
            from resource
            union all
            select 'family', 0, family, family, '', min(kind), '', max(created_at)
            from resource
            where kind = any ($2::text[])
              and family <> ''
            group by family
            having count(*) > 1
            union all
            select 'pipeline', account_id, identifier, name, identifier, kind, region, valid_from
            from configuration_item
            where kind = 'pipeline'
              and valid_to is null
            union all
            select 'team', 0, team, team, '', '', '', max(day)::timestamp at time zone 'UTC'
            from org_day
            where estimate_id = $4
              and team <> ''
            group by team
        ), hit as (
            select
                t.*,
                case
                    when lower(t.name) = lower($1) then 0
                    when starts_with(lower(t.name), lower($1)) then 1
                    when strpos(lower(t.name), lower($1)) > 0 then 2
                    else 3
                end as distance
            from thing t
            where strpos(lower(t.name), lower($1)) > 0
               or strpos(lower(t.arn), lower($1)) > 0
        ), placed as (
            select
                h.*,
                row_number() over (partition by h.sort order by h.distance, h.at desc nulls last, h.name, h.key) as place,
                count(*) over (partition by h.sort) as found
            from hit h
        )
        select
            sort as "sort!",
            account_id as "account_id!",
            key as "key!",
            name as "name!",
            kind as "kind!",
            region as "region!",
            at,
            found as "found!",
            place as "place!"
        from placed
        where place <= $5
        union all
        (
            select sort, account_id, key, name, kind, region, at, 0, 0
            from thing
            where not exists (select from hit)
            order by at desc nulls last, name, key
            limit $6
        )
        order by 1, 9, 7 desc nulls last, 4, 3
        "#,
        text,
        &Section::Jobs.kinds(),
        &Section::Endpoints.kinds(),
        estimate_id,
        most,
        others
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("search"))?;
    rows.into_iter()
        .map(|row| {
            Ok(Thing {
                sort: Sort::parse(&row.sort)?,
                account_id: row.account_id,
                key: row.key,
                name: row.name,
                kind: row.kind,
                region: row.region,
                at: row.at,
                found: row.found,
            })
        })
        .collect()
}

#[derive(Debug, FromRow)]
struct SumRow {
    sort: String,
    key: String,
    #[sqlx(flatten)]
    part: PartRow,
}

/// Which things are summed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summed {
    /// Numbers of resources.
    pub resources: Vec<i64>,
    /// Names of families.
    pub families: Vec<String>,
    /// ARNs of pipelines.
    pub pipelines: Vec<String>,
    /// Names of teams.
    pub teams: Vec<String>,
}

/// The parts of things inside a period, by sort and key; a resource's sort is its list's. A pipeline is the jobs that its steps
/// ran, each of them once.
///
/// # Errors
/// When the database refuses.
pub async fn sums(
    connection: &mut PgConnection,
    estimate_id: i32,
    period: Period,
    of: &Summed,
) -> Result<BTreeMap<(String, String), Vec<Part>>, StoreError> {
    let rows: Vec<SumRow> = filter::found(estimate_id, period, of)
        .build_query_as()
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("sum what was found"))?;
    let mut sums: BTreeMap<(String, String), Vec<Part>> = BTreeMap::new();
    for row in rows {
        sums.entry((row.sort, row.key)).or_default().push(Part::try_from(row.part)?);
    }
    Ok(sums)
}
