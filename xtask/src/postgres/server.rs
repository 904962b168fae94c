//! The files and the process of one database server.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};

use super::account::Account;
use super::binaries::Binaries;
use super::socket_url;
use crate::{process, progress};

const ROLE: &str = "wattledger";
const DATABASE: &str = "wattledger";

/// A server in `folder`, made or not, running or not.
pub struct Server {
    pub binaries: Binaries,
    pub account: Account,
    pub folder: PathBuf,
    /// Whether the data must outlive this command and a power cut.
    pub kept: bool,
}

impl Server {
    /// Where programs find the database, password included.
    pub fn url(&self) -> Result<String> {
        let password =
            fs::read_to_string(self.folder.join("password")).context("reading the private database's password")?;
        Ok(socket_url(ROLE, &password, &self.folder, DATABASE))
    }

    /// Runs a file of SQL as the role `wattledger`, in one transaction unless told otherwise; the first error ends it.
    pub fn run_sql_file(&self, file: &Path, in_one_transaction: bool) -> Result<()> {
        let mut psql = process::command(self.binaries.program("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname"]).arg(self.url()?);
        if in_one_transaction {
            psql.arg("--single-transaction");
        }
        process::capture(psql.arg("--file").arg(file)).map(drop).map_err(|error| {
            // The command line holds the password.
            anyhow!(
                "{} failed{}",
                file.display(),
                error.to_string().split_once('\n').map_or(String::new(), |(_, why)| format!(":\n{why}"))
            )
        })
    }

    /// Makes the cluster unless it is there, and starts it unless it runs.
    pub fn make_and_start(&self) -> Result<()> {
        let ready = self.folder.join("ready");
        if !ready.exists() {
            if self.is_running() {
                self.stop("immediate")?;
            }
            if self.folder.exists() {
                // Left by a command that was killed while making it: nothing of use was ever in it.
                fs::remove_dir_all(&self.folder)?;
            }
            progress::say(format_args!(
                "making a private Postgres {} in {}",
                self.binaries.major,
                self.folder.display()
            ));
            self.make()?;
            self.start()?;
            self.create_role_and_database()?;
            fs::write(&ready, "")?;
        } else if self.is_running() {
            progress::say("using the private Postgres that is running");
        } else {
            progress::say(format_args!(
                "starting the private Postgres {} in {}",
                self.binaries.major,
                self.folder.display()
            ));
            self.start()?;
        }
        Ok(())
    }

    fn make(&self) -> Result<()> {
        self.account.create_folder(&self.folder)?;
        let superuser = self.folder.join("superuser-password");
        self.account.write_secret(&superuser, &random_password()?)?;
        self.account.write_secret(&self.folder.join("password"), &random_password()?)?;
        let mut initdb = self.account.command(&self.binaries.program("initdb"));
        initdb.args([
            "--username=postgres",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-instructions",
        ]);
        initdb.arg("--pwfile").arg(&superuser).arg("--pgdata").arg(self.data());
        if !self.kept {
            initdb.arg("--no-sync");
        }
        process::capture(&mut initdb).context("making the private database")?;
        let settings = self.data().join("postgresql.conf");
        let mut text = fs::read_to_string(&settings)?;
        text.push_str(&self.settings());
        self.account.write_secret(&settings, &text)
    }

    fn settings(&self) -> String {
        let mut settings = format!(
            "\nlisten_addresses = ''\nport = 5432\nunix_socket_directories = '{}'\nunix_socket_permissions = 0700\n\
             timezone = 'UTC'\nlog_timezone = 'UTC'\nshared_buffers = '256MB'\njit = off\nwal_level = minimal\nmax_wal_senders = 0\n",
            self.folder.display()
        );
        if !self.kept {
            settings.push_str("max_connections = 200\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\n");
            settings.push_str("shared_preload_libraries = 'pg_stat_statements'\npg_stat_statements.max = 50000\n");
        }
        settings
    }

    fn start(&self) -> Result<()> {
        let log = self.folder.join("log");
        let mut start = self.account.command(&self.binaries.program("pg_ctl"));
        start.args(["start", "--silent", "--wait", "--timeout=60", "--pgdata"]).arg(self.data()).arg("--log").arg(&log);
        process::capture(&mut start).map(drop).with_context(|| {
            let log = fs::read_to_string(&log).unwrap_or_default();
            let tail: Vec<&str> = log.lines().rev().take(5).collect();
            format!(
                "starting the private database; its log ends with: {}",
                tail.into_iter().rev().collect::<Vec<_>>().join(" | ")
            )
        })
    }

    fn create_role_and_database(&self) -> Result<()> {
        let password = fs::read_to_string(self.folder.join("password"))?;
        let sql = self.folder.join("role.sql");
        // The password is hexadecimal digits, so it can stand between quotes.
        let mut text = format!("create role {ROLE} login createrole createdb password '{password}';\n");
        if !self.kept {
            // Every database made after this one counts the statements of everybody, for the tests to read.
            text.push_str(&format!("grant pg_read_all_stats to {ROLE};\n\\connect template1\n"));
            text.push_str("create extension pg_stat_statements;\n\\connect postgres\n");
        }
        text.push_str(&format!("create database {DATABASE} owner {ROLE};\n"));
        self.account.write_secret(&sql, &text)?;
        let mut psql = self.account.command(&self.binaries.program("psql"));
        psql.env("PGPASSWORD", fs::read_to_string(self.folder.join("superuser-password"))?);
        psql.args([
            "--no-psqlrc",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            "--username=postgres",
            "--dbname=postgres",
            "--host",
        ]);
        process::capture(psql.arg(&self.folder).arg("--file").arg(&sql))
            .context("creating the role and the database")?;
        fs::remove_file(&sql)?;
        Ok(())
    }

    pub fn is_running(&self) -> bool {
        let mut status = self.account.command(&self.binaries.program("pg_ctl"));
        process::clean_up(status.args(["status", "--pgdata"]).arg(self.data())).is_ok()
    }

    /// Stops the server: `fast` ends sessions and writes everything out; `immediate` just ends.
    pub fn stop(&self, mode: &str) -> Result<()> {
        let mut stop = self.account.command(&self.binaries.program("pg_ctl"));
        stop.args(["stop", "--silent", "--wait", "--timeout=60", "--mode", mode, "--pgdata"]).arg(self.data());
        process::clean_up(&mut stop).map(drop).context("stopping the private database")
    }

    /// Ends the server as a failing machine would, and starts it again.
    pub fn crash(&self) -> Result<()> {
        self.stop("immediate")?;
        self.start()
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }
}

/// 32 hexadecimal digits from the operating system.
fn random_password() -> Result<String> {
    let mut bytes = [0_u8; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes).context("reading random bytes")?;
    Ok(hex::encode(bytes))
}
