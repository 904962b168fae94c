//! What the catalogue says of the schema: that accounts can be spread over machines, and time over partitions, as it is.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use crate::support::TestDatabase;

/// A rule is a statement that lists what breaks it.
const RULES: [(&str, &str); 5] = [
    (
        "a unique index of a table of accounts holds the account",
        // `account` itself is what is counted; phases belong to their run and promises to their review.
        "select c.relname || '.' || i.relname
         from pg_index x
         join pg_class c on c.oid = x.indrelid
         join pg_class i on i.oid = x.indexrelid
         where x.indisunique and c.relnamespace = 'public'::regnamespace and c.relname not in ('account', 'ingest_run_phase', 'review_action')
           and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'account_id' and not a.attisdropped)
           and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'account_id'
               and a.attnum = any (x.indkey::int2[]))",
    ),
    (
        "a unique index of a fact table holds its time bucket",
        "select c.relname || '.' || i.relname
         from pg_index x
         join pg_class c on c.oid = x.indrelid
         join pg_class i on i.oid = x.indexrelid
         where x.indisunique and c.relnamespace = 'public'::regnamespace
           and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'account_id')
           and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = any ($buckets$) and a.attnotnull
               and c.relname = any ($facts$))
           and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = any ($buckets$)
               and a.attnum = any (x.indkey::int2[]))",
    ),
    (
        "what refers to rows of an account refers to the account with them",
        "select k.conrelid::regclass || '.' || k.conname
         from pg_constraint k
         join pg_attribute a on a.attrelid = k.confrelid and a.attname = 'account_id' and not a.attisdropped
         where k.contype = 'f' and k.connamespace = 'public'::regnamespace and not a.attnum = any (k.confkey)",
    ),
    (
        "no number of a fact is given out by one machine",
        "select c.relname || '.' || a.attname
         from pg_attribute a
         join pg_class c on c.oid = a.attrelid
         left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not a.attisdropped
           and (a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) like 'nextval%')
           and c.relname not in ('account', 'factor_set', 'estimate', 'factor_proposal')",
    ),
    (
        "nothing that other engines lack: triggers, exclusion, deferred checks, rules",
        "select t.tgrelid::regclass || '.' || t.tgname from pg_trigger t where not t.tgisinternal
         union all
         select k.conrelid::regclass || '.' || k.conname from pg_constraint k
         where k.connamespace = 'public'::regnamespace and (k.contype = 'x' or k.condeferrable)
         union all
         select r.ev_class::regclass || '.' || r.rulename from pg_rewrite r
         join pg_class c on c.oid = r.ev_class
         where c.relnamespace = 'public'::regnamespace and c.relkind <> 'v'",
    ),
];

/// Tables that grow with time, each with a bucket.
const FACTS: [&str; 11] = [
    "metric_hour",
    "metric_hour_stats",
    "measured_hour",
    "usage_day",
    "footprint_day",
    "ledger_day",
    "stale_day",
    "billed_day",
    "reported_month",
    "window_ledger",
    "window_reopened",
];
const BUCKETS: [&str; 4] = ["hour", "day", "month", "window_start"];

async fn broken(connection: &mut PgConnection, rule: &str) -> Vec<String> {
    let list = |words: &[&str]| format!("array['{}']::name[]", words.join("', '"));
    let statement = rule.replace("$buckets$", &list(&BUCKETS)).replace("$facts$", &list(&FACTS));
    let mut found: Vec<String> = sqlx::query_scalar(AssertSqlSafe(statement)).fetch_all(connection).await.expect(rule);
    found.sort();
    found
}

#[tokio::test]
async fn accounts_and_time_can_be_spread() {
    let test = TestDatabase::new().await;
    let mut connection = PgConnection::connect(&test.url).await.unwrap();
    // A month of metrics, so that a partition is looked at as well.
    connection.execute("select ensure_metric_partition('2026-11-01')").await.unwrap();
    for (words, rule) in RULES {
        assert_eq!(broken(&mut connection, rule).await, [""; 0], "{words}");
    }
    let bucketed: i64 = sqlx::query_scalar(AssertSqlSafe(format!(
        "select count(distinct c.relname) from pg_class c join pg_attribute a on a.attrelid = c.oid
         where c.relname in ('{}') and a.attname in ('{}')",
        FACTS.join("', '"),
        BUCKETS.join("', '")
    )))
    .fetch_one(&mut connection)
    .await
    .unwrap();
    assert_eq!(usize::try_from(bucketed).unwrap(), FACTS.len(), "every fact table was looked at");
}

#[tokio::test]
async fn each_rule_finds_what_breaks_it() {
    let test = TestDatabase::new().await;
    let mut connection = PgConnection::connect(&test.url).await.unwrap();
    let sins = [
        "create table sin (account_id int not null, n int unique)",
        "create unique index sin on usage_day (account_id, entity_id)",
        "create table sin (account_id int not null, n int not null, unique (n));
         create table worse (account_id int not null, n int references sin (n))",
        "create table sin (n int generated always as identity)",
        "create table sin (account_id int primary key deferrable)",
    ];
    for ((words, rule), sin) in RULES.into_iter().zip(sins) {
        let mut transaction = connection.begin().await.unwrap();
        transaction.execute(AssertSqlSafe(sin)).await.unwrap();
        assert!(!broken(&mut transaction, rule).await.is_empty(), "{words}: {sin}");
        transaction.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn no_statement_is_compiled_whatever_the_server_is_set_to() {
    let database = TestDatabase::new().await.database;
    for pool in [&database.web, &database.ingest] {
        // What a test's own server is set to would prove nothing: the connection itself must say it.
        let setting: (String, String) =
            sqlx::query_as("select setting, source from pg_settings where name = 'jit'").fetch_one(pool).await.unwrap();
        assert_eq!(setting, ("off".to_owned(), "client".to_owned()));
    }
}
