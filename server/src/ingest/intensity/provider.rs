//! A provider of hourly intensity that speaks Electricity Maps' API: average, consumption-based, life cycle, asked by the
//! cloud's own name of the region.

use std::time::Duration as StdDuration;

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use serde::Deserialize;

use super::{MOST_GRAMS, by_hour};
use crate::store::intensity::HourIntensity;

/// Longest range of hourly values that the API answers at once.
const LONGEST_RANGE_DAYS: i64 = 10;

/// Where and as whom a provider is asked.
#[derive(Clone)]
pub struct Provider {
    base: String,
    key: String,
    client: reqwest::Client,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The key stays out of every log.
        f.debug_struct("Provider").field("base", &self.base).finish_non_exhaustive()
    }
}

/// Why a provider gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It was not reached, or its answer broke off.
    #[error("Electricity Maps was not reached")]
    Unreachable(#[source] reqwest::Error),
    /// It refused the key.
    #[error("Electricity Maps refused the key (status {0})")]
    Key(u16),
    /// The key may not ask for this region.
    #[error("Electricity Maps has no data for this region, or not for this key (status {0})")]
    Region(u16),
    /// It asks for patience.
    #[error("Electricity Maps throttles (status 429)")]
    Throttled,
    /// It failed.
    #[error("Electricity Maps failed (status {0})")]
    Failed(u16),
    /// Its answer has no meaning.
    #[error("the answer of Electricity Maps has no meaning: {0}")]
    Meaningless(String),
}

impl ProviderError {
    /// The next step.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => {
                "Check that this machine reaches the address of the provider. It is asked again within the hour."
            }
            Self::Key(_) => "Set WATTLEDGER_ELECTRICITY_MAPS_KEY to a valid key and start the server again.",
            Self::Region(_) => {
                "Ask the provider to open the region for the key, or import a file with `wattledger intensity`."
            }
            Self::Throttled | Self::Failed(_) => "Nothing to do: it is asked again within the hour.",
            Self::Meaningless(_) => "Import a file with `wattledger intensity`, and report the answer.",
        }
    }
}

#[derive(Deserialize)]
struct Page {
    data: Vec<Reading>,
}

#[derive(Deserialize)]
struct Reading {
    datetime: DateTime<Utc>,
    #[serde(rename = "carbonIntensity")]
    grams: Option<f64>,
}

impl Provider {
    /// How the provider is named beside its figures.
    pub const SOURCE: &'static str = "Electricity Maps API";
    /// The terms its figures come under.
    pub const LICENCE: &'static str = "terms of the key's contract";

    /// A provider at an address.
    ///
    /// # Errors
    /// When no HTTP client can be made on this machine.
    pub fn new(base: &str, key: &str) -> Result<Self, ProviderError> {
        let client = reqwest::Client::builder()
            .timeout(StdDuration::from_secs(30))
            .connect_timeout(StdDuration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(ProviderError::Unreachable)?;
        Ok(Self { base: base.trim_end_matches('/').to_owned(), key: key.to_owned(), client })
    }

    /// The hours of an AWS region in `[from, to)` that the provider knows.
    ///
    /// # Errors
    /// A [`ProviderError`]; then nothing of the range is returned.
    pub async fn hours(
        &self,
        region: &str,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Vec<HourIntensity>, ProviderError> {
        let mut readings = Vec::new();
        let mut start = from;
        while start < to {
            let end = (start + Duration::days(LONGEST_RANGE_DAYS)).min(to);
            readings.extend(self.range(region, start, end).await?);
            start = end;
        }
        Ok(by_hour(readings))
    }

    async fn range(
        &self,
        region: &str,
        start: DateTime<Utc>,
        end: DateTime<Utc>,
    ) -> Result<Vec<(DateTime<Utc>, f64)>, ProviderError> {
        let written = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let (start, end) = (written(start), written(end));
        // Region names are plain letters, digits and hyphens, and times hold nothing that a query string escapes.
        let address = format!(
            "{}/v3/carbon-intensity/past-range?dataCenterProvider=aws&dataCenterRegion={region}&start={start}&end={end}",
            self.base
        );
        let answer = self
            .client
            .get(address)
            .header("auth-token", &self.key)
            .send()
            .await
            .map_err(|error| ProviderError::Unreachable(error.without_url()))?;
        match answer.status().as_u16() {
            200 => {}
            status @ (401 | 403) => return Err(ProviderError::Key(status)),
            status @ (400 | 404) => return Err(ProviderError::Region(status)),
            429 => return Err(ProviderError::Throttled),
            status => return Err(ProviderError::Failed(status)),
        }
        let text = answer.text().await.map_err(|error| ProviderError::Unreachable(error.without_url()))?;
        let page: Page = serde_json::from_str(&text).map_err(|error| ProviderError::Meaningless(error.to_string()))?;
        let mut readings = Vec::new();
        for reading in page.data {
            match reading.grams {
                Some(grams) if (0.0..=MOST_GRAMS).contains(&grams) => readings.push((reading.datetime, grams)),
                Some(grams) => return Err(ProviderError::Meaningless(format!("{grams} gCO2e/kWh"))),
                None => {} // an hour it does not know
            }
        }
        Ok(readings)
    }
}
