//! Refusals: the domain says no. A closed list of stable codes, each with its words, its HTTP number and whether
//! trying again makes sense. Faults of the outside do not belong here.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Text that is not a word of a closed list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is no {list}")]
pub struct UnknownWord {
    /// The list.
    pub list: &'static str,
    /// What was given.
    pub word: String,
}

/// Whether trying again makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Retry {
    /// The same request will never be accepted.
    Never,
    /// The same request may be sent again as it is.
    Same,
    /// Later, when something has changed.
    Later,
}

macro_rules! refusal_codes {
    ($($(#[$meta:meta])* $variant:ident = $code:literal, $http:literal, $retry:ident, $zh:literal, $en:literal;)+) => {
        /// The stable code of a refusal.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum RefusalCode { $($(#[$meta])* #[serde(rename = $code)] $variant),+ }

        impl RefusalCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The code as it stands on the wire.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $code),+ } }
            /// The HTTP number.
            pub const fn http(self) -> u16 { match self { $(Self::$variant => $http),+ } }
            /// Whether trying again makes sense.
            pub const fn retry(self) -> Retry { match self { $(Self::$variant => Retry::$retry),+ } }
            /// In Chinese.
            pub const fn title(self) -> &'static str { match self { $(Self::$variant => $zh),+ } }
            /// In English.
            pub const fn title_en(self) -> &'static str { match self { $(Self::$variant => $en),+ } }
        }
    };
}

refusal_codes! {
    // 400: the form cannot be read
    /// The body is no JSON.
    MalformedBody = "malformed_body", 400, Never, "内容无法读取", "The body cannot be read";
    // 401
    /// Nobody is signed in.
    NotSignedIn = "not_signed_in", 401, Later, "请先登录", "Sign in first";
    /// The session ended.
    SessionExpired = "session_expired", 401, Later, "登录已过期", "The session has expired";
    /// Wrong account or password.
    WrongCredentials = "wrong_credentials", 401, Later, "账号或密码不对", "Account or password is wrong";
    // 403
    /// The role may not do this.
    RoleMayNot = "role_may_not", 403, Never, "此角色不能做这件事", "This role may not do this";
    /// The call is outside the account's jurisdictions.
    OutsideYourJurisdiction = "outside_your_jurisdiction", 403, Never, "不在您的辖区内", "Outside your jurisdiction";
    /// A purpose is needed or does not fit.
    PurposeNotAllowed = "purpose_not_allowed", 403, Never, "此用途不能查看", "This purpose gives no right to read";
    // 404
    /// Unknown, or not yours.
    NotFound = "not_found", 404, Never, "没有找到", "Not found";
    // 405
    /// No such method here.
    MethodNotAllowed = "method_not_allowed", 405, Never, "不支持此方法", "Method not allowed";
    // 409: a rule says no
    /// Other content under an id that is taken.
    CommandIdReused = "command_id_reused", 409, Never, "此编号已用于其他内容", "This id was used for other content";
    /// The same for a sighting.
    SightingIdReused = "sighting_id_reused", 409, Never, "此报告编号已用于其他内容", "This sighting id was used for other content";
    /// Something changed since it was seen.
    CaseChanged = "case_changed", 409, Later, "个案已有变化", "The case has changed meanwhile";
    /// The case is closed.
    CaseAlreadyClosed = "case_already_closed", 409, Never, "个案已结束", "The case is closed already";
    /// The case was merged into another.
    CaseMerged = "case_merged", 409, Never, "个案已并入另一个案", "The case was merged into another";
    /// Closing needs an outcome or a decision.
    NoClosingOutcome = "no_closing_outcome", 409, Never, "没有可结案的结果或决定", "No closing outcome and no decision";
    /// Lowering of a colour is not allowed yet.
    LoweringNotAllowedNow = "lowering_not_allowed_now", 409, Later, "现在还不能降低", "Lowering is not allowed now";
    /// The legal basis is not the caller's to take.
    BasisNotYours = "basis_not_yours", 409, Never, "此依据须由有权机关决定", "This basis is for another body to decide";
    /// No basis at all.
    NoLegalBasis = "no_legal_basis", 409, Never, "此情形不构成依据", "This is no legal basis";
    /// The tier is reached or passed already.
    TierAlreadyReached = "tier_already_reached", 409, Never, "已达到此级别", "The tier is reached already";
    /// The value is not higher, or not lower.
    NotARaise = "not_a_raise", 409, Never, "不比现在高", "Not higher than now";
    /// The value is not lower.
    NotALowering = "not_a_lowering", 409, Never, "不比现在低", "Not lower than now";
    /// The task is in a state that does not allow this step.
    TaskNotInState = "task_not_in_state", 409, Never, "任务当前状态不允许此操作", "The task is not in a state for this";
    /// The task belongs to another unit.
    TaskNotYours = "task_not_yours", 409, Never, "任务已属其他力量", "The task belongs to another unit";
    /// The change must be marked seen first.
    ChangeNotSeen = "change_not_seen", 409, Later, "请先看过变化", "The change must be seen first";
    /// The reason for a return is not allowed at this time.
    ReturnReasonNotAllowed = "return_reason_not_allowed", 409, Never, "此时不能以此理由退回", "This reason is not allowed at this time";
    /// The unit cannot take it.
    UnitNotAvailable = "unit_not_available", 409, Later, "此力量现在不能承接", "The unit is not available";
    /// Nothing to undo.
    NotMerged = "not_merged", 409, Never, "没有可撤销的合并", "There is no merge to undo";
    /// A case cannot be merged into itself or across what keeps them apart.
    CannotMerge = "cannot_merge", 409, Never, "这两个个案不能合并", "These cases cannot be merged";
    /// The named things are not of this case.
    NotOfThisCase = "not_of_this_case", 409, Never, "不属于此个案", "Not of this case";
    /// A sighting without a case of its own was asked about.
    NothingToCompare = "nothing_to_compare", 409, Never, "没有可比较的个案", "There is nothing to compare";
    /// The other system has its answer.
    AlreadyReplied = "already_replied", 409, Never, "来源已答复", "The reply was given already";
    /// No other system waits for an answer to this report.
    NoReplyWanted = "no_reply_wanted", 409, Never, "此报告没有待答复的来源", "Nobody waits for a reply to this report";
    /// The escalation is complete or ended.
    EscalationEnded = "escalation_ended", 409, Never, "升级已结束", "The escalation has ended";
    /// Acknowledge first.
    NotAcknowledged = "not_acknowledged", 409, Later, "请先签收", "Acknowledge first";
    /// Withdrawn too late.
    TooLateToWithdraw = "too_late_to_withdraw", 409, Never, "已超过撤回时间", "Too late to withdraw";
    /// A P0 is handed over only when someone is on site.
    HandOverNeedsSomeoneOnSite = "hand_over_needs_someone_on_site", 409, Later, "有人到场前不能移交", "Someone must be on site before a hand-over";
    /// The hand-over was answered.
    HandOverAnswered = "hand_over_answered", 409, Never, "移交已答复", "The hand-over was answered already";
    /// The case is offered to another side already.
    HandOverRunning = "hand_over_running", 409, Later, "移交正在等待答复", "A hand-over is waiting for its answer";
    /// No free beds.
    NoFreeBeds = "no_free_beds", 409, Later, "没有空床位", "No free beds";
    /// The hold has ended.
    HoldEnded = "hold_ended", 409, Never, "留床已结束", "The hold has ended";
    /// The place is not open or not confirmed.
    ResourceNotOpen = "resource_not_open", 409, Later, "尚未确认开放", "Not confirmed open";
    /// A place with people inside stays open.
    GuestsStillInside = "guests_still_inside", 409, Later, "仍有人员在内", "People are still inside";
    /// No shift is running.
    NoShift = "no_shift", 409, Later, "没有进行中的班次", "No shift is running";
    /// The confirmation is not open.
    NothingToConfirm = "nothing_to_confirm", 409, Never, "没有待确认的预警", "There is nothing to confirm";
    /// Merging of persons would make a ring, or nothing is joined.
    PersonsNotJoined = "persons_not_joined", 409, Never, "人员未关联", "The persons are not joined";
    /// A drill and a real thing do not mix.
    DrillDoesNotMix = "drill_does_not_mix", 409, Never, "演练与真实情况不能混用", "A drill and a real thing do not mix";
    /// The drill is on or off already.
    DrillUnchanged = "drill_unchanged", 409, Never, "演练状态未改变", "The drill is in that state already";
    /// An operation that this one needs was not accepted.
    NeedsNotMet = "needs_not_met", 409, Later, "所依赖的操作未被接受", "An operation that this one needs was not accepted";
    /// The deadline is no longer due.
    StaleDeadline = "stale_deadline", 409, Never, "时限已变", "The deadline is stale";
    /// The policy is adopted already.
    PolicyUnchanged = "policy_unchanged", 409, Never, "规则未改变", "The policy is adopted already";
    /// Two named people are needed.
    NeedsTwoPeople = "needs_two_people", 409, Never, "需要两名具名人员", "Two named people are needed";
    // 413, 415
    /// Too large.
    BodyTooLarge = "body_too_large", 413, Never, "内容过大", "The body is too large";
    /// A media type that is not read here.
    UnsupportedMediaType = "unsupported_media_type", 415, Never, "不支持此类型", "Unsupported media type";
    // 422: the form is wrong
    /// A field that is not known.
    UnknownField = "unknown_field", 422, Never, "未知字段", "Unknown field";
    /// A field that is missing.
    MissingField = "missing_field", 422, Never, "缺少字段", "A field is missing";
    /// A word that is not of the list.
    UnknownWordGiven = "unknown_word", 422, Never, "不在可选范围内", "Not a word of the list";
    /// A value of the wrong kind.
    WrongKind = "wrong_kind", 422, Never, "类型不对", "A value of the wrong kind";
    /// A position that cannot be.
    ImpossiblePosition = "impossible_position", 422, Never, "位置不可能", "The position is impossible";
    /// A coordinate system that is not known or not declared.
    UnknownCrs = "unknown_crs", 422, Never, "坐标系未知或未声明", "The coordinate system is unknown or not declared";
    /// A time without offset, or no time at all.
    ImpossibleTime = "impossible_time", 422, Never, "时间无法识别", "The time cannot be read";
    /// A number out of range.
    OutOfRange = "out_of_range", 422, Never, "数值超出范围", "A number is out of range";
    /// A text that is too long or empty.
    TextLength = "text_length", 422, Never, "文字长度不符", "A text is empty or too long";
    /// An outcome whose parts do not fit together.
    OutcomeIncomplete = "outcome_incomplete", 422, Never, "结果填写不完整", "The outcome is not complete";
    /// A P1 who lacks capacity is never `refused`.
    NeverRefused = "never_refused", 422, Never, "此情形不能记为不接受救助", "This cannot be recorded as refused";
    /// Neither a position nor a place.
    NowhereGiven = "nowhere_given", 422, Never, "没有位置也没有地点", "Neither a position nor a place";
    /// An id that is no UUID.
    BadId = "bad_id", 422, Never, "编号格式不对", "The id is not a UUID";
    /// The weather signal cannot be read.
    BadSignal = "bad_signal", 422, Never, "气象信号无法识别", "The weather signal cannot be read";
    /// The reference of another thing is unknown.
    UnknownReference = "unknown_reference", 422, Never, "引用的对象不存在", "The thing referred to is unknown";
    // 429, 503
    /// Too many tries.
    TooManyTries = "too_many_tries", 429, Later, "尝试次数过多", "Too many tries";
    /// The queue is full.
    QueueFull = "queue_full", 503, Same, "系统繁忙，请稍后再试", "The queue is full, try again";
    /// The disk does not take it.
    StorageUnavailable = "storage_unavailable", 503, Same, "暂时无法保存", "Storage is unavailable";
    /// The answer took too long; the command may still be taken, and a repeat under its id gets its answer.
    RequestTimedOut = "request_timed_out", 503, Same, "处理超时，请用同一编号重试", "The answer took too long; repeat under the same id";
    /// The program is stopping.
    Stopping = "stopping", 503, Same, "系统正在停止", "The program is stopping";
    /// The server that the base map comes from failed.
    BasemapUnavailable = "basemap_unavailable", 502, Later, "底图来源出错", "The source of the base map failed";
    /// The server that the base map comes from takes too long.
    BasemapTooSlow = "basemap_too_slow", 504, Later, "底图来源太慢", "The source of the base map is too slow";
    /// Something inside failed.
    Internal = "internal", 500, Same, "系统内部错误", "Something inside failed";
}

/// A refusal: the code, what in the input it points at, and the values that matter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// The stable code.
    pub code: RefusalCode,
    /// JSON pointer into the input, where one field is at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// Values that help: `allowed_at`, `merged_into`, `field`, …; never personal.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, Value>,
}

impl Refusal {
    /// A refusal with nothing but its code.
    pub fn new(code: RefusalCode) -> Self {
        Self {
            code,
            pointer: None,
            facts: BTreeMap::new(),
        }
    }

    /// Names the field.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// Adds a value.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }
}

impl From<RefusalCode> for Refusal {
    fn from(code: RefusalCode) -> Self {
        Self::new(code)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.code.title_en())
    }
}

impl std::error::Error for Refusal {}
