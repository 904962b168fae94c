use crate::parts::settings_tabs::{self, SettingsTab};
use crate::parts::{panel, shortcuts};
use crate::view::{Appearance, Theme};
use leptos::prelude::*;

/// How this browser shows the pages.
pub fn page(view: &Appearance) -> impl IntoView + use<> {
    let themes = Theme::ALL
        .into_iter()
        .map(|theme| {
            let label = match theme {
                Theme::System => "As the system has it",
                Theme::Light => "Light",
                Theme::Dark => "Dark",
            };
            view! {
                <label class="choice">
                    <input type="radio" name="theme" value=theme.as_str() checked=theme == view.theme />
                    <span>{label}</span>
                </label>
            }
        })
        .collect_view();
    let form = view! {
        <form method="post" action="/settings/appearance" class="appearance">
            <fieldset>
                <legend>"Colours"</legend>
                {themes}
            </fieldset>
            <fieldset>
                <legend>"Keyboard"</legend>
                <label class="choice">
                    <input type="checkbox" name="shortcuts" value="on" checked=view.shortcuts />
                    <span>"Single keys are shortcuts"</span>
                </label>
            </fieldset>
            <button type="submit" class="primary">"Save"</button>
        </form>
        <p class="footnote">"Kept in this browser, in a cookie that holds nothing else."</p>
    };
    let state = if view.shortcuts { "Keys" } else { "Keys, switched off" };
    let keys = view! {
        {shortcuts::list()}
        <p class="footnote">"Never while you type, nor together with Ctrl, Alt or the system's key. They need scripts; everything they do is a link or a field as well."</p>
    };
    view! {
        {settings_tabs::tabs(SettingsTab::Appearance)}
        <div class="pair">
            {panel::panel("appearance", "Appearance", form.into_any())}
            {panel::panel("keys", state, keys.into_any())}
        </div>
    }
    .into_any()
}
