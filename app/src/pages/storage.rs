use super::jobs::place;
use crate::parts::{badge, facts, figure, number, panel, reach, table};
use crate::view::{BucketRow, FeatureGroupRow, LogGroupRow, StorageSummary, StorageView, TwinRow};
use leptos::prelude::*;

/// Buckets in use, feature groups and log groups; what nobody tends comes first.
pub fn page(view: &StorageView) -> impl IntoView + use<> {
    let things = "buckets, feature groups and log groups";
    if let Some(empty) = reach::state(&view.state, &view.reach, things) {
        return empty;
    }
    view! {
        {reach::notice(&view.reach)}
        {summary(view)}
        <p class="footnote">
            "Nothing on this page has a cost, an energy or an emission figure: neither the bytes of buckets and offline stores nor the price of any of it is read, and a guess would look like a measurement."
        </p>
        {buckets(view)}
        {feature_groups(view)}
        {log_groups(view)}
    }
    .into_any()
}

/// The lists of the page as the probes of permissions call them.
const BUCKETS: &str = "S3 buckets";
const FEATURE_GROUPS: &str = "feature groups";
const LOG_GROUPS: &str = "log groups";

/// How much there is, and how much of it nobody tends.
fn summary(view: &StorageView) -> AnyView {
    let StorageSummary { buckets, buckets_kept, log_groups, logs_kept, log_bytes, feature_groups, groups_unused } =
        &view.summary;
    let stored = match log_bytes.clone() {
        Some(bytes) => bytes.into_any(),
        None => figure::dash("AWS told no size"),
    };
    let unused = format!("unused for {} days", view.unused_days);
    view! {
        <dl class="totals" aria-label="What is kept">
            <div><dt>"Buckets"</dt><dd>{counted(view, BUCKETS, *buckets, *buckets_kept, "without a rule")}</dd></div>
            <div>
                <dt>"Feature groups"</dt>
                <dd>{counted(view, FEATURE_GROUPS, *feature_groups, *groups_unused, &unused)}</dd>
            </div>
            <div><dt>"Log groups"</dt><dd>{counted(view, LOG_GROUPS, *log_groups, *logs_kept, "kept for ever")}</dd></div>
            <div><dt>"Stored in logs"</dt><dd>{stored}</dd></div>
        </dl>
    }
    .into_any()
}

/// A number with the part of it that nobody tends; a dash where it was refused, since that is no zero.
fn counted(view: &StorageView, what: &str, all: u64, untended: u64, word: &str) -> AnyView {
    if all == 0 && is_refused(view, what) {
        return figure::dash("it could not be read");
    }
    let beside = if untended == 0 { format!("none {word}") } else { format!("{} {word}", number::whole(untended)) };
    let beside = (all > 0).then(|| view! { " " <span class="interval">{beside}</span> });
    view! { {number::whole(all)} {beside} }.into_any()
}

fn is_refused(view: &StorageView, what: &str) -> bool {
    view.reach.refused.iter().any(|refused| refused.what == what)
}

fn buckets(view: &StorageView) -> AnyView {
    if view.buckets.is_empty() {
        let none = "No bucket is named by jobs of the last 90 days or by what is configured.";
        return nothing("buckets", "Buckets", none, is_refused(view, BUCKETS));
    }
    let head = table::head(&["Bucket", "State", "Lifecycle", "Encryption and versions", "Used by"]);
    let lines = view.buckets.iter().map(bucket).collect_view().into_any();
    let body = view! {
        {table::table("S3 buckets in use", head, lines, None)}
        <p class="footnote">
            "A bucket stands here while jobs of the last 90 days, models, endpoints or feature groups name it. Its rules are read once a day; no object is listed."
        </p>
    };
    panel::with_aside("buckets", "Buckets", over_time("bucket"), body.into_any())
}

fn bucket(row: &BucketRow) -> AnyView {
    let used_for = (!row.used_for.is_empty()).then(|| view! { <span class="under">{row.used_for.clone()}</span> });
    let versions = (!row.versioning.is_empty()).then(|| view! { <span class="under">{row.versioning.clone()}</span> });
    let used_by = said(&row.used_by, "nothing that was read names it");
    view! {
        <tr>
            <th scope="row">
                <span class="name">{row.name.clone()}</span>
                <span class="under">{place(None, &row.account, &row.region)}</span>
            </th>
            <td>{row.notes.iter().map(badge::note).collect_view()}</td>
            <td class="told">{said(&row.lifecycle, "its rules were not read")}</td>
            <td class="told">{said(&row.encryption, "its encryption was not read")} {versions}</td>
            <td class="told">{used_by} {used_for}</td>
        </tr>
    }
    .into_any()
}

fn feature_groups(view: &StorageView) -> AnyView {
    if view.feature_groups.is_empty() {
        let none = "There is no feature group.";
        return nothing("feature-groups", "Feature groups", none, is_refused(view, FEATURE_GROUPS));
    }
    let head = table::head(&[
        "Feature group",
        "State",
        "Online and offline store",
        "#Read units",
        "#Write units",
        "#Last used",
    ]);
    let lines = view.feature_groups.iter().map(feature_group).collect_view().into_any();
    let body = view! {
        {table::table("Feature groups of the Feature Store", head, lines, None)}
        <p class="footnote">
            {format!("Units are what CloudWatch counted in {}; an hour without requests has no figure. CloudWatch tells nothing of the offline store, so its readers are not seen here. Perhaps a duplicate is what has the same features by the same record identifier, or is written to the same place, as another.", view.period)}
        </p>
    };
    panel::with_aside("feature-groups", "Feature groups", over_time("feature_group"), body.into_any())
}

fn feature_group(row: &FeatureGroupRow) -> AnyView {
    let offline = match row.offline.clone() {
        Some(bucket) => format!("offline in {bucket}"),
        None => "no offline store".to_owned(),
    };
    let offline = view! { <span class="under">{offline}</span> };
    let features = row.features.map(|many| {
        let text = if many == 1 { "1 feature".to_owned() } else { format!("{} features", number::whole(many)) };
        view! { <span class="under">{text}</span> }
    });
    view! {
        <tr>
            <th scope="row">
                <span class="name">{row.name.clone()}</span>
                {features}
                <span class="under">{place(None, &row.account, &row.region)}</span>
            </th>
            <td>{badge::note(&row.note)} {twins(&row.twins)}</td>
            <td class="told">{said(row.online.as_deref().unwrap_or_default(), "it has no online store")} {offline}</td>
            <td class="number">{figure::or_dash(&row.reads)}</td>
            <td class="number">{figure::or_dash(&row.writes)}</td>
            <td class="number">
                {row.used_at.map_or_else(|| figure::dash("no read or write was seen"), facts::short_time)}
            </td>
        </tr>
    }
    .into_any()
}

/// The groups that hold the same, each with the way to it.
fn twins(twins: &[TwinRow]) -> Option<AnyView> {
    let lines = twins
        .iter()
        .map(|twin| {
            let how = if twin.is_one_place { "written to the same place as " } else { "same features as " };
            view! {
                <span class="under">
                    {how} <a href=twin.href.clone() title=twin.place.clone()>{twin.name.clone()}</a>
                </span>
            }
        })
        .collect_view();
    (!twins.is_empty()).then(|| view! { {badge::badge("warn", "!", "Perhaps a duplicate")} {lines} }.into_any())
}

fn log_groups(view: &StorageView) -> AnyView {
    if view.log_groups.is_empty() {
        let none = "SageMaker has written no log.";
        return nothing("log-groups", "Log groups", none, is_refused(view, LOG_GROUPS));
    }
    let head = table::head(&["Log group", "State", "#Kept for", "#Stored", "#Since"]);
    let lines = view.log_groups.iter().map(log_group).collect_view().into_any();
    let left =
        (view.log_groups_left > 0).then(|| format!(" {} more are in the file.", number::whole(view.log_groups_left)));
    let body = view! {
        {table::table("Log groups of SageMaker", head, lines, None)}
        <p class="footnote">
            "A log group outlives what wrote to it, and keeps every line for ever unless somebody sets a limit." {left}
        </p>
    };
    panel::with_aside("log-groups", "Log groups", over_time("log_group"), body.into_any())
}

fn log_group(row: &LogGroupRow) -> AnyView {
    let kept = match row.retention_days {
        Some(1) => "1 day".to_owned(),
        Some(days) => format!("{} days", number::whole(days)),
        None => "for ever".to_owned(),
    };
    view! {
        <tr>
            <th scope="row">
                <span class="name">{row.name.clone()}</span>
                <span class="under">{place(None, &row.account, &row.region)}</span>
            </th>
            <td>{badge::note(&row.note)}</td>
            <td class="number">{kept}</td>
            <td class="number">{said(row.stored.as_deref().unwrap_or_default(), "AWS told no size")}</td>
            <td class="number">{row.created_at.map_or_else(|| figure::dash("AWS told no date"), facts::short_time)}</td>
        </tr>
    }
    .into_any()
}

/// The way to what was before.
fn over_time(kind: &'static str) -> AnyView {
    view! { <a href=format!("/configuration?kind={kind}")>"Over time"</a> }.into_any()
}

fn nothing(id: &'static str, title: &'static str, none: &'static str, is_refused: bool) -> AnyView {
    let sentence = if is_refused { "None is known, and not all of them could be read." } else { none };
    panel::panel(id, title, view! { <p class="quiet">{sentence}</p> }.into_any())
}

/// Words, or a dash with the reason why there are none.
fn said(words: &str, why_not: &str) -> AnyView {
    if words.is_empty() { figure::dash(why_not) } else { words.to_owned().into_any() }
}
