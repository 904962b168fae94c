//! The whole document around a page, made in one synchronous pass.

use crate::islands::Shortcuts;
use crate::parts::{
    exact, facts, filter_bar, freshness, icon, navigation, number, prose, provenance, save_view, shortcuts,
};
use crate::view::{Banner, BannerKind, Frame, Mass, Theme};
use hydration_context::SsrSharedContext;
use leptos::config::LeptosOptions;
use leptos::hydration::HydrationScripts;
use leptos::prelude::*;
use std::sync::Arc;

/// Draws a page inside its frame: `render(&frame, || pages::jobs::page(&view))`. The page comes as a closure because
/// islands can only be made inside the owner that is opened here.
pub fn render<Body, Page>(frame: &Frame, body: Body) -> String
where
    Body: FnOnce() -> Page,
    Page: IntoView + 'static,
{
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| {
        provide_context(frame.mass);
        let body = body().into_view().to_html();
        let alive = frame.islands && (frame.appearance.shortcuts || body.contains("<leptos-island"));
        document(frame, body, alive).to_html()
    });
    owner.cleanup();
    format!("<!DOCTYPE html>{}", with_nonce(&html, &frame.nonce))
}

/// Makes what is no page, with emissions in the size that is asked for.
pub fn sized<T>(mass: Mass, make: impl FnOnce() -> T) -> T {
    let owner = Owner::new();
    let made = owner.with(|| {
        provide_context(mass);
        make()
    });
    owner.cleanup();
    made
}

/// Draws a part of a page by itself, for the stream that brings it anew. It holds no island.
pub fn fragment<Part>(part: impl FnOnce() -> Part) -> String
where
    Part: IntoView + 'static,
{
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| part().into_view().to_html());
    owner.cleanup();
    html
}

/// Leptos writes a nonce of its own making or none; the one that counts is that of the response's policy.
/// The loader is the first script of the document, since everything before it is the head.
fn with_nonce(html: &str, nonce: &str) -> String {
    let safe = nonce.chars().all(|character| character.is_ascii_alphanumeric() || "+/=-_".contains(character));
    if safe && !nonce.is_empty() {
        html.replacen("<script type=\"module\"", &format!("<script nonce=\"{nonce}\" type=\"module\""), 1)
    } else {
        html.to_owned()
    }
}

const DESCRIPTION: &str =
    "What machine learning on AWS cost in dollars, kilowatt-hours and CO2e, what changed, and what to do about it.";

fn document(frame: &Frame, body: String, alive: bool) -> AnyView {
    let scripts = alive.then(|| {
        let options = LeptosOptions::builder().output_name("app").site_pkg_dir("pkg").build();
        view! { <HydrationScripts options=options islands=true /> }
    });
    let scripts = match refresh(frame) {
        Some(refresh) => view! { {scripts} {refresh} }.into_any(),
        None => scripts.into_any(),
    };
    let theme = Some(frame.appearance.theme).filter(|theme| *theme != Theme::System).map(Theme::as_str);
    let keys = (frame.islands && frame.appearance.shortcuts).then(|| view! { {shortcuts::dialog()} <Shortcuts /> });
    view! {
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content=theme.unwrap_or("light dark") />
                <meta name="description" content=DESCRIPTION />
                <title inner_html=prose::escape(&document_title(frame))></title>
                <link rel="icon" href="data:," />
                <link rel="stylesheet" href=frame.stylesheet.clone() />
                {scripts}
            </head>
            <body>
                <a class="skip" href="#main">"Skip to content"</a>
                {header(frame)}
                {navigation::main(frame)}
                <main id="main" tabindex="-1">
                    {banners(frame)}
                    {page_head(frame)}
                    <div class="page" inner_html=body></div>
                </main>
                {footer(frame)}
                {provenance::watermark(frame)}
                {keys}
            </body>
        </html>
    }
    .into_any()
}

/// A page that changes by itself is loaded anew where no island brings the news.
fn refresh(frame: &Frame) -> Option<AnyView> {
    let seconds = frame.refresh_s?.to_string();
    let meta = view! { <meta http-equiv="refresh" content=seconds /> };
    Some(if frame.islands { view! { <noscript>{meta}</noscript> }.into_any() } else { meta.into_any() })
}

fn document_title(frame: &Frame) -> String {
    [frame.title.clone(), scope(frame), "Wattledger".to_owned()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

/// What the page is about, in words: the period and every active filter.
fn scope(frame: &Frame) -> String {
    let Some(filter) = &frame.filter else {
        return String::new();
    };
    let mut parts = vec![number::period(filter.from, filter.to)];
    if filter.chips.is_empty() {
        parts.push("all accounts".to_owned());
    }
    parts.extend(filter.chips.iter().map(|chip| chip.label.clone()));
    parts.join(", ")
}

fn header(frame: &Frame) -> AnyView {
    let demo = frame
        .demo
        .then(|| view! { <p class="demo"><a href="/onboarding#demo">"Demo data"</a> " from a simulated fleet"</p> });
    view! {
        <header class="top">
            <a class="brand" href="/">{icon::mark()} <span>"Wattledger"</span></a>
            {demo}
            {search(frame)}
            {freshness::strip(&frame.freshness, frame.unread)}
        </header>
    }
    .into_any()
}

/// The search of every page; the days that the reader looks at go with it.
fn search(frame: &Frame) -> AnyView {
    let days = frame.filter.as_ref().map(|filter| {
        view! {
            <input type="hidden" name="from" value=filter.from.to_string() />
            <input type="hidden" name="to" value=filter.to.to_string() />
        }
    });
    view! {
        <form class="search" role="search" method="get" action="/search">
            {days}
            <label class="visually-hidden" for="search">"Name or ARN"</label>
            <input
                id="search"
                type="search"
                name="q"
                value=frame.search.clone()
                placeholder="Name or ARN"
                autocomplete="off"
                required
            />
            <button type="submit" class="quiet-button">"Search"</button>
        </form>
    }
    .into_any()
}

fn banners(frame: &Frame) -> AnyView {
    let progress = frame.ingest.as_ref().map(freshness::progress);
    let banners = frame.banners.iter().map(banner).collect_view();
    view! { {progress} {freshness::computing(frame.due_days)} {banners} }.into_any()
}

fn banner(banner: &Banner) -> AnyView {
    let (class, word) = match banner.kind {
        BannerKind::Note => ("banner note", "Note: "),
        BannerKind::Warning => ("banner warning", "Warning: "),
        BannerKind::Error => ("banner error", "Error: "),
    };
    let link = banner.link.clone().map(|link| view! { " " <a href=link.href>{link.label}</a> });
    view! {
        <p class=class><strong>{word}</strong>{banner.text.clone()}{link}</p>
    }
    .into_any()
}

fn page_head(frame: &Frame) -> AnyView {
    let csv = frame
        .csv_href
        .clone()
        .map(|href| view! { <a class="button quiet-button" href=href download="">"Download CSV"</a> });
    let save = frame.save_address.as_deref().map(save_view::drawer);
    // Alone, the link keeps its place; with company, both are held together.
    let aside = match save {
        Some(save) => view! { <div class="page-actions">{csv} {save}</div> }.into_any(),
        None => csv.into_any(),
    };
    let scope = scope(frame);
    let against = frame.filter.as_ref().and_then(|filter| filter.compared_with.as_ref());
    let against = against.map(|days| view! { <span class="scope-against">" · compared with " {days.clone()}</span> });
    let scope = (!scope.is_empty()).then(|| view! { <p class="scope">{scope} ", UTC" {against}</p> });
    let filter = frame.filter.as_ref().map(|filter| filter_bar::bar(filter, &frame.path));
    view! {
        <div class="page-head">
            <div>
                {navigation::breadcrumb(&frame.breadcrumb)}
                <h1>{frame.title.clone()}</h1>
                {scope}
            </div>
            {aside}
        </div>
        {provenance::block(frame)}
        {filter}
    }
    .into_any()
}

fn footer(frame: &Frame) -> AnyView {
    let estimate = &frame.estimate;
    let factors = if estimate.factor_set.is_empty() {
        String::new()
    } else {
        let hash = estimate.factor_set_sha256.get(..12).unwrap_or_default();
        format!("Factor set {} ({hash}), method {}.", estimate.factor_set, estimate.method_version)
    };
    // A page that shows no numbers was not read at any time.
    let read =
        (frame.generated_at.timestamp() > 0).then(|| view! { "Read " {facts::time(frame.generated_at)} " UTC. " });
    let exact = (frame.generated_at.timestamp() > 0).then(exact::switch);
    view! {
        <footer class="colophon">
            <p>
                {format!("All times UTC, weeks ISO 8601, money in US dollars, {}. ", provenance::counted(frame))} {factors}
                " Figures are estimates with ranges, not a measurement and not an invoice."
            </p>
            <p>
                {read} <a href="/methodology">"Methodology"</a> " · "
                <a href="/imports">"Imports"</a> " · "
                <a href="/onboarding">"Getting started"</a> " · "
                <a href="/settings/appearance">"Appearance and keys"</a>
            </p>
            {exact}
        </footer>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_wellformed_nonce_enters_the_page() {
        let html = "<script type=\"module\">x</script>";
        assert_eq!(with_nonce(html, "aB3+/="), "<script nonce=\"aB3+/=\" type=\"module\">x</script>");
        assert_eq!(with_nonce(html, "\"><b>"), html);
        assert_eq!(with_nonce(html, ""), html);
    }
}
