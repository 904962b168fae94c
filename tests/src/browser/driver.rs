//! Chromium under ChromeDriver, both on loopback, with the few gestures a visitor has.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::LoggingPrefsLogLevel;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities as _;
use thirtyfour::extensions::query::ElementQueryable as _;
use thirtyfour::prelude::{By, DesiredCapabilities, ElementWaitable as _, WebDriver, WebElement};

const PATIENCE: Duration = Duration::from_secs(10);

/// How long a script may take that says itself when it is done; a busy machine is no failure.
const SCRIPT: Duration = Duration::from_secs(180);

/// One browser window.
pub struct Browser {
    pub driver: WebDriver,
    service: Child,
}

/// What the visitor prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    Light,
    Dark,
}

impl Browser {
    /// A window that runs scripts.
    pub async fn open() -> Self {
        Self::start(true).await
    }

    /// A window that runs none.
    pub async fn without_script() -> Self {
        Self::start(false).await
    }

    async fn start(script: bool) -> Self {
        let (service, port) = chromedriver();
        let mut wanted = DesiredCapabilities::chrome();
        wanted.set_binary(tool("WATTLEDGER_CHROMIUM").to_str().unwrap()).unwrap();
        for argument in [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-background-timer-throttling",
            "--disable-backgrounding-occluded-windows",
            "--disable-renderer-backgrounding",
            "--disable-quic",
            "--no-first-run",
            "--lang=en-US",
            "--force-prefers-reduced-motion",
            "--window-size=1280,900",
        ] {
            wanted.add_arg(argument).unwrap();
        }
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
        if !script {
            let blocked = json!({ "profile.managed_default_content_settings.javascript": 2 });
            wanted.add_experimental_option("prefs", blocked).unwrap();
        }
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), wanted).await.expect("Chromium starts");
        driver.set_script_timeout(SCRIPT).await.unwrap();
        Self { driver, service }
    }

    /// Opens an address and waits until it is loaded.
    pub async fn goto(&self, address: &str) {
        self.driver.goto(address).await.unwrap();
    }

    pub async fn prefer(&self, scheme: Scheme) {
        let value = if scheme == Scheme::Dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.driver.cdp().send_raw("Emulation.setEmulatedMedia", features).await.unwrap();
    }

    /// Shows pages as paper shows them.
    pub async fn print(&self) {
        self.driver.cdp().send_raw("Emulation.setEmulatedMedia", json!({ "media": "print" })).await.unwrap();
    }

    /// Shows pages in the few colours of the system, as a high-contrast theme does.
    pub async fn force_colours(&self) {
        let features = json!({ "features": [{ "name": "forced-colors", "value": "active" }] });
        self.driver.cdp().send_raw("Emulation.setEmulatedMedia", features).await.unwrap();
    }

    /// Makes the window this large.
    pub async fn resize(&self, width: u32, height: u64) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", size).await.unwrap();
    }

    /// What a script in the page computes.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.driver.execute(script, arguments).await.unwrap().json().clone()
    }

    /// The same for a script that calls its last argument when it is done.
    pub async fn run_async(&self, script: &str) -> Value {
        self.driver.execute_async(script, Vec::new()).await.unwrap().json().clone()
    }

    /// Everything the console has said since it was last asked.
    pub async fn console(&self) -> Vec<String> {
        self.driver.browser_log().await.unwrap().into_iter().map(|entry| format!("{entry:?}")).collect()
    }

    /// The first element of a selector, as soon as it is there.
    pub async fn find(&self, selector: &str) -> WebElement {
        let query = self.driver.query(By::Css(selector)).wait(PATIENCE, Duration::from_millis(50));
        query.first().await.unwrap_or_else(|error| panic!("{selector}: {error}"))
    }

    /// The first visible element of an XPath, as soon as it is there.
    async fn find_visible(&self, path: &str) -> WebElement {
        let query = self.driver.query(By::XPath(path)).wait(PATIENCE, Duration::from_millis(50)).and_displayed();
        query.first().await.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The page's only heading.
    pub async fn heading(&self) -> String {
        self.find("h1").await.text().await.unwrap()
    }

    /// All that can be read.
    pub async fn text(&self) -> String {
        self.find("body").await.text().await.unwrap()
    }

    /// Follows the first visible link whose words begin so, until another page stands there.
    pub async fn follow(&self, words: &str) {
        self.leave_by(&format!("//a[starts-with(normalize-space(), '{words}')]")).await;
    }

    /// Presses the visible button with these words, until another page stands there.
    pub async fn press(&self, words: &str) {
        self.leave_by(&format!("//button[normalize-space()='{words}']")).await;
    }

    /// Unfolds what is folded under these words.
    pub async fn unfold(&self, words: &str) {
        _ = self.click(&format!("//summary[starts-with(normalize-space(), '{words}')]")).await;
    }

    /// Ticks the visible box with this label.
    pub async fn tick(&self, label: &str) {
        _ = self.click(&format!("//label[normalize-space()='{label}']")).await;
    }

    /// Chooses an option of the visible list with this label.
    pub async fn choose(&self, label: &str, option: &str) {
        let list = self.find_visible(&format!("//label[starts-with(normalize-space(), '{label}')]//select")).await;
        let path = format!("./option[normalize-space()='{option}']");
        list.find(By::XPath(path)).await.unwrap_or_else(|error| panic!("{option}: {error}")).click().await.unwrap();
    }

    /// Presses one key wherever the focus is.
    pub async fn key(&self, key: impl Into<thirtyfour::TypingData>) {
        self.driver.action_chain().send_keys(key).perform().await.unwrap();
    }

    /// Types into the visible field with this label.
    pub async fn fill(&self, label: &str, text: &str) {
        self.type_into(&format!("//input[@id=//label[normalize-space()='{label}']/@for]"), text).await;
    }

    /// Types into the visible field of an XPath.
    pub async fn type_into(&self, path: &str, text: &str) {
        self.find_visible(path).await.send_keys(text).await.unwrap();
    }

    async fn leave_by(&self, path: &str) {
        let element = self.click(path).await;
        let gone = element.wait_until().wait(PATIENCE, Duration::from_millis(50)).stale().await;
        gone.unwrap_or_else(|error| panic!("{path} leads nowhere: {error}"));
    }

    async fn click(&self, path: &str) -> WebElement {
        let element = self.find_visible(path).await;
        element.scroll_into_view().await.unwrap();
        element.wait_until().clickable().await.unwrap();
        element.click().await.unwrap();
        element
    }

    /// Ends browser and service.
    pub async fn close(mut self) {
        self.driver.clone().quit().await.unwrap();
        _ = self.service.kill();
        _ = self.service.wait();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        _ = self.service.kill();
        _ = self.service.wait();
    }
}

/// A tool that `cargo xtask test` has made ready.
pub fn tool(variable: &str) -> PathBuf {
    std::env::var_os(variable)
        .unwrap_or_else(|| panic!("{variable} is not set; run `cargo xtask test`, which installs the browser and axe"))
        .into()
}

/// Starts the service on a port of its own choice, which it prints.
fn chromedriver() -> (Child, u16) {
    let mut child = Command::new(tool("WATTLEDGER_CHROMEDRIVER"))
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("ChromeDriver starts");
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let port = lines.find_map(|line| {
        let line = line.ok()?;
        line.split("started successfully on port ").nth(1)?.trim_end_matches('.').parse().ok()
    });
    // The pipe must be read on, or the service stops when it is full.
    std::thread::spawn(move || lines.for_each(drop));
    (child, port.expect("ChromeDriver prints its port"))
}
