//! How many statements a page takes: few, and no more for a fleet that is larger.

use std::collections::BTreeMap;

use sqlx::{Connection as _, Executor as _, PgConnection};

use crate::site::Site;

/// The most statements that show something on a page; a transaction's own are not among them.
const MOST: i64 = 8;
/// How often the larger fleet holds each job and endpoint of the small one.
const TIMES: usize = 5;

/// Calls so far.
const CALLS: &str = "-- uncounted
    select coalesce(sum(s.calls), 0)::bigint
    from pg_stat_statements s
    join pg_database d on d.oid = s.dbid
    where d.datname = current_database()
      -- nor is the question whether the page was made already
      and s.query !~* '^(begin|commit|rollback|set |select set_config|select pg_current_snapshot|-- uncounted)'";

/// How often Postgres forgot statements for want of room.
const FORGOTTEN: &str = "-- uncounted
    select dealloc from pg_stat_statements_info";

/// Statements of each page that the routes name, counted by Postgres.
async fn counted(site: &Site) -> BTreeMap<&'static str, i64> {
    let mut look = PgConnection::connect(&site.test.url).await.unwrap();
    look.execute("select from pg_stat_statements limit 1").await.expect(
        "the server counts statements: run `cargo xtask test`, whose Postgres does, or preload pg_stat_statements, create \
         the extension in template1 and grant pg_read_all_stats to the login",
    );
    let mut counted = BTreeMap::new();
    for (pattern, path) in site.examples().await {
        // What a connection asks of the catalogue once is no part of a page.
        for _ in 0..3 {
            site.arrive_anew(&path).await;
        }
        // All tests share the server's room for statements: what is forgotten meanwhile is no count.
        let calls = loop {
            // Outermost, for counting itself takes long enough to be forgotten in.
            let forgotten: i64 = sqlx::query_scalar(FORGOTTEN).fetch_one(&mut look).await.unwrap();
            let before: i64 = sqlx::query_scalar(CALLS).fetch_one(&mut look).await.unwrap();
            let (status, _) = site.arrive_anew(&path).await;
            assert_eq!(status, 200, "{path}");
            let after: i64 = sqlx::query_scalar(CALLS).fetch_one(&mut look).await.unwrap();
            if forgotten == sqlx::query_scalar::<_, i64>(FORGOTTEN).fetch_one(&mut look).await.unwrap() {
                break after - before;
            }
        };
        counted.insert(pattern, calls);
    }
    counted
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_takes_few_statements_however_large_the_fleet() {
    let small = counted(&Site::new().await).await;
    let large = counted(&Site::of_many(TIMES).await).await;
    let too_many: Vec<_> = small.iter().filter(|(_, calls)| **calls > MOST).collect();
    assert!(too_many.is_empty(), "more than {MOST} statements: {too_many:?}");
    let grown: Vec<_> = large.iter().filter(|(pattern, calls)| small.get(*pattern) != Some(calls)).collect();
    assert!(grown.is_empty(), "another number of statements for {TIMES} times the fleet: {grown:?} of {small:?}");
    assert!(small.values().filter(|calls| **calls > 2).count() > 10, "{small:?}");
}
