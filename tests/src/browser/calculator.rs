//! The calculator: a form where no script runs, figures that follow the typing where one does, and the server's own bytes.

use footprint::units::Fraction;
use footprint::{FactorSet, Override, Workload, estimate_workload};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};

use super::driver::Browser;
use crate::site::{Site, attributes};

const ONE: &str = "type1=ml.g5.xlarge&count1=2&hours1=24&region1=us-east-1&kind1=endpoint";
const INPUTS: usize = 500;

/// Empties a field and types into it, as a visitor does.
async fn retype(browser: &Browser, id: &str, text: &str) {
    let field = browser.find(&format!("#{id}")).await;
    field.clear().await.unwrap();
    field.send_keys(text).await.unwrap();
}

async fn energy(browser: &Browser, column: usize) -> String {
    let script = "const rows = [...document.querySelectorAll('#comparison tbody tr')];
        const row = rows.find(row => row.cells[0].textContent === 'Energy');
        return row.cells[arguments[0]].querySelector('data')?.value ?? row.cells[arguments[0]].textContent";
    browser.run(script, vec![json!(column)]).await.as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_script_the_calculator_is_a_form() {
    let site = Site::new().await;
    let browser = Browser::without_script().await;
    browser.goto(&format!("{}/calculator", site.address)).await;
    let asleep = browser.find("[role=status]").await.attr("data-live").await.unwrap();
    assert_eq!(asleep, None, "this browser must not run scripts, or the test proves nothing");
    let example = energy(&browser, 1).await;
    retype(&browser, "hours1", "48").await;
    browser.press("Calculate").await;
    let twice = energy(&browser, 1).await;
    assert!((twice.parse::<f64>().unwrap() / example.parse::<f64>().unwrap() - 2.0).abs() < 1e-6, "{twice} {example}");
    assert!(address(&browser).await.contains("hours1=48"));
    browser.press("Add an alternative").await;
    assert_eq!(energy(&browser, 3).await, energy(&browser, 2).await, "a new alternative is a copy of the last");
    retype(&browser, "type3", "ml.nothing.xlarge").await;
    browser.press("Calculate").await;
    let said = browser.find("#type3-error").await.text().await.unwrap();
    assert_eq!(said, "The instance type `ml.nothing.xlarge` is not in the factor tables.");
    assert_eq!(energy(&browser, 1).await, twice, "the others still show");
    browser.press("Remove alternative 3").await;
    assert!(!address(&browser).await.contains("type3"));
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_script_figures_and_address_follow_the_typing() {
    let site = Site::new().await;
    let browser = Browser::open().await;
    browser.goto(&format!("{}/calculator?{ONE}", site.address)).await;
    browser.find("[data-live=true][data-estimates]").await;
    browser.run("window.same = true", Vec::new()).await;
    let before = energy(&browser, 1).await;
    retype(&browser, "hours1", "12").await;
    let half = energy(&browser, 1).await;
    assert!((half.parse::<f64>().unwrap() / before.parse::<f64>().unwrap() - 0.5).abs() < 1e-6, "{half} {before}");
    assert!(address(&browser).await.ends_with(&ONE.replace("hours1=24", "hours1=12")));

    retype(&browser, "price1", "2").await;
    assert!(browser.text().await.contains("your price, $2 an hour"));
    retype(&browser, "type1", "ml.trn1.32xlarge").await;
    assert!(browser.text().await.contains("at least"));
    retype(&browser, "type1", "ml.nothing").await;
    let field = browser.find("#type1").await;
    assert_eq!(field.attr("aria-invalid").await.unwrap().as_deref(), Some("true"));
    let said = browser.find("#type1-error").await.text().await.unwrap();
    assert_eq!(said, "The instance type `ml.nothing` is not in the factor tables.");

    // The address is the page: another visitor, or this one without script, sees the same figures.
    retype(&browser, "type1", "ml.g5.xlarge").await;
    retype(&browser, "cpu1", "33.3").await;
    let (shown, path) = (table(&browser).await, address(&browser).await);
    let path = path.strip_prefix(&site.address).unwrap();
    let served = site.page(path).await;
    let selector = scraper::Selector::parse("#comparison").unwrap();
    let served = served.select(&selector).next().unwrap().inner_html();
    assert_eq!(
        scraper::Html::parse_fragment(&format!("<table>{shown}</table>")).html(),
        scraper::Html::parse_fragment(&format!("<table>{served}</table>")).html()
    );
    assert_eq!(browser.run("return window.same", Vec::new()).await, Value::Bool(true), "the page was never left");
    assert_eq!(browser.console().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_calculator_in_the_browser_writes_what_the_command_line_writes() {
    let site = Site::new().await;
    let ours = Override {
        factor_id: "pue:us-east-1".to_owned(),
        value: 1.0 + 1.0 / 3.0,
        low: 1.1,
        high: 1.0 + 2.0 / 3.0,
        author: "Ada".to_owned(),
        reason: "a \"measured\" month".to_owned(),
    };
    let changes = [ours];
    server::estimate::revise(&site.test.database, "ours", &changes, "Ada", "a test").await.unwrap();
    let factors = FactorSet::builtin().unwrap().with_overrides("ours", &changes).unwrap();
    let inputs = inputs(&factors);
    let browser = Browser::open().await;
    let four: Vec<String> = (1..=4).map(|number| ONE.replace("1=", &format!("{number}="))).collect();
    browser.goto(&format!("{}/calculator?{}", site.address, four.join("&"))).await;
    browser.find("[data-live=true][data-estimates]").await;
    let hash = attributes(&site.page("/calculator").await, "leptos-island", "data-props").concat();
    assert!(hash.contains(&factors.sha256_hex()), "the page computes with the factors of the active estimate: {hash}");
    let mut estimated = 0;
    for some in inputs.chunks(100) {
        let got = computed(&browser, some).await;
        assert_eq!(got.len(), some.len(), "{got:?}");
        for (input, got) in some.iter().zip(got) {
            let expected = estimate_workload(&factors, &workload(input)).map(|estimate| estimate.to_json().unwrap());
            estimated += usize::from(expected.is_ok());
            assert_eq!(got, expected.unwrap_or_default(), "{input}");
        }
    }
    assert!(estimated > INPUTS / 2, "only {estimated} of {INPUTS} were estimated");
    let (_, text) = site.get(&format!("/calculator.json?{ONE}")).await;
    let asked = json!({ "type": "ml.g5.xlarge", "count": "2", "hours": "24", "region": "us-east-1", "kind": "endpoint",
        "cpu": "", "gpu": "" });
    assert_eq!(text, estimate_workload(&factors, &workload(&asked)).unwrap().to_json().unwrap() + "\n");
    browser.close().await;
}

/// What may be typed into the fields of one alternative, at random; the seed makes it the same each time.
fn inputs(factors: &FactorSet) -> Vec<Value> {
    let types: Vec<&str> = factors.instances().map(|instance| instance.name.as_str()).collect();
    let regions: Vec<&str> = factors.regions().map(|region| region.name.as_str()).collect();
    let mut random = StdRng::seed_from_u64(5);
    let percent = |random: &mut StdRng| match random.random_range(0..3) {
        0 => String::new(),
        1 => random.random_range(0..=100).to_string(),
        _ => format!("{}.{:02}", random.random_range(0..100), random.random_range(0..100)),
    };
    (0..INPUTS)
        .map(|_| {
            json!({
                "type": types.choose(&mut random).unwrap(),
                "count": random.random_range(1..=64).to_string(),
                "hours": format!("{}.{:03}", random.random_range(0..2000), random.random_range(0..1000)),
                "region": regions.choose(&mut random).unwrap(),
                "kind": if random.random_bool(0.5) { "training" } else { "endpoint" },
                "cpu": percent(&mut random),
                "gpu": percent(&mut random),
            })
        })
        .collect()
}

/// The same workload as the command line reads it.
fn workload(input: &Value) -> Workload {
    let text = |name: &str| input[name].as_str().unwrap();
    let share = |name: &str| match text(name) {
        "" => None,
        percent => Some(Fraction::new(percent.parse::<f64>().unwrap() / 100.0).unwrap()),
    };
    Workload {
        instance_type: text("type").to_owned(),
        count: text("count").parse().unwrap(),
        hours: text("hours").parse().unwrap(),
        region: text("region").to_owned(),
        kind: text("kind").parse().unwrap(),
        cpu: share("cpu"),
        gpu: share("gpu"),
        measured: footprint::Measured::default(),
    }
}

/// Fills the form four alternatives at a time, and reads what the island computed.
async fn computed(browser: &Browser, inputs: &[Value]) -> Vec<String> {
    let script = "const [inputs, done] = arguments;
        (async () => {
            const all = [];
            for (let first = 0; first < inputs.length; first += 4) {
                inputs.slice(first, first + 4).forEach((input, place) => {
                    for (const name in input) document.getElementById(name + (place + 1)).value = input[name];
                });
                document.getElementById('calculator').dispatchEvent(new Event('input', { bubbles: true }));
                await new Promise(resolve => setTimeout(resolve));
                all.push(...document.querySelector('[data-estimates]').dataset.estimates.split('\\n\\n'));
            }
            return all;
        })().then(done, error => done([String(error)]));";
    let got = browser.driver.execute_async(script, vec![json!(inputs)]).await.unwrap();
    got.json().as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

async fn table(browser: &Browser) -> String {
    let script = "return document.getElementById('comparison').innerHTML";
    browser.run(script, Vec::new()).await.as_str().unwrap().to_owned()
}

async fn address(browser: &Browser) -> String {
    browser.driver.current_url().await.unwrap().to_string()
}
