//! What resources carry narrows everything, as it was at the end of each day.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use scraper::Selector;
use sqlx::AssertSqlSafe;

use crate::site::{ALL, Site, attributes, links};

type Row = BTreeMap<String, String>;

/// Lists that are files too.
const LISTS: [&str; 4] = ["jobs", "endpoints", "notebooks", "workloads"];

async fn rows(site: &Site, list: &str, query: &str) -> BTreeMap<String, Row> {
    let (status, text) = site.get(&format!("/{list}.csv?{query}")).await;
    assert_eq!(status, 200, "{query} {text}");
    let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize::<Row>().map(Result::unwrap);
    rows.map(|row| (row["name"].clone(), row)).collect()
}

/// Changes what resources carry, as a reader would.
async fn write(site: &Site, statements: &[String]) {
    let mut transaction = site.scope.begin(&site.test.database.ingest).await.unwrap();
    for statement in statements {
        sqlx::query(AssertSqlSafe(statement.clone())).execute(&mut *transaction).await.unwrap();
    }
    transaction.commit().await.unwrap();
}

/// A statement that gives a resource a tag from a moment on.
fn tagging(name: &str, key: &str, value: &str, from: &str) -> String {
    format!(
        "insert into tag_span (account_id, resource_id, key, value, from_at, source)
         select account_id, resource_id, $${key}$$, $${value}$$, '{from}', 'api' from resource where name = '{name}'"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_names_teams_leaves_what_its_team_leaves() {
    let site = Site::new().await;
    for (of_tag, of_team) in [
        ("tag.team=vision", "team=vision"),
        ("tag.team=vision&tag.team=nlp", "team=vision&team=nlp"),
        ("tag.team=!vision", "team=!vision"),
        ("tag.team=(none)", "team=(none)"),
        ("tag.team=(none)&tag.team=ranking", "team=(none)&team=ranking"),
        ("tag.team=!(none)&tag.team=!nlp", "team=!(none)&team=!nlp"),
        ("tag.team=vision&tag.environment=!prod", "team=vision&environment=!prod"),
        ("tag=team%3Dvision&q=p", "team=vision&q=p"),
    ] {
        let mut found = 0;
        for list in LISTS {
            let by_team = rows(&site, list, &format!("{ALL}&{of_team}")).await;
            assert_eq!(rows(&site, list, &format!("{ALL}&{of_tag}")).await, by_team, "{list} {of_tag}");
            found += by_team.len();
        }
        assert!(found > 0, "{of_team}");
    }
    // Whatever is drawn says what it is narrowed by, and each chip takes its own value away alone.
    let chips = Selector::parse("a.chip").unwrap();
    for path in ["/", "/trends", "/jobs", "/endpoints", "/notebooks", "/workloads", "/pipelines", "/recommendations"] {
        let page = site.page(&format!("{path}?{ALL}&tag.team=vision&tag.team=!nlp&team=vision")).await;
        let said: Vec<String> = page.select(&chips).map(|chip| chip.text().collect()).collect();
        let own = ["Team: vision", "Tag team: vision", "Tag team: not nlp"];
        assert!(said.len() == 3 && said.iter().zip(own).all(|(said, own)| said.contains(own)), "{path} {said:?}");
        let away = &attributes(&page, "a.chip", "href")[1];
        assert!(away.contains("team=vision") && away.ends_with("tag.team=%21nlp"), "{away}");
    }
    let (status, text) = site.get(&format!("/storage?{ALL}&tag.team=vision&tag.team=!nlp")).await;
    assert!(status == 200 && text.contains("ignored: tag.team=vision, tag.team=!nlp."), "{text}");
    // What a view keeps comes back.
    let view = site.save_view("Tagged", "/jobs?tag.team=vision&tag.environment=!dev", false).await;
    let answer = site.get_with(&format!("/v/{view}"), "accept", "text/html").await;
    let to = answer.headers().get("location").unwrap().to_str().unwrap().to_owned();
    assert!(to.ends_with("tag.environment=%21dev&tag.team=vision"), "{to}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tag_at_the_end_of_a_day_counts_and_that_of_now_for_what_is_found() {
    let site = Site::new().await;
    let at = "2026-11-21 15:00Z";
    let ended =
        "update tag_span set to_at = '2026-11-21 15:00Z' where key = 'environment' and (account_id, resource_id) in
        (select account_id, resource_id from resource where name = 'llama-poc')";
    write(&site, &[ended.to_owned(), tagging("llama-poc", "environment", "staging", at)]).await;
    let cost = async |days: &str, tag: &str| -> Decimal {
        let rows = rows(&site, "endpoints", &format!("{days}&tag.environment={tag}")).await;
        rows.get("llama-poc").map_or(Decimal::ZERO, |row| row["cost_list"].parse().unwrap())
    };
    let (day, eve) = ("from=2026-11-21&to=2026-11-21", "from=2026-11-20&to=2026-11-20");
    assert!(cost(eve, "dev").await > Decimal::ZERO && cost(eve, "staging").await == Decimal::ZERO);
    assert!(cost(day, "staging").await > Decimal::ZERO && cost(day, "dev").await == Decimal::ZERO);
    // Apart they are the whole, and no day counts twice.
    let (before, since, both) =
        (cost(ALL, "dev").await, cost(ALL, "staging").await, cost(ALL, "dev&tag.environment=staging").await);
    assert!(before > Decimal::ZERO && since > Decimal::ZERO);
    assert_eq!(before + since, both);
    assert_eq!(cost(ALL, "!(none)").await, both);
    assert_eq!(cost(ALL, "(none)").await, Decimal::ZERO);

    // What is found is about a resource as it is now.
    let found = async |tag: &str| -> Vec<String> {
        let page = site.page(&format!("/recommendations?{ALL}&kind=endpoint&tag.{tag}")).await;
        links(&page).into_iter().filter(|link| link.starts_with("/recommendations/")).collect()
    };
    assert_eq!(found("team=nlp").await.len(), 1);
    for none in ["team=!nlp", "team=(none)", "team=vision", "environment=dev", "environment=!(none)"] {
        assert!(found(none).await.is_empty(), "{none}");
    }
    write(&site, &[tagging("pilot-left-on", "environment", "dev", "2026-11-22 10:00Z")]).await;
    assert_eq!(found("environment=dev").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_and_a_value_may_hold_any_letters() {
    let site = Site::new().await;
    let long_ago = "2026-11-01 00:00Z";
    let (key, value) = ("acme:cost/centre=\"é\" & <b>", "a'b \"c\" <script>%; --");
    let statements = [tagging("plain-gpu", key, value, long_ago), tagging("plain-cpu", key, "", long_ago)];
    write(&site, &statements).await;
    let escaped = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let names = async |value: &str| -> Vec<String> {
        let query = format!("{ALL}&{}={}", escaped(&format!("tag.{key}")), escaped(value));
        rows(&site, "jobs", &query).await.into_keys().collect()
    };
    assert_eq!(names(value).await, ["plain-gpu"]);
    assert_eq!(names("(empty)").await, ["plain-cpu"], "having it with nothing in it is not having it not");
    assert_eq!(names("!(none)").await, ["plain-cpu", "plain-gpu"]);
    assert!(names("(none)").await.len() > 5 && !names("(none)").await.contains(&"plain-cpu".to_owned()));
    assert!(names("a' or true --").await.is_empty());

    let query = format!("{ALL}&{}={}", escaped(&format!("tag.{key}")), escaped(value));
    let (status, text) = site.get(&format!("/jobs?{query}")).await;
    assert!(status == 200 && !text.contains("<script>%") && !text.contains("& <b>"), "{text}");
    let page = scraper::Html::parse_document(&text);
    let boxes = attributes(&page, "form[aria-label=Filter] input[checked]", "name");
    assert_eq!(boxes, [format!("tag.{key}")]);
    // Its links lead back to the same rows.
    let csv = links(&page).into_iter().find(|link| link.starts_with("/jobs.csv?")).unwrap();
    let (_, file) = site.get(&csv).await;
    assert_eq!(csv::Reader::from_reader(file.as_bytes()).into_records().count(), 1, "{csv}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tags_that_most_resources_carry_are_offered() {
    let site = Site::new().await;
    let offered = async || -> BTreeMap<String, Vec<String>> {
        let page = site.page(&format!("/jobs?{ALL}")).await;
        let mut offered = BTreeMap::<String, Vec<String>>::new();
        let [names, values] =
            ["name", "value"].map(|part| attributes(&page, "form[aria-label=Filter] .more input[type=checkbox]", part));
        for (name, value) in names.into_iter().zip(values) {
            if let Some(key) = name.strip_prefix("tag.") {
                offered.entry(key.to_owned()).or_default().push(value);
            }
        }
        offered
    };
    // Those that rules turn into teams, projects and environments are facets already.
    let components = ("components".to_owned(), vec!["(none)".to_owned(), "adapter-de adapter-fr".to_owned()]);
    assert_eq!(offered().await, BTreeMap::from([components.clone()]));
    let ended = [("dimension", "team"), ("tag", "team"), ("since", "2000-01-01"), ("rank", "0"), ("by", "Ada")];
    let (status, _, text) = site.post("/settings/teams/end", &ended).await;
    assert_eq!(status, 303, "{text}");
    site.bring_up_to_date().await;
    let with_teams = offered().await;
    assert_eq!(with_teams["components"], components.1);
    let mut teams = with_teams["team"].clone();
    assert_eq!(teams.remove(0), "(none)");
    assert!(
        teams == ["nlp", "vision", "ranking"] || teams == ["vision", "nlp", "ranking"],
        "by their resources: {teams:?}"
    );

    // Of many keys and values, a few: one that is another for every resource comes last, and is not among them.
    let many = "insert into tag_span (account_id, resource_id, key, value, from_at, source)
        select account_id, resource_id, 'key-' || number,
            case number when 0 then resource_id::text else (resource_id % (20 + number))::text end, '2026-11-01', 'api'
        from resource cross join generate_series(0, 8) as number";
    let same = "insert into tag_span (account_id, resource_id, key, value, from_at, source)
        select account_id, resource_id, 'same', 'everywhere', '2026-11-01', 'api' from resource";
    write(&site, &[many.to_owned(), same.to_owned()]).await;
    site.bring_up_to_date().await;
    let few = offered().await;
    assert_eq!(few.len(), 6, "{few:?}");
    assert!(few.contains_key("team") && few["same"] == ["(none)", "everywhere"], "{few:?}");
    assert!(few.values().all(|values| values.len() <= 9) && !few.contains_key("key-0"), "{few:?}");
    let kept = "select count(*)::text from common_tag where key like 'key-%' or key = 'same' or key = 'team'";
    assert!(site.test.scalar_text(&site.scope, kept).await.parse::<usize>().unwrap() <= 48);
    // What nobody carries any more is not offered.
    write(&site, &["update tag_span set to_at = from_at where key like 'key-%' or key = 'same'".to_owned()]).await;
    site.bring_up_to_date().await;
    assert_eq!(offered().await, with_teams);
}
