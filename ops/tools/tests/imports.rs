//! Every importer with a good and a bad file: what is taken, what is named, and that a second time changes nothing.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use dispatch::testing::{District, Order};
use model::actor::{Actor, Role};
use model::command::{Command, PersonalKind};
use model::id::{DepartmentId, JurisdictionCode, UnitId};
use model::sign::Sign;
use spatial::crs::Crs;
use spatial::labels::{Areas, LabelPoint, LabelPoints};
use tools::import::report::{Gravity, ValueClass};
use tools::import::{BadRows, Import, ImportOptions, Kind, Known, ReportsAre, build};

fn fixture(name: &str) -> Vec<u8> {
    let path = format!(
        "{}/../../tests/fixtures/import/{name}",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Putuo with the label points of its preset, at 22:30.
fn putuo() -> District {
    let mut district = District::putuo();
    let preset = policy::preset::Preset::putuo().unwrap();
    let points = preset.jurisdictions.iter().map(|street| LabelPoint {
        code: street.code.to_string(),
        name: street.name.clone(),
        position: street.centre.unwrap(),
    });
    district.areas = Some(Areas::Labelled(LabelPoints::new(points.collect())));
    district.at("22:30");
    district
}

fn import(district: &District, kind: Kind, name: &str, options: &ImportOptions) -> Import {
    let known = Known {
        tables: &district.state.tables,
        policy: district.policies.adopted(),
        areas: district.areas.as_ref(),
        accounts: &[],
        now: district.now,
    };
    build(kind, &fixture(name), options, &known)
}

fn submit(district: &mut District, import: &Import) {
    for order in &import.orders {
        let kinds: Vec<PersonalKind> = order.personal.iter().map(|field| field.kind).collect();
        let happened = district.run(
            Order::by(Actor::system(), order.command.clone())
                .under(order.id)
                .with_personal(&kinds),
        );
        assert!(
            happened.decision.is_ok(),
            "line {:?}: {:?}",
            order.line,
            happened.decision
        );
    }
}

type Named<'a> = (Option<u64>, Option<usize>, Option<&'a str>, &'a str);

/// Line or feature, column, code of every error, in their order.
fn errors(import: &Import) -> Vec<Named<'_>> {
    import
        .report
        .problems
        .iter()
        .filter(|problem| problem.gravity == Gravity::Error)
        .map(|problem| {
            (
                problem.line,
                problem.feature,
                problem.column.as_deref(),
                problem.code.as_str(),
            )
        })
        .collect()
}

fn in_lines<'a>(expected: &[(u64, &'a str, &'a str)]) -> Vec<Named<'a>> {
    expected
        .iter()
        .map(|(line, column, code)| (Some(*line), None, Some(*column), *code))
        .collect()
}

#[test]
fn good_background_is_taken_once_and_a_second_time_changes_nothing() {
    for (kind, name, n_rows) in [
        (Kind::Units, "units-good.csv", 3),
        (Kind::Departments, "departments-good.csv", 2),
        (Kind::Resources, "resources-good.csv", 2),
        (Kind::Places, "places-good.csv", 2),
        (Kind::Places, "places-good.geojson", 2),
    ] {
        let mut district = putuo();
        let options = ImportOptions::default();
        let first = import(&district, kind, name, &options);
        assert_eq!(errors(&first), [], "{name}: {}", first.report.to_text());
        assert_eq!(
            (first.report.n_rows, first.report.n_good),
            (n_rows, n_rows),
            "{name}"
        );
        assert_eq!(first.orders.len(), 1, "{name}: one command for all rows");
        submit(&mut district, &first);
        let before = district.state.tables.head;

        let second = import(&district, kind, name, &options);
        assert_eq!(second.orders, [], "{name}");
        assert_eq!(second.report.n_unchanged, n_rows, "{name}");
        // Even somebody who submits the old orders anew changes nothing.
        submit(&mut district, &first);
        assert_eq!(district.state.tables.head, before, "{name}: no event");
    }
}

#[test]
fn an_older_file_taken_again_is_a_new_decision_and_no_repeat() {
    let mut district = putuo();
    let options = ImportOptions::default();
    let first = import(&district, Kind::Units, "units-good.csv", &options);
    submit(&mut district, &first);
    let renamed = String::from_utf8(fixture("units-good.csv")).unwrap();
    let renamed = renamed.replace("曹杨巡查一组", "曹杨巡查甲组");
    let known = Known {
        tables: &district.state.tables,
        policy: district.policies.adopted(),
        areas: None,
        accounts: &[],
        now: district.now,
    };
    let other = build(Kind::Units, renamed.as_bytes(), &options, &known);
    assert_eq!((other.report.n_changed, other.report.n_unchanged), (1, 2));
    submit(&mut district, &other);
    let back = import(&district, Kind::Units, "units-good.csv", &options);
    assert_ne!(back.orders[0].id, first.orders[0].id);
    submit(&mut district, &back);
    let unit = district
        .state
        .tables
        .units
        .get(&UnitId::from("u-1"))
        .unwrap();
    assert_eq!(unit.name, "曹杨巡查一组");
    assert_eq!(unit.shift_start.as_deref(), Some("00:00"));
    let second = district
        .state
        .tables
        .units
        .get(&UnitId::from("u-2"))
        .unwrap();
    assert_eq!(second.shift_end.as_deref(), Some("06:00"));
}

#[test]
fn each_bad_row_of_background_is_named_with_line_column_and_code() {
    let district = putuo();
    for (kind, name, expected) in [
        (
            Kind::Units,
            "units-bad.csv",
            in_lines(&[
                (3, "id", "missing_field"),
                (4, "name", "missing_field"),
                (5, "jurisdiction", "unknown_reference"),
                (6, "n_people", "out_of_range"),
                (7, "shift_start", "impossible_time"),
                (8, "shift_end", "missing_field"),
                (9, "id", "bad_id"),
                (10, "id", "id_repeated"),
            ]),
        ),
        (
            Kind::Departments,
            "departments-bad.csv",
            in_lines(&[
                (3, "id", "missing_field"),
                (4, "name", "missing_field"),
                (5, "jurisdictions", "unknown_reference"),
            ]),
        ),
        (
            Kind::Resources,
            "resources-bad.csv",
            in_lines(&[
                (3, "kind", "unknown_word"),
                (4, "lat", "impossible_position"),
                (5, "lat", "missing_field"),
                (6, "crs", "unknown_crs"),
                (7, "beds_women", "out_of_range"),
                (8, "opens_at_level", "unknown_word"),
                (9, "keeper", "unknown_reference"),
                (10, "storage", "unknown_word"),
            ]),
        ),
        (
            Kind::Accounts,
            "accounts-bad.csv",
            in_lines(&[
                (3, "account", "missing_field"),
                (4, "role", "unknown_word"),
                (5, "account", "bad_id"),
                (6, "unit", "unknown_reference"),
                (7, "unit", "missing_field"),
                (8, "jurisdictions", "missing_field"),
                (9, "department", "unknown_reference"),
            ]),
        ),
    ] {
        let read = import(&district, kind, name, &ImportOptions::default());
        let mut found = errors(&read);
        found.retain(|(_, _, _, code)| *code != "row_shape");
        assert_eq!(found, expected, "{name}");
        assert!(read.report.is_refused(), "{name}");
        assert!(
            read.orders.is_empty() && read.accounts.is_empty(),
            "{name}: all or nothing"
        );

        let skipping = ImportOptions {
            bad_rows: BadRows::Skip,
            ..ImportOptions::default()
        };
        let read = import(&district, kind, name, &skipping);
        assert_eq!(read.report.n_good, 1, "{name}");
        assert_eq!(
            read.orders.len() + read.accounts.len(),
            1,
            "{name}: the good row"
        );
    }
    let units = import(
        &district,
        Kind::Units,
        "units-bad.csv",
        &ImportOptions::default(),
    );
    assert!(errors(&units).contains(&(Some(11), None, None, "row_shape")));
}

#[test]
fn points_that_are_no_places_are_named_by_their_feature() {
    let district = putuo();
    let read = import(
        &district,
        Kind::Places,
        "places-bad.geojson",
        &ImportOptions::default(),
    );
    assert_eq!(
        errors(&read),
        [
            (None, Some(1), Some("geometry"), "not_a_point"),
            (None, Some(2), Some("name"), "missing_field"),
            (
                None,
                Some(3),
                Some("geometry.coordinates"),
                "impossible_position"
            ),
            (None, Some(4), Some("level"), "unknown_word"),
        ]
    );
}

#[test]
fn reports_become_one_command_each_with_stable_ids_and_notes_beside_them() {
    let mut district = putuo();
    let options = ImportOptions::default();
    let first = import(&district, Kind::Sightings, "sightings-good.csv", &options);
    assert_eq!(errors(&first), [], "{}", first.report.to_text());
    assert_eq!(first.orders.len(), 4);
    let Command::ReportSighting(report) = &first.orders[0].command else {
        panic!("{:?}", first.orders[0])
    };
    assert_eq!(
        report.id.to_string(),
        "0190c8f4-7f6e-7c3e-9f0a-000000000001"
    );
    assert_eq!(report.signs, [Sign::BeddedDown, Sign::Aged60OrOlder]);
    assert_eq!(first.orders[0].personal[0].kind, PersonalKind::Note);
    assert_eq!(first.orders[0].personal[0].record, report.id.into());
    for order in &first.orders {
        let command = serde_json::to_string(&order.command).unwrap();
        assert!(
            !command.contains("灰色棉衣"),
            "a note is never in a command"
        );
        assert!(!format!("{order:?}").contains("灰色棉衣"));
    }
    let times: Vec<String> = first
        .orders
        .iter()
        .filter_map(|order| {
            let Command::ReportSighting(report) = &order.command else {
                return None;
            };
            Some(report.seen_at.to_string())
        })
        .collect();
    assert_eq!(
        times,
        [
            "2026-01-12T14:14:00.000Z",
            "2026-01-12T14:20:00.000Z",
            "2026-01-12T14:31:00.000Z",
            "2026-01-12T14:32:00.000Z"
        ]
    );
    let Command::ReportSighting(ticket) = &first.orders[1].command else {
        panic!("{:?}", first.orders[1])
    };
    assert_eq!(ticket.source_ref.as_deref(), Some("T-17"));
    assert_eq!(ticket.position.unwrap().crs, Some(Crs::Gcj02));

    submit(&mut district, &first);
    assert_eq!(district.state.tables.sightings.len(), 4);
    let second = import(&district, Kind::Sightings, "sightings-good.csv", &options);
    assert_eq!(
        second.orders, first.orders,
        "the same orders under the same ids: repeats"
    );
    district.assert_replays();
}

#[test]
fn a_second_import_is_judged_as_the_first_was_however_late_it_comes() {
    let mut district = putuo();
    let options = ImportOptions::default();
    let first = import(&district, Kind::Sightings, "sightings-good.csv", &options);
    submit(&mut district, &first);
    district.now = district.now + model::time::Span::from_days(30);
    let second = import(&district, Kind::Sightings, "sightings-good.csv", &options);
    assert_eq!(errors(&second), []);
    assert_eq!(second.orders, first.orders);
}

#[test]
fn an_id_that_comes_again_with_another_content_is_refused_before_anything_is_taken() {
    let mut district = putuo();
    let options = ImportOptions::default();
    let first = import(&district, Kind::Sightings, "sightings-good.csv", &options);
    submit(&mut district, &first);
    let file = String::from_utf8(fixture("sightings-good.csv")).unwrap();
    for (from, to) in [
        ("bedding_only,0", "bedding_only,3"),
        ("2026-01-12 22:20", "2026-01-12 22:21"),
        ("bedding_only,0", "vague,0"),
        ("121.4290", "121.4280"),
    ] {
        let changed = file.replacen(from, to, 1);
        assert_ne!(changed, file);
        let read = import_bytes(&district, Kind::Sightings, changed.as_bytes(), &options);
        assert_eq!(
            errors(&read),
            in_lines(&[(3, "id", "sighting_id_reused")]),
            "{from} → {to}"
        );
        assert!(read.orders.is_empty());
    }
}

#[test]
fn each_bad_report_is_named_and_the_value_is_not_repeated() {
    let district = putuo();
    let read = import(
        &district,
        Kind::Sightings,
        "sightings-bad.csv",
        &ImportOptions::default(),
    );
    assert_eq!(
        errors(&read),
        in_lines(&[
            (3, "seen_at", "impossible_time"),
            (4, "seen_at", "time_in_future"),
            (5, "seen_at", "long_past"),
            (6, "lon", "outside_area"),
            (7, "lat", "impossible_position"),
            (8, "crs", "unknown_crs"),
            (9, "accuracy_m", "impossible_position"),
            (10, "signs", "unknown_word"),
            (11, "n_people", "out_of_range"),
            (12, "n_people", "missing_field"),
            (13, "lon", "nowhere_given"),
            (14, "lon", "impossible_position"),
            (15, "source", "unknown_word"),
            (16, "id", "id_repeated"),
        ])
    );
    assert_eq!(
        (read.report.n_rows, read.report.n_good, read.report.n_bad),
        (15, 1, 14)
    );
    assert!(read.orders.is_empty());
    let classes: Vec<Option<ValueClass>> = read.report.problems.iter().map(|p| p.found).collect();
    assert_eq!(classes[0], Some(ValueClass::Date));
    assert_eq!(classes[6], Some(ValueClass::NegativeNumber));
    assert_eq!(classes[9], Some(ValueClass::Empty));
    let text = read.report.to_text();
    let json = serde_json::to_string(&read.report).unwrap();
    for value in ["王某", "sleeping", "rumour", "9999"] {
        assert!(
            !text.contains(value) && !json.contains(value),
            "{value} is repeated"
        );
    }
    assert!(
        text.contains("第 6 行 / line 6, lon: [outside_area]"),
        "{text}"
    );
}

#[test]
fn history_may_be_old_and_makes_no_task() {
    let mut district = putuo();
    let options = ImportOptions {
        reports_are: ReportsAre::History,
        bad_rows: BadRows::Skip,
        ..ImportOptions::default()
    };
    let read = import(&district, Kind::Sightings, "sightings-bad.csv", &options);
    assert_eq!(read.report.n_good, 2, "the old one too");
    submit(&mut district, &read);
    let tables = &district.state.tables;
    assert_eq!(tables.sightings.len(), 2);
    assert!(tables.tasks.is_empty() && tables.cases.values().all(|case| case.history));
}

#[test]
fn foreign_column_names_and_constants_are_taken() {
    let district = putuo();
    let file =
        "工单;时间;X;Y;几人;情况;渠道\nA-1;2026/1/12 21:05;121.4031;31.2411;1;bedded_down;12345\n";
    let options = |fields: &[&str]| ImportOptions {
        crs: Some(Crs::Gcj02),
        fields: fields.iter().map(|text| text.parse().unwrap()).collect(),
        ..ImportOptions::default()
    };
    let known = Known {
        tables: &district.state.tables,
        policy: district.policies.adopted(),
        areas: district.areas.as_ref(),
        accounts: &[],
        now: district.now,
    };
    let all = [
        "id=工单",
        "seen_at=时间",
        "lon=X",
        "lat=Y",
        "n_people=几人",
        "signs=情况",
        "source==hotline",
    ];
    let read = build(Kind::Sightings, file.as_bytes(), &options(&all), &known);
    assert_eq!(errors(&read), [], "{}", read.report.to_text());
    let Command::ReportSighting(report) = &read.orders[0].command else {
        panic!("{read:?}")
    };
    assert_eq!(report.position.unwrap().crs, Some(Crs::Gcj02));
    assert_eq!(report.source, model::sign::Source::Hotline);

    let read = build(
        Kind::Sightings,
        file.as_bytes(),
        &options(&all[1..]),
        &known,
    );
    assert_eq!(errors(&read), [], "without an id the row makes one");
    let again = build(
        Kind::Sightings,
        file.as_bytes(),
        &options(&all[1..]),
        &known,
    );
    assert_eq!(read.orders, again.orders);

    let read = build(
        Kind::Sightings,
        file.as_bytes(),
        &options(&["id=工单号", "colour=X"]),
        &known,
    );
    let codes: Vec<&str> = errors(&read).iter().map(|e| e.3).collect();
    assert!(
        codes.contains(&"column_missing") && codes.contains(&"unknown_field"),
        "{codes:?}"
    );
    assert!("lon".parse::<tools::import::Field>().is_err());
}

#[test]
fn a_table_without_a_coordinate_system_says_what_was_assumed() {
    let district = putuo();
    let file = "name,lon,lat\n桥下,121.4031,31.2411\n";
    let known = Known {
        tables: &district.state.tables,
        policy: district.policies.adopted(),
        areas: None,
        accounts: &[],
        now: district.now,
    };
    let read = build(
        Kind::Places,
        file.as_bytes(),
        &ImportOptions::default(),
        &known,
    );
    let warning = &read.report.problems[0];
    assert_eq!(
        (warning.gravity, warning.code.as_str()),
        (Gravity::Warning, "crs_assumed")
    );
    assert_eq!(read.orders.len(), 1);
}

#[test]
fn accounts_are_read_without_passwords() {
    let mut district = putuo();
    let units = import(
        &district,
        Kind::Units,
        "units-good.csv",
        &ImportOptions::default(),
    );
    submit(&mut district, &units);
    let read = import(
        &district,
        Kind::Accounts,
        "accounts-good.csv",
        &ImportOptions::default(),
    );
    assert_eq!(errors(&read), []);
    let rows: Vec<(&str, Role, usize)> = read
        .accounts
        .iter()
        .map(|row| (row.account.as_str(), row.role, row.jurisdictions.len()))
        .collect();
    assert_eq!(
        rows,
        [
            ("patrol7", Role::Patrol, 1),
            ("street7", Role::Street, 2),
            ("station7", Role::Department, 0),
            ("auditor7", Role::Auditor, 0)
        ]
    );

    let mut there = read.accounts.clone();
    let again = |there: &[tools::import::AccountRow]| {
        let known = Known {
            tables: &district.state.tables,
            policy: district.policies.adopted(),
            areas: None,
            accounts: there,
            now: district.now,
        };
        build(
            Kind::Accounts,
            &fixture("accounts-good.csv"),
            &ImportOptions::default(),
            &known,
        )
    };
    assert_eq!(again(&there).accounts, [], "a second time changes nothing");
    there[0].role = Role::Command;
    let other = again(&there);
    assert_eq!(
        errors(&other),
        in_lines(&[(2, "account", "account_present")])
    );
    assert_eq!(other.accounts, [], "all or nothing");
}

#[test]
fn another_city_is_adopted_from_its_own_boundaries() {
    let mut district = District::putuo();
    let options = ImportOptions {
        fields: vec!["code=adcode".parse().unwrap(), "name=mc".parse().unwrap()],
        ..ImportOptions::default()
    };
    let first = import(
        &district,
        Kind::Boundaries,
        "other-city-boundaries.geojson",
        &options,
    );
    assert_eq!(errors(&first), [], "{}", first.report.to_text());
    assert_eq!(first.report.n_good, 5);
    let gone = first
        .report
        .problems
        .iter()
        .filter(|p| p.code == "street_gone");
    assert_eq!(gone.count(), 10, "the ten streets of the test district");
    let set = first.boundaries.clone().unwrap();
    assert_eq!(set.content_hash.len(), 64);
    submit(&mut district, &first);
    let tables = &district.state.tables;
    assert_eq!(tables.boundaries.as_ref(), Some(&set.content_hash));
    let lake = tables
        .jurisdictions
        .get(&JurisdictionCode::from("990101005"))
        .unwrap();
    assert_eq!(
        lake.neighbours,
        ["990101001".into()],
        "inside the first street"
    );
    let third = tables
        .jurisdictions
        .get(&JurisdictionCode::from("990101003"))
        .unwrap();
    assert!(third.neighbours.contains(&"990101004".into()));
    assert!(
        tables
            .departments
            .contains_key(&DepartmentId::from("street_990101005"))
    );

    let second = import(
        &district,
        Kind::Boundaries,
        "other-city-boundaries.geojson",
        &options,
    );
    assert_eq!(second.orders, [], "{}", second.report.to_text());
    assert_eq!(second.boundaries, Some(set));
}

#[test]
fn every_mistake_of_boundaries_is_named() {
    let district = District::putuo();
    let options = ImportOptions {
        fields: vec!["code=adcode".parse().unwrap(), "name=mc".parse().unwrap()],
        ..ImportOptions::default()
    };
    let read = import(
        &district,
        Kind::Boundaries,
        "boundaries-bad.geojson",
        &options,
    );
    let codes: Vec<(Option<usize>, &str)> = errors(&read)
        .iter()
        .map(|error| (error.1, error.3))
        .collect();
    assert_eq!(
        codes,
        [
            (Some(1), "id_repeated"),
            (Some(2), "missing_field"),
            (Some(3), "ring_not_closed"),
            (Some(4), "ring_invalid"),
            (Some(5), "impossible_position"),
        ]
    );
    assert!(read.orders.is_empty() && read.boundaries.is_none());
    let overlap = read
        .report
        .problems
        .iter()
        .find(|p| p.code == "overlap")
        .unwrap();
    assert_eq!(overlap.gravity, Gravity::Warning);
    assert!(overlap.text.contains("990101001") && overlap.text_en.contains("990101010"));
}

#[test]
fn what_is_no_file_of_ours_is_refused_whole() {
    let district = putuo();
    let known = Known {
        tables: &district.state.tables,
        policy: district.policies.adopted(),
        areas: None,
        accounts: &[],
        now: district.now,
    };
    for (kind, file, code) in [
        (Kind::Units, &b""[..], "empty_file"),
        (Kind::Units, b"id,name\n", "empty_file"),
        (Kind::Units, b"id,name\nu-1,\xd0\xc2\n", "not_utf8"),
        (Kind::Units, b"id,name,id\nu-1,x,u-2\n", "column_repeated"),
        (Kind::Places, b"{\"type\":\"Feature\"}", "unreadable_file"),
        (Kind::Places, b"{\"type\":", "unreadable_file"),
        (Kind::Boundaries, b"[]", "unreadable_file"),
        (
            Kind::Boundaries,
            b"{\"type\":\"FeatureCollection\",\"features\":[]}",
            "no_areas",
        ),
    ] {
        let read = build(kind, file, &ImportOptions::default(), &known);
        assert!(read.report.is_refused(), "{code}");
        assert_eq!(
            read.report.problems[0].code,
            code,
            "{}",
            read.report.to_text()
        );
    }
    let marked = [&b"\xef\xbb\xbf"[..], &fixture("units-good.csv")].concat();
    let read = build(Kind::Units, &marked, &ImportOptions::default(), &known);
    assert_eq!(errors(&read), [], "a byte order mark is no mistake");
}

#[test]
fn templates_are_the_columns_of_the_outside_face() {
    assert_eq!(
        Kind::Units.template(),
        "id,name,jurisdiction,kind,n_people,vehicle,skills,languages,shift_start,shift_end"
    );
    assert_eq!(Kind::Departments.template(), "id,name,kind,jurisdictions");
    assert_eq!(
        Kind::Resources.template(),
        "id,name,kind,lon,lat,crs,hours,beds,beds_women,storage,pets,late_exit,opens_at_level,keeper,phone"
    );
    assert_eq!(
        Kind::Accounts.template(),
        "account,role,jurisdictions,department,unit"
    );
    assert_eq!(
        Kind::Sightings.template(),
        "id,seen_at,lon,lat,crs,accuracy_m,signs,n_people,place_name,note,source"
    );
    assert!(
        Kind::Boundaries
            .template()
            .starts_with("{\"type\":\"FeatureCollection\"")
    );
    assert!("tables".parse::<Kind>().is_err());
}

/// The real files, where a folder with them is named.
#[test]
fn the_real_streets_and_stations_import() {
    let Ok(folder) = std::env::var("LAMPLIGHTER_REAL_DATA") else {
        println!("LAMPLIGHTER_REAL_DATA is not set: the invented files alone were used");
        return;
    };
    let read = |name: &str| std::fs::read(format!("{folder}/{name}")).unwrap();
    let mut district = putuo();
    let known = Known {
        tables: &district.state.tables,
        policy: district.policies.adopted(),
        areas: None,
        accounts: &[],
        now: district.now,
    };
    let streets = build(
        Kind::Boundaries,
        &read("putuo-streets-osm.geojson"),
        &ImportOptions::default(),
        &known,
    );
    assert_eq!(errors(&streets), [], "{}", streets.report.to_text());
    assert_eq!(streets.report.n_good, 10);
    submit(&mut district, &streets);
    let known = Known {
        tables: &district.state.tables,
        policy: district.policies.adopted(),
        areas: None,
        accounts: &[],
        now: district.now,
    };
    let skipping = ImportOptions {
        bad_rows: BadRows::Skip,
        ..ImportOptions::default()
    };
    let stations = build(
        Kind::Places,
        &read("putuo-transport-osm.geojson"),
        &skipping,
        &known,
    );
    assert_eq!(
        stations.report.n_good, 34,
        "the lines and roads are named and skipped"
    );
    submit(&mut district, &stations);
    let again = import_bytes(
        &district,
        Kind::Places,
        &read("putuo-transport-osm.geojson"),
        &skipping,
    );
    assert_eq!(again.orders, []);
}

fn import_bytes(district: &District, kind: Kind, file: &[u8], options: &ImportOptions) -> Import {
    let known = Known {
        tables: &district.state.tables,
        policy: district.policies.adopted(),
        areas: district.areas.as_ref(),
        accounts: &[],
        now: district.now,
    };
    build(kind, file, options, &known)
}
