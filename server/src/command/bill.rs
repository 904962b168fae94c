//! `bill`: what AWS billed, from the files of an export.

use std::path::PathBuf;

use anyhow::{Context as _, bail};

use crate::config::Bill;
use crate::ingest::sent;
use crate::pipeline;
use crate::store::{self, Database, account, pool};

pub(super) async fn run(arguments: Bill) -> anyhow::Result<()> {
    let files = files(&arguments)?;
    pool::migrate(&arguments.database.database_url, arguments.database.single_role).await?;
    let database = Database::connect(&arguments.database.database_url, arguments.database.single_role).await?;
    let now = match arguments.now {
        Some(now) => now,
        None => store::run::now(&database.ingest).await?,
    };
    let scope = account::visible_scope(&database.ingest).await?;
    let imported = sent::take_bill(&database, &scope, &files, now).await.context("nothing was taken from the bill")?;
    for scope in account::scopes(&database.web).await? {
        pipeline::bring_up_to_date(&database, &scope, now).await?;
    }
    println!("{}", serde_json::to_string_pretty(&imported)?);
    Ok(())
}

/// The files named, and those of the folders named, in order.
fn files(arguments: &Bill) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in &arguments.file {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let inside = std::fs::read_dir(path).with_context(|| format!("{} cannot be listed", path.display()))?;
        let inside = inside.collect::<Result<Vec<_>, _>>()?.into_iter().map(|entry| entry.path());
        let mut parts: Vec<PathBuf> = inside.filter(|path| is_part(path)).collect();
        parts.sort();
        files.extend(parts);
    }
    if files.is_empty() {
        bail!("no file of a bill was named: give --file the parts of the month, or the folder that holds them");
    }
    Ok(files)
}

/// Manifests and markers lie beside the parts of an export.
fn is_part(path: &std::path::Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    path.is_file() && [".csv", ".csv.gz", ".csv.zst", ".parquet"].iter().any(|end| name.ends_with(end))
}
