//! One night of one seed: people do things, time passes, the program stops and starts, and now and then everything is
//! looked at.

mod rights;

use std::time::Duration;

use dispatch::testing;
use journal::faulty::Injection;
use model::command::Command;
use model::time::Span;
use runtime::config::Planted;
use runtime::submission::{Answer, Submission, SubmitError};
use tokio::task::JoinHandle;

use crate::chance::Chance;
use crate::checkers::{self, Watch};
use crate::clients::Client;
use crate::counts::Counts;
use crate::generator::{Generator, name_of};
use crate::violation::Violation;
use crate::world::{World, lock};

/// Commands of one night, repeats and all.
const N_COMMANDS: u64 = 510;
/// How many commands back a repeat may reach.
const N_REMEMBERED: usize = 150;
/// Steps between two looks of the checkers.
const LOOK_EVERY: u64 = 120;

/// What is planted in a night, if anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// One of the runtime's.
    Runtime(Planted),
    /// One acknowledgement silences all.
    OneSilencesAll,
    /// Figures count a survivor without what was merged into it.
    FiguresForgetMerged,
}

type Waiting = (Submission, JoinHandle<Result<Answer, SubmitError>>);

struct Night {
    world: World,
    watch: Watch,
    generator: Generator,
    chance: Chance,
    clients: Vec<(Client, Habit)>,
    counts: Counts,
    remembered: Vec<Submission>,
    /// Whether the end is compared with a start from every snapshot and from none, or only from the newest.
    from_every_snapshot: bool,
    held: Vec<Submission>,
    waiting: Vec<Waiting>,
    is_verbose: bool,
    started: std::time::Instant,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Habit {
    Quick,
    Slow,
    Cut,
}

/// Plays the night of a seed. Needs a paused clock.
pub async fn play(
    seed: u64,
    mistake: Option<Mistake>,
    is_verbose: bool,
) -> (Counts, Result<(), Violation>) {
    dispatch::planted::let_one_silence_all(mistake == Some(Mistake::OneSilencesAll));
    dispatch::planted::let_figures_forget(mistake == Some(Mistake::FiguresForgetMerged));
    let planted = match mistake {
        Some(Mistake::Runtime(planted)) => Some(planted),
        Some(Mistake::OneSilencesAll | Mistake::FiguresForgetMerged) | None => None,
    };
    let everything = if seed.is_multiple_of(2) {
        Habit::Cut
    } else {
        Habit::Slow
    };
    let mut actors = match seed % 4 {
        0 => vec![
            (testing::command_desk(), everything),
            (testing::patrol(1), Habit::Quick),
        ],
        1 => vec![
            (testing::street_duty(0), Habit::Cut),
            (testing::department("police"), Habit::Slow),
        ],
        2 => vec![
            (testing::command_desk(), everything),
            (testing::street_duty(0), Habit::Slow),
        ],
        _ => vec![
            (testing::patrol(1), Habit::Cut),
            (testing::department("rescue_station"), Habit::Cut),
        ],
    };
    if seed % 3 > 0 {
        // One reader alone is quicker to play; which of the two changes.
        actors.remove(usize::from(seed % 3 > 1));
    }
    let generator = Generator::new(seed);
    let mut night = Night {
        world: World::new(seed, planted).await,
        watch: Watch::new(is_verbose),
        chance: Chance::new(seed, 20),
        clients: actors
            .into_iter()
            .map(|(actor, habit)| (Client::new(generator.near(actor)), habit))
            .collect(),
        generator,
        counts: Counts::default(),
        remembered: Vec::new(),
        from_every_snapshot: seed.is_multiple_of(8),
        held: Vec::new(),
        waiting: Vec::new(),
        is_verbose,
        started: std::time::Instant::now(),
    };
    let end = night.run().await;
    let mut counts = night.counts;
    let faults = lock(&night.world.faults).counts.clone();
    counts.add(&faults);
    counts.n_seeds = 1;
    (counts, end)
}

impl Night {
    async fn run(&mut self) -> Result<(), Violation> {
        for (client, _) in &self.clients {
            self.world.admit(&client.actor).await;
        }
        self.world.start().await?;
        self.world.set_calm(false);
        self.world.report_positions();
        let mut next_look = LOOK_EVERY;
        while self.counts.n_commands < N_COMMANDS {
            self.step().await?;
            if self.counts.n_commands >= next_look {
                next_look = self.counts.n_commands + LOOK_EVERY;
                self.look().await?;
            }
        }
        // Whatever was begun comes to its first deadlines.
        self.world.set_calm(true);
        tokio::time::sleep(Duration::from_mins(80)).await;
        self.look().await?;
        self.watch.read_on(&self.world, &mut self.counts).await?;
        let live = self.world.handle().read().tables().clone();
        self.world.crash().await;
        self.say("the night is over");
        checkers::check_all(
            &self.world,
            &live,
            &self.watch.state,
            self.from_every_snapshot,
            &mut self.counts,
        )
        .await
    }

    fn say(&self, what: &str) {
        if self.is_verbose {
            println!("{what}, after {:?}", self.started.elapsed());
        }
    }

    async fn step(&mut self) -> Result<(), Violation> {
        match self.chance.weighted(&[
            (1000, 0),
            (30, 1),
            (30, 2),
            (25, 3),
            (25, 4),
            (50, 5),
            (25, 6),
            (8, 7),
            (30, 8),
            (4, 9),
            (2, 10),
        ]) {
            0 => {
                if let Some(submission) = self.draw() {
                    self.send(submission).await?;
                }
            }
            1 => self.repeat().await?,
            2 => self.other_content().await?,
            3 => self.twice_at_once().await?,
            4 => {
                if let Some(submission) = self.draw() {
                    self.held.push(submission);
                }
            }
            5 => self.several_at_once().await?,
            6 => {
                if let Some(submission) = self.draw() {
                    self.without_waiting(submission);
                }
            }
            7 => self.restart().await?,
            8 => self.cut(),
            9 => self.end_rights().await?,
            _ => self.adopt_policy().await?,
        }
        if !self.held.is_empty() && self.chance.permille(150) {
            let submission = self.held.swap_remove(0);
            self.counts.fault("commands out of order");
            self.send(submission).await?;
        }
        self.pass_time().await;
        let gate = self.world.gate();
        for (client, habit) in &mut self.clients {
            if *habit != Habit::Slow && self.chance.permille(60) {
                client.read(&gate, &mut self.counts).await?;
            }
        }
        Ok(())
    }

    fn draw(&mut self) -> Option<Submission> {
        let view = self.world.handle().read();
        self.generator.next(view.tables(), view.now)
    }

    fn remember(&mut self, submission: &Submission) {
        self.counts.n_commands += 1;
        self.watch.ledger.hand_in(submission);
        if self.remembered.len() >= N_REMEMBERED {
            self.remembered.remove(0);
        }
        self.remembered.push(submission.clone());
    }

    async fn send(&mut self, submission: Submission) -> Result<(), Violation> {
        if let Command::ReadPersonal { .. } = submission.command {
            return self.read_personal(submission).await;
        }
        self.remember(&submission);
        let answer = self.world.handle().submit(submission.clone()).await;
        self.heard(&submission, &answer)
    }

    fn heard(
        &mut self,
        submission: &Submission,
        answer: &Result<Answer, SubmitError>,
    ) -> Result<(), Violation> {
        let ends = self
            .counts
            .commands
            .entry(name_of(&submission.command))
            .or_default();
        match answer {
            Ok(_) => ends[0] += 1,
            Err(SubmitError::Refused(_)) => ends[1] += 1,
            Err(SubmitError::Unavailable(_)) => ends[2] += 1,
        }
        if self.is_verbose {
            let end = match answer {
                Ok(answer) => format!("{} first: {}", answer.seq, answer.first_time),
                Err(error) => format!("{error}"),
            };
            println!(
                "{} {} {:?} -> {end}",
                self.world.handle().now(),
                submission.actor.account,
                submission.command
            );
        }
        self.watch
            .ledger
            .answered(submission, answer, false, &mut self.counts)
    }

    async fn read_personal(&mut self, submission: Submission) -> Result<(), Violation> {
        let Command::ReadPersonal { case_id, purpose } = submission.command else {
            return Ok(());
        };
        self.counts.n_commands += 1;
        let handle = self.world.handle();
        let before = handle.read().tables().clone();
        let answer = handle
            .read_personal(submission.id, submission.actor.clone(), case_id, purpose)
            .await;
        let after = handle.read().tables().clone();
        let ends = self
            .counts
            .commands
            .entry("read_personal".to_owned())
            .or_default();
        match &answer {
            Ok(_) => ends[0] += 1,
            Err(SubmitError::Refused(_)) => ends[1] += 1,
            Err(SubmitError::Unavailable(_)) => ends[2] += 1,
        }
        checkers::check_read(
            &before,
            &after,
            &submission.actor,
            case_id,
            purpose,
            &answer,
            &mut self.counts,
        )
    }

    async fn repeat(&mut self) -> Result<(), Violation> {
        if let Some(submission) = self.chance.one(self.remembered.iter().cloned()) {
            self.counts.fault("command repeated");
            self.send(submission).await?;
        }
        Ok(())
    }

    /// The same id with something else under it is refused once it was accepted.
    async fn other_content(&mut self) -> Result<(), Violation> {
        let known = self
            .remembered
            .iter()
            .filter(|submission| self.watch.ledger.is_committed(submission.id))
            // What it is changed to below would be the same content.
            .filter(|submission| !matches!(submission.command, Command::CheckIn))
            .cloned();
        let Some(mut other) = self.chance.one(known) else {
            return Ok(());
        };
        if let Command::ReportSighting(report) = &mut other.command {
            report.n_people += 1;
        } else {
            other.command = Command::CheckIn;
        }
        self.counts.fault("command repeated with other content");
        self.counts.n_commands += 1;
        match self.world.handle().submit(other.clone()).await {
            Ok(_) => Err(Violation::new(
                8,
                format!("{} was accepted with other content", other.id),
            )),
            Err(_) => Ok(()),
        }
    }

    async fn twice_at_once(&mut self) -> Result<(), Violation> {
        let Some(submission) = self.draw() else {
            return Ok(());
        };
        if matches!(submission.command, Command::ReadPersonal { .. }) {
            return self.send(submission).await;
        }
        self.counts.fault("same command twice at once");
        self.remember(&submission);
        let handle = self.world.handle();
        let (first, second) = tokio::join!(
            handle.submit(submission.clone()),
            handle.submit(submission.clone())
        );
        self.heard(&submission, &first)?;
        self.heard(&submission, &second)
    }

    async fn several_at_once(&mut self) -> Result<(), Violation> {
        let n = self.chance.few(2, 6);
        let drawn: Vec<Submission> = (0..n)
            .filter_map(|_| self.draw())
            .filter(|submission| !matches!(submission.command, Command::ReadPersonal { .. }))
            .collect();
        let handle = self.world.handle();
        for submission in &drawn {
            self.remember(submission);
        }
        let answers = futures_util::future::join_all(
            drawn
                .iter()
                .map(|submission| handle.submit(submission.clone())),
        )
        .await;
        for (submission, answer) in drawn.iter().zip(&answers) {
            self.heard(submission, answer)?;
        }
        Ok(())
    }

    /// Hands a command in and listens later, or never.
    fn without_waiting(&mut self, submission: Submission) {
        if matches!(submission.command, Command::ReadPersonal { .. }) {
            return;
        }
        self.remember(&submission);
        let handle = self.world.handle();
        let sent = submission.clone();
        let task = tokio::spawn(async move { handle.submit(sent).await });
        if self.chance.permille(300) {
            self.counts.fault("sender gone before the answer");
            self.watch.ledger.unheard(&submission);
        } else {
            self.waiting.push((submission, task));
        }
    }

    async fn restart(&mut self) -> Result<(), Violation> {
        self.enable_again().await?;
        let long = Duration::from_secs(20);
        let how = self.chance.below(5);
        if how < 3
            && let Some(submission) = self.draw()
        {
            self.without_waiting(submission);
        }
        match how {
            0 => {
                self.world.plan_next(Injection {
                    before: long,
                    ..Injection::default()
                });
                tokio::time::sleep(Duration::from_millis(300)).await;
                self.counts.fault("crash before a commit");
            }
            1 => {
                self.world.plan_next(Injection {
                    after: long,
                    ..Injection::default()
                });
                tokio::time::sleep(Duration::from_millis(300)).await;
                self.counts.fault("crash after a commit, before its answer");
            }
            2 => {
                for _ in 0..self.chance.below(4) {
                    tokio::task::yield_now().await;
                }
                self.counts.fault("crash with a command waiting");
            }
            3 => self.counts.fault("crash at rest"),
            _ => {
                self.counts.fault("stop in order");
                self.world.stop().await;
            }
        }
        self.world.crash().await;
        lock(&self.world.faults).next = None;
        for (client, _) in &mut self.clients {
            client.cut();
        }
        self.hear_all().await?;
        if self.is_verbose {
            println!("the program starts again after {how}");
        }
        self.world.start().await?;
        self.world.report_positions();
        Ok(())
    }

    fn cut(&mut self) {
        for (client, habit) in &mut self.clients {
            if *habit == Habit::Cut && client.is_open() && self.chance.permille(700) {
                self.counts.fault("reader cut");
                client.cut();
            }
        }
    }

    async fn hear_all(&mut self) -> Result<(), Violation> {
        for (submission, task) in std::mem::take(&mut self.waiting) {
            match task.await {
                Ok(answer) => {
                    self.watch
                        .ledger
                        .answered(&submission, &answer, true, &mut self.counts)?;
                }
                Err(_) => self.watch.ledger.unheard(&submission),
            }
        }
        Ok(())
    }

    async fn pass_time(&mut self) {
        let secs = |n: i64| Duration::from_secs(u64::try_from(n).unwrap_or(0));
        match self
            .chance
            .weighted(&[(500, 0), (390, 1), (60, 2), (3, 3), (3, 4), (6, 5)])
        {
            0 => {}
            1 => tokio::time::sleep(secs(self.chance.between(1, 30))).await,
            2 => tokio::time::sleep(secs(self.chance.between(60, 360))).await,
            3 => tokio::time::sleep(secs(self.chance.between(1800, 7200))).await,
            4 => {
                self.counts.fault("clock set forward");
                let by = Span::from_mins(self.chance.between(10, 180));
                self.world.clock.jump(by);
                tokio::time::sleep(secs(31)).await;
            }
            _ => {
                self.counts.fault("clock set back");
                self.world
                    .clock
                    .jump(Span::from_mins(-self.chance.between(1, 20)));
            }
        }
        if self.chance.permille(40) {
            self.world.report_positions();
        }
    }

    /// Everything comes to rest, and every promise is looked at.
    async fn look(&mut self) -> Result<(), Violation> {
        let calm = self.world.set_calm(true);
        self.say("the checkers look");
        tokio::time::sleep(Duration::from_secs(40)).await;
        self.hear_all().await?;
        let handle = self.world.handle();
        if !handle.is_ready() {
            return Err(Violation::new(
                8,
                "the program does not come back although the disk is well",
            ));
        }
        self.watch.read_on(&self.world, &mut self.counts).await?;
        let view = handle.read();
        let tries = lock(&self.world.tries).clone();
        self.watch
            .at_rest(view.tables(), view.now, &tries, &mut self.counts)?;
        checkers::check_figures(&view, &self.watch.state.tables, &mut self.counts)?;
        let refused = handle.metrics().n_timers_refused.get();
        if refused > 0 {
            return Err(Violation::new(1, format!("{refused} timers were refused")));
        }
        self.say("the readers are compared");
        let gate = self.world.gate();
        for (client, _) in &mut self.clients {
            if client.is_disabled {
                continue;
            }
            for _ in 0..5 {
                let seq = handle.read().seq();
                tokio::time::sleep(Duration::from_millis(150)).await;
                client.read_all(&gate, &mut self.counts).await?;
                if handle.read().seq() == seq {
                    client.check(&gate, &mut self.counts)?;
                    break;
                }
            }
        }
        self.say("they have looked");
        self.world.set_calm(calm);
        Ok(())
    }
}
