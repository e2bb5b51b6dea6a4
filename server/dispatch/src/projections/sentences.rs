//! The story of a case in sentences: one template for each kind of event, in Chinese and English. A part in brackets
//! is left out when one of its facts is missing.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use policy::words::Words;
use serde_json::Value;

use super::shown::{Shown, moment};
use super::words::{Language, word};

/// The sentence of one event.
pub(crate) fn of(shown: &Shown<'_>, kind: &str, facts: &BTreeMap<String, Value>) -> Words {
    let (zh, en) = template(kind);
    Words {
        zh: filled(shown, zh, facts, Language::Chinese),
        en: filled(shown, en, facts, Language::English),
    }
}

/// Whether a kind has a sentence of its own.
pub fn has_sentence(kind: &str) -> bool {
    template(kind) != UNKNOWN
}

const UNKNOWN: (&str, &str) = ("有变化", "Something changed");

fn template(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "sighting.accepted" => (
            "收到发现报告（{source}），{n_people} 人[，存疑：{doubts}]",
            "Report accepted ({source}), {n_people} people[, doubted: {doubts}]",
        ),
        "sighting.added" => (
            "补充了情况[，人数改为 {n_people}][，撤回 {n_signs_withdrawn} 项危急情形][：{reason}]",
            "Something was added[, number now {n_people}][, danger signs taken back: {n_signs_withdrawn}][: {reason}]",
        ),
        "sighting.same_answered" => (
            "报告人回答是否同一人：{answer}",
            "The reporter answered whether it is the same person: {answer}",
        ),
        "sighting.replied" => (
            "已答复来源[ {source_ref}]（{name}）",
            "The reply was given[ to {source_ref}] ({name})",
        ),
        "case.opened" => (
            "立案：{priority}，预警{warning_level}，{tier}",
            "Case opened: {priority}, warning level {warning_level}, {tier}",
        ),
        "case.level_changed" => (
            "重新评定：{priority}，预警{warning_level}，{tier}",
            "Graded anew: {priority}, warning level {warning_level}, {tier}",
        ),
        "case.tier_raised" => (
            "升级：由{from_tier}升为{tier}",
            "Tier raised from {from_tier} to {tier}",
        ),
        "case.tier_lowered" => (
            "降级：由{from_tier}降为{tier}",
            "Tier lowered from {from_tier} to {tier}",
        ),
        "case.decided" => ("人工决定：{reason}", "A named person decided: {reason}"),
        "case.joined" => ("新的发现并入本案", "A new sighting joined this case"),
        "case.followed_up" => (
            "转入跟进[，下次回访 {next_due}]",
            "In follow-up[, next visit {next_due}]",
        ),
        "case.reopened" => ("重新处置", "Open again"),
        "case.closed" => ("结案[：{reason}]", "Closed[: {reason}]"),
        "case.revisit_planned" => (
            "安排回访[，下次 {next_due}]",
            "Visits planned[, next {next_due}]",
        ),
        "case.taken" => (
            "{name} 承接本案[：{reason}]",
            "{name} took the case[: {reason}]",
        ),
        "case.merged" => ("两案合并[：{reason}]", "Two cases merged[: {reason}]"),
        "case.unmerged" => ("撤销合并[：{reason}]", "Merge undone[: {reason}]"),
        "case.split" => ("拆分个案[：{reason}]", "Case split[: {reason}]"),
        "case.relocated" => (
            "位置更正，归 {jurisdiction}[：{reason}]",
            "Relocated to {jurisdiction}[: {reason}]",
        ),
        "case.noted" => ("写了备注", "A note was written"),
        "case.subjects_changed" => (
            "对象有更新，共 {n_subjects} 人",
            "Subjects changed, {n_subjects} in all",
        ),
        "case.emergency_call_recorded" => ("{by} 已拨打 {number}", "{by} called {number}"),
        "deadline.missed" => (
            "{deadline}超时，应于 {by} 前完成",
            "Missed: {deadline}, due {by}",
        ),
        "deadline.step_fired" => (
            "{deadline}时限催办",
            "A step of the ladder fired: {deadline}",
        ),
        "deadline.met" => ("时限已满足：{deadlines}", "Met: {deadlines}"),
        "duty.notified" => (
            "通知{addressee}：{about}[（{step}）]",
            "{addressee} notified: {about}[ ({step})]",
        ),
        "duty.calls_set" => ("反复呼叫已更新", "The repeated call was set"),
        "capacity.short" => ("人手不足", "Hands are short"),
        "notice.handed_out" => (
            "通知已送达[（{channel}）]",
            "Notice handed out[ ({channel})]",
        ),
        "notice.failed" => (
            "通知未能送达：{why}",
            "Notice could not be handed out: {why}",
        ),
        "notice.cancelled" => ("通知已取消", "Notices cancelled"),
        "task.waiting" => (
            "{task_kind}任务等待派出",
            "A task waits for a hand: {task_kind}",
        ),
        "task.offered" => (
            "{task_kind}任务派给[ {unit}][ {department}][，保留至 {offered_until}]",
            "Task offered ({task_kind})[ to {unit}][ to {department}][, holds until {offered_until}]",
        ),
        "task.accepted" => ("[{unit} ]签收任务", "Task accepted[ by {unit}]"),
        "task.departed" => ("[{unit} ]出发", "Set out[: {unit}]"),
        "task.arrived" => ("[{unit} ]到场", "On site[: {unit}]"),
        "task.outcome_recorded" => (
            "处置结果：{outcome}[（{detail}）]",
            "Outcome: {outcome}[ ({detail})]",
        ),
        "task.returned" => (
            "[{unit} ]退回任务[：{return_reason}]",
            "Task returned[ by {unit}][: {return_reason}]",
        ),
        "task.offer_lapsed" => (
            "[{unit} ]未在时限内签收",
            "Nobody took the offer in time[: {unit}]",
        ),
        "task.withdrawn" => ("任务撤销", "Task withdrawn"),
        "task.amended" => (
            "任务有变化，须确认已看",
            "The task changed and must be marked seen",
        ),
        "task.seen" => ("变化已确认看过", "The change was marked seen"),
        "escalation.opened" => (
            "请{department}签收，限 {acknowledge_by}",
            "{department} asked to acknowledge by {acknowledge_by}",
        ),
        "escalation.widened" => (
            "[对{department}的]升级扩大[为{tier}]",
            "The escalation[ to {department}] was widened[ to {tier}]",
        ),
        "escalation.informed" => ("告知{department}", "{department} informed"),
        "escalation.acknowledged" => (
            "[{department}]签收（{name}）[，预计 {eta} 到场]",
            "[{department}: ]acknowledged ({name})[, expected {eta}]",
        ),
        "escalation.step_fired" => (
            "[{department}]未签收，催办",
            "[{department}: ]not acknowledged; the ladder fired",
        ),
        "escalation.asked_again" => (
            "再次请[{department}]答复[，限 {acknowledge_by}]",
            "[{department}: ]asked once more[, by {acknowledge_by}]",
        ),
        "escalation.reported" => ("[{department}]反馈进展", "[{department}: ]reported"),
        "escalation.transferred" => (
            "[{department}]转交 {to}[：{reason}]",
            "[{department}: ]passed on to {to}[: {reason}]",
        ),
        "escalation.declined" => (
            "[{department}]不承接：{reason}",
            "[{department}: ]declined: {reason}",
        ),
        "escalation.ended" => (
            "[对{department}的]升级结束：{ended}",
            "The escalation[ to {department}] ended: {ended}",
        ),
        "case.legal_basis_named" => (
            "提出法律依据（{article}），由{decided_by}决定",
            "A legal basis was named ({article}); {decided_by} decides",
        ),
        "case.receiver_confirmed" => ("{organisation}确认接收", "{organisation} confirmed"),
        "case.receiver_asked" => (
            "接收方尚未确认，再次询问",
            "The receiver has not confirmed and is asked again",
        ),
        "weather.signal_received" => ("收到气象信号", "A weather signal came in"),
        "weather.signal_ended" => ("气象信号结束", "A weather signal ended"),
        "area_warning.changed" => ("区域预警变化", "Colours of areas changed"),
        "area_warning.looked" => ("区域预警复核，颜色不变", "Colours of areas were looked at"),
        "area_warning.confirmed" => ("区域预警已确认", "The colour was confirmed"),
        "area_warning.confirm_lapsed" => (
            "区域预警未按时确认，改请下一位",
            "The colour was not confirmed; the next officer is asked",
        ),
        "case.regraded" => (
            "随预警复核，无变化",
            "Looked at after a change of colour; nothing to change",
        ),
        "person.opened" => ("建立对象档案", "A person was opened"),
        "person.joined" => ("两份对象档案认定为一人", "Two persons are one"),
        "person.separated" => ("对象档案分开", "The persons are not one"),
        "person.cared" => ("特殊关爱走访已更新", "Special care was updated"),
        "resource.state_changed" => ("救助点状态更新", "A resource said how it is"),
        "hold.made" => ("预留床位", "Beds held"),
        "hold.ended" => ("预留床位结束", "A hold ended"),
        "shift.started" => ("班次开始", "Shift started"),
        "shift.checked_in" => ("报平安", "Checked in"),
        "shift.check_in_missed" => ("未按时报平安", "A check-in was missed"),
        "shift.ended" => ("班次结束", "Shift ended"),
        "panic.raised" => ("一键求助", "Panic raised"),
        "place.looked" => ("已查看点位，未见人", "Looked at the place; nobody there"),
        "hand_over.offered" => ("请 {to} 接收[：{reason}]", "Offered to {to}[: {reason}]"),
        "hand_over.received" => (
            "收到 {from} 移交[：{reason}]",
            "Received from {from}[: {reason}]",
        ),
        "hand_over.answered" => (
            "移交答复：{answer}[（{name}）]",
            "Hand-over answered: {answer}[ ({name})]",
        ),
        "personal.read" => (
            "查看个人信息，用途：{purpose}",
            "Personal fields were read: {purpose}",
        ),
        "drill.switched" => ("演练状态切换", "Drill switched"),
        "policy.adopted" => ("启用新规则", "A policy was adopted"),
        "jurisdictions.adopted" => ("辖区更新", "Streets were adopted"),
        "place.imported" => ("点位导入", "Places were imported"),
        "unit.imported" => ("巡查力量导入", "Units were imported"),
        "department.imported" => ("部门导入", "Departments were imported"),
        "resource.imported" => ("救助资源导入", "Resources were imported"),
        "sync.labelled" => (
            "离线操作与在线变化并存：{label}",
            "Made offline beside other changes: {label}",
        ),
        "personal.erased" => (
            "应急期间采集的个人信息已到期删除",
            "Personal fields taken under a warning were erased",
        ),
        "case.retention_planned" => ("到期时间已确定", "The time of forgetting is set"),
        "details.erased" => ("到期信息已删除", "Details were erased"),
        _ => UNKNOWN,
    }
}

/// Fills `{name}`; a part in brackets goes when a fact in it is missing.
fn filled(
    shown: &Shown<'_>,
    sentence: &str,
    facts: &BTreeMap<String, Value>,
    language: Language,
) -> String {
    let mut out = String::with_capacity(sentence.len() + 32);
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(&slots(shown, before, facts, language).0);
        let Some((part, tail)) = after.split_once(']') else {
            rest = after;
            continue;
        };
        let (text, whole) = slots(shown, part, facts, language);
        if whole {
            out.push_str(&text);
        }
        rest = tail;
    }
    out.push_str(&slots(shown, rest, facts, language).0);
    out
}

/// The text with its slots filled, and whether every fact was there.
fn slots(
    shown: &Shown<'_>,
    text: &str,
    facts: &BTreeMap<String, Value>,
    language: Language,
) -> (String, bool) {
    let mut out = String::new();
    let mut whole = true;
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            rest = after;
            continue;
        };
        match fact(facts, name).map(|value| said(shown, name, value, language)) {
            Some(text) if !text.is_empty() => out.push_str(&text),
            Some(_) | None => {
                whole = false;
                out.push('—');
            }
        }
        rest = tail;
    }
    out.push_str(rest);
    (out, whole)
}

/// A fact by the name that a template gives it.
fn fact<'a>(facts: &'a BTreeMap<String, Value>, name: &str) -> Option<&'a Value> {
    match name {
        "from_tier" => facts.get("from"),
        "next_due" => {
            let n_done = usize::try_from(facts.get("n_done")?.as_u64()?).ok()?;
            facts.get("due")?.as_array()?.get(n_done)
        }
        "n_signs_withdrawn" => facts.get(name).filter(|n| n.as_u64() != Some(0)),
        _ => facts.get(name),
    }
}

fn said(shown: &Shown<'_>, name: &str, value: &Value, language: Language) -> String {
    if let Some(at) = moment(value) {
        return shown.clock(at);
    }
    match value {
        Value::Null => String::new(),
        Value::Array(all) => {
            let gap = language.pick(("、", ", "));
            let mut out = String::new();
            for (i, one) in all.iter().enumerate() {
                let gap = if i == 0 { "" } else { gap };
                let _ = write!(out, "{gap}{}", said(shown, name, one, language));
            }
            out
        }
        Value::String(text) => named(shown, name, text)
            .unwrap_or_else(|| word(name, text, language).unwrap_or(text).to_owned()),
        Value::Number(_) => super::words::number(name, value, language),
        Value::Object(all) => super::words::object(shown, name, all, language),
        Value::Bool(_) => value.to_string(),
    }
}

/// Streets, departments and units by their names.
#[expect(clippy::match_same_arms, reason = "one line for each name of a fact")]
fn named(shown: &Shown<'_>, name: &str, id: &str) -> Option<String> {
    match name {
        "department" => shown.department_name(id),
        "unit" => shown.unit_name(id),
        "jurisdiction" => Some(shown.street_name(&id.into())),
        "to" => shown.department_name(id),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use model::event::Event;

    #[test]
    fn every_kind_of_event_has_a_sentence() {
        for kind in Event::KINDS {
            assert!(super::has_sentence(kind), "{kind}");
        }
    }
}
