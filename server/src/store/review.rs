//! Reviews: frozen weeks. Rows are added and read; the schema lets nobody change or delete them.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

use super::{AccountScope, StoreError};
use crate::review::snapshot::{AccountLine, Snapshot};
use crate::review::verify::Sections;
use crate::review::{IsoWeek, ReviewId};

/// A review that is about to be written.
#[derive(Debug, Clone)]
pub struct Frozen {
    /// Its week and revision.
    pub id: ReviewId,
    /// The review before.
    pub compared_with: Option<ReviewId>,
    /// Its content.
    pub snapshot: Snapshot,
    /// The canonical text of the content.
    pub canonical: String,
    /// The hash of the text.
    pub sha256: String,
    /// The rows it belongs with.
    pub sections: Sections,
}

/// Begins a transaction that sees one moment of the database from its first statement to its last.
pub async fn begin_snapshot(pool: &PgPool, scope: &AccountScope) -> Result<Transaction<'static, Postgres>, StoreError> {
    begin(pool, scope, "begin isolation level repeatable read").await
}

/// Begins a transaction that fails, rather than missing it, when another changes what this one has read.
pub(super) async fn begin_serializable(
    pool: &PgPool,
    scope: &AccountScope,
) -> Result<Transaction<'static, Postgres>, StoreError> {
    begin(pool, scope, "begin isolation level serializable").await
}

// The isolation level must stand in the very first statement, before the scope is set.
async fn begin(
    pool: &PgPool,
    scope: &AccountScope,
    statement: &'static str,
) -> Result<Transaction<'static, Postgres>, StoreError> {
    let mut transaction = pool.begin_with(statement).await.map_err(StoreError::on("begin a transaction"))?;
    let accounts = scope.ids().iter().map(i32::to_string).collect::<Vec<_>>().join(",");
    sqlx::query_scalar!("select set_config('wattledger.accounts', $1, true)", accounts)
        .fetch_one(&mut *transaction)
        .await
        .map_err(StoreError::on("set the account scope"))?;
    Ok(transaction)
}

/// The accounts of the transaction's scope.
pub async fn accounts(connection: &mut PgConnection) -> Result<Vec<AccountLine>, StoreError> {
    sqlx::query_as!(
        AccountLine,
        r#"
        select
            account_id,
            aws_account_id::text as aws_account_id,
            name
        from account
        where account_id = any (wattledger_scope())
        order by account_id
        "#
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the accounts"))
}

/// The highest revision of a week's review.
pub async fn latest_revision(
    connection: &mut PgConnection,
    scope: &AccountScope,
    week: IsoWeek,
) -> Result<Option<i32>, StoreError> {
    sqlx::query_scalar!(
        r#"
        select max(revision)
        from review
        where origin = $1
          and review_id = $2
        "#,
        scope.origin().as_str(),
        week.to_string()
    )
    .fetch_one(connection)
    .await
    .map_err(StoreError::on("look for a review of the week"))
}

/// Every revision of a week's review, oldest first.
pub async fn revisions(
    connection: &mut PgConnection,
    scope: &AccountScope,
    week: IsoWeek,
) -> Result<Vec<ReviewId>, StoreError> {
    let revisions = sqlx::query_scalar!(
        r#"
        select revision
        from review
        where origin = $1
          and review_id = $2
        order by revision
        "#,
        scope.origin().as_str(),
        week.to_string()
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the revisions of the review"))?;
    Ok(revisions.into_iter().map(|revision| ReviewId { week, revision }).collect())
}

/// The newest revision of the latest review of an earlier week.
pub async fn before(
    connection: &mut PgConnection,
    scope: &AccountScope,
    week: IsoWeek,
) -> Result<Option<ReviewId>, StoreError> {
    let row = sqlx::query!(
        r#"
        select
            review_id,
            revision
        from review
        where origin = $1
          and period_to <= $2
        order by period_from desc, revision desc
        limit 1
        "#,
        scope.origin().as_str(),
        week.monday()
    )
    .fetch_optional(connection)
    .await
    .map_err(StoreError::on("look for the review before"))?;
    row.map(|row| review_id(&row.review_id, row.revision)).transpose()
}

/// Writes a review with its snapshot and rows, and its entry in the audit trail.
pub async fn insert(connection: &mut PgConnection, scope: &AccountScope, frozen: &Frozen) -> Result<(), StoreError> {
    let (id, snapshot) = (frozen.id, &frozen.snapshot);
    let (origin, week) = (scope.origin().as_str(), id.week.to_string());
    sqlx::query!(
        r#"
        insert into review (
            origin, review_id, revision, period_from, period_to,
            compare_id, compare_revision, created_by, created_at, reason
        )
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        "#,
        origin,
        week,
        id.revision,
        snapshot.period_from,
        snapshot.period_to,
        frozen.compared_with.map(|before| before.week.to_string()),
        frozen.compared_with.map(|before| before.revision),
        snapshot.frozen_by,
        snapshot.frozen_at,
        snapshot.reason
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::on("add the review"))?;
    sqlx::query!(
        r#"
        insert into review_snapshot (
            origin, review_id, revision, canonical_version, canonical, sha256,
            factor_set_label, factor_set_sha256, method_version, taken_at
        )
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        "#,
        origin,
        week,
        id.revision,
        snapshot.canonical_version,
        frozen.canonical,
        frozen.sha256,
        snapshot.factor_set_label,
        snapshot.factor_set_sha256,
        snapshot.method_version,
        snapshot.frozen_at
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::on("add the snapshot"))?;
    insert_rows(connection, origin, id, &frozen.sections).await?;
    let detail = serde_json::json!({ "sha256": frozen.sha256, "reason": snapshot.reason });
    let subject = format!("{origin}/{id}");
    super::audit::record(connection, snapshot.frozen_at, &snapshot.frozen_by, "review.freeze", &subject, &detail).await
}

async fn insert_rows(
    connection: &mut PgConnection,
    origin: &str,
    id: ReviewId,
    sections: &Sections,
) -> Result<(), StoreError> {
    let mut account_ids: Vec<i32> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut ordinals: Vec<i32> = Vec::new();
    let mut rows: Vec<Value> = Vec::new();
    for ((account_id, section), items) in sections {
        for (ordinal, item) in (1..).zip(items) {
            account_ids.push(*account_id);
            names.push(section.clone());
            ordinals.push(ordinal);
            rows.push(item.clone());
        }
    }
    sqlx::query!(
        r#"
        insert into review_snapshot_row (account_id, origin, review_id, revision, section, ordinal, row)
        select account_id, $1, $2, $3, section, ordinal, content
        from unnest($4::int[], $5::text[], $6::int[], $7::jsonb[])
            as frozen (account_id, section, ordinal, content)
        "#,
        origin,
        id.week.to_string(),
        id.revision,
        &account_ids,
        &names,
        &ordinals,
        &rows
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("add the rows of the snapshot"))?;
    Ok(())
}

/// A review as it is stored.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Its week and revision.
    pub id: ReviewId,
    /// The canonical text, byte for byte.
    pub canonical: String,
    /// The hash that was stored with it.
    pub sha256: String,
    /// The text, read.
    pub snapshot: Snapshot,
}

/// A review with the rows of the accounts in view.
pub async fn find(
    connection: &mut PgConnection,
    scope: &AccountScope,
    id: ReviewId,
) -> Result<Option<(Stored, Sections)>, StoreError> {
    let Some(stored) = stored(connection, scope, id).await? else { return Ok(None) };
    let rows = sqlx::query!(
        r#"
        select
            account_id,
            section,
            row
        from review_snapshot_row
        where origin = $1
          and review_id = $2
          and revision = $3
        order by account_id, section, ordinal
        "#,
        scope.origin().as_str(),
        id.week.to_string(),
        id.revision
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the rows of the snapshot"))?;
    let mut sections = Sections::new();
    for row in rows {
        sections.entry((row.account_id, row.section)).or_default().push(row.row);
    }
    Ok(Some((stored, sections)))
}

/// A review's snapshot without its rows.
pub async fn stored(
    connection: &mut PgConnection,
    scope: &AccountScope,
    id: ReviewId,
) -> Result<Option<Stored>, StoreError> {
    let row = sqlx::query!(
        r#"
        select
            canonical,
            sha256::text as "sha256!"
        from review_snapshot
        where origin = $1
          and review_id = $2
          and revision = $3
        "#,
        scope.origin().as_str(),
        id.week.to_string(),
        id.revision
    )
    .fetch_optional(connection)
    .await
    .map_err(StoreError::on("read the review"))?;
    row.map(|row| {
        let snapshot = read(&row.canonical, id)?;
        Ok(Stored { id, canonical: row.canonical, sha256: row.sha256, snapshot })
    })
    .transpose()
}

/// A review in the list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The review.
    pub stored: Stored,
    /// The first signature: name and moment.
    pub signed: Option<(String, DateTime<Utc>)>,
    /// Actions to do.
    pub actions_open: i64,
    /// Actions done or dropped.
    pub actions_closed: i64,
}

/// Every revision of every review, latest week and revision first.
pub async fn list(connection: &mut PgConnection, scope: &AccountScope) -> Result<Vec<Listed>, StoreError> {
    let rows = sqlx::query!(
        r#"
        select
            r.review_id,
            r.revision,
            s.canonical,
            s.sha256::text as "sha256!",
            signature.signed_by as "signed_by?",
            signature.signed_at as "signed_at?",
            actions.open as "open!",
            actions.closed as "closed!"
        from review r
        join review_snapshot s
            on s.origin = r.origin and s.review_id = r.review_id and s.revision = r.revision
        left join lateral (
            select
                o.signed_by,
                o.signed_at
            from review_sign_off o
            where o.origin = r.origin and o.review_id = r.review_id and o.revision = r.revision
            order by o.signed_at
            limit 1
        ) signature on true
        cross join lateral (
            select
                count(*) filter (where a.status in ('todo', 'doing')) as open,
                count(*) filter (where a.status in ('done', 'dropped')) as closed
            from review_action a
            where a.origin = r.origin and a.review_id = r.review_id and a.revision = r.revision
        ) actions
        where r.origin = $1
        order by r.period_from desc, r.revision desc
        "#,
        scope.origin().as_str()
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the reviews"))?;
    rows.into_iter()
        .map(|row| {
            let id = review_id(&row.review_id, row.revision)?;
            let snapshot = read(&row.canonical, id)?;
            Ok(Listed {
                stored: Stored { id, canonical: row.canonical, sha256: row.sha256, snapshot },
                signed: row.signed_by.zip(row.signed_at),
                actions_open: row.open,
                actions_closed: row.closed,
            })
        })
        .collect()
}

/// The Mondays of weeks before `today`'s that anything ran in and nobody has reviewed, latest first, at most twelve.
pub async fn unreviewed_weeks(
    connection: &mut PgConnection,
    scope: &AccountScope,
    today: NaiveDate,
) -> Result<Vec<IsoWeek>, StoreError> {
    let mondays = sqlx::query_scalar!(
        r#"
        -- from one week to the one before it in which anything ran, until there are enough
        with recursive week as (
            select date_trunc('week', $2::date)::date as monday, false as is_waiting, 0 as found
            union all
            select earlier.monday, earlier.is_waiting, w.found + earlier.is_waiting::int
            from week w
            cross join lateral (
                select
                    ran.monday,
                    not exists (
                        select
                        from review r
                        where r.origin = $1
                          and r.period_from = ran.monday
                    ) as is_waiting
                from (
                    select date_trunc('week', max(newest.day))::date as monday
                    from account a
                    cross join lateral (
                        select o.day
                        from org_day o
                        join estimate e on e.estimate_id = o.estimate_id and e.is_active
                        where o.account_id = a.account_id
                          and o.day < w.monday
                        order by o.day desc
                        limit 1
                    ) newest
                ) ran
            ) earlier
            where w.found < 12
              and earlier.monday is not null
        )
        select monday as "monday!"
        from week
        where is_waiting
        order by monday desc
        "#,
        scope.origin().as_str(),
        today
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("look for weeks without a review"))?;
    Ok(mondays.into_iter().map(IsoWeek::containing).collect())
}

/// Whether the database refused because somebody else did the same or changed what was read.
pub fn is_conflict(error: &StoreError) -> bool {
    let StoreError::Query { source: sqlx::Error::Database(error), .. } = error else { return false };
    error.is_unique_violation() || error.code().as_deref() == Some("40001")
}

fn read(canonical: &str, id: ReviewId) -> Result<Snapshot, StoreError> {
    serde_json::from_str(canonical).map_err(|error| StoreError::Corrupt(format!("snapshot of review {id}: {error}")))
}

fn review_id(week: &str, revision: i32) -> Result<ReviewId, StoreError> {
    let week = IsoWeek::parse(week).ok_or_else(|| StoreError::Corrupt(format!("review id {week}")))?;
    Ok(ReviewId { week, revision })
}
