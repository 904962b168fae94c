//! The one filter, as a form that the browser can send without script.

use super::form;
use crate::view::{Choice, FacetView, FilterView, Preset, Remark};
use leptos::prelude::*;

/// Periods, facets and the chips of what is active. `path` is the page itself.
#[must_use]
pub fn bar(filter: &FilterView, path: &str) -> AnyView {
    let presets = choice("Period", "presets", &filter.presets);
    let steps = steps(filter);
    let metrics = choice("Shown first", "presets measures", &filter.metrics);
    let carried = filter
        .carried
        .iter()
        .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> })
        .collect_view();
    let search = filter.search.clone().map(|text| {
        view! {
            <label class="field">
                <span>"Name holds"</span>
                <input type="search" name="q" value=text />
            </label>
        }
    });
    view! {
        <div class="filter">
            {presets}
            {steps}
            {metrics}
            // Where there is little room, the form comes when it is asked for.
            <label class="filter-switch">
                <input type="checkbox" id="filter-shown" autocomplete="off" />
                "Days and filters"
            </label>
            <form method="get" action=path.to_owned() aria-label="Filter">
                {carried}
                <label class="field">
                    <span>"From"</span>
                    <input type="date" name="from" value=filter.from.to_string() required=true />
                </label>
                <label class="field">
                    <span>"To"</span>
                    <input type="date" name="to" value=filter.to.to_string() required=true />
                </label>
                {against(&filter.against)}
                {facets(filter)}
                {search}
                <button type="submit">"Apply"</button>
            </form>
        </div>
        {chips(filter)}
        {ignored(filter)}
    }
    .into_any()
}

/// The same number of days, earlier and later.
fn steps(filter: &FilterView) -> Option<AnyView> {
    let step = |preset: &Option<Preset>, rel: &'static str, word: &'static str, sign: &'static str| {
        let Preset { label, href, .. } = preset.clone()?;
        let words = format!("{word}: {label}");
        let title = words.clone();
        Some(view! {
            <li><a href=href rel=rel title=title aria-label=words><span aria-hidden="true">{sign}</span></a></li>
        })
    };
    let (earlier, later) =
        (step(&filter.earlier, "prev", "Earlier", "\u{2039}"), step(&filter.later, "next", "Later", "\u{203a}"));
    (earlier.is_some() || later.is_some()).then(|| {
        view! { <ul class="presets moves" role="list" aria-label="Same length">{earlier} {later}</ul> }.into_any()
    })
}

/// What the period stands beside.
fn against(choices: &[Choice]) -> Option<AnyView> {
    (!choices.is_empty()).then(|| {
        view! {
            <label class="field">
                <span>"Compared with"</span>
                <select name="cmp">{form::options(choices)}</select>
            </label>
        }
        .into_any()
    })
}

/// A sentence about what is compared, with its way out.
#[must_use]
pub fn remark(remark: &Remark) -> AnyView {
    let link = remark.link.clone().map(|link| view! { " " <a href=link.href>{link.label}</a> });
    view! { <p class="notice" role="status">{remark.text.clone()} {link}</p> }.into_any()
}

/// One of several links that belong together.
#[must_use]
pub fn choice(label: &'static str, class: &'static str, presets: &[Preset]) -> Option<AnyView> {
    (!presets.is_empty()).then(|| {
        let links = presets
            .iter()
            .map(|preset| {
                let current = preset.current.then_some("true");
                view! { <li><a href=preset.href.clone() aria-current=current>{preset.label.clone()}</a></li> }
            })
            .collect_view();
        view! { <ul class=class role="list" aria-label=label>{links}</ul> }.into_any()
    })
}

/// Those that are asked for most, each by itself, and the others together. What has one value only narrows nothing, so it is not
/// offered.
fn facets(filter: &FilterView) -> AnyView {
    let offered = |facet: &&FacetView| facet.choices.len() > 1 || chosen(facet) > 0;
    let (folded, open): (Vec<&FacetView>, Vec<&FacetView>) =
        filter.facets.iter().filter(offered).partition(|facet| facet.is_folded);
    let open = open
        .into_iter()
        .map(|facet| {
            let summary = summary(facet.label.clone(), chosen(facet));
            let boxes = boxes(facet);
            view! {
                <details class="facet" name="facet">
                    {summary}
                    <fieldset class="sheet">
                        <legend class="visually-hidden">{facet.label.clone()}</legend>
                        {boxes}
                    </fieldset>
                </details>
            }
        })
        .collect_view();
    view! { {open} {more(&folded, filter)} }.into_any()
}

fn more(facets: &[&FacetView], filter: &FilterView) -> Option<AnyView> {
    let otherwise = filter.counted.iter().filter(|each| each.choices.first().is_some_and(|usual| !usual.selected));
    let chosen: usize = otherwise.count() + facets.iter().map(|facet| chosen(facet)).sum::<usize>();
    let counted = (!filter.counted.is_empty()).then(|| counted(&filter.counted));
    let summary = summary("More".to_owned(), chosen);
    let groups = facets
        .iter()
        .map(|facet| {
            let boxes = boxes(facet);
            view! { <fieldset><legend>{facet.label.clone()}</legend> {boxes}</fieldset> }
        })
        .collect_view();
    let tag = filter.takes_tags.then(|| {
        view! {
            <label class="field">
                <span>"Any other tag"</span>
                <input type="text" name="tag" placeholder="key=value" maxlength="400" />
            </label>
        }
    });
    (!facets.is_empty() || counted.is_some() || filter.takes_tags).then(|| {
        view! {
            <details class="facet more" name="facet">
                {summary}
                <div class="sheet">{counted} {groups} {tag}</div>
            </details>
        }
        .into_any()
    })
}

/// What cost and emissions count; each has one answer.
fn counted(choosers: &[FacetView]) -> AnyView {
    let fields = choosers
        .iter()
        .map(|chooser| {
            view! {
                <label class="field">
                    <span>{chooser.label.clone()}</span>
                    <select name=chooser.name.clone()>{form::options(&chooser.choices)}</select>
                </label>
            }
        })
        .collect_view();
    view! { <fieldset class="counted"><legend class="visually-hidden">"What counts"</legend> {fields}</fieldset> }
        .into_any()
}

/// What a group is called, and how many of its values are chosen; the chips below name them.
fn summary(label: String, chosen: usize) -> AnyView {
    let value = (chosen > 0).then(|| {
        view! { " " <span class="facet-value">{chosen}<span class="visually-hidden">" chosen"</span></span> }
    });
    view! { <summary><span class="facet-label">{label}</span> {value}</summary> }.into_any()
}

fn chosen(facet: &FacetView) -> usize {
    facet.choices.iter().filter(|choice| choice.selected).count()
}

fn boxes(facet: &FacetView) -> AnyView {
    let name = &facet.name;
    facet
        .choices
        .iter()
        .map(|choice| {
            view! {
                <label class="choice">
                    <input type="checkbox" name=name.clone() value=choice.value.clone() checked=choice.selected />
                    <span>{choice.label.clone()}</span>
                </label>
            }
        })
        .collect_view()
        .into_any()
}

fn chips(filter: &FilterView) -> Option<AnyView> {
    (!filter.chips.is_empty()).then(|| {
        let chips = filter
            .chips
            .iter()
            .map(|chip| {
                view! {
                    <li>
                        <a class="chip" href=chip.href.clone()>
                            <span class="visually-hidden">"Remove filter "</span>
                            {chip.label.clone()}
                            <span class="chip-cross" aria-hidden="true">"×"</span>
                        </a>
                    </li>
                }
            })
            .collect_view();
        view! {
            <div class="chips">
                <ul role="list" aria-label="Active filters">{chips}</ul>
                <a href=filter.clear_href.clone()>"Clear all"</a>
            </div>
        }
        .into_any()
    })
}

fn ignored(filter: &FilterView) -> Option<AnyView> {
    (!filter.ignored.is_empty()).then(|| {
        let text = format!("Not known here and ignored: {}.", filter.ignored.join(", "));
        view! { <p class="notice" role="status">{text}</p> }.into_any()
    })
}
