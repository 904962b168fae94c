//! Every page with sample views, against its recorded HTML and against the rules all pages share.
//! The finished documents are written to the test's scratch folder, to be looked at in a browser.
#![forbid(unsafe_code)]
#![cfg(test)]

mod documents;
mod figures;
mod palette;
mod rules;
mod sample;
mod sample_configuration;
mod sample_figures;
mod sample_hosting;
mod sample_jobs;
mod sample_more;
mod sample_notebooks;
mod sample_onboarding;
mod sample_pipelines;
mod sample_runs;
mod sample_search;
mod sample_trends;
mod states;
