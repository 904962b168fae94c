//! AWS' own monthly emissions, from its Sustainability service.

use aws_sdk_sustainability::types::{Dimension, EmissionsType, EstimatedCarbonEmissions, TimeGranularity, TimePeriod};
use chrono::{DateTime, NaiveDate, NaiveTime};

use super::facts::MonthlyEmissions;
use super::sagemaker::aws_time;
use super::{AwsError, Client, Kind};

const OPERATION: &str = "sustainability:GetEstimatedCarbonEmissions";
const MOST_PAGES: usize = 1_000;

impl Client {
    /// The emissions AWS reports for the months that begin in `[from, to)`, by usage account, region and service.
    ///
    /// # Errors
    /// When a call fails, and when an answer lacks its account, region or service.
    pub async fn monthly_emissions(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<MonthlyEmissions>, AwsError> {
        let midnight = |day: NaiveDate| aws_time(day.and_time(NaiveTime::MIN).and_utc());
        let period = TimePeriod::builder().start(midnight(from)).end(midnight(to)).build();
        let period = period.map_err(|error| self.meaningless(error.to_string()))?;
        let mut rows = Vec::new();
        let mut token = None;
        for _ in 0..MOST_PAGES {
            let ask = self
                .sustainability
                .get_estimated_carbon_emissions()
                .time_period(period.clone())
                .group_by(Dimension::UsageAccountId)
                .group_by(Dimension::Region)
                .group_by(Dimension::Service)
                .granularity(TimeGranularity::Monthly)
                .set_emissions_types(Some(TYPES.to_vec()))
                .set_next_token(token.take());
            let page = self.call(OPERATION, || ask.clone().send()).await?;
            for result in page.results() {
                rows.push(
                    monthly(result).ok_or_else(|| self.meaningless("a month without its dimensions".to_owned()))?,
                );
            }
            token = page.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
            if token.is_none() {
                return Ok(rows);
            }
        }
        Err(self.meaningless(format!("the answer did not end within {MOST_PAGES} pages")))
    }

    fn meaningless(&self, message: String) -> AwsError {
        AwsError { operation: OPERATION, region: self.region.clone(), kind: Kind::Failing, message, source: None }
    }
}

const TYPES: [EmissionsType; 7] = [
    EmissionsType::TotalLbmCarbonEmissions,
    EmissionsType::TotalMbmCarbonEmissions,
    EmissionsType::TotalScope1CarbonEmissions,
    EmissionsType::TotalScope2LbmCarbonEmissions,
    EmissionsType::TotalScope2MbmCarbonEmissions,
    EmissionsType::TotalScope3LbmCarbonEmissions,
    EmissionsType::TotalScope3MbmCarbonEmissions,
];

fn monthly(result: &EstimatedCarbonEmissions) -> Option<MonthlyEmissions> {
    let dimension = |of: &Dimension| result.dimensions_values().get(of).cloned();
    // The only unit the service knows is the tonne.
    let tonnes = |of: &EmissionsType| result.emissions_values().get(of).map(|emissions| emissions.value());
    Some(MonthlyEmissions {
        month: DateTime::from_timestamp(result.time_period()?.start().secs(), 0)?.date_naive(),
        usage_account: dimension(&Dimension::UsageAccountId)?,
        region: dimension(&Dimension::Region)?,
        service: dimension(&Dimension::Service)?,
        model_version: result.model_version().to_owned(),
        location_t: tonnes(&EmissionsType::TotalLbmCarbonEmissions),
        market_t: tonnes(&EmissionsType::TotalMbmCarbonEmissions),
        scope_1_t: tonnes(&EmissionsType::TotalScope1CarbonEmissions),
        scope_2_location_t: tonnes(&EmissionsType::TotalScope2LbmCarbonEmissions),
        scope_2_market_t: tonnes(&EmissionsType::TotalScope2MbmCarbonEmissions),
        scope_3_location_t: tonnes(&EmissionsType::TotalScope3LbmCarbonEmissions),
        scope_3_market_t: tonnes(&EmissionsType::TotalScope3MbmCarbonEmissions),
    })
}
