//! Every number of a policy, and every cell of the permission table, changed one at a time.
#![expect(
    clippy::unwrap_used,
    reason = "the shipped files can be read; another test says so"
)]

use policy::duration::{parse_clock, parse_days, parse_length, parse_weekday};
use toml::{Table, Value};

/// One number with the texts of a policy in which it alone is changed; the first that can be read counts.
pub struct Changed {
    /// Where it stands.
    pub path: String,
    /// The changed files.
    pub changed: Vec<String>,
}

/// Every number, duration, clock time, day, weekday, colour, priority and list entry.
pub fn numbers(text: &str) -> Vec<Changed> {
    let tree: Table = text.parse().unwrap();
    let mut paths = Vec::new();
    leaves(&Value::Table(tree.clone()), &mut Vec::new(), &mut paths);
    let mut found = moved_signs(&tree);
    for path in paths.into_iter().filter(|path| !is_sign_list(path)) {
        let value = at(&tree, &path).clone();
        for (note, others) in other_values(&path, &value) {
            let changed = others
                .into_iter()
                .map(|other| {
                    let mut tree = tree.clone();
                    put(&mut tree, &path, other);
                    toml::to_string(&tree).unwrap()
                })
                .collect();
            found.push(Changed {
                path: format!("{}{note}", path.join(".")),
                changed,
            });
        }
    }
    found
}

/// Every cell of a permission table: to nothing, to everything, and without each of its words.
pub fn cells(text: &str) -> Vec<Changed> {
    let tree: Table = text.parse().unwrap();
    let mut paths = Vec::new();
    leaves(&Value::Table(tree.clone()), &mut Vec::new(), &mut paths);
    paths
        .into_iter()
        .map(|path| {
            let cell = at(&tree, &path).as_str().unwrap().to_owned();
            let words: Vec<&str> = cell.split_whitespace().collect();
            let mut others: Vec<String> = ["none", "all"]
                .iter()
                .map(|w| (*w).to_owned())
                .filter(|w| *w != cell)
                .collect();
            if words.len() > 1 {
                others.extend(words.iter().map(|gone| {
                    words
                        .iter()
                        .filter(|word| *word != gone)
                        .copied()
                        .collect::<Vec<_>>()
                        .join(" ")
                }));
            }
            let changed = others
                .into_iter()
                .map(|other| {
                    let mut tree = tree.clone();
                    put(&mut tree, &path, Value::String(other));
                    toml::to_string(&tree).unwrap()
                })
                .collect();
            Changed {
                path: path.join("."),
                changed,
            }
        })
        .collect()
}

/// What a value may be changed to: for each way of changing it a note and values to try.
fn other_values(path: &[String], value: &Value) -> Vec<(String, Vec<Value>)> {
    let one = |values: Vec<Value>| vec![(String::new(), values)];
    match value {
        Value::Integer(n)
            if path.first().is_some_and(|p| p == "tier")
                && (1..=3).contains(n)
                && !path.iter().any(|p| p == "rounds") =>
        {
            one(vec![Value::Integer(if *n == 1 { 2 } else { n - 1 })])
        }
        Value::Integer(n) => one(vec![Value::Integer(n + 1)]),
        Value::Float(x) if x.abs() >= 40.0 => one(vec![Value::Float(x * 1.5)]),
        Value::Float(x) => one(vec![
            Value::Float(x + 1.0),
            Value::Float(x * 1.5),
            Value::Float(x + 0.3),
        ]),
        Value::String(text) => one(other_words(text)),
        Value::Array(entries) => entries
            .iter()
            .enumerate()
            .flat_map(|(i, entry)| {
                let entry = entry.as_str().unwrap();
                let with = |new: Option<String>| {
                    let mut list = entries.clone();
                    match new {
                        Some(new) => *list.get_mut(i).unwrap() = Value::String(new),
                        None => {
                            list.remove(i);
                        }
                    }
                    Value::Array(list)
                };
                match parse_days(entry) {
                    Ok(days) => {
                        let first = days.first.tomorrow().unwrap();
                        if days.first == days.last {
                            vec![(format!("[{entry}]"), vec![with(Some(first.to_string()))])]
                        } else {
                            let last = days.last.yesterday().unwrap();
                            vec![
                                (
                                    format!("[{entry}] first"),
                                    vec![with(Some(format!("{first}..{}", days.last)))],
                                ),
                                (
                                    format!("[{entry}] last"),
                                    vec![with(Some(format!("{}..{last}", days.first)))],
                                ),
                            ]
                        }
                    }
                    Err(_) => vec![(format!("[{entry}]"), vec![with(None)])],
                }
            })
            .collect(),
        Value::Boolean(_) | Value::Datetime(_) | Value::Table(_) => Vec::new(),
    }
}

/// The lists of signs: a sign cannot be in none, so it moves to another list.
const SIGN_LISTS: &[(&[&str], &[&str])] = &[
    (&["priority", "p0"], &["priority", "p1"]),
    (&["priority", "p1"], &["priority", "p2"]),
    (&["priority", "p2"], &["priority", "p3"]),
    (&["priority", "p3"], &["priority", "p2"]),
    (&["priority", "step_up", "signs"], &["priority", "p3"]),
];

fn is_sign_list(path: &[String]) -> bool {
    SIGN_LISTS.iter().any(|(from, _)| path == *from)
}

fn moved_signs(tree: &Table) -> Vec<Changed> {
    let list = |tree: &Table, path: &[String]| at(tree, path).as_array().unwrap().clone();
    let mut found = Vec::new();
    for (from, to) in SIGN_LISTS {
        let from: Vec<String> = from.iter().map(|key| (*key).to_owned()).collect();
        let to: Vec<String> = to.iter().map(|key| (*key).to_owned()).collect();
        for sign in list(tree, &from) {
            let mut changed = tree.clone();
            let kept: Vec<Value> = list(tree, &from)
                .into_iter()
                .filter(|other| *other != sign)
                .collect();
            let grown: Vec<Value> = list(tree, &to).into_iter().chain([sign.clone()]).collect();
            put(&mut changed, &from, Value::Array(kept));
            put(&mut changed, &to, Value::Array(grown));
            found.push(Changed {
                path: format!("{}[{}]", from.join("."), sign.as_str().unwrap()),
                changed: vec![toml::to_string(&changed).unwrap()],
            });
        }
    }
    found
}

fn other_words(text: &str) -> Vec<Value> {
    let cycle = |words: &[&str]| {
        words.iter().position(|word| *word == text).map(|i| {
            words
                .iter()
                .cycle()
                .skip(i + 1)
                .take(words.len() - 1)
                .map(|w| (*w).to_owned())
                .collect::<Vec<_>>()
        })
    };
    let words = if let Some(words) = cycle(&["none", "blue", "yellow", "orange"]) {
        words
    } else if let Some(words) = cycle(&["P1", "P2", "P3", "P0"]) {
        words
    } else if let Some(words) = cycle(&["cold", "heat"]) {
        words
    } else if text == "wet" {
        vec!["heat".to_owned()]
    } else if parse_length(text).is_ok() {
        vec![format!("{}ms", parse_length(text).unwrap().as_ms() * 2)]
    } else if let Ok(clock) = parse_clock(text) {
        vec![
            policy::duration::ClockTime(clock.0.wrapping_add(jiff::SignedDuration::from_hours(1)))
                .to_string(),
        ]
    } else if parse_weekday(text).is_ok() {
        cycle(&[
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
        ])
        .unwrap()
    } else if text == "Asia/Shanghai" {
        vec!["UTC".to_owned()]
    } else {
        vec![format!("{text}x")]
    };
    words.into_iter().map(Value::String).collect()
}

fn leaves(value: &Value, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    if let Value::Table(table) = value {
        for (key, value) in table {
            if key == "unit" || key == "source" {
                continue;
            }
            path.push(key.clone());
            leaves(value, path, found);
            path.pop();
        }
    } else {
        found.push(path.clone());
    }
}

fn at<'a>(tree: &'a Table, path: &[String]) -> &'a Value {
    let (first, rest) = path.split_first().unwrap();
    let mut value = tree.get(first).unwrap();
    for key in rest {
        value = value.as_table().unwrap().get(key).unwrap();
    }
    value
}

fn put(tree: &mut Table, path: &[String], new: Value) {
    let (last, above) = path.split_last().unwrap();
    let mut table = tree;
    for key in above {
        table = table.get_mut(key).unwrap().as_table_mut().unwrap();
    }
    table.insert(last.clone(), new);
}
