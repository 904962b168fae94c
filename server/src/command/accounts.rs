//! Which AWS accounts are read, and as whom: the account of the credentials, or many through their roles.

use std::path::Path;

use anyhow::{Context as _, bail};
use serde::Deserialize;

use crate::aws::{self, Client, Credentials, Endpoints, Kind, Limits, Settings};
use crate::config::AwsArgs;
use crate::ingest::explored::Explorer;
use crate::ingest::{Money, Source};
use crate::store::{self, AccountScope, Database, Origin};

/// The file of accounts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    account: Vec<Account>,
}

/// An account that is read through a role.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    name: String,
    role_arn: String,
    external_id: Option<String>,
    /// No other region is ever asked.
    regions: Vec<String>,
    /// Exports of its bill in S3.
    #[serde(default)]
    bills: Vec<String>,
    /// Whether Cost Explorer is asked, at $0.01 a request.
    #[serde(default)]
    cost_explorer: bool,
    /// Tags whose totals it is asked for too.
    #[serde(default)]
    cost_explorer_tags: Vec<String>,
}

impl Account {
    fn money(&self) -> anyhow::Result<Money> {
        let place =
            |text: &String| text.parse().map_err(|error: String| anyhow::anyhow!("bills of {}: {error}", self.name));
        let tags = self.cost_explorer_tags.clone();
        let explorer = self.cost_explorer.then(|| Explorer { tags, account: number(&self.role_arn) });
        Ok(Money { exports: self.bills.iter().map(place).collect::<anyhow::Result<_>>()?, explorer })
    }
}

/// Every account that these arguments name.
pub(super) async fn sources(database: &Database, arguments: &AwsArgs) -> anyhow::Result<Vec<Source>> {
    let endpoints = super::endpoints(arguments)?;
    match &arguments.accounts {
        None => Ok(vec![of_the_credentials(database, arguments, endpoints).await?]),
        Some(file) => {
            let mut sources = Vec::new();
            for account in read(file)? {
                sources.push(through_role(database, &account, &endpoints, super::limits(arguments)).await?);
            }
            Ok(sources)
        }
    }
}

/// The scope of all of them.
pub(super) fn scope_of(sources: &[Source]) -> AccountScope {
    AccountScope::new(Origin::Aws, sources.iter().map(|source| source.account_id).collect())
}

fn read(file: &Path) -> anyhow::Result<Vec<Account>> {
    let shown = file.display();
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{shown} cannot be read; --accounts names a TOML file of [[account]] tables"))?;
    parse(&text).with_context(|| format!("{shown} does not list accounts"))
}

fn parse(text: &str) -> anyhow::Result<Vec<Account>> {
    let listed: Listed = toml::from_str(text)?;
    if listed.account.is_empty() {
        bail!("it holds no [[account]] table");
    }
    for (place, account) in listed.account.iter().enumerate() {
        let name = &account.name;
        let number = number(&account.role_arn).with_context(|| {
            format!("role_arn of {name} is no role, such as arn:aws:iam::111122223333:role/CarbonReader")
        })?;
        if account.regions.is_empty() {
            bail!("{name} has no regions; list those to read, such as regions = [\"us-east-1\"]");
        }
        account.money()?;
        if !account.cost_explorer && !account.cost_explorer_tags.is_empty() {
            bail!(
                "{name} has cost_explorer_tags and Cost Explorer is off; set cost_explorer = true, at $0.01 a request"
            );
        }
        let before = listed.account.iter().take(place);
        if before.map(|each| self::number(&each.role_arn)).any(|each| each.as_deref() == Some(&number)) {
            bail!("account {number} is listed twice; put all its regions into one [[account]] table");
        }
    }
    Ok(listed.account)
}

/// The twelve digits of a role's account.
fn number(role_arn: &str) -> Option<String> {
    let mut parts = role_arn.split(':');
    let is_role = parts.next() == Some("arn") && parts.next().is_some_and(|partition| partition.starts_with("aws"));
    let is_role = is_role && parts.next() == Some("iam") && parts.next() == Some("");
    let number = parts.next().filter(|text| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()));
    number.filter(|_| is_role && parts.next().is_some_and(|rest| rest.starts_with("role/"))).map(str::to_owned)
}

async fn through_role(
    database: &Database,
    account: &Account,
    endpoints: &Endpoints,
    limits: Limits,
) -> anyhow::Result<Source> {
    let number = number(&account.role_arn);
    let account_id = store::account::ensure(&database.ingest, Origin::Aws, number.as_deref(), &account.name).await?;
    store::account::note_reader(&database.ingest, account_id, &account.role_arn).await?;
    let settings = Settings {
        endpoints: endpoints.clone(),
        credentials: Credentials::Role {
            role_arn: account.role_arn.clone(),
            external_id: account.external_id.clone(),
            base: Box::new(Credentials::Chain),
        },
        limits,
    };
    let mut clients = Vec::new();
    for region in &account.regions {
        clients.push(Client::new(&settings, region).await);
    }
    let scope = AccountScope::new(Origin::Aws, vec![account_id]);
    Ok(Source { scope, account_id, clients, money: account.money()? })
}

/// The account behind the credentials, with a client per region.
async fn of_the_credentials(database: &Database, arguments: &AwsArgs, endpoints: Endpoints) -> anyhow::Result<Source> {
    let settings = Settings { endpoints, credentials: Credentials::Chain, limits: super::limits(arguments) };
    let mut clients = Vec::new();
    for region in super::regions(arguments) {
        clients.push(Client::new(&settings, &region).await);
    }
    let first = clients.first().context("name at least one region with --region")?;
    let number = number_of(first, arguments.account_number.as_deref()).await?;
    let account_id = store::account::ensure(&database.ingest, Origin::Aws, Some(&number), &number).await?;
    store::account::note_reader(&database.ingest, account_id, "credentials").await?;
    let explorer =
        arguments.cost_explorer.then(|| Explorer { tags: arguments.cost_explorer_tag.clone(), account: Some(number) });
    let money = Money { exports: arguments.bill_exports.clone(), explorer };
    Ok(Source { scope: AccountScope::new(Origin::Aws, vec![account_id]), account_id, clients, money })
}

/// Whose credentials these are. Without the number nothing is read: an account under no number would be counted beside
/// itself as soon as it is known.
async fn number_of(client: &Client, told: Option<&str>) -> anyhow::Result<String> {
    match (client.account().await, told) {
        (Ok(number), Some(told)) if number != told => {
            bail!("these credentials belong to account {number}, and --account-number says {told}; nothing was read")
        }
        (Ok(number), _) => Ok(number),
        (Err(error), _) if error.kind == Kind::Credentials => Err(no_credentials(error)),
        (Err(error), Some(told)) => {
            tracing::warn!(message = %error.message, "AWS did not tell whose credentials these are; going by --account-number");
            Ok(told.to_owned())
        }
        (Err(error), None) => bail!(
            "AWS did not tell whose credentials these are ({}), so nothing was read: under another name it would be counted \
             twice. Try again; where STS cannot be reached from here, give the account with --account-number",
            error.message
        ),
    }
}

fn no_credentials(error: aws::AwsError) -> anyhow::Error {
    let remedy = error.remedy();
    tracing::debug!(?error, "no credentials");
    anyhow::anyhow!("{remedy}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "[[account]]\nname = \"research\"\nrole_arn = \"arn:aws:iam::111122223333:role/CarbonReader\"\n\
        external_id = \"x\"\nregions = [\"us-east-1\"]\n";

    #[test]
    fn the_file_that_beginners_are_shown_is_one() {
        let read = parse(aws::template::ACCOUNTS_FILE).unwrap();
        assert!(read.len() == 1 && read[0].external_id.is_some() && read[0].regions.len() == 2);
    }

    #[test]
    fn accounts_are_read_or_refused_with_the_next_step() {
        let read = parse(TABLE).unwrap();
        assert_eq!((read[0].name.as_str(), read[0].external_id.as_deref()), ("research", Some("x")));
        let refused = |text: &str| format!("{:#}", parse(text).unwrap_err());
        assert!(refused(&format!("{TABLE}{TABLE}")).contains("listed twice"));
        assert!(refused(&TABLE.replace("iam::1111", "iam::11")).contains("is no role"));
        assert!(refused(&TABLE.replace("role/", "user/")).contains("is no role"));
        let more = parse(&format!("{TABLE}bills = [\"s3://bills/cur\"]\ncost_explorer = true\n")).unwrap();
        let money = more[0].money().unwrap();
        assert_eq!(money.exports[0].to_string(), "s3://bills/cur");
        assert_eq!(money.explorer.unwrap().account.as_deref(), Some("111122223333"));
        assert_eq!(read[0].money().unwrap(), Money::default(), "what costs money is off");
        assert!(refused(&format!("{TABLE}bills = [\"bills/cur\"]\n")).contains("such as s3://bucket/prefix"));
        assert!(refused(&format!("{TABLE}cost_explorer_tags = [\"team\"]\n")).contains("$0.01 a request"));
        assert!(refused(&TABLE.replace("[\"us-east-1\"]", "[]")).contains("has no regions"));
        assert!(refused(&TABLE.replace("external_id", "externalid")).contains("unknown field"));
        assert!(refused("account = []").contains("no [[account]]"));
    }
}
