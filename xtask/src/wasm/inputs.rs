//! A digest of everything the islands are made of.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest as _, Sha256};

use super::files_below;
use crate::{places, process};

/// Raised when this program comes to build the islands in another way.
const RECIPE: &str = "1";

/// Beside the sources: versions, profile, flags.
const SETTINGS: [&str; 3] = ["Cargo.lock", "Cargo.toml", ".cargo/config.toml"];

/// Hexadecimal SHA-256 over the sources, the settings and the compiler.
pub fn digest() -> Result<String> {
    let root = places::root()?;
    let mut hash = Sha256::new();
    add(&mut hash, "recipe", RECIPE.as_bytes());
    // Leptos names an island by a hash of its tokens, as the compiler prints them: the server must be built by the same one.
    let compiler = process::capture(process::command("rustc").arg("-vV"))?;
    add(&mut hash, "compiler", compiler.as_bytes());
    for path in SETTINGS {
        add_file(&mut hash, &root, &root.join(path))?;
    }
    // The tables of `footprint` are no part of the islands: the server sends the factors it uses.
    for path in [files_below(&root.join("app"))?, files_below(&root.join("footprint"))?].concat() {
        let relevant = path.extension().is_some_and(|extension| extension == "rs" || extension == "toml");
        if relevant && !path.starts_with(root.join("app/tests")) {
            add_file(&mut hash, &root, &path)?;
        }
    }
    Ok(hex::encode(hash.finalize()))
}

fn add_file(hash: &mut Sha256, root: &Path, path: &Path) -> Result<()> {
    let content = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    add(hash, &path.strip_prefix(root)?.to_string_lossy(), &content);
    Ok(())
}

/// Lengths keep a name from running into the content after it.
fn add(hash: &mut Sha256, name: &str, content: &[u8]) {
    hash.update(name.len().to_le_bytes());
    hash.update(name);
    hash.update(content.len().to_le_bytes());
    hash.update(content);
}
