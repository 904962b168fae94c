//! What a page does when a part of it cannot be read: it says so there, and the rest stands.

use std::collections::BTreeMap;

use scraper::{Html, Selector};
use sqlx::{Connection as _, PgConnection};

use crate::site::{ALL, Site};

const REFUSED: &str = "This part could not be read.";

/// The headings of the parts that say they could not be read.
fn broken_parts(page: &Html) -> Vec<String> {
    let (panel, heading) = (Selector::parse("section.panel").unwrap(), Selector::parse("h2").unwrap());
    page.select(&panel)
        .filter(|panel| panel.text().any(|text| text.contains(REFUSED)))
        .map(|panel| panel.select(&heading).flat_map(|heading| heading.text()).collect())
        .collect()
}

/// The words of a page below its frame, but for the minute at which it was read.
fn words(page: &Html) -> String {
    let main = page.select(&Selector::parse("main").unwrap()).next().expect("a page has a main part");
    let mut words: Vec<&str> = main.text().flat_map(str::split_whitespace).collect();
    if let Some(at) = words.windows(6).position(|six| six[0] == "read" && six[5] == "UTC") {
        words.drain(at..at + 6);
    }
    words.join(" ")
}

fn count(page: &Html, selector: &str) -> usize {
    page.select(&Selector::parse(selector).unwrap()).count()
}

/// A login that may change what others may read.
struct Keeper(PgConnection);

impl Keeper {
    async fn of(site: &Site) -> Self {
        Self(PgConnection::connect(&site.test.url).await.unwrap())
    }

    async fn refuse(&mut self, table: &str) {
        self.run(format!("revoke select on {table} from wattledger_web")).await;
    }

    async fn admit(&mut self, table: &str) {
        self.run(format!("grant select on {table} to wattledger_web")).await;
    }

    async fn run(&mut self, statement: String) {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut self.0).await.unwrap();
    }

    /// Everything that a page may read.
    async fn tables(&mut self) -> Vec<String> {
        sqlx::query_scalar(
            "select table_name::text from information_schema.role_table_grants
             where grantee = 'wattledger_web' and privilege_type = 'SELECT' and table_schema = 'public' order by 1",
        )
        .fetch_all(&mut self.0)
        .await
        .unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_source_that_fails_leaves_the_rest_of_a_page_as_it_was() {
    let site = Site::new().await;
    let mut keeper = Keeper::of(&site).await;
    let known = site.known().await;
    let (overview, endpoint) = (format!("/?{ALL}"), format!("/endpoints/{}?{ALL}", known.endpoint));
    let (before, endpoint_before) = (site.page(&overview).await, site.page(&endpoint).await);
    assert_eq!((broken_parts(&before), broken_parts(&endpoint_before)), (Vec::new(), Vec::new()));

    keeper.refuse("alarm_change").await;
    let answer = site.get_with(&overview, "cookie", "visit=1").await;
    assert_eq!(answer.status(), 200);
    let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    let (request, kept, cache) = (header("x-request-id").unwrap(), header("cache-control").unwrap(), header("x-cache"));
    assert_eq!((kept.as_str(), cache), ("no-store", None), "nobody keeps a page with a hole in it");
    let page = Html::parse_document(&answer.text().await.unwrap());
    assert_eq!(broken_parts(&page), ["Review", "Now"]);
    for standing in [".card", "#changed", "#top-jobs", "#top-endpoints", "figure"] {
        assert_eq!(count(&page, standing), count(&before, standing), "{standing}");
        assert!(count(&page, standing) > 0, "{standing}");
    }
    let said = page.select(&Selector::parse(".banner").unwrap()).flat_map(|each| each.text()).collect::<String>();
    assert!(said.contains("Could not be read: what is wanted and what needs somebody now."), "{said}");
    assert!(said.contains(&request), "the request of the log is named: {said}");

    let (status, text) = site.arrive_anew(&endpoint).await;
    let page = Html::parse_document(&text);
    assert_eq!(status, 200, "{text}");
    assert_eq!(broken_parts(&page), ["Scaling, answers, alarms and security"]);
    for standing in ["#demand-and-capacity", "#variants", "#ledger", "#configuration"] {
        assert_eq!(count(&page, standing), count(&endpoint_before, standing), "{standing}");
        assert!(count(&page, standing) > 0, "{standing}");
    }

    keeper.admit("alarm_change").await;
    let (_, text) = site.arrive_anew(&overview).await;
    assert_eq!(words(&Html::parse_document(&text)), words(&before));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_is_silently_another_one_when_a_table_cannot_be_read() {
    let site = Site::new().await;
    let mut keeper = Keeper::of(&site).await;
    let known = site.known().await;
    let addresses = [
        format!("/?{ALL}"),
        format!("/jobs/{}?{ALL}", known.job),
        format!("/endpoints/{}?{ALL}", known.endpoint),
        format!("/trends?{ALL}"),
    ];
    let mut whole = BTreeMap::new();
    for address in &addresses {
        whole.insert(address, words(&site.page(address).await));
    }
    let mut ends: BTreeMap<&str, usize> = BTreeMap::new();
    for table in keeper.tables().await {
        keeper.refuse(&table).await;
        for address in &addresses {
            let (status, text) = site.arrive_anew(address).await;
            let page = Html::parse_document(&text);
            let end = match (status, broken_parts(&page).is_empty()) {
                (500, _) => "an error page",
                (200, false) => {
                    assert!(text.contains("Could not be read: "), "{address} without {table}");
                    "a part that says so"
                }
                (200, true) if text.contains("Could not be read: ") => "a figure that says so",
                (200, true) => {
                    assert_eq!(words(&page), whole[address], "{address} without {table}");
                    "the same page"
                }
                (status, _) => panic!("{address} without {table} answers {status}: {text}"),
            };
            *ends.entry(end).or_default() += 1;
        }
        keeper.admit(&table).await;
    }
    println!("without one table each, pages end as: {ends:?}");
    for end in ["a part that says so", "the same page"] {
        assert!(ends.get(end).is_some_and(|count| *count >= 5), "{ends:?}");
    }
}
