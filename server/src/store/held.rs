//! How what people hold open is set up: notebook instances, and the spaces, people and domains behind Studio apps.

use serde_json::Value;
use sqlx::PgConnection;

use super::StoreError;

/// A state that holds now.
#[derive(Debug, Clone, PartialEq)]
pub struct SetUp {
    /// The word of an [`ItemKind`](crate::aws::facts::ItemKind).
    pub kind: String,
    /// ARN of a notebook instance or a domain; domain and name, with a slash between, of a space or a person.
    pub identifier: String,
    /// Identifier of the domain; empty of a notebook instance.
    pub domain: String,
    /// What is kept of it.
    pub document: Value,
}

/// Whose set-up is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// ARNs of notebook instances.
    pub notebooks: Vec<String>,
    /// Domain and name, with a slash between, of spaces or people.
    pub holders: Vec<String>,
    /// Identifiers of domains.
    pub domains: Vec<String>,
}

/// The set-up of some notebook instances and apps; people who own one of the spaces are there too.
pub async fn set_ups(connection: &mut PgConnection, asked: &Asked) -> Result<Vec<SetUp>, StoreError> {
    sqlx::query_as!(
        SetUp,
        r#"
        select kind, identifier, parent as domain, document
        from configuration_item c
        where valid_to is null
          and (
              kind = 'notebook_instance' and identifier = any ($1)
              or kind = 'domain' and parent = any ($3)
              or kind in ('space', 'user_profile') and identifier = any ($2)
              or kind = 'user_profile' and identifier in (
                  select s.parent || '/' || (s.document ->> 'owner')
                  from configuration_item s
                  where s.account_id = c.account_id
                    and s.kind = 'space'
                    and s.valid_to is null
                    and s.identifier = any ($2)
              )
          )
        order by kind, identifier
        "#,
        &asked.notebooks,
        &asked.holders,
        &asked.domains
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read how notebooks are set up"))
}
