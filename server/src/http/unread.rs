//! The notice that something could not be read: only where the figures of the page are touched, and where imports are shown.

use std::collections::BTreeSet;

use app::view::{Banner, BannerKind, Crumb, Section};

use super::desk::Place;
use crate::store::selection::Filter;
use crate::store::standing::Refused;

/// More places than these are counted, not named.
const NAMED: usize = 3;

/// What the page leaves out because of refusals; nothing where none of them touches it.
pub(super) fn notice(
    place: &Place,
    filter: Option<&Filter>,
    refusals: &[Refused],
    account: impl Fn(i32) -> String,
) -> Option<Banner> {
    let touching: Vec<&Refused> = refusals
        .iter()
        .filter(|refused| touches(place, &refused.feature) && filter.is_none_or(|filter| is_within(filter, refused)))
        .collect();
    if touching.is_empty() {
        return None;
    }
    let features: BTreeSet<&str> = touching.iter().map(|refused| spoken(&refused.feature)).collect();
    let places: BTreeSet<String> =
        touching.iter().map(|refused| format!("{}, {}", account(refused.account_id), refused.region)).collect();
    let features = listed(features.into_iter().map(str::to_owned).collect(), "more");
    let places = listed(places.into_iter().collect(), "more regions");
    let text = match place.section {
        Section::Imports => format!("Not read: {features} ({places}). Only what rests on them is missing."),
        _ => format!("Figures here may leave something out: {features} could not be read ({places})."),
    };
    let link = (place.section != Section::Imports)
        .then(|| Crumb { label: "See what is missing".to_owned(), href: "/imports".to_owned() });
    Some(Banner { kind: BannerKind::Warning, text, link })
}

/// What AWS did not answer though it may be asked; nothing where none of it touches the page. Refusals are told by [`notice`].
pub(super) fn failing(
    place: &Place,
    filter: Option<&Filter>,
    (failing, refusals): (&[Refused], &[Refused]),
    account: impl Fn(i32) -> String,
) -> Option<Banner> {
    let touching: Vec<&Refused> = failing
        .iter()
        .filter(|each| touches(place, of_feed(&each.feature)) && !refusals.iter().any(|known| is_same(known, each)))
        .filter(|each| filter.is_none_or(|filter| is_within(filter, each)))
        .collect();
    if touching.is_empty() {
        return None;
    }
    let features: BTreeSet<&str> = touching.iter().map(|each| spoken(of_feed(&each.feature))).collect();
    let places: BTreeSet<String> =
        touching.iter().map(|each| format!("{}, {}", account(each.account_id), each.region)).collect();
    let features = listed(features.into_iter().map(str::to_owned).collect(), "more");
    let places = listed(places.into_iter().collect(), "more regions");
    Some(Banner {
        kind: BannerKind::Warning,
        text: format!(
            "AWS has not answered for some hours yet: {features} ({places}). They are asked for again; what is \
             known stays."
        ),
        link: (place.section != Section::Imports)
            .then(|| Crumb { label: "See which".to_owned(), href: "/imports/gaps".to_owned() }),
    })
}

fn is_same(refused: &Refused, failing: &Refused) -> bool {
    (refused.account_id, refused.region.as_str(), refused.feature.as_str())
        == (failing.account_id, failing.region.as_str(), of_feed(&failing.feature))
}

/// The feature that a feed of the window ledger rests on.
fn of_feed(feed: &str) -> &str {
    match feed {
        "metrics" => "cloudwatch",
        "processing" => "processing jobs",
        "transform" => "batch transform jobs",
        _ => "training jobs",
    }
}

/// Whether a page's figures rest on a feature. One thing's own page exists because it was read, so a list that is missing
/// takes nothing from it.
fn touches(place: &Place, feature: &str) -> bool {
    let is_list = place.breadcrumb.is_empty();
    let listed_on = match feature {
        "training jobs" | "processing jobs" | "batch transform jobs" => Some(Section::Jobs),
        "endpoints" => Some(Section::Endpoints),
        "notebook instances" | "Studio apps" | "HyperPod clusters" => Some(Section::Notebooks),
        _ => None,
    };
    let is_of_all = matches!(feature, "cloudwatch" | "list prices");
    match place.section {
        Section::Imports => is_list,
        Section::Overview | Section::Workloads | Section::Trends => is_list && (is_of_all || listed_on.is_some()),
        Section::Jobs | Section::Endpoints | Section::Notebooks => {
            is_of_all || (is_list && listed_on == Some(place.section))
        }
        _ => false,
    }
}

fn is_within(filter: &Filter, refused: &Refused) -> bool {
    filter.admits_place(refused.account_id, &refused.region)
}

fn spoken(feature: &str) -> &str {
    match feature {
        "cloudwatch" => "CloudWatch metrics",
        "sustainability" => "AWS' own emissions",
        other => other,
    }
}

fn listed(mut words: Vec<String>, rest: &str) -> String {
    let more = words.len().saturating_sub(NAMED);
    words.truncate(NAMED);
    if more > 0 {
        words.push(format!("{more} {rest}"));
    }
    words.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::selection::{Attribute, Facet, Period};

    fn told(section: Section, is_list: bool, feature: &str, region: Option<&str>) -> Option<String> {
        let breadcrumb = if is_list { Vec::new() } else { vec![Crumb::default()] };
        let place = Place { section, breadcrumb, ..Place::default() };
        let day = "2026-11-09".parse().unwrap();
        let regions = Facet { any_of: region.map(str::to_owned).into_iter().collect(), none_of: Vec::new() };
        let filter = Filter::of(Period { from: day, to: day }).with(Attribute::Region, regions);
        let refused = Refused { account_id: 1, region: "us-east-1".to_owned(), feature: feature.to_owned() };
        notice(&place, Some(&filter), &[refused], |_| "research".to_owned()).map(|banner| banner.text)
    }

    #[test]
    fn a_refusal_is_loud_only_where_it_takes_something_away() {
        for (section, is_list, feature, region, loud) in [
            (Section::Notebooks, true, "Studio apps", None, true),
            (Section::Overview, true, "Studio apps", None, true),
            (Section::Trends, true, "Studio apps", None, true),
            (Section::Jobs, true, "Studio apps", None, false),
            (Section::Notebooks, false, "Studio apps", None, false),
            (Section::Reviews, true, "Studio apps", None, false),
            (Section::Imports, true, "Studio apps", None, true),
            (Section::Imports, false, "Studio apps", None, false),
            (Section::Overview, true, "models", None, false),
            (Section::Imports, true, "models", None, true),
            (Section::Jobs, false, "cloudwatch", None, true),
            (Section::Settings, true, "cloudwatch", None, false),
            (Section::Overview, true, "Studio apps", Some("us-east-1"), true),
            (Section::Overview, true, "Studio apps", Some("eu-west-1"), false),
        ] {
            let told = told(section, is_list, feature, region);
            assert_eq!(told.is_some(), loud, "{section:?} {is_list} {feature} {region:?}: {told:?}");
        }
    }

    #[test]
    fn what_fails_is_told_apart_from_what_is_refused() {
        let place = |section| Place { section, ..Place::default() };
        let feed = |feed: &str| Refused { account_id: 1, region: "us-east-1".to_owned(), feature: feed.to_owned() };
        let told = |section, feeds: &[Refused]| {
            failing(&place(section), None, (feeds, &[feed("cloudwatch")]), |_| "research".to_owned()).map(|it| it.text)
        };
        assert_eq!(told(Section::Overview, &[feed("metrics")]), None, "that it may not be read is said already");
        let told = |section, feeds: &[Refused]| {
            failing(&place(section), None, (feeds, &[]), |_| "research".to_owned()).map(|it| it.text)
        };
        let text = told(Section::Overview, &[feed("metrics"), feed("transform")]).unwrap();
        assert!(text.contains("CloudWatch metrics; batch transform jobs (research, us-east-1)"), "{text}");
        assert!(told(Section::Endpoints, &[feed("metrics")]).is_some());
        assert_eq!(told(Section::Endpoints, &[feed("inventory")]), None);
        assert_eq!(told(Section::Overview, &[]), None);
    }

    #[test]
    fn many_places_are_counted() {
        let many = (1..=5).map(|place| format!("region {place}")).collect();
        assert_eq!(listed(many, "more regions"), "region 1; region 2; region 3; 2 more regions");
    }
}
