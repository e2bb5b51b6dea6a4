//! Words: what a reason says to people, in Chinese and English, from its facts; also when quoted facts were erased.
//! Only sentences and names; nothing is judged here.

use model::grade::{Level, Priority, Tier};
use model::reason::Reason;
use model::sign::Sign;
use serde_json::Value;

mod names;
mod sentences;

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// The sentence of a reason.
///
/// # Shape
/// Total: an unknown rule is named as it is. A fact that was erased, or that the reader may not see, is said to be
/// withheld; the sentence stays.
pub fn text(reason: &Reason) -> Words {
    sentences::of(&reason.rule).map_or_else(
        || Words {
            zh: format!("依据规则 {}", reason.rule),
            en: format!("By rule {}", reason.rule),
        },
        |(zh, en)| Words {
            zh: filled(zh, reason, Language::Chinese),
            en: filled(en, reason, Language::English),
        },
    )
}

/// Whether a rule has a sentence.
pub fn has_sentence(rule: &str) -> bool {
    sentences::of(rule).is_some()
}

/// The name of a sign.
pub const fn sign_name(sign: Sign) -> (&'static str, &'static str) {
    names::sign(sign)
}

/// The name of a priority.
pub const fn priority_name(priority: Priority) -> (&'static str, &'static str) {
    names::priority(priority)
}

/// The name of a colour.
pub const fn level_name(level: Level) -> (&'static str, &'static str) {
    names::level(level)
}

/// The name of a tier.
pub const fn tier_name(tier: Tier) -> (&'static str, &'static str) {
    names::tier(tier)
}

/// A length of time for people: `15 分钟`, `2 h`.
pub fn length_words(ms: i64) -> Words {
    let (n, zh, en) = [
        (86_400_000, "天", "d"),
        (3_600_000, "小时", "h"),
        (60_000, "分钟", "min"),
        (1_000, "秒", "s"),
    ]
    .into_iter()
    .find(|(size, _, _)| ms != 0 && ms % size == 0)
    .map_or((ms, "毫秒", "ms"), |(size, zh, en)| (ms / size, zh, en));
    Words {
        zh: format!("{n} {zh}"),
        en: format!("{n} {en}"),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Chinese,
    English,
}

impl Language {
    fn pick(self, (zh, en): (&str, &str)) -> String {
        match self {
            Self::Chinese => zh.to_owned(),
            Self::English => en.to_owned(),
        }
    }
}

/// Fills `{name}` and `{name:kind}` from the facts, then from the quoted facts.
fn filled(sentence: &str, reason: &Reason, language: Language) -> String {
    let mut out = String::with_capacity(sentence.len() + 32);
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((slot, tail)) = after.split_once('}') else {
            rest = after;
            continue;
        };
        let (name, kind) = slot.split_once(':').unwrap_or((slot, ""));
        let value = reason.facts.get(name).or_else(|| reason.quoted.get(name));
        out.push_str(&value.map_or_else(
            || language.pick(("（不再保留或不可见）", "(not kept or not shown)")),
            |value| said(value, kind, language),
        ));
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn said(value: &Value, kind: &str, language: Language) -> String {
    let word = value.as_str();
    match kind {
        "level" => word
            .and_then(|word| word.parse::<Level>().ok())
            .map(|level| language.pick(names::level(level))),
        "priority" => word
            .and_then(|word| word.parse::<Priority>().ok())
            .map(|priority| language.pick(names::priority(priority))),
        "tier" => value
            .as_u64()
            .and_then(|n| u8::try_from(n).ok())
            .and_then(Tier::from_number)
            .map(|tier| language.pick(names::tier(tier))),
        "kind" => word.and_then(names::signal).map(|name| language.pick(name)),
        "colour" => word.and_then(names::colour).map(|name| language.pick(name)),
        "ms" => value.as_i64().map(|ms| {
            let words = length_words(ms);
            language.pick((&words.zh, &words.en))
        }),
        "signs" => value.as_array().map(|signs| {
            let gap = language.pick(("、", ", "));
            let names: Vec<String> = signs
                .iter()
                .filter_map(Value::as_str)
                .map(|sign| sign_words(sign, language))
                .collect();
            names.join(&gap)
        }),
        _ => None,
    }
    .unwrap_or_else(|| plain(value))
}

fn sign_words(word: &str, language: Language) -> String {
    word.parse::<Sign>()
        .map_or_else(|_| word.to_owned(), |sign| language.pick(names::sign(sign)))
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use model::id::PolicyId;

    use super::*;

    #[test]
    fn a_sentence_is_filled_and_survives_erasure() {
        let reason = Reason::new("priority/protected", &PolicyId::from("p"))
            .fact("priority", "P1")
            .quoting("signs", vec!["minor", "pregnant"]);
        let words = text(&reason);
        assert_eq!(words.zh, "看到需要保护的情形：未成年人、孕妇，列为 保护 P1");
        assert_eq!(
            words.en,
            "Seen: minor, pregnant; someone to be protected, P1"
        );
        let mut erased = reason;
        erased.quoted.clear();
        assert!(text(&erased).zh.contains("不再保留"));
        assert!(text(&erased).en.contains("not kept"));
    }

    #[test]
    fn no_rule_has_two_sentences() {
        let mut rules = sentences::rules();
        let n_sentences = rules.len();
        rules.sort_unstable();
        rules.dedup();
        assert_eq!(rules.len(), n_sentences);
    }

    #[test]
    fn an_unknown_rule_is_named() {
        assert_eq!(
            text(&Reason::new("new/rule", &PolicyId::from("p"))).en,
            "By rule new/rule"
        );
    }

    #[test]
    fn lengths_are_said_in_their_largest_exact_unit() {
        for (ms, zh, en) in [
            (900_000, "15 分钟", "15 min"),
            (7_200_000, "2 小时", "2 h"),
            (1_500, "1500 毫秒", "1500 ms"),
            (259_200_000, "3 天", "3 d"),
        ] {
            assert_eq!(
                (length_words(ms).zh.as_str(), length_words(ms).en.as_str()),
                (zh, en)
            );
        }
    }
}
