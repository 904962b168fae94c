//! A picture of every page: light, dark, on a phone and on paper. For people to look at; nothing is compared.
//!
//! The pages are those of the router; an address of each is found by following links from the overview.

#![forbid(unsafe_code)]

mod camera;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use http::Method;
use scraper::{Html, Selector};

use camera::{Camera, Look};

/// Takes the pictures.
#[derive(Parser)]
struct Arguments {
    /// Where the pages are served.
    #[arg(long)]
    address: String,
    /// Where the pictures go.
    #[arg(long)]
    folder: PathBuf,
    /// Where the README's picture goes.
    #[arg(long)]
    readme: PathBuf,
    /// How long to wait for the demo to be whole, seconds.
    #[arg(long, default_value_t = 300)]
    patience: u64,
}

const LOOKS: [Look; 4] = [
    Look { name: "light", width: 1_280, scheme: "light", media: "screen" },
    Look { name: "dark", width: 1_280, scheme: "dark", media: "screen" },
    Look { name: "phone", width: 360, scheme: "light", media: "screen" },
    // A4 at 96 pixels an inch, without its margins.
    Look { name: "print", width: 718, scheme: "light", media: "print" },
];
/// Pages to look for examples on; enough to reach every pattern that a link leads to.
const MOST: usize = 400;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let client = reqwest::Client::new();
    wait(&client, &arguments).await?;
    let examples = examples(&client, &arguments.address).await?;
    std::fs::create_dir_all(&arguments.folder)?;
    let camera = Camera::open().await?;
    for (pattern, path) in &examples {
        let name = match pattern.trim_matches('/').replace('/', "-") {
            name if name.is_empty() => "overview".to_owned(),
            name => name.replace(['{', '}'], ""),
        };
        println!("{pattern} at {path}");
        let address = format!("{}{path}", arguments.address);
        for look in LOOKS {
            let picture = camera.take(&address, look, None).await?;
            std::fs::write(arguments.folder.join(format!("{name}-{}.png", look.name)), &picture)?;
        }
    }
    // The beginning of the overview.
    let overview = camera.take(&arguments.address, LOOKS[0], Some(1_000)).await?;
    std::fs::write(&arguments.readme, overview).context("writing the README's picture")?;
    camera.close().await?;
    println!("{} pages in {}", examples.len(), arguments.folder.display());
    Ok(())
}

/// Waits until nothing is being read any more.
async fn wait(client: &reqwest::Client, arguments: &Arguments) -> Result<()> {
    let until = Instant::now() + Duration::from_secs(arguments.patience);
    loop {
        let answer = client.get(format!("{}/imports", arguments.address)).send().await;
        if let Ok(answer) = answer {
            let text = answer.text().await?;
            // The word of a run that goes on, in the list of runs.
            if text.contains("Something is left") || text.contains(">Complete<") {
                return Ok(());
            }
        }
        ensure!(Instant::now() < until, "the demo was not whole in {} s", arguments.patience);
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// An address for every page of the router that a link leads to.
async fn examples(client: &reqwest::Client, address: &str) -> Result<BTreeMap<&'static str, String>> {
    let routes = server::http::routes();
    let patterns: Vec<&'static str> =
        routes.iter().filter(|route| route.method == Method::GET).map(|route| route.path).collect();
    let selector = Selector::parse("a[href^='/']").map_err(|error| anyhow::anyhow!("{error}"))?;
    let mut found = BTreeMap::new();
    let mut seen = BTreeSet::from(["/".to_owned()]);
    let mut queue = VecDeque::from(["/".to_owned()]);
    let mut asked = 0;
    while let Some(path) = queue.pop_front() {
        let Some(pattern) = matching(&patterns, &path) else { continue };
        // One page of a kind, or a few where they lead to different things.
        if asked >= MOST || (found.contains_key(pattern) && pattern.contains('{')) {
            continue;
        }
        asked += 1;
        let answer = client.get(format!("{address}{path}")).send().await?;
        let is_page =
            answer.headers().get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        if !is_page || !answer.status().is_success() {
            continue;
        }
        let page = Html::parse_document(&answer.text().await?);
        found.entry(pattern).or_insert_with(|| path.clone());
        for link in page.select(&selector).filter_map(|link| link.attr("href")) {
            let link = link.split('#').next().unwrap_or_default().to_owned();
            if seen.insert(link.clone()) {
                queue.push_back(link);
            }
        }
    }
    Ok(found)
}

/// The pattern of a path; one without a wildcard goes before one with.
fn matching(patterns: &[&'static str], path: &str) -> Option<&'static str> {
    let path = path.split('?').next()?;
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |pattern: &&&str| {
        let own: Vec<&str> = pattern.split('/').collect();
        own.len() == parts.len() && own.iter().zip(&parts).all(|(own, part)| own == part || own.starts_with('{'))
    };
    patterns.iter().filter(fits).min_by_key(|pattern| pattern.matches('{').count()).copied()
}
