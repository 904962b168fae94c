//! Jobs: training, processing, batch transform.

use aws_sdk_sagemaker::types::{
    Channel, DebugRuleEvaluationStatus, Filter, MetricData, Operator, ResourceType, SearchExpression, SearchRecord,
    SecondaryStatusTransition, TransformInput,
};
use chrono::{DateTime, SecondsFormat, Utc};

use super::{PAGE, aws_time, chrono_time, text};
use crate::aws::facts::{InstanceGroup, Job, Phase, Training, WarmPool};
use crate::aws::{AwsError, Client, Kind as ErrorKind};
use crate::kind::Kind;

/// What a listed job is called, and when it was asked for.
type Named = (Option<String>, Option<DateTime<Utc>>);

/// A training job of a description or of a search: two types of the SDK with the same fields.
macro_rules! trained {
    ($job:expr, $name:expr, $created_at:expr) => {
        Job {
            kind: Kind::Training,
            arn: $job.training_job_arn().unwrap_or_default().to_owned(),
            name: $name.to_owned(),
            created_at: $created_at,
            started_at: $job.training_start_time().and_then(chrono_time),
            ended_at: $job.training_end_time().and_then(chrono_time),
            last_modified_at: $job.last_modified_time().and_then(chrono_time),
            status: $job.training_job_status().map(|status| status.as_str().to_owned()).unwrap_or_default(),
            failure_reason: text($job.failure_reason()),
            training_seconds: $job.training_time_in_seconds().map(i64::from),
            billable_seconds: $job.billable_time_in_seconds().map(i64::from),
            warm_pool: $job.warm_pool_status().map(|pool| WarmPool {
                retained_seconds: pool.resource_retained_billable_time_in_seconds().map(i64::from),
                is_available: pool.status() == Some(&aws_sdk_sagemaker::types::WarmPoolResourceStatus::Available),
            }),
            is_spot: Some($job.enable_managed_spot_training().unwrap_or(false)),
            groups: $job.resource_config().map(instance_groups).unwrap_or_default(),
            volume_gb: $job.resource_config().and_then(|config| config.volume_size_in_gb()),
            max_runtime_seconds: $job.stopping_condition().and_then(|condition| condition.max_runtime_in_seconds()),
            image: $job.algorithm_specification().and_then(|algorithm| text(algorithm.training_image())),
            training: Some(Training {
                checkpoints: $job.checkpoint_config().is_some(),
                keep_alive_seconds: $job.resource_config().and_then(|config| config.keep_alive_period_in_seconds()),
                network_isolation: $job.enable_network_isolation().unwrap_or(false),
                encrypted_volume: $job.resource_config().is_some_and(|config| config.volume_kms_key_id().is_some()),
                debugger_rules: $job.debug_rule_evaluation_statuses().iter().filter_map(rule).collect(),
                profiler: $job.profiler_config().is_some_and(|config| config.disable_profiler() != Some(true)),
                final_metrics: $job.final_metric_data_list().iter().filter_map(metric).collect(),
                phases: $job.secondary_status_transitions().iter().filter_map(phase).collect(),
            }),
            parent_arn: text($job.tuning_job_arn()).or_else(|| text($job.auto_ml_job_arn())),
            role: text($job.role_arn()),
            s3: named([
                $job.input_data_config().iter().filter_map(channel).map(|uri| ("training input", uri)).collect(),
                one("training output", $job.output_data_config().and_then(|output| output.s3_output_path())),
                one("checkpoints", $job.checkpoint_config().and_then(|config| config.s3_uri())),
                one("model artifacts", $job.model_artifacts().and_then(|artifacts| artifacts.s3_model_artifacts())),
            ]),
            ..Job::default()
        }
    };
}

impl Client {
    /// Names of the jobs of a kind created in `[from, to)`.
    ///
    /// # Errors
    /// Whatever AWS refuses; nothing is returned of a list that broke off.
    pub async fn job_names(&self, kind: Kind, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<String>, AwsError> {
        let named = match kind {
            Kind::Processing => self.processing_jobs(from, to).await?,
            Kind::Transform => self.transform_jobs(from, to).await?,
            _ => self.training_jobs(from, to).await?,
        };
        // Whether AWS' bounds are open or closed is not written down anywhere: ours are half-open.
        let within = |at: &Option<DateTime<Utc>>| at.is_some_and(|at| from <= at && at < to);
        Ok(named.into_iter().filter(|(_, at)| within(at)).filter_map(|(name, _)| name).collect())
    }

    /// One job with its tags.
    ///
    /// # Errors
    /// [`Missing`](crate::aws::Kind::Missing) when it has been deleted since it was listed.
    pub async fn job(&self, kind: Kind, name: &str) -> Result<Job, AwsError> {
        let job = match kind {
            Kind::Processing => self.processing_job(name).await?,
            Kind::Transform => self.transform_job(name).await?,
            _ => self.training_job(name).await?,
        };
        Ok(Job { tags: self.tags(&job.arn).await?, ..job })
    }

    async fn training_jobs(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<Named>, AwsError> {
        let operation = "sagemaker:ListTrainingJobs";
        self.every_page(operation, |token| {
            let ask = self.sagemaker.list_training_jobs().max_results(PAGE).set_next_token(token);
            let ask = ask.creation_time_after(aws_time(from)).creation_time_before(aws_time(to));
            async move {
                let page = self.call(operation, || ask.clone().send()).await?;
                let jobs = page.training_job_summaries().iter();
                let named = jobs.map(|job| (text(job.training_job_name()), job.creation_time().and_then(chrono_time)));
                Ok((named.collect(), page.next_token().map(str::to_owned)))
            }
        })
        .await
    }

    async fn processing_jobs(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<Named>, AwsError> {
        let operation = "sagemaker:ListProcessingJobs";
        self.every_page(operation, |token| {
            let ask = self.sagemaker.list_processing_jobs().max_results(PAGE).set_next_token(token);
            let ask = ask.creation_time_after(aws_time(from)).creation_time_before(aws_time(to));
            async move {
                let page = self.call(operation, || ask.clone().send()).await?;
                let jobs = page.processing_job_summaries().iter();
                let named =
                    jobs.map(|job| (text(job.processing_job_name()), job.creation_time().and_then(chrono_time)));
                Ok((named.collect(), page.next_token().map(str::to_owned)))
            }
        })
        .await
    }

    async fn transform_jobs(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<Named>, AwsError> {
        let operation = "sagemaker:ListTransformJobs";
        self.every_page(operation, |token| {
            let ask = self.sagemaker.list_transform_jobs().max_results(PAGE).set_next_token(token);
            let ask = ask.creation_time_after(aws_time(from)).creation_time_before(aws_time(to));
            async move {
                let page = self.call(operation, || ask.clone().send()).await?;
                let jobs = page.transform_job_summaries().iter();
                let named = jobs.map(|job| (text(job.transform_job_name()), job.creation_time().and_then(chrono_time)));
                Ok((named.collect(), page.next_token().map(str::to_owned)))
            }
        })
        .await
    }

    async fn training_job(&self, name: &str) -> Result<Job, AwsError> {
        let operation = "sagemaker:DescribeTrainingJob";
        let ask = self.sagemaker.describe_training_job().training_job_name(name);
        let job = self.call(operation, || ask.clone().send()).await?;
        let created_at = job.creation_time().and_then(chrono_time);
        let created_at = created_at.ok_or_else(|| self.incomplete(operation, name, "CreationTime"))?;
        Ok(trained!(job, name, created_at))
    }

    /// Training jobs created in `[from, to)` as whole records with their tags, a hundred a call; `None` where the service
    /// cannot be searched, so that they are to be listed and described one by one.
    ///
    /// # Errors
    /// Whatever AWS refuses; nothing is returned of a search that broke off.
    pub async fn searched_training_jobs(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Option<Vec<Job>>, AwsError> {
        let operation = "sagemaker:Search";
        let bound = |operator: Operator, at: DateTime<Utc>| {
            let value = at.to_rfc3339_opts(SecondsFormat::Secs, true);
            Filter::builder().name("CreationTime").operator(operator).value(value).build()
        };
        let within = SearchExpression::builder()
            .filters(bound(Operator::GreaterThanOrEqualTo, from))
            .filters(bound(Operator::LessThan, to))
            .build();
        let found = self
            .every_page(operation, |token| {
                let ask = self.sagemaker.search().resource(ResourceType::TrainingJob).max_results(PAGE);
                let ask = ask.search_expression(within.clone()).sort_by("CreationTime").set_next_token(token);
                async move {
                    let page = self.call(operation, || ask.clone().send()).await?;
                    let jobs: Vec<Job> = page.results().iter().filter_map(searched).collect();
                    Ok((jobs, page.next_token().map(str::to_owned)))
                }
            })
            .await;
        match found {
            Ok(jobs) => {
                Ok(Some(jobs.into_iter().filter(|job| from <= job.created_at && job.created_at < to).collect()))
            }
            Err(error) if matches!(error.kind, ErrorKind::Absent | ErrorKind::Denied | ErrorKind::Missing) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn processing_job(&self, name: &str) -> Result<Job, AwsError> {
        let operation = "sagemaker:DescribeProcessingJob";
        let ask = self.sagemaker.describe_processing_job().processing_job_name(name);
        let job = self.call(operation, || ask.clone().send()).await?;
        let created_at = job.creation_time().and_then(chrono_time);
        let cluster = job.processing_resources().and_then(|resources| resources.cluster_config());
        let selected =
            cluster.and_then(|cluster| Some((cluster.selected_instance_type()?, cluster.selected_instance_count())));
        let asked_for = cluster.and_then(|cluster| Some((cluster.instance_type()?, cluster.instance_count())));
        let group = selected.or(asked_for).map(|(kind, count)| InstanceGroup::main(kind.as_str(), count));
        Ok(Job {
            kind: Kind::Processing,
            arn: job.processing_job_arn().unwrap_or_default().to_owned(),
            name: name.to_owned(),
            created_at: created_at.ok_or_else(|| self.incomplete(operation, name, "CreationTime"))?,
            started_at: job.processing_start_time().and_then(chrono_time),
            ended_at: job.processing_end_time().and_then(chrono_time),
            last_modified_at: job.last_modified_time().and_then(chrono_time),
            status: job.processing_job_status().map(|status| status.as_str().to_owned()).unwrap_or_default(),
            failure_reason: text(job.failure_reason()).or_else(|| text(job.exit_message())),
            groups: group.into_iter().collect(),
            volume_gb: cluster.and_then(|cluster| cluster.volume_size_in_gb()),
            max_runtime_seconds: job.stopping_condition().and_then(|condition| condition.max_runtime_in_seconds()),
            image: job.app_specification().and_then(|app| text(app.image_uri())),
            parent_arn: text(job.monitoring_schedule_arn())
                .or_else(|| text(job.training_job_arn()))
                .or_else(|| text(job.auto_ml_job_arn())),
            role: text(job.role_arn()),
            s3: named([
                job.processing_inputs().iter().filter_map(|each| each.s3_input()?.s3_uri()).map(input).collect(),
                job.processing_output_config()
                    .map(|config| config.outputs())
                    .unwrap_or_default()
                    .iter()
                    .filter_map(|each| each.s3_output()?.s3_uri())
                    .map(output)
                    .collect(),
            ]),
            ..Job::default()
        })
    }

    async fn transform_job(&self, name: &str) -> Result<Job, AwsError> {
        let operation = "sagemaker:DescribeTransformJob";
        let ask = self.sagemaker.describe_transform_job().transform_job_name(name);
        let job = self.call(operation, || ask.clone().send()).await?;
        let created_at = job.creation_time().and_then(chrono_time);
        let group = job.transform_resources().and_then(|resources| {
            Some(InstanceGroup::main(resources.instance_type()?.as_str(), resources.instance_count()))
        });
        Ok(Job {
            kind: Kind::Transform,
            arn: job.transform_job_arn().unwrap_or_default().to_owned(),
            name: name.to_owned(),
            created_at: created_at.ok_or_else(|| self.incomplete(operation, name, "CreationTime"))?,
            started_at: job.transform_start_time().and_then(chrono_time),
            ended_at: job.transform_end_time().and_then(chrono_time),
            status: job.transform_job_status().map(|status| status.as_str().to_owned()).unwrap_or_default(),
            failure_reason: text(job.failure_reason()),
            groups: group.into_iter().collect(),
            parent_arn: text(job.labeling_job_arn()).or_else(|| text(job.auto_ml_job_arn())),
            s3: named([
                one("transform input", job.transform_input().and_then(transformed)),
                one("transform output", job.transform_output().and_then(|output| output.s3_output_path())),
            ]),
            ..Job::default()
        })
    }
}

/// What something in S3 is for, and its address.
type Use<'a> = (&'static str, &'a str);

fn named<const N: usize>(uses: [Vec<Use<'_>>; N]) -> Vec<(&'static str, String)> {
    let uses = uses.into_iter().flatten().filter(|(_, uri)| !uri.is_empty());
    uses.map(|(what, uri)| (what, uri.to_owned())).collect()
}

fn one<'a>(what: &'static str, uri: Option<&'a str>) -> Vec<Use<'a>> {
    uri.map(|uri| (what, uri)).into_iter().collect()
}

const fn input(uri: &str) -> Use<'_> {
    ("processing input", uri)
}

const fn output(uri: &str) -> Use<'_> {
    ("processing output", uri)
}

fn channel(channel: &Channel) -> Option<&str> {
    channel.data_source()?.s3_data_source()?.s3_uri()
}

fn transformed(input: &TransformInput) -> Option<&str> {
    input.data_source()?.s3_data_source()?.s3_uri()
}

fn rule(rule: &DebugRuleEvaluationStatus) -> Option<(String, String)> {
    Some((rule.rule_configuration_name()?.to_owned(), rule.rule_evaluation_status()?.as_str().to_owned()))
}

fn metric(metric: &MetricData) -> Option<(String, f32)> {
    Some((metric.metric_name()?.to_owned(), metric.value()?))
}

/// A phase without a beginning tells nothing.
fn phase(transition: &SecondaryStatusTransition) -> Option<Phase> {
    Some(Phase {
        status: transition.status()?.as_str().to_owned(),
        from: transition.start_time().and_then(chrono_time)?,
        to: transition.end_time().and_then(chrono_time),
        message: text(transition.status_message()),
    })
}

/// A job of a search's record.
fn searched(record: &SearchRecord) -> Option<Job> {
    let job = record.training_job()?;
    let (name, created_at) = (job.training_job_name()?, job.creation_time().and_then(chrono_time)?);
    let tags = job.tags().iter();
    let tags = tags.filter_map(|tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned())));
    Some(Job { tags: tags.collect(), ..trained!(job, name, created_at) })
}

/// The three shapes of a resource configuration: what was selected, named groups, or one type and count.
fn instance_groups(config: &aws_sdk_sagemaker::types::ResourceConfig) -> Vec<InstanceGroup> {
    if let Some(selected) = config.selected_instance_type() {
        return vec![InstanceGroup::main(selected.as_str(), config.selected_instance_count())];
    }
    if !config.instance_groups().is_empty() {
        return config
            .instance_groups()
            .iter()
            .filter_map(|group| {
                Some(InstanceGroup {
                    name: group.instance_group_name().unwrap_or("main").to_owned(),
                    instance_type: group.instance_type()?.as_str().to_owned(),
                    count: group.instance_count().unwrap_or(1),
                })
            })
            .collect();
    }
    let asked_for = config.instance_type().map(|each| InstanceGroup::main(each.as_str(), config.instance_count()));
    asked_for.into_iter().collect()
}
