//! Making failures comparable: the same fault in two jobs reads the same.

/// Characters of a reason that are kept.
const LONGEST: usize = 160;

/// A failure reason with everything that changes from run to run replaced: ARNs, addresses, paths, numbers.
#[must_use]
pub fn normalised_failure(reason: &str) -> String {
    let words: Vec<String> = reason.split_whitespace().map(normalised_word).collect();
    if words.is_empty() {
        return "no reason given".to_owned();
    }
    words.join(" ").chars().take(LONGEST).collect()
}

/// A job name without what the SDK or a pipeline appends: dates, counters, random tails.
#[must_use]
pub fn base_name(job: &str) -> &str {
    let mut base = job;
    while let Some((head, tail)) = base.rsplit_once('-') {
        if head.is_empty() || !is_generated(tail) {
            break;
        }
        base = head;
    }
    base
}

fn normalised_word(word: &str) -> String {
    let bare = word.trim_start_matches(['"', '\'', '(', '[']);
    for (prefix, stand_in) in
        [("arn:", "<arn>"), ("s3://", "<s3>"), ("http://", "<url>"), ("https://", "<url>"), ("/", "<path>")]
    {
        if bare.starts_with(prefix) && bare.len() > prefix.len() {
            return stand_in.to_owned();
        }
    }
    if is_identifier(bare.trim_end_matches(['"', '\'', ')', ']', '.', ',', ':', ';'])) {
        return "<id>".to_owned();
    }
    let mut text = String::with_capacity(word.len());
    for letter in word.chars() {
        if !letter.is_ascii_digit() {
            text.push(letter);
        } else if !text.ends_with('#') {
            text.push('#');
        }
    }
    text
}

/// Long hexadecimal with a digit in it: a request, container or trace identifier.
fn is_identifier(word: &str) -> bool {
    word.len() >= 12
        && word.contains(|letter: char| letter.is_ascii_digit())
        && word.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-')
}

/// Digits only, or a short random tail: letters and digits mixed, as generated names have.
fn is_generated(part: &str) -> bool {
    let digits = part.chars().filter(char::is_ascii_digit).count();
    let letters = part.chars().filter(char::is_ascii_lowercase).count();
    digits + letters == part.len() && digits > 0 && (letters == 0 || part.len() >= 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_from_run_to_run_is_gone() {
        for (reason, expected) in [
            (
                "AlgorithmError: ExecuteUserScriptError: ExitCode 1",
                "AlgorithmError: ExecuteUserScriptError: ExitCode #",
            ),
            ("ClientError: Data download failed: s3://bucket/a/b 404", "ClientError: Data download failed: <s3> #"),
            (
                "no access to arn:aws:s3:::x, request 1f0c2b3d-44aa-4bcd-9eef-001122334455.",
                "no access to <arn> request <id>",
            ),
            ("RuntimeError in /opt/ml/code/train.py line 12", "RuntimeError in <path> line #"),
            ("CUDA out of memory: 1.95 GiB", "CUDA out of memory: #.# GiB"),
            ("  ", "no reason given"),
        ] {
            assert_eq!(normalised_failure(reason), expected);
        }
        assert_eq!(normalised_failure(&"é ".repeat(500)).chars().count(), LONGEST);
    }

    #[test]
    fn a_base_name_survives_its_tails() {
        for (job, expected) in [
            ("churn-xgboost-2026-11-20-10-11-12-123", "churn-xgboost"),
            ("pipelines-a1b2c3d4e5f6-Train-x9y8z7w6v5", "pipelines-a1b2c3d4e5f6-Train"),
            ("resnet50", "resnet50"),
            ("bert-v2", "bert-v2"),
            ("2026-11-20", "2026"),
            ("", ""),
        ] {
            assert_eq!(base_name(job), expected);
        }
    }
}
