//! What a resource is, and which of the product's lists it stands in.

use footprint::WorkloadKind;

/// The kinds of resource that hold instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A training job.
    Training,
    /// A processing job.
    Processing,
    /// A batch transform job.
    Transform,
    /// A hosting endpoint.
    Endpoint,
    /// A notebook instance.
    Notebook,
    /// A Studio app.
    App,
    /// A HyperPod cluster.
    Cluster,
}

/// A list of the product, and the pages below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Work that ends by itself.
    Jobs,
    /// What answers requests.
    Endpoints,
    /// What people hold open: notebook instances, Studio apps, clusters.
    Notebooks,
    /// All of them in one list.
    Workloads,
}

/// The part of a model's life that a resource serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Preparing data.
    Prep,
    /// Training.
    Train,
    /// Inference.
    Deploy,
    /// Development by people.
    Dev,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::Training, Self::Processing, Self::Transform, Self::Endpoint, Self::Notebook, Self::App, Self::Cluster];

    /// The word stored in `resource.kind` and in the ledger.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Training => "training",
            Self::Processing => "processing",
            Self::Transform => "transform",
            Self::Endpoint => "endpoint",
            Self::Notebook => "notebook",
            Self::App => "app",
            Self::Cluster => "cluster",
        }
    }

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Training => "Training",
            Self::Processing => "Processing",
            Self::Transform => "Batch transform",
            Self::Endpoint => "Endpoint",
            Self::Notebook => "Notebook instance",
            Self::App => "Studio app",
            Self::Cluster => "HyperPod cluster",
        }
    }

    /// What its load looks like where nothing is measured: work that runs at full tilt, or a machine that waits.
    #[must_use]
    pub const fn workload(self) -> WorkloadKind {
        match self {
            Self::Training | Self::Processing | Self::Transform | Self::Cluster => WorkloadKind::Training,
            Self::Endpoint | Self::Notebook | Self::App => WorkloadKind::Endpoint,
        }
    }

    /// The list it stands in.
    #[must_use]
    pub const fn section(self) -> Section {
        match self {
            Self::Training | Self::Processing | Self::Transform => Section::Jobs,
            Self::Endpoint => Section::Endpoints,
            Self::Notebook | Self::App | Self::Cluster => Section::Notebooks,
        }
    }

    /// The phase of a model's life it serves.
    #[must_use]
    pub const fn phase(self) -> Phase {
        match self {
            Self::Processing => Phase::Prep,
            Self::Training | Self::Cluster => Phase::Train,
            Self::Transform | Self::Endpoint => Phase::Deploy,
            Self::Notebook | Self::App => Phase::Dev,
        }
    }

    /// The kind of a stored word; `None` for a word no version of this program wrote.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

impl Section {
    /// Every list of things of a sort.
    pub const ALL: [Self; 3] = [Self::Jobs, Self::Endpoints, Self::Notebooks];

    /// First segment of its addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jobs => "jobs",
            Self::Endpoints => "endpoints",
            Self::Notebooks => "notebooks",
            Self::Workloads => "workloads",
        }
    }

    /// The stored words of its kinds.
    #[must_use]
    pub fn kinds(self) -> Vec<String> {
        let is_in = |kind: &Kind| self == Self::Workloads || kind.section() == self;
        Kind::ALL.into_iter().filter(is_in).map(|kind| kind.as_str().to_owned()).collect()
    }
}

impl Phase {
    /// Every phase, in the order of a model's life.
    pub const ALL: [Self; 4] = [Self::Prep, Self::Train, Self::Deploy, Self::Dev];

    /// The phase of a stored word; `None` for a word no version of this program wrote.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.as_str() == word)
    }

    /// The word stored in `resource.phase`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prep => "prep",
            Self::Train => "train",
            Self::Deploy => "deploy",
            Self::Dev => "dev",
        }
    }

    /// As people say it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Prep => "Preparation",
            Self::Train => "Training",
            Self::Deploy => "Inference",
            Self::Dev => "Development",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back_and_every_kind_stands_in_one_list() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
            let lists = Section::ALL.into_iter().filter(|list| list.kinds().iter().any(|word| word == kind.as_str()));
            assert_eq!(lists.collect::<Vec<_>>(), [kind.section()]);
        }
        assert_eq!(Kind::parse("tuning"), None);
    }
}
