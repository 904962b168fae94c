//! What holds for every page.

use crate::documents;
use scraper::{Html, Selector};

fn each(check: impl Fn(&str, &Html, &str)) {
    for (name, html) in documents::all() {
        check(name, &Html::parse_document(&html), &html);
    }
}

fn count(document: &Html, selector: &str) -> usize {
    document.select(&Selector::parse(selector).unwrap()).count()
}

fn attributes(document: &Html, selector: &str, name: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    document.select(&selector).filter_map(|element| element.attr(name).map(ToOwned::to_owned)).collect()
}

#[test]
fn a_page_has_one_heading_and_its_landmarks() {
    each(|name, document, html| {
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\""), "{name}");
        for landmark in
            ["h1", "main", "header.top", "footer", "nav[aria-label=Main]", "head > title", "a.skip[href='#main']"]
        {
            assert_eq!(count(document, landmark), 1, "{landmark} of {name}");
        }
        assert_eq!(count(document, "link[rel=stylesheet]"), 1, "{name}");
    });
}

#[test]
fn no_page_has_inline_style_or_a_foreign_address() {
    each(|name, document, _| {
        assert_eq!(count(document, "[style], style"), 0, "{name}");
        for address in
            attributes(document, "[src], link[href]", "href").iter().chain(&attributes(document, "[src]", "src"))
        {
            assert!(address.starts_with('/') || address.starts_with("data:"), "{name}: {address}");
        }
    });
}

#[test]
fn every_id_is_given_once_and_every_reference_has_its_target() {
    each(|name, document, _| {
        let mut ids = attributes(document, "[id]", "id");
        ids.sort();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all, "{name} gives an id twice");
        for attribute in ["aria-labelledby", "aria-describedby", "for"] {
            for reference in attributes(document, &format!("[{attribute}]"), attribute) {
                for id in reference.split_whitespace() {
                    assert!(ids.iter().any(|known| known == id), "{name}: {attribute} {id}");
                }
            }
        }
    });
}

#[test]
fn every_chart_says_its_name_and_has_its_numbers_as_a_table() {
    let mut figures = 0;
    for (name, html) in documents::all() {
        let document = Html::parse_document(&html);
        let inside = |selector: &str| Selector::parse(selector).unwrap();
        for figure in document.select(&inside("figure")) {
            figures += 1;
            assert!(
                figure.select(&inside("details table tbody tr")).next().is_some(),
                "{name} has a chart without its table"
            );
            assert!(figure.select(&inside("figcaption p")).next().is_some(), "{name}");
            for svg in figure.select(&inside("svg.chart")) {
                assert_eq!(svg.attr("role"), Some("img"), "{name}");
                assert!(svg.attr("width").is_none() && svg.attr("viewBox").is_some(), "{name}");
                assert!(svg.select(&inside("title")).next().is_some(), "{name}");
            }
        }
    }
    assert!(figures >= 6, "only {figures} charts were drawn");
}

#[test]
fn no_sentinel_colour_is_left_in_a_chart() {
    each(|name, _, html| assert!(!html.contains("#0102"), "{name}"));
}

#[test]
fn hostile_names_stay_text() {
    each(|name, _, html| {
        assert!(!html.contains("<script>alert"), "{name}");
        assert!(!html.contains("<b>it</b>"), "{name}");
    });
    let jobs = documents::all().into_iter().find(|(name, _)| *name == "jobs").unwrap().1;
    assert!(jobs.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
}

#[test]
fn no_mark_of_the_renderer_is_read_as_text() {
    each(|name, document, _| {
        let selector = Selector::parse("head > title, textarea, option").unwrap();
        for element in document.select(&selector) {
            assert!(!element.text().any(|text| text.contains("<!")), "{name}: {}", element.html());
        }
    });
}

#[test]
fn script_comes_only_with_an_island_and_wears_the_nonce() {
    for (name, html) in documents::all() {
        let document = Html::parse_document(&html);
        let islands = count(&document, "leptos-island");
        assert_eq!(count(&document, "script"), usize::from(islands > 0), "{name}");
        assert_eq!(attributes(&document, "script", "nonce").len(), usize::from(islands > 0), "{name}");
    }
}

#[test]
fn a_sleeping_cursor_takes_no_part_in_the_page() {
    each(|name, document, _| {
        assert_eq!(count(document, ".cursor[data-live], .cursor [tabindex], .cursor [role]"), 0, "{name}");
    });
}

#[test]
fn every_control_has_a_name_and_every_form_a_method() {
    each(|name, document, html| {
        let labels = attributes(document, "label[for]", "for");
        let selector = Selector::parse("input:not([type=hidden]), select, textarea").unwrap();
        for control in document.select(&selector) {
            let wrapped = control
                .ancestors()
                .any(|node| node.value().as_element().is_some_and(|element| element.name() == "label"));
            let named = control.attr("id").is_some_and(|id| labels.iter().any(|label| label == id));
            assert!(wrapped || named, "{name}: {:?}", control.value());
        }
        assert_eq!(
            count(document, "form"),
            count(document, "form[method][action], dialog > form[method=dialog]"),
            "{name}"
        );
        assert!(!html.contains("href=\"\""), "{name} has a link to nowhere");
    });
}

#[test]
fn tables_name_their_columns_and_scroll_by_themselves() {
    each(|name, document, _| {
        assert_eq!(
            count(document, "table"),
            count(document, ".scroll[role=region][aria-label][tabindex='0'] > table"),
            "{name}"
        );
        assert_eq!(count(document, "table"), count(document, "table > caption"), "{name}");
        assert_eq!(count(document, "thead th:not([scope])"), 0, "{name}");
    });
}
