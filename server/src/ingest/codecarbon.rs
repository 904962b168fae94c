//! CodeCarbon's `emissions.csv`: the energy of each run of its tracker.
//!
//! Columns as its reference of outputs lists them (release 3): energies in kWh, the duration in seconds. A tracker that
//! flushes adds a row with the sums so far, so the longest row of a run is the run.

use std::collections::BTreeMap;

use footprint::Measured;
use footprint::units::Watts;
use serde::Deserialize;

/// The columns without which no power can be told.
const COLUMNS: [&str; 5] = ["run_id", "duration", "cpu_energy", "gpu_energy", "ram_energy"];
/// Joules, that is watt-seconds, in a kilowatt-hour.
const JOULES_PER_KWH: f64 = 3.6e6;

/// Why a file says nothing usable; each with the next step.
#[derive(Debug, thiserror::Error)]
pub enum CodeCarbonError {
    /// Not CSV, or a cell is not a number.
    #[error("the file does not read as CodeCarbon's emissions.csv; copy it from the job's output once more")]
    Unreadable(#[from] csv::Error),
    /// Another CSV.
    #[error("the file has no column {0}; take the emissions.csv that CodeCarbon's tracker writes into its output_dir")]
    NoColumn(&'static str),
    /// A header and nothing below it.
    #[error(
        "the file holds no run; CodeCarbon writes one when its tracker is stopped, so call stop() and copy it again"
    )]
    Empty,
    /// Which of them was the job is not for the program to guess.
    #[error("the file holds {count} runs; name the one that was the job with --run: {ids}")]
    SeveralRuns {
        /// How many.
        count: usize,
        /// Their names, joined.
        ids: String,
    },
    /// The run that was named is not in the file.
    #[error("the file holds no run {asked}; its runs are {ids}")]
    NoSuchRun {
        /// What was asked for.
        asked: String,
        /// What there is.
        ids: String,
    },
    /// A run without a length, or with energies below zero.
    #[error("run {0} has no usable duration and energies; take a file of a tracker that was stopped")]
    NotNumbers(String),
    /// Only a part of the processor was counted.
    #[error("run {0} was tracked by process, which leaves out the rest of the host; leave --host away")]
    OneProcess(String),
    /// Nothing of it was measured.
    #[error(
        "run {0} measured no accelerator. If its processor was read from RAPL, and not modelled, say so with --host"
    )]
    NothingMeasured(String),
}

/// A run of CodeCarbon's tracker.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its name.
    pub id: String,
    /// How long it was tracked, s.
    pub seconds: f64,
    /// Mean W over that time.
    pub measured: Measured,
}

#[derive(Debug, Clone, Deserialize)]
struct Row {
    run_id: String,
    duration: f64,
    cpu_energy: f64,
    gpu_energy: f64,
    ram_energy: f64,
    #[serde(default)]
    tracking_mode: String,
}

/// The one run of a file, or the one that `wanted` names.
///
/// Accelerators are read from the cards. Processor and memory are mostly modelled, which would be an estimate in the
/// clothes of a measurement: they count only where the caller vouches for them (`with_host`).
///
/// # Errors
/// A sentence and a next step for every file that says nothing usable.
pub fn run(text: &str, wanted: Option<&str>, with_host: bool) -> Result<Run, CodeCarbonError> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers()?.clone();
    if let Some(missing) = COLUMNS.into_iter().find(|column| !headers.iter().any(|header| header == *column)) {
        return Err(if headers.is_empty() { CodeCarbonError::Empty } else { CodeCarbonError::NoColumn(missing) });
    }
    let mut runs: BTreeMap<String, Row> = BTreeMap::new();
    for row in reader.deserialize() {
        let row: Row = row?;
        match runs.get(&row.run_id) {
            Some(known) if known.duration >= row.duration => {}
            _ => _ = runs.insert(row.run_id.clone(), row),
        }
    }
    measured(chosen(runs, wanted)?, with_host)
}

fn chosen(mut runs: BTreeMap<String, Row>, wanted: Option<&str>) -> Result<Row, CodeCarbonError> {
    let ids = runs.keys().cloned().collect::<Vec<_>>().join(", ");
    if let Some(wanted) = wanted {
        return runs.remove(wanted).ok_or_else(|| CodeCarbonError::NoSuchRun { asked: wanted.to_owned(), ids });
    }
    let count = runs.len();
    match runs.pop_first() {
        Some((_, row)) if count == 1 => Ok(row),
        Some(_) => Err(CodeCarbonError::SeveralRuns { count, ids }),
        None => Err(CodeCarbonError::Empty),
    }
}

fn measured(row: Row, with_host: bool) -> Result<Run, CodeCarbonError> {
    let usable = |number: f64| number.is_finite() && number >= 0.0;
    let energies = [row.cpu_energy, row.gpu_energy, row.ram_energy];
    if !(usable(row.duration) && row.duration > 0.0 && energies.into_iter().all(usable)) {
        return Err(CodeCarbonError::NotNumbers(row.run_id));
    }
    if with_host && row.tracking_mode == "process" {
        return Err(CodeCarbonError::OneProcess(row.run_id));
    }
    let mean = |kilowatt_hours: f64| {
        (kilowatt_hours > 0.0).then(|| Watts::new(kilowatt_hours * JOULES_PER_KWH / row.duration))
    };
    let measured = Measured {
        accelerators: mean(row.gpu_energy),
        host: mean(row.cpu_energy + row.ram_energy).filter(|_| with_host),
    };
    if measured == Measured::default() {
        return Err(CodeCarbonError::NothingMeasured(row.run_id));
    }
    Ok(Run { id: row.run_id, seconds: row.duration, measured })
}

#[cfg(test)]
mod tests {
    use super::run;

    const HEAD: &str = "timestamp,project_name,run_id,duration,cpu_power,gpu_power,ram_power,cpu_energy,gpu_energy,ram_energy,energy_consumed,tracking_mode\n";

    fn row(id: &str, seconds: f64, cpu: f64, gpu: f64, ram: f64, mode: &str) -> String {
        format!("2026-11-21T12:00:00,x,{id},{seconds},42.5,1,2,{cpu},{gpu},{ram},{},{mode}\n", cpu + gpu + ram)
    }

    #[test]
    fn mean_power_is_energy_over_time() {
        let text = HEAD.to_owned() + &row("a", 7_200.0, 0.1, 0.5, 0.02, "machine");
        let read = run(&text, None, false).unwrap();
        assert!((read.measured.accelerators.unwrap().get() - 250.0).abs() < 1e-9, "0.5 kWh in two hours");
        assert_eq!(read.measured.host, None, "a modelled processor is no measurement");
        let vouched = run(&text, None, true).unwrap();
        assert!((vouched.measured.host.unwrap().get() - 60.0).abs() < 1e-9, "0.12 kWh in two hours");
    }

    #[test]
    fn a_flushed_run_is_its_longest_row() {
        let text = HEAD.to_owned()
            + &row("a", 3_600.0, 0.1, 0.1, 0.0, "machine")
            + &row("a", 7_200.0, 0.2, 0.5, 0.0, "machine");
        assert!((run(&text, None, false).unwrap().seconds - 7_200.0).abs() < 1e-9);
    }

    #[test]
    fn a_file_that_says_nothing_usable_gets_a_sentence() {
        let good = row("a", 60.0, 0.1, 0.5, 0.02, "machine");
        let two = HEAD.to_owned() + &good + &row("b", 60.0, 0.1, 0.5, 0.02, "machine");
        let without_gpu = HEAD.to_owned() + &row("a", 60.0, 0.1, 0.0, 0.02, "machine");
        for (text, wanted, host, expected) in [
            ("", None, false, "the file holds no run"),
            (HEAD, None, false, "the file holds no run"),
            ("run_id,duration\na,1\n", None, false, "the file has no column cpu_energy"),
            (&(HEAD.to_owned() + "1,2\n"), None, false, "does not read as CodeCarbon's"),
            (&two, None, false, "the file holds 2 runs; name the one that was the job with --run: a, b"),
            (&two, Some("c"), false, "the file holds no run c; its runs are a, b"),
            (&without_gpu, None, false, "run a measured no accelerator"),
            (&(HEAD.to_owned() + &row("a", 0.0, 0.1, 0.5, 0.0, "machine")), None, false, "no usable duration"),
            (&(HEAD.to_owned() + &row("a", 9.0, 0.1, -0.5, 0.0, "machine")), None, false, "no usable duration"),
            (&(HEAD.to_owned() + &row("a", f64::NAN, 0.1, 0.5, 0.0, "machine")), None, false, "no usable duration"),
            (&(HEAD.to_owned() + &row("a", 9.0, 0.1, 0.5, 0.0, "process")), None, true, "tracked by process"),
        ] {
            let said = run(text, wanted, host).unwrap_err().to_string();
            assert!(said.contains(expected), "{said}");
        }
        assert_eq!(run(&two, Some("b"), false).unwrap().id, "b");
    }
}
