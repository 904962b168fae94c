//! The whole product over HTTP: a fleet read through the real pipeline, served on loopback.

use std::collections::BTreeMap;

use aws_simulator::fleet::{Endpoint, Job, Traffic, Variant};
use aws_simulator::{Fleet, Simulator};
use chrono::{DateTime, Duration, Utc};
use http::Method;
use reqwest::redirect;
use scraper::{Html, Selector};
use server::http::{AppState, Known, RouteInfo, routes, serve};
use server::ingest::{Money, Options, Source, Summary};
use server::pipeline;
use server::store::{AccountScope, Origin, account};
use tokio::task::JoinHandle;

use crate::support::{TestDatabase, source};

/// Monday 23 November 2026, noon: the small fleet's jobs lie in the week before.
pub fn now() -> DateTime<Utc> {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

/// The week that is over at [`now`].
pub const WEEK: &str = "2026-W47";
/// A period that holds all of the small fleet.
pub const ALL: &str = "from=2026-11-17&to=2026-11-23";

/// The endpoint that nobody calls.
pub const LEFT_ON: &str = "pilot-left-on";

/// A served installation with its own database and its own AWS.
pub struct Site {
    pub test: TestDatabase,
    pub scope: AccountScope,
    pub address: String,
    pub simulator: aws_simulator::Handle,
    client: reqwest::Client,
    account: (String, String, Vec<String>),
}

impl Site {
    /// The small fleet, a sweep, and an endpoint that has been left running for longer than the rules watch.
    pub async fn new() -> Self {
        Self::of_many(1).await
    }

    /// The same with every job and endpoint of the small fleet so many times.
    pub async fn of_many(times: usize) -> Self {
        let mut fleet = Fleet::small(now(), 3);
        let region = &mut fleet.accounts[0].regions[0];
        for (jobs, endpoints) in vec![(region.jobs.clone(), region.endpoints.clone()); times - 1] {
            let number = region.jobs.len();
            region.jobs.extend(jobs.into_iter().map(|job| Job { name: format!("{}-{number}", job.name), ..job }));
            let named = |each: Endpoint| Endpoint { name: format!("{}-{number}", each.name), ..each };
            region.endpoints.extend(endpoints.into_iter().map(named));
        }
        crate::configuration::sweep(&mut fleet);
        let account = &mut fleet.accounts[0];
        let (id, region) = (account.id.clone(), &mut account.regions[0]);
        let variant = Variant::new("primary", "pilot", "ml.g4dn.xlarge", 1, 30.0);
        let created = now() - Duration::days(18);
        let left = Endpoint::new(&id, &region.name, LEFT_ON, created, Traffic::none(), vec![variant]);
        region.endpoints.push(left.tagged(&[("team", "nlp")]));
        Self::of(fleet, now() - Duration::days(18)).await
    }

    /// A fleet of one account, read since `from`.
    pub async fn of(fleet: Fleet, from: DateTime<Utc>) -> Self {
        let site = Self::unread(fleet).await;
        let (scope, source) = site.source().await;
        pipeline::run(&site.test.database, &scope, &[source], &Options::new(from, now(), now())).await.unwrap();
        site
    }

    /// A fleet of one account of which nothing was read yet.
    pub async fn unread(fleet: Fleet) -> Self {
        let account = fleet.accounts[0].clone();
        let simulator = Simulator::start(fleet, 0).await.unwrap();
        let test = TestDatabase::new().await;
        let regions: Vec<String> = account.regions.iter().map(|region| region.name.clone()).collect();
        let account = (account.id.clone(), account.access_key_id(), regions);
        let (scope, _) = open(&test, &account, &simulator.endpoint_url()).await;
        let address = served(&test).await;
        let client = reqwest::Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        Self { test, scope, address, simulator, client, account }
    }

    /// The account, ready to be read.
    pub async fn source(&self) -> (AccountScope, Source) {
        open(&self.test, &self.account, &self.simulator.endpoint_url()).await
    }

    /// Reads it beside what the test does.
    pub async fn reading(&self, options: Options) -> JoinHandle<Summary> {
        let (scope, source) = self.source().await;
        let database = self.test.database.clone();
        tokio::spawn(async move { pipeline::run(&database, &scope, &[source], &options).await.unwrap() })
    }

    /// An installation that nothing was read into.
    pub async fn empty() -> Self {
        let simulator = Simulator::start(Fleet::small(now(), 3), 0).await.unwrap();
        let test = TestDatabase::new().await;
        let address = served(&test).await;
        let client = reqwest::Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        let scope = AccountScope::new(Origin::Aws, Vec::new());
        Self { test, scope, address, simulator, client, account: (String::new(), String::new(), Vec::new()) }
    }

    /// Estimates what is due in every account.
    pub async fn bring_up_to_date(&self) {
        for scope in account::scopes(&self.test.database.web).await.unwrap() {
            pipeline::bring_up_to_date(&self.test.database, &scope, now()).await.unwrap();
        }
    }

    /// Reads the account once more, complete windows included.
    pub async fn read_again(&self, from: DateTime<Utc>) -> Summary {
        let (scope, source) = open(&self.test, &self.account, &self.simulator.endpoint_url()).await;
        let mut options = Options::new(from, now(), now());
        options.reread = true;
        pipeline::run(&self.test.database, &scope, &[source], &options).await.unwrap()
    }

    /// Reads the account as a run at this moment does.
    pub async fn read_at(&self, now: DateTime<Utc>) -> Summary {
        let (scope, source) = open(&self.test, &self.account, &self.simulator.endpoint_url()).await;
        let options = Options::new(now - Duration::days(5), now, now);
        pipeline::run(&self.test.database, &scope, &[source], &options).await.unwrap()
    }

    /// Reads the account as a run at this moment does, with what of its money is asked for.
    pub async fn read_money(&self, money: Money, now: DateTime<Utc>) -> Summary {
        let (scope, mut source) = open(&self.test, &self.account, &self.simulator.endpoint_url()).await;
        source.money = money;
        let options = Options::new(now - Duration::days(1), now, now);
        pipeline::run(&self.test.database, &scope, &[source], &options).await.unwrap()
    }

    /// Reads it once more with the watts that its GPUs' agents publish.
    pub async fn read_with_power(&self, from: DateTime<Utc>) -> Summary {
        let (scope, source) = open(&self.test, &self.account, &self.simulator.endpoint_url()).await;
        let mut options = Options::new(from, now(), now());
        options.reread = true;
        options.power = Some("CWAgent:nvidia_smi_power_draw:accelerator".parse().unwrap());
        pipeline::run(&self.test.database, &scope, &[source], &options).await.unwrap()
    }

    /// Serves the same database from a second start of the server.
    pub async fn restarted(&mut self) {
        self.address = served(&self.test).await;
    }

    /// Status and text of an address.
    pub async fn get(&self, path: &str) -> (u16, String) {
        let answer = self.client.get(format!("{}{path}", self.address)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// The answer to a GET with one more header.
    pub async fn get_with(&self, path: &str, name: &'static str, value: &str) -> reqwest::Response {
        self.client.get(format!("{}{path}", self.address)).header(name, value).send().await.unwrap()
    }

    /// Sends a file as a browser's form does; status, where it leads, and text.
    pub async fn send_file(&self, path: &str, field: &str, name: &str, content: &str) -> (u16, String, String) {
        self.send_form(path, &[], (field, name, content)).await
    }

    /// Sends a form with a file in it; status, where it leads, and text.
    pub async fn send_form(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, &str, &str),
    ) -> (u16, String, String) {
        self.send_files(path, fields, &[file]).await
    }

    /// Sends a form with several files, each a field, a name and a content; status, where it leads, and text.
    pub async fn send_files(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &str)],
    ) -> (u16, String, String) {
        let mut body: String = fields
            .iter()
            .map(|(name, value)| {
                format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            })
            .collect();
        for (field, name, content) in files {
            body.push_str(&format!(
                "--edge\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
                 Content-Type: text/csv\r\n\r\n{content}\r\n"
            ));
        }
        body.push_str("--edge--\r\n");
        let sent = self.client.post(format!("{}{path}", self.address)).header("origin", &self.address);
        let sent = sent.header("content-type", "multipart/form-data; boundary=edge").body(body);
        let answer = sent.send().await.unwrap();
        let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        (answer.status().as_u16(), to, answer.text().await.unwrap())
    }

    /// Sends a form; status, where it leads, and text.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> (u16, String, String) {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let answer = self
            .client
            .post(format!("{}{path}", self.address))
            .header("origin", &self.address)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.finish())
            .send()
            .await
            .unwrap();
        let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        (answer.status().as_u16(), to, answer.text().await.unwrap())
    }

    /// The page of an address, which must be there.
    pub async fn page(&self, path: &str) -> Html {
        let (status, text) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {text}");
        Html::parse_document(&text)
    }

    /// Freezes [`WEEK`], promises something, and finds an example of everything that has a page.
    pub async fn known(&self) -> Known {
        let (status, review, text) = self.post("/reviews", &[("week", WEEK), ("by", "Ada")]).await;
        assert_eq!(status, 303, "{text}");
        let action = [("title", "Stop llama-poc"), ("owner", "Grace"), ("due", "2026-11-24"), ("by", "Ada")];
        let (status, _, text) = self.post(&format!("{review}/actions"), &action).await;
        assert_eq!(status, 303, "{text}");
        let pipeline = self.first_link(&format!("/pipelines?{ALL}"), "/pipelines/").await;
        let executions = format!("/pipelines/{pipeline}/executions/");
        Known {
            execution: self.first_link(&format!("/pipelines/{pipeline}?{ALL}"), &executions).await,
            pipeline,
            job: self.first_link(&format!("/jobs?{ALL}"), "/jobs/").await,
            other_job: self.first_link(&format!("/jobs?{ALL}&sort=cost"), "/jobs/").await,
            tuning: self.first_link("/jobs/tuning", "/jobs/tuning/").await,
            endpoint: self.first_link(&format!("/endpoints?{ALL}"), "/endpoints/").await,
            notebook: self.first_link(&format!("/notebooks?{ALL}"), "/notebooks/").await,
            finding: self.first_link("/recommendations", "/recommendations/").await,
            action: self.action_of(&review).await,
            review: review.trim_start_matches("/reviews/").to_owned(),
            proposal: self.propose("pue:us-east-1", "1.5", "1.4", "1.6").await,
            run: self.test.scalar_text(&self.scope, "select run_id::text from ingest_run limit 1").await,
            view: self.save_view("Last week", "/trends?metric=kwh", false).await,
        }
    }

    /// Keeps a page under a name; the last segment of its short address.
    pub async fn save_view(&self, name: &str, address: &str, rolling: bool) -> String {
        let mut form = vec![("name", name), ("address", address), ("by", "Ada")];
        if rolling {
            form.push(("rolling", "yes"));
        }
        let (status, to, text) = self.post("/views", &form).await;
        assert_eq!(status, 303, "{text}");
        to.trim_start_matches("/views#").to_owned()
    }

    /// Where an address leads at last: that of a saved view leads to another one of ours.
    pub async fn arrive(&self, path: &str) -> (u16, String) {
        self.arrive_with(path, "").await
    }

    /// The same with a page that is made for this visit.
    pub async fn arrive_anew(&self, path: &str) -> (u16, String) {
        self.arrive_with(path, &format!("visit={}", uuid::Uuid::new_v4().simple())).await
    }

    async fn arrive_with(&self, path: &str, cookie: &str) -> (u16, String) {
        let answer = self.get_with(path, "cookie", cookie).await;
        match answer.headers().get("location") {
            Some(to) if answer.status() == 303 => {
                let answer = self.get_with(to.to_str().unwrap(), "cookie", cookie).await;
                (answer.status().as_u16(), answer.text().await.unwrap())
            }
            _ => (answer.status().as_u16(), answer.text().await.unwrap()),
        }
    }

    /// Proposes a factor; the last segment of the proposal's address.
    pub async fn propose(&self, factor: &str, value: &str, low: &str, high: &str) -> String {
        let form =
            [("factor", factor), ("value", value), ("low", low), ("high", high), ("reason", "measured"), ("by", "Ada")];
        let (status, proposal, text) = self.post("/methodology/sets", &form).await;
        assert_eq!(status, 303, "{text}");
        proposal.trim_start_matches("/methodology/sets/").to_owned()
    }

    /// Every route that shows something, by its pattern, with an address that exists.
    pub async fn examples(&self) -> BTreeMap<&'static str, String> {
        let known = self.known().await;
        routes()
            .iter()
            .filter(|route| route.method == Method::GET)
            .map(|route| (route.path, example(route, &known)))
            .collect()
    }

    async fn first_link(&self, path: &str, prefix: &str) -> String {
        let links = links(&self.page(path).await);
        let found = links.iter().find_map(|link| {
            let rest = link.strip_prefix(prefix)?.split('?').next()?;
            // Jobs are named with their number behind a point; the pages beside their list are not.
            (!rest.is_empty() && !rest.contains('/') && (prefix != "/jobs/" || rest.contains('.')))
                .then(|| rest.to_owned())
        });
        found.unwrap_or_else(|| panic!("{path} links to no {prefix}"))
    }

    async fn action_of(&self, review: &str) -> String {
        let page = self.page(review).await;
        let forms = attributes(&page, "form[method=post]", "action");
        let prefix = format!("{review}/actions/");
        forms.iter().find_map(|form| form.strip_prefix(&prefix)).expect("the action has a form").to_owned()
    }
}

fn example(route: &RouteInfo, known: &Known) -> String {
    (route.example)(known)
}

async fn open(test: &TestDatabase, account: &(String, String, Vec<String>), endpoint: &str) -> (AccountScope, Source) {
    let (id, key, regions) = account;
    let regions: Vec<&str> = regions.iter().map(String::as_str).collect();
    let source = source(&test.database, Origin::Demo, id, key, endpoint, &regions).await;
    (source.scope.clone(), source)
}

async fn served(test: &TestDatabase) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let state = AppState::new(test.database.clone(), Some(now())).unwrap();
    tokio::spawn(serve(listener, state, std::future::pending()));
    address
}

/// The values of an attribute of everything that a selector names.
pub fn attributes(page: &Html, selector: &str, name: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector).filter_map(|element| element.attr(name).map(ToOwned::to_owned)).collect()
}

/// Where a page leads.
pub fn links(page: &Html) -> Vec<String> {
    attributes(page, "a[href]", "href")
}
