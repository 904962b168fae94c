//! What a text was found in, and what comes near it.

use app::view::{Crumb, SearchGroup, SearchRow, SearchView};

use super::figures::{self, slug};
use super::nearest::nearest;
use super::overview::spoken;
use crate::http::desk::Desk;
use crate::http::query::{Query, escape};
use crate::http::{AppState, Problem};
use crate::kind::Kind;
use crate::store::search::{self, Sort, Summed, Thing};
use crate::store::selection::Period;
use crate::store::{AccountScope, account, reading};

/// Rows of one sort.
const SHOWN: i64 = 8;
/// Names that are compared with what was not found.
const COMPARED: i64 = 4_000;
/// Names that come near.
const NEAR: usize = 6;
/// A longer text is no part of a name.
const LONGEST: usize = 200;

/// Looks for the text of a query.
///
/// # Errors
/// When the database refuses.
pub async fn load(desk: &mut Desk, query: &Query) -> Result<SearchView, Problem> {
    let period = query.period(desk.today());
    let text: String = query.q.clone().unwrap_or_default().chars().take(LONGEST).collect();
    let view = SearchView { text: text.clone(), period: spoken(period), ..SearchView::default() };
    if text.is_empty() {
        return Ok(view);
    }
    let estimate_id = desk.estimate.as_ref().map(|estimate| estimate.estimate_id);
    let things = search::things(desk.connection(), estimate_id, &text, SHOWN, COMPARED).await?;
    let filtered = query.filter_string(period);
    let (found, others): (Vec<Thing>, Vec<Thing>) = things.into_iter().partition(|thing| thing.found > 0);
    if found.is_empty() {
        return Ok(SearchView { nearest: near(&text, &others, &filtered), ..view });
    }
    let groups = groups(desk, estimate_id, period, &found, &text, &filtered).await?;
    Ok(SearchView { groups, ..view })
}

async fn groups(
    desk: &mut Desk,
    estimate_id: Option<i32>,
    period: Period,
    found: &[Thing],
    text: &str,
    filtered: &str,
) -> Result<Vec<SearchGroup>, Problem> {
    let mut sums = match estimate_id {
        Some(estimate_id) => search::sums(desk.connection(), estimate_id, period, &summed(found)).await?,
        None => Default::default(),
    };
    let row = |thing: &Thing| {
        let key = (summed_as(thing.sort).to_owned(), thing.key.clone());
        let parts = sums.remove(&key).unwrap_or_default();
        let sums = figures::sum_closed(&desk.factors, &parts);
        SearchRow {
            name: thing.name.clone(),
            href: href(thing, filtered),
            detail: detail(thing, &desk.account_name(thing.account_id)),
            ran: !parts.is_empty(),
            cost: sums.cost(),
            energy: sums.energy(),
            emissions: sums.emissions(),
        }
    };
    let rows: Vec<(Sort, u64, SearchRow)> = found
        .iter()
        .map(row)
        .zip(found)
        .map(|(row, thing)| (thing.sort, u64::try_from(thing.found).unwrap_or_default(), row))
        .collect();
    let group = |sort: Sort| {
        let own: Vec<&(Sort, u64, SearchRow)> = rows.iter().filter(|(each, ..)| *each == sort).collect();
        let (_, found, _) = own.first()?;
        Some(SearchGroup {
            id: format!("found-{}", sort.as_str()),
            title: title(sort).to_owned(),
            found: *found,
            all_href: all_href(sort, text, filtered),
            rows: own.iter().map(|(.., row)| row.clone()).collect(),
        })
    };
    Ok(Sort::ALL.into_iter().filter_map(group).collect())
}

fn summed(found: &[Thing]) -> Summed {
    let of = |sort: Sort| -> Vec<String> {
        found.iter().filter(|thing| thing.sort == sort).map(|thing| thing.key.clone()).collect()
    };
    Summed {
        resources: found
            .iter()
            .filter(|thing| summed_as(thing.sort) == "resource")
            .filter_map(|thing| thing.key.parse().ok())
            .collect(),
        families: of(Sort::Family),
        pipelines: of(Sort::Pipeline),
        teams: of(Sort::Team),
    }
}

/// The word under which a sort is summed.
const fn summed_as(sort: Sort) -> &'static str {
    match sort {
        Sort::Job | Sort::Endpoint | Sort::Notebook => "resource",
        Sort::Family | Sort::Pipeline | Sort::Team => sort.as_str(),
    }
}

const fn title(sort: Sort) -> &'static str {
    match sort {
        Sort::Job => "Jobs",
        Sort::Endpoint => "Endpoints",
        Sort::Notebook => "Notebooks",
        Sort::Family => "Families of jobs",
        Sort::Pipeline => "Pipelines",
        Sort::Team => "Teams",
    }
}

/// Where something has its page, or where it is listed.
fn href(thing: &Thing, filtered: &str) -> String {
    let page = |list: &str| {
        let number = thing.key.parse().unwrap_or_default();
        format!("/{list}/{}?{filtered}", slug(&thing.name, number))
    };
    match thing.sort {
        Sort::Job => page("jobs"),
        Sort::Endpoint => page("endpoints"),
        Sort::Notebook => page("notebooks"),
        Sort::Family => format!("/jobs?{filtered}&q={}", escape(&thing.name)),
        Sort::Pipeline => super::pipelines::href(&thing.name, &thing.key),
        Sort::Team => format!("/?{filtered}&team={}", escape(&thing.name)),
    }
}

/// The list that holds all of a sort whose name holds the text. What is found by its ARN alone stands on no such list.
fn all_href(sort: Sort, text: &str, filtered: &str) -> Option<String> {
    let list = match sort {
        Sort::Job => "/jobs",
        Sort::Endpoint => "/endpoints",
        Sort::Notebook => "/notebooks",
        Sort::Family | Sort::Pipeline | Sort::Team => return None,
    };
    Some(format!("{list}?{filtered}&q={}", escape(text)))
}

fn detail(thing: &Thing, account: &str) -> String {
    let kind = match thing.sort {
        Sort::Family | Sort::Job | Sort::Endpoint | Sort::Notebook => Kind::parse(&thing.kind).map(Kind::label),
        Sort::Pipeline | Sort::Team => None,
    };
    let words = [kind.unwrap_or_default(), account, thing.region.as_str()];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn near(text: &str, things: &[Thing], filtered: &str) -> Vec<Crumb> {
    let places = nearest(text, things.iter().map(|thing| thing.name.as_str()), NEAR);
    let link = |thing: &Thing| Crumb {
        label: format!("{} ({})", thing.name, thing.sort.as_str()),
        href: href(thing, filtered),
    };
    places.into_iter().filter_map(|place| things.get(place)).map(link).collect()
}

/// What comes nearest to an address that leads nowhere, by its last segment.
///
/// # Errors
/// When the database refuses.
pub async fn near_address(state: &AppState, path: &str) -> Result<Vec<Crumb>, Problem> {
    let Some(text) = wanted(path) else { return Ok(Vec::new()) };
    let pool = &state.database.web;
    let all = account::all(pool).await?;
    let scope: AccountScope = account::visible(&all);
    let mut transaction = reading::begin(pool, &scope).await?;
    let things = search::things(&mut transaction, None, &text, SHOWN, COMPARED).await?;
    let found: Vec<&Thing> = things.iter().filter(|thing| thing.found > 0 && thing.sort != Sort::Pipeline).collect();
    if found.is_empty() {
        return Ok(near(&text, &things, ""));
    }
    let found: Vec<Thing> = found.into_iter().cloned().collect();
    let links = near(&text, &found, "");
    Ok(links)
}

/// What somebody who typed an address looked for: its last segment, without the number that tells namesakes apart.
fn wanted(path: &str) -> Option<String> {
    let last = path.rsplit('/').find(|segment| !segment.is_empty())?;
    let last = unescaped(last)?;
    let name = match last.rsplit_once('.') {
        Some((name, number)) if number.len() == 16 && number.bytes().all(|byte| byte.is_ascii_hexdigit()) => name,
        _ => last.as_str(),
    };
    (name.chars().count() >= 2 && name.chars().count() <= LONGEST).then(|| name.to_owned())
}

/// A segment with its escapes undone; nothing where they make no text.
fn unescaped(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        match byte {
            b'%' => bytes.push(16 * digit(rest.next())? + digit(rest.next())?),
            plain => bytes.push(plain),
        }
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_leads_nowhere_still_names_something() {
        for (path, expected) in [
            ("/jobs/plain-gp.0000000000000001", Some("plain-gp")),
            ("/endpoints/serve%20me", Some("serve me")),
            ("/endpoints/v1.2", Some("v1.2")),
            ("/plain-gpu/", Some("plain-gpu")),
            ("/jobs/%00a", None),
            ("/jobs/%zz", None),
            ("/a", None),
            ("/", None),
        ] {
            assert_eq!(wanted(path).as_deref(), expected, "{path}");
        }
    }
}
