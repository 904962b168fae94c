//! Studio: its domains, the people in them, their spaces, and after how long idle apps are shut down.

use aws_sdk_sagemaker::types::{AppLifecycleManagement, SpaceAppLifecycleManagement, UserSettings};
use serde_json::{Value, json};

use super::{every_listed, listed};
use crate::aws::facts::Listed;
use crate::aws::{AwsError, Client};

/// Part of the version, so that what was kept before idle settings were read is described again.
const WITH_IDLE: Option<&str> = Some("with idle settings");

impl Client {
    pub(super) async fn domains(&self) -> Result<Vec<Listed>, AwsError> {
        let operation = "sagemaker:ListDomains";
        every_listed!(self, operation, self.sagemaker.list_domains(), domains, |each| {
            let state = each.status().map(|status| status.as_str());
            listed(each.domain_arn(), each.domain_name(), each.creation_time(), each.last_modified_time())
                .map(|item| item.under(each.domain_id()).in_state(state).in_state(WITH_IDLE))
        })
    }

    /// What a domain says of the idle apps of its people and of its shared spaces.
    pub(super) async fn domain(&self, listed: &Listed) -> Result<Value, AwsError> {
        let operation = "sagemaker:DescribeDomain";
        let ask = self.sagemaker.describe_domain().domain_id(&listed.parent);
        let domain = self.call(operation, || ask.clone().send()).await?;
        let shared = domain.default_space_settings().and_then(|settings| settings.jupyter_lab_app_settings());
        Ok(json!({
            "status": domain.status().map(|status| status.as_str()),
            "id": domain.domain_id(),
            "idle": domain.default_user_settings().map(idle_of_user),
            "shared_idle": { "JupyterLab": shared.and_then(|lab| lab.app_lifecycle_management()).and_then(idle) },
        }))
    }

    pub(super) async fn user_profiles(&self) -> Result<Vec<Listed>, AwsError> {
        let operation = "sagemaker:ListUserProfiles";
        every_listed!(self, operation, self.sagemaker.list_user_profiles(), user_profiles, |each| {
            let state = each.status().map(|status| status.as_str());
            // The list gives no ARN; a name is unique within its domain.
            let identifier = format!("{}/{}", each.domain_id()?, each.user_profile_name()?);
            listed(Some(&identifier), each.user_profile_name(), each.creation_time(), each.last_modified_time())
                .map(|item| item.under(each.domain_id()).in_state(state))
        })
    }

    /// What a person has set instead of what the domain says.
    pub(super) async fn user_profile(&self, listed: &Listed) -> Result<Value, AwsError> {
        let operation = "sagemaker:DescribeUserProfile";
        let ask = self.sagemaker.describe_user_profile().domain_id(&listed.parent).user_profile_name(&listed.name);
        let profile = self.call(operation, || ask.clone().send()).await?;
        Ok(json!({
            "status": profile.status().map(|status| status.as_str()),
            "idle": profile.user_settings().map(idle_of_user),
        }))
    }

    pub(super) async fn spaces(&self) -> Result<Vec<Listed>, AwsError> {
        let operation = "sagemaker:ListSpaces";
        every_listed!(self, operation, self.sagemaker.list_spaces(), spaces, |each| {
            let state = each.status().map(|status| status.as_str());
            // The list gives no ARN; a name is unique within its domain.
            let identifier = format!("{}/{}", each.domain_id()?, each.space_name()?);
            listed(Some(&identifier), each.space_name(), each.creation_time(), each.last_modified_time())
                .map(|item| item.under(each.domain_id()).in_state(state).in_state(WITH_IDLE))
        })
    }

    /// A space with its volume, its owner and the idle timeouts that it has of its own.
    pub(super) async fn space(&self, listed: &Listed) -> Result<Value, AwsError> {
        let operation = "sagemaker:DescribeSpace";
        let ask = self.sagemaker.describe_space().domain_id(&listed.parent).space_name(&listed.name);
        let space = self.call(operation, || ask.clone().send()).await?;
        let settings = space.space_settings();
        let storage = settings.and_then(|each| each.space_storage_settings()?.ebs_storage_settings());
        let lab = settings.and_then(|each| each.jupyter_lab_app_settings()?.app_lifecycle_management());
        let editor = settings.and_then(|each| each.code_editor_app_settings()?.app_lifecycle_management());
        let sharing = space.space_sharing_settings().and_then(|each| each.sharing_type());
        Ok(json!({
            "status": space.status().map(|status| status.as_str()),
            "app_type": settings.and_then(|each| each.app_type()).map(|each| each.as_str()),
            "volume_gb": storage.and_then(|each| each.ebs_volume_size_in_gb()),
            "owner": space.ownership_settings().and_then(|each| each.owner_user_profile_name()),
            "sharing": sharing.map(|each| each.as_str()),
            "idle": { "JupyterLab": lab.and_then(own_idle), "CodeEditor": editor.and_then(own_idle) },
        }))
    }
}

/// Of both kinds of app that AWS shuts down.
fn idle_of_user(settings: &UserSettings) -> Value {
    let lab = settings.jupyter_lab_app_settings().and_then(|lab| lab.app_lifecycle_management());
    let editor = settings.code_editor_app_settings().and_then(|editor| editor.app_lifecycle_management());
    json!({ "JupyterLab": lab.and_then(idle), "CodeEditor": editor.and_then(idle) })
}

fn idle(management: &AppLifecycleManagement) -> Option<Value> {
    let settings = management.idle_settings()?;
    Some(json!({
        "management": settings.lifecycle_management().map(|each| each.as_str()),
        "minutes": settings.idle_timeout_in_minutes(),
    }))
}

/// A space only says how long; whether at all is for its owner or its domain.
fn own_idle(management: &SpaceAppLifecycleManagement) -> Option<Value> {
    Some(json!({ "minutes": management.idle_settings()?.idle_timeout_in_minutes()? }))
}
