//! The program `wattledger`.
#![forbid(unsafe_code)]

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Parser as _;
use server::command;
use server::config::Cli;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = Cli::parse();
    log();
    // One provider for the AWS SDK and Postgres; without this rustls asks which.
    _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(command::run(cli)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wattledger: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Readable lines on a terminal, JSON elsewhere; always on standard error, so that output can be piped.
fn log() {
    // The SDK may log signed headers at its finest level, so it is never let below `info`.
    let filter = EnvFilter::try_from_env("WATTLEDGER_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info"))
        .add_directive(tracing_subscriber::filter::LevelFilter::INFO.into());
    let capped = ["aws_config", "aws_runtime", "aws_smithy_runtime", "aws_sigv4", "hyper", "rustls"]
        .into_iter()
        .filter_map(|target| format!("{target}=warn").parse().ok())
        .fold(filter, EnvFilter::add_directive);
    let builder = tracing_subscriber::fmt().with_env_filter(capped).with_writer(command::Terminal::default);
    if std::io::stderr().is_terminal() { builder.with_target(false).init() } else { builder.json().init() }
}
