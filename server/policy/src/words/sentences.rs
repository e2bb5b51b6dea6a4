//! One sentence for each rule, in Chinese and English. `{fact}` is filled in; `{fact:kind}` is named first.

/// The sentence of a rule.
pub(super) fn of(rule: &str) -> Option<(&'static str, &'static str)> {
    SENTENCES
        .iter()
        .find(|(name, _, _)| *name == rule)
        .map(|(_, zh, en)| (*zh, *en))
}

/// Every rule that has a sentence, in the order of the table.
#[cfg(test)]
pub(super) fn rules() -> Vec<&'static str> {
    SENTENCES.iter().map(|(rule, _, _)| *rule).collect()
}

const SENTENCES: &[(&str, &str, &str)] = &[
    (
        "priority/danger",
        "看到危及生命的情形：{signs:signs}，列为 {priority:priority}",
        "Seen: {signs:signs}; life in danger, {priority:priority}",
    ),
    (
        "priority/protected",
        "看到需要保护的情形：{signs:signs}，列为 {priority:priority}",
        "Seen: {signs:signs}; someone to be protected, {priority:priority}",
    ),
    (
        "priority/rough_sleeping",
        "看到成人露宿：{signs:signs}，列为 {priority:priority}",
        "Seen: {signs:signs}; an adult sleeping rough, {priority:priority}",
    ),
    (
        "priority/clue",
        "线索：{signs:signs}，列为 {priority:priority}",
        "A clue: {signs:signs}, {priority:priority}",
    ),
    (
        "priority/no_sign_seen",
        "没有选任何情形，但看到有人，按露宿处理",
        "No sign was given but people were seen: as sleeping rough",
    ),
    (
        "priority/no_sign_nobody",
        "没有选任何情形，也没有看到人，按线索处理",
        "No sign was given and nobody was seen: as a clue",
    ),
    (
        "priority/step_up_condition",
        "辖区为{area_level:level}色且有 {signs:signs}，从 {from:priority} 提到 {priority:priority}",
        "The street is {area_level:level} and there is {signs:signs}: from {from:priority} up to {priority:priority}",
    ),
    (
        "priority/step_up_nights",
        "辖区为{area_level:level}色且连续 {n_nights_running} 夜被看到，从 {from:priority} 提到 {priority:priority}；不因此增加部门",
        "The street is {area_level:level} and this is night {n_nights_running} running: from {from:priority} up to {priority:priority}; no department is added for it",
    ),
    (
        "priority/step_up_refusals",
        "本轮预警内已 {n_refusals} 次不接受救助，从 {from:priority} 提到 {priority:priority}；不因此增加部门",
        "Help was declined {n_refusals} times under this warning: from {from:priority} up to {priority:priority}; no department is added for it",
    ),
    (
        "warning_level/matrix",
        "{priority:priority} 在{area_level:level}色辖区：预警{warning_level:level}色",
        "{priority:priority} in a street of colour {area_level:level}: warning level {warning_level:level}",
    ),
    (
        "tier/of_level",
        "预警{warning_level:level}色，响应从{tier:tier}起",
        "Warning level {warning_level:level}: response begins at {tier:tier}",
    ),
    (
        "tier/reached",
        "已达到{tier:tier}，只有具名人员可以降低",
        "{tier:tier} was reached already; only a named person lowers it",
    ),
    (
        "deadline/table",
        "{priority:priority}、辖区{area_level:level}色：签收 {acknowledge_ms:ms}，到场 {on_site_ms:ms}，首个结果 {outcome_ms:ms}",
        "{priority:priority}, street {area_level:level}: acknowledge within {acknowledge_ms:ms}, on site within {on_site_ms:ms}, first outcome within {outcome_ms:ms}",
    ),
    (
        "deadline/step",
        "时限已过 {percent}%，第 {step} 步，现为{tier:tier}",
        "{percent} % of the time has passed: step {step}, now {tier:tier}",
    ),
    (
        "merge/decided",
        "判断为同一情况，合并处理",
        "Taken for one and the same: handled as one case",
    ),
    (
        "merge/double_task",
        "个案已合并，多余的任务撤回",
        "The cases are one now: the task that was one too many is withdrawn",
    ),
    (
        "merge/somebody_waits",
        "合并后有人还没有结果，个案重新打开",
        "After the merge somebody has no outcome yet: the case opens again",
    ),
    (
        "split/somebody_waits",
        "拆入后有人还没有结果，个案重新打开",
        "After the split somebody has no outcome yet: the case opens again",
    ),
    (
        "task/case_closed",
        "个案已结束，任务撤回",
        "The case was closed: the task is withdrawn",
    ),
    (
        "escalation/tier",
        "{tier:tier}须由 {department} 签收",
        "{tier:tier} asks {department} to acknowledge",
    ),
    (
        "escalation/area",
        "辖区为{area_level:level}色（{tier:tier}），须由 {department} 签收",
        "The area is {area_level:level} ({tier:tier}): {department} is asked to acknowledge",
    ),
    (
        "area_colour/signal",
        "{station} 于 {issued_at} 发布{kind:kind}{colour:colour}预警：救助响应{level:level}",
        "{station} issued {kind:kind} {colour:colour} at {issued_at}: rescue response {level:level}",
    ),
    (
        "area_colour/temp_min",
        "{station} 于 {issued_at} 预报夜间最低 {value} °C，达到 {threshold} °C：救助响应{level:level}",
        "{station} at {issued_at}: night minimum {value} °C, threshold {threshold} °C: rescue response {level:level}",
    ),
    (
        "area_colour/apparent_min",
        "{station} 于 {issued_at} 预报夜间体感最低 {value} °C，达到 {threshold} °C：救助响应{level:level}",
        "{station} at {issued_at}: apparent night minimum {value} °C, threshold {threshold} °C: rescue response {level:level}",
    ),
    (
        "area_colour/running_nights",
        "连续第 {n_nights} 夜最低气温不高于 {threshold} °C（{station} {issued_at}）：救助响应{level:level}",
        "Night {n_nights} running with a minimum of {threshold} °C or less ({station}, {issued_at}): rescue response {level:level}",
    ),
    (
        "area_colour/wet_cold",
        "夜间最低 {value} °C 且雨雪 {precipitation_mm} 毫米（{station} {issued_at}）：救助响应{level:level}",
        "Night minimum {value} °C with {precipitation_mm} mm of rain or sleet ({station}, {issued_at}): rescue response {level:level}",
    ),
    (
        "area_colour/temp_max",
        "{station} 于 {issued_at} 预报最高 {value} °C，达到 {threshold} °C：救助响应{level:level}",
        "{station} at {issued_at}: maximum {value} °C, threshold {threshold} °C: rescue response {level:level}",
    ),
    (
        "area_colour/hot_night",
        "夜间最低 {value} °C，不低于 {threshold} °C（{station} {issued_at}）：救助响应{level:level}",
        "Night minimum {value} °C, at least {threshold} °C ({station}, {issued_at}): rescue response {level:level}",
    ),
    (
        "area_colour/air_quality",
        "空气质量指数 {value}，不低于 {threshold}（{station} {issued_at}）：救助响应{level:level}",
        "Air quality index {value}, at least {threshold} ({station}, {issued_at}): rescue response {level:level}",
    ),
    (
        "area_colour/hand_raise",
        "{by} 于 {at} 提升为{level:level}色：{why}",
        "{by} raised to {level:level} at {at}: {why}",
    ),
    (
        "area_colour/no_trigger",
        "没有触发条件",
        "Nothing triggers a colour",
    ),
    (
        "area_step/raised",
        "触发条件为{triggered:level}色，立即提升",
        "A trigger for {triggered:level}: raised at once",
    ),
    (
        "area_step/held",
        "触发条件仍在，保持{level:level}色",
        "Its trigger is still there: stays {level:level}",
    ),
    (
        "area_step/waits",
        "触发条件已消失，最早 {allowed_at} 可降一级",
        "Its trigger has gone; it may fall one step from {allowed_at}",
    ),
    (
        "area_step/lowered",
        "触发条件已消失足够久，从{level:level}色降一级",
        "Its trigger has been gone long enough: one step down from {level:level}",
    ),
    (
        "area_step/lowered_by_hand",
        "由具名人员从{from:level}色降为{level:level}色",
        "Lowered by a named person from {from:level} to {level:level}",
    ),
    (
        "area_next/none",
        "达到任一触发条件即提升",
        "Any trigger raises it",
    ),
    (
        "area_next/trigger",
        "触发条件结束后才会降低",
        "It can fall only after its trigger ends",
    ),
    (
        "area_next/lowering",
        "若无新的触发条件，{allowed_at} 起可降为{level:level}色",
        "Without a new trigger it may fall to {level:level} from {allowed_at}",
    ),
    (
        "assignment/nearest",
        "{unit} 折算距离 {metres_judged} 米，当班且有空",
        "{unit} is judged {metres_judged} m away, on shift and free",
    ),
    (
        "assignment/taken_off",
        "{unit} 从较不紧急的途中改派，折算距离 {metres_judged} 米",
        "{unit} is taken off its way to something less urgent, judged {metres_judged} m away",
    ),
    (
        "assignment/off_shift",
        "{unit} 不在班",
        "{unit} is off shift",
    ),
    (
        "assignment/in_trouble",
        "{unit} 未报平安或已求助",
        "{unit} missed a check-in or called for help",
    ),
    (
        "assignment/had_it_before",
        "{unit} 已被派过或已退回",
        "{unit} had this work before",
    ),
    (
        "assignment/under_way",
        "{unit} 已有进行中的任务",
        "{unit} has a task under way",
    ),
    (
        "assignment/has_offer",
        "{unit} 已有待签收的任务",
        "{unit} has an offer already",
    ),
    (
        "assignment/skill_missing",
        "{unit} 缺少所需技能",
        "{unit} lacks a skill that is needed",
    ),
    (
        "assignment/language_missing",
        "{unit} 不会所需语言",
        "{unit} does not speak the language that is needed",
    ),
    (
        "assignment/where_unknown",
        "{unit} 没有新的位置，也没有驻点",
        "{unit} has no fresh position and no post",
    ),
    ("assignment/too_far", "{unit} 太远", "{unit} is too far"),
    (
        "matching/merged",
        "相距 {distance_m} 米，没有矛盾，自动并入",
        "{distance_m} m apart and nothing contradicts: merged by itself",
    ),
    (
        "matching/suggested",
        "相距 {distance_m} 米，可能是同一人，相似度 {score}",
        "{distance_m} m apart, perhaps the same person, score {score}",
    ),
    (
        "matching/too_far_to_merge",
        "距离过大，不自动并入",
        "Too far apart to be merged by itself",
    ),
    (
        "matching/not_accurate_enough",
        "定位不够准，不自动并入",
        "Positions are not accurate enough to be merged by itself",
    ),
    (
        "matching/two_jurisdictions",
        "不在同一辖区，不自动并入",
        "Not in one jurisdiction: not merged by itself",
    ),
    (
        "matching/sex_contradicts",
        "性别不一致",
        "The sex contradicts",
    ),
    (
        "matching/age_contradicts",
        "年龄段不一致",
        "The age band contradicts",
    ),
    (
        "matching/number_contradicts",
        "人数不一致",
        "The number of people contradicts",
    ),
    (
        "matching/needs_a_person",
        "涉及危急或保护对象，须由人确认",
        "Someone in danger or to be protected: a person has to confirm",
    ),
    (
        "jurisdiction/place_owner",
        "所选点位归属 {jurisdiction}",
        "The chosen place belongs to {jurisdiction}",
    ),
    (
        "jurisdiction/point",
        "位置在 {jurisdiction} 界内",
        "The position lies in {jurisdiction}",
    ),
    (
        "jurisdiction/nearest",
        "最近的是 {jurisdiction}，属推测，请确认",
        "{jurisdiction} is nearest: a guess, please confirm",
    ),
    (
        "jurisdiction/reporter",
        "位置不可用，先归报告人所在的 {jurisdiction}，请确认",
        "The position cannot be used: given to the reporter's own street {jurisdiction}, please confirm",
    ),
    (
        "jurisdiction/command_desk",
        "位置不可用且报告人没有所属街镇，归指挥中心",
        "The position cannot be used and the reporter has no street: to the command desk",
    ),
    (
        "outcome/legal_basis",
        "依据 {article}（{ground}），由 {department} 决定",
        "On the ground of {article} ({ground}), for {department} to decide",
    ),
    (
        "revisit/refused_high",
        "{priority:priority} 不接受救助，辖区{area_level:level}色：按表回访",
        "{priority:priority} declined help, street {area_level:level}: revisited by the table",
    ),
    (
        "revisit/refused_low",
        "不接受救助，辖区{area_level:level}色：按表回访",
        "Declined help, street {area_level:level}: revisited by the table",
    ),
    (
        "revisit/street_aid",
        "街面救助后，辖区{area_level:level}色：按表回访",
        "After aid in the street, street {area_level:level}: revisited by the table",
    ),
    (
        "revisit/not_found",
        "未找到，还有 {n_visits} 次再找",
        "Not found; {n_visits} more tries",
    ),
    (
        "revisit/tries_over",
        "各次再找都未找到",
        "Every try found nobody",
    ),
    (
        "revisit/none",
        "此结果不需要回访",
        "This outcome needs no revisit",
    ),
    (
        "special_care/weekly",
        "特殊关爱对象每周至少两次，本周已 {n_this_week} 次",
        "A person of special concern: at least twice a week, {n_this_week} this week",
    ),
    (
        "special_care/daily",
        "特殊关爱对象每日一次",
        "A person of special concern: every day",
    ),
    (
        "special_care/daily_and_night",
        "特殊关爱对象每日一次，夜间再一次",
        "A person of special concern: every day and every night",
    ),
    (
        "reopening/higher_priority",
        "新的发现级别更高，个案重新打开",
        "The new sighting is more urgent: the case opens again",
    ),
    (
        "reopening/worse",
        "新的发现情形更差，个案重新打开",
        "The new sighting is worse: the case opens again",
    ),
    (
        "reopening/asked_for_help",
        "本人求助，个案重新打开",
        "The person asked for help: the case opens again",
    ),
    (
        "task/somebody_is_there",
        "已有人到场，任务撤回",
        "Somebody is there already: the task is withdrawn",
    ),
    (
        "task/followed_up",
        "已转入跟进，任务撤回",
        "The case is followed up now: the task is withdrawn",
    ),
    (
        "shelter/opens_at_level",
        "辖区为{area_level:level}色，{resource} 应开放（{opens_at_level:level}色起），请管理人确认",
        "The street is {area_level:level}: {resource} should be open (from {opens_at_level:level}); its keeper is asked to confirm",
    ),
    (
        "subject/somebody_waits",
        "跟进中的个案又有一人尚无结果，个案重新打开",
        "Somebody without an outcome came to a case in follow-up: the case opens again",
    ),
    (
        "outcome/arrival_not_confirmed",
        "接收方没有按时确认到达，个案重新打开",
        "The receiving place did not confirm the arrival in time: the case opens again",
    ),
    (
        "assignment/by_hand",
        "{by} 指派 {unit}：{reason}",
        "{by} assigned {unit}: {reason}",
    ),
    (
        "assignment/self_made",
        "报告人已在现场，自行上门",
        "The reporter is there already and made the visit",
    ),
];
