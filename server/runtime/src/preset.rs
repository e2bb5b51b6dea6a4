//! The beginning of an empty folder: policy, streets and departments of a preset, handed in as commands whose ids follow
//! from the preset, so that a start that was cut off is finished by the next one.

use model::command::Command;
use model::id::{CommandId, PolicyId};
use policy::preset::Preset;
use uuid::Uuid;

use crate::fault::RuntimeFault;
use crate::handle::DistrictHandle;
use crate::policies::Policies;
use crate::submission::SubmitError;

/// The setting that keeps which preset a folder was begun with.
pub const SETTING: &str = "preset";

/// Hands in what a new journal begins with. What is there already is not done again.
pub(crate) async fn adopt(
    handle: &DistrictHandle,
    policies: &Policies,
    preset: &Preset,
    policy_text: Option<&str>,
) -> Result<PolicyId, RuntimeFault> {
    let policy_id = match policy_text {
        Some(text) => policies.add(text).await?,
        None => policies.add(policies.shipped().text()).await?,
    };
    let mut commands = Vec::new();
    if handle.read().tables().policy_id != policy_id {
        commands.push((
            format!("policy/{policy_id}"),
            Command::AdoptPolicy {
                policy_id: policy_id.clone(),
            },
        ));
    }
    if handle.read().tables().departments.is_empty() {
        for (n, command) in preset.commands().into_iter().enumerate() {
            commands.push((format!("preset/{}/{n}", preset.name), command));
        }
    }
    for (name, command) in commands {
        let id = CommandId(Uuid::new_v5(
            &Uuid::NAMESPACE_URL,
            format!("lamplighter:{}/{name}", handle.id()).as_bytes(),
        ));
        match handle.submit_as_system(id, command).await {
            Ok(_)
            | Err(SubmitError::Refused(model::refusal::Refusal {
                code: model::refusal::RefusalCode::PolicyUnchanged,
                ..
            })) => {}
            Err(source) => {
                return Err(RuntimeFault::NotTaken {
                    doing: "the preset",
                    source,
                });
            }
        }
    }
    Ok(policy_id)
}
