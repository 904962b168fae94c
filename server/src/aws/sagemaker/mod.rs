//! What SageMaker holds: jobs, endpoints, and what people hold open.

mod configuration;
mod endpoints;
mod jobs;
mod notebooks;

use std::collections::BTreeMap;

use aws_smithy_types::DateTime as AwsTime;
use chrono::{DateTime, Utc};

use super::{AwsError, Client, Kind};

/// AWS cuts a page first and filters it afterwards, so a page may be empty and still not be the last.
const PAGE: i32 = 100;
/// More pages than any window of one day can hold; a service that never ends its list is stopped here.
const MOST_PAGES: usize = 2_000;

impl Client {
    /// Follows a list to its end; `next` asks for the page of a token and gives its items and the next token.
    pub(super) async fn every_page<T, F>(
        &self,
        operation: &'static str,
        mut next: impl FnMut(Option<String>) -> F,
    ) -> Result<Vec<T>, AwsError>
    where
        F: Future<Output = Result<(Vec<T>, Option<String>), AwsError>>,
    {
        let mut items = Vec::new();
        let mut token = None;
        for _ in 0..MOST_PAGES {
            let (page, following) = next(token.take()).await?;
            items.extend(page);
            token = following.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(items);
            }
        }
        Err(AwsError {
            operation,
            region: self.region.clone(),
            kind: Kind::Failing,
            message: format!("the list did not end within {MOST_PAGES} pages"),
            source: None,
        })
    }

    async fn tags(&self, arn: &str) -> Result<BTreeMap<String, String>, AwsError> {
        let operation = "sagemaker:ListTags";
        let tags = self
            .every_page(operation, |token| {
                let ask = self.sagemaker.list_tags().resource_arn(arn).max_results(PAGE).set_next_token(token);
                async move {
                    let page = self.call(operation, || ask.clone().send()).await?;
                    let tags = page.tags().iter();
                    let pairs = tags
                        .filter_map(|tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned())));
                    Ok((pairs.collect(), page.next_token().map(str::to_owned)))
                }
            })
            .await?;
        Ok(tags.into_iter().collect())
    }

    fn incomplete(&self, operation: &'static str, name: &str, field: &str) -> AwsError {
        AwsError {
            operation,
            region: self.region.clone(),
            kind: Kind::Failing,
            message: format!("{name} came without {field}"),
            source: None,
        }
    }
}

fn text(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

pub(super) fn aws_time(at: DateTime<Utc>) -> AwsTime {
    AwsTime::from_secs(at.timestamp())
}

pub(super) fn chrono_time(at: &AwsTime) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(at.secs(), at.subsec_nanos())
}
