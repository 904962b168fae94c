//! What the integration tests need from outside: a database, moto, a browser and axe. A missing one is an error, never a skip.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::postgres::Cluster;
use crate::{installed, packages, places};

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
pub fn browser() -> Result<(PathBuf, PathBuf)> {
    if let (Some(chromium), Some(driver)) = (places::program("chromium"), places::program("chromedriver")) {
        return Ok((chromium, driver));
    }
    let (chromium, driver) = (PathBuf::from(CHROMIUM), PathBuf::from(CHROMEDRIVER));
    packages::install_unless_present("The browser tests", &[&chromium, &driver], &BROWSER_PACKAGES)?;
    Ok((chromium, driver))
}

/// The interpreter of a virtual environment with the versions that `tests/moto/requirements.txt` pins.
fn moto_python() -> Result<PathBuf> {
    installed::python("moto", &places::root()?.join("tests/moto/requirements.txt"))
}

/// The path of `axe.min.js` in the version that `tests/browser/package-lock.json` pins.
fn axe_script() -> Result<PathBuf> {
    let script =
        installed::npm("browser", &places::root()?.join("tests/browser"))?.join("node_modules/axe-core/axe.min.js");
    ensure!(script.exists(), "npm installed no {}", script.display());
    Ok(script)
}
