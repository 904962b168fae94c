//! The readers: processes of their own, as an operator would start them.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, Utc};
use tokio::process::{Child, Command};

/// What every reader is started with.
#[derive(Clone, Debug)]
pub struct Setting {
    pub program: PathBuf,
    pub database_url: String,
    pub key: String,
    pub region: String,
    pub from: DateTime<Utc>,
}

/// How many read side by side.
const REPLICAS: usize = 3;

/// The readers that live.
pub struct Readers<'a> {
    setting: &'a Setting,
    endpoint: String,
    living: Vec<Child>,
    pub started: u64,
}

impl<'a> Readers<'a> {
    pub const fn new(setting: &'a Setting, endpoint: String) -> Self {
        Self { setting, endpoint, living: Vec::new(), started: 0 }
    }

    fn command(&self, now: DateTime<Utc>, reread: bool) -> Command {
        let mut command = Command::new(&self.setting.program);
        command
            .args(["ingest", "--once", "--lease-seconds", "1", "--region", &self.setting.region])
            .args(["--aws-endpoint-url", &self.endpoint])
            .args(["--from", &self.setting.from.to_rfc3339(), "--now", &now.to_rfc3339()])
            .args(reread.then_some("--reread"))
            // Half of them with so little room that they write a day's window in many parts.
            .args(["--points-in-memory", if self.started.is_multiple_of(2) { "9000" } else { "700000" }])
            .env("DATABASE_URL", &self.setting.database_url)
            .env("AWS_ACCESS_KEY_ID", &self.setting.key)
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .kill_on_drop(true);
        command
    }

    /// Starts as many as are missing; each believes in a clock of its own.
    pub async fn keep_up(&mut self, mut clock: impl FnMut() -> (DateTime<Utc>, bool)) -> Result<()> {
        for child in &mut self.living {
            if child.try_wait()?.is_some() {
                // Reaped; it is left out below.
                child.wait().await?;
            }
        }
        self.living.retain(|child| child.id().is_some());
        while self.living.len() < REPLICAS {
            let (now, reread) = clock();
            let child = self.command(now, reread).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
            self.living.push(child);
            self.started += 1;
        }
        Ok(())
    }

    /// Kills one without a word.
    pub async fn kill(&mut self, which: usize) -> Result<()> {
        if let Some(child) = self.living.get_mut(which) {
            child.kill().await?;
        }
        Ok(())
    }

    /// Stops one for longer than its leases last; it goes on as if nothing had happened.
    pub async fn stop(&self, which: usize, pause: Duration) -> Result<()> {
        let Some(pid) = self.living.get(which).and_then(Child::id) else { return Ok(()) };
        signal(pid, "STOP").await?;
        tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            // It may have been killed meanwhile.
            drop(signal(pid, "CONT").await);
        });
        Ok(())
    }

    /// Ends all of them.
    pub async fn end(&mut self) {
        for child in &mut self.living {
            drop(child.kill().await);
        }
        self.living.clear();
    }

    /// One reading that nothing disturbs; how many windows it left.
    pub async fn in_peace(&mut self, now: DateTime<Utc>, reread: bool) -> Result<u64> {
        let output = self.command(now, reread).stderr(Stdio::piped()).output().await?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "the reader failed: {}", said.lines().last().unwrap_or_default());
        let summary: serde_json::Value = serde_json::from_slice(&output.stdout).context("its summary")?;
        summary.get("windows_left").and_then(serde_json::Value::as_u64).context("its summary counts the windows left")
    }
}

async fn signal(pid: u32, name: &str) -> Result<()> {
    Command::new("sh").args(["-c", &format!("kill -{name} {pid}")]).stderr(Stdio::null()).status().await?;
    Ok(())
}
