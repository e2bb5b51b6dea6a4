//! The shipped policy with every duration made shorter, so that a ladder of an hour can be watched in a minute.

use toml::{Table, Value};

/// A policy text to be changed.
pub struct PolicyText {
    table: Table,
}

impl PolicyText {
    /// The shipped policy of Putuo.
    pub fn putuo() -> Self {
        let policy = policy::policy::Policy::putuo().expect("the shipped policy is in order");
        Self {
            table: policy.text().parse().expect("the shipped policy is TOML"),
        }
    }

    /// Every duration divided by `divisor`.
    #[must_use]
    pub fn faster(mut self, divisor: i64) -> Self {
        for (_, value) in &mut self.table {
            shorten(value, divisor);
        }
        self
    }

    /// Sets one value by its dotted path.
    #[must_use]
    pub fn set(mut self, path: &str, value: impl Into<Value>) -> Self {
        let mut names: Vec<&str> = path.split('.').collect();
        let last = names.pop().expect("a path has a name");
        let mut table = &mut self.table;
        for name in names {
            table = table
                .get_mut(name)
                .unwrap_or_else(|| panic!("the policy has no `{name}` of `{path}`"))
                .as_table_mut()
                .unwrap_or_else(|| panic!("`{name}` of `{path}` is no table"));
        }
        assert!(table.contains_key(last), "the policy has no `{path}`");
        table.insert(last.to_owned(), value.into());
        self
    }

    /// The text.
    pub fn text(&self) -> String {
        toml::to_string(&self.table).expect("a table can be written")
    }
}

fn shorten(value: &mut Value, divisor: i64) {
    match value {
        Value::String(text) => {
            if let Some(ms) = milliseconds(text) {
                *text = format!("{}ms", (ms / divisor).max(1));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| shorten(item, divisor)),
        Value::Table(table) => table
            .iter_mut()
            .for_each(|(_, item)| shorten(item, divisor)),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => {}
    }
}

/// A duration as the policy writes it, in milliseconds; `None` for any other text.
pub fn milliseconds(text: &str) -> Option<i64> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let factor = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.parse::<i64>().ok().map(|n| n * factor)
}
