//! The islands: compiled to WebAssembly, given their JavaScript, compressed, and laid where the server embeds them.

mod compiler;
mod inputs;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::{places, process, progress};
use compiler::Compiler;

const PROFILE: &str = "wasm-release";
const TARGET: &str = "wasm32-unknown-unknown";

/// Brings `target/site/pkg` up to date, from the cache where the same sources were built before.
pub fn build() -> Result<()> {
    let site = site_folder()?;
    let cached = places::cache()?.join("site").join(inputs::digest()?);
    if cached.exists() {
        progress::say("islands: nothing has changed since they were last built");
    } else {
        let module = compile()?;
        progress::say("islands: writing their JavaScript and compressing");
        let unfinished = cached.with_extension(format!("unfinished-{}", std::process::id()));
        bind(&module, &unfinished)?;
        compress_modules(&unfinished)?;
        // Another clone may have built the same sources meanwhile, and then its files are as good.
        if fs::rename(&unfinished, &cached).is_err() {
            fs::remove_dir_all(&unfinished)?;
        }
    }
    copy_changed(&cached, &site.join("pkg"))?;
    report_sizes(&site.join("pkg"))
}

/// Creates the folder the server embeds: it must be there before the server compiles, empty or not.
pub fn site_folder() -> Result<PathBuf> {
    let site = places::root()?.join("target/site");
    fs::create_dir_all(site.join("pkg")).with_context(|| format!("creating {}", site.display()))?;
    Ok(site)
}

fn compile() -> Result<PathBuf> {
    let compiler = Compiler::find()?;
    progress::say(format_args!("islands: compiling with {compiler}"));
    let target = places::root()?.join("target/wasm");
    let mut cargo = process::cargo()?;
    cargo
        .args(["build", "--package", "app-wasm", "--profile", PROFILE, "--target", TARGET, "--target-dir"])
        .arg(&target);
    // Apart from the server's build, so that neither waits for the other's lock; shared by the clones.
    cargo.env("CARGO_BUILD_BUILD_DIR", places::cache()?.join("wasm-build"));
    // Leptos writes the name it finds here into the page; ours is fixed by the page.
    cargo.env_remove("LEPTOS_OUTPUT_NAME");
    compiler.configure(&mut cargo);
    process::run(&mut cargo)?;
    Ok(target.join(TARGET).join(PROFILE).join("app_wasm.wasm"))
}

/// What the wasm-bindgen program does, with the library of the very version the module was compiled against.
fn bind(module: &Path, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    Bindgen::new()
        .input_path(module)
        .out_name("app")
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)
        .context("writing the islands' JavaScript")
}

fn compress_modules(folder: &Path) -> Result<()> {
    for path in files_below(folder)? {
        let mut compressed = Vec::new();
        let settings = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
        brotli::BrotliCompress(&mut fs::File::open(&path)?, &mut compressed, &settings)?;
        let mut name = path.into_os_string();
        name.push(".br");
        fs::write(name, compressed)?;
    }
    Ok(())
}

/// Makes `to` equal to `from`, leaving files that are equal untouched: the server embeds them, and a newer time would rebuild it.
fn copy_changed(from: &Path, to: &Path) -> Result<()> {
    for path in files_below(to)? {
        if !from.join(path.strip_prefix(to)?).exists() {
            fs::remove_file(&path)?;
        }
    }
    for path in files_below(from)? {
        let target = to.join(path.strip_prefix(from)?);
        let content = fs::read(&path)?;
        if fs::read(&target).ok().as_ref() == Some(&content) {
            continue;
        }
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&target, content).with_context(|| format!("writing {}", target.display()))?;
    }
    Ok(())
}

fn report_sizes(folder: &Path) -> Result<()> {
    for path in files_below(folder)? {
        let size = fs::metadata(&path)?.len();
        progress::say(format_args!("islands: {} {size} bytes", path.strip_prefix(folder)?.display()));
    }
    Ok(())
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copying_leaves_equal_files_alone_and_removes_old_ones() {
        let folder = std::env::temp_dir().join(format!("wattledger-copy-{}", std::process::id()));
        let (from, to) = (folder.join("from"), folder.join("to"));
        fs::create_dir_all(from.join("deep")).unwrap();
        fs::create_dir_all(&to).unwrap();
        fs::write(from.join("same"), "1").unwrap();
        fs::write(from.join("deep/new"), "2").unwrap();
        fs::write(to.join("same"), "1").unwrap();
        fs::write(to.join("old"), "3").unwrap();
        let before = fs::metadata(to.join("same")).unwrap().modified().unwrap();
        copy_changed(&from, &to).unwrap();
        assert_eq!(fs::metadata(to.join("same")).unwrap().modified().unwrap(), before);
        assert_eq!(fs::read_to_string(to.join("deep/new")).unwrap(), "2");
        assert!(!to.join("old").exists());
        fs::remove_dir_all(&folder).unwrap();
    }
}
