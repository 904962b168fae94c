use super::*;
use crate::http::query::Allowed;
use crate::store::Origin;

fn view(query: &str) -> FilterView {
    view_of(&format!("/jobs?{query}"))
}

fn view_of(address: &str) -> FilterView {
    let allowed = Allowed { sorts: &["cost"], search: true, own: &[] };
    let query = Query::read(&address.parse().unwrap(), allowed).unwrap();
    let today: NaiveDate = "2026-03-16".parse().unwrap();
    let accounts = [Account {
        account_id: 1,
        aws_account_id: Some("111122223333".to_owned()),
        origin: Origin::Demo,
        name: "research".to_owned(),
        read_as: None,
    }];
    let facets = Facets {
        values: [
            (Attribute::Region, vec!["eu-west-1".to_owned()]),
            (Attribute::Team, vec![String::new(), "vision".to_owned()]),
            (Attribute::Kind, vec!["training".to_owned()]),
        ]
        .into(),
        tags: vec![("slo".to_owned(), vec!["gold".to_owned(), String::new()])],
        reviews: vec!["2026-W10-r2".to_owned(), "2026-W09".to_owned()],
        first_day: None,
    };
    let period = query.period(today);
    Bar { query: &query, period, today, accounts: &accounts, facets: &facets, searches: true }.view()
}

#[test]
fn presets_keep_the_facets_and_mark_the_current_period() {
    let view = view("team=vision");
    let marked: Vec<_> =
        view.presets.iter().filter(|preset| preset.current).map(|preset| preset.label.as_str()).collect();
    assert_eq!(marked, ["Last week"], "on a Monday the last seven days are the last week");
    assert_eq!(view.presets[3].href, "/jobs?from=2026-02-01&to=2026-02-28&team=vision");
}

#[test]
fn the_figure_shown_first_is_chosen_where_there_is_an_order_and_goes_along_everywhere() {
    let view = view_of("/?team=vision&metric=co2e");
    let metrics: Vec<_> = view.metrics.iter().map(|each| (each.label.as_str(), each.current)).collect();
    assert_eq!(metrics, [("$", false), ("kWh", false), ("CO\u{2082}e", true), ("Intensity", false)]);
    assert_eq!(view.metrics[0].href, "/?from=2026-03-09&to=2026-03-15&team=vision");
    assert_eq!(view.metrics[1].href, "/?from=2026-03-09&to=2026-03-15&team=vision&metric=kwh");
    assert_eq!(view.carried, [("metric".to_owned(), "co2e".to_owned())]);
    assert!(view.clear_href.ends_with("metric=co2e"), "{}", view.clear_href);
    let elsewhere = view_of("/recommendations?metric=co2e");
    assert!(elsewhere.metrics.is_empty() && elsewhere.query_string.ends_with("&metric=co2e"));
    let list = view_of("/jobs?metric=co2e&sort=cost");
    let metrics: Vec<_> = list.metrics.iter().map(|each| (each.label.as_str(), each.current)).collect();
    assert_eq!(metrics, [("$", false), ("kWh", false), ("CO\u{2082}e", true)], "a list goes by sums");
    assert!(list.metrics.iter().all(|metric| !metric.href.contains("sort=")), "the figure is the order");
}

#[test]
fn what_counts_is_chosen_where_it_changes_the_page_and_goes_along_everywhere() {
    let jobs = view_of("/jobs?cost=billed&emb=0");
    let chips: Vec<_> = jobs.chips.iter().map(|chip| (chip.label.as_str(), chip.href.as_str())).collect();
    let rest = "/jobs?from=2026-03-09&to=2026-03-15";
    assert_eq!(
        chips,
        [
            ("Cost: as billed", format!("{rest}&emb=0").as_str()),
            ("Hardware: without making it", format!("{rest}&cost=billed").as_str()),
        ]
    );
    assert_eq!(jobs.clear_href, rest);
    assert!(jobs.carried.is_empty(), "the form has a field for each: {:?}", jobs.carried);
    let selected = |facet: &FacetView| {
        let value = facet.choices.iter().find(|choice| choice.selected).map(|choice| choice.value.clone());
        format!("{}={}", facet.name, value.unwrap())
    };
    assert_eq!(
        jobs.counted.iter().map(selected).collect::<Vec<_>>(),
        ["cost=billed", "method=lb", "emb=0", "unit=auto"]
    );
    let advice = view_of("/recommendations?cost=billed&emb=0");
    assert!(advice.counted.is_empty() && advice.chips.is_empty(), "advice says what it counts");
    assert!(advice.query_string.ends_with("&cost=billed&emb=0"), "{}", advice.query_string);
    assert_eq!(advice.carried, [("cost".to_owned(), "billed".to_owned()), ("emb".to_owned(), "0".to_owned())]);
    for (path, offers) in [("/", true), ("/endpoints/a.0", true), ("/jobs/a.0/why", false), ("/why", false)] {
        assert_eq!(counts(path), offers, "{path}");
    }
}

#[test]
fn what_is_compared_is_chosen_where_differences_are_shown_and_goes_along_everywhere() {
    let overview = view_of("/?cmp=review:2026-W09&team=vision");
    let offered: Vec<_> =
        overview.against.iter().map(|each| (each.value.as_str(), each.label.as_str(), each.selected)).collect();
    assert_eq!(
        offered,
        [
            ("prev", "Period before", false),
            ("yoy", "Weeks a year ago", false),
            ("review:2026-W10-r2", "Review 2026-W10-r2", false),
            ("review:2026-W09", "Review 2026-W09", true),
            ("none", "Nothing", false),
        ]
    );
    assert_eq!(overview.compared_with.as_deref(), Some("review 2026-W09 (23 Feb – 1 Mar 2026)"));
    assert!(overview.carried.is_empty(), "the form has a field for it: {:?}", overview.carried);
    assert!(overview.query_string.ends_with("&team=vision&cmp=review%3A2026-W09"), "{}", overview.query_string);
    assert!(overview.presets.iter().all(|preset| preset.href.ends_with("cmp=review%3A2026-W09")));
    assert!(overview.clear_href.ends_with("to=2026-03-15&cmp=review%3A2026-W09"), "{}", overview.clear_href);
    let gone = view_of("/trends?cmp=review:2025-W01");
    assert!(gone.against.iter().any(|each| each.value == "review:2025-W01" && each.selected));
    let jobs = view_of("/jobs?cmp=yoy");
    assert!(jobs.against.iter().any(|each| each.value == "yoy" && each.selected) && jobs.compared_with.is_some());
    let advice = view_of("/recommendations?cmp=yoy");
    assert!(advice.against.is_empty() && advice.compared_with.is_none());
    assert_eq!(advice.carried, [("cmp".to_owned(), "yoy".to_owned())]);
    assert_eq!(view_of("/?cmp=none").compared_with, None);
    assert_eq!(view_of("/").compared_with.as_deref(), Some("2–8 Mar 2026"));
}

#[test]
fn a_period_is_moved_by_its_own_length_and_not_into_the_future() {
    let view = view_of("/jobs?from=2026-03-02&to=2026-03-08&team=vision");
    let href = |preset: &Option<Preset>| preset.as_ref().map(|preset| preset.href.clone()).unwrap_or_default();
    assert_eq!(href(&view.earlier), "/jobs?from=2026-02-23&to=2026-03-01&team=vision");
    assert_eq!(href(&view.later), "/jobs?from=2026-03-09&to=2026-03-15&team=vision");
    let last = view_of("/jobs?from=2026-03-09&to=2026-03-15");
    assert!(last.later.is_none() && last.earlier.is_some_and(|earlier| earlier.label == "2–8 Mar 2026"));
}

#[test]
fn every_chip_removes_itself_alone() {
    let view = view("team=vision&team=!x&account=111122223333&q=bert&page=4");
    let chips: Vec<_> = view.chips.iter().map(|chip| (chip.label.as_str(), chip.href.as_str())).collect();
    let rest = "/jobs?from=2026-03-09&to=2026-03-15";
    assert_eq!(chips[0], ("Account: research", format!("{rest}&team=vision&team=%21x&q=bert").as_str()));
    assert_eq!(chips[1].0, "Team: vision");
    assert_eq!(chips[2], ("Team: not x", format!("{rest}&account=111122223333&team=vision&q=bert").as_str()));
    assert_eq!(chips[3].1, format!("{rest}&account=111122223333&team=vision&team=%21x"));
    assert_eq!(view.clear_href, rest);
    assert_eq!(view.carried, [("team".to_owned(), "!x".to_owned())]);
}

#[test]
fn tags_stand_behind_the_others_with_their_absence_first() {
    let view = view("team=vision&tag.slo=silver&tag.slo=!(none)&tag.acme:x=(empty)&tag.gone=!a");
    let chips: Vec<_> = view.chips.iter().map(|chip| chip.label.as_str()).collect();
    assert_eq!(chips, ["Team: vision", "Tag acme:x: empty", "Tag gone: not a", "Tag slo: silver", "Tag slo: not none"]);
    let rest = "/jobs?from=2026-03-09&to=2026-03-15&team=vision&tag.acme%3Ax=%28empty%29&tag.gone=%21a";
    assert_eq!(view.chips[3].href, format!("{rest}&tag.slo=%21%28none%29"));
    assert_eq!(
        view.carried,
        [("tag.gone".to_owned(), "!a".to_owned()), ("tag.slo".to_owned(), "!(none)".to_owned())],
        "the form has boxes for all else"
    );
    let tags: Vec<_> = view.facets.iter().filter(|facet| facet.name.starts_with("tag.")).collect();
    let said = |facet: &&FacetView| {
        let ticked = |each: &Choice| format!(" {}{}", each.value, if each.selected { "*" } else { "" });
        let choices: String = facet.choices.iter().map(ticked).collect();
        format!("{} called {}:{choices}", facet.name, facet.label)
    };
    assert_eq!(
        tags.iter().map(said).collect::<Vec<_>>(),
        [
            "tag.slo called Tag slo: (none) gold (empty) silver*",
            "tag.acme:x called Tag acme:x: (none) (empty)*",
            "tag.gone called Tag gone: (none)",
        ]
    );
    assert!(view.takes_tags && tags.iter().all(|facet| facet.is_folded));
}

#[test]
fn a_value_that_is_asked_for_can_be_unticked_even_if_nothing_has_it() {
    let view = view("team=gone&team=(none)");
    let of = |view: &FilterView, name: &str| -> Vec<(String, String, bool)> {
        let facet = view.facets.iter().find(|facet| facet.name == name).unwrap();
        facet.choices.iter().map(|each| (each.value.clone(), each.label.clone(), each.selected)).collect()
    };
    let choice = |value: &str, label: &str, selected| (value.to_owned(), label.to_owned(), selected);
    assert_eq!(
        of(&view, "team"),
        [choice("(none)", "none", true), choice("vision", "vision", false), choice("gone", "gone", true)]
    );
    let kinds = view_of("/jobs?kind=endpoint&kind=!app");
    assert_eq!(of(&kinds, "kind"), [choice("training", "Training", false), choice("endpoint", "Endpoint", true)]);
    let chips: Vec<_> = kinds.chips.iter().map(|chip| chip.label.as_str()).collect();
    assert_eq!(chips, ["Kind: Endpoint", "Kind: not Studio app"]);
}
