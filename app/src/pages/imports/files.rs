//! The one form that takes files, whatever they tell of.

use crate::parts::{form, panel};
use crate::view::FormState;
use leptos::prelude::*;

const REGION: form::Input = form::Input { name: "region", label: "Region", kind: "text", autocomplete: "off" };
const INSTANCE_TYPE: form::Input =
    form::Input { name: "instance_type", label: "Instance type", kind: "text", autocomplete: "off" };

pub(super) fn panel(state: &FormState) -> AnyView {
    let error = state.error("files").map(ToOwned::to_owned);
    let invalid = error.is_some().then_some("true");
    let described_by = error.is_some().then_some("upload-files-error");
    let error = error.map(|message| view! { <p class="field-error" id="upload-files-error">{message}</p> });
    let vouched = !state.value("host").is_empty();
    let has_more = vouched || !state.value("region").is_empty() || !state.value("instance_type").is_empty();
    let body = view! {
        <form method="post" action="/imports/files" enctype="multipart/form-data">
            {form::errors("upload", state)}
            <div class="upload">
                <div class="field">
                    <label for="upload-files">"Files"</label>
                    <input
                        id="upload-files"
                        type="file"
                        name="files"
                        multiple
                        required
                        accept=".csv,.gz,.zst,.parquet"
                        aria-invalid=invalid
                        aria-describedby=described_by
                    />
                    {error}
                </div>
                <button type="submit">"Import"</button>
            </div>
            <details open=has_more>
                <summary>"What CodeCarbon's file may not tell"</summary>
                <p class="footnote">
                    "Each run becomes a job with its measured energy, or belongs to the job that its project is named after. Region and instance type are read from the file where it tells them; what is filled in goes before. Times are taken for UTC."
                </p>
                <div class="upload">
                    {form::optional(REGION, "upload", state)}
                    {form::optional(INSTANCE_TYPE, "upload", state)}
                    <label class="check">
                        <input type="checkbox" name="host" value="measured" checked=vouched />
                        " Processor and memory were measured (RAPL), not modelled"
                    </label>
                </div>
            </details>
        </form>
        <p class="footnote">
            "Told apart by their header: the files of " <a href="#bills">"a bill"</a>
            ", a CSV file of what ran, and CodeCarbon's emissions.csv. The same file once more changes nothing."
        </p>
    };
    panel::panel("files", "Files", body.into_any())
}
