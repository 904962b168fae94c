//! AWS' own totals of cost, from Cost Explorer: once a day where it was switched on, and kept beside the bill as a check.

use chrono::{Duration, Months, NaiveDate};

use super::progress::{Phase, Progress, Step};
use super::reported::first_of_month;
use super::{IngestError, Options, Source, probe_state};
use crate::aws::{AwsError, Client};
use crate::store::run::Probe;
use crate::store::{self, Database, StoreError, explored};

/// The name of the feature on the page of imports.
pub const FEATURE: &str = "cost explorer";
/// Every request costs a cent.
const PAUSE_HOURS: i64 = 20;
/// AWS closes a month within the first days of the next one.
const MONTHS_BACK: u32 = 1;

/// What Cost Explorer is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Explorer {
    /// Keys of cost allocation tags, each a request more.
    pub tags: Vec<String>,
    /// Twelve digits of the account, where they are known: a payer's credentials see those of others too.
    pub account: Option<String>,
}

/// Reads an account's days; a refusal is remembered with its remedy and stops nothing else.
pub(super) async fn read(
    database: &Database,
    source: &Source,
    options: &Options,
    progress: &Progress,
) -> Result<(), IngestError> {
    let (Some(wanted), Some(client)) = (&source.money.explorer, source.clients.first()) else { return Ok(()) };
    let (pool, scope, account_id) = (&database.ingest, &source.scope, source.account_id);
    let tried = store::run::tried_at(pool, scope, account_id, FEATURE).await?;
    // A request costs money, so reading windows again is no reason to ask again.
    if tried.is_some_and(|at| at > options.now - Duration::hours(PAUSE_HOURS) && at <= options.now) {
        return Ok(());
    }
    let step = Step::of(Phase::Explored, source, "");
    progress.start(&step, Some(1));
    let to = options.now.date_naive();
    let this_month = first_of_month(to);
    let from = this_month.checked_sub_months(Months::new(MONTHS_BACK)).unwrap_or(this_month);
    let (state, message, remedy) = match ask(client, wanted, from, to).await {
        Ok(answers) => {
            let mut transaction = scope.begin(pool).await?;
            for (tag, days) in &answers {
                explored::replace(&mut transaction, account_id, (from, to), tag, days, options.now).await?;
            }
            transaction.commit().await.map_err(StoreError::on("keep AWS' own totals"))?;
            ("granted", String::new(), String::new())
        }
        Err(error) => {
            tracing::info!(message = %error.message, "Cost Explorer was not read");
            progress.failed(&error);
            (probe_state(error.kind), error.message.clone(), error.remedy())
        }
    };
    let (region, message, remedy) = (client.region(), message.as_str(), remedy.as_str());
    let probe = Probe { account_id, region, feature: FEATURE, state, message, remedy };
    store::run::write_probe(pool, scope, &probe, options.now).await?;
    progress.add(&step, 1);
    progress.finish(&step);
    Ok(())
}

type Answer = (String, Vec<crate::aws::facts::ExploredDay>);

/// The days by usage type, and by every tag; all of it or nothing.
async fn ask(client: &Client, wanted: &Explorer, from: NaiveDate, to: NaiveDate) -> Result<Vec<Answer>, AwsError> {
    let account = wanted.account.as_deref();
    let mut answers = vec![(String::new(), client.explored_days(account, from, to, None).await?)];
    for tag in &wanted.tags {
        answers.push((tag.clone(), client.explored_days(account, from, to, Some(tag)).await?));
    }
    Ok(answers)
}
