//! For any filter, cards, total, rows and CSV are one number.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::str::FromStr as _;

use aws_simulator::s3::objects;
use chrono::{Days, NaiveDate};
use proptest::prelude::{Just, Strategy, any};
use proptest::prop_oneof;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use scraper::{Html, Selector};
use server::ingest::Money;
use sqlx::Row as _;

use crate::site::{ALL, Site, attributes, links, now};

/// What a visitor may ask for. Regions and accounts beside the fleet's own let nothing pass.
#[derive(Clone, Debug)]
struct Asked {
    from: NaiveDate,
    days: u64,
    facets: BTreeMap<&'static str, Vec<&'static str>>,
    search: Option<&'static str>,
    per: usize,
    sort: &'static str,
    /// What counts otherwise than usual.
    basis: BTreeMap<&'static str, &'static str>,
}

impl Asked {
    fn query(&self) -> String {
        let mut text = format!("from={}&to={}", self.from, self.to());
        for (key, values) in &self.facets {
            for value in values {
                text.push_str(&format!("&{key}={value}"));
            }
        }
        for (key, value) in &self.basis {
            text.push_str(&format!("&{key}={value}"));
        }
        text.push_str(&self.search.map(|search| format!("&q={search}")).unwrap_or_default());
        text
    }

    /// The column of a file that holds the cost that counts.
    fn cost_column(&self) -> String {
        format!("cost_{}", self.basis.get("cost").unwrap_or(&"list"))
    }

    /// The columns of a file that add up to the emissions that count.
    fn emission_columns(&self) -> Vec<&'static str> {
        let electricity = if self.basis.contains_key("method") { "op_market_g" } else { "op_location_g" };
        let hardware = (!self.basis.contains_key("emb")).then_some("embodied_g");
        std::iter::once(electricity).chain(hardware).collect()
    }

    fn to(&self) -> NaiveDate {
        self.from + Days::new(self.days - 1)
    }
}

fn asked() -> impl Strategy<Value = Asked> {
    let first = NaiveDate::from_ymd_opt(2026, 11, 17).unwrap();
    let facet = |values: &'static [&'static str]| prop_oneof![7 => Just(Vec::new()), 2 => proptest::sample::subsequence(values, 1..=2.min(values.len()))];
    let seldom = |values: &'static [&'static str]| prop_oneof![14 => Just(Vec::new()), 1 => proptest::sample::subsequence(values, 1..=2)];
    let facets = (
        facet(&["vision", "nlp", "ranking", "!vision", "!nlp", "(none)"]),
        facet(&["us-east-1", "!eu-west-1", "!eu-north-1"]),
        facet(&["111122223333", "!999900001111"]),
        facet(&["PyTorch", "XGBoost", "!Spark", "!PyTorch", "(none)", "!MXNet"]),
        seldom(&["defects", "tickets", "!defects", "(none)"]),
        seldom(&["prod", "dev", "!prod", "(none)"]),
        seldom(&["train", "deploy", "!dev", "!train"]),
        seldom(&["training", "endpoint", "notebook", "!app", "!training"]),
        seldom(&["g5", "g4dn", "m5", "!g5", "!z9"]),
        seldom(&["!ml.g5.xlarge", "!ml.m5.xlarge", "!ml.g5.12xlarge", "ml.g5.xlarge"]),
        seldom(&["vision", "nlp", "(none)", "!vision", "!ranking", "!(none)"]),
        seldom(&["dev", "!dev", "!prod", "(none)", "!(none)"]),
    );
    let search =
        prop_oneof![18 => Just(None), 1 => Just(Some("p")), 1 => Just(Some("GPU")), 1 => Just(Some("midnight"))];
    let sort = proptest::sample::select(vec!["-cost", "name", "-kwh", "co2e", "-started"]);
    let otherwise = proptest::sample::subsequence(
        vec![("cost", "billed"), ("cost", "effective"), ("method", "mb"), ("emb", "0")],
        1..=3,
    );
    let basis = prop_oneof![2 => Just(Vec::new()), 1 => otherwise];
    let days = prop_oneof![2 => Just(1_u64), 3 => 2..=7_u64];
    (0..5_u64, days, facets, search, 1..6_usize, (sort, basis), any::<bool>()).prop_map(
        move |(skip, days, facets, search, per, (sort, basis), whole)| {
            let (
                team,
                region,
                account,
                framework,
                project,
                environment,
                phase,
                kind,
                family,
                instance,
                of_team,
                of_environment,
            ) = facets;
            let facets = [
                ("team", team),
                ("region", region),
                ("account", account),
                ("framework", framework),
                ("project", project),
                ("environment", environment),
                ("phase", phase),
                ("kind", kind),
                ("family", family),
                ("instance", instance),
                ("tag.team", of_team),
                ("tag.environment", of_environment),
            ];
            Asked {
                from: if whole { first } else { first + Days::new(skip) },
                days: if whole { 7 } else { days },
                facets: facets.into_iter().filter(|(_, values)| !values.is_empty()).collect(),
                search,
                per,
                sort,
                basis: basis.into_iter().collect(),
            }
        },
    )
}

/// What the generator reached, so that a law that was never tried cannot pass.
#[derive(Default, Debug)]
struct Reached {
    filters: u32,
    with_rows: u32,
    several_pages: u32,
    across_midnight: u32,
    facets: BTreeMap<&'static str, u32>,
    bases: BTreeMap<&'static str, u32>,
    of_a_bill: u32,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_total_is_the_sum_of_the_rows_and_of_the_file_for_any_filter() {
    let site = Site::new().await;
    let place = format!("s3://{}/{}", objects::bucket(&site.simulator.fleet().accounts[0]), objects::PREFIX);
    let bill = Money { exports: vec![place.parse().unwrap()], ..Money::default() };
    assert_eq!(site.read_money(bill, now()).await.errors, []);
    let reached = RefCell::new(Reached::default());
    let config = Config { cases: 100, failure_persistence: None, max_shrink_iters: 40, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let runtime = tokio::runtime::Handle::current();
    let outcome = runner.run(&asked(), |asked| {
        tokio::task::block_in_place(|| runtime.block_on(holds(&site, &asked, &mut reached.borrow_mut())));
        Ok(())
    });
    outcome.unwrap();
    let reached = reached.into_inner();
    assert!(reached.with_rows * 10 >= reached.filters * 8, "too many filters let nothing pass: {reached:?}");
    for facet in ["project", "environment", "phase", "kind", "family", "instance", "tag.team", "tag.environment"] {
        assert!(reached.facets.get(facet).is_some_and(|count| *count >= 2), "{facet} was not used: {reached:?}");
    }
    for facet in ["team", "region", "account", "framework", "search"] {
        assert!(reached.facets.get(facet).is_some_and(|count| *count >= 5), "{facet} was hardly used: {reached:?}");
    }
    for basis in ["billed", "effective", "mb", "0"] {
        assert!(reached.bases.get(basis).is_some_and(|count| *count >= 5), "{basis} was hardly used: {reached:?}");
    }
    assert!(reached.of_a_bill >= 5, "the bill was hardly looked at: {reached:?}");
    assert!(reached.several_pages >= 5 && reached.across_midnight >= 1, "{reached:?}");
}

async fn holds(site: &Site, asked: &Asked, reached: &mut Reached) {
    let query = asked.query();
    let (mut all, mut rows) = (Sums::default(), 0);
    for list in ["jobs", "endpoints", "notebooks", "pipelines", "workloads"] {
        let (status, text) = site.get(&format!("/{list}.csv?{query}")).await;
        assert_eq!(status, 200, "{query}");
        let file = File::read(&text, asked);
        let (listed, total, pages) = walk(site, list, asked).await;
        assert_eq!(listed.len(), file.rows.len(), "{list}?{query}: rows of the pages and of the file");
        for (name, sums) in &listed {
            let in_file = file.rows.get(name).unwrap_or_else(|| panic!("{name} is not in {list}.csv?{query}"));
            sums.compare(in_file, &format!("{name} of {list}?{query}"));
        }
        if let Some(total) = total {
            total.compare(&file.sum, &format!("the total of {list}?{query}"));
        }
        match list {
            // What pipelines took, their jobs did.
            "pipelines" => {}
            "workloads" => assert_eq!((file.rows.len(), &file.sum), (rows, &all), "one list of all: {query}"),
            _ => {
                rows += file.rows.len();
                all.add(&file.sum);
            }
        }
        reached.several_pages += u32::from(pages > 1);
        if asked.days == 1 && file.rows.contains_key("across-midnight") {
            reached.across_midnight += 1;
        }
    }
    // The cards know no search, and the overview reads another table: the organisation's.
    if asked.search.is_none() {
        let overview = site.page(&format!("/?{query}")).await;
        if rows > 0 {
            cards(&overview).compare(&all, &format!("the cards of /?{query}"));
        }
        // Days of the organisation know neither frameworks nor tags: those are asked of its resources.
        if !asked.facets.keys().any(|key| *key == "framework" || key.starts_with("tag.")) {
            assert_eq!(all.energy, organisation(site, asked).await, "org_day of {query}");
        }
    }
    reached.filters += 1;
    reached.with_rows += u32::from(rows > 0);
    for facet in asked.facets.keys() {
        *reached.facets.entry(facet).or_default() += 1;
    }
    reached.of_a_bill += u32::from(asked.basis.contains_key("cost") && all.cost > Decimal::ZERO);
    for basis in asked.basis.values().filter(|_| rows > 0) {
        *reached.bases.entry(basis).or_default() += 1;
    }
    *reached.facets.entry("search").or_default() += u32::from(asked.search.is_some());
}

/// kWh, grams and dollars, exact.
#[derive(Clone, Debug, Default, PartialEq)]
struct Sums {
    energy: Decimal,
    emissions: Decimal,
    cost: Decimal,
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.energy += other.energy;
        self.emissions += other.emissions;
        self.cost += other.cost;
    }
}

/// The same as a page prints them: the nearest double; `None` where the page says that it does not know.
#[derive(Debug)]
struct Printed {
    energy: Option<f64>,
    emissions: Option<f64>,
    cost: Option<f64>,
}

impl Printed {
    fn compare(&self, exact: &Sums, what: &str) {
        let pairs = [
            ("energy", self.energy, exact.energy),
            ("emissions", self.emissions, exact.emissions),
            ("cost", self.cost, exact.cost),
        ];
        for (quantity, printed, exact) in pairs {
            let exact = exact.to_f64().unwrap();
            let printed = printed.unwrap_or_default();
            assert!((printed - exact).abs() <= exact.abs() * 1e-12, "{quantity} of {what}: {printed} {exact}");
        }
    }
}

struct File {
    rows: BTreeMap<String, Sums>,
    sum: Sums,
}

impl File {
    fn read(text: &str, asked: &Asked) -> Self {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let head = reader.headers().unwrap().clone();
        let place = |name: &str| head.iter().position(|column| column == name).unwrap();
        let mut file = Self { rows: BTreeMap::new(), sum: Sums::default() };
        for record in reader.records() {
            let record = record.unwrap();
            let number = |name: &str| match &record[place(name)] {
                "" => Decimal::ZERO,
                text => Decimal::from_str(text).unwrap(),
            };
            let sums = Sums {
                energy: number("energy_kwh"),
                emissions: asked.emission_columns().into_iter().map(number).sum(),
                cost: number(&asked.cost_column()),
            };
            file.sum.add(&sums);
            assert!(file.rows.insert(record[place("name")].to_owned(), sums).is_none(), "a name stands twice");
        }
        file
    }
}

/// Every row of every page of a list, its total, and how many pages there were.
async fn walk(site: &Site, list: &str, asked: &Asked) -> (Vec<(String, Printed)>, Option<Printed>, usize) {
    let mut path = format!("/{list}?{}&sort={}&per={}", asked.query(), asked.sort, asked.per);
    let (mut rows, mut total, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = site.page(&path).await;
        pages += 1;
        rows.extend(table_rows(&page));
        total = totals(&page).or(total);
        let next = format!("page={}", pages + 1);
        in_order(&rows, asked);
        let is_next = |link: &String| link.split(['?', '&']).any(|part| part == next);
        match links(&page).into_iter().find(is_next) {
            Some(link) => path = link,
            None => return (rows, total, pages),
        }
    }
}

/// The rows stand in the order that was asked for, by what the page itself prints.
fn in_order(rows: &[(String, Printed)], asked: &Asked) {
    let by: fn(&Printed) -> Option<f64> = match asked.sort {
        "-cost" => |row| row.cost,
        "-kwh" => |row| row.energy,
        "co2e" => |row| row.emissions,
        _ => return,
    };
    let values: Vec<f64> = rows.iter().filter_map(|(_, row)| by(row)).collect();
    let (mut up, mut down) = (values.is_sorted(), values.is_sorted_by(|a, b| a >= b));
    if asked.sort.starts_with('-') {
        up = true
    } else {
        down = true
    }
    assert!(up && down, "?{}&sort={}: {values:?}", asked.query(), asked.sort);
}

fn select(text: &str) -> Selector {
    Selector::parse(text).unwrap()
}

fn table_rows(page: &Html) -> Vec<(String, Printed)> {
    page.select(&select(".panel.flush table tbody tr"))
        .map(|row| {
            let name = row.select(&select("th a.name")).next().unwrap().text().collect::<String>();
            let heads: Vec<String> = page
                .select(&select(".panel.flush table thead th"))
                .map(|head| head.text().collect::<String>().trim_matches([' ', '↓', '↑']).to_owned())
                .collect();
            let cells: Vec<Option<f64>> = row
                .child_elements()
                .map(|cell| {
                    cell.select(&select("data")).next().map(|data| data.attr("value").unwrap().parse().unwrap())
                })
                .collect();
            let of = |name: &str| cells[heads.iter().position(|head| head == name).unwrap()];
            (name, Printed { energy: of("Energy"), emissions: of("CO₂e"), cost: of("Cost") })
        })
        .collect()
}

fn totals(page: &Html) -> Option<Printed> {
    let list = page.select(&select("dl.totals")).next()?;
    let of = |name: &str| {
        list.select(&select("div")).find(|pair| pair.text().next() == Some(name)).and_then(|pair| {
            pair.select(&select("data")).next().map(|data| data.attr("value").unwrap().parse().unwrap())
        })
    };
    Some(Printed { energy: of("Energy"), emissions: of("Emissions"), cost: of("Cost") })
}

fn cards(page: &Html) -> Printed {
    let of = |name: &str| {
        let card = page
            .select(&select(".card"))
            .find(|card| card.text().map(str::trim).find(|text| !text.is_empty()) == Some(name))
            .unwrap_or_else(|| panic!("no card says {name}"));
        card.select(&select("data")).next().map(|data| data.attr("value").unwrap().parse().unwrap())
    };
    assert!(!attributes(page, ".card", "class").is_empty());
    Printed { energy: of("Energy"), emissions: of("Emissions"), cost: of("Cost") }
}

/// The overview's own table, summed by a statement that is not the product's.
async fn organisation(site: &Site, asked: &Asked) -> Decimal {
    let split = |key: &str, denied: bool| -> Vec<String> {
        let values = asked.facets.get(key).cloned().unwrap_or_default();
        let of_kind = values.into_iter().filter(|value| value.starts_with('!') == denied);
        of_kind.map(|value| value.trim_start_matches('!').replace("(none)", "")).collect()
    };
    let mut transaction = site.scope.begin(&site.test.database.web).await.unwrap();
    let mut query = sqlx::query(
        "select coalesce(sum(facility_uwh), 0)::bigint as uwh
         from org_day join account using (account_id)
         where day between $1 and $2
           and (cardinality($3::text[]) = 0 or team = any($3)) and team <> all($4)
           and (cardinality($5::text[]) = 0 or region = any($5)) and region <> all($6)
           and (cardinality($7::text[]) = 0 or aws_account_id = any($7)) and aws_account_id <> all($8)
           and (cardinality($9::text[]) = 0 or project = any($9)) and project <> all($10)
           and (cardinality($11::text[]) = 0 or environment = any($11)) and environment <> all($12)
           and (cardinality($13::text[]) = 0 or phase = any($13)) and phase <> all($14)
           and (cardinality($15::text[]) = 0 or kind = any($15)) and kind <> all($16)
           and (cardinality($17::text[]) = 0 or exists (
               select from unnest($17) as family where instance_type like 'ml.' || family || '.%'
           ))
           and not exists (select from unnest($18::text[]) as family where instance_type like 'ml.' || family || '.%')
           and (cardinality($19::text[]) = 0 or instance_type = any($19)) and instance_type <> all($20)",
    )
    .bind(asked.from)
    .bind(asked.to());
    for key in ["team", "region", "account", "project", "environment", "phase", "kind", "family", "instance"] {
        query = query.bind(split(key, false)).bind(split(key, true));
    }
    let row = query.fetch_one(&mut *transaction).await.unwrap();
    Decimal::from_i128_with_scale(i128::from(row.get::<i64, _>("uwh")), 9).normalize()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_overview_goes_by_the_figure_that_is_shown_first() {
    let site = Site::new().await;
    let table = |text: &str, id: &str| -> (Vec<String>, Vec<String>) {
        let page = Html::parse_document(text);
        let cells = |selector: &str| -> Vec<String> {
            let selector = Selector::parse(&format!("section[aria-labelledby={id}] {selector}")).unwrap();
            page.select(&selector).map(|cell| cell.text().collect::<String>().trim().to_owned()).collect()
        };
        (cells("thead th"), cells("tbody th a"))
    };
    for (metric, sort, heads, chart) in [
        ("", "-cost", ["Job", "Cost", "Energy", "CO₂e"], "cost-by-day"),
        ("&metric=kwh", "-kwh", ["Job", "Energy", "Cost", "CO₂e"], "energy-by-day"),
        ("&metric=co2e", "-co2e", ["Job", "CO₂e", "Cost", "Energy"], "emissions-by-day"),
    ] {
        let (status, text) = site.get(&format!("/?{ALL}{metric}")).await;
        assert_eq!(status, 200, "{text}");
        let (own, jobs) = table(&text, "top-jobs");
        assert_eq!(own, heads, "{metric}");
        let (_, csv) = site.get(&format!("/jobs.csv?{ALL}&sort={sort}")).await;
        let listed: Vec<String> = csv::Reader::from_reader(csv.as_bytes())
            .into_deserialize::<BTreeMap<String, String>>()
            .map(|row| row.unwrap()["name"].clone())
            .take(jobs.len())
            .collect();
        assert!(jobs.len() > 3 && jobs == listed, "{metric}: {jobs:?} beside {listed:?}");
        let first = ["cost-by-day", "emissions-by-day", "energy-by-day"]
            .into_iter()
            .min_by_key(|id| text.find(id).expect("every chart is there"));
        assert_eq!(first, Some(chart), "{metric}");
        // The choice goes along to other pages and comes back from their links.
        let page = Html::parse_document(&text);
        let onward = links(&page).into_iter().find(|link| link.starts_with("/jobs?")).unwrap();
        assert_eq!(onward.contains("metric="), !metric.is_empty(), "{onward}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bars_parted_by_anything_add_up_to_the_same() {
    let site = Site::new().await;
    let cells = |page: &Html, selector: &str| -> Vec<String> {
        let selector = Selector::parse(&format!("figure#cost-by-day {selector}")).unwrap();
        page.select(&selector).map(|cell| cell.text().collect::<String>().trim().to_owned()).collect()
    };
    let by_phase = site.page(&format!("/?{ALL}")).await;
    let totals = cells(&by_phase, "tbody td:last-child");
    assert!(totals.len() == 7 && totals.iter().any(|total| total.contains('$')), "{totals:?}");
    assert!(cells(&by_phase, "thead th").contains(&"Inference".to_owned()));
    for (by, layer) in [("team", "nlp"), ("region", "us-east-1"), ("kind", "Training")] {
        let page = site.page(&format!("/?{ALL}&by={by}")).await;
        assert_eq!(cells(&page, "tbody td:last-child"), totals, "by {by}");
        let heads = cells(&page, "thead th");
        assert!(heads.iter().any(|head| head.starts_with(layer)), "by {by}: {heads:?}");
        let chosen = attributes(&page, ".stacks a[aria-current]", "href");
        assert!(chosen.len() == 1 && chosen[0].ends_with(&format!("by={by}")), "{chosen:?}");
        // What the bars are parted by goes along when the period is changed.
        assert_eq!(attributes(&page, "form[aria-label=Filter] input[name=by]", "value"), [by]);
    }
    // A period of more days than can be told apart is drawn by the week.
    let year = site.page("/?from=2026-01-01&to=2026-11-22").await;
    let weeks = cells(&year, "tbody th");
    assert!(weeks.len() == 47 && weeks[46].starts_with("Week from 16 Nov 2026"), "{weeks:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wanted_of_the_whole_is_not_held_against_a_part() {
    let site = Site::new().await;
    for (kpi, target) in [("cost", "1000"), ("grid_intensity", "300")] {
        let (status, _, text) =
            site.post("/settings/kpis", &[("kpi", kpi), ("target", target), ("by", "Ada Lovelace")]).await;
        assert_eq!(status, 303, "{text}");
    }
    for (page, metric) in [("/?", ""), ("/trends?", "&metric=cost")] {
        let (_, whole) = site.get(&format!("{page}{ALL}{metric}")).await;
        assert!(whole.contains("Dashed: the target"), "{page} {whole}");
        let (_, part) = site.get(&format!("{page}{ALL}{metric}&team=nlp")).await;
        assert!(!part.contains("Dashed: the target"), "{page} {part}");
    }
    // A ratio is wanted of every part alike.
    let (_, part) = site.get(&format!("/trends?{ALL}&metric=grid&team=nlp")).await;
    assert!(part.contains("Dashed: the target"), "{part}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_offered_is_what_there_is_and_it_narrows_every_page() {
    let site = Site::new().await;
    let page = site.page(&format!("/jobs?{ALL}")).await;
    let offered = |name: &str| attributes(&page, &format!("form[aria-label=Filter] input[name={name}]"), "value");
    assert_eq!(offered("team"), ["(none)", "nlp", "ranking", "vision"]);
    assert_eq!(offered("kind"), ["training", "processing", "transform", "endpoint", "notebook", "app", "cluster"]);
    assert_eq!(offered("phase"), ["prep", "train", "deploy", "dev"]);
    assert!(offered("family").contains(&"g5".to_owned()) && offered("family").contains(&"trn1".to_owned()));
    assert!(offered("instance").contains(&"ml.g5.xlarge".to_owned()));
    assert_eq!(offered("project"), ["(none)", "defects", "tickets"]);
    assert_eq!(offered("environment"), ["(none)", "dev", "prod"]);
    // One account and one region are no choice.
    assert!(offered("account").is_empty() && offered("region").is_empty());

    // What was found follows its resource: by what it is, where it is, and whose it is not.
    let found = async |query: &str| -> Vec<String> {
        let page = site.page(&format!("/recommendations?{ALL}{query}")).await;
        links(&page).into_iter().filter(|link| link.starts_with("/recommendations/")).collect()
    };
    // The endpoint that nobody calls.
    let own = found("&kind=endpoint").await;
    assert_eq!(own.len(), 1, "{own:?}");
    for (narrowing, opposite) in [
        ("&kind=endpoint", "&kind=!endpoint"),
        ("&phase=deploy&kind=endpoint", "&phase=train"),
        ("&team=nlp", "&team=!nlp"),
        ("&account=111122223333", "&account=999900001111"),
        ("&region=us-east-1", "&region=!us-east-1"),
        ("&family=g4dn", "&family=!g4dn"),
        ("&environment=(none)", "&environment=prod"),
        ("&project=(none)&family=g4dn", "&project=tickets"),
        ("&framework=PyTorch", "&framework=(none)"),
        ("&q=LEFT", "&q=ranker"),
    ] {
        let (with, without) = (found(narrowing).await, found(opposite).await);
        assert!(with.contains(&own[0]) && !without.contains(&own[0]), "{narrowing}: {own:?} {with:?} {without:?}");
    }
    let (status, away) = site.get(&format!("/recommendations?{ALL}&kind=app&family=p5")).await;
    assert!(status == 200 && away.contains("Clear all"), "{away}");
    // The overview lists the same.
    let listed = async |query: &str| {
        let overview = site.page(&format!("/?{ALL}{query}")).await;
        links(&overview).into_iter().filter(|link| link.starts_with("/recommendations/")).count()
    };
    assert_eq!((listed("&kind=endpoint").await, listed("&kind=training").await), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_bars_are_parted_by_is_kept_with_a_view_and_said_where_it_means_nothing() {
    let site = Site::new().await;
    for (address, chosen) in [("/?by=team", "by=team"), ("/jobs?group=family", "group=family")] {
        let view = site.save_view("Kept", &format!("{address}&range=28d"), false).await;
        let answer = site.get_with(&format!("/v/{view}"), "accept", "text/html").await;
        let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        assert!(answer.status() == 303 && to.contains(chosen), "{to}");
    }
    for (address, word) in
        [("/?by=colour", "by=colour"), ("/jobs?group=colour", "group=colour"), ("/?range=later", "range=later")]
    {
        let (status, text) = site.get(address).await;
        assert!(status == 200 && text.contains(&format!("Not known here and ignored: {word}.")), "{address}");
    }
    // A range is the days that it names, and the links of the page say them.
    let page = site.page("/jobs?range=week").await;
    let csv = links(&page).into_iter().find(|link| link.starts_with("/jobs.csv?")).unwrap();
    assert_eq!(csv, "/jobs.csv?from=2026-11-16&to=2026-11-22");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_filters_take_away_is_counted_and_what_was_never_read_is_none_of_theirs() {
    let site = Site::new().await;
    let buttons = Selector::parse(".empty a.button").unwrap();
    for path in [
        "/?",
        "/trends?",
        "/jobs?",
        "/jobs?group=family&",
        "/endpoints?",
        "/notebooks?",
        "/pipelines?",
        "/recommendations?",
    ] {
        let (status, text) = site.get(&format!("{path}{ALL}&family=p5")).await;
        assert!(status == 200 && text.contains("match these filters"), "{path} {text}");
        let page = Html::parse_document(&text);
        let words: String = page.select(&select(".empty")).flat_map(|empty| empty.text()).collect();
        assert!(words.contains("Without them there") && !words.contains("there are 0"), "{path} {words}");
        // The way out keeps the period and the page's own choices.
        let href = page.select(&buttons).next().unwrap().value().attr("href").unwrap().to_owned();
        assert!(href.contains(ALL) && !href.contains("family=p5"), "{href}");
        let (_, whole) = site.get(&href).await;
        assert!(!whole.contains("match these filters"), "{href}");
    }
    // Before anything was read, and after today, no filter takes anything away, and nothing is zero.
    for (period, why) in [
        ("from=2026-01-05&to=2026-01-11", "The ledger begins on 5 Nov 2026."),
        ("from=2026-12-07&to=2026-12-13", "These days are still to come"),
    ] {
        for path in ["/", "/workloads", "/jobs", "/endpoints", "/notebooks", "/trends"] {
            let (_, text) = site.get(&format!("{path}?{period}&team=nlp")).await;
            assert!(text.contains(why) && text.contains("It is not known which"), "{path} {period}");
            assert!(!text.contains("match these filters") && !text.contains("in this period"), "{path} {period}");
        }
    }
}
