//! Files that somebody sends, told apart by what is in them: bills, usage, and what CodeCarbon measured.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use super::{bill, codecarbon, usage};

mod taken;

pub use crate::store::sent_file::Sort;
pub use taken::{take, take_bill, take_usage};

/// More than the header of any of these files.
const MOST_HEADER: u64 = 256 * 1024;

/// A file that is none of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// Not even a header.
    #[error("{name} is empty; if it was cut off while it was copied, copy it once more")]
    Empty {
        /// Its name.
        name: String,
    },
    /// A header that nobody knows, or none that can be read.
    #[error(
        "{name} is none of the files that can be read here. By its header it would be a bill (CUR 2.0 has the column \
         line_item_unblended_cost, FOCUS BilledCost: make the export with AWS Data Exports), a file of usage (columns \
         {usage}) or CodeCarbon's emissions.csv (columns {codecarbon})",
        usage = usage::COLUMNS.join(", "),
        codecarbon = codecarbon::COLUMNS.join(", ")
    )]
    Other {
        /// Its name.
        name: String,
    },
}

/// What a file tells of, by its header. What is compressed or in columns is a bill: no other file comes so.
///
/// # Errors
/// With what was looked for, where nothing of it was found.
pub fn sort_of(path: &Path) -> Result<Sort, Unknown> {
    let name = || path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let other = || Unknown::Other { name: name() };
    let mut head = Vec::new();
    let opened = File::open(path).map_err(|_| other())?;
    BufReader::new(opened).take(MOST_HEADER).read_until(b'\n', &mut head).map_err(|_| other())?;
    if bill::is_packed(&head) {
        return Ok(Sort::Bill);
    }
    let text = String::from_utf8_lossy(&head);
    let header = text.trim_start_matches('\u{feff}');
    if header.is_empty() {
        return Err(Unknown::Empty { name: name() });
    }
    sort_by(header).ok_or_else(other)
}

fn sort_by(header: &str) -> Option<Sort> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).trim(csv::Trim::All).from_reader(header.as_bytes());
    let record = reader.records().next()?.ok()?;
    let has = |column: &str| record.iter().any(|cell| cell == column);
    // A file that lacks a column or two is still of its sort, and is told which.
    let mostly = |columns: &[&str]| 2 * columns.iter().filter(|column| has(column)).count() > columns.len();
    if record.iter().any(bill::is_mark) {
        return Some(Sort::Bill);
    }
    if mostly(&codecarbon::COLUMNS) {
        return Some(Sort::CodeCarbon);
    }
    mostly(&usage::COLUMNS).then_some(Sort::Usage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_tells_what_a_file_is() {
        for (header, expected) in [
            ("line_item_usage_type,line_item_unblended_cost", Some(Sort::Bill)),
            ("\"BilledCost\",\"EffectiveCost\"", Some(Sort::Bill)),
            (
                "timestamp,project_name,run_id,experiment_id,duration,emissions,cpu_energy,gpu_energy,ram_energy",
                Some(Sort::CodeCarbon),
            ),
            ("account,region,kind,name,instance_type,started_at,ended_at", Some(Sort::Usage)),
            ("hour,g_per_kwh", None),
            ("", None),
        ] {
            assert_eq!(sort_by(header), expected, "{header}");
        }
    }
}
