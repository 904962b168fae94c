//! The ledger over time: groups, totals, files and the overview are one number; notes and saved views are kept.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::str::FromStr as _;

use aws_simulator::Fleet;
use aws_simulator::fleet::Job;
use chrono::Duration;
use proptest::prelude::{Just, Strategy};
use proptest::prop_oneof;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use scraper::{ElementRef, Html, Selector};

use crate::site::{ALL, Site, attributes, links, now};

mod hours;

/// What a visitor may ask for.
#[derive(Clone, Debug)]
struct Asked {
    days: &'static str,
    facet: &'static str,
    metric: &'static str,
    group: &'static str,
    second: &'static str,
    step: &'static str,
}

impl Asked {
    fn filter(&self) -> String {
        [self.days, self.facet].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("&")
    }

    fn query(&self) -> String {
        let Self { metric, group, second, step, .. } = self;
        format!("{}&metric={metric}&group={group}&second={second}&gran={step}&cmp=none", self.filter())
    }
}

fn asked() -> impl Strategy<Value = Asked> {
    let days = select(vec![
        ALL,
        "from=2026-11-19&to=2026-11-22",
        "from=2026-11-05&to=2026-11-23",
        "from=2026-11-20&to=2026-11-20",
    ]);
    let facet = select(vec![
        "",
        "",
        "team=vision",
        "team=!nlp",
        "team=(none)",
        "region=us-east-1",
        "account=111122223333",
        "tag.team=vision",
        "tag.team=!nlp",
        "tag.environment=(none)",
    ]);
    let metric =
        select(vec!["cost", "kwh", "water", "co2e", "co2e_mb", "op_lb", "op_mb", "embodied", "hours", "requests"]);
    let groups =
        vec!["team", "project", "environment", "phase", "kind", "region", "account", "instance", "hosting", "none"];
    let second = prop_oneof![Just("none"), select(vec!["kind", "instance", "team", "region"])];
    let step = select(vec!["hour", "hour", "day", "week", "month"]);
    (days, facet, metric, select(groups), second, step).prop_map(|(days, facet, metric, group, second, step)| Asked {
        days,
        facet,
        metric,
        group,
        second,
        step,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_add_up_to_the_total_the_file_and_the_overview_for_any_filter() {
    let site = Site::new().await;
    let reached = RefCell::new(BTreeMap::<&'static str, u32>::new());
    let config = Config { cases: 110, failure_persistence: None, max_shrink_iters: 40, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let runtime = tokio::runtime::Handle::current();
    let outcome = runner.run(&asked(), |asked| {
        tokio::task::block_in_place(|| runtime.block_on(holds(&site, &asked, &mut reached.borrow_mut())));
        Ok(())
    });
    outcome.unwrap();
    let reached = reached.into_inner();
    let metrics = ["cost", "kwh", "water", "co2e", "co2e_mb", "op_lb", "op_mb", "embodied", "hours", "requests"];
    let shapes = ["two levels", "small multiples", "several buckets", "hours of days", "tags"];
    for what in metrics.into_iter().chain(shapes) {
        assert!(reached.get(what).is_some_and(|count| *count >= 5), "{what} was hardly tried: {reached:?}");
    }
}

async fn holds(site: &Site, asked: &Asked, reached: &mut BTreeMap<&'static str, u32>) {
    let query = asked.query();
    *reached.entry("tags").or_default() += u32::from(asked.facet.starts_with("tag."));
    let file = File::read(&site.get(&format!("/trends.csv?{query}")).await.1);
    let page = site.page(&format!("/trends?{query}")).await;
    let exact = of_the_ledger(site, asked).await;
    assert_eq!(file.sum(), exact, "the file and the ledger: {query}");
    if file.rows.is_empty() {
        assert!(page.select(&selector(".empty")).next().is_some(), "{query}");
        return;
    }
    let near = |printed: Option<f64>, exact: Decimal, what: &str| {
        let (printed, exact) = (printed.unwrap_or_default(), exact.to_f64().unwrap());
        assert!((printed - exact).abs() <= exact.abs() * 1e-15, "{what} of {query}: {printed} {exact}");
    };
    near(value(&page, "section[aria-labelledby=groups] tfoot td data"), exact, "the total");
    // The rows are the file's groups, heaviest first, and their parts are theirs.
    let table = Table::read(&page);
    assert_eq!(table.groups.len(), file.groups().len(), "{query}");
    for ((printed, parts), (name, exact)) in table.groups.iter().zip(file.groups()) {
        near(*printed, exact, &name);
        if asked.second != "none" && asked.group != "none" && asked.second != asked.group {
            let sum: f64 = parts.iter().flatten().sum();
            assert!(
                (sum - exact.to_f64().unwrap()).abs() <= exact.to_f64().unwrap().abs() * 1e-12,
                "{name} of {query}"
            );
            *reached.entry("two levels").or_default() += 1;
        }
    }
    if asked.second != "none" && asked.group != "none" && asked.second != asked.group {
        // A chart a group, in the same order, each holding what its group does.
        let charts: Vec<f64> = page
            .select(&selector("section[aria-labelledby=multiples] figure.chart-figure"))
            .map(|chart| {
                chart
                    .select(&selector("td:last-child data"))
                    .filter_map(|data| data.attr("value")?.parse::<f64>().ok())
                    .sum()
            })
            .collect();
        let groups: Vec<f64> = table.groups.iter().filter_map(|(printed, _)| *printed).take(12).collect();
        assert_eq!(charts.len(), groups.len(), "{query}: {charts:?} {groups:?}");
        for (chart, group) in charts.iter().zip(&groups) {
            assert!((chart - group).abs() <= group.abs() * 1e-9, "a chart of {query}: {chart} {group}");
        }
        *reached.entry("small multiples").or_default() += u32::from(charts.len() > 1);
    }
    let card = match asked.metric {
        "cost" => Some("Cost"),
        "kwh" => Some("Energy"),
        "co2e" => Some("Emissions"),
        _ => None,
    };
    if let Some(label) = card {
        let overview = site.page(&format!("/?{}", asked.filter())).await;
        let printed = card_value(&overview, label).unwrap_or_default();
        let exact = exact.to_f64().unwrap();
        assert!((printed - exact).abs() <= exact.abs() * 1e-12, "the card of {query}: {printed} {exact}");
    }
    *reached.entry(asked.metric).or_default() += 1;
    *reached.entry("hours of days").or_default() += u32::from(file.rows[0].bucket.ends_with("00:00Z"));
    if file.rows.iter().map(|row| &row.bucket).collect::<std::collections::BTreeSet<_>>().len() > 1 {
        *reached.entry("several buckets").or_default() += 1;
    }
}

struct Row {
    bucket: String,
    group: String,
    value: Decimal,
}

struct File {
    rows: Vec<Row>,
}

impl File {
    fn read(text: &str) -> Self {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows = reader.deserialize::<BTreeMap<String, String>>().map(|row| {
            let row = row.unwrap();
            let value = match row["value"].as_str() {
                "" => Decimal::ZERO,
                text => Decimal::from_str(text).unwrap(),
            };
            Row { bucket: row["bucket_start"].clone(), group: row["group_1"].clone(), value }
        });
        Self { rows: rows.collect() }
    }

    fn sum(&self) -> Decimal {
        self.rows.iter().map(|row| row.value).sum()
    }

    fn groups(&self) -> Vec<(String, Decimal)> {
        let mut groups = BTreeMap::<&str, Decimal>::new();
        for row in &self.rows {
            *groups.entry(&row.group).or_default() += row.value;
        }
        let mut groups: Vec<_> = groups.into_iter().map(|(name, sum)| (name.to_owned(), sum)).collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.1));
        groups
    }
}

/// The rows of the table of groups, each with its parts.
struct Table {
    groups: Vec<(Option<f64>, Vec<Option<f64>>)>,
}

impl Table {
    fn read(page: &Html) -> Self {
        let mut groups: Vec<(Option<f64>, Vec<Option<f64>>)> = Vec::new();
        for row in page.select(&selector("section[aria-labelledby=groups] tbody tr")) {
            // The name, the total, and what stands beside it.
            let printed = row.child_elements().nth(1).and_then(datum);
            if row.attr("class") == Some("part") {
                groups.last_mut().unwrap().1.push(printed);
            } else {
                groups.push((printed, Vec::new()));
            }
        }
        Self { groups }
    }
}

fn selector(text: &str) -> Selector {
    Selector::parse(text).unwrap()
}

fn datum(element: ElementRef<'_>) -> Option<f64> {
    element.select(&selector("data")).next().map(|data| data.attr("value").unwrap().parse().unwrap())
}

fn value(page: &Html, path: &str) -> Option<f64> {
    page.select(&selector(path)).next().map(|data| data.attr("value").unwrap().parse().unwrap())
}

fn card_value(page: &Html, label: &str) -> Option<f64> {
    let card = page
        .select(&selector(".card"))
        .find(|card| card.text().map(str::trim).find(|text| !text.is_empty()) == Some(label))
        .unwrap_or_else(|| panic!("no card says {label}"));
    datum(card)
}

/// The ledger of entities, summed by a statement that is not the product's and another table.
async fn of_the_ledger(site: &Site, asked: &Asked) -> Decimal {
    let sum = match asked.metric {
        "cost" => "sum(cost_list)",
        "kwh" => "sum(facility_uwh) / 1000000000.0",
        "co2e" => "sum(operational_ug + embodied_host_ug + embodied_accelerator_ug) / 1000000.0",
        "co2e_mb" => "sum(market_ug + embodied_host_ug + embodied_accelerator_ug) / 1000000.0",
        "water" => "sum(water_ul) / 1000000.0",
        "op_lb" => "sum(operational_ug) / 1000000.0",
        "op_mb" => "sum(market_ug) / 1000000.0",
        "embodied" => "sum(embodied_host_ug + embodied_accelerator_ug) / 1000000.0",
        "requests" => "sum(requests)::numeric",
        // Rounded where the product rounds: a group of type, region, kind, tier and dimensions in a bucket.
        _ => return File::read(&site.get(&format!("/trends.csv?{}", asked.query())).await.1).sum(),
    };
    let mut days = asked.days.split('&').map(|part| part.split_once('=').unwrap().1);
    let (from, to) = (days.next().unwrap(), days.next().unwrap());
    let condition = match asked.facet.split_once('=') {
        None => "true".to_owned(),
        // The teams and environments of the fleet are what its tags say.
        Some(("tag.environment", _)) => "environment = ''".to_owned(),
        Some(("team", "(none)")) => "team = ''".to_owned(),
        Some(("team" | "tag.team", name)) => match name.strip_prefix('!') {
            Some(name) => format!("team <> '{name}'"),
            None => format!("team = '{name}'"),
        },
        Some(("region", name)) => format!("region = '{name}'"),
        Some((_, number)) => format!("account_id = (select account_id from account where aws_account_id = '{number}')"),
    };
    let statement = format!(
        "select coalesce(trim_scale({sum}), 0)::text from ledger_day where day between '{from}' and '{to}' and {condition}"
    );
    let mut transaction = site.scope.begin(&site.test.database.web).await.unwrap();
    let text: String = sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).fetch_one(&mut *transaction).await.unwrap();
    Decimal::from_str(&text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_period_before_is_the_overview_s_and_the_steps_agree() {
    let site = Site::new().await;
    let days = "from=2026-11-19&to=2026-11-22";
    let before = File::read(&site.get("/trends.csv?from=2026-11-15&to=2026-11-18&metric=kwh").await.1).sum();
    for step in ["hour", "day", "week", "month"] {
        let page = site.page(&format!("/trends?{days}&metric=kwh&cmp=prev&gran={step}")).await;
        let foot: Vec<f64> =
            page.select(&selector("section[aria-labelledby=groups] tfoot td")).filter_map(datum).collect();
        let exact = before.to_f64().unwrap();
        assert!((foot[1] - exact).abs() <= exact * 1e-15, "{step}: {foot:?} {exact}");
        let twin: f64 = page
            .select(&selector("figure .twin tbody tr"))
            .filter_map(|row| row.child_elements().last().and_then(datum))
            .sum();
        assert!((twin - exact).abs() <= exact * 1e-12, "the line of the period before by {step}: {twin} {exact}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_leaves_the_page_whole() {
    let site = Site::new().await;
    for chart in ["bars", "area", "lines", "heat", "week"] {
        let (status, svg) = site.get(&format!("/trends.svg?{ALL}&metric=kwh&group=kind&chart={chart}")).await;
        assert_eq!(status, 200, "{chart}");
        let parsed = Html::parse_fragment(&svg);
        assert!(svg.starts_with("<svg xmlns=") && parsed.select(&selector("svg > title")).next().is_some(), "{chart}");
        assert!(!svg.contains("class=") && !svg.contains("style=") && !svg.contains("#0102"), "{chart}: {svg}");
        assert!(svg.contains("Wattledger · 17 Nov to 23 Nov 2026 UTC"), "{chart}: {svg}");
    }
}

const TRAIL: &str = "select string_agg(actor || ' ' || action, ', ' order by actor, action) from audit_event
    where action like 'day.%' or action like 'view.%'";

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_kept_shown_and_taken_away() {
    let site = Site::new().await;
    let address = format!("/trends?{ALL}&metric=kwh");
    let note =
        [("address", address.as_str()), ("day", "2026-11-20"), ("text", "Moved the sweep <b>north</b>"), ("by", "Ada")];
    for (wrong, sentence) in
        [("day", "Enter the day it is about"), ("text", "Say what happened"), ("by", "Enter your name")]
    {
        let typed: Vec<_> =
            note.into_iter().map(|(name, value)| (name, if name == wrong { "" } else { value })).collect();
        let (status, _, page) = site.post("/trends/notes", &typed).await;
        assert!(status == 422 && page.contains(sentence), "{sentence}: {status} {page}");
        assert!(page.contains("Energy by team"), "the page that the form was sent from");
    }
    let (status, to, text) = site.post("/trends/notes", &note).await;
    assert_eq!((status, to), (303, format!("{address}#notes")), "{text}");
    let (_, page) = site.get(&address).await;
    assert!(page.contains("Moved the sweep &lt;b&gt;north&lt;/b&gt;") && page.contains("stroke-mark"), "{page}");
    let (_, other) = site.get("/trends?from=2026-11-21&to=2026-11-23").await;
    assert!(!other.contains("Moved the sweep"), "another period");

    let page = Html::parse_document(&page);
    let action = attributes(&page, ".marks form", "action").remove(0);
    let (status, _, _) = site.post(&action, &[("address", "https://evil.example/trends"), ("by", "")]).await;
    assert_eq!(status, 422, "nobody takes it away");
    let (status, to, _) = site.post(&action, &[("address", "https://evil.example/trends"), ("by", "Grace")]).await;
    assert_eq!((status, to.as_str()), (303, "/trends#notes"), "and never to another site");
    assert_eq!(site.post(&action, &[("by", "Grace")]).await.0, 404, "there is none any more");
    assert!(!site.get(&address).await.1.contains("Moved the sweep"));
    assert_eq!(site.test.scalar_text(&site.scope, TRAIL).await, "Ada day.noted, Grace day.note_removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn endpoint_configurations_stand_on_their_days() {
    let site = Site::new().await;
    let (_, page) = site.get("/trends?from=2026-10-20&to=2026-11-23&gran=day").await;
    assert!(page.contains("ew endpoint configuration"), "{page}");
    let (_, page) = site.get("/trends?from=2026-10-20&to=2026-11-23&gran=day&team=vision").await;
    assert!(!page.contains("ew endpoint configuration"), "they are no team's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_is_saved_opened_and_taken_away() {
    let site = Site::new().await;
    let days = "from=2026-11-17&to=2026-11-19";
    let fixed =
        site.save_view("Vision, launch", &format!("/jobs?{days}&team=vision&sort=-cost&colour=red"), false).await;
    let rolling = site.save_view("Vision, launch", &format!("/trends?{days}&cmp=yoy&metric=kwh"), true).await;
    assert_ne!(fixed, rolling);
    assert!(fixed.starts_with("vision-launch-"), "{fixed}");
    let page = site.page("/views").await;
    let known = links(&page);
    assert!([&fixed, &rolling].iter().all(|slug| known.contains(&format!("/v/{slug}"))), "{known:?}");
    let text: String = page.root_element().text().collect();
    assert!(text.contains("last 3 days") && text.contains("team vision"), "{text}");
    let leads = async |slug: &str| {
        let answer = site.get_with(&format!("/v/{slug}"), "accept", "text/html").await;
        let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        (answer.status().as_u16(), to.unwrap_or_default())
    };
    assert_eq!(leads(&fixed).await, (303, format!("/jobs?{days}&team=vision&sort=-cost")));
    // Today is the 23rd, so the last three days end on the 22nd.
    assert_eq!(leads(&rolling).await, (303, "/trends?from=2026-11-20&to=2026-11-22&metric=kwh&cmp=yoy".to_owned()));
    assert_eq!(leads("nothing-0000").await.0, 404);

    for address in ["https://evil.example/", "//evil.example/jobs", "/settings/teams", "javascript:alert(1)", ""] {
        let (status, _, _) = site.post("/views", &[("address", address), ("name", "x"), ("by", "Ada")]).await;
        assert_eq!(status, 422, "{address}");
    }
    let (status, _, page) = site.post("/views", &[("address", "/jobs"), ("name", " "), ("by", "Ada")]).await;
    assert!(status == 422 && page.contains("Give the view a name"), "{page}");

    assert_eq!(site.post(&format!("/views/{fixed}/remove"), &[("by", "")]).await.0, 422);
    assert_eq!(site.post(&format!("/views/{fixed}/remove"), &[("by", "Grace")]).await.0, 303);
    assert_eq!(site.post(&format!("/views/{fixed}/remove"), &[("by", "Grace")]).await.0, 404);
    assert_eq!(leads(&fixed).await.0, 404);
    let trail = site.test.scalar_text(&site.scope, TRAIL).await;
    assert_eq!(trail, "Ada view.saved, Ada view.saved, Grace view.removed");
    for path in ["/", "/trends", "/jobs", "/endpoints", "/notebooks"] {
        let page = site.page(path).await;
        let saved = attributes(&page, "form[action='/views'] input[name=address]", "value");
        assert!(saved.len() == 1 && saved[0].starts_with(&format!("{path}?from=")), "{path}: {saved:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_first_import_the_page_says_so() {
    let site = Site::empty().await;
    let (status, page) = site.get("/trends?metric=kwh&chart=week").await;
    assert!(status == 200 && page.contains("No AWS account connected"), "{page}");
    assert_eq!(site.get("/trends.csv").await.1.lines().count(), 1);
    assert_eq!(site.get("/trends.svg").await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_on_which_many_jobs_fail_is_marked() {
    let mut fleet = Fleet::small(now(), 3);
    let jobs = &mut fleet.accounts[0].regions[0].jobs;
    for run in 0..4 {
        let at = now() - Duration::hours(30) + Duration::minutes(20 * run);
        let job = Job::new("111122223333", "us-east-1", &format!("diverges-{run}"), at)
            .on("ml.g4dn.xlarge", 1)
            .tagged(&[("team", "ranking")])
            .loaded(0.4, 0.8)
            .ran(60, 600)
            .failed("AlgorithmError: NaN");
        jobs.push(job);
    }
    let site = Site::of(fleet, now() - Duration::days(3)).await;
    let marked = async |query: &str| {
        let page = site.page(&format!("/trends?{ALL}{query}")).await;
        let marks: Vec<String> =
            page.select(&selector("ol.marks li")).map(|mark| mark.text().collect::<String>()).collect();
        marks.into_iter().filter(|mark| mark.contains("jobs that ended failed")).collect::<Vec<_>>()
    };
    let all = marked("").await;
    assert!(all.len() == 1 && all[0].contains("Sun 22 Nov") && all[0].contains("most often diverges"), "{all:?}");
    let own = marked("&team=ranking").await;
    assert!(own.len() == 1 && own[0].contains("4 of 4 jobs"), "{own:?}");
    assert!(marked("&team=vision").await.is_empty(), "one failed job is no burst");
    assert!(marked("&framework=XGBoost").await.is_empty(), "they compute with something else");
}

/// What the rows of a chart's table say, by the first words of their head: the total, or nothing where it is not known.
fn told(page: &Html, chart: &str, total: usize) -> BTreeMap<String, Option<f64>> {
    let cell = format!("td:nth-child({total})");
    page.select(&selector(&format!("#{chart} tbody tr")))
        .map(|row| {
            let head = row.select(&selector("th")).next().unwrap().text().collect::<String>();
            let figure = row.select(&selector(&cell)).next().unwrap();
            let value = figure.select(&selector("data")).next().and_then(|data| data.attr("value")?.parse().ok());
            (head, value)
        })
        .collect()
}

/// A fleet with one run of a team that has no other, read since noon of the 20th.
async fn with_a_lone_run() -> Site {
    let mut fleet = Fleet::small(now(), 3);
    let at = now() - Duration::hours(30);
    let job =
        Job::new("111122223333", "us-east-1", "only-run", at).on("ml.g4dn.xlarge", 1).tagged(&[("team", "alone")]);
    fleet.accounts[0].regions[0].jobs.push(job.loaded(0.4, 0.8).ran(60, 600));
    Site::of(fleet, now() - Duration::days(3)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_that_was_read_and_on_which_nothing_ran_is_zero() {
    // The 23rd is not over.
    let site = with_a_lone_run().await;
    let query = "from=2026-11-19&to=2026-11-23&team=alone";
    let overview = site.page(&format!("/?{query}")).await;
    let trends = site.page(&format!("/trends?{query}&metric=cost&chart=bars&cmp=none")).await;
    for (page, chart) in [(&overview, "cost-by-day"), (&trends, "trend")] {
        let days = told(page, chart, 3);
        let of = |day: &str| *days.iter().find(|(head, _)| head.starts_with(day)).unwrap().1;
        assert_eq!(of("Sat 21 Nov"), Some(0.0), "read, and nothing ran: {days:?}");
        assert!(of("Sun 22 Nov").is_some_and(|cost| cost > 0.0), "{days:?}");
        for unread in ["Thu 19 Nov", "Fri 20 Nov", "Mon 23 Nov"] {
            assert_eq!(of(unread), None, "{unread} was not read to its end: {days:?}");
        }
    }
    let said = |page: &Html| {
        let sentence = page.select(&selector("#cost-by-day figcaption p")).next();
        sentence.map_or_else(String::new, |sentence| sentence.text().collect())
    };
    assert!(said(&overview).contains("Grey: 3 days not read"), "{}", said(&overview));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_goes_on_is_forecast_alike_on_both_pages_and_not_from_few_days() {
    let expected = async |days: i64| {
        let site = Site::of(Fleet::small(now(), 20), now() - Duration::days(days)).await;
        let month = "from=2026-11-01&to=2026-11-30";
        let overview = site.page(&format!("/?{month}")).await;
        let trends = site.page(&format!("/trends?{month}&metric=cost&group=none&chart=bars")).await;
        let text = |page: &Html, chart: &str| -> String {
            page.select(&selector(&format!("#{chart} figcaption p"))).flat_map(|each| each.text()).collect()
        };
        let forecast =
            |text: String| text.split_once("Forecast for the whole period: ").map(|(_, rest)| rest.to_owned());
        let over = site.page("/?from=2026-11-01&to=2026-11-22").await;
        assert!(forecast(text(&over, "cost-by-day")).is_none(), "that period is over");
        (forecast(text(&overview, "cost-by-day")), forecast(text(&trends, "trend")))
    };
    let (overview, trends) = expected(20).await;
    let (overview, trends) = (overview.unwrap(), trends.unwrap());
    let figure =
        |text: &str| text.split_once(", from the same weekdays among the last 19 complete days").unwrap().0.to_owned();
    assert_eq!(figure(&overview), figure(&trends));
    assert_eq!(expected(10).await, (None, None), "ten days are too few");
}
