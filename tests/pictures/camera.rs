//! Chromium under ChromeDriver, both on loopback.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};
use serde_json::json;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities as _;
use thirtyfour::prelude::{DesiredCapabilities, WebDriver};

/// How a page is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// What its pictures are called.
    pub name: &'static str,
    /// Pixels.
    pub width: u32,
    pub scheme: &'static str,
    pub media: &'static str,
}

/// The tallest picture, pixels.
const TALLEST: u64 = 12_000;

/// A browser that takes pictures.
pub struct Camera {
    driver: WebDriver,
    service: Child,
}

impl Camera {
    pub async fn open() -> Result<Self> {
        let (service, port) = chromedriver()?;
        let mut wanted = DesiredCapabilities::chrome();
        wanted.set_binary(&variable("WATTLEDGER_CHROMIUM")?)?;
        for argument in [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            "--no-first-run",
            "--hide-scrollbars",
            "--lang=en-US",
        ] {
            wanted.add_arg(argument)?;
        }
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), wanted).await.context("starting Chromium")?;
        Ok(Self { driver, service })
    }

    /// A picture of a page, all of it or as much as `height` shows.
    pub async fn take(&self, address: &str, look: Look, height: Option<u64>) -> Result<Vec<u8>> {
        let features = json!({
            "media": look.media,
            "features": [{ "name": "prefers-color-scheme", "value": look.scheme }],
        });
        self.driver.cdp().send_raw("Emulation.setEmulatedMedia", features).await?;
        self.resize(look.width, height.unwrap_or(900)).await?;
        self.driver.goto(address).await?;
        if height.is_none() {
            let whole = self.driver.execute("return document.documentElement.scrollHeight", Vec::new()).await?;
            self.resize(look.width, whole.json().as_u64().unwrap_or(900).clamp(400, TALLEST)).await?;
        }
        Ok(self.driver.screenshot_as_png().await?)
    }

    async fn resize(&self, width: u32, height: u64) -> Result<()> {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", size).await?;
        Ok(())
    }

    /// Ends the browser.
    pub async fn close(self) -> Result<()> {
        self.driver.clone().quit().await?;
        Ok(())
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        _ = self.service.kill();
        _ = self.service.wait();
    }
}

fn variable(name: &str) -> Result<String> {
    std::env::var(name).with_context(|| format!("{name} is not set; run `cargo xtask screenshots`, which sets it"))
}

/// Starts the service on a port of its own choice, which it prints.
fn chromedriver() -> Result<(Child, u16)> {
    let mut child = Command::new(variable("WATTLEDGER_CHROMEDRIVER")?)
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("starting ChromeDriver")?;
    let mut lines = BufReader::new(child.stdout.take().context("ChromeDriver's output")?).lines();
    let port = lines.find_map(|line| {
        let line = line.ok()?;
        line.split("started successfully on port ").nth(1)?.trim_end_matches('.').parse().ok()
    });
    // The pipe must be read on, or the service stops when it is full.
    std::thread::spawn(move || lines.for_each(drop));
    Ok((child, port.context("ChromeDriver prints its port")?))
}
