//! `intensity`: hourly grid intensity from a file.

use std::fs::File;

use anyhow::Context as _;

use crate::config::Intensity;
use crate::ingest::intensity;
use crate::pipeline;
use crate::store::intensity::Origin;
use crate::store::{Database, pool};

pub(super) async fn run(arguments: Intensity) -> anyhow::Result<()> {
    let known = footprint::FactorSet::builtin()?;
    known.region(&arguments.region).with_context(|| "name the AWS region that the file stands for")?;
    let file = File::open(&arguments.file).with_context(|| format!("could not open {}", arguments.file.display()))?;
    let hours = intensity::read(file).with_context(|| format!("{} was not imported", arguments.file.display()))?;
    pool::migrate(&arguments.database.database_url, arguments.database.single_role).await?;
    let database = Database::connect(&arguments.database.database_url, arguments.database.single_role).await?;
    let origin = Origin { source: &arguments.source, licence: &arguments.licence };
    let written = intensity::keep(&database, &arguments.region, &hours, origin).await?;
    pipeline::estimate_what_is_due(&database).await?;
    println!("{}", serde_json::to_string_pretty(&written)?);
    Ok(())
}
