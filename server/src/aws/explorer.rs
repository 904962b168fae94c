//! AWS' own totals, from Cost Explorer: each request costs $0.01, so nobody asks unless it was switched on.

use aws_sdk_costexplorer::types::{
    DateInterval, Dimension, DimensionValues, Expression, Granularity, Group, GroupDefinition, GroupDefinitionType,
    ResultByTime,
};
use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::facts::ExploredDay;
use super::{AwsError, Client, Kind};

const OPERATION: &str = "ce:GetCostAndUsage";
/// What one request costs, US cents.
pub const CENTS_A_REQUEST: u32 = 1;
/// A cent each; an answer that does not end costs no more than this.
const MOST_PAGES: usize = 20;
/// The names under which SageMaker is billed.
const SERVICES: [&str; 2] = ["Amazon SageMaker", "Amazon SageMaker AI"];
/// What belongs to the invoice and to no workload, as it is left out of a bill.
const OF_THE_INVOICE: [&str; 7] = [
    "Credit",
    "Refund",
    "Tax",
    "Enterprise Discount Program Discount",
    "Bundled Discount",
    "Private Rate Discount",
    "Discount",
];
const BILLED: &str = "UnblendedCost";
const EFFECTIVE: &str = "AmortizedCost";

impl Client {
    /// What AWS counts for SageMaker on the days `[from, to)`, by usage type and, where `tag` is a key, its values; of one
    /// account, where its twelve digits are known.
    ///
    /// # Errors
    /// When a call fails, and when an answer says nothing usable.
    pub async fn explored_days(
        &self,
        account: Option<&str>,
        from: NaiveDate,
        to: NaiveDate,
        tag: Option<&str>,
    ) -> Result<Vec<ExploredDay>, AwsError> {
        let period = DateInterval::builder().start(from.to_string()).end(to.to_string()).build();
        let period = period.map_err(|error| self.unusable(error.to_string()))?;
        let group = |kind, key: &str| GroupDefinition::builder().r#type(kind).key(key).build();
        let by_usage = group(GroupDefinitionType::Dimension, "USAGE_TYPE");
        let by_tag = tag.map(|key| group(GroupDefinitionType::Tag, key));
        let mut days = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let ask = self
                .explorer
                .get_cost_and_usage()
                .time_period(period.clone())
                .granularity(Granularity::Daily)
                .filter(wanted(account))
                .metrics(BILLED)
                .metrics(EFFECTIVE)
                .set_group_by(Some([by_usage.clone()].into_iter().chain(by_tag.clone()).collect()))
                .set_next_page_token(token.take());
            let page = self.call(OPERATION, || ask.clone().send()).await?;
            for result in page.results_by_time() {
                for each in result.groups() {
                    let read = day(result, each, tag.unwrap_or_default());
                    days.push(read.ok_or_else(|| self.unusable("a day without its amounts".to_owned()))?);
                }
            }
            token = page.next_page_token().filter(|token| !token.is_empty()).map(str::to_owned);
            if token.is_none() {
                return Ok(days);
            }
        }
        Err(self.unusable(format!("the answer did not end within {MOST_PAGES} pages")))
    }

    fn unusable(&self, message: String) -> AwsError {
        AwsError { operation: OPERATION, region: self.region.clone(), kind: Kind::Failing, message, source: None }
    }
}

fn wanted(account: Option<&str>) -> Expression {
    let of = |dimension: Dimension, values: &[&str]| {
        let values = values.iter().map(ToString::to_string).collect();
        let known = DimensionValues::builder().key(dimension).set_values(Some(values)).build();
        Expression::builder().dimensions(known).build()
    };
    let all = Expression::builder()
        .and(of(Dimension::Service, &SERVICES))
        .and(Expression::builder().not(of(Dimension::RecordType, &OF_THE_INVOICE)).build());
    match account {
        Some(account) => all.and(of(Dimension::LinkedAccount, &[account])).build(),
        None => all.build(),
    }
}

fn day(result: &ResultByTime, group: &Group, tag_key: &str) -> Option<ExploredDay> {
    let metric = |name: &str| group.metrics()?.get(name);
    let amount = |name: &str| {
        let text = metric(name)?.amount()?;
        text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(text)).ok()
    };
    let keys = group.keys();
    // A tag's value comes as `key$value`, and as `key$` where there is none.
    let tag_value = keys.get(1).and_then(|text| text.split_once('$')).map_or("", |(_, value)| value);
    Some(ExploredDay {
        day: result.time_period()?.start().parse().ok()?,
        usage_type: keys.first()?.clone(),
        tag_key: tag_key.to_owned(),
        tag_value: tag_value.to_owned(),
        unblended: amount(BILLED)?,
        amortised: amount(EFFECTIVE)?,
        currency: metric(BILLED)?.unit().unwrap_or("USD").to_owned(),
        is_estimated: result.estimated(),
    })
}
