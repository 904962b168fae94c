//! Two people at the same thing: whoever comes second sees both versions and loses nothing of their own.

use scraper::Html;

use crate::jobs::{select, words};
use crate::site::{Site, attributes};

/// What a page says under `Somebody was faster`: what stands, and what was typed.
fn both(text: &str) -> [String; 2] {
    let page = Html::parse_document(text);
    let sides = select(&page, "[aria-labelledby=conflict] .pair > div");
    assert_eq!(sides.len(), 2, "{text}");
    [words(&sides[0]), words(&sides[1])]
}

/// The one that a page keeps under this selector.
fn kept(text: &str, selector: &str) -> String {
    let page = Html::parse_document(text);
    select(&page, selector)
        .first()
        .map(|element| element.text().collect())
        .unwrap_or_else(|| panic!("{selector}: {text}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_about_a_recommendation_that_somebody_else_made_first_is_shown_beside_the_own() {
    let site = Site::new().await;
    let finding = site.known().await.finding;
    let path = format!("/recommendations/{finding}");
    let seen = attributes(&site.page(&path).await, "input[name=version]", "value")[0].clone();
    let grace = [("to", "accepted"), ("version", &seen), ("note", "I stop it <today>"), ("by", "Grace")];
    let (status, _, text) = site.post(&format!("{path}/transition"), &grace).await;
    assert_eq!(status, 303, "{text}");

    // Ada decides on the page as it was: once to a state that can still follow, once to one that cannot.
    let note = "Kept for the audit.\nAsk again in spring.";
    let dismiss = [
        ("to", "dismissed"),
        ("version", seen.as_str()),
        ("reason", "valid_business_case"),
        ("expires", "2027-03-01"),
        ("note", note),
        ("by", "Ada"),
    ];
    let (status, _, text) = site.post(&format!("{path}/transition"), &dismiss).await;
    assert_eq!(status, 409, "{text}");
    let [stands, typed] = both(&text);
    for part in ["State Accepted", "By Grace", "23 Nov 2026 12:00 UTC", "Note I stop it <today>"] {
        assert!(stands.contains(part), "{part}: {stands}");
    }
    for part in
        ["State Dismissed", "By Ada", "Reason Valid business case", "Look again on 2027-03-01", "Kept for the audit."]
    {
        assert!(typed.contains(part), "{part}: {typed}");
    }
    assert_eq!(kept(&text, "#dismiss-note"), note, "the form has it again");
    let version = attributes(&Html::parse_document(&text), "input[name=version]", "value")[0].clone();
    assert_ne!(version, seen, "sent again, it is a decision about what stands");
    let accept = [("to", "accepted"), ("version", seen.as_str()), ("note", "I do"), ("by", "Ada")];
    let (status, _, text) = site.post(&format!("{path}/transition"), &accept).await;
    assert!(status == 409 && both(&text)[1].contains("Note I do"), "{text}");

    let events = "select string_agg(actor || ' ' || to_state, ', ' order by at, version) from finding_event
        where actor in ('Ada', 'Grace')";
    assert_eq!(site.test.scalar_text(&site.scope, events).await, "Grace accepted", "nothing of the second is stored");
    let again: Vec<(&str, &str)> = dismiss
        .into_iter()
        .map(|(name, value)| (name, if name == "version" { version.as_str() } else { value }))
        .collect();
    assert_eq!(site.post(&format!("{path}/transition"), &again).await.0, 303);
    assert_eq!(site.test.scalar_text(&site.scope, events).await, "Grace accepted, Ada dismissed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_factor_that_somebody_else_proposed_first_is_shown_beside_the_own() {
    let site = Site::new().await;
    let path = format!("/methodology/sets/{}", site.propose("pue:us-east-1", "1.5", "1.4", "1.6").await);
    let seen = attributes(&site.page(&path).await, "input[name=seen]", "value")[0].clone();
    let factor = |seen: &str, value: &str, reason: &str, by: &str| -> Vec<(&'static str, String)> {
        let fields = [("seen", seen), ("factor", "pue:us-east-1"), ("value", value), ("low", "1.2"), ("high", "1.9")];
        let mut fields: Vec<_> = fields.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        fields.extend([("reason", reason.to_owned()), ("by", by.to_owned())]);
        fields
    };
    let send = async |form: Vec<(&'static str, String)>| {
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        site.post(&format!("{path}/factors"), &form).await
    };
    assert_eq!(send(factor(&seen, "1.3", "the landlord's report", "Grace")).await.0, 303);
    let (status, _, text) = send(factor(&seen, "1.7", "a hot summer", "Ada")).await;
    assert_eq!(status, 409, "{text}");
    let [stands, typed] = both(&text);
    for part in [
        "State Proposed",
        "Factor pue:us-east-1",
        "Value 1.3, from 1.2 to 1.9",
        "Why the landlord's report",
        "By Grace",
    ] {
        assert!(stands.contains(part), "{part}: {stands}");
    }
    for part in ["Factor pue:us-east-1", "Value 1.7, from 1.2 to 1.9", "Why a hot summer", "By Ada"] {
        assert!(typed.contains(part), "{part}: {typed}");
    }
    let page = Html::parse_document(&text);
    assert_eq!(attributes(&page, "#add-value", "value"), ["1.7"], "the form has it again");
    let now_seen = attributes(&page, "input[name=seen]", "value")[0].clone();
    let stored = "select overrides::text from factor_proposal order by proposal_id desc limit 1";
    assert!(site.test.scalar_text(&site.scope, stored).await.contains("1.3"), "nothing of the second is stored");
    assert_eq!(send(factor(&now_seen, "1.7", "a hot summer", "Ada")).await.0, 303);
    assert!(site.test.scalar_text(&site.scope, stored).await.contains("a hot summer"));

    // Withdrawn meanwhile: there is no form any more, and what was typed is there to be copied.
    let decide = [("decision", "withdraw"), ("by", "Grace")];
    assert_eq!(site.post(&format!("{path}/decision"), &decide).await.0, 303);
    let (status, _, text) = send(factor("", "1.8", "yet another summer", "Ada")).await;
    let [stands, typed] = both(&text);
    assert!(status == 409 && stands.contains("State Withdrawn Decided by Grace"), "{stands}");
    assert!(typed.contains("Why yet another summer") && !text.contains("add-value"), "{typed}");
    let (status, _, text) = site.post(&format!("{path}/decision"), &[("decision", "accept"), ("by", "Ada")]).await;
    assert!(status == 409 && both(&text)[1].contains("Decision accept By Ada"), "{text}");
}
