//! Tools that the operating system's packages bring: installed when this runs as root, else named in one sentence.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

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

/// A program out of a Debian package that is unpacked and nothing else: it is not set up, so no service of its starts.
pub fn unpacked(purpose: &str, package: &str, program: &str) -> Result<PathBuf> {
    let folder = places::cache()?.join(package);
    let unpacked = folder.join(program.trim_start_matches('/'));
    if unpacked.exists() {
        return Ok(unpacked);
    }
    if places::program("apt-get").is_none() {
        bail!("{purpose} needs the program of Debian's package {package}; install it so that it is in the PATH");
    }
    progress::say(format_args!("unpacking {package}"));
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    if nix::unistd::geteuid().is_root() {
        process::capture(apt_get().arg("update"))?;
    }
    process::capture(apt_get().current_dir(&folder).args(["download", package]))?;
    let files = fs::read_dir(&folder).with_context(|| format!("looking into {}", folder.display()))?;
    let archive = files.flatten().map(|file| file.path()).find(|path| path.extension().is_some_and(|end| end == "deb"));
    let archive = archive.with_context(|| format!("{package} was not downloaded: is it in the lists of apt?"))?;
    process::capture(process::command("dpkg-deb").arg("-x").arg(archive).arg(&folder))?;
    Ok(unpacked)
}

fn apt_get() -> std::process::Command {
    let mut command = process::command("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").args(["-q", "-o", "DPkg::Lock::Timeout=300"]);
    command
}
