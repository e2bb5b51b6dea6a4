//! The tables of the adopted policy for clients without signal, and policies that are to be adopted.

use model::actor::Actor;
use model::id::PolicyId;
use model::refusal::{Refusal, RefusalCode};
use policy::action::Action;
use policy::permission::verdict_for_listing;
use serde_json::Value;

use crate::fault::RuntimeFault;
use crate::handle::DistrictHandle;
use crate::published::ReadView;
use crate::runtime::Runtime;
use crate::submission::{SubmitError, Unavailable};

impl ReadView {
    /// The id of the adopted policy, and its tables.
    ///
    /// # Errors
    /// `role_may_not`.
    pub fn policy_tables(&self, actor: &Actor) -> Result<(PolicyId, Value), Refusal> {
        self.permit_listing(actor, Action::PolicyTablesRead)?;
        let policy = self.policy();
        Ok((policy.id().clone(), policy::tables::tables(policy)))
    }
}

impl Runtime {
    /// Keeps a policy file so that it can be adopted.
    ///
    /// # Errors
    /// `role_may_not`; `out_of_range` naming what is wrong with the file; 503 when it cannot be kept.
    pub async fn keep_policy(
        &self,
        district: &DistrictHandle,
        actor: &Actor,
        text: &str,
    ) -> Result<PolicyId, SubmitError> {
        let view = district.read();
        verdict_for_listing(view.policy(), actor, Action::PolicyAdopt)?;
        match self.policies().add(text).await {
            Ok(id) => Ok(id),
            Err(RuntimeFault::Policy { source, .. }) => {
                let problems: Vec<Value> = source
                    .0
                    .iter()
                    .map(|problem| Value::from(format!("{}: {}", problem.path, problem.what)))
                    .collect();
                Err(Refusal::new(RefusalCode::OutOfRange)
                    .at("/policy")
                    .with("problems", problems)
                    .into())
            }
            Err(_) => Err(Unavailable::STORAGE.into()),
        }
    }
}
