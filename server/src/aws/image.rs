//! What a container image tells by its address.

use serde_json::{Value, json};

/// Who made an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maker {
    /// An algorithm of SageMaker's.
    BuiltIn,
    /// A framework container of AWS'.
    Framework,
    /// Anyone else.
    Own,
}

impl Maker {
    /// The word that is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BuiltIn => "built_in",
            Self::Framework => "aws_container",
            Self::Own => "own",
        }
    }
}

/// Repositories of SageMaker's own algorithms.
const BUILT_IN: [&str; 19] = [
    "blazingtext",
    "factorization-machines",
    "forecasting-deepar",
    "image-classification",
    "ipinsights",
    "kmeans",
    "knn",
    "lda",
    "linear-learner",
    "ntm",
    "object-detection",
    "object2vec",
    "pca",
    "randomcutforest",
    "semantic-segmentation",
    "seq2seq",
    "sagemaker-model-monitor-analyzer",
    "sagemaker-clarify-processing",
    "sagemaker-data-wrangler-container",
];

/// Words of a repository's name, and the framework they stand for; the first that fits.
const FRAMEWORKS: [(&str, &str); 11] = [
    ("huggingface", "Hugging Face"),
    ("djl", "DJL"),
    ("pytorch", "PyTorch"),
    ("tensorflow", "TensorFlow"),
    ("mxnet", "MXNet"),
    ("xgboost", "XGBoost"),
    ("scikit-learn", "scikit-learn"),
    ("sklearn", "scikit-learn"),
    ("spark", "Spark"),
    ("chainer", "Chainer"),
    ("ray", "Ray"),
];

/// Maker and framework of an image such as `763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.4-gpu-py311`.
///
/// AWS publishes its images under account numbers that differ by region and repository; repositories are named alike
/// everywhere, so the name decides, and a person's own image that carries a framework's name keeps the framework and not
/// AWS as its maker when its registry is not of the deep learning containers.
#[must_use]
pub fn classify(image: &str) -> (Maker, Option<&'static str>) {
    let path = image.split_once('/').map_or(image, |(_, path)| path);
    let repository = path.split(['@', ':']).next().unwrap_or_default();
    let is_of_ecr = image.contains(".dkr.ecr.") || image.starts_with("public.ecr.aws/");
    let framework = FRAMEWORKS.iter().find(|(word, _)| has_word(repository, word)).map(|(_, name)| *name);
    if is_of_ecr && BUILT_IN.contains(&repository) {
        return (Maker::BuiltIn, framework);
    }
    let is_container = ["-training", "-inference", "-processing"].iter().any(|end| repository.ends_with(end));
    let is_sagemaker = repository.starts_with("sagemaker-");
    match framework {
        Some(_) if is_of_ecr && (is_container || is_sagemaker) => (Maker::Framework, framework),
        _ => (Maker::Own, framework),
    }
}

/// Whether a word stands in a name between its hyphens, dots and slashes.
fn has_word(name: &str, word: &str) -> bool {
    format!("-{}-", name.replace(['/', '.', '_'], "-")).contains(&format!("-{word}-"))
}

/// An image as it is kept.
pub(crate) fn told(image: &str) -> Value {
    let (maker, framework) = classify(image);
    json!({ "address": image, "maker": maker.as_str(), "framework": framework })
}

#[cfg(test)]
mod tests {
    use super::{Maker, classify};

    #[test]
    fn images_tell_their_maker_and_framework() {
        let rows = [
            (
                "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.4-gpu-py311",
                Maker::Framework,
                Some("PyTorch"),
            ),
            (
                "763104351884.dkr.ecr.eu-west-1.amazonaws.com/huggingface-pytorch-inference:2.1",
                Maker::Framework,
                Some("Hugging Face"),
            ),
            ("683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1", Maker::Framework, Some("XGBoost")),
            ("382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1", Maker::BuiltIn, None),
            ("111122223333.dkr.ecr.us-east-1.amazonaws.com/team/pytorch-extra@sha256:12", Maker::Own, Some("PyTorch")),
            ("111122223333.dkr.ecr.us-east-1.amazonaws.com/arrays:3", Maker::Own, None),
            ("pytorch-training", Maker::Own, Some("PyTorch")),
            ("", Maker::Own, None),
        ];
        for (image, maker, framework) in rows {
            assert_eq!(classify(image), (maker, framework), "{image}");
        }
    }
}
