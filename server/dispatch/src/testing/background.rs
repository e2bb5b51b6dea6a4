//! The background of the test district: ten squares of 0.02° in two columns, one patrol each and a spare one, the
//! departments of the preset, a shelter and a few places.

use std::collections::BTreeSet;

use model::background::{Department, Jurisdiction, Place, Resource, Unit};
use model::event::Event;
use model::grade::Level;
use model::id::{DepartmentId, JurisdictionCode, PlaceId, ResourceId, UnitId};
use model::sign::PlaceLevel;
use spatial::area::{Area, Outline};
use spatial::coverage::Coverage;
use spatial::labels::Areas;
use spatial::position::Position;

/// The ten streets, code and name; the index is what the helpers of the harness take.
pub const STREETS: [(&str, &str); 10] = [
    ("310107005", "曹杨新村街道"),
    ("310107014", "长风新村街道"),
    ("310107015", "长寿路街道"),
    ("310107016", "甘泉路街道"),
    ("310107017", "石泉路街道"),
    ("310107020", "宜川路街道"),
    ("310107021", "万里街道"),
    ("310107022", "真如镇街道"),
    ("310107102", "长征镇"),
    ("310107103", "桃浦镇"),
];

/// The departments of the district beside the street offices.
pub const DEPARTMENTS: [&str; 6] = [
    "police",
    "city_management",
    "emergency",
    "health",
    "civil_affairs",
    "rescue_station",
];

/// Side of a square in degrees; about 1.9 km by 2.2 km.
const SIDE: f64 = 0.02;
const WEST: f64 = 121.38;
const SOUTH: f64 = 31.20;

/// Column and row of a street, as whole numbers of sides.
fn corner(street: usize) -> (f64, f64) {
    let (mut column, mut row) = (0.0, 0.0);
    if street % 2 == 1 {
        column = 1.0;
    }
    for _ in 0..street / 2 {
        row += 1.0;
    }
    (WEST + column * SIDE, SOUTH + row * SIDE)
}

fn position(lon: f64, lat: f64) -> Position {
    Position::new(lon, lat).expect("a place in Shanghai")
}

/// The middle of a street's square.
pub fn street_centre(street: usize) -> Position {
    let (west, south) = corner(street);
    position(west + SIDE / 2.0, south + SIDE / 2.0)
}

/// The squares as a coverage: exact, never guessed.
pub(super) fn areas() -> Areas {
    let squares = STREETS
        .iter()
        .enumerate()
        .map(|(i, (code, name))| {
            let (w, s) = corner(i);
            let (e, n) = (w + SIDE, s + SIDE);
            Area {
                code: (*code).to_owned(),
                name: (*name).to_owned(),
                outline: Outline {
                    polygons: vec![vec![vec![
                        position(w, s),
                        position(e, s),
                        position(e, n),
                        position(w, n),
                        position(w, s),
                    ]]],
                },
            }
        })
        .collect();
    Areas::Outlined(Coverage::new(squares).expect("ten codes"))
}

/// One patrol in the middle of each street, and `u-11` beside `u-1`.
pub(super) fn unit_positions() -> Vec<(UnitId, Position)> {
    (0..STREETS.len())
        .map(|i| (unit_id(i), street_centre(i)))
        .chain([(unit_id(10), street_centre(0))])
        .collect()
}

fn unit_id(index: usize) -> UnitId {
    UnitId(format!("u-{}", index + 1))
}

/// The events that a preset would have made.
pub(super) fn events() -> Vec<Event> {
    vec![
        Event::JurisdictionsAdopted {
            jurisdictions: jurisdictions(),
            boundaries: Some("squares".to_owned()),
        },
        Event::DepartmentsImported {
            departments: departments(),
        },
        Event::UnitsImported { units: units() },
        Event::PlacesImported { places: places() },
        Event::ResourcesImported {
            resources: resources(),
        },
    ]
}

fn code_of(street: usize) -> Option<JurisdictionCode> {
    STREETS
        .get(street)
        .map(|(code, _)| JurisdictionCode::from(*code))
}

fn jurisdictions() -> Vec<Jurisdiction> {
    STREETS
        .iter()
        .enumerate()
        .map(|(i, (code, name))| {
            let beside = if i % 2 == 0 { i + 1 } else { i - 1 };
            let neighbours = [i.checked_sub(2), Some(beside), Some(i + 2)];
            Jurisdiction {
                code: JurisdictionCode::from(*code),
                name: (*name).to_owned(),
                centre: Some(street_centre(i)),
                neighbours: neighbours
                    .into_iter()
                    .flatten()
                    .filter_map(code_of)
                    .collect(),
            }
        })
        .collect()
}

fn departments() -> Vec<Department> {
    let desks = DEPARTMENTS.iter().map(|id| Department {
        id: DepartmentId::from(*id),
        name: (*id).to_owned(),
        kind: Some((*id).to_owned()),
        jurisdictions: Vec::new(),
    });
    let offices = STREETS.iter().map(|(code, name)| {
        let code = JurisdictionCode::from(*code);
        Department {
            id: DepartmentId::street(&code),
            name: (*name).to_owned(),
            kind: Some("street".to_owned()),
            jurisdictions: vec![code],
        }
    });
    desks.chain(offices).collect()
}

fn units() -> Vec<Unit> {
    (0..=STREETS.len())
        .map(|i| Unit {
            id: unit_id(i),
            name: format!("巡查{}组", i + 1),
            jurisdiction: code_of(if i == STREETS.len() { 0 } else { i }),
            kind: Some("team".to_owned()),
            n_people: Some(2),
            vehicle: Some("car".to_owned()),
            skills: BTreeSet::new(),
            languages: BTreeSet::new(),
            shift_start: Some("00:00".to_owned()),
            shift_end: Some("00:00".to_owned()),
        })
        .collect()
}

fn places() -> Vec<Place> {
    let place = |id: &str, name: &str, street: usize, level: PlaceLevel, key: bool| Place {
        id: PlaceId::from(id),
        name: name.to_owned(),
        level: Some(level),
        kind: Some("bridge".to_owned()),
        jurisdiction: code_of(street),
        position: Some(street_centre(street)),
        hours: None,
        key,
    };
    vec![
        place("p-caoyang", "曹杨路桥 南岸", 0, PlaceLevel::Underside, true),
        place(
            "p-changfeng",
            "长风公园 二号门",
            1,
            PlaceLevel::Ground,
            true,
        ),
        place(
            "p-changshou",
            "长寿路地下通道",
            2,
            PlaceLevel::Basement,
            false,
        ),
    ]
}

fn resources() -> Vec<Resource> {
    let resource = |id: &str, kind: &str, keeper: &str, opens_at_level: Option<Level>| Resource {
        id: ResourceId::from(id),
        name: id.to_owned(),
        kind: kind.to_owned(),
        position: Some(street_centre(4)),
        hours: None,
        beds: Some(20),
        beds_women: Some(6),
        storage: Some(true),
        pets: Some(false),
        late_exit: Some(true),
        opens_at_level,
        keeper: Some(DepartmentId::from(keeper)),
        phone: None,
    };
    vec![
        resource("r-station", "rescue_station", "rescue_station", None),
        resource(
            "r-shelter",
            "shelter",
            "street_310107017",
            Some(Level::Yellow),
        ),
    ]
}
