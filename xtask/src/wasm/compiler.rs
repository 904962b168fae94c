//! A compiler that can make WebAssembly: rustup's target, or Debian's second compiler with the source of its standard library.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use super::TARGET;
use crate::{packages, places, process, progress};

/// A download takes seconds; where the network is closed the client may hang instead of failing.
const DOWNLOAD_LIMIT: Duration = Duration::from_secs(120);

const DEBIAN_COMPILER: &str = "/usr/bin/rustc";
const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";
const DEBIAN_PACKAGES: [&str; 2] = ["rustc-web", "rust-web-src"];

/// The first minor version of Rust that compiles these sources.
const OLDEST_MINOR: u32 = 95;

/// Which compiler makes the islands.
pub enum Compiler {
    /// The one that builds the server, with the target's standard library installed.
    Ours,
    /// Debian's, which brings the standard library as source; the linker is ours.
    Debian { linker: PathBuf },
}

impl Compiler {
    /// The first that works: the installed target, `rustup target add`, Debian's packages.
    ///
    /// `WATTLEDGER_WASM_COMPILER=debian` goes straight to the last, to try that path where the others work.
    pub fn find() -> Result<Compiler> {
        let debian_only = std::env::var("WATTLEDGER_WASM_COMPILER").is_ok_and(|wish| wish == "debian");
        if !debian_only && (target_is_installed()? || target_was_added()) {
            return Ok(Compiler::Ours);
        }
        if !Path::new("/etc/debian_version").exists() {
            bail!("the islands need the target: rustup target add {TARGET}");
        }
        packages::install_unless_present(
            "The islands (or `rustup target add wasm32-unknown-unknown`)",
            &[Path::new(DEBIAN_COMPILER), Path::new(DEBIAN_SOURCE)],
            &DEBIAN_PACKAGES,
        )?;
        refuse_an_old_compiler()?;
        Ok(Compiler::Debian { linker: our_linker()? })
    }

    /// Sets what `cargo build --target wasm32-unknown-unknown` needs beyond that.
    pub fn configure(&self, cargo: &mut Command) {
        let Compiler::Debian { linker } = self else {
            return;
        };
        cargo.arg("-Zbuild-std=std,panic_abort");
        cargo.env("RUSTC", DEBIAN_COMPILER);
        // Lets a stable compiler take the flag above. It also tells build scripts that nightly features are there,
        // so it is set for this one command only.
        cargo.env("RUSTC_BOOTSTRAP", "1");
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    }
}

impl fmt::Display for Compiler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Compiler::Ours => write!(f, "the installed target {TARGET}"),
            Compiler::Debian { .. } => write!(f, "{DEBIAN_COMPILER} and the source of its standard library"),
        }
    }
}

fn target_is_installed() -> Result<bool> {
    let folder = process::capture(process::command("rustc").args(["--print", "target-libdir", "--target", TARGET]))?;
    Ok(Path::new(folder.trim()).exists())
}

fn target_was_added() -> bool {
    if places::program("rustup").is_none() {
        return false;
    }
    progress::say(format_args!("islands: trying rustup target add {TARGET}"));
    process::run_within(process::command("rustup").args(["target", "add", TARGET]), DOWNLOAD_LIMIT).unwrap_or(false)
}

fn refuse_an_old_compiler() -> Result<()> {
    let version = process::capture(process::command(DEBIAN_COMPILER).arg("--version"))?;
    if minor_version(&version).is_some_and(|minor| minor >= OLDEST_MINOR) {
        return Ok(());
    }
    bail!(
        "{DEBIAN_COMPILER} is {}, older than 1.{OLDEST_MINOR}; install the target instead: rustup target add {TARGET}",
        version.trim()
    );
}

/// From "rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)".
fn minor_version(line: &str) -> Option<u32> {
    line.split_whitespace().nth(1)?.split('.').nth(1)?.parse().ok()
}

/// Debian's compiler looks for a linker its packages lack; rustup's toolchain has it.
fn our_linker() -> Result<PathBuf> {
    let sysroot = process::capture(process::command("rustc").args(["--print", "sysroot"]))?;
    let host = process::capture(process::command("rustc").args(["--print", "host-tuple"]))?;
    let bundled = Path::new(sysroot.trim()).join("lib/rustlib").join(host.trim()).join("bin/rust-lld");
    if bundled.exists() {
        return Ok(bundled);
    }
    match places::program("rust-lld").or_else(|| places::program("wasm-ld")) {
        Some(installed) => Ok(installed),
        None => bail!("the islands need a linker: {} is missing", bundled.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minor_version_of_a_compiler() {
        assert_eq!(minor_version("rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)"), Some(96));
        assert_eq!(minor_version("rustc"), None);
    }
}
