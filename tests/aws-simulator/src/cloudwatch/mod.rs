//! CloudWatch: GetMetricData and ListMetrics over the truth functions.

mod alarms;
mod catalogue;
mod data;
mod gauge;
mod query;

use ciborium::Value;

use crate::Faults;
use crate::caller::Site;
use crate::wire::AwsError;

pub use query::retention_holds;

/// The path below which CloudWatch serves its operations.
pub(crate) const SERVICE_PATH: &str = "/service/GraniteServiceVersion20100801/operation/{operation}";

/// Answers one operation.
pub(crate) fn answer(operation: &str, body: &Value, site: Site<'_>, faults: &Faults) -> Result<Vec<u8>, AwsError> {
    match operation {
        "GetMetricData" => data::get_metric_data(body, site, faults),
        "DescribeAlarms" => alarms::describe_alarms(body, site),
        "DescribeAlarmHistory" => alarms::describe_alarm_history(body, site),
        "ListMetrics" => catalogue::list_metrics(body, site),
        _ => Err(AwsError::unknown_operation(operation)),
    }
}
