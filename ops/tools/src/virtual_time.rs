//! `lamplighter simulate`: the same core in virtual time over a recorded or invented night. Inputs in the order of
//! their time, due timers fired between them at their own time, people that act as the seed says. One input and one
//! seed give one journal, one set of figures and one hash.

mod city;
mod crew;
mod dice;
mod inputs;
mod keeping;
mod outcomes;
pub mod weather;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use journal::store::StoreWrite;
use model::actor::Actor;
use model::command::Command;
use model::event::RecordedEvent;
use model::time::{Instant, Span};
use serde::Serialize;

use crate::export::statistics::{Header, write_figures};
use crate::fault::ToolFault;
use crate::import::ImportOptions;
use crate::import::boundaries::hash_of;
use crate::import::report::ImportReport;
use city::City;
use crew::{Crew, command_desk};
use inputs::{Happening, Inputs};
use keeping::Keeping;

/// Events that are committed together.
const N_EVENTS_A_COMMIT: usize = 2_048;
/// Steps of one night; more are a loop, which would be a mistake of the core.
const N_STEPS_MAX: u64 = 50_000_000;

/// Who acts in a night beside those who report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Acting {
    /// Patrols, departments and receivers, as simple as they can be.
    #[default]
    Everybody,
    /// Nobody: what the rules alone do.
    Nobody,
}

/// What a virtual night is made of.
#[derive(Clone, Debug)]
pub struct NightOptions {
    /// Reports: CSV or GeoJSON points, as `import sightings` reads them.
    pub reports: PathBuf,
    /// Signals and forecasts: JSON or CSV.
    pub weather: Option<PathBuf>,
    /// Patrols.
    pub units: Option<PathBuf>,
    /// Departments beside those of the preset.
    pub departments: Option<PathBuf>,
    /// The gazetteer.
    pub places: Option<PathBuf>,
    /// Stations and shelters.
    pub resources: Option<PathBuf>,
    /// Outlines of the streets.
    pub boundaries: Option<PathBuf>,
    /// Another policy than the shipped one.
    pub policy: Option<PathBuf>,
    /// `putuo` or `none`.
    pub preset: String,
    /// What chance follows from.
    pub seed: u64,
    /// Where journal and figures are written.
    pub out: PathBuf,
    /// Foreign column names, bad rows, and the coordinate system of the reports.
    pub import: ImportOptions,
    /// Who acts.
    pub acting: Acting,
    /// How long the night goes on after the last thing that was recorded.
    pub run_on: Span,
}

impl NightOptions {
    /// A night of reports alone, in Putuo, going on for a day.
    pub fn new(reports: PathBuf, out: PathBuf) -> Self {
        Self {
            reports,
            weather: None,
            units: None,
            departments: None,
            places: None,
            resources: None,
            boundaries: None,
            policy: None,
            preset: "putuo".to_owned(),
            seed: 1,
            out,
            import: ImportOptions::default(),
            acting: Acting::default(),
            run_on: Span::from_days(1),
        }
    }
}

/// What a night came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Night {
    /// The district.
    pub district: String,
    /// The policy.
    pub policy_id: String,
    /// The seed.
    pub seed: u64,
    /// The first thing that was recorded.
    pub from: Instant,
    /// The end.
    pub to: Instant,
    /// Reports taken.
    pub n_reports: u64,
    /// Signals taken.
    pub n_signals: u64,
    /// Events in the journal.
    pub n_events: u64,
    /// Timers that fired.
    pub n_timers: u64,
    /// Cases, by their state at the end.
    pub cases: BTreeMap<String, u64>,
    /// Events by kind.
    pub events: BTreeMap<String, u64>,
    /// What people did.
    pub done: BTreeMap<String, u64>,
    /// What the rules refused.
    pub refusals: BTreeMap<String, u64>,
    /// What reading the files found.
    #[serde(skip)]
    pub files: Vec<ImportReport>,
    /// Where the journal ends.
    pub head: String,
    /// The hash over everything but details that may be erased: the same for the same input and seed.
    pub state_hash: String,
}

impl Night {
    /// For people; the last word is the state hash.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for report in &self.files {
            for problem in &report.problems {
                let _ = writeln!(text, "{}: {problem}", report.kind);
            }
        }
        let _ = writeln!(
            text,
            "{} · {} · seed {}\n{} – {}\n报告 / reports {}, 气象 / signals {}, 定时 / timers {}, 事件 / events {}",
            self.district,
            self.policy_id,
            self.seed,
            self.from,
            self.to,
            self.n_reports,
            self.n_signals,
            self.n_timers,
            self.n_events
        );
        for (title, counts) in [
            ("个案 / cases", &self.cases),
            ("行动 / done", &self.done),
            ("被拒 / refused", &self.refusals),
        ] {
            let said: Vec<String> = counts
                .iter()
                .map(|(word, n)| format!("{word} {n}"))
                .collect();
            let _ = writeln!(text, "{title}: {}", said.join(", "));
        }
        let _ = writeln!(text, "journal head {}", self.head);
        let _ = writeln!(text, "state {}", self.state_hash);
        text
    }
}

/// Plays a night and keeps it.
///
/// # Errors
/// [`ToolFault::UsedWrongly`] when a file is not in order (with its report), [`ToolFault::Refused`] when background
/// does not fit together, faults of files and disk.
pub async fn run(options: &NightOptions) -> Result<Night, ToolFault> {
    let inputs = inputs::read(options)?;
    let (Some((from, _)), Some((last, _))) = (inputs.happenings.first(), inputs.happenings.last())
    else {
        return Err(ToolFault::UsedWrongly("nothing was recorded".to_owned()));
    };
    let (from, until) = (*from, *last + options.run_on);
    let district = inputs.preset.district.as_str();
    let mut keeping = Keeping::begin(&options.out, district, options.seed, texts(&inputs)).await?;
    let mut play = Play {
        city: City::new(
            &inputs.preset.district,
            Arc::clone(&inputs.policy),
            options.seed,
        ),
        crew: Crew::new(options.seed),
        acting: options.acting,
        counts: BTreeMap::new(),
        n_reports: 0,
        n_signals: 0,
    };
    play.begin(&inputs, from)?;
    play.through(&inputs, until, &mut keeping).await;
    let night = play.night(&inputs, options, (from, until), keeping).await?;
    let json = serde_json::to_string_pretty(&night).map_err(ToolFault::writing("the summary"))?;
    keeping::write(&options.out.join("summary.json"), &format!("{json}\n"))?;
    Ok(night)
}

fn texts(inputs: &Inputs) -> Vec<StoreWrite> {
    let mut writes = vec![
        StoreWrite::PutPolicy {
            content_hash: hash_of(inputs.policy.text()),
            text: inputs.policy.text().to_owned(),
        },
        StoreWrite::PutSetting {
            name: "preset".to_owned(),
            value: inputs.preset.name.clone(),
        },
    ];
    if let Some((set, _)) = &inputs.boundaries {
        writes.push(StoreWrite::PutBoundaries {
            content_hash: set.content_hash.clone(),
            text: set.text.clone(),
        });
    }
    writes
}

/// A night under way.
struct Play {
    city: City,
    crew: Crew,
    acting: Acting,
    counts: BTreeMap<String, u64>,
    n_reports: u64,
    n_signals: u64,
}

/// What comes next.
enum Next {
    Timer,
    Recorded,
    Person,
}

impl Play {
    /// Adopts policy and background, a moment before the first thing that was recorded.
    fn begin(&mut self, inputs: &Inputs, from: Instant) -> Result<(), ToolFault> {
        self.city.now = from;
        let adopt = Command::AdoptPolicy {
            policy_id: inputs.policy.id().clone(),
        };
        for command in std::iter::once(&adopt).chain(&inputs.background) {
            let id = self.city.next_id();
            let events = self
                .city
                .submit(id, Actor::system(), BTreeSet::new(), command.clone())
                .map_err(|refusal| ToolFault::Refused {
                    what: "the background".to_owned(),
                    refusal,
                })?;
            self.saw(&events);
        }
        let coverage = inputs.boundaries.as_ref().map(|(_, coverage)| coverage);
        self.city.areas = inputs::areas_of(coverage, &self.city.state.tables);
        Ok(())
    }

    async fn through(&mut self, inputs: &Inputs, until: Instant, keeping: &mut Keeping) {
        let mut recorded = inputs.happenings.iter().peekable();
        for _ in 0..N_STEPS_MAX {
            let due = self.city.next_due();
            let timer_at = due.as_ref().map(|(due, _)| (*due).max(self.city.now));
            let recorded_at = recorded.peek().map(|(at, _)| *at);
            let next = soonest(timer_at, recorded_at, self.crew.next_at(), until);
            let events = match (next, due) {
                (None, _) | (Some(Next::Timer), None) => break,
                (Some(Next::Timer), Some((due, timer))) => self.city.fire(due, timer),
                (Some(Next::Recorded), _) => match recorded.next() {
                    Some((at, happening)) => self.take(*at, happening, keeping),
                    None => break,
                },
                (Some(Next::Person), _) => self.crew.act(&mut self.city),
            };
            self.saw(&events);
            if self.city.unkept.len() >= N_EVENTS_A_COMMIT {
                keeping.commit(std::mem::take(&mut self.city.unkept)).await;
            }
        }
        self.city.now = self.city.now.max(until);
        keeping.commit(std::mem::take(&mut self.city.unkept)).await;
    }

    fn take(
        &mut self,
        at: Instant,
        happening: &Happening,
        keeping: &mut Keeping,
    ) -> Vec<Arc<RecordedEvent>> {
        self.city.now = self.city.now.max(at);
        match happening {
            Happening::Weather(signal) => {
                self.n_signals += 1;
                let id = self.city.next_id();
                let command = Command::ReceiveSignal((**signal).clone());
                self.city
                    .submit(id, command_desk(), BTreeSet::new(), command)
                    .unwrap_or_default()
            }
            Happening::Report(order) => {
                self.n_reports += 1;
                let kinds = order.personal.iter().map(|field| field.kind).collect();
                let taken =
                    self.city
                        .submit(order.id, command_desk(), kinds, order.command.clone());
                match taken {
                    Ok(events) => {
                        keeping.keep_personal(&order.personal);
                        events
                    }
                    // Counted by the city; a night goes on.
                    Err(_) => Vec::new(),
                }
            }
        }
    }

    fn saw(&mut self, events: &[Arc<RecordedEvent>]) {
        for event in events {
            *self
                .counts
                .entry(event.new.event.kind().to_owned())
                .or_default() += 1;
        }
        match self.acting {
            Acting::Everybody => self.crew.see(events),
            Acting::Nobody => {}
        }
    }

    async fn night(
        self,
        inputs: &Inputs,
        options: &NightOptions,
        (from, to): (Instant, Instant),
        keeping: Keeping,
    ) -> Result<Night, ToolFault> {
        let head = keeping.end().await?;
        let tables = &self.city.state.tables;
        let mut cases: BTreeMap<String, u64> = BTreeMap::new();
        for case in tables.cases.values() {
            let word = if case.merged_into.is_some() {
                "merged"
            } else {
                case.state.as_str()
            };
            *cases.entry(word.to_owned()).or_default() += 1;
        }
        let mut figures = Vec::new();
        write_figures(
            &self.city.state,
            &self.city.policies,
            Header::First,
            &mut figures,
        )?;
        keeping::write_bytes(&options.out.join("figures.csv"), &figures)?;
        let hash = self
            .city
            .state
            .hash()
            .map_err(ToolFault::writing("the state"))?;
        Ok(Night {
            district: tables.district.to_string(),
            policy_id: inputs.policy.id().to_string(),
            seed: options.seed,
            from,
            to,
            n_reports: self.n_reports,
            n_signals: self.n_signals,
            n_events: tables.head,
            n_timers: self.city.n_timers,
            cases,
            events: self.counts,
            done: owned(self.crew.done),
            refusals: self
                .city
                .refusals
                .into_iter()
                .map(|(code, n)| (code.as_str().to_owned(), n))
                .collect(),
            files: inputs.reports.clone(),
            head: head.to_string(),
            state_hash: hex(&hash),
        })
    }
}

fn owned(counts: BTreeMap<&'static str, u64>) -> BTreeMap<String, u64> {
    counts
        .into_iter()
        .map(|(word, n)| (word.to_owned(), n))
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// What comes next and when, not later than the end. At one moment timers come first, then what was recorded.
fn soonest(
    timer: Option<Instant>,
    recorded: Option<Instant>,
    person: Option<Instant>,
    until: Instant,
) -> Option<Next> {
    [
        (timer, 0_u8, Next::Timer),
        (recorded, 1, Next::Recorded),
        (person, 2, Next::Person),
    ]
    .into_iter()
    .filter_map(|(at, rank, next)| at.filter(|at| *at <= until).map(|at| (at, rank, next)))
    .min_by_key(|(at, rank, _)| (*at, *rank))
    .map(|(_, _, next)| next)
}
