//! Notebooks and Studio apps: when in the week they ran, what stops them, how they are set up, and whose they are.

use std::collections::BTreeMap;

use aws_simulator::Fleet;
use chrono::Duration;
use scraper::{ElementRef, Html, Selector};

use crate::site::{ALL, Site, links, now};

type Row = BTreeMap<String, String>;

async fn site(change: impl FnOnce(&mut Fleet)) -> Site {
    let mut fleet = Fleet::small(now(), 3);
    change(&mut fleet);
    Site::of(fleet, now() - Duration::days(3)).await
}

async fn rows(site: &Site, path: &str) -> Vec<Row> {
    let (status, text) = site.get(path).await;
    assert_eq!(status, 200, "{text}");
    csv::Reader::from_reader(text.as_bytes()).into_deserialize::<Row>().map(Result::unwrap).collect()
}

fn number(row: &Row, column: &str) -> f64 {
    if row[column].is_empty() { 0.0 } else { row[column].parse().unwrap() }
}

fn sum(rows: &[Row], column: &str) -> f64 {
    rows.iter().map(|row| number(row, column)).sum()
}

fn close(one: f64, other: f64, what: &str) {
    assert!((one - other).abs() <= other.abs() * 1e-9 + 1e-9, "{what}: {one} {other}");
}

fn select<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

fn words(element: &ElementRef<'_>) -> String {
    element.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The figures of an element, as the page keeps them.
fn data(element: &ElementRef<'_>) -> Vec<f64> {
    let selector = Selector::parse("data").unwrap();
    element.select(&selector).map(|data| data.attr("value").unwrap().parse().unwrap()).collect()
}

/// The page of the notebook of this name.
async fn page_of(site: &Site, name: &str) -> Html {
    let list = site.page(&format!("/notebooks?{ALL}")).await;
    let href = links(&list).into_iter().find(|href| href.starts_with(&format!("/notebooks/{name}"))).unwrap();
    site.page(&href).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hours_of_the_week_add_up_to_the_list_on_both_sides_of_the_rule() {
    let site = site(|_| ()).await;
    for query in ["", "&team=nlp", "&kind=app", "&q=RUNNING"] {
        let listed = rows(&site, &format!("/notebooks.csv?{ALL}{query}")).await;
        let hours = rows(&site, &format!("/notebooks/hours.csv?{ALL}{query}")).await;
        assert!(!listed.is_empty(), "{query}");
        for column in ["instance_hours", "energy_kwh", "op_location_g", "op_market_g", "embodied_g", "cost_list"] {
            close(sum(&hours, column), sum(&listed, column), &format!("{column} {query}"));
        }
        let page = site.page(&format!("/notebooks?{ALL}{query}")).await;
        let sides = select(&page, "[aria-label='Inside and outside working hours, table'] tbody tr");
        let [inside, outside] = [0, 1].map(|side: usize| data(&sides[side]));
        let of_side = |working: &str, column: &str| {
            let own: Vec<Row> = hours.iter().filter(|row| row["is_working_hour"] == working).cloned().collect();
            sum(&own, column)
        };
        for (side, working) in [(&inside, "true"), (&outside, "false")] {
            close(side[0], of_side(working, "instance_hours"), "hours");
            close(side[2], of_side(working, "cost_list"), "cost");
            close(side[3], of_side(working, "energy_kwh"), "energy");
        }
        close(inside[1] + outside[1], 100.0, "shares");
    }
    // From Saturday at nine to Monday noon, as the truth has it: four working hours on Monday.
    let one = rows(&site, &format!("/notebooks/hours.csv?{ALL}&q=left-running")).await;
    close(working(&one), 4.0, "hours on Monday");
    assert!(one.iter().all(|row| row["weekday"] != "2"), "nothing ran on a Tuesday");
}

/// Instance-hours in working hours.
fn working(hours: &[Row]) -> f64 {
    let working = hours.iter().filter(|row| row["is_working_hour"] == "true");
    working.map(|row| number(row, "instance_hours")).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn working_hours_are_a_setting_that_pages_name_and_files_count_by() {
    let site = site(|_| ()).await;
    let hours = async || rows(&site, &format!("/notebooks/hours.csv?{ALL}&q=left-running")).await;
    let rule = async || {
        let text = words(&site.page(&format!("/notebooks?{ALL}")).await.root_element());
        let from = text.find("Working hours are").unwrap_or_else(|| panic!("{text}"));
        text[from..].split_inclusive('.').next().unwrap().to_owned()
    };
    assert_eq!(rule().await, "Working hours are Monday to Friday, 08:00 to 18:00 UTC.");
    let page = words(&site.page("/settings/hours").await.root_element());
    assert!(page.contains("Nobody set them"), "{page}");

    for (form, sentence) in [
        (vec![("from", "9"), ("to", "17"), ("by", "Ada")], "Choose at least one day"),
        (vec![("monday", "on"), ("from", "9"), ("to", "9"), ("by", "Ada")], "an hour to begin and another one to end"),
        (vec![("monday", "on"), ("from", "9"), ("to", "25"), ("by", "Ada")], "an hour to begin and another one to end"),
        (vec![("monday", "on"), ("from", "9"), ("to", "17"), ("by", " ")], "Enter your name"),
    ] {
        let (status, _, text) = site.post("/settings/hours", &form).await;
        assert!(status == 422 && text.contains(sentence), "{sentence}: {text}");
        let page = Html::parse_document(&text);
        let chosen = select(&page, "#hours-from option[selected]");
        assert_eq!(chosen.first().map(words).as_deref(), Some("09:00"), "what was chosen is still there");
    }
    let count = "select count(*)::text from working_hours";
    assert_eq!(site.test.scalar_text(&site.scope, count).await, "0");

    // On Sunday from 22:00 to Monday 02:00, when it ran all the time; then all Sunday long.
    for (form, expected, named) in [
        (vec![("sunday", "on"), ("from", "22"), ("to", "2")], 4.0, "Sunday, 22:00 to 02:00 UTC on the next day"),
        (vec![("sunday", "on"), ("from", "0"), ("to", "24")], 24.0, "Sunday, 00:00 to 24:00 UTC"),
    ] {
        let (status, to, text) = site.post("/settings/hours", &[form, vec![("by", "Ada")]].concat()).await;
        assert_eq!((status, to.as_str()), (303, "/settings/hours"), "{text}");
        close(working(&hours().await), expected, named);
        assert_eq!(rule().await, format!("Working hours are {named}."));
        let page = page_of(&site, "left-running").await;
        let sides = select(&page, "[aria-label='Inside and outside working hours, table'] tbody tr");
        close(data(&sides[0])[0], expected, "the page of the notebook");
    }
    let page = site.page("/settings/hours").await;
    let set = select(&page, "[aria-label='Working hours that were set, table'] tbody tr");
    assert!(set.len() == 2 && words(&set[0]).starts_with("Sunday, 00:00 to 24:00 UTC Ada"), "the newest stands first");
    let trail = "select string_agg(actor || ' ' || action || ' ' || detail::text, '; ' order by detail ->> 'to') from audit_event
        where action = 'working_hours.set'";
    assert_eq!(
        site.test.scalar_text(&site.scope, trail).await,
        r#"Ada working_hours.set {"to": 2, "from": 22, "weekdays": [7]}; Ada working_hours.set {"to": 24, "from": 0, "weekdays": [7]}"#
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notebook_tells_when_it_ran_what_stops_it_and_how_it_is_set_up() {
    let site = site(|fleet| {
        let holdings = &mut fleet.accounts[0].regions[0].holdings;
        // A second session: whoever is stopped every evening is stopped by a script.
        let running = holdings.iter_mut().find(|holding| holding.name == "left-running").unwrap();
        *running = running.clone().ran(now() - Duration::hours(2), None);
        let session = running.sessions[0];
        running.sessions[0].to = Some(session.from + Duration::hours(3));
        running.tags.push(("owner".to_owned(), "grace".to_owned()));
    })
    .await;
    let list = site.page(&format!("/notebooks?{ALL}")).await;
    let row = |name: &str| {
        let all = select(&list, "[aria-label='Notebooks, Studio apps and clusters, table'] tbody tr");
        all.iter().map(words).find(|words| words.contains(name)).unwrap()
    };
    assert!(row("ada-lab").contains("after 120 min idle set by its domain"), "{}", row("ada-lab"));
    assert!(row("left-running").contains("by script, perhaps stop-when-idle"), "{}", row("left-running"));
    assert!(row("pretraining").contains("! none"), "{}", row("pretraining"));

    let page = page_of(&site, "left-running").await;
    let text = words(&page.root_element());
    for sentence in [
        "Volume 50 GB",
        "Root access yes",
        "Direct internet access yes",
        "Lifecycle configuration stop-when-idle",
        "Owner grace",
    ] {
        assert!(text.contains(sentence), "{sentence}: {text}");
    }
    assert_eq!(select(&page, "#week-hours svg.chart").len(), 1);
    let app = words(&page_of(&site, "ada-lab").await.root_element());
    assert!(app.contains("Volume 20 GB") && app.contains("Owner in Studio ada"), "{app}");

    // The owner stands in the file beside the team.
    let listed = rows(&site, &format!("/notebooks.csv?{ALL}")).await;
    let own = listed.iter().find(|row| row["name"] == "left-running").unwrap();
    assert_eq!((own["team"].as_str(), own["owner"].as_str()), ("nlp", "grace"));
    assert!(listed.iter().filter(|row| row["name"] != "left-running").all(|row| row["owner"].is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_studio_that_were_refused_leave_auto_stop_unknown() {
    let site = Site::unread(Fleet::small(now(), 3)).await;
    site.simulator.set_faults(aws_simulator::Faults::none().denying("DescribeUserProfile"));
    let summary = site.read_at(now()).await;
    let refused: Vec<&str> = summary.errors.iter().map(|error| error.operation.as_str()).collect();
    assert_eq!(refused, ["sagemaker:DescribeUserProfile"]);
    let text = words(&site.page(&format!("/notebooks?{ALL}")).await.root_element());
    assert!(text.contains("ada-lab/JupyterLab/default"), "{text}");
    let app = words(&page_of(&site, "ada-lab").await.root_element());
    assert!(app.contains("Auto-stop unknown"), "{app}");
    let accounts = words(&site.page("/settings/accounts").await.root_element());
    assert!(accounts.contains("1 refused") && accounts.contains("Studio user profiles"), "{accounts}");
}
