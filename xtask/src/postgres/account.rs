//! The operating-system user the database server runs as: Postgres refuses to run as root.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use nix::unistd::{Group, User, geteuid};

use crate::{places, process};

/// Who runs the server and owns its files.
#[derive(Clone, Copy, Debug)]
pub enum Account {
    Myself,
    Unprivileged { user: u32, group: u32 },
}

impl Account {
    /// Ourselves, or for root the user `nobody`.
    pub fn for_server() -> Result<Account> {
        if !geteuid().is_root() {
            return Ok(Account::Myself);
        }
        if places::program("setpriv").is_none() {
            bail!(
                "Postgres does not run as root and `setpriv` (package util-linux) is missing; run this as an ordinary user"
            );
        }
        let user = User::from_name("nobody")?.context("there is no user `nobody`; run this as an ordinary user")?;
        let group = Group::from_name("nogroup")?.map_or(user.gid, |group| group.gid);
        Ok(Account::Unprivileged { user: user.uid.as_raw(), group: group.as_raw() })
    }

    /// A command run as this user, in a folder every user may enter, without the caller's Postgres settings.
    pub fn command(self, program: &Path) -> Command {
        let mut command = match self {
            Account::Myself => process::command(program),
            Account::Unprivileged { user, group } => {
                let mut command = process::command("setpriv");
                command.arg(format!("--reuid={user}")).arg(format!("--regid={group}"));
                command.args(["--clear-groups", "--"]).arg(program);
                command
            }
        };
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
            command.env_remove(name);
        }
        command.current_dir("/").env("LC_ALL", "C");
        command
    }

    /// Creates a folder nobody else may read.
    pub fn create_folder(self, path: &Path) -> Result<()> {
        fs::create_dir_all(path).with_context(|| format!("creating {}", path.display()))?;
        fs::set_permissions(path, Permissions::from_mode(0o700))?;
        self.own(path)
    }

    /// Writes a file nobody else may read.
    pub fn write_secret(self, path: &Path, text: &str) -> Result<()> {
        // Emptied and closed to others before the secret goes in.
        fs::write(path, "").with_context(|| format!("writing {}", path.display()))?;
        fs::set_permissions(path, Permissions::from_mode(0o600))?;
        fs::write(path, text)?;
        self.own(path)
    }

    fn own(self, path: &Path) -> Result<()> {
        match self {
            Account::Myself => Ok(()),
            Account::Unprivileged { user, group } => chown(path, Some(user), Some(group))
                .with_context(|| format!("giving {} to the database's user", path.display())),
        }
    }
}

/// Creates the folder that holds every private cluster, and refuses one that somebody else put there.
pub fn create_state_folder() -> Result<()> {
    let state = places::state();
    match fs::create_dir(&state) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(error).with_context(|| format!("creating {}", state.display()));
        }
        _ => {}
    }
    let found = fs::symlink_metadata(&state)?;
    if !found.is_dir() || found.uid() != geteuid().as_raw() {
        bail!("{} belongs to somebody else; remove it and run this again", state.display());
    }
    // The server's unprivileged user passes through to a folder of its own below.
    fs::set_permissions(&state, Permissions::from_mode(0o711))?;
    Ok(())
}
