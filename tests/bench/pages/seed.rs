//! A ledger of years: one day is read from a simulated AWS and estimated by the real pipeline; its rows are then moved back
//! day by day, for AWS itself would not tell of so many.

use anyhow::{Context as _, Result, ensure};
use aws_simulator::Simulator;
use chrono::{DateTime, Duration, Utc};
use server::aws::{Client, Credentials, Endpoints, Limits, Settings};
use server::ingest::progress::Progress;
use server::ingest::{self, Money, Options, Source};
use server::pipeline;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use crate::{Place, REGION, whole};

/// Days of which points and their statistics are there; no page asks for more of them at once.
const DAYS_OF_POINTS: i64 = 30;

/// Reads the day before the fleet's last; what counts as now.
pub async fn read_a_day(place: &Place, endpoints: u32) -> Result<DateTime<Utc>> {
    let fleet = whole::fleet(endpoints);
    let key = fleet.accounts.first().context("the fleet has an account")?.access_key_id();
    let now = fleet.now;
    let simulator = Simulator::start(fleet, 0).await?;
    let settings = Settings {
        endpoints: Endpoints { all: Some(simulator.endpoint_url()), ..Endpoints::default() },
        credentials: Credentials::Fixed { key, secret: "test".to_owned() },
        limits: Limits::unlimited(),
    };
    let source = Source {
        scope: place.scope.clone(),
        account_id: place.account_id,
        clients: vec![Client::new(&settings, REGION).await],
        money: Money::default(),
    };
    let midnight = now.date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
    let options = Options::new(midnight - Duration::days(1), midnight + Duration::hours(1), now);
    let summary = ingest::read(&place.database, std::slice::from_ref(&source), &options, &Progress::default()).await?;
    ensure!(summary.windows_left == 0 && summary.errors.is_empty(), "{summary:?}");
    pipeline::bring_up_to_date(&place.database, &place.scope, now).await?;
    simulator.shutdown().await;
    Ok(now)
}

/// Moves the day that was read back until there are so many days; `known` are there.
pub async fn deepen(place: &Place, known: i64, days: i64) -> Result<()> {
    let mut transaction = place.scope.begin(&place.database.ingest).await?;
    let day: chrono::NaiveDate =
        sqlx::query_scalar("select max(day) - 1 from ledger_day").fetch_one(&mut *transaction).await?;
    if known == 1 {
        for statement in [
            "update resource set created_at = created_at - interval '1200 days'",
            "update capacity_span c set from_at = from_at - interval '1200 days' where from_at = (select min(o.from_at) \
             from capacity_span o where o.account_id = c.account_id and o.entity_id = c.entity_id)",
        ] {
            transaction.execute(statement).await?;
        }
    }
    for (table, columns) in [
        ("usage_day", &["day"][..]),
        ("footprint_day", &["day"]),
        ("ledger_day", &["day"]),
        ("org_day", &["day"]),
        ("window_ledger", &["window_start", "window_end"]),
        ("metric_stats", &["hour"]),
    ] {
        let last = if table == "metric_stats" { days.min(DAYS_OF_POINTS) } else { days };
        let of_day = match table {
            "window_ledger" => format!(
                "window_start = '{day}'::timestamp at time zone 'UTC' and window_end = window_start + interval '1 day'"
            ),
            "metric_stats" => format!("(hour at time zone 'UTC')::date = '{day}'"),
            _ => format!("day = '{day}'"),
        };
        let all: Vec<(String, String)> = sqlx::query_as(
            "select attname::text, format_type(atttypid, atttypmod) from pg_attribute
             where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum",
        )
        .bind(table)
        .fetch_all(&mut *transaction)
        .await?;
        let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
        let moved = all.iter().map(|(name, kind)| {
            if columns.contains(&name.as_str()) {
                format!("({name} - back.by * interval '1 day')::{kind}")
            } else {
                name.clone()
            }
        });
        let (names, moved) = (names.join(", "), moved.collect::<Vec<_>>().join(", "));
        let statement = format!(
            "insert into {table} ({names}) select {moved} from {table}, generate_series({known}, {}) as back (by) where {of_day} \
             on conflict do nothing",
            last - 1
        );
        transaction.execute(AssertSqlSafe(statement)).await.with_context(|| format!("moving the rows of {table}"))?;
    }
    transaction.commit().await?;
    PgConnection::connect(&place.url).await?.execute("vacuum analyze").await?;
    Ok(())
}

/// Rows of the ledger, and bytes of the database.
pub async fn size(place: &Place) -> Result<(i64, i64)> {
    let mut look = place.scope.begin(&place.database.ingest).await?;
    let size = sqlx::query_as("select (select count(*) from ledger_day), pg_database_size(current_database())");
    Ok(size.fetch_one(&mut *look).await?)
}
