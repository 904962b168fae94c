use super::jobs::place;
use crate::parts::{badge, facts, figure, number, panel, reach, table};
use crate::view::{BucketRow, FeatureGroupRow, LogGroupRow, StorageSummary, StorageView};
use leptos::prelude::*;

/// Buckets in use, feature groups and log groups; what nobody tends comes first.
pub fn page(view: &StorageView) -> impl IntoView + use<> {
    let things = "buckets, feature groups and log groups";
    if let Some(empty) = reach::state(&view.state, &view.reach, things, "/storage") {
        return empty;
    }
    view! {
        {reach::notice(&view.reach)}
        {summary(&view.summary, view.unused_days)}
        <p class="footnote">
            "Nothing on this page has a cost, an energy or an emission figure: neither the bytes of buckets and offline stores nor the price of any of it is read, and a guess would look like a measurement."
        </p>
        {buckets(&view.buckets)}
        {feature_groups(view)}
        {log_groups(view)}
    }
    .into_any()
}

/// How much there is, and how much of it nobody tends.
fn summary(summary: &StorageSummary, unused_days: u64) -> AnyView {
    let stored = match summary.log_bytes.clone() {
        Some(bytes) => bytes.into_any(),
        None => figure::dash("AWS told no size"),
    };
    let untended = |all: u64, count: u64, word: String| {
        let word = if count == 0 { "none ".to_owned() + &word } else { format!("{} {word}", number::whole(count)) };
        (all > 0).then(|| view! { <span class="interval">{word}</span> })
    };
    view! {
        <dl class="totals" aria-label="What is kept">
            <div>
                <dt>"Buckets"</dt>
                <dd>
                    {number::whole(summary.buckets)} " "
                    {untended(summary.buckets, summary.buckets_kept, "kept for ever".to_owned())}
                </dd>
            </div>
            <div>
                <dt>"Feature groups"</dt>
                <dd>
                    {number::whole(summary.feature_groups)} " "
                    {untended(summary.feature_groups, summary.groups_unused, format!("unused for {unused_days} days"))}
                </dd>
            </div>
            <div>
                <dt>"Log groups"</dt>
                <dd>
                    {number::whole(summary.log_groups)} " "
                    {untended(summary.log_groups, summary.logs_kept, "kept for ever".to_owned())}
                </dd>
            </div>
            <div><dt>"Stored in logs"</dt><dd>{stored}</dd></div>
        </dl>
    }
    .into_any()
}

fn buckets(rows: &[BucketRow]) -> AnyView {
    if rows.is_empty() {
        return none("buckets", "Buckets", "No bucket is named by jobs of the last 90 days or by what is configured.");
    }
    let head = table::head(&["Bucket", "State", "Lifecycle", "Encryption and versions", "Used by"]);
    let lines = rows.iter().map(bucket).collect_view().into_any();
    let body = view! {
        {table::table("S3 buckets in use", head, lines, None)}
        <p class="footnote">
            "A bucket stands here while jobs of the last 90 days, models, endpoints or feature groups name it. Its rules are read once a day; no object is listed."
        </p>
    };
    panel::panel("buckets", "Buckets", body.into_any())
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
            <td>{said(&row.lifecycle, "its rules were not read")}</td>
            <td>{said(&row.encryption, "its encryption was not read")} {versions}</td>
            <td>{used_by} {used_for}</td>
        </tr>
    }
    .into_any()
}

fn feature_groups(view: &StorageView) -> AnyView {
    if view.feature_groups.is_empty() {
        return none("feature-groups", "Feature groups", "There is no feature group.");
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
            "Units are what CloudWatch counted in the period; an hour without requests has no figure. CloudWatch tells nothing of the offline store, so its readers are not seen here."
        </p>
    };
    panel::with_aside("feature-groups", "Feature groups", view.period.clone().into_any(), body.into_any())
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
            <td>{badge::note(&row.note)}</td>
            <td>{said(row.online.as_deref().unwrap_or_default(), "it has no online store")} {offline}</td>
            <td class="number">{figure::or_dash(&row.reads)}</td>
            <td class="number">{figure::or_dash(&row.writes)}</td>
            <td class="number">
                {row.used_at.map_or_else(|| figure::dash("no read or write was seen"), facts::short_time)}
            </td>
        </tr>
    }
    .into_any()
}

fn log_groups(view: &StorageView) -> AnyView {
    if view.log_groups.is_empty() {
        return none("log-groups", "Log groups", "SageMaker has written no log.");
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
    panel::panel("log-groups", "Log groups", body.into_any())
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

fn none(id: &'static str, title: &'static str, sentence: &'static str) -> AnyView {
    panel::panel(id, title, view! { <p class="quiet">{sentence}</p> }.into_any())
}

/// Words, or a dash with the reason why there are none.
fn said(words: &str, why_not: &str) -> AnyView {
    if words.is_empty() { figure::dash(why_not) } else { words.to_owned().into_any() }
}
