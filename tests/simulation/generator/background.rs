//! The weather turns, shelters open, tables are imported, drills are switched on and off, what is old is forgotten.

use dispatch::Tables;
use dispatch::testing::{self, STREETS, street_centre};
use model::actor::Actor;
use model::area::{SignalKind, WeatherSignal, WeatherValues};
use model::background::{Place, Unit};
use model::case::CaseState;
use model::command::Command;
use model::grade::{Level, SignalColour};
use model::id::{
    DistrictId, HandOverId, JurisdictionCode, PlaceId, RecordId, ResourceId, SignalId,
};
use model::time::{Instant, Span};
use runtime::submission::Submission;

use super::{Generator, admin};

impl Generator {
    pub(super) fn signal(&mut self, now: Instant) -> Submission {
        let forecast = self.chance.permille(250);
        let whole = self.chance.permille(300);
        let (code, _) = self.chance.of(&STREETS);
        let signal = WeatherSignal {
            id: SignalId(format!("s-{}", self.chance.below(6))),
            kind: if forecast {
                SignalKind::Forecast
            } else {
                self.chance.of(&[
                    SignalKind::ColdWave,
                    SignalKind::LowTemperature,
                    SignalKind::Gale,
                    SignalKind::RoadIcing,
                ])
            },
            colour: (!forecast).then(|| self.chance.of(SignalColour::ALL)),
            issued_at: now - Span::from_mins(self.chance.between(0, 30)),
            expires_at: self
                .chance
                .permille(800)
                .then(|| now + Span::from_hours(self.chance.between(1, 24))),
            station: "上海中心气象台".to_owned(),
            areas: vec![JurisdictionCode::from(if whole { "310107" } else { code })],
            values: if forecast {
                WeatherValues {
                    temp_min_c: Some(self.chance.of(&[-6.0, -2.0, 1.0, 3.0, 8.0])),
                    ..WeatherValues::default()
                }
            } else {
                WeatherValues::default()
            },
            cancelled: self.chance.permille(200),
        };
        self.ids
            .by(testing::command_desk(), Command::ReceiveSignal(signal))
    }

    pub(super) fn area(&mut self, now: Instant) -> Submission {
        let (code, _) = self.chance.of(&STREETS);
        let hot = self.hot[0];
        let jurisdiction = JurisdictionCode::from(if self.chance.permille(500) {
            STREETS[hot].0
        } else {
            code
        });
        let level = self.chance.of(Level::ALL);
        let reason = self.words();
        let command = if self.chance.permille(600) {
            Command::RaiseArea {
                jurisdiction,
                level,
                until: self
                    .chance
                    .permille(600)
                    .then(|| now + Span::from_hours(self.chance.between(1, 8))),
                reason,
            }
        } else {
            Command::LowerArea {
                jurisdiction,
                level,
                reason,
            }
        };
        self.ids.by(testing::command_desk(), command)
    }

    pub(super) fn confirm(&mut self, tables: &Tables) -> Option<Submission> {
        let wanted = tables
            .changes
            .values()
            .filter(|change| change.confirmed_by.is_none() && change.confirm_by.is_some())
            .filter_map(|change| change.streets.first())
            .map(|street| street.warning.jurisdiction.clone());
        let jurisdiction = self.chance.one(wanted)?;
        Some(self.ids.by(
            testing::command_desk(),
            Command::ConfirmArea { jurisdiction },
        ))
    }

    pub(super) fn resource(&mut self) -> Submission {
        let station = self.chance.permille(500);
        let (resource, actor) = if station {
            ("r-station", testing::department("rescue_station"))
        } else {
            ("r-shelter", testing::street_duty(4))
        };
        self.ids.by(
            actor,
            Command::SetResourceState {
                resource: ResourceId::from(resource),
                open: self.chance.permille(800),
                beds_free: Some(self.chance.few(0, 20)),
                n_guests: self.chance.permille(400).then(|| self.chance.few(0, 4)),
            },
        )
    }

    pub(super) fn import(&mut self, tables: &Tables, now: Instant) -> Submission {
        match self.chance.below(6) {
            0 => self.ids.by(
                admin(),
                Command::ImportPlaces {
                    places: vec![Place {
                        id: PlaceId(format!("p-new-{}", self.chance.below(5))),
                        name: "新点位".to_owned(),
                        level: None,
                        kind: Some("bridge".to_owned()),
                        jurisdiction: Some(JurisdictionCode::from(STREETS[self.hot[1]].0)),
                        position: Some(street_centre(self.hot[1])),
                        hours: None,
                        key: false,
                    }],
                },
            ),
            1 => {
                let unit = tables.units.values().next().map(|unit| Unit {
                    n_people: Some(self.chance.few(1, 4)),
                    ..(**unit).clone()
                });
                self.ids.by(
                    admin(),
                    Command::ImportUnits {
                        units: unit.into_iter().collect(),
                    },
                )
            }
            2 => {
                let resource = tables.resources.values().next().map(|resource| {
                    let mut changed = (**resource).clone();
                    changed.beds = Some(self.chance.few(10, 30));
                    changed
                });
                self.ids.by(
                    admin(),
                    Command::ImportResources {
                        resources: resource.into_iter().collect(),
                    },
                )
            }
            3 => {
                let (_, mut report) = self.new_report(now);
                report.id = self.id().into();
                let hand_over_id = HandOverId(self.id());
                self.ids.by(
                    Actor::system(),
                    Command::ReceiveHandOver {
                        hand_over_id,
                        from_district: DistrictId::from("310106"),
                        report: Box::new(report),
                        reason: "跨区".to_owned(),
                    },
                )
            }
            _ => {
                let on = !tables.drill;
                if on && self.chance.permille(700) {
                    return self.report(tables, now);
                }
                self.ids.by(
                    testing::command_desk(),
                    Command::SwitchDrill {
                        on,
                        reason: "演练".to_owned(),
                    },
                )
            }
        }
    }

    /// What is long over is forgotten, as retention does.
    pub(super) fn erase(&mut self, tables: &Tables) -> Option<Submission> {
        let closed = tables
            .cases
            .values()
            .filter(|case| case.state == CaseState::Closed && case.merged_into.is_none())
            .cloned();
        let case = self.chance.one(closed)?;
        let records: Vec<RecordId> = case
            .sightings
            .iter()
            .map(|id| RecordId::from(*id))
            .collect();
        Some(self.ids.by(
            Actor::system(),
            Command::EraseDetails {
                records,
                ground: "retention".to_owned(),
            },
        ))
    }
}
