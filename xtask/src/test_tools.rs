//! What the integration tests need from outside: a database, moto, a browser and axe. A missing one is an error, never a skip.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use sha2::{Digest as _, Sha256};

use crate::postgres::Cluster;
use crate::{packages, places, process, progress};

const CHROMIUM: &str = "/usr/bin/chromium";
const CHROMEDRIVER: &str = "/usr/bin/chromedriver";
/// Without fonts every screenshot is empty boxes.
const BROWSER_PACKAGES: [&str; 3] = ["chromium", "chromium-driver", "fonts-dejavu-core"];

/// The tools, ready, and the variables by which the tests find them; the database goes when this is dropped.
pub struct TestTools {
    variables: Vec<(&'static str, OsString)>,
    _database: Cluster,
}

impl TestTools {
    pub fn get() -> Result<TestTools> {
        let (chromium, chromedriver) = browser()?;
        let moto = moto_python()?;
        let axe = axe_script()?;
        let database = Cluster::throw_away()?;
        let variables = vec![
            ("DATABASE_URL", OsString::from(database.url()?)),
            ("WATTLEDGER_MOTO_PYTHON", moto.into()),
            ("WATTLEDGER_AXE_JS", axe.into()),
            ("WATTLEDGER_CHROMIUM", chromium.into()),
            ("WATTLEDGER_CHROMEDRIVER", chromedriver.into()),
        ];
        Ok(TestTools { variables, _database: database })
    }

    /// Sets the variables, and hides this machine's AWS settings: no test may reach a real account.
    pub fn give_to(&self, command: &mut Command) {
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
            command.env_remove(name);
        }
        // Without credentials the SDK would ask the network for an instance's own.
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
    }
}

/// Chromium and its driver: those in the `PATH`, else Debian's.
fn browser() -> Result<(PathBuf, PathBuf)> {
    if let (Some(chromium), Some(driver)) = (places::program("chromium"), places::program("chromedriver")) {
        return Ok((chromium, driver));
    }
    let (chromium, driver) = (PathBuf::from(CHROMIUM), PathBuf::from(CHROMEDRIVER));
    packages::install_unless_present("The browser tests", &[&chromium, &driver], &BROWSER_PACKAGES)?;
    Ok((chromium, driver))
}

/// The interpreter of a virtual environment with the versions that `tests/moto/requirements.txt` pins.
fn moto_python() -> Result<PathBuf> {
    let requirements = places::root()?.join("tests/moto/requirements.txt");
    let version = process::capture(process::command("python3").arg("--version"))
        .context("the tests against moto need Python 3.11 or newer as `python3`")?;
    let folder = keyed_folder("moto", &[&requirements], &version)?;
    let python = folder.join("bin/python");
    once(&folder, || {
        progress::say("installing moto");
        process::capture(process::command("python3").args(["-m", "venv"]).arg(&folder))
            .context("making a Python environment for moto (Debian: apt-get install python3-venv)")?;
        let mut install = process::command(&python);
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        process::capture(install.arg(&requirements)).map(drop).context("installing moto")
    })?;
    Ok(python)
}

/// The path of `axe.min.js` in the version that `tests/browser/package-lock.json` pins.
fn axe_script() -> Result<PathBuf> {
    let root = places::root()?;
    let sources =
        [root.join("tests/browser/package.json"), root.join("tests/browser/package-lock.json"), root.join(".npmrc")];
    let folder = keyed_folder("browser", &sources.iter().map(PathBuf::as_path).collect::<Vec<_>>(), "")?;
    let script = folder.join("node_modules/axe-core/axe.min.js");
    once(&folder, || {
        progress::say("installing axe");
        fs::create_dir_all(&folder)?;
        for source in &sources {
            fs::copy(source, folder.join(source.file_name().context("a file without a name")?))?;
        }
        let mut npm = process::command("npm");
        npm.current_dir(&folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        process::capture(&mut npm).map(drop).context("installing axe with npm (Debian: apt-get install npm)")
    })?;
    ensure!(script.exists(), "npm installed no {}", script.display());
    Ok(script)
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
