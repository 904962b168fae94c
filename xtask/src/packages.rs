//! Tools that the operating system's packages bring: installed when this runs as root, else named in one sentence.

use std::path::Path;

use anyhow::{Result, bail};

use crate::{places, process, progress};

/// Installs Debian packages as root; anyone else gets the command to type.
///
/// `purpose` begins the sentence: "The browser tests".
pub fn install(purpose: &str, packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if places::program("apt-get").is_none() {
        bail!("{purpose} need the equivalent of Debian's packages {names}; install them and run this again");
    }
    if !nix::unistd::geteuid().is_root() {
        bail!("{purpose} need {names}: sudo apt-get update && sudo apt-get install -y --no-install-recommends {names}");
    }
    progress::say(format_args!("installing {names}"));
    let mut update = apt_get();
    process::capture(update.arg("update"))?;
    let mut install = apt_get();
    process::capture(install.args(["install", "-y", "--no-install-recommends"]).args(packages))?;
    Ok(())
}

/// Installs `packages` unless every one of `programs` is there.
pub fn install_unless_present(purpose: &str, programs: &[&Path], packages: &[&str]) -> Result<()> {
    if programs.iter().all(|program| program.exists()) {
        return Ok(());
    }
    install(purpose, packages)
}

fn apt_get() -> std::process::Command {
    let mut command = process::command("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").args(["-q", "-o", "DPkg::Lock::Timeout=300"]);
    command
}
