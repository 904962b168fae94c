//! AWS' own totals of cost beside what is held here, by month, day and tag.

use std::collections::BTreeMap;

use app::view::{CheckedCost, CheckedMonth, CheckedTag, Compared, CostCheck, Shown, Unit};
use chrono::{Days, Months, NaiveDate};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::http::Problem;
use crate::http::desk::Desk;
use crate::ingest::reported::first_of_month;
use crate::store::explored::{self, CheckedDay};

/// Months that are compared, the one that goes on included.
const MONTHS: u32 = 13;

/// The page's part, and its days for a file.
pub struct Checked {
    /// For people.
    pub view: CostCheck,
    /// For machines, newest first, with the twelve digits of their accounts.
    pub days: Vec<(String, CheckedDay)>,
}

/// Loads what AWS told of the last months.
///
/// # Errors
/// When the database refuses.
pub async fn load(desk: &mut Desk) -> Result<Checked, Problem> {
    let to = desk.today() + Days::new(1);
    let this_month = first_of_month(desk.today());
    let from = this_month.checked_sub_months(Months::new(MONTHS - 1)).unwrap_or(this_month);
    let days = explored::checked_days(desk.connection(), from, to).await?;
    let tags = explored::checked_tags(desk.connection(), from, to).await?;
    let tags = tags.into_iter().map(|tag| CheckedTag {
        month: tag.month,
        account: desk.account_name(tag.account_id),
        key: tag.tag_key,
        value: tag.tag_value,
        billed: compared(tag.billed, tag.unblended),
    });
    let tags = tags.collect();
    let view = CostCheck { months: months(desk, &days), tags, csv_href: "/reconciliation/cost.csv".to_owned() };
    let days = days.into_iter().map(|day| (desk.aws_account(day.account_id), day)).collect();
    Ok(Checked { view, days })
}

fn months(desk: &Desk, days: &[CheckedDay]) -> Vec<CheckedMonth> {
    let mut months: BTreeMap<(NaiveDate, i32), Vec<&CheckedDay>> = BTreeMap::new();
    for day in days {
        months.entry((first_of_month(day.day), day.account_id)).or_default().push(day);
    }
    let month = |((month, account_id), days): ((NaiveDate, i32), Vec<&CheckedDay>)| CheckedMonth {
        month,
        account: desk.account_name(account_id),
        days: count(days.len()),
        days_billed: count(days.iter().filter(|day| day.billed.is_some()).count()),
        is_estimated: days.iter().any(|day| day.is_estimated),
        cost: cost(&days),
        rows: days.iter().map(|day| (day.day, cost(&[*day]))).collect(),
    };
    months.into_iter().rev().map(month).collect()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Sums of days; of each basis by itself.
fn cost(days: &[&CheckedDay]) -> CheckedCost {
    let known = |of: fn(&CheckedDay) -> Option<Decimal>| {
        let known: Vec<Decimal> = days.iter().filter_map(|day| of(day)).collect();
        (!known.is_empty()).then(|| known.into_iter().sum::<Decimal>())
    };
    let theirs = |of: fn(&CheckedDay) -> Decimal| days.iter().map(|day| of(day)).sum::<Decimal>();
    CheckedCost {
        billed: compared(known(|day| day.billed), theirs(|day| day.unblended)),
        effective: compared(known(|day| day.effective), theirs(|day| day.amortised)),
        list: known(|day| day.list).map_or_else(|| Shown::Unknown("no list price is known".to_owned()), usd),
    }
}

fn compared(ours: Option<Decimal>, theirs: Decimal) -> Compared {
    let no_bill = || Shown::Unknown("no bill is held for it".to_owned());
    Compared {
        residual: ours.map_or_else(no_bill, |ours| usd(theirs - ours)),
        ours: ours.map_or_else(no_bill, usd),
        theirs: usd(theirs),
    }
}

fn usd(amount: Decimal) -> Shown {
    Shown::exact(amount.to_f64().unwrap_or_default(), Unit::Usd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_bill_tells_is_unknown_and_each_basis_stands_by_itself() {
        let day = |billed: Option<i64>| CheckedDay {
            account_id: 1,
            day: NaiveDate::from_ymd_opt(2026, 11, 3).unwrap(),
            unblended: Decimal::from(10),
            amortised: Decimal::from(7),
            is_estimated: true,
            billed: billed.map(Decimal::from),
            effective: billed.map(|_| Decimal::from(7)),
            list: None,
        };
        let both = cost(&[&day(Some(9)), &day(None)]);
        let value = |shown: &Shown| shown.figure().map(|figure| figure.central);
        assert_eq!(
            [&both.billed.ours, &both.billed.theirs, &both.billed.residual].map(value),
            [9.0, 20.0, 11.0].map(Some)
        );
        assert_eq!(value(&both.effective.residual), Some(7.0));
        assert_eq!(value(&both.list), None);
        let none = cost(&[&day(None)]);
        assert!(value(&none.billed.residual).is_none() && value(&none.billed.theirs) == Some(10.0), "{none:?}");
    }
}
