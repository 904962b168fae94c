//! Other estimators, timed on a sample in the same run.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::{installed, places, process, progress};

/// An estimator that is installed.
pub struct Comparator {
    package: &'static str,
    /// What one of its estimates covers, to read beside ours.
    covers: &'static str,
    program: PathBuf,
    folder: PathBuf,
    script: PathBuf,
    version: String,
}

/// How fast it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    pub package: String,
    pub version: String,
    pub covers: String,
    /// Estimates a second of processor time; median of 5 after a warm-up.
    pub hours_per_second: f64,
    /// Estimates in each of them.
    pub sample: u64,
}

/// What a script prints.
#[derive(Deserialize)]
struct Printed {
    hours_per_second: f64,
    sample: u64,
}

/// Installs both, or says what is missing.
pub fn install() -> Result<[Comparator; 2]> {
    let folder = places::root()?.join("tests/comparators");
    let modules = installed::npm("comparators-npm", &folder)?;
    let requirements = folder.join("requirements.txt");
    let python = installed::python("comparators-python", &requirements)?;
    Ok([
        Comparator {
            package: "@cloud-carbon-footprint/core",
            covers: "energy and operational emissions of the processor, without intervals",
            version: version_after(&std::fs::read_to_string(folder.join("package.json"))?, "core\": \"")?,
            program: PathBuf::from("node"),
            folder: modules,
            script: folder.join("rate.mjs"),
        },
        Comparator {
            package: "boaviztapi",
            covers: "operational and embodied emissions of one instance, with bounds",
            version: version_after(&std::fs::read_to_string(&requirements)?, "boaviztapi==")?,
            program: python,
            script: folder.join("rate.py"),
            folder,
        },
    ])
}

fn version_after(text: &str, mark: &str) -> Result<String> {
    let (_, rest) = text.split_once(mark).with_context(|| format!("no version after `{mark}`"))?;
    Ok(rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '.').collect())
}

impl Comparator {
    /// Times it.
    pub fn time(&self) -> Result<Rate> {
        progress::say(format_args!("timing {} {}", self.package, self.version));
        let mut command: Command = process::command(&self.program);
        command.current_dir(&self.folder).arg(&self.script).env("PYTHONDONTWRITEBYTECODE", "1");
        let printed = process::capture(&mut command).with_context(|| format!("timing {}", self.package))?;
        let Printed { hours_per_second, sample } = serde_json::from_str(&printed)
            .with_context(|| format!("reading what {} printed", self.script.display()))?;
        Ok(Rate {
            package: self.package.to_owned(),
            version: self.version.clone(),
            covers: self.covers.to_owned(),
            hours_per_second,
            sample,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_those_pinned() {
        assert_eq!(version_after("{\"@x/core\": \"1.0.0\"}", "core\": \"").unwrap(), "1.0.0");
        assert_eq!(version_after("# x\nboaviztapi==2.5.0\n\n", "boaviztapi==").unwrap(), "2.5.0");
        assert!(version_after("", "boaviztapi==").is_err());
    }
}
