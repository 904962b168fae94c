//! The three ways in.

use crate::parts::{code, panel};
use crate::view::OnboardingView;
use leptos::prelude::*;

pub(super) fn all(view: &OnboardingView) -> AnyView {
    view! {
        <div class="doors">
            {explore(view)}
            {connect()}
            {upload()}
        </div>
        {role(view)}
    }
    .into_any()
}

fn explore(view: &OnboardingView) -> AnyView {
    let body = if view.shows_demo {
        view! {
            <p>"It is open: a simulated fleet that was read through the whole pipeline, 90 days of it."</p>
            <p><a class="button" href="/">"Look at the overview"</a></p>
        }
        .into_any()
    } else {
        view! {
            <p>"A simulated fleet, read through the whole pipeline as if it were at AWS. Nothing is asked of anybody."</p>
            <p><code>"cargo xtask run"</code></p>
            <p class="quiet">"Pages show it until something of your own is known."</p>
        }
        .into_any()
    };
    panel::panel("explore", "Explore the demo", body)
}

fn upload() -> AnyView {
    let body = view! {
        <p>
            "A bill (CUR 2.0 or FOCUS), a CSV file of what ran, or CodeCarbon's " <code>"emissions.csv"</code>
            ". No credentials are needed, and the file stays on this machine."
        </p>
        <p><a class="button" href="/imports#files">"Upload a file"</a></p>
    };
    panel::panel("upload", "Upload a file", body.into_any())
}

fn connect() -> AnyView {
    let body = view! {
        <p>"Your own accounts, through a role that can change nothing: a template, a file that names the accounts, and one command."</p>
        <p><a class="button" href="#role">"Connect AWS"</a></p>
    };
    panel::panel("connect", "Connect AWS", body.into_any())
}

fn role(view: &OnboardingView) -> AnyView {
    let body = view! {
        <p>"Wattledger reads through a role that can change nothing. The account of your own credentials needs no role: skip to the last step."</p>
        <ol class="steps">
            <li>
                "Make the role in each account, with a secret of your choice as its external id: "
                <a href="/onboarding/role.json" download="wattledger-role.json">"CloudFormation template"</a>
                ", which holds the policy below."
                {code::block("Command that makes the role", DEPLOY.to_owned())}
            </li>
            <li>
                "Write down which accounts and regions are read. No other region is ever asked."
                {code::block("accounts.toml", view.accounts_file.clone())}
            </li>
            <li>
                "Start Wattledger with that file, or without it for the account of your own credentials."
                {code::block("Commands that start it", START.to_owned())}
            </li>
        </ol>
        <details>
            <summary>"The policy, as IAM takes it"</summary>
            {code::block("Policy", view.policy.clone())}
            <p class="footnote">
                "The same is printed by " <code>"wattledger policy"</code>
                ", with what reads bills in S3 and Cost Explorer if you ask for it. Each statement is named after what it is for, and may be left out."
            </p>
        </details>
    };
    panel::panel("role", "How AWS is connected", body.into_any())
}

const DEPLOY: &str = "\
aws cloudformation deploy --stack-name wattledger \\
  --template-file wattledger-role.json --capabilities CAPABILITY_NAMED_IAM \\
  --parameter-overrides ReaderArn=arn:aws:iam::444455556666:user/you ExternalId=SECRET";

const START: &str = "\
WATTLEDGER_ACCOUNTS=accounts.toml cargo xtask run --aws
wattledger serve --accounts accounts.toml";
