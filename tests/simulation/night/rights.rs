//! What an administrator does in the middle of a night: sessions end, accounts are disabled and enabled again, other
//! numbers are adopted.

use super::Night;
use crate::generator::admin;
use crate::policy_text::PolicyText;
use crate::violation::Violation;
use model::command::Command;
use model::id::CommandId;
use runtime::submission::Submission;

/// Other lengths of time than the shipped ones, by version: short enough that a night sees warnings end and what was
/// taken under them forgotten.
const OTHERS: [(&str, &[(&str, &str)]); 2] = [
    (
        "2026.2",
        &[
            ("deadlines.P2.none.acknowledge", "20m"),
            ("deadlines.P1.blue.on_site", "25m"),
            ("revisit.same_night_after", "2h"),
            ("capacity.repeat_every", "15m"),
            ("area_colour.lowering.clear_for", "20m"),
            ("area_colour.lowering.between_steps", "20m"),
            ("area_colour.lowering.not_from", "12:00"),
            ("area_colour.lowering.not_to", "12:01"),
            ("retention.emergency_only_after_warning", "10m"),
            ("retention.details_after_close", "90m"),
        ],
    ),
    (
        "2026.3",
        &[
            ("deadlines.P2.none.acknowledge", "45m"),
            ("deadlines.P3.none.outcome", "36h"),
            ("outcome.receiver_ask_every", "1h"),
            ("ladder.call_every", "6m"),
            ("area_colour.lowering.clear_for", "10m"),
            ("area_colour.lowering.between_steps", "10m"),
            ("area_colour.lowering.not_from", "12:00"),
            ("area_colour.lowering.not_to", "12:01"),
            ("retention.emergency_only_after_warning", "5m"),
            ("retention.details_after_close", "45m"),
        ],
    ),
];

/// The texts of the policies that a night may adopt.
fn texts() -> &'static [String] {
    static TEXTS: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();
    TEXTS.get_or_init(|| {
        OTHERS
            .iter()
            .map(|(version, values)| {
                let policy = PolicyText::putuo().set("version", *version);
                values
                    .iter()
                    .fold(policy, |policy, (path, value)| policy.set(path, *value))
                    .text()
            })
            .collect()
    })
}

impl Night {
    /// Somebody who reads signs out, or may no longer enter.
    pub(super) async fn end_rights(&mut self) -> Result<(), Violation> {
        let n = self.chance.below(self.clients.len());
        let disable = self.chance.permille(300);
        let gate = self.world.gate();
        let (client, _) = &mut self.clients[n];
        if client.is_disabled || !(disable || client.may_sign_out()) {
            return Ok(());
        }
        client.leave(&gate, disable, &mut self.counts).await
    }

    /// Whoever was disabled may enter again; a session of before stays ended.
    pub(super) async fn enable_again(&mut self) -> Result<(), Violation> {
        for (client, _) in &mut self.clients {
            if !client.is_disabled {
                continue;
            }
            let accounts = self.world.runtime().accounts();
            accounts
                .set_disabled(&client.actor.account, false)
                .await
                .map_err(|e| Violation::new(5, e.to_string()))?;
            let from = client.enabled();
            self.world.open_sessions(&client.actor, from).await;
        }
        Ok(())
    }

    /// Keeps a policy and adopts it; often it is the one that is adopted already, or that of before.
    pub(super) async fn adopt_policy(&mut self) -> Result<(), Violation> {
        let texts = texts();
        let text = &texts[self.chance.below(texts.len())];
        let kept = self
            .world
            .runtime()
            .keep_policy(&self.world.handle(), &admin(), text)
            .await;
        let policy_id = kept.map_err(|e| Violation::new(8, format!("no policy is kept: {e}")))?;
        self.counts.fault("policy changed in the night");
        let id = CommandId(self.generator.id());
        let command = Command::AdoptPolicy { policy_id };
        self.send(Submission::new(id, admin(), command)).await
    }
}
