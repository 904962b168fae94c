//! Exports of bills in S3: what there is, and one object at a time.

use std::path::Path;

use aws_sdk_s3::config::Region;
use chrono::DateTime;
use tokio::io::AsyncWriteExt as _;

use super::facts::{ExportPlace, StoredObject};
use super::{AwsError, Client, Kind};

/// The actions, as a policy names them.
const LIST: &str = "s3:ListBucket";
const GET: &str = "s3:GetObject";
/// A thousand objects each: more is no export.
const MOST_PAGES: usize = 200;

impl Client {
    /// Every object below the place of an export.
    ///
    /// # Errors
    /// When a call fails.
    pub async fn export_objects(&self, place: &ExportPlace) -> Result<Vec<StoredObject>, AwsError> {
        let client = self.s3_of(place);
        let mut objects = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let prefix = if place.prefix.is_empty() { String::new() } else { format!("{}/", place.prefix) };
            let ask =
                client.list_objects_v2().bucket(&place.bucket).prefix(prefix).set_continuation_token(token.take());
            let page = self.call(LIST, || ask.clone().send()).await?;
            for object in page.contents() {
                let (Some(key), Some(etag)) = (object.key(), object.e_tag()) else { continue };
                let written =
                    object.last_modified().and_then(|at| DateTime::from_timestamp(at.secs(), at.subsec_nanos()));
                objects.push(StoredObject {
                    key: key.to_owned(),
                    etag: etag.to_owned(),
                    last_modified: written.unwrap_or_default(),
                    bytes: object.size().unwrap_or_default(),
                });
            }
            token = page.next_continuation_token().filter(|token| !token.is_empty()).map(str::to_owned);
            if token.is_none() {
                return Ok(objects);
            }
        }
        let message = format!("more than {MOST_PAGES} pages of objects lie there; name the export's own folder");
        Err(self.of_object(LIST, Kind::Failing, message))
    }

    /// Writes an object to a file, as it was when it was listed.
    ///
    /// # Errors
    /// When the call fails, when the object is another one by now, and when the file cannot be written.
    pub async fn fetch_export_object(
        &self,
        place: &ExportPlace,
        object: &StoredObject,
        to: &Path,
    ) -> Result<(), AwsError> {
        let client = self.s3_of(place);
        let ask = client.get_object().bucket(&place.bucket).key(&object.key).if_match(&object.etag);
        let answer = self.call(GET, || ask.clone().send()).await?;
        let kept = |error: std::io::Error| self.of_object(GET, Kind::Failing, format!("it cannot be kept: {error}"));
        let mut body = answer.body;
        let mut file = tokio::fs::File::create(to).await.map_err(kept)?;
        while let Some(chunk) = body.next().await {
            let torn = |error| self.of_object(GET, Kind::Unreachable, format!("the object broke off: {error}"));
            file.write_all(&chunk.map_err(torn)?).await.map_err(kept)?;
        }
        file.flush().await.map_err(kept)
    }

    fn of_object(&self, operation: &'static str, kind: Kind, message: String) -> AwsError {
        AwsError { operation, region: self.region.clone(), kind, message, source: None }
    }

    /// The client for a bucket's region.
    fn s3_of(&self, place: &ExportPlace) -> aws_sdk_s3::Client {
        match place.region.as_ref().filter(|region| **region != self.region) {
            None => self.s3.clone(),
            Some(region) => {
                let config = self.s3.config().to_builder().region(Region::new(region.clone()));
                aws_sdk_s3::Client::from_conf(config.build())
            }
        }
    }
}
