//! `measured`: power measured on the machines of one job.

use anyhow::Context as _;

use crate::config::Measured;
use crate::ingest::measured::{self, Wanted};
use crate::pipeline;
use crate::store::{self, AccountScope, Database, account, pool};

pub(super) async fn run(arguments: Measured) -> anyhow::Result<()> {
    let path = arguments.file.display();
    let file = std::fs::read_to_string(&arguments.file)
        .with_context(|| format!("{path} cannot be read; --file names the emissions.csv that CodeCarbon wrote"))?;
    pool::migrate(&arguments.database.database_url, arguments.database.single_role).await?;
    let database = Database::connect(&arguments.database.database_url, arguments.database.single_role).await?;
    let now = match arguments.now {
        Some(now) => now,
        None => store::run::now(&database.ingest).await?,
    };
    let scope = scope(&database, arguments.account.as_deref()).await?;
    let wanted = Wanted {
        job: &arguments.job,
        region: arguments.region.as_deref(),
        group: arguments.group.as_deref(),
        run: arguments.run.as_deref(),
        with_host: arguments.host,
    };
    let factors = footprint::FactorSet::builtin()?;
    let imported = measured::import(&database, &scope, &factors, &file, wanted, now)
        .await
        .with_context(|| format!("nothing was taken from {path}"))?;
    pipeline::bring_up_to_date(&database, &scope, now).await?;
    println!("{}", serde_json::to_string_pretty(&imported)?);
    Ok(())
}

/// The accounts the pages show, or the one of them that is named.
async fn scope(database: &Database, named: Option<&str>) -> anyhow::Result<AccountScope> {
    let accounts = account::all(&database.ingest).await?;
    let visible = account::visible(&accounts);
    let Some(named) = named else {
        return Ok(visible);
    };
    let found = accounts.iter().find(|account| account.aws_account_id.as_deref() == Some(named));
    let scope = found.map(|account| visible.narrowed(&[account.account_id]));
    scope.filter(|scope| !scope.ids().is_empty()).with_context(|| {
        format!(
            "no account {named} has been read; leave --account away, or read it first with `wattledger ingest --once`"
        )
    })
}
