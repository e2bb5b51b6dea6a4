//! Words of the wire in Chinese and English, for sentences.

use model::grade::Tier;
use model::id::{DepartmentId, UnitId};
use serde_json::{Map, Value};

use super::shown::Shown;

/// In which language a sentence is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// Chinese.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// The one of two.
    pub(crate) const fn pick<'a>(self, (zh, en): (&'a str, &'a str)) -> &'a str {
        match self {
            Self::Chinese => zh,
            Self::English => en,
        }
    }
}

impl Shown<'_> {
    /// The name of a department; none where it is not known.
    pub(crate) fn department_name(&self, id: &str) -> Option<String> {
        self.tables
            .departments
            .get(&DepartmentId::from(id))
            .map(|department| department.name.clone())
    }

    /// The name of a unit; none where it is not known.
    pub(crate) fn unit_name(&self, id: &str) -> Option<String> {
        self.tables
            .units
            .get(&UnitId::from(id))
            .map(|unit| unit.name.clone())
    }
}

/// A word of a closed list, by the name of the fact that holds it.
pub(crate) fn word(name: &str, text: &str, language: Language) -> Option<&'static str> {
    let pair = match name {
        "priority" => policy::words::priority_name(text.parse().ok()?),
        "warning_level" | "level" => policy::words::level_name(text.parse().ok()?),
        _ => *WORDS
            .iter()
            .find(|(list, known, _)| *list == name && *known == text)
            .map(|(_, _, pair)| pair)?,
    };
    Some(language.pick(pair))
}

/// A number, by the name of the fact that holds it.
pub(crate) fn number(name: &str, value: &Value, language: Language) -> String {
    let tier = value
        .as_u64()
        .and_then(|n| u8::try_from(n).ok())
        .and_then(Tier::from_number);
    match (name, tier) {
        ("tier" | "from_tier", Some(tier)) => {
            language.pick(policy::words::tier_name(tier)).to_owned()
        }
        _ => value.to_string(),
    }
}

/// A small thing: whom a notice was for, which step called.
pub(crate) fn object(
    shown: &Shown<'_>,
    name: &str,
    all: &Map<String, Value>,
    language: Language,
) -> String {
    let text = |field: &str| all.get(field).and_then(Value::as_str).unwrap_or_default();
    match name {
        "addressee" => {
            let whom = word("to_whom", text("to"), language).unwrap_or_default();
            let who = shown
                .department_name(text("department"))
                .or_else(|| shown.unit_name(text("unit")))
                .unwrap_or_else(|| text("account").to_owned());
            let gap = if who.is_empty() || whom.is_empty() {
                ""
            } else {
                language.pick(("", " "))
            };
            format!("{who}{gap}{whom}")
        }
        "step" => {
            let deadline = word("deadline", text("deadline"), language).unwrap_or_default();
            let percent = all.get("percent").and_then(Value::as_u64).unwrap_or(0);
            let gap = if deadline.is_empty() { "" } else { " " };
            format!("{deadline}{gap}{percent}%")
        }
        _ => String::new(),
    }
}

type Entry = (&'static str, &'static str, (&'static str, &'static str));

/// List, word, and its words in both languages.
const WORDS: &[Entry] = &[
    ("source", "patrol", ("巡查", "patrol")),
    ("source", "self", ("本人求助", "the person")),
    ("source", "hotline", ("热线", "hotline")),
    ("source", "public", ("市民", "public")),
    ("source", "department", ("部门", "department")),
    ("source", "camera", ("视频巡查", "camera")),
    ("doubts", "time", ("时间", "time")),
    ("doubts", "position", ("位置", "position")),
    ("doubts", "place", ("地点", "place")),
    ("answer", "same", ("同一人", "the same")),
    ("answer", "another", ("另一人", "another")),
    ("answer", "unsure", ("不确定", "unsure")),
    ("answer", "accepted", ("接收", "accepted")),
    ("answer", "declined", ("不接收", "declined")),
    ("answer", "lapsed", ("逾期未答复", "no answer in time")),
    ("state", "open", ("处置中", "open")),
    ("state", "follow_up", ("跟进中", "in follow-up")),
    ("state", "closed", ("已结案", "closed")),
    ("deadline", "acknowledge", ("签收", "acknowledge")),
    ("deadline", "on_site", ("到场", "on site")),
    ("deadline", "outcome", ("首次结果", "first outcome")),
    ("deadline", "revisit", ("回访", "revisit")),
    ("deadlines", "acknowledge", ("签收", "acknowledge")),
    ("deadlines", "on_site", ("到场", "on site")),
    ("deadlines", "outcome", ("首次结果", "first outcome")),
    ("deadlines", "revisit", ("回访", "revisit")),
    ("task_kind", "visit", ("上门查看", "visit")),
    ("task_kind", "revisit", ("回访", "revisit")),
    ("task_kind", "welfare_check", ("平安查看", "welfare check")),
    ("task_kind", "hand_over", ("移交", "hand-over")),
    (
        "task_kind",
        "open_shelter",
        ("开放避寒避暑点", "open a shelter"),
    ),
    ("outcome", "accepted", ("接受救助", "accepted")),
    ("outcome", "street_aid", ("街面救助", "street aid")),
    ("outcome", "refused", ("不接受救助", "refused")),
    ("outcome", "treated", ("送医", "treated")),
    ("outcome", "police", ("移交公安", "police")),
    (
        "outcome",
        "minor_hand_over",
        ("未成年人移交", "minor handed over"),
    ),
    ("outcome", "other_district", ("外区接收", "other district")),
    ("outcome", "not_found", ("未找到", "not found")),
    (
        "outcome",
        "not_a_subject",
        ("非救助对象", "not a rescue subject"),
    ),
    ("outcome", "duplicate", ("重复", "duplicate")),
    (
        "outcome",
        "death_or_injury",
        ("死亡或重伤", "death or serious injury"),
    ),
    ("detail", "station", ("入站", "station")),
    ("detail", "shelter", ("避寒避暑点", "shelter")),
    ("detail", "returned_home", ("返乡", "returned home")),
    ("detail", "fetched", ("接回", "fetched")),
    ("detail", "work", ("影响打工拾荒时间", "work")),
    ("detail", "belongings", ("物品无处放", "belongings")),
    ("detail", "registration", ("不愿登记", "registration")),
    ("detail", "will_not_return", ("不愿返乡", "will not return")),
    ("detail", "distrust", ("不信任", "distrust")),
    ("detail", "drink_or_rules", ("饮酒或规定", "drink or rules")),
    (
        "detail",
        "companion_or_pet",
        ("同伴或宠物", "companion or pet"),
    ),
    ("detail", "unwell", ("身体不适", "unwell")),
    ("detail", "other", ("其他", "other")),
    ("detail", "120", ("120", "120")),
    ("detail", "hospital", ("定点医院", "hospital")),
    ("detail", "psychiatric", ("精神卫生", "psychiatric")),
    ("detail", "lost", ("走失", "lost")),
    ("detail", "trafficking", ("疑似拐卖", "trafficking")),
    ("detail", "offence", ("违法", "offence")),
    ("detail", "danger", ("危险", "danger")),
    ("detail", "no_trace", ("无痕迹", "no trace")),
    ("detail", "items_only", ("仅物品", "items only")),
    ("detail", "place_unclear", ("位置不清", "place unclear")),
    ("detail", "unreachable", ("无法到达", "unreachable")),
    ("return_reason", "busy", ("忙", "busy")),
    ("return_reason", "wrong_area", ("不在本区域", "wrong area")),
    (
        "return_reason",
        "skill_or_language",
        ("缺少技能或语言", "skill or language"),
    ),
    (
        "return_reason",
        "shift_ending",
        ("即将交班", "shift ending"),
    ),
    ("return_reason", "vehicle", ("车辆问题", "vehicle")),
    ("return_reason", "unsafe", ("不安全", "unsafe")),
    (
        "return_reason",
        "emergency_met",
        ("途中遇急", "met an emergency"),
    ),
    (
        "return_reason",
        "unreachable_route",
        ("道路不通", "the way is blocked"),
    ),
    ("ended", "ended_unanswered", ("未答复即结束", "unanswered")),
    (
        "ended",
        "joined_area",
        ("并入区域升级", "joined that of the area"),
    ),
    ("ended", "colour_fell", ("预警降低", "the colour fell")),
    (
        "reason",
        "not_competent",
        ("非本部门职责", "not our competence"),
    ),
    ("reason", "no_staff", ("无人员", "no staff")),
    (
        "reason",
        "already_served",
        ("已由其他服务到场", "already served"),
    ),
    ("reason", "other", ("其他", "other")),
    ("decided_by", "police", ("公安", "the police")),
    ("decided_by", "health", ("卫生健康", "health")),
    ("decided_by", "civil_affairs", ("民政", "civil affairs")),
    ("decided_by", "120", ("120", "120")),
    ("purpose", "find_again", ("再次找到", "find again")),
    ("purpose", "visit", ("走访", "visit")),
    ("purpose", "treatment", ("救治", "treatment")),
    ("purpose", "identify", ("身份甄别", "identify")),
    ("purpose", "lost", ("走失", "lost")),
    ("purpose", "trafficking", ("疑似拐卖", "trafficking")),
    ("purpose", "hand_over", ("交接", "hand-over")),
    ("purpose", "review", ("复盘", "review")),
    ("label", "clean", ("无冲突", "clean")),
    ("label", "parallel", ("并行", "parallel")),
    (
        "label",
        "conflict",
        ("冲突，待人工判断", "conflict, a person decides"),
    ),
    ("to_whom", "unit", ("", "")),
    ("to_whom", "unit_leader", ("值班负责人", "leader")),
    ("to_whom", "department", ("", "")),
    ("to_whom", "department_leader", ("值班负责人", "leader")),
    ("to_whom", "department_superior", ("上级", "superior")),
    (
        "to_whom",
        "duty_officer",
        ("指挥中心值班员", "duty officer"),
    ),
    ("to_whom", "next_officer", ("下一位值班员", "next officer")),
    (
        "to_whom",
        "district_duty_leader",
        ("区值班领导", "district duty leader"),
    ),
    ("to_whom", "account", ("", "")),
    ("about", "task_offered", ("新任务", "a task is offered")),
    ("about", "task_changed", ("任务有变化", "a task changed")),
    ("about", "escalation_opened", ("请签收", "asked to answer")),
    ("about", "escalation_informed", ("知悉", "for information")),
    ("about", "ladder_step", ("时限催办", "a deadline passed")),
    ("about", "capacity_short", ("人手不足", "hands are short")),
    (
        "about",
        "confirm_colour",
        ("确认预警颜色", "confirm the colour"),
    ),
    (
        "about",
        "closed_without_answer",
        ("未签收即结案", "closed without your answer"),
    ),
    (
        "about",
        "sign_withdrawn",
        ("危急情形已撤回", "a danger sign was taken back"),
    ),
    (
        "about",
        "needs_person",
        ("需人工核对", "a person has to look"),
    ),
    (
        "about",
        "check_in_missed",
        ("未报平安", "a check-in was missed"),
    ),
    ("about", "panic", ("一键求助", "panic")),
    (
        "about",
        "receiver_unconfirmed",
        ("接收方未确认", "the receiver has not confirmed"),
    ),
    ("about", "hand_over", ("移交", "hand-over")),
    (
        "about",
        "special_care_due",
        ("特殊关爱走访到期", "a special-care visit is due"),
    ),
    ("about", "shelter", ("避寒避暑点", "shelter")),
];
