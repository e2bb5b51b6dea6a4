//! Names of signs, priorities, colours, tiers and official signals in Chinese and English.

use model::grade::{Level, Priority, Tier};
use model::sign::Sign;

type Name = (&'static str, &'static str);

pub(super) const fn sign(sign: Sign) -> Name {
    match sign {
        Sign::Unconscious => ("叫不醒", "does not wake"),
        Sign::BreathingTrouble => ("呼吸困难", "trouble breathing"),
        Sign::SevereBleeding => ("大出血", "severe bleeding"),
        Sign::SuspectedHypothermia => ("疑似失温", "suspected hypothermia"),
        Sign::SuspectedHeatStroke => ("疑似中暑", "suspected heat stroke"),
        Sign::Violence => ("暴力", "violence"),
        Sign::SelfHarm => ("自伤", "self-harm"),
        Sign::DrowningDanger => ("溺水危险", "danger of drowning"),
        Sign::Minor => ("未成年人", "minor"),
        Sign::InfantWithAdult => ("成人带婴幼儿", "infant with an adult"),
        Sign::SuspectedDementia => ("疑似失智", "suspected dementia"),
        Sign::SuspectedMentalDisorder => ("疑似精神障碍", "suspected mental disorder"),
        Sign::Disabled => ("残疾", "disabled"),
        Sign::Immobile => ("行动不便", "cannot move well"),
        Sign::Aged60OrOlder => ("60 岁及以上", "60 or older"),
        Sign::Pregnant => ("孕妇", "pregnant"),
        Sign::SuspectedLost => ("疑似走失", "perhaps lost"),
        Sign::SuspectedTrafficked => ("疑似被拐卖", "perhaps trafficked"),
        Sign::SuspectedAbused => ("疑似受虐", "perhaps abused"),
        Sign::BeddedDown => ("已睡下", "bedded down"),
        Sign::AboutToBedDown => ("准备睡下", "about to bed down"),
        Sign::BeddingOnly => ("只有铺盖", "bedding only"),
        Sign::Daytime => ("白天看到", "seen by day"),
        Sign::SecondHand => ("听别人说", "second-hand"),
        Sign::Vague => ("情况不清", "vague"),
        Sign::WelfareRecheck => ("回头看看", "welfare re-check"),
        Sign::WetClothing => ("衣服湿", "wet clothing"),
        Sign::NoBedding => ("没有铺盖", "no bedding"),
        Sign::Intoxicated => ("醉酒", "intoxicated"),
    }
}

pub(super) const fn priority(priority: Priority) -> Name {
    match priority {
        Priority::P0 => ("危急 P0", "P0"),
        Priority::P1 => ("保护 P1", "P1"),
        Priority::P2 => ("露宿 P2", "P2"),
        Priority::P3 => ("线索 P3", "P3"),
    }
}

pub(super) const fn level(level: Level) -> Name {
    match level {
        Level::None => ("无", "none"),
        Level::Blue => ("蓝", "blue"),
        Level::Yellow => ("黄", "yellow"),
        Level::Orange => ("橙", "orange"),
    }
}

pub(super) const fn tier(tier: Tier) -> Name {
    match tier {
        Tier::Three => ("三级", "tier 3"),
        Tier::Two => ("二级", "tier 2"),
        Tier::One => ("一级", "tier 1"),
    }
}

/// An official signal by its word.
pub(super) fn signal(word: &str) -> Option<Name> {
    Some(match word {
        "cold_wave" => ("寒潮", "cold wave"),
        "low_temperature" => ("低温", "low temperature"),
        "frost" => ("霜冻", "frost"),
        "gale" => ("大风", "gale"),
        "rainstorm" => ("暴雨", "rainstorm"),
        "snowstorm" => ("暴雪", "snowstorm"),
        "road_icing" => ("道路结冰", "road icing"),
        "typhoon" => ("台风", "typhoon"),
        "heat" => ("高温", "heat"),
        "forecast" => ("预报", "forecast"),
        "air_quality" => ("空气质量", "air quality"),
        _ => return None,
    })
}

/// The colour of an official signal by its word.
pub(super) fn colour(word: &str) -> Option<Name> {
    Some(match word {
        "blue" => ("蓝色", "blue"),
        "yellow" => ("黄色", "yellow"),
        "orange" => ("橙色", "orange"),
        "red" => ("红色", "red"),
        _ => return None,
    })
}
