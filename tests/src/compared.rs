//! What a period is compared with: the terms of a change add up to it for every kind of comparison, and what is not known
//! is never a fall or a rise.

use scraper::{ElementRef, Html, Selector};

use crate::site::{Site, WEEK};

const DAYS: &str = "from=2026-11-16&to=2026-11-22";
/// The week before, reviewed.
const BEFORE: &str = "2026-W46";

fn selector(text: &str) -> Selector {
    Selector::parse(text).unwrap()
}

fn text(page: &Html) -> String {
    page.root_element().text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One explained change: what it is of, the sum before, each term with its name, the sum after.
struct Change {
    id: String,
    before: f64,
    terms: Vec<(String, f64)>,
    after: f64,
}

impl Change {
    fn read(figure: ElementRef<'_>) -> Self {
        let rows: Vec<(String, f64)> = figure.select(&selector(".twin tbody tr")).map(row).collect();
        let [(_, before), terms @ .., (_, after)] = rows.as_slice() else { panic!("{rows:?}") };
        Self { id: figure.attr("id").unwrap().to_owned(), before: *before, terms: terms.to_vec(), after: *after }
    }

    /// What the terms leave unexplained, as a share of the larger sum.
    fn left_over(&self) -> f64 {
        let sum: f64 = self.terms.iter().map(|(_, change)| change).sum();
        (self.after - self.before - sum).abs() / self.before.abs().max(self.after.abs())
    }
}

/// The name of a row and its exact amount, which its tooltip begins with.
fn row(row: ElementRef<'_>) -> (String, f64) {
    let name = row.select(&selector("th")).next().unwrap().text().collect();
    let figure = row.select(&selector("td.number [title]")).next().unwrap().attr("title").unwrap();
    (name, figure.split(' ').next().unwrap().parse().unwrap_or_else(|_| panic!("{figure}")))
}

fn changes(page: &Html) -> Vec<Change> {
    page.select(&selector("section[aria-labelledby=changed] figure")).map(Change::read).collect()
}

/// The value of a card and the words below it.
fn card(page: &Html, label: &str) -> (f64, String) {
    let card = page
        .select(&selector(".card"))
        .find(|card| card.text().map(str::trim).find(|text| !text.is_empty()) == Some(label))
        .unwrap_or_else(|| panic!("no card says {label}"));
    let value = card.select(&selector("data")).next().unwrap().attr("value").unwrap().parse().unwrap();
    (value, card.text().collect())
}

/// The same ledger a week and a year before, with twice the hours, money and energy wherever nothing ran.
async fn live_before(site: &Site) {
    for table in ["org_day", "ledger_day"] {
        for days in [7, 364] {
            let copy = format!(
                "insert into {table} select (jsonb_populate_record(null::{table}, to_jsonb(l) || jsonb_build_object(
                    'day', l.day - {days}, 'instance_seconds', l.instance_seconds * 2, 'cost_list', l.cost_list * 2,
                    'facility_uwh', l.facility_uwh * 2, 'operational_ug', l.operational_ug * 2))).* from {table} l
                where l.day >= '2026-11-01' on conflict do nothing"
            );
            assert!(change(site, copy).await > 10, "{table} {days} days before");
        }
    }
}

/// Something is learned of the week before: it cost a tenth more.
async fn restate(site: &Site) {
    for table in ["org_day", "ledger_day"] {
        let dearer =
            format!("update {table} set cost_list = cost_list * 1.1 where day between '2026-11-09' and '2026-11-15'");
        assert!(change(site, dearer).await > 0, "{table}");
    }
}

/// Changes the ledger as its own writer may; how many rows.
async fn change(site: &Site, statement: String) -> u64 {
    let mut transaction = site.scope.begin(&site.test.database.ingest).await.unwrap();
    let done = sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
    done.rows_affected()
}

async fn freeze(site: &Site, week: &str) {
    let (status, _, page) = site.post("/reviews", &[("week", week), ("by", "Ada")]).await;
    assert_eq!(status, 303, "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_terms_add_up_for_every_kind_of_comparison_and_filter() {
    let site = Site::new().await;
    live_before(&site).await;
    freeze(&site, BEFORE).await;
    freeze(&site, WEEK).await;
    let mut tried = 0;
    for (against, days) in [("prev", "9–15 Nov 2026"), ("yoy", "17–23 Nov 2025"), ("review:2026-W46", BEFORE)] {
        for facet in ["", "&team=vision", "&team=!nlp", "&region=us-east-1"] {
            let path = format!("/?{DAYS}{facet}&cmp={against}");
            let page = site.page(&path).await;
            assert!(
                text(&page)
                    .contains(&format!("compared with {}", if against.starts_with("review") { "review " } else { "" })),
                "{path}"
            );
            assert!(text(&page).contains(days), "{path} does not say {days}");
            let changes = changes(&page);
            assert_eq!(changes.len(), 3, "{path}");
            for change in &changes {
                assert!(change.left_over() < 1e-9, "{} of {path}: {:?}", change.id, change.terms);
                assert!(change.before > 0.0 && change.after > 0.0, "{} of {path}", change.id);
                assert!(change.terms.iter().all(|(name, _)| name != "Restated"), "nothing was restated: {path}");
                tried += 1;
            }
            let (cost, _) = card(&page, "Cost");
            let explained = changes.iter().find(|change| change.id == "cost-changed").unwrap().after;
            assert!((cost - explained).abs() <= cost * 1e-9, "the card and what changed: {path}");
            // The trends of the same address stand beside the same sum.
            let trends = site.page(&format!("/trends?{DAYS}{facet}&cmp={against}")).await;
            let foot: Vec<f64> = trends
                .select(&selector("section[aria-labelledby=groups] tfoot td data"))
                .map(|data| data.attr("value").unwrap().parse().unwrap())
                .collect();
            let before = changes.iter().find(|change| change.id == "cost-changed").unwrap().before;
            assert!((foot[1] - before).abs() <= before * 1e-9, "{path}: {foot:?} {before}");
        }
    }
    assert_eq!(tried, 36);
    // A year before, everything was twice as much.
    let year = site.page(&format!("/?{DAYS}&cmp=yoy")).await;
    assert!(text(&year).contains("vs 17–23 Nov 2025"), "{}", text(&year));
    // A week beside its own review: the days overlap, and nothing changed.
    let same = changes(&site.page(&format!("/?{DAYS}&cmp=review:{WEEK}")).await);
    assert_eq!(same.len(), 3);
    for change in same {
        assert!((change.after - change.before).abs() <= change.after * 1e-9, "{}", change.id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_figure_stays_and_what_was_learned_since_is_a_term_of_its_own() {
    let site = Site::new().await;
    freeze(&site, BEFORE).await;
    freeze(&site, WEEK).await;
    let path = format!("/?{DAYS}&cmp=review:{BEFORE}");
    let cost = |changes: Vec<Change>| changes.into_iter().find(|change| change.id == "cost-changed").unwrap();
    let signed = cost(changes(&site.page(&path).await));
    let pair = format!("/reviews/{WEEK}/compare/{BEFORE}");
    let before = text(&site.page(&pair).await);
    assert!(before.contains("The ledger says the same of both weeks now"), "{before}");
    restate(&site).await;
    let page = site.page(&path).await;
    let now = cost(changes(&page));
    assert!((now.before - signed.before).abs() <= signed.before * 1e-9, "what was signed stays");
    let (name, restated) = &now.terms[0];
    assert_eq!(name, "Restated");
    assert!((restated - signed.before * 0.1).abs() <= signed.before * 1e-6, "{restated} of {}", signed.before);
    assert!(now.left_over() < 1e-9, "{:?}", now.terms);
    let (_, words) = card(&page, "Cost");
    assert!(words.contains("The review froze") && words.contains("now says"), "{words}");
    // Compared with the days alone, there is nothing signed to stand by.
    let days = cost(changes(&site.page(&format!("/?{DAYS}")).await));
    assert!((days.before - signed.before * 1.1).abs() <= signed.before * 1e-6 && days.left_over() < 1e-9);
    let narrowed = site.page(&format!("{path}&team=nlp")).await;
    assert!(text(&narrowed).contains("The review covers more than this filter shows"), "{}", text(&narrowed));
    let after = text(&site.page(&pair).await);
    assert!(after.contains("restated:") && after.contains("Cost (list price)"), "{after}");
    for nobody in ["2026-W30", "yesterday"] {
        assert_eq!(site.get(&format!("/reviews/{WEEK}/compare/{nobody}")).await.0, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_known_is_neither_a_fall_nor_a_rise() {
    let site = Site::new().await;
    freeze(&site, BEFORE).await;
    let first = site.test.scalar_text(&site.scope, "select min(day)::text from org_day").await;
    let first: chrono::NaiveDate = first.parse().unwrap();
    let later = |days| first + chrono::Days::new(days);
    for (query, sentence) in [
        (format!("{DAYS}&cmp=yoy"), "Nothing is known of 17–23 Nov 2025: the ledger begins on".to_owned()),
        (format!("from={}&to={}", later(3), later(7)), "Only 3 of 5 days of".to_owned()),
        (format!("from=2026-11-09&to=2026-11-22&cmp=review:{BEFORE}"), "covers 7 days, this period 14".to_owned()),
        (format!("{DAYS}&cmp=review:2026-W30"), "There is no review 2026-W30".to_owned()),
        (format!("{DAYS}&cmp=none"), String::new()),
    ] {
        for path in ["/", "/trends"] {
            let page = site.page(&format!("{path}?{query}")).await;
            let said = text(&page);
            assert!(said.contains(&sentence), "{path}?{query}: {said}");
            for shown in
                [".card-change", "section[aria-labelledby=changed]", "section[aria-labelledby=changes]", ".change"]
            {
                assert!(page.select(&selector(shown)).next().is_none(), "{shown} on {path}?{query}");
            }
            assert!(!said.contains("no comparison"), "{path}?{query}: {said}");
        }
    }
    // A team that did not run in the days before has no change, and that is said.
    let vision = site.page(&format!("/?{DAYS}&team=vision")).await;
    assert!(text(&vision).contains("Nothing ran in 9–15 Nov 2026 under these filters"), "{}", text(&vision));
    assert!(vision.select(&selector(".card-change")).next().is_none());
    let nobody = site.page(&format!("/?{DAYS}&cmp=later")).await;
    assert!(text(&nobody).contains("Not known here and ignored: cmp=later"), "{}", text(&nobody));
}
