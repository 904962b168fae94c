//! Every account the installation knows.

use app::view::{AccountOrigin, AccountRow, AccountsView, PermissionGap, ReadAs, Shown, Unit};
use chrono::Days;
use rust_decimal::prelude::ToPrimitive as _;

use super::overview::spoken;
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::filter_bar::account_word;
use crate::http::query::escape;
use crate::store::Origin;
use crate::store::account::Account;
use crate::store::connected::{self, Connected};
use crate::store::selection::Period;

/// Days of cost and teams.
const DAYS: u64 = 28;

/// What is known of the accounts that pages show, and of which days.
///
/// # Errors
/// When the database refuses.
pub async fn known(desk: &mut Desk) -> Result<(Period, Vec<Connected>), Problem> {
    let yesterday = desk.today() - Days::new(1);
    let period = Period { from: yesterday - Days::new(DAYS - 1), to: yesterday };
    let estimate_id = desk.estimate.as_ref().map(|estimate| estimate.estimate_id);
    Ok((period, connected::all(desk.connection(), estimate_id, period).await?))
}

/// Loads the page; `all` are the accounts of every origin.
///
/// # Errors
/// When the database refuses.
pub async fn load(desk: &mut Desk, all: &[Account]) -> Result<AccountsView, Problem> {
    let (period, known) = known(desk).await?;
    let own = |account: &Account| known.iter().find(|each| each.account_id == account.account_id);
    let mut rows: Vec<AccountRow> = all.iter().map(|account| row(account, own(account), period)).collect();
    rows.sort_by_key(|row| !row.is_shown);
    Ok(AccountsView { period: spoken(period), rows, gaps: gaps(desk, &known) })
}

fn row(account: &Account, own: Option<&Connected>, period: Period) -> AccountRow {
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    let origin = match account.origin {
        Origin::Aws => AccountOrigin::Aws,
        Origin::Upload => AccountOrigin::Files,
        Origin::Demo => AccountOrigin::Demo,
    };
    let cost = own.and_then(|own| own.cost?.to_f64());
    AccountRow {
        name: account.name.clone(),
        number: account.aws_account_id.clone(),
        origin,
        is_shown: own.is_some(),
        regions: own.map(|own| own.regions.clone()).unwrap_or_default(),
        read_as: match (account.read_as.as_deref(), origin) {
            (_, AccountOrigin::Files | AccountOrigin::Demo) => ReadAs::Nobody,
            (Some("credentials"), _) => ReadAs::Credentials,
            (Some(role), _) => ReadAs::Role(role.to_owned()),
            (None, _) => ReadAs::Unknown,
        },
        read_at: own.and_then(|own| own.read_at),
        first_day: own.and_then(|own| own.first_day),
        resources: own.map_or(0, |own| count(own.resources)),
        teams: own.map_or(0, |own| count(own.teams)),
        cost: cost.map_or_else(
            || Shown::Unknown("nothing with a price ran in these days".to_owned()),
            |cost| Shown::exact(cost, Unit::Usd),
        ),
        href: format!("/?from={}&to={}&account={}", period.from, period.to, escape(account_word(account))),
        gaps: own.map_or(0, |own| own.refusals.len() as u64),
    }
}

/// What was refused, by what mends it, what mends most first.
fn gaps(desk: &Desk, known: &[Connected]) -> Vec<PermissionGap> {
    let mut gaps: Vec<PermissionGap> = Vec::new();
    for (account, refusal) in known.iter().flat_map(|own| own.refusals.iter().map(move |each| (own, each))) {
        let place = format!("{}: {}, {}", refusal.feature, desk.account_name(account.account_id), refusal.region);
        match gaps.iter_mut().find(|gap| gap.remedy == refusal.remedy) {
            Some(gap) => gap.places.push(place),
            None => gaps.push(PermissionGap { remedy: refusal.remedy.clone(), places: vec![place] }),
        }
    }
    gaps.sort_by_key(|gap| std::cmp::Reverse(gap.places.len()));
    gaps
}
