//! A new migration, stylesheet or islands build must rebuild the crate that embeds them.

use std::fs::create_dir_all;

fn main() -> std::io::Result<()> {
    // Without the islands the folder is empty, and every page still reads.
    create_dir_all("../target/site/pkg")?;
    create_dir_all("../style")?;
    for folder in ["../migrations", "../style", "../target/site/pkg"] {
        println!("cargo::rerun-if-changed={folder}");
    }
    Ok(())
}
