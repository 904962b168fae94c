//! What work can be counted in.

use crate::kind::Kind;

/// A measure of work, of which a unit is so much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Work {
    /// Requests that endpoints answered.
    Inferences,
    /// Batch transform jobs that completed.
    TransformJobs,
    /// Training jobs that completed.
    TrainingRuns,
    /// Versions of the model registry that a pipeline registered and somebody approved.
    ModelVersions,
    /// Executions of pipelines that succeeded.
    Executions,
    /// Hours in which a notebook instance or a Studio app was in use.
    NotebookHours,
}

impl Work {
    /// Every measure, in the order it is offered.
    pub const ALL: [Self; 6] = [
        Self::Inferences,
        Self::TransformJobs,
        Self::TrainingRuns,
        Self::ModelVersions,
        Self::Executions,
        Self::NotebookHours,
    ];

    /// The word stored in `work_unit.measure`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inferences => "inferences",
            Self::TransformJobs => "transform_jobs",
            Self::TrainingRuns => "training_runs",
            Self::ModelVersions => "model_versions",
            Self::Executions => "executions",
            Self::NotebookHours => "notebook_hours",
        }
    }

    /// As a form offers it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Inferences => "Endpoints: inferences",
            Self::TransformJobs => "Batch transform: completed jobs",
            Self::TrainingRuns => "Training: completed runs",
            Self::ModelVersions => "Pipelines: accepted model versions",
            Self::Executions => "Pipelines: succeeded executions",
            Self::NotebookHours => "Notebooks and apps: hours in use",
        }
    }

    /// What is counted, in a sentence.
    #[must_use]
    pub const fn definition(self) -> &'static str {
        match self {
            Self::Inferences => {
                "Requests of endpoints on days whose metrics were read whole; idle hours of these days are in it."
            }
            Self::TransformJobs => "Batch transform jobs that completed; those that failed are in what a job takes.",
            Self::TrainingRuns => "Training jobs that completed; those that failed are in what a run takes.",
            Self::ModelVersions => {
                "Approved model packages that a pipeline registered, shared out evenly to the jobs of its execution."
            }
            Self::Executions => {
                "Succeeded executions of pipelines, shared out evenly to the jobs that each of them ran."
            }
            Self::NotebookHours => "Instance-hours in which notebook instances and Studio apps were in service.",
        }
    }

    /// What one unit is called unless somebody says otherwise, and how much of the measure it is.
    #[must_use]
    pub const fn usual(self) -> (&'static str, f64) {
        match self {
            Self::Inferences => ("1 000 inferences", 1_000.0),
            Self::TransformJobs => ("batch transform job", 1.0),
            Self::TrainingRuns => ("completed training run", 1.0),
            Self::ModelVersions => ("accepted model version", 1.0),
            Self::Executions => ("succeeded execution", 1.0),
            Self::NotebookHours => ("notebook hour", 1.0),
        }
    }

    /// The kinds of resource whose work it is.
    #[must_use]
    pub const fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Inferences => &[Kind::Endpoint],
            Self::TransformJobs => &[Kind::Transform],
            Self::TrainingRuns => &[Kind::Training],
            Self::ModelVersions | Self::Executions => &[Kind::Training, Kind::Processing, Kind::Transform],
            Self::NotebookHours => &[Kind::Notebook, Kind::App],
        }
    }

    /// Whether only some resources of its kinds do such work, so that it is asked before the measures of all of them.
    #[must_use]
    pub const fn is_of_some(self) -> bool {
        matches!(self, Self::ModelVersions | Self::Executions)
    }

    /// The measure of a stored word; `None` for a word no version of this program wrote.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|work| work.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back_and_every_measure_says_what_it_counts() {
        for work in Work::ALL {
            assert_eq!(Work::parse(work.as_str()), Some(work));
            assert!(work.definition().ends_with('.') && work.usual().1 > 0.0 && !work.kinds().is_empty());
        }
        assert_eq!(Work::parse("luck"), None);
    }
}
