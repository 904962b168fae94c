//! What people hold open: notebook instances, Studio apps, HyperPod clusters.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::{PAGE, chrono_time};
use crate::aws::facts::{Holding, InstanceGroup};
use crate::aws::{AwsError, Client};
use crate::kind::Kind;

/// An app of this type has no instance of its own.
const SYSTEM: &str = "system";

impl Client {
    /// Everything of a kind that exists now, with tags.
    ///
    /// # Errors
    /// Whatever AWS refuses; nothing is returned of a list that broke off.
    pub async fn holdings(&self, kind: Kind) -> Result<Vec<Holding>, AwsError> {
        let mut found = match kind {
            Kind::App => self.apps().await?,
            Kind::Cluster => self.clusters().await?,
            _ => self.notebooks().await?,
        };
        for each in &mut found {
            each.tags = self.tags(&each.arn).await?;
        }
        found.sort_by(|a, b| a.arn.cmp(&b.arn));
        Ok(found)
    }

    async fn notebooks(&self) -> Result<Vec<Holding>, AwsError> {
        let operation = "sagemaker:ListNotebookInstances";
        let listed = self
            .every_page(operation, |token| {
                let ask = self.sagemaker.list_notebook_instances().max_results(PAGE).set_next_token(token);
                async move {
                    let page = self.call(operation, || ask.clone().send()).await?;
                    Ok((page.notebook_instances().to_vec(), page.next_token().map(str::to_owned)))
                }
            })
            .await?;
        let holding = |notebook: &aws_sdk_sagemaker::types::NotebookInstanceSummary| {
            let status = notebook.notebook_instance_status().map(|status| status.as_str().to_owned());
            Some(Holding {
                kind: Kind::Notebook,
                arn: notebook.notebook_instance_arn()?.to_owned(),
                name: notebook.notebook_instance_name()?.to_owned(),
                created_at: notebook.creation_time().and_then(chrono_time)?,
                last_modified_at: notebook.last_modified_time().and_then(chrono_time),
                is_running: status.as_deref() == Some("InService"),
                status: status.unwrap_or_default(),
                groups: notebook
                    .instance_type()
                    .map(|each| InstanceGroup::main(each.as_str(), Some(1)))
                    .into_iter()
                    .collect(),
                ..Holding::default()
            })
        };
        Ok(listed.iter().filter_map(holding).collect())
    }

    async fn apps(&self) -> Result<Vec<Holding>, AwsError> {
        let operation = "sagemaker:ListApps";
        let listed = self
            .every_page(operation, |token| {
                let ask = self.sagemaker.list_apps().max_results(PAGE).set_next_token(token);
                async move {
                    let page = self.call(operation, || ask.clone().send()).await?;
                    Ok((page.apps().to_vec(), page.next_token().map(str::to_owned)))
                }
            })
            .await?;
        let mut apps = Vec::new();
        for app in listed {
            let instance_type = app.resource_spec().and_then(|spec| spec.instance_type()).map(|each| each.as_str());
            if let Some(instance_type) = instance_type.filter(|each| *each != SYSTEM) {
                apps.extend(self.app(&app, instance_type).await?);
            }
        }
        Ok(apps)
    }

    /// The list holds no ARN; what has been deleted since it was listed is passed over.
    async fn app(
        &self,
        app: &aws_sdk_sagemaker::types::AppDetails,
        instance_type: &str,
    ) -> Result<Option<Holding>, AwsError> {
        let operation = "sagemaker:DescribeApp";
        let ask = self
            .sagemaker
            .describe_app()
            .set_domain_id(app.domain_id().map(str::to_owned))
            .set_user_profile_name(app.user_profile_name().map(str::to_owned))
            .set_space_name(app.space_name().map(str::to_owned))
            .set_app_type(app.app_type().cloned())
            .set_app_name(app.app_name().map(str::to_owned));
        let described = match self.call(operation, || ask.clone().send()).await {
            Ok(described) => described,
            Err(error) if error.kind == crate::aws::Kind::Missing => return Ok(None),
            Err(error) => return Err(error),
        };
        let owner = app.space_name().or_else(|| app.user_profile_name()).unwrap_or_default();
        let app_type = app.app_type().map(|each| each.as_str().to_owned()).unwrap_or_default();
        let name = format!("{owner}/{app_type}/{}", app.app_name().unwrap_or_default());
        let created_at = described.creation_time().and_then(chrono_time);
        let status = described.status().map(|status| status.as_str().to_owned()).unwrap_or_default();
        Ok(Some(Holding {
            kind: Kind::App,
            arn: described.app_arn().unwrap_or_default().to_owned(),
            created_at: created_at.ok_or_else(|| self.incomplete(operation, &name, "CreationTime"))?,
            is_running: status == "InService",
            status,
            groups: vec![InstanceGroup::main(instance_type, Some(1))],
            name,
            ..Holding::default()
        }))
    }

    async fn clusters(&self) -> Result<Vec<Holding>, AwsError> {
        let operation = "sagemaker:ListClusters";
        let names = self
            .every_page(operation, |token| {
                let ask = self.sagemaker.list_clusters().max_results(PAGE).set_next_token(token);
                async move {
                    let page = self.call(operation, || ask.clone().send()).await?;
                    let listed = page.cluster_summaries().iter();
                    let names = listed.filter_map(|each| each.cluster_name().map(str::to_owned));
                    Ok((names.collect(), page.next_token().map(str::to_owned)))
                }
            })
            .await?;
        let mut clusters = Vec::new();
        for name in names {
            clusters.extend(self.cluster(&name).await?);
        }
        Ok(clusters)
    }

    async fn cluster(&self, name: &str) -> Result<Option<Holding>, AwsError> {
        let operation = "sagemaker:DescribeCluster";
        let ask = self.sagemaker.describe_cluster().cluster_name(name);
        let cluster = match self.call(operation, || ask.clone().send()).await {
            Ok(cluster) => cluster,
            Err(error) if error.kind == crate::aws::Kind::Missing => return Ok(None),
            Err(error) => return Err(error),
        };
        let created_at = cluster.creation_time().and_then(chrono_time);
        let groups: Vec<InstanceGroup> = cluster
            .instance_groups()
            .iter()
            .filter_map(|group| {
                Some(InstanceGroup {
                    name: group.instance_group_name().unwrap_or("main").to_owned(),
                    instance_type: group.instance_type()?.as_str().to_owned(),
                    count: group.current_count().unwrap_or(0),
                })
            })
            .collect();
        Ok(Some(Holding {
            kind: Kind::Cluster,
            arn: cluster.cluster_arn().unwrap_or_default().to_owned(),
            name: name.to_owned(),
            created_at: created_at.ok_or_else(|| self.incomplete(operation, name, "CreationTime"))?,
            status: cluster.cluster_status().map(|status| status.as_str().to_owned()).unwrap_or_default(),
            is_running: groups.iter().any(|group| group.count > 0),
            groups,
            launched: self.launched(name).await?,
            roles: cluster
                .instance_groups()
                .iter()
                .filter_map(|group| group.execution_role().map(str::to_owned))
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            ..Holding::default()
        }))
    }

    /// When each node of a cluster was launched, by group: the only past that AWS tells of it.
    async fn launched(&self, cluster: &str) -> Result<BTreeMap<String, Vec<DateTime<Utc>>>, AwsError> {
        let operation = "sagemaker:ListClusterNodes";
        let nodes = self
            .every_page(operation, |token| {
                let ask = self.sagemaker.list_cluster_nodes().cluster_name(cluster).max_results(PAGE);
                let ask = ask.set_next_token(token);
                async move {
                    let page = self.call(operation, || ask.clone().send()).await?;
                    let nodes = page.cluster_node_summaries().iter().filter_map(|node| {
                        let at = node.launch_time().and_then(chrono_time)?;
                        Some((node.instance_group_name().unwrap_or("main").to_owned(), at))
                    });
                    Ok((nodes.collect::<Vec<_>>(), page.next_token().map(str::to_owned)))
                }
            })
            .await?;
        let mut launched: BTreeMap<String, Vec<DateTime<Utc>>> = BTreeMap::new();
        for (group, at) in nodes {
            launched.entry(group).or_default().push(at);
        }
        Ok(launched)
    }
}
