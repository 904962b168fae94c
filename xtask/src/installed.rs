//! Programs from PyPI and npm, in the versions this clone pins, in folders of the cache that every clone shares.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest as _, Sha256};

use crate::{places, process, progress};

/// The interpreter of a virtual environment with the packages that `requirements` pins.
pub fn python(name: &str, requirements: &Path) -> Result<PathBuf> {
    let version = process::capture(process::command("python3").arg("--version"))
        .with_context(|| format!("{name} needs Python 3.11 or newer as `python3`"))?;
    let folder = keyed_folder(name, &[requirements], &version)?;
    let python = folder.join("bin/python");
    once(&folder, || {
        progress::say(format_args!("installing {name}"));
        process::capture(process::command("python3").args(["-m", "venv"]).arg(&folder)).with_context(|| {
            format!("making a Python environment for {name} (Debian: apt-get install python3-venv)")
        })?;
        let mut install = process::command(&python);
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        process::capture(install.arg(requirements)).map(drop).with_context(|| format!("installing {name} with pip"))
    })?;
    Ok(python)
}

/// A folder with the `node_modules` that the `package-lock.json` in `manifest` pins.
pub fn npm(name: &str, manifest: &Path) -> Result<PathBuf> {
    let settings = places::root()?.join(".npmrc");
    let sources = [manifest.join("package.json"), manifest.join("package-lock.json"), settings];
    let folder = keyed_folder(name, &sources.each_ref().map(PathBuf::as_path), "")?;
    once(&folder, || {
        progress::say(format_args!("installing {name}"));
        fs::create_dir_all(&folder)?;
        for source in &sources {
            fs::copy(source, folder.join(source.file_name().context("a file without a name")?))?;
        }
        let mut npm = process::command("npm");
        npm.current_dir(&folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        let remedy = || format!("installing {name} with npm (Debian: apt-get install npm)");
        process::capture(&mut npm).map(drop).with_context(remedy)
    })?;
    Ok(folder)
}

/// A folder of the cache whose name changes with the files' contents.
fn keyed_folder(name: &str, files: &[&Path], extra: &str) -> Result<PathBuf> {
    let mut hash = Sha256::new_with_prefix(extra);
    for file in files {
        hash.update(fs::read(file).with_context(|| format!("reading {}", file.display()))?);
    }
    let digest = hex::encode(hash.finalize());
    Ok(places::cache()?.join(format!("{name}-{}", digest.get(..16).unwrap_or(&digest))))
}

/// Fills `folder` unless an earlier command has; what a killed one left is removed first.
fn once(folder: &Path, fill: impl FnOnce() -> Result<()>) -> Result<()> {
    let ready = folder.join("ready");
    fs::create_dir_all(places::cache()?)?;
    let lock = File::create(folder.with_extension("lock"))?;
    lock.lock().context("waiting for another command that installs the same")?;
    if ready.exists() {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fill()?;
    fs::write(&ready, "").context("noting that the installation is complete")
}
