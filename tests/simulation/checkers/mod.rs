//! The ten promises, each checked on what was committed and on what the program says.

mod accepted;
mod by_hand;
mod closing;
mod departments;
mod figures;
mod owner;
mod personal;
mod replay;
mod tasks;

use dispatch::{State, Tables};
use model::codec;
use model::event::{NewEvent, RecordedEvent};
use model::id::{AccountName, CommandId, DistrictId, PolicyId};
use model::time::Instant;

use journal::journal::Journal;
use journal::row::Row;

use crate::counts::Counts;
use crate::generator::SECRET;
use crate::violation::Violation;
use crate::world::{DISTRICT, Try, World};

pub use accepted::Ledger;
pub use figures::check as check_figures;
pub use personal::check_read;
pub use replay::check_all;

/// Rows of one command that stand together, with the state before and after them.
pub struct Group<'a> {
    /// Before.
    pub before: &'a Tables,
    /// Its events.
    pub events: &'a [RecordedEvent],
    /// After.
    pub after: &'a Tables,
}

/// Reads what was committed and judges it as it comes.
pub struct Watch {
    /// Folded from the rows alone, without a key.
    pub state: State,
    n_seen: u64,
    is_verbose: bool,
    departments: departments::Watch,
    closing: closing::Watch,
    tasks: tasks::Watch,
    /// What was handed in and what came of it.
    pub ledger: Ledger,
}

impl Watch {
    /// Before anything was committed.
    pub fn new(is_verbose: bool) -> Self {
        Self {
            is_verbose,
            state: State::from_tables(Tables::empty(
                DistrictId::from(DISTRICT),
                PolicyId::from("none"),
            )),
            n_seen: 0,
            departments: departments::Watch::default(),
            closing: closing::Watch::default(),
            tasks: tasks::Watch::default(),
            ledger: Ledger::default(),
        }
    }

    /// Reads on in the journal.
    pub async fn read_on(&mut self, world: &World, counts: &mut Counts) -> Result<(), Violation> {
        let rows = world
            .disk
            .read(DISTRICT, self.n_seen, 1_000_000)
            .await
            .map_err(|fault| Violation::new(8, fault.to_string()))?;
        let events = rows
            .iter()
            .map(event_of)
            .collect::<Result<Vec<RecordedEvent>, Violation>>()?;
        for group in events.chunk_by(|a, b| a.new.command_id == b.new.command_id) {
            let before = self.state.tables.clone();
            for event in group {
                dispatch::apply(&mut self.state, event);
                *counts.kinds.entry(event.new.event.kind()).or_default() += 1;
                if self.is_verbose {
                    println!(
                        "{} {} {}: {:?}",
                        event.seq, event.at, event.new.actor, event.new.event
                    );
                }
                self.n_seen = event.seq;
            }
            let group = Group {
                before: &before,
                events: group,
                after: &self.state.tables,
            };
            self.departments.look(&group, counts)?;
            self.closing.look(&group, counts)?;
            self.tasks.look(&group, counts)?;
            self.ledger.look(&group)?;
        }
        Ok(())
    }

    /// Judges the state when nothing waits and nothing fails: `tables` is what the program has published.
    pub fn at_rest(
        &mut self,
        tables: &Tables,
        now: Instant,
        tries: &[Try],
        counts: &mut Counts,
    ) -> Result<(), Violation> {
        if tables.head != self.state.tables.head {
            return Err(Violation::new(
                8,
                format!(
                    "the program shows {} and the disk has {}",
                    tables.head, self.state.tables.head
                ),
            ));
        }
        owner::check(tables, now, counts)?;
        self.departments.at_rest(tables, now, counts)?;
        closing::at_rest(tables)?;
        tasks::at_rest(tables, now)?;
        self.ledger.at_rest(counts)?;
        self.closing.tries(tries, counts)?;
        Ok(())
    }
}

fn event_of(row: &Row) -> Result<RecordedEvent, Violation> {
    let body = codec::decode(&row.entry.kind, row.entry.version, &row.entry.body)
        .map_err(|fault| Violation::new(8, fault.to_string()))?;
    if std::str::from_utf8(&row.entry.body).is_ok_and(|text| text.contains(SECRET)) {
        return Err(Violation::new(
            5,
            format!("row {} holds personal words in plain", row.seq),
        ));
    }
    Ok(RecordedEvent {
        district: DistrictId(row.district.clone()),
        seq: row.seq,
        at: Instant::from_ms(row.entry.at_ms),
        new: NewEvent {
            command_id: CommandId(row.entry.command_id),
            recorded_at: body.recorded_at,
            content_tag: body.content_tag,
            actor: AccountName(row.entry.actor.clone()),
            policy_id: PolicyId(row.entry.policy_id.clone()),
            drill: row.entry.drill,
            event: body.event,
            details: model::details::Details::new(),
        },
    })
}
