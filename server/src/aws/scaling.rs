//! Application Auto Scaling of endpoints.

use aws_sdk_applicationautoscaling::types::{ScalableTarget, ScalingPolicy, ServiceNamespace};
use serde_json::json;

use super::facts::{Listed, ScalingActivity};
use super::sagemaker::chrono_time;
use super::{AwsError, Client};

impl Client {
    pub(super) async fn scalable_targets(&self) -> Result<Vec<Listed>, AwsError> {
        let operation = "application-autoscaling:DescribeScalableTargets";
        self.every_page(operation, |token| {
            let ask = self.scaling.describe_scalable_targets().service_namespace(ServiceNamespace::Sagemaker);
            let ask = ask.set_next_token(token);
            async move {
                let page = self.call(operation, || ask.clone().send()).await?;
                let targets = page.scalable_targets().iter().map(target).collect();
                Ok((targets, page.next_token().map(str::to_owned)))
            }
        })
        .await
    }

    pub(super) async fn scaling_policies(&self) -> Result<Vec<Listed>, AwsError> {
        let operation = "application-autoscaling:DescribeScalingPolicies";
        self.every_page(operation, |token| {
            let ask = self.scaling.describe_scaling_policies().service_namespace(ServiceNamespace::Sagemaker);
            let ask = ask.set_next_token(token);
            async move {
                let page = self.call(operation, || ask.clone().send()).await?;
                let policies = page.scaling_policies().iter().map(policy).collect();
                Ok((policies, page.next_token().map(str::to_owned)))
            }
        })
        .await
    }

    /// What was scaled in the last six weeks, in any order.
    ///
    /// # Errors
    /// Whatever AWS refuses; nothing is returned of a list that broke off.
    pub async fn scaling_activities(&self) -> Result<Vec<ScalingActivity>, AwsError> {
        let operation = "application-autoscaling:DescribeScalingActivities";
        self.every_page(operation, |token| {
            let ask = self.scaling.describe_scaling_activities().service_namespace(ServiceNamespace::Sagemaker);
            let ask = ask.set_next_token(token);
            async move {
                let page = self.call(operation, || ask.clone().send()).await?;
                let activities = page.scaling_activities().iter().filter_map(|each| {
                    Some(ScalingActivity {
                        id: each.activity_id().to_owned(),
                        target: each.resource_id().to_owned(),
                        began_at: chrono_time(each.start_time())?,
                        ended_at: each.end_time().and_then(chrono_time),
                        status: each.status_code().as_str().to_owned(),
                        cause: each.cause().to_owned(),
                        description: each.description().to_owned(),
                        count: count_of(each.description()),
                    })
                });
                Ok((activities.collect(), page.next_token().map(str::to_owned)))
            }
        })
        .await
    }
}

fn target(target: &ScalableTarget) -> Listed {
    let dimension = target.scalable_dimension().as_str();
    let suspended = target.suspended_state().map(|state| {
        [state.dynamic_scaling_in_suspended(), state.dynamic_scaling_out_suspended()].contains(&Some(true))
    });
    let document = json!({
        "dimension": dimension,
        "min": target.min_capacity(),
        "max": target.max_capacity(),
        "suspended": suspended,
    });
    Listed {
        identifier: format!("{} {dimension}", target.resource_id()),
        name: target.resource_id().to_owned(),
        parent: target.resource_id().to_owned(),
        created_at: chrono_time(target.creation_time()),
        changed_at: None,
        version: document.to_string(),
        document: Some(document),
    }
}

fn policy(policy: &ScalingPolicy) -> Listed {
    let tracking = policy.target_tracking_scaling_policy_configuration();
    let predefined = tracking.and_then(|each| each.predefined_metric_specification());
    let custom = tracking.and_then(|each| each.customized_metric_specification()).and_then(|each| each.metric_name());
    let document = json!({
        "type": policy.policy_type().as_str(),
        "metric": predefined.map(|each| each.predefined_metric_type().as_str()).or(custom),
        "target": tracking.map(|each| each.target_value()),
        "scale_in_cooldown_s": tracking.and_then(|each| each.scale_in_cooldown()),
        "scale_out_cooldown_s": tracking.and_then(|each| each.scale_out_cooldown()),
        "scale_in_disabled": tracking.and_then(|each| each.disable_scale_in()),
        "alarms": policy.alarms().iter().map(|alarm| alarm.alarm_name()).collect::<Vec<_>>(),
    });
    Listed {
        identifier: policy.policy_arn().to_owned(),
        name: policy.policy_name().to_owned(),
        parent: policy.resource_id().to_owned(),
        created_at: chrono_time(policy.creation_time()),
        changed_at: None,
        version: document.to_string(),
        document: Some(document),
    }
}

/// The number in `Setting desired instance count to 3.`
fn count_of(description: &str) -> Option<i32> {
    let (_, number) = description.rsplit_once(" count to ")?;
    number.trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::count_of;

    #[test]
    fn activities_tell_their_count_in_words() {
        assert_eq!(count_of("Setting desired instance count to 3."), Some(3));
        assert_eq!(count_of("Setting desired copy count to 0."), Some(0));
        assert_eq!(count_of("Attempting to scale due to alarm triggered"), None);
    }
}
