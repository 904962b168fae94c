//! What a job was made of, and which others were made alike.

use super::{facts, number, panel, table};
use crate::view::{InputsView, TwinsView};
use leptos::prelude::*;

/// Data, image, role and volume of a job.
#[must_use]
pub fn panel(inputs: &InputsView) -> AnyView {
    let code = |text: &str| (!text.is_empty()).then(|| view! { <code class="arn">{text.to_owned()}</code> }.into_any());
    let digest = match &inputs.image_digest {
        Some(digest) => code(digest),
        None if inputs.image_address.is_empty() => None,
        None => Some("none: its tag may have stood for another image since".into_any()),
    };
    let roles = inputs.roles.iter().map(|role| view! { <code class="arn">{role.clone()}</code> }).collect_view();
    let network = inputs.network_isolation.map(|closed| if closed { "closed to its containers" } else { "open" });
    let list = facts::list(vec![
        ("Image", facts::text(&inputs.image)),
        ("Image address", code(&inputs.image_address)),
        ("Image digest", digest),
        ("Role", (!inputs.roles.is_empty()).then(|| roles.into_any())),
        ("Volume", inputs.volume_gb.map(|size| format!("{} GB an instance", number::whole(size)).into_any())),
        ("Network", network.map(|text| text.into_any())),
    ]);
    let body = view! {
        {list}
        {places(&inputs.places)}
        {twins(&inputs.twins)}
        <p class="footnote">"Hyperparameters and environments are never read."</p>
    };
    panel::panel("inputs", "Inputs", body.into_any())
}

fn places(places: &[(String, String)]) -> AnyView {
    if places.is_empty() {
        return view! { <p class="quiet">"No address in S3 is known of it."</p> }.into_any();
    }
    let rows = places
        .iter()
        .map(|(what, uri)| {
            let what = super::configuration_panel::capitalised(what);
            view! { <tr><th scope="row" class="unbroken">{what}</th><td><code class="arn">{uri.clone()}</code></td></tr> }
        })
        .collect_view();
    table::table("Data in S3", table::head(&["Use", "Address"]), rows.into_any(), None)
}

fn twins(twins: &TwinsView) -> AnyView {
    let (jobs, newest) = match twins {
        TwinsView::Unknown => {
            let why = "Its image or its data is not told, so no job can be found that was made alike.";
            return view! { <p class="quiet">{why}</p> }.into_any();
        }
        TwinsView::Known { jobs: 0, .. } => {
            return view! { <p>"No other job had the same inputs and configuration."</p> }.into_any();
        }
        TwinsView::Known { jobs, newest } => (*jobs, newest),
    };
    let jobs = match jobs {
        1 => "1 other job".to_owned(),
        more => format!("{} other jobs", number::whole(more)),
    };
    let newest = newest
        .iter()
        .map(|(name, href, at)| {
            view! { <li><a class="name" href=href.clone()>{name.clone()}</a> " " <span class="quiet">{facts::short_time(*at)}</span></li> }
        })
        .collect_view();
    view! {
        <p>"Same inputs and configuration as " <strong>{jobs}</strong> ", the newest of them:"</p>
        <ul class="plain">{newest}</ul>
        <p class="footnote">
            "Compared are image, data, volume, time limit, spot and instance types. What an address held at the time is not read."
        </p>
    }
    .into_any()
}
