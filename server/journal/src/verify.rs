//! Verifying a journal: every row, every link, every anchor. Names what is damaged and goes on.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::anchor::{Anchor, Line, Signer};
use crate::chain::{self, Break};
use crate::fault::Fault;
use crate::journal::Journal;
use crate::row::{Head, Row, RowHash};

/// How many rows are read at once.
const N_ROWS_A_READ: u32 = 1024;
/// How many damages are named; more are only counted.
const N_DAMAGES_NAMED: usize = 100;

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "damage", rename_all = "snake_case")]
pub enum Damage {
    /// The row's content is not what its hash was made of.
    RowChanged {
        /// The row.
        seq: u64,
    },
    /// The row cannot be read at all.
    RowUnreadable {
        /// The row.
        seq: u64,
        /// What is wrong with it.
        what: String,
    },
    /// Rows are missing in the middle.
    RowsMissing {
        /// The first missing row.
        first_seq: u64,
        /// The last missing row.
        last_seq: u64,
    },
    /// The row is whole but was written after another one: what stands before it was replaced.
    RowReplacedBefore {
        /// The row.
        seq: u64,
    },
    /// An anchor, or the head that was given, lies beyond the last row: the end was cut off.
    TailCut {
        /// The last row that is there.
        last_seq: u64,
        /// The row that was once the last.
        anchored_seq: u64,
    },
    /// The anchored row is there with another hash: the chain was replaced up to there.
    ChainReplaced {
        /// The row.
        seq: u64,
        /// The hash it had.
        anchored_hash: RowHash,
    },
    /// An anchor that the installation key did not sign.
    AnchorForged {
        /// The district it names.
        district: String,
        /// The row it names.
        seq: u64,
    },
    /// A line of the anchor file that is no anchor.
    AnchorUnreadable {
        /// Its number, from one.
        n_line: usize,
    },
}

/// What a district's journal is verified against, beside itself.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    heads: BTreeMap<String, BTreeSet<(u64, RowHash)>>,
    n_torn: usize,
    damages: Vec<Damage>,
}

impl Evidence {
    /// Judges the lines of an anchor file. What the key did not sign is damage and proves nothing.
    pub fn of_anchors(signer: &dyn Signer, lines: Vec<Line>) -> Self {
        let mut evidence = Self::default();
        for (n, line) in lines.into_iter().enumerate() {
            match line {
                Line::Anchor(anchor) if anchor.is_signed_by(signer) => {
                    evidence.add(&anchor.district, anchor.head());
                }
                Line::Anchor(Anchor { district, seq, .. }) => {
                    evidence
                        .damages
                        .push(Damage::AnchorForged { district, seq });
                }
                Line::NoAnchor => evidence
                    .damages
                    .push(Damage::AnchorUnreadable { n_line: n + 1 }),
                Line::Torn => evidence.n_torn += 1,
            }
        }
        evidence
    }

    /// Adds a head that somebody has kept: on paper, in a mail, in another system.
    pub fn add(&mut self, district: &str, head: Head) {
        self.heads
            .entry(district.to_owned())
            .or_default()
            .insert((head.seq, head.hash));
    }

    /// What is wrong with the evidence itself.
    pub fn damages(&self) -> &[Damage] {
        &self.damages
    }

    /// Districts that the evidence names, whether they have a journal or not.
    pub fn districts(&self) -> impl Iterator<Item = &str> {
        self.heads.keys().map(String::as_str)
    }

    /// How many lines were begun and never finished. A crash leaves such a line; it proves nothing.
    pub fn n_torn(&self) -> usize {
        self.n_torn
    }
}

/// What was found in one district's journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The district.
    pub district: String,
    /// Where its journal ends.
    pub head: Head,
    /// How many rows were read.
    pub n_rows: u64,
    /// How many anchored heads were compared.
    pub n_heads_compared: usize,
    /// How many damages were found.
    pub n_damages: usize,
    /// The first hundred of them, in the order of their rows.
    pub damages: Vec<Damage>,
}

impl Report {
    /// Whether everything is as it was written.
    pub fn is_whole(&self) -> bool {
        self.n_damages == 0
    }

    fn add(&mut self, damage: Damage) {
        self.n_damages += 1;
        if self.damages.len() < N_DAMAGES_NAMED {
            self.damages.push(damage);
        }
    }
}

/// Verifies one district's journal from its beginning to its end.
///
/// # Errors
/// Faults of the disk; a damage is no error but stands in the report.
pub async fn verify(
    journal: &dyn Journal,
    district: &str,
    evidence: &Evidence,
) -> Result<Report, Fault> {
    let none = BTreeSet::new();
    let heads = evidence.heads.get(district).unwrap_or(&none);
    let head = chain::start(district);
    let mut walk = Walk {
        report: Report {
            district: district.to_owned(),
            head,
            n_rows: 0,
            n_heads_compared: heads.len(),
            n_damages: 0,
            damages: Vec::new(),
        },
        heads,
        last_seq: 0,
        last_hash: Some(head.hash),
    };
    walk.compare(head);
    walk.all(journal, district).await?;
    walk.beyond_the_end();
    Ok(walk.report)
}

/// Verifies every district that has a journal or that the evidence names.
///
/// # Errors
/// Faults of the disk.
pub async fn verify_all(journal: &dyn Journal, evidence: &Evidence) -> Result<Vec<Report>, Fault> {
    let mut districts: BTreeSet<String> = journal.districts().await?.into_iter().collect();
    districts.extend(evidence.districts().map(str::to_owned));
    let mut reports = Vec::new();
    for district in districts {
        reports.push(verify(journal, &district, evidence).await?);
    }
    Ok(reports)
}

struct Walk<'a> {
    report: Report,
    heads: &'a BTreeSet<(u64, RowHash)>,
    last_seq: u64,
    /// Hash of the row before; unknown when that row is missing or unreadable.
    last_hash: Option<RowHash>,
}

impl Walk<'_> {
    async fn all(&mut self, journal: &dyn Journal, district: &str) -> Result<(), Fault> {
        loop {
            let rows = match journal.read(district, self.last_seq, N_ROWS_A_READ).await {
                Ok(rows) => rows,
                Err(Fault::RowUnreadable { seq, what, .. }) if seq > self.last_seq => {
                    self.up_to(journal, district, seq).await?;
                    self.report.add(Damage::RowUnreadable { seq, what });
                    (self.last_seq, self.last_hash) = (seq, None);
                    continue;
                }
                Err(fault) => return Err(fault),
            };
            if rows.is_empty() {
                return Ok(());
            }
            for row in &rows {
                self.one(row);
            }
        }
    }

    /// The readable rows before an unreadable one.
    async fn up_to(
        &mut self,
        journal: &dyn Journal,
        district: &str,
        seq: u64,
    ) -> Result<(), Fault> {
        while self.last_seq + 1 < seq {
            let n_max = u32::try_from(seq - self.last_seq - 1)
                .unwrap_or(N_ROWS_A_READ)
                .min(N_ROWS_A_READ);
            let rows = match journal.read(district, self.last_seq, n_max).await {
                // A gap lies before the unreadable row: the read reached over it.
                Err(Fault::RowUnreadable { .. }) if n_max > 1 => {
                    journal.read(district, self.last_seq, 1).await
                }
                answer => answer,
            };
            match rows {
                Ok(rows) if rows.is_empty() => return Ok(()),
                Ok(rows) => rows.iter().for_each(|row| self.one(row)),
                Err(Fault::RowUnreadable { .. }) => return Ok(()),
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }

    fn one(&mut self, row: &Row) {
        self.report.n_rows += 1;
        if row.seq != self.last_seq + 1 {
            self.report.add(Damage::RowsMissing {
                first_seq: self.last_seq + 1,
                last_seq: row.seq - 1,
            });
            self.last_hash = None;
        }
        let before = Head {
            seq: row.seq - 1,
            hash: self.last_hash.unwrap_or(row.prev_hash),
        };
        match chain::follows(before, row) {
            Ok(()) => {}
            Err(Break::Unlinked { seq }) => self.report.add(Damage::RowReplacedBefore { seq }),
            Err(Break::Damaged { seq } | Break::Gap { found: seq, .. }) => {
                self.report.add(Damage::RowChanged { seq });
            }
        }
        self.compare(row.head());
        (self.last_seq, self.last_hash) = (row.seq, Some(row.hash));
        self.report.head = row.head();
    }

    fn compare(&mut self, head: Head) {
        let least = RowHash([0; 32]);
        let most = RowHash([u8::MAX; 32]);
        for (seq, anchored_hash) in self.heads.range((head.seq, least)..=(head.seq, most)) {
            if *anchored_hash != head.hash {
                self.report.add(Damage::ChainReplaced {
                    seq: *seq,
                    anchored_hash: *anchored_hash,
                });
            }
        }
    }

    fn beyond_the_end(&mut self) {
        let last_seq = self.last_seq;
        if let Some((anchored_seq, _)) = self.heads.last()
            && *anchored_seq > last_seq
        {
            self.report.add(Damage::TailCut {
                last_seq,
                anchored_seq: *anchored_seq,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anchor;
    use crate::contract::entries;
    use crate::journal::Batch;
    use crate::memory::MemoryJournal;

    const DISTRICT: &str = "310107";

    fn journal_of(rows: Vec<Row>) -> MemoryJournal {
        let journal = MemoryJournal::new();
        journal.tamper(DISTRICT, rows);
        journal
    }

    fn rows(n_rows: u32) -> Vec<Row> {
        chain::link(DISTRICT, chain::start(DISTRICT), entries(n_rows))
    }

    async fn damages(rows: Vec<Row>, evidence: &Evidence) -> Vec<Damage> {
        verify(&journal_of(rows), DISTRICT, evidence)
            .await
            .unwrap()
            .damages
    }

    fn anchored(head: Head) -> Evidence {
        let mut evidence = Evidence::default();
        evidence.add(DISTRICT, head);
        evidence
    }

    #[tokio::test]
    async fn a_journal_as_it_was_written_is_whole() {
        let rows = rows(2500);
        let head = rows[2499].head();
        let mut evidence = anchored(head);
        evidence.add(DISTRICT, chain::start(DISTRICT));
        evidence.add(DISTRICT, rows[1023].head());
        let report = verify(&journal_of(rows), DISTRICT, &evidence)
            .await
            .unwrap();
        assert!(report.is_whole(), "{report:?}");
        assert_eq!(
            (report.n_rows, report.n_heads_compared, report.head),
            (2500, 3, head)
        );
    }

    #[tokio::test]
    async fn a_changed_row_is_named_and_it_alone() {
        let mut rows = rows(10);
        rows[4].entry.actor.push('!');
        assert_eq!(
            damages(rows, &Evidence::default()).await,
            [Damage::RowChanged { seq: 5 }]
        );
    }

    #[tokio::test]
    async fn a_row_replaced_with_a_fitting_hash_breaks_the_link_behind_it() {
        let mut rows = rows(10);
        rows[4].entry.actor.push('!');
        rows[4].hash = chain::hash_of(&rows[4]);
        assert_eq!(
            damages(rows, &Evidence::default()).await,
            [Damage::RowReplacedBefore { seq: 6 }]
        );
    }

    #[tokio::test]
    async fn missing_rows_are_named_from_the_first_to_the_last() {
        let mut rows = rows(10);
        rows.drain(3..6);
        let missing = Damage::RowsMissing {
            first_seq: 4,
            last_seq: 6,
        };
        assert_eq!(damages(rows, &Evidence::default()).await, [missing]);
    }

    #[tokio::test]
    async fn a_cut_tail_looks_whole_until_an_anchor_tells() {
        let mut rows = rows(10);
        let head = rows[9].head();
        rows.truncate(7);
        assert_eq!(damages(rows.clone(), &Evidence::default()).await, []);
        let cut_after = |last_seq| Damage::TailCut {
            last_seq,
            anchored_seq: 10,
        };
        assert_eq!(damages(rows, &anchored(head)).await, [cut_after(7)]);
        assert_eq!(damages(Vec::new(), &anchored(head)).await, [cut_after(0)]);
    }

    #[tokio::test]
    async fn a_chain_written_anew_looks_whole_until_an_anchor_tells() {
        let head = rows(10)[5].head();
        let mut other = entries(10);
        other[0].actor.push('!');
        let replaced = chain::link(DISTRICT, chain::start(DISTRICT), other);
        assert_eq!(damages(replaced.clone(), &Evidence::default()).await, []);
        let told = Damage::ChainReplaced {
            seq: 6,
            anchored_hash: head.hash,
        };
        assert_eq!(damages(replaced, &anchored(head)).await, [told]);
    }

    #[tokio::test]
    async fn many_damages_are_counted_and_a_hundred_named() {
        let mut rows = rows(300);
        for row in &mut rows {
            row.entry.kind.push('!');
        }
        let report = verify(&journal_of(rows), DISTRICT, &Evidence::default())
            .await
            .unwrap();
        assert_eq!((report.n_damages, report.damages.len()), (300, 100));
    }

    #[tokio::test]
    async fn a_district_that_is_gone_as_a_whole_is_missed_by_its_anchors() {
        let journal = journal_of(rows(4));
        let signer = |bytes: &[u8]| [u8::try_from(bytes.len()).unwrap(); 32];
        let mut lines: Vec<Line> = anchor::sign_all(&journal, &signer, 0)
            .await
            .unwrap()
            .into_iter()
            .map(Line::Anchor)
            .collect();
        let elsewhere = Head {
            seq: 3,
            ..chain::start("310106")
        };
        lines.push(Line::Anchor(Anchor::sign(&signer, "310106", elsewhere, 0)));
        let reports = verify_all(&journal, &Evidence::of_anchors(&signer, lines))
            .await
            .unwrap();
        let found: Vec<_> = reports
            .iter()
            .map(|report| (report.district.as_str(), report.is_whole()))
            .collect();
        assert_eq!(found, [("310106", false), (DISTRICT, true)]);
    }

    #[test]
    fn an_anchor_that_the_key_did_not_sign_is_named_and_proves_nothing() {
        let signer = |key: u8| move |_: &[u8]| [key; 32];
        let forged = Anchor::sign(&signer(2), DISTRICT, chain::start(DISTRICT), 0);
        let lines = vec![Line::Anchor(forged), Line::NoAnchor, Line::Torn];
        let evidence = Evidence::of_anchors(&signer(1), lines);
        let forged = Damage::AnchorForged {
            district: DISTRICT.into(),
            seq: 0,
        };
        assert_eq!(
            evidence.damages(),
            [forged, Damage::AnchorUnreadable { n_line: 2 }]
        );
        assert_eq!((evidence.districts().count(), evidence.n_torn()), (0, 1));
    }

    #[tokio::test]
    async fn a_batch_that_is_no_chain_is_not_taken() {
        let journal = MemoryJournal::new();
        let mut broken = rows(3);
        broken[1].seq = 7;
        let batch = Batch {
            district: DISTRICT.into(),
            expected_head: chain::start(DISTRICT),
            rows: broken,
            store: Vec::new(),
        };
        assert!(matches!(
            journal.append(batch).await,
            Err(Fault::NotAChain { .. })
        ));
    }
}
