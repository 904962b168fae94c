//! The period that a page compares with, what is known of it, and why nothing is compared where nothing can be.

use app::parts::number;
use app::view::{Crumb, Remark};
use chrono::{Days, NaiveDate};

use crate::http::Problem;
use crate::http::against::Against;
use crate::http::desk::Desk;
use crate::http::query::Query;
use crate::review::Snapshot;
use crate::store::review;
use crate::store::selection::{Basis, Period};

/// What a page compares with.
#[derive(Debug, Clone, Default)]
pub struct Compared {
    /// The days, where their sums can stand beside those of the page.
    pub before: Option<Period>,
    /// They in words; empty where nothing is compared.
    pub words: String,
    /// What the reader must know: why nothing is compared, or what is compared otherwise than asked for.
    pub remark: Option<Remark>,
    /// The frozen figures, where they cover exactly what the page shows.
    pub signed: Option<Box<Snapshot>>,
}

/// How much of some days the ledger can know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Whole,
    Part(u64),
    Nothing,
}

/// What the address of a page asks to be compared with, as far as it is known.
///
/// # Errors
/// When the database refuses.
pub async fn find(desk: &mut Desk, query: &Query) -> Result<Compared, Problem> {
    let filter = desk.filter(query);
    let Some(before) = query.against.of(filter.period) else { return Ok(Compared::default()) };
    let mut signed = None;
    if let Against::Review(id) = query.against {
        let scope = desk.scope.clone();
        let Some(found) = review::stored(desk.connection(), &scope, id).await? else {
            return Ok(refused(query, filter.period, format!("There is no review {id}, so nothing is compared.")));
        };
        if before.days() != filter.period.days() {
            return Ok(of_other_length(query, filter.period, &id.to_string()));
        }
        signed = Some(Box::new(found.snapshot));
    }
    let spoken = number::period(before.from, before.to);
    let first = desk.facets().first_day;
    match reach(first, before) {
        Reach::Whole => {}
        Reach::Nothing => {
            let since = first.map_or_else(String::new, |day| format!(": the ledger begins on {}", number::date(day)));
            return Ok(refused(
                query,
                filter.period,
                format!("Nothing is known of {spoken}{since}. Nothing is compared."),
            ));
        }
        Reach::Part(days) => {
            let begins = first.map(number::date).unwrap_or_default();
            let text = format!(
                "Only {days} of {} days of {spoken} are known: the ledger begins on {begins}. A part is not compared \
                 with a whole.",
                before.days()
            );
            return Ok(refused(query, filter.period, text));
        }
    }
    let mut remark = None;
    let words = match query.against {
        Against::Review(id) => format!("review {id} ({spoken})"),
        _ => spoken,
    };
    if signed.is_some() && (filter.narrows() || !covers(signed.as_deref(), desk)) {
        signed = None;
        remark = Some(Remark {
            text: "The review covers more than this filter shows, so its week is compared as the ledger has it now."
                .to_owned(),
            link: None,
        });
    }
    if signed.is_some() && !desk.factors.basis.is_usual() {
        signed = None;
        let basis = Basis::default();
        let text = format!(
            "The review froze cost {} and emissions {}, so its week is compared as the ledger counts it here.",
            basis.of_cost(),
            basis.of_emissions()
        );
        remark = Some(Remark { text, link: None });
    }
    Ok(Compared { before: Some(before), words, remark, signed })
}

/// Whether a review covers the accounts of the page.
fn covers(signed: Option<&Snapshot>, desk: &Desk) -> bool {
    let reviewed = signed.map(|snapshot| snapshot.accounts.iter().map(|each| each.account_id).collect::<Vec<_>>());
    reviewed.is_some_and(|reviewed| {
        reviewed.len() == desk.accounts.len() && desk.accounts.iter().all(|each| reviewed.contains(&each.account_id))
    })
}

/// Days before the ledger begins are not days on which nothing ran.
fn reach(first: Option<NaiveDate>, days: Period) -> Reach {
    match first {
        Some(first) if first <= days.from => Reach::Whole,
        Some(first) if days.holds(first) => Reach::Part(Period { from: first, to: days.to }.days()),
        _ => Reach::Nothing,
    }
}

fn refused(query: &Query, period: Period, text: String) -> Compared {
    let link = (query.against != Against::Previous).then(|| Crumb {
        label: "Compare with the period before".to_owned(),
        href: Query { against: Against::Previous, ..query.clone() }.permalink(period),
    });
    Compared { remark: Some(Remark { text, link }), ..Compared::default() }
}

fn of_other_length(query: &Query, period: Period, review: &str) -> Compared {
    let text = format!(
        "Review {review} covers 7 days, this period {}. Sums over different lengths are not compared.",
        period.days()
    );
    let week = Period { from: period.to - Days::new(6), to: period.to };
    let link = Crumb { label: "Show the last 7 of these days".to_owned(), href: query.permalink(week) };
    Compared { remark: Some(Remark { text, link: Some(link) }), ..Compared::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_before_the_ledger_are_unknown_and_not_empty() {
        let day = |number| NaiveDate::from_ymd_opt(2026, 11, number).unwrap();
        let week = Period { from: day(9), to: day(15) };
        assert_eq!(reach(Some(day(1)), week), Reach::Whole);
        assert_eq!(reach(Some(day(9)), week), Reach::Whole);
        assert_eq!(reach(Some(day(13)), week), Reach::Part(3));
        assert_eq!(reach(Some(day(16)), week), Reach::Nothing);
        assert_eq!(reach(None, week), Reach::Nothing);
    }
}
