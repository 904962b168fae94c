//! Who is using a kept cluster: a file per running command, so that the last one out stops the server.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;

/// The name under which a developer keeps the server up between commands.
pub const DEVELOPER: &str = "developer";

/// The folder with one file per user.
#[derive(Clone, Debug)]
pub struct Users(PathBuf);

impl Users {
    pub fn of(cluster: &Path) -> Users {
        Users(cluster.join("users"))
    }

    pub fn enter(&self, name: &str) -> Result<()> {
        fs::create_dir_all(&self.0).with_context(|| format!("creating {}", self.0.display()))?;
        fs::write(self.0.join(name), "").context("noting that the database is in use")
    }

    pub fn leave(&self, name: &str) {
        // A file that is not there says the same.
        drop(fs::remove_file(self.0.join(name)));
    }

    /// Forgets commands that have died and says whether anyone is left.
    pub fn any_left(&self) -> bool {
        let mut left = false;
        for entry in fs::read_dir(&self.0).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name == DEVELOPER || name.parse().is_ok_and(is_one_of_us) {
                left = true;
            } else {
                self.leave(&name);
            }
        }
        left
    }
}

/// Whether this process lives and is this program, not another that was given the same number since.
pub fn is_one_of_us(pid: i32) -> bool {
    if kill(Pid::from_raw(pid), None) == Err(Errno::ESRCH) {
        return false;
    }
    // Where there is no /proc, the number alone must do.
    fs::read_to_string(format!("/proc/{pid}/comm"))
        .map_or(!Path::new("/proc/self").exists(), |name| name.starts_with("xtask"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dead_are_forgotten() {
        let folder = std::env::temp_dir().join(format!("wattledger-users-{}", std::process::id()));
        let users = Users::of(&folder);
        assert!(!users.any_left());
        users.enter(&i32::MAX.to_string()).unwrap();
        assert!(!users.any_left(), "a process that cannot exist");
        users.enter("1").unwrap();
        assert!(!users.any_left(), "a process that lives but is another program");
        users.enter(&std::process::id().to_string()).unwrap();
        assert!(users.any_left());
        users.leave(&std::process::id().to_string());
        users.enter(DEVELOPER).unwrap();
        assert!(users.any_left());
        fs::remove_dir_all(&folder).unwrap();
    }
}
