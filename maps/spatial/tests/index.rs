//! Nearest and within against measuring every single thing, while things come, move and go.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::{
    Just, ProptestConfig, Strategy, any, prop_assert_eq, prop_oneof, proptest,
};
use proptest::test_runner::RngSeed;
use spatial::index::PointIndex;
use spatial::metres::Metres;
use spatial::position::Position;

#[derive(Clone, Debug)]
enum Step {
    Insert(u16, Position),
    Move(u16, Position),
    Remove(u16),
    Nearest(Position, usize),
    Within(Position, Metres),
}

fn at(lon: f64, lat: f64) -> Position {
    Position::new(lon, lat).unwrap()
}

/// Positions in one district, often equal or equally far, and now and then anywhere on earth.
fn position() -> impl Strategy<Value = Position> {
    prop_oneof![
        4 => (0_i32..12, 0_i32..12).prop_map(|(x, y)| at(121.35 + 0.01 * f64::from(x), 31.20 + 0.01 * f64::from(y))),
        4 => (121.3..121.5, 31.1..31.4).prop_map(|(lon, lat)| at(lon, lat)),
        1 => (-180.0..180.0, -90.0..90.0).prop_map(|(lon, lat)| at(lon, lat)),
        1 => Just(at(180.0, 0.0)),
    ]
}

fn radius() -> impl Strategy<Value = Metres> {
    prop_oneof![
        Just(Metres::ZERO),
        (0.0..3_000.0).prop_map(|m| Metres::new(m).unwrap()),
        (0.0..2.1e7).prop_map(|m| Metres::new(m).unwrap()),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let key = any::<u16>().prop_map(|key| key % 64);
    prop_oneof![
        4 => (key.clone(), position()).prop_map(|(key, position)| Step::Insert(key, position)),
        2 => (key.clone(), position()).prop_map(|(key, position)| Step::Move(key, position)),
        1 => key.prop_map(Step::Remove),
        2 => (position(), 0_usize..9).prop_map(|(position, k)| Step::Nearest(position, k)),
        2 => (position(), radius()).prop_map(|(position, radius)| Step::Within(position, radius)),
    ]
}

fn measured(things: &BTreeMap<u16, Position>, from: Position) -> Vec<(u16, Metres)> {
    let mut all: Vec<(u16, Metres)> = things
        .iter()
        .map(|(key, at)| (*key, from.distance_to(*at)))
        .collect();
    all.sort_by_key(|(key, distance)| (*distance, *key));
    all
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(2026), ..ProptestConfig::with_cases(300) })]

    #[test]
    fn every_answer_is_what_measuring_everything_gives(steps in vec(step(), 1..160), origin in position()) {
        let mut index = PointIndex::new(origin);
        let mut things: BTreeMap<u16, Position> = BTreeMap::new();
        for step in steps {
            match step {
                Step::Insert(key, position) => {
                    prop_assert_eq!(index.insert(key, position), things.insert(key, position));
                }
                Step::Move(key, position) => {
                    let known = things.contains_key(&key);
                    prop_assert_eq!(index.move_to(&key, position), known);
                    if known {
                        things.insert(key, position);
                    }
                }
                Step::Remove(key) => prop_assert_eq!(index.remove(&key), things.remove(&key)),
                Step::Nearest(from, k) => {
                    let expected: Vec<_> = measured(&things, from).into_iter().take(k).collect();
                    prop_assert_eq!(index.nearest(from, k), expected);
                    let odd = |key: &u16| key % 2 == 1;
                    let expected: Vec<_> =
                        measured(&things, from).into_iter().filter(|(key, _)| odd(key)).take(k).collect();
                    prop_assert_eq!(index.nearest_where(from, k, odd), expected);
                }
                Step::Within(from, radius) => {
                    let expected: Vec<_> =
                        measured(&things, from).into_iter().filter(|(_, distance)| *distance <= radius).collect();
                    prop_assert_eq!(index.within(from, radius), expected);
                }
            }
            prop_assert_eq!(index.len(), things.len());
        }
        let loaded = PointIndex::from_points(origin, things.clone());
        for from in things.values().copied().chain([origin]) {
            prop_assert_eq!(loaded.nearest(from, 5), index.nearest(from, 5));
        }
    }
}

#[test]
fn a_full_district_answers_as_measuring_does() {
    let mut things = BTreeMap::new();
    let mut state = 7_u64;
    let mut random = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(state >> 32).unwrap()) / f64::from(u32::MAX)
    };
    for key in 0..20_000 {
        things.insert(key, at(121.3 + 0.2 * random(), 31.15 + 0.2 * random()));
    }
    let index = PointIndex::from_points(at(121.4, 31.25), things.clone());
    for _ in 0..50 {
        let from = at(121.3 + 0.2 * random(), 31.15 + 0.2 * random());
        let expected = measured(&things, from);
        assert_eq!(index.nearest(from, 10), expected.get(..10).unwrap());
        let near: Vec<_> = expected
            .into_iter()
            .filter(|(_, distance)| *distance <= Metres::whole(600))
            .collect();
        assert_eq!(index.within(from, Metres::whole(600)), near);
    }
}
