//! How often each fault, each kind of event and each premise of a checker occurred: a checker that had nothing to check
//! has proved nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use model::event::Event;

/// Every fault that a night can have.
pub const FAULTS: [&str; 24] = [
    "commit refused by a full disk",
    "commit failed",
    "commit done, answer lost",
    "commit not done, answer lost",
    "commit slow",
    "read of the disk failed",
    "snapshot not kept",
    "crash before a commit",
    "crash after a commit, before its answer",
    "crash with a command waiting",
    "crash at rest",
    "stop in order",
    "command repeated",
    "command repeated with other content",
    "same command twice at once",
    "commands out of order",
    "sender gone before the answer",
    "clock set forward",
    "clock set back",
    "reader slow",
    "reader cut",
    "reader signed out",
    "reader's account disabled",
    "policy changed in the night",
];

/// Every premise of a checker.
pub const PREMISES: [&str; 24] = [
    "1 active case looked at",
    "1 timer fired in time",
    "2 acknowledged department left alone",
    "2 other department still asked",
    "3 acknowledgement after the end",
    "4 case closed with calls queued",
    "4 closed without an answer",
    "5 personal read refused",
    "5 personal read given",
    "5 frame without personal words",
    "5 street sees its own only",
    "5 feed closed by a sign-out",
    "5 feed closed by a disabled account",
    "5 ended session refused",
    "5 read by a patrol off duty refused",
    "6 offer seen in time",
    "6 offer lapsed and went on",
    "7 picture compared",
    "7 picture compared after a resume",
    "8 accepted command found",
    "8 repeat answered as before",
    "9 figure compared with its cases",
    "9 figure counted again by hand",
    "10 replay compared",
];

/// Premises that need more than one start or rare things; counted over all seeds like the others.
pub const RARE: [&str; 3] = [
    "10 replay from a snapshot",
    "10 replay without keys",
    "8 notice tried again",
];

/// What occurred.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Faults by name.
    pub faults: BTreeMap<&'static str, u64>,
    /// Premises by name.
    pub premises: BTreeMap<&'static str, u64>,
    /// Events by kind.
    pub kinds: BTreeMap<&'static str, u64>,
    /// Commands handed in, by name: accepted, refused, not answered.
    pub commands: BTreeMap<String, [u64; 3]>,
    /// Commands handed in.
    pub n_commands: u64,
    /// Seeds.
    pub n_seeds: u64,
}

impl Counts {
    /// A fault occurred.
    pub fn fault(&mut self, name: &'static str) {
        *self.faults.entry(name).or_default() += 1;
    }

    /// A checker had something to check.
    pub fn premise(&mut self, name: &'static str) {
        *self.premises.entry(name).or_default() += 1;
    }

    /// Adds what occurred in another night.
    pub fn add(&mut self, other: &Self) {
        let sum = |to: &mut BTreeMap<&'static str, u64>, from: &BTreeMap<&'static str, u64>| {
            for (name, n) in from {
                *to.entry(*name).or_default() += n;
            }
        };
        sum(&mut self.faults, &other.faults);
        sum(&mut self.premises, &other.premises);
        sum(&mut self.kinds, &other.kinds);
        for (name, ends) in &other.commands {
            let to = self.commands.entry(name.clone()).or_default();
            for (to, from) in to.iter_mut().zip(ends) {
                *to += from;
            }
        }
        self.n_commands += other.n_commands;
        self.n_seeds += other.n_seeds;
    }

    /// What should have occurred and did not.
    pub fn missing(&self) -> Vec<&'static str> {
        let none = |map: &BTreeMap<&'static str, u64>, name: &&'static str| {
            map.get(*name).copied().unwrap_or_default() == 0
        };
        let faults = FAULTS.into_iter().filter(|name| none(&self.faults, name));
        let premises = PREMISES
            .into_iter()
            .chain(RARE)
            .filter(|name| none(&self.premises, name));
        let kinds = Event::KINDS
            .iter()
            .copied()
            .filter(|name| none(&self.kinds, name));
        faults.chain(premises).chain(kinds).collect()
    }

    /// The table that a run ends with.
    pub fn table(&self) -> String {
        let mut text = String::new();
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{} seeds, {} commands", self.n_seeds, self.n_commands);
        let _ = writeln!(text, "\ncommands: accepted, refused, not answered");
        for (name, [accepted, refused, unanswered]) in &self.commands {
            let _ = writeln!(text, "{accepted:>9} {refused:>8} {unanswered:>7}  {name}");
        }
        let part = |text: &mut String,
                    title: &str,
                    names: &[&'static str],
                    map: &BTreeMap<&'static str, u64>| {
            let _ = writeln!(text, "\n{title}");
            for name in names {
                let n = map.get(name).copied().unwrap_or_default();
                let _ = writeln!(text, "{n:>9}  {name}");
            }
        };
        part(&mut text, "faults", &FAULTS, &self.faults);
        let premises: Vec<&'static str> = PREMISES.into_iter().chain(RARE).collect();
        part(
            &mut text,
            "premises of the checkers",
            &premises,
            &self.premises,
        );
        part(&mut text, "kinds of events", Event::KINDS, &self.kinds);
        text
    }
}
