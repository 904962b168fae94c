//! Starting other programs so that nothing outlives this one: each in a process group of its own, all told to end on Ctrl-C.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::Read as _;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{env, thread};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

static GROUPS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());
static INTERRUPTS: AtomicUsize = AtomicUsize::new(0);

/// How long a child may take to end by itself after the first Ctrl-C.
const GRACE: Duration = Duration::from_secs(15);

/// From now on an interrupt ends the children, and this program ends by returning, so that clean-up runs.
///
/// The first Ctrl-C asks politely, the second kills, the third leaves at once.
pub fn listen_for_interrupts() -> Result<()> {
    ctrlc::set_handler(|| match INTERRUPTS.fetch_add(1, Ordering::SeqCst) {
        0 => {
            signal_all(Signal::SIGTERM);
            thread::spawn(|| {
                thread::sleep(GRACE);
                signal_all(Signal::SIGKILL);
            });
        }
        1 => signal_all(Signal::SIGKILL),
        _ => std::process::exit(130),
    })
    .context("listening for Ctrl-C")
}

/// Whether the user asked to stop.
pub fn interrupted() -> bool {
    INTERRUPTS.load(Ordering::SeqCst) > 0
}

/// A command without what `cargo run` put into this program's environment: none of it is meant for another program.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        let from_cargo = name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        if from_cargo || name == "LD_LIBRARY_PATH" || name == "DYLD_FALLBACK_LIBRARY_PATH" {
            command.env_remove(&*name);
        }
    }
    command
}

/// As [`command`], for what must not outlive this program even when that is killed, where the system can see to it.
pub fn tied_command(program: impl AsRef<OsStr>) -> Command {
    if !cfg!(target_os = "linux") || crate::places::program("setpriv").is_none() {
        return command(program);
    }
    let mut tied = command("setpriv");
    tied.args(["--pdeathsig", "TERM", "--"]).arg(program);
    tied
}

/// The cargo that started this program, at the root of the clone.
pub fn cargo() -> Result<Command> {
    let mut cargo = command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(crate::places::root()?);
    Ok(cargo)
}

/// Runs to the end with its output on the terminal; anything but success is an error.
pub fn run(command: &mut Command) -> Result<()> {
    let status = spawn(command)?.wait()?;
    expect_success(command, status, "")
}

/// As [`run`], but ended after `limit`; says whether it succeeded.
pub fn run_within(command: &mut Command, limit: Duration) -> Result<bool> {
    let mut running = spawn(command)?;
    let deadline = Instant::now() + limit;
    while Instant::now() < deadline {
        if let Some(status) = running.try_wait()? {
            return Ok(status.success());
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(false)
}

/// Runs to the end in silence and returns what it wrote; on failure the error carries what it complained about.
pub fn capture(command: &mut Command) -> Result<String> {
    refuse_when_interrupted()?;
    capture_with(command, |child| Some(Group::of(child)))
}

/// As [`capture`], for clean-up, which an interrupt must not cut short.
pub fn clean_up(command: &mut Command) -> Result<String> {
    capture_with(command, |_| None)
}

/// Runs to the end with its complaints on the terminal and returns what it wrote.
pub fn capture_output(command: &mut Command) -> Result<String> {
    command.stdout(Stdio::piped());
    let mut running = spawn(command)?;
    let mut output = String::new();
    if let Some(mut pipe) = running.child.stdout.take() {
        pipe.read_to_string(&mut output).with_context(|| format!("reading what {} writes", words(command)))?;
    }
    let status = running.wait()?;
    expect_success(command, status, "")?;
    Ok(output)
}

fn capture_with(command: &mut Command, register: impl FnOnce(&Child) -> Option<Group>) -> Result<String> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let child = command.spawn().with_context(|| format!("starting {}", words(command)))?;
    let group = register(&child);
    let output = child.wait_with_output().with_context(|| format!("waiting for {}", words(command)))?;
    drop(group);
    expect_success(command, output.status, &String::from_utf8_lossy(&output.stderr))?;
    String::from_utf8(output.stdout).with_context(|| format!("{} wrote something that is not UTF-8", words(command)))
}

/// Starts a program with its output on the terminal.
pub fn spawn(command: &mut Command) -> Result<Running> {
    refuse_when_interrupted()?;
    let child = command
        .stdin(Stdio::null())
        .process_group(0)
        .spawn()
        .with_context(|| format!("starting {}", words(command)))?;
    Ok(Running { group: Group::of(&child), child })
}

/// A started program; dropped before its end, it is killed with all it started.
pub struct Running {
    child: Child,
    group: Group,
}

impl Running {
    pub fn wait(&mut self) -> Result<ExitStatus> {
        self.child.wait().context("waiting for a started program")
    }

    pub fn try_wait(&mut self) -> Result<Option<ExitStatus>> {
        self.child.try_wait().context("asking after a started program")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.group.signal(Signal::SIGKILL);
            // Nothing can be done about a failure here, and the group is gone either way.
            drop(self.child.wait());
        }
    }
}

/// The command as one would type it.
pub fn words(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        // Writing into a String cannot fail.
        let _ = write!(line, " {}", argument.to_string_lossy());
    }
    line
}

/// A child's process group, known to the interrupt handler while it lives.
struct Group(i32);

impl Group {
    fn of(child: &Child) -> Group {
        // Process ids are positive and fit: the kernel's own type for them is a signed 32-bit number.
        let id = i32::try_from(child.id()).unwrap_or(i32::MAX);
        groups().insert(id);
        let group = Group(id);
        // The interrupt may have come between the child's start and this line.
        if interrupted() {
            group.signal(Signal::SIGTERM);
        }
        group
    }

    fn signal(&self, signal: Signal) {
        // A group that has just ended is no error.
        let _ = killpg(Pid::from_raw(self.0), signal);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        groups().remove(&self.0);
    }
}

fn groups() -> MutexGuard<'static, BTreeSet<i32>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn signal_all(signal: Signal) {
    for id in groups().iter() {
        let _ = killpg(Pid::from_raw(*id), signal);
    }
}

fn refuse_when_interrupted() -> Result<()> {
    if interrupted() {
        bail!("interrupted");
    }
    Ok(())
}

fn expect_success(command: &Command, status: ExitStatus, complaint: &str) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    refuse_when_interrupted()?;
    let complaint = complaint.trim();
    let gap = if complaint.is_empty() { "" } else { "\n" };
    bail!("`{}` ended with {status}{gap}{complaint}", words(command));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failure_carries_the_command_and_its_complaint() {
        let error = capture(command("sh").args(["-c", "echo sorry >&2; exit 3"])).unwrap_err().to_string();
        assert!(error.contains("exit status: 3") && error.contains("sorry"), "{error}");
    }

    #[test]
    fn a_command_that_takes_too_long_is_ended_with_its_children() {
        let began = Instant::now();
        let finished = run_within(command("sh").args(["-c", "sleep 30; true"]), Duration::from_millis(200)).unwrap();
        assert!(!finished);
        assert!(began.elapsed() < Duration::from_secs(10));
    }
}
