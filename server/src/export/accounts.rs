//! Accounts as CSV: one row an account. What is not shown on pages has empty cells.

use super::listing::{text, time};
use crate::store::account::Account;
use crate::store::connected::Connected;
use crate::store::selection::Period;

/// Column names; units are in them. Teams and cost are of the period.
pub const COLUMNS: [&str; 14] = [
    "account_id",
    "name",
    "origin",
    "regions",
    "read_as",
    "last_read_at",
    "first_day",
    "resources",
    "period_from",
    "period_to",
    "teams",
    "cost_list",
    "currency",
    "refused",
];

/// The cells of one account.
pub fn row(account: &Account, own: Option<&Connected>, period: Period) -> Vec<String> {
    let of = |cell: fn(&Connected) -> String| own.map(cell).unwrap_or_default();
    vec![
        account.aws_account_id.clone().unwrap_or_default(),
        text(&account.name),
        account.origin.as_str().to_owned(),
        of(|own| own.regions.join(" ")),
        text(account.read_as.as_deref().unwrap_or_default()),
        of(|own| time(own.read_at)),
        of(|own| own.first_day.map(|day| day.to_string()).unwrap_or_default()),
        of(|own| own.resources.to_string()),
        period.from.to_string(),
        period.to.to_string(),
        of(|own| own.teams.to_string()),
        of(|own| own.cost.map(|cost| cost.normalize().to_string()).unwrap_or_default()),
        of(|own| own.cost.map(|_| "USD".to_owned()).unwrap_or_default()),
        text(&of(|own| {
            let refused = own.refusals.iter().map(|each| format!("{}, {}", each.feature, each.region));
            refused.collect::<Vec<_>>().join("; ")
        })),
    ]
}
