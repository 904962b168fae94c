//! Packed hours of metric points.

use std::fmt::Display;

use chrono::{DateTime, Datelike as _, Months, NaiveDate, Utc};
use sqlx::{Executor as _, PgConnection, PgPool};

use super::{AccountScope, StoreError, packed};

/// An entity whose series are to be read in a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alive {
    /// The entity.
    pub entity_id: i64,
    /// The word of a [`Kind`](crate::kind::Kind).
    pub kind: String,
    /// How an endpoint takes its requests; empty for others.
    pub hosting_option: String,
    /// Name of the job or endpoint.
    pub name: String,
    /// Instance group or variant.
    pub part: String,
    /// Number of its first host within the job.
    pub first_host: i32,
    /// The most instances it had in the window.
    pub instances: i32,
    /// What CloudWatch calls its hosts, where that does not follow from its name.
    pub hosts: Vec<String>,
    /// The instance type (of its last span in the window).
    pub instance_type: String,
}

/// The entities that had capacity in `[from, to)`, and when that list was read.
pub async fn alive(
    pool: &PgPool,
    scope: &AccountScope,
    account_id: i32,
    region: &str,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    only: Option<&[i64]>,
) -> Result<(Vec<Alive>, DateTime<Utc>), StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let watermark = sqlx::query_scalar!(r#"select now() as "now!""#)
        .fetch_one(&mut *transaction)
        .await
        .map_err(StoreError::on("read the clock"))?;
    let entities = sqlx::query_as!(
        Alive,
        r#"
        select
            e.entity_id,
            r.kind,
            r.hosting_option,
            r.name,
            e.part,
            e.first_host,
            max(s.instance_count) as "instances!",
            array(
                select h.host
                from entity_host h
                where h.account_id = $1
                  and h.entity_id = e.entity_id
                order by h.host
            ) as "hosts!",
            (array_agg(s.instance_type order by s.from_at desc))[1] as "instance_type!"
        from entity e
        join resource r on r.account_id = e.account_id and r.resource_id = e.resource_id
        join capacity_span s on s.account_id = e.account_id and s.entity_id = e.entity_id
        where e.account_id = $1
          and r.region = $2
          and s.from_at < $4
          and coalesce(s.to_at, 'infinity'::timestamptz) > $3
          and ($5::bigint[] is null or e.entity_id = any ($5))
        group by e.entity_id, r.kind, r.hosting_option, r.name, e.part, e.first_host
        order by e.entity_id
        "#,
        account_id,
        region,
        from,
        to,
        only
    )
    .fetch_all(&mut *transaction)
    .await
    .map_err(StoreError::on("list what ran in the window"))?;
    Ok((entities, watermark))
}

/// Entities alive in the window that are not in `read`: they came while it was being fetched.
pub async fn alive_but_unread(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    read: &[i64],
) -> Result<Vec<i64>, StoreError> {
    sqlx::query_scalar!(
        r#"
        select distinct e.entity_id
        from entity e
        join resource r on r.account_id = e.account_id and r.resource_id = e.resource_id
        join capacity_span s on s.account_id = e.account_id and s.entity_id = e.entity_id
        where e.account_id = $1
          and r.region = $2
          and s.from_at < $4
          and coalesce(s.to_at, 'infinity'::timestamptz) > $3
          and e.entity_id <> all ($5)
        order by e.entity_id
        "#,
        account_id,
        region,
        from,
        to,
        read
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("list what came late"))
}

/// How much of a kind is alive in some windows, a resource counted once in each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crowd {
    /// The word of a [`Kind`](crate::kind::Kind).
    pub kind: String,
    /// How endpoints take their requests; empty for others.
    pub hosting_option: String,
    /// Parts.
    pub parts: i64,
    /// Their instances.
    pub instances: i64,
    /// Hosts with a name of their own.
    pub hosts: i64,
}

/// What is alive in the windows `[start, end)` of a region, as far as it is known.
pub async fn crowd(
    connection: &mut PgConnection,
    account_id: i32,
    region: &str,
    windows: &[(DateTime<Utc>, DateTime<Utc>)],
) -> Result<Vec<Crowd>, StoreError> {
    let (starts, ends): (Vec<_>, Vec<_>) = windows.iter().copied().unzip();
    sqlx::query_as!(
        Crowd,
        r#"
        with alive as (
            select
                w.window_start,
                r.kind,
                r.hosting_option,
                e.entity_id,
                max(c.instance_count) as instances,
                (
                    select count(*)
                    from entity_host h
                    where h.account_id = $1
                      and h.entity_id = e.entity_id
                ) as hosts
            from unnest($3::timestamptz[], $4::timestamptz[]) as w (window_start, window_end)
            join capacity_span c
                on c.account_id = $1
                and c.from_at < w.window_end
                and coalesce(c.to_at, 'infinity'::timestamptz) > w.window_start
            join entity e on e.account_id = c.account_id and e.entity_id = c.entity_id
            join resource r on r.account_id = e.account_id and r.resource_id = e.resource_id
            where r.region = $2
            group by w.window_start, r.kind, r.hosting_option, e.entity_id
        )
        select
            kind,
            hosting_option,
            count(*) as "parts!",
            coalesce(sum(instances), 0)::bigint as "instances!",
            coalesce(sum(hosts), 0)::bigint as "hosts!"
        from alive
        group by kind, hosting_option
        order by kind, hosting_option
        "#,
        account_id,
        region,
        &starts,
        &ends
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("count what ran in the windows"))
}

/// A row of `metric_hour` on its way in; arrays in the order of [`COLUMNS`].
#[derive(Debug, Clone, PartialEq)]
pub struct HourRow {
    /// Entity.
    pub entity_id: i64,
    /// Host, or empty.
    pub host: String,
    /// `u`, utilisation, or `i`, invocations.
    pub family: char,
    /// Start of the hour.
    pub hour: DateTime<Utc>,
    /// Cells, by the column they belong to.
    pub cells: Vec<(&'static str, Vec<Option<f64>>)>,
}

/// The array columns, in the order of the copy.
pub const COLUMNS: [&str; 10] = [
    "cpu_pct",
    "memory_pct",
    "gpu_pct",
    "gpu_memory_pct",
    "disk_pct",
    "samples",
    "invocations",
    "errors_4xx",
    "errors_5xx",
    "latency_us",
];

/// What a merge changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// Rows that were new or differed.
    pub written: u64,
    /// Rows whose earlier content was replaced by other content.
    pub restated: u64,
    /// Entities with at least one written row.
    pub entities: Vec<i64>,
}

impl Merged {
    /// Adds what another merge of the same window changed.
    pub fn add(&mut self, other: Self) {
        self.written += other.written;
        self.restated += other.restated;
        self.entities.extend(other.entities);
    }
}

/// Adds the months of `[from, to]` where they are missing. A month is added before windows are committed side by side, for
/// adding one waits for all of them.
pub async fn ensure_months(pool: &PgPool, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<(), StoreError> {
    let begin = from.date_naive().with_day(1).unwrap_or(from.date_naive());
    for month in (0..).map_while(|months| begin.checked_add_months(Months::new(months))) {
        if month > to.date_naive() {
            break;
        }
        sqlx::query!("select ensure_metric_partition($1)", month)
            .execute(pool)
            .await
            .map_err(StoreError::on("add a month to the metrics"))?;
    }
    Ok(())
}

/// Copies the rows beside the table and merges what is new or different; a finer period replaces a coarser one.
pub async fn merge(
    connection: &mut PgConnection,
    account_id: i32,
    period_s: i32,
    rows: &[HourRow],
    completed_before: bool,
) -> Result<Merged, StoreError> {
    if rows.is_empty() {
        return Ok(Merged::default());
    }
    let mut months: Vec<NaiveDate> = rows.iter().map(|row| row.hour.date_naive()).collect();
    months.sort_unstable();
    months.dedup_by_key(|day| day.format("%Y-%m").to_string());
    for month in months {
        sqlx::query!("select ensure_metric_partition($1)", month)
            .execute(&mut *connection)
            .await
            .map_err(StoreError::on("add a month to the metrics"))?;
    }
    // A temporary table is unknown when the crate compiles, hence the unchecked form; the text is constant.
    connection
        .execute("create temporary table incoming (like metric_hour) on commit drop")
        .await
        .map_err(StoreError::on("prepare the merge"))?;
    let mut copy = connection
        .copy_in_raw(
            "copy incoming (account_id, entity_id, host, family, hour, period_s, cpu_pct, memory_pct, gpu_pct, \
             gpu_memory_pct, disk_pct, samples, invocations, errors_4xx, errors_5xx, latency_us) from stdin",
        )
        .await
        .map_err(StoreError::on("copy the points"))?;
    let text = copy_text(account_id, period_s, rows);
    copy.send(text.into_bytes()).await.map_err(StoreError::on("copy the points"))?;
    copy.finish().await.map_err(StoreError::on("copy the points"))?;
    let restated = restate_changed(connection, completed_before).await?;
    let entities: Vec<i64> =
        sqlx::query_scalar(MERGE).fetch_all(&mut *connection).await.map_err(StoreError::on("merge the points"))?;
    let written = u64::try_from(entities.len()).unwrap_or(u64::MAX);
    let mut entities = entities;
    entities.sort_unstable();
    entities.dedup();
    // One transaction may merge more than once.
    connection.execute("drop table incoming").await.map_err(StoreError::on("finish the merge"))?;
    Ok(Merged { written, restated, entities })
}

const MERGE: &str = r"
    insert into metric_hour as m
    select *
    from incoming
    on conflict (account_id, entity_id, host, family, hour) do update set
        period_s = excluded.period_s,
        cpu_pct = excluded.cpu_pct,
        memory_pct = excluded.memory_pct,
        gpu_pct = excluded.gpu_pct,
        gpu_memory_pct = excluded.gpu_memory_pct,
        disk_pct = excluded.disk_pct,
        samples = excluded.samples,
        invocations = excluded.invocations,
        errors_4xx = excluded.errors_4xx,
        errors_5xx = excluded.errors_5xx,
        latency_us = excluded.latency_us
    -- a finer period replaces a coarser one, never the reverse
    where m.period_s >= excluded.period_s
      and (m.period_s, m.cpu_pct, m.memory_pct, m.gpu_pct, m.gpu_memory_pct, m.disk_pct, m.samples,
           m.invocations, m.errors_4xx, m.errors_5xx, m.latency_us)
          is distinct from
          (excluded.period_s, excluded.cpu_pct, excluded.memory_pct, excluded.gpu_pct, excluded.gpu_memory_pct,
           excluded.disk_pct, excluded.samples, excluded.invocations, excluded.errors_4xx, excluded.errors_5xx,
           excluded.latency_us)
    returning m.entity_id";

const RESTATE: &str = r"
    insert into restatement (account_id, entity_id, hour, what, old, new, why, restated_at)
    select
        m.account_id,
        m.entity_id,
        m.hour,
        case m.family when 'u' then 'utilisation/' else 'invocation/' end || m.host,
        to_jsonb(m) - '{account_id,entity_id,host,family,hour}'::text[],
        to_jsonb(i) - '{account_id,entity_id,host,family,hour}'::text[],
        'CloudWatch answered otherwise when the window was read again',
        clock_timestamp()
    from incoming i
    join metric_hour m
      on m.account_id = i.account_id and m.entity_id = i.entity_id and m.host = i.host
     and m.family = i.family and m.hour = i.hour
    where m.period_s >= i.period_s
      and to_jsonb(m) is distinct from to_jsonb(i)";

/// Only what had been read whole can be restated; a window that broke off and is read again merely goes on.
async fn restate_changed(connection: &mut PgConnection, completed_before: bool) -> Result<u64, StoreError> {
    if !completed_before {
        return Ok(0);
    }
    let done = sqlx::query(RESTATE).execute(connection).await.map_err(StoreError::on("write the restatements"))?;
    Ok(done.rows_affected())
}

/// Rows in COPY's text format: hosts are escaped, cells are `{1.5,NULL}`, absent columns are `\N`.
fn copy_text(account_id: i32, period_s: i32, rows: &[HourRow]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(rows.len() * 400);
    for row in rows {
        // Writing into a String cannot fail.
        _ = write!(
            text,
            "{account_id}\t{}\t{}\t{}\t{}\t{period_s}",
            row.entity_id,
            escaped(&row.host),
            row.family,
            row.hour.to_rfc3339()
        );
        for column in COLUMNS {
            text.push('\t');
            match row.cells.iter().find(|(name, _)| *name == column) {
                None => text.push_str("\\N"),
                Some((_, cells)) => push_cells(&mut text, cells),
            }
        }
        text.push('\n');
    }
    text
}

fn push_cells(text: &mut String, cells: &[Option<f64>]) {
    use std::fmt::Write as _;
    text.push('{');
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        match cell {
            Some(value) => _ = write!(text, "{}", single(*value)),
            None => text.push_str("NULL"),
        }
    }
    text.push('}');
}

/// A cell as it is stored. What Postgres would refuse as too large or too small for it becomes the nearest that is kept.
fn single(value: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "24 bits are enough for a chart and a percentile")]
    let single = value as f32;
    single.clamp(f32::MIN, f32::MAX)
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
}

/// The statistics of an hour of one host and family: a row of `metric_stats`.
#[derive(Debug, Clone, PartialEq)]
pub struct StatsRow {
    /// Entity.
    pub entity_id: i64,
    /// Host, or empty.
    pub host: String,
    /// `u`, utilisation, or `i`, invocations.
    pub family: char,
    /// Start of the hour.
    pub hour: DateTime<Utc>,
    /// By the name of the metric.
    pub of: Vec<(&'static str, Figures)>,
}

/// What is kept of the points of an hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Points.
    pub n: i32,
    /// Their sum.
    pub sum: f64,
    /// The least, the greatest, median, 95th and 99th percentile.
    pub spread: [f64; 5],
}

/// The metrics of a family in the order of their elements, as `metric_names` of the database has them.
const fn names(family: char) -> &'static [&'static str] {
    match family {
        'u' => &["cpu_pct", "memory_pct", "gpu_pct", "gpu_memory_pct", "disk_pct", "samples", "power_w"],
        _ => &["invocations", "errors_4xx", "errors_5xx", "latency_us", "busy_s"],
    }
}

impl StatsRow {
    /// An array literal with an element for each metric of the family.
    fn array<V: Display>(&self, of: impl Fn(&Figures) -> V) -> String {
        let known = |name: &&str| self.of.iter().find(|(own, _)| own == name).map(|(_, figures)| of(figures));
        packed::literal(names(self.family).iter().map(known))
    }
}

/// Writes the statistics that are kept for ever.
pub async fn write_stats(connection: &mut PgConnection, account_id: i32, rows: &[StatsRow]) -> Result<(), StoreError> {
    let entity_id: Vec<i64> = rows.iter().map(|row| row.entity_id).collect();
    let host: Vec<String> = rows.iter().map(|row| row.host.clone()).collect();
    let family: Vec<String> = rows.iter().map(|row| row.family.to_string()).collect();
    let hour: Vec<DateTime<Utc>> = rows.iter().map(|row| row.hour).collect();
    let n: Vec<String> = rows.iter().map(|row| row.array(|figures| figures.n)).collect();
    let sum: Vec<String> = rows.iter().map(|row| row.array(|figures| figures.sum)).collect();
    let spread = |index: usize| -> Vec<String> {
        let of = |figures: &Figures| single(figures.spread.get(index).copied().unwrap_or_default());
        rows.iter().map(|row| row.array(of)).collect()
    };
    sqlx::query!(
        r#"
        insert into metric_stats as m (account_id, entity_id, host, family, hour, n, sum, min, max, p50, p95, p99)
        select
            $1, u.entity_id, u.host, u.family::"char", u.hour, u.n::int[], u.sum::float8[], u.min::real[],
            u.max::real[], u.p50::real[], u.p95::real[], u.p99::real[]
        from unnest($2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::text[],
                    $9::text[], $10::text[], $11::text[], $12::text[])
            as u (entity_id, host, family, hour, n, sum, min, max, p50, p95, p99)
        on conflict (account_id, entity_id, host, family, hour) do update set
            n = excluded.n,
            sum = excluded.sum,
            min = excluded.min,
            max = excluded.max,
            p50 = excluded.p50,
            p95 = excluded.p95,
            p99 = excluded.p99
        where (m.n, m.sum, m.min, m.max) is distinct from (excluded.n, excluded.sum, excluded.min, excluded.max)
        "#,
        account_id,
        &entity_id,
        &host,
        &family,
        &hour,
        &n,
        &sum,
        &spread(0),
        &spread(1),
        &spread(2),
        &spread(3),
        &spread(4)
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("write the hourly statistics"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_copy_text() {
        let row = HourRow {
            entity_id: 7,
            host: "a\tb\\".to_owned(),
            family: 'u',
            hour: DateTime::from_timestamp(0, 0).unwrap(),
            cells: vec![("memory_pct", vec![Some(1.5), None]), ("latency_us", vec![Some(1e300), Some(1e-300)])],
        };
        let expected = "1\t7\ta\\tb\\\\\tu\t1970-01-01T00:00:00+00:00\t300\t\\N\t{1.5,NULL}".to_owned()
            + &"\t\\N".repeat(7)
            + "\t{340282350000000000000000000000000000000,0}\n";
        assert_eq!(copy_text(1, 300, &[row]), expected);
    }
}
