//! The files that were sent last, and what became of each.

use crate::parts::{badge, facts, figure, number, panel, table};
use crate::view::{SentFileRow, SentOutcome, Shown};
use leptos::prelude::*;

/// Nothing before the first file.
pub(super) fn panel(sendings: &[Vec<SentFileRow>]) -> Option<AnyView> {
    let (last, earlier) = sendings.split_first()?;
    let at = last.first().and_then(|file| file.at);
    let earlier = (!earlier.is_empty()).then(|| {
        let files: Vec<&SentFileRow> = earlier.iter().flatten().collect();
        let summary = match files.len() {
            1 => "1 file before them".to_owned(),
            more => format!("{} files before them", number::whole(more as u64)),
        };
        view! {
            <details>
                <summary>{summary}</summary>
                {listed("Files that were sent before", &files, true)}
            </details>
        }
    });
    let last: Vec<&SentFileRow> = last.iter().collect();
    let body = view! {
        <p class="quiet">"Sent here, or read on the command line, " {at.map(facts::time)} " UTC."</p>
        {listed("Files that were sent last", &last, false)}
        {earlier}
    };
    Some(panel::panel("sent", "Last files", body.into_any()))
}

fn listed(label: &'static str, files: &[&SentFileRow], has_time: bool) -> AnyView {
    let rows = files.iter().map(|file| row(file, has_time)).collect_view().into_any();
    let head = match has_time {
        true => table::head(&["File", "#Size", "Taken for", "What came of it", "Sent, UTC"]),
        false => table::head(&["File", "#Size", "Taken for", "What came of it"]),
    };
    table::table(label, head, rows, None)
}

fn row(file: &SentFileRow, has_time: bool) -> AnyView {
    let exact = match file.bytes {
        1 => "1 byte".to_owned(),
        more => format!("{} bytes", number::whole(more)),
    };
    let sort = match file.sort.as_str() {
        "" => view! { <span class="missing">"none that can be read"</span> }.into_any(),
        sort => sort.to_owned().into_any(),
    };
    let state = match &file.outcome {
        SentOutcome::Refused(_) => badge::badge("warn", "!", "refused"),
        _ => badge::badge("good", "✓", "taken"),
    };
    view! {
        <tr>
            <th scope="row">{file.name.clone()}</th>
            <td class="number"><span title=exact>{number::bytes(file.bytes)}</span></td>
            <td>{sort}</td>
            <td class="came">{state} <span class="under">{came(&file.outcome)}</span></td>
            {has_time.then(|| view! { <td>{file.at.map(facts::time)}</td> })}
        </tr>
    }
    .into_any()
}

fn came(outcome: &SentOutcome) -> String {
    match outcome {
        SentOutcome::Billed { lines, sagemaker_lines, files, months, billed, matched } => {
            let beside = match files {
                1 => "Billed".to_owned(),
                more => format!("The {} files together: billed", number::whole(*more)),
            };
            let matched = match matched {
                Shown::Ready(_) => format!("{} of it belongs to what ran here", figure::text(matched)),
                Shown::Unknown(reason) | Shown::NotEvaluated(reason) | Shown::TooNew(reason) => reason.clone(),
            };
            format!(
                "{}, {} of them SageMaker's. {beside} {} for {}; {matched}.",
                counted(*lines, "line", "lines"),
                number::whole(*sagemaker_lines),
                figure::text(billed),
                months.join(", "),
            )
        }
        SentOutcome::Ran { resources, parts_changed } => format!(
            "{} told of; {} ran otherwise than was known.",
            counted(*resources, "job, endpoint or other resource is", "jobs, endpoints and other resources are"),
            counted(*parts_changed, "part of them", "parts of them")
        ),
        SentOutcome::Measured { runs, of_known_jobs, changed } => format!(
            "{}, {} of jobs that were known; {} otherwise than was known.",
            counted(*runs, "run", "runs"),
            number::whole(*of_known_jobs),
            counted(*changed, "is", "are")
        ),
        SentOutcome::Refused(why) => why.clone(),
    }
}

fn counted(count: u64, one: &str, more: &str) -> String {
    let word = if count == 1 { one } else { more };
    format!("{} {word}", number::whole(count))
}
