//! The built program and nginx, each serving on loopback until it is dropped.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, Utc};
use futures::future::try_join_all;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::Rush;
use super::load::rank;

/// The served program.
pub struct Served {
    child: Child,
    address: String,
    client: reqwest::Client,
}

impl Served {
    /// Starts it, and waits for its first answer.
    pub async fn start(program: &Path, database_url: &str, now: DateTime<Utc>) -> Result<Self> {
        let mut child = Command::new(program)
            .args(["serve", "--no-ingest", "--port", "0", "--now", &now.to_rfc3339()])
            .env("DATABASE_URL", database_url)
            .env("RUST_LOG", "error")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("its output is read")?).lines();
        let address = loop {
            let line = lines.next_line().await?.context("the program ended before it served")?;
            if let Some(address) = line.strip_prefix("Wattledger listens on ") {
                break address.to_owned();
            }
        };
        // Whoever writes must find a reader.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let client = reqwest::Client::builder().pool_max_idle_per_host(600).build()?;
        let served = Self { child, address, client };
        served.page("/readyz").await?;
        Ok(served)
    }

    /// A page as it comes.
    pub async fn page(&self, path: &str) -> Result<Vec<u8>> {
        self.page_for(path, "").await
    }

    /// A page for somebody with a cookie, which a kept page belongs to.
    pub async fn page_for(&self, path: &str, cookie: &str) -> Result<Vec<u8>> {
        let answer = self.client.get(format!("{}{path}", self.address)).header("cookie", cookie).send().await?;
        Ok(answer.error_for_status()?.bytes().await?.to_vec())
    }

    /// The median of how long a page takes to be made, in milliseconds.
    pub async fn made_in(&self, path: &str, times: u32) -> Result<f64> {
        let mut took = Vec::new();
        for number in 0..times + 3 {
            let began = Instant::now();
            self.page_for(path, &format!("made={number}")).await?;
            took.push(began.elapsed().as_secs_f64() * 1e3);
        }
        // What a connection asks of the catalogue once is no part of a page.
        let mut took = took.split_off(3);
        took.sort_by(f64::total_cmp);
        Ok(rank(&took, 50))
    }

    /// Asks for the address and cookie of each number from zero on, always over as many connections.
    pub async fn rush(&self, connections: u32, span: Duration, of: impl Fn(u32) -> (String, String)) -> Result<Rush> {
        let (next, of) = (&AtomicU32::new(0), &of);
        let began = Instant::now();
        let one = || async move {
            let mut took = Vec::new();
            while began.elapsed() < span {
                let (path, cookie) = of(next.fetch_add(1, Ordering::Relaxed));
                let asked = Instant::now();
                self.page_for(&path, &cookie).await?;
                took.push(asked.elapsed().as_secs_f64() * 1e3);
            }
            Ok::<_, anyhow::Error>(took)
        };
        let mut took = try_join_all((0..connections).map(|_| one())).await?.concat();
        let seconds = began.elapsed().as_secs_f64();
        took.sort_by(f64::total_cmp);
        let pages_per_second = took.len() as f64 / seconds;
        Ok(Rush { connections, pages_per_second, p50_ms: rank(&took, 50), p99_ms: rank(&took, 99) })
    }

    /// The first address that begins so on a page.
    pub async fn first_link(&self, path: &str, prefix: &str) -> Result<String> {
        let page = String::from_utf8(self.page(path).await?)?;
        let start = format!("href=\"{prefix}");
        let (_, rest) = page.split_once(&start).with_context(|| format!("{path} leads to {prefix}"))?;
        let rest = rest.split(['"', '?']).next().unwrap_or_default();
        Ok(format!("{prefix}{rest}"))
    }

    /// Bytes of the overview, the stylesheet and the islands, as a browser with brotli gets them.
    pub async fn weight(&self) -> Result<[usize; 3]> {
        let page = String::from_utf8(self.page("/").await?)?;
        let sheet = format!("/style/app.css{}", after(&page, "/style/app.css")?);
        let packed = async |path: &str| -> Result<usize> {
            let ask = self.client.get(format!("{}{path}", self.address)).header("accept-encoding", "br");
            Ok(ask.send().await?.error_for_status()?.bytes().await?.len())
        };
        let islands = packed("/pkg/app.js").await? + packed("/pkg/app_bg.wasm").await?;
        Ok([packed("/").await?, packed(&sheet).await?, islands])
    }

    /// The most memory it had, MB.
    pub fn peak_mb(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id().context("it runs")?))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("the kernel tells the peak")?;
        let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes * 1024.0 / 1e6)
    }
}

fn after<'a>(text: &'a str, start: &str) -> Result<&'a str> {
    let (_, rest) = text.split_once(start).with_context(|| format!("the page names {start}"))?;
    Ok(rest.split('"').next().unwrap_or_default())
}

/// nginx with one file.
pub struct Nginx {
    _child: Child,
    folder: PathBuf,
    address: String,
    client: reqwest::Client,
}

impl Nginx {
    /// Serves a page as a file.
    pub async fn start(program: &Path, page: &[u8]) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("wattledger-nginx-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("page.html"), page)?;
        // A port that is free at this moment.
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let at = folder.display();
        let told = format!(
            "daemon off; pid {at}/pid; worker_processes 1; error_log {at}/errors;
             events {{ worker_connections 2048; }}
             http {{
                 access_log off; keepalive_requests 1000000; default_type text/html;
                 client_body_temp_path {at}/a; proxy_temp_path {at}/b; fastcgi_temp_path {at}/c;
                 uwsgi_temp_path {at}/d; scgi_temp_path {at}/e;
                 server {{ listen 127.0.0.1:{port}; root {at}; }}
             }}"
        );
        std::fs::write(folder.join("nginx.conf"), told)?;
        // Its workers may be of a user who has to enter the folder.
        #[cfg(unix)]
        std::fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
        let mut command = Command::new(program);
        command.arg("-e").arg(folder.join("errors")).arg("-c").arg(folder.join("nginx.conf"));
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true).spawn()?;
        let client = reqwest::Client::builder().pool_max_idle_per_host(600).build()?;
        let address = format!("http://127.0.0.1:{port}/page.html");
        let nginx = Self { _child: child, folder, address, client };
        for _ in 0..100 {
            if nginx.page().await.is_ok() {
                return Ok(nginx);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let errors = std::fs::read_to_string(nginx.folder.join("errors")).unwrap_or_default();
        ensure!(false, "nginx does not answer: {errors}");
        Ok(nginx)
    }

    /// The file as it comes.
    pub async fn page(&self) -> Result<Vec<u8>> {
        let answer = self.client.get(&self.address).send().await?;
        Ok(answer.error_for_status()?.bytes().await?.to_vec())
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Only the folder stays behind, and the next start of the machine sweeps it.
        _ = std::fs::remove_dir_all(&self.folder);
    }
}
