//! Where things lie: the clone, the user's cache, and the folder an unprivileged database server can reach.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The root of this clone.
pub fn root() -> Result<PathBuf> {
    // Cargo sets the variable at run time too; the compiled-in path serves a binary that is started by hand.
    let manifest = env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .filter(|folder| folder.ends_with("xtask"))
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    manifest.parent().map(Path::to_path_buf).context("the xtask folder has no parent folder")
}

/// What can be made again and is shared by every clone of this user.
pub fn cache() -> Result<PathBuf> {
    let base = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")))
        .context("neither XDG_CACHE_HOME nor HOME is set, so there is no cache folder")?;
    Ok(base.join("wattledger"))
}

/// The folder of the private database: short enough for a socket's path, and reachable by the user the server runs as.
pub fn state() -> PathBuf {
    PathBuf::from(format!("/var/tmp/wattledger-{}", nix::unistd::geteuid()))
}

/// The first file called `program` in the `PATH`.
pub fn program(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}
