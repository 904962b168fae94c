//! Files from the browser, told apart by what is in them: bills, usage, and what CodeCarbon measured. They are kept only as
//! long as they are read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use app::view::{Field, FormState, Section};
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use tokio::io::AsyncWriteExt as _;

use super::desk::{Desk, Place};
use super::guard::{FILES, UPLOAD_LIMIT};
use super::load::imports;
use super::{AppState, Problem, Route, Visit, page};
use crate::auth::Policy;
use crate::ingest::sent;
use crate::ingest::tracked::Known;
use crate::store::sent_file::{Outcome, SentFile};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![Route::write(FILES, Policy::OwnerWrites, |_| FILES.to_owned(), take).taking(UPLOAD_LIMIT)]
}

type Sent = Result<Multipart, MultipartRejection>;

async fn take(State(state): State<AppState>, visit: Visit, sent: Sent) -> Result<Response, Problem> {
    let received = received(sent).await?;
    if received.files.is_empty() {
        let sentence = "Choose files: those of a bill's month, a CSV of what ran, or CodeCarbon's emissions.csv.";
        return refused(&state, &visit, received.fields, sentence.to_owned()).await;
    }
    let now = Desk::open(&state).await?.now;
    let files = sent::take(&state.database, &received.files, &received.known(), now).await?;
    if files.iter().any(SentFile::is_taken) {
        estimate_soon(&state);
        return Ok(Redirect::to("/imports#sent").into_response());
    }
    refused(&state, &visit, received.fields, reasons(&files)).await
}

/// Why files were refused, each reason once.
fn reasons(files: &[SentFile]) -> String {
    let mut reasons: Vec<&str> = Vec::new();
    for file in files {
        if let Outcome::Refused { why } = &file.outcome
            && !reasons.contains(&why.as_str())
        {
            reasons.push(why);
        }
    }
    reasons.join(" ")
}

/// What a form brought.
struct Received {
    _folder: Folder,
    files: Vec<PathBuf>,
    /// The other fields, by name.
    fields: BTreeMap<String, String>,
}

impl Received {
    fn known(&self) -> Known {
        let field =
            |name: &str| self.fields.get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        Known { region: field("region"), instance_type: field("instance_type"), with_host: field("host").is_some() }
    }
}

/// The files and fields of the form; the files lie in a folder that goes when it is dropped.
async fn received(sent: Sent) -> Result<Received, Problem> {
    let mut sent = sent.map_err(|error| Problem::BadRequest(error.body_text()))?;
    let folder = Folder::new().await.map_err(|error| Problem::Unprocessable(unwritable(&error)))?;
    let (mut files, mut fields) = (Vec::new(), BTreeMap::new());
    while let Some(field) = sent.next_field().await.map_err(|error| Problem::BadRequest(error.body_text()))? {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(str::to_owned) {
            Some(named) if name == "files" && !named.is_empty() => {
                files.push(folder.keep(files.len(), &named, field).await?);
            }
            Some(_) => {}
            None => {
                fields.insert(name, field.text().await.map_err(|error| Problem::BadRequest(error.body_text()))?);
            }
        }
    }
    Ok(Received { _folder: folder, files, fields })
}

/// What a file alone tells of is estimated while the page is already there.
fn estimate_soon(state: &AppState) {
    let database = state.database.clone();
    tokio::spawn(async move {
        if let Err(error) = crate::pipeline::estimate_what_is_due(&database).await {
            tracing::warn!("what was sent is not estimated yet: {error:#}");
        }
    });
}

/// The page again, with what is wrong with the files.
async fn refused(
    state: &AppState,
    visit: &Visit,
    values: BTreeMap<String, String>,
    sentence: String,
) -> Result<Response, Problem> {
    let mut desk = Desk::open(state).await?;
    let errors = vec![Field { name: "files".to_owned(), message: sentence }];
    let form = FormState { errors, values };
    let view = imports::load(&mut desk, form, FormState::default()).await?;
    let place = Place { title: "Imports".to_owned(), section: Section::Imports, breadcrumb: Vec::new() };
    let frame = desk.frame(visit, place);
    Ok(page::html(StatusCode::UNPROCESSABLE_ENTITY, &frame, || app::pages::imports::page(&view)))
}

fn unwritable(error: &std::io::Error) -> String {
    format!("The files cannot be kept while they are read ({error}). Make room in the folder for temporary files.")
}

/// A folder that goes with its files.
struct Folder(PathBuf);

impl Folder {
    async fn new() -> std::io::Result<Self> {
        let path = std::env::temp_dir().join(format!("wattledger-upload-{}", uuid::Uuid::new_v4().simple()));
        tokio::fs::create_dir(&path).await?;
        Ok(Self(path))
    }

    /// Writes one file; its own name is kept to be shown, without any folder in it.
    async fn keep(
        &self,
        place: usize,
        named: &str,
        mut field: axum::extract::multipart::Field<'_>,
    ) -> Result<PathBuf, Problem> {
        let own = Path::new(named).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let folder = self.0.join(place.to_string());
        let path = folder.join(if own.is_empty() { "file" } else { &own });
        let written = async {
            tokio::fs::create_dir(&folder).await?;
            tokio::fs::File::create(&path).await
        };
        let mut file = written.await.map_err(|error| Problem::Unprocessable(unwritable(&error)))?;
        while let Some(chunk) = field.chunk().await.map_err(|error| Problem::BadRequest(error.body_text()))? {
            file.write_all(&chunk).await.map_err(|error| Problem::Unprocessable(unwritable(&error)))?;
        }
        file.flush().await.map_err(|error| Problem::Unprocessable(unwritable(&error)))?;
        Ok(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A leftover in the folder for temporary files harms nobody.
        _ = std::fs::remove_dir_all(&self.0);
    }
}
