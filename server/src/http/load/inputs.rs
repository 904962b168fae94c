//! What a job was made of, and which others were made alike. Hyperparameters and environments are never read.

use app::view::{InputsView, TwinsView};
use serde_json::Value;

use super::configuration;
use super::figures::slug;
use crate::store::resource::Resource;
use crate::store::sheet::Twin;

/// What is kept of what a job was made of; `twins` is absent where none can be found, `filtered` goes with every link.
pub fn of(job: &Resource, twins: Option<&[Twin]>, filtered: &str) -> InputsView {
    let attributes = &job.attributes;
    let list = |name: &str| attributes.get(name).and_then(Value::as_array).into_iter().flatten();
    let place = |each: &Value| Some((each.get("use")?.as_str()?.to_owned(), each.get("uri")?.as_str()?.to_owned()));
    let address = attributes.pointer("/image/address").and_then(Value::as_str).unwrap_or_default();
    InputsView {
        image: configuration::image(attributes.get("image")).unwrap_or_default(),
        image_address: address.to_owned(),
        image_digest: address.split_once('@').map(|(_, digest)| digest.to_owned()),
        places: list("s3").filter_map(place).collect(),
        roles: list("roles").filter_map(Value::as_str).map(str::to_owned).collect(),
        volume_gb: attributes.get("volume_gb").and_then(Value::as_u64),
        network_isolation: attributes.pointer("/training/network_isolation").and_then(Value::as_bool),
        twins: twins.map_or(TwinsView::Unknown, |twins| TwinsView::Known {
            jobs: twins.first().map_or(0, |twin| u64::try_from(twin.jobs).unwrap_or_default()),
            newest: twins.iter().map(|twin| of_twin(twin, filtered)).collect(),
        }),
    }
}

fn of_twin(twin: &Twin, filtered: &str) -> (String, String, chrono::DateTime<chrono::Utc>) {
    let href = format!("/jobs/{}?{filtered}", slug(&twin.name, twin.resource_id));
    (twin.name.clone(), href, twin.created_at)
}
