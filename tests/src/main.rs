//! The integration tests: one binary, a real Postgres, a real moto, the simulator on loopback.
// The pipeline is one future that holds those of every kind it reads.
#![recursion_limit = "256"]
#![forbid(unsafe_code)]
#![cfg(test)]

/// Pages with a hole.
mod broken;
/// What only a browser can show.
mod browser;
/// What a period is compared with.
mod compared;
/// What is configured, over time.
mod configuration;
/// Two people at the same thing.
mod conflicts;
/// A killed reader.
mod crash;
/// How endpoints scale, what watches over them, what they use.
mod endpoints;
/// Bills in S3, and Cost Explorer beside them.
mod exports;
/// Other factors, beside the old numbers.
mod factor_sets;
/// One filter, one number.
mod filters;
/// What needs somebody now.
mod health;
/// Endpoints without instances of their own.
mod hosting;
/// Every kind of workload, prices and bills.
mod intake;
/// Hourly grid intensity.
mod intensity;
/// One job.
mod job;
/// Jobs beside each other.
mod jobs;
/// The hours that have not closed yet.
mod live;
/// Watts from the machines themselves.
mod measured;
/// An AWS that nobody here wrote.
mod moto;
/// What people hold open.
mod notebooks;
/// Metrics of queues, copies, pipelines and features.
mod observed;
/// The beginning, and the end of the demo.
mod onboarding;
/// Every route over HTTP.
mod pages;
/// Pipelines and what their executions took.
mod pipelines;
/// Beside the figures AWS reports.
mod reconciliation;
/// What was signed.
mod review;
/// How far a run is, its end and what it left out.
mod runs;
/// What the catalogue says.
mod schema;
/// Names, and what comes near them.
mod search;
/// Accounts and key figures, side by side.
mod settings;
mod site;
/// How much a page asks the database.
mod statements;
/// Buckets, feature groups and logs.
mod storage;
mod support;
/// Buckets, log groups, roles and alarms around the workloads.
mod surroundings;
/// One filter by what resources carry.
mod tags;
/// Whose a workload is.
mod teams;
/// The ledger over time, and views that are kept.
mod trends;
/// What work is counted in.
mod units;
/// What people send.
mod uploads;
/// Every line of a figure.
mod why;
