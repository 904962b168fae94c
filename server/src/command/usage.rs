//! `usage`: what ran, from a file of one's own.

use anyhow::Context as _;

use crate::config::Usage;
use crate::ingest::sent;
use crate::pipeline;
use crate::store::{self, Database, account, pool};

pub(super) async fn run(arguments: Usage) -> anyhow::Result<()> {
    pool::migrate(&arguments.database.database_url, arguments.database.single_role).await?;
    let database = Database::connect(&arguments.database.database_url, arguments.database.single_role).await?;
    let now = match arguments.now {
        Some(now) => now,
        None => store::run::now(&database.ingest).await?,
    };
    let scope = account::visible_scope(&database.ingest).await?;
    let imported = sent::take_usage(&database, &scope, &arguments.file, now)
        .await
        .with_context(|| format!("nothing was taken from {}", arguments.file.display()))?;
    for scope in account::scopes(&database.web).await? {
        pipeline::bring_up_to_date(&database, &scope, now).await?;
    }
    println!("{}", serde_json::to_string_pretty(&imported)?);
    Ok(())
}
