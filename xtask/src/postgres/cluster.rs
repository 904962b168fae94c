//! Using a database server for as long as a command runs: the kept one, or one for once only.

use std::fs::{self, File};
use std::ops::Deref;
use std::process::id;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};

use super::account::{Account, create_state_folder};
use super::binaries::Binaries;
use super::server::Server;
use super::users::{DEVELOPER, Users, is_one_of_us};
use crate::{places, progress};

const THROW_AWAY: &str = "test-";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A running server; dropped, it is left to its other users, stopped, or removed.
pub struct Cluster(Server);

impl Cluster {
    /// Starts the cluster whose data stays, or joins the one that is running.
    pub fn kept() -> Result<Cluster> {
        let _lock = lock()?;
        let server = kept_server()?;
        server.make_and_start()?;
        Users::of(&server.folder).enter(&id().to_string())?;
        Ok(Cluster(server))
    }

    /// Starts an empty cluster that goes when this is dropped.
    pub fn throw_away() -> Result<Cluster> {
        let _lock = lock()?;
        let binaries = Binaries::find()?;
        let account = Account::for_server()?;
        remove_stale(&binaries, account);
        let folder = places::state().join(format!("{THROW_AWAY}{}", id()));
        let server = Server { binaries, account, folder, kept: false };
        if let Err(error) = server.make_and_start() {
            remove(&server)?;
            return Err(error);
        }
        Ok(Cluster(server))
    }

    /// Starts the kept cluster, leaves it running when this program ends, and returns its address.
    pub fn start_for_developer() -> Result<String> {
        let cluster = Cluster::kept()?;
        Users::of(&cluster.folder).enter(DEVELOPER)?;
        cluster.url()
    }

    /// Stops the kept cluster, whoever is using it.
    pub fn stop_kept() -> Result<()> {
        let _lock = lock()?;
        let server = kept_server()?;
        Users::of(&server.folder).leave(DEVELOPER);
        if server.is_running() { server.stop("fast") } else { Ok(()) }
    }

    /// The address of the kept cluster's database, running or not.
    pub fn kept_url() -> Result<String> {
        kept_server()?.url().context("there is no private database yet; `cargo xtask postgres start` makes one")
    }

    fn end(&self) -> Result<()> {
        let _lock = lock()?;
        if !self.kept {
            return remove(self);
        }
        let users = Users::of(&self.folder);
        users.leave(&id().to_string());
        if !users.any_left() && self.is_running() {
            progress::say("stopping the private Postgres");
            self.stop("fast")?;
        }
        Ok(())
    }
}

impl Deref for Cluster {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.0
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            progress::say(format_args!("{error:#}"));
        }
    }
}

/// Held while a cluster is made, started or stopped, so that two commands do not do it at once.
fn lock() -> Result<File> {
    create_state_folder()?;
    let file = File::create(places::state().join("lock"))?;
    file.lock().context("waiting for another command that is starting the private database")?;
    Ok(file)
}

fn kept_server() -> Result<Server> {
    let binaries = Binaries::find()?;
    // A major version cannot read another's files.
    let folder = places::state().join(format!("pg{}", binaries.major));
    Ok(Server { account: Account::for_server()?, binaries, folder, kept: true })
}

fn remove(server: &Server) -> Result<()> {
    if server.is_running() {
        server.stop("immediate")?;
    }
    if server.folder.exists() {
        fs::remove_dir_all(&server.folder).with_context(|| format!("removing {}", server.folder.display()))?;
    }
    Ok(())
}

/// Removes throw-away clusters whose command has died, or that are older than a day.
fn remove_stale(binaries: &Binaries, account: Account) {
    for entry in fs::read_dir(places::state()).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(owner) = name.to_str().and_then(|name| name.strip_prefix(THROW_AWAY)) else {
            continue;
        };
        let made = entry.metadata().and_then(|found| found.modified());
        let age = made.ok().and_then(|made| SystemTime::now().duration_since(made).ok());
        if owner.parse().is_ok_and(is_one_of_us) && age.is_some_and(|age| age < DAY) {
            continue;
        }
        progress::say(format_args!("removing a test database left behind in {}", entry.path().display()));
        if let Err(error) = remove(&Server { binaries: binaries.clone(), account, folder: entry.path(), kept: false }) {
            progress::say(format_args!("{error:#}"));
        }
    }
}
