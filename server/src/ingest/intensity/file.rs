//! A CSV file of hourly intensity: our own two columns, or a file as Electricity Maps' portal gives it.

use std::io::Read;

use chrono::{DateTime, NaiveDateTime, Utc};

use super::{MOST_GRAMS, by_hour};
use crate::store::intensity::HourIntensity;

/// Why a file was not imported; nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It is no CSV.
    #[error("the file cannot be read as CSV")]
    Csv(#[from] csv::Error),
    /// A column is missing.
    #[error("the file has no column for {0}; name one `{1}`")]
    Column(&'static str, &'static str),
    /// A cell has no meaning.
    #[error("line {line}: `{cell}` is no {what}")]
    Cell {
        /// Line of the file, from 1.
        line: u64,
        /// What stands there.
        cell: String,
        /// What should stand there.
        what: &'static str,
    },
    /// It holds no row.
    #[error("the file holds no hour")]
    Empty,
}

/// Reads a file whole; a single bad cell refuses all of it, named by its line.
///
/// # Errors
/// A [`FileError`].
pub fn read(text: impl Read) -> Result<Vec<HourIntensity>, FileError> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text);
    let head: Vec<String> =
        reader.headers()?.iter().map(|name| name.trim_start_matches('\u{feff}').to_lowercase()).collect();
    let time = position(&head, &["hour", "datetime", "timestamp"]).ok_or(FileError::Column("the hour", "hour"))?;
    let grams = position(&head, &["g_per_kwh", "life cycle", "carbon intensity", "carbon_intensity"])
        .ok_or(FileError::Column("the intensity", "g_per_kwh"))?;
    let mut readings = Vec::new();
    for row in reader.records() {
        let row = row?;
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |index: usize| row.get(index).unwrap_or_default();
        let wrong = |index: usize, what| FileError::Cell { line, cell: cell(index).to_owned(), what };
        let at = moment(cell(time)).ok_or_else(|| wrong(time, "hour, such as 2026-11-23T06:00:00Z"))?;
        let value: f64 = cell(grams).parse().map_err(|_| wrong(grams, "number of gCO2e/kWh"))?;
        if !(0.0..=MOST_GRAMS).contains(&value) {
            return Err(wrong(grams, "intensity between 0 and 3000 gCO2e/kWh"));
        }
        readings.push((at, value));
    }
    if readings.is_empty() {
        return Err(FileError::Empty);
    }
    Ok(by_hour(readings))
}

/// The first column of the wanted names, the earlier name first.
fn position(head: &[String], wanted: &[&str]) -> Option<usize> {
    wanted.iter().find_map(|name| head.iter().position(|column| column.contains(name)))
}

/// RFC 3339, or date and time without a zone, which is UTC.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let with_zone = DateTime::parse_from_rfc3339(text).map(|at| at.to_utc());
    let bare = |form| NaiveDateTime::parse_from_str(text, form).map(|at| at.and_utc());
    with_zone
        .or_else(|_| bare("%Y-%m-%d %H:%M:%S"))
        .or_else(|_| bare("%Y-%m-%d %H:%M"))
        .or_else(|_| bare("%Y-%m-%dT%H:%MZ"))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grams(text: &str) -> Result<Vec<(String, f64)>, String> {
        let hours = read(text.as_bytes()).map_err(|error| error.to_string())?;
        Ok(hours.iter().map(|each| (each.hour.format("%d %H").to_string(), each.g_per_kwh)).collect())
    }

    #[test]
    fn our_columns_and_the_portals_are_read() {
        let ours = "hour,g_per_kwh\n2026-11-23T06:00:00Z,400\n2026-11-23T08:00:00+01:00,300\n";
        let portal = "Datetime (UTC),Country,Zone name,Carbon intensity gCO₂eq/kWh (direct),Carbon intensity gCO₂eq/kWh (Life cycle)\n\
                      2026-11-23 06:00:00,US,PJM,380,400\n2026-11-23 07:00:00,US,PJM,280,300\n";
        let expected = vec![("23 06".to_owned(), 400.0), ("23 07".to_owned(), 300.0)];
        assert_eq!(grams(ours).unwrap(), expected);
        assert_eq!(grams(portal).unwrap(), expected, "life cycle, not direct");
    }

    #[test]
    fn finer_readings_become_the_mean_of_their_hour() {
        let text = "datetime,carbon_intensity\n2026-11-23 06:00,100\n2026-11-23 06:15,200\n2026-11-23 06:45,300\n";
        assert_eq!(grams(text).unwrap(), [("23 06".to_owned(), 200.0)]);
    }

    #[test]
    fn a_bad_file_is_refused_by_line_and_says_what_to_do() {
        for (text, expected) in [
            ("", "no column for the hour; name one `hour`"),
            ("hour,grams\n", "no column for the intensity; name one `g_per_kwh`"),
            ("hour,g_per_kwh\n", "holds no hour"),
            ("hour,g_per_kwh\n2026-11-23T06:00:00Z,400\nnoon,3\n", "line 3: `noon` is no hour"),
            ("hour,g_per_kwh\n2026-11-23T06:00:00Z,much\n", "line 2: `much` is no number"),
            ("hour,g_per_kwh\n2026-11-23T06:00:00Z,-1\n", "line 2: `-1` is no intensity"),
            ("hour,g_per_kwh\n2026-11-23T06:00:00Z,NaN\n", "line 2: `NaN` is no intensity"),
            ("hour,g_per_kwh\n2026-11-23T06:00:00Z,418000\n", "is no intensity between 0 and 3000"),
        ] {
            let error = grams(text).unwrap_err();
            assert!(error.contains(expected), "{text:?}: {error}");
        }
    }
}
