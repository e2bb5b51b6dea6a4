//! A call of a signed-in account: who, which district, and for commands under which id and whether only a preview.

use axum::extract::{FromRequestParts, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use model::actor::Actor;
use model::command::Command;
use model::id::{CommandId, DistrictId};
use model::refusal::{Refusal, RefusalCode};
use model::time::Instant;
use runtime::handle::DistrictHandle;
use runtime::published::ReadView;
use runtime::submission::{Answer, PersonalField, Submission};
use serde_json::Value;
use uuid::Uuid;

use crate::answers::Answered;
use crate::body::TakenField;
use crate::content::Sent;
use crate::problem::Problem;
use crate::services::Services;
use crate::session::SignedIn;

/// The header by which a sender names its command.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Query parameters, in their order; each name as often as it came.
#[derive(Clone, Debug, Default)]
pub struct Queries(Vec<(String, String)>);

/// A read by a signed-in account.
#[derive(Clone)]
pub struct Reading {
    /// What every handler has at hand.
    pub services: Services,
    /// Who.
    pub who: SignedIn,
    /// The district.
    pub district: DistrictHandle,
    /// The query.
    pub queries: Queries,
}

/// A command by a signed-in account.
#[derive(Clone)]
pub struct Call {
    /// Who, where.
    pub reading: Reading,
    /// The id that the sender named.
    pub named_id: Option<CommandId>,
    /// Whether only to say what would happen.
    pub preview: bool,
}

impl Queries {
    /// The first value of a parameter; an empty one counts as absent.
    pub fn one(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Whether a parameter stands there at all, with or without a value.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// A parameter that is true or false.
    ///
    /// # Errors
    /// `wrong_kind` with the parameter's name.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.one(name) {
            None if self.has(name) => Ok(Some(true)),
            None => Ok(None),
            Some("true" | "1") => Ok(Some(true)),
            Some("false" | "0") => Ok(Some(false)),
            Some(_) => Err(Refusal::new(RefusalCode::WrongKind).with("parameter", name)),
        }
    }

    /// A parameter of a closed list or a number.
    ///
    /// # Errors
    /// `unknown_word` with the parameter's name.
    pub fn word<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Refusal> {
        self.one(name).map(|text| parsed(name, text)).transpose()
    }

    /// A parameter that is a time with offset.
    ///
    /// # Errors
    /// `impossible_time` with the parameter's name.
    pub fn time(&self, name: &str) -> Result<Option<Instant>, Refusal> {
        let Some(text) = self.one(name) else {
            return Ok(None);
        };
        serde_json::from_value(Value::from(text))
            .map(Some)
            .map_err(|_| Refusal::new(RefusalCode::ImpossibleTime).with("parameter", name))
    }

    /// How many items a page may have.
    ///
    /// # Errors
    /// `out_of_range` for none, or for more than there may be.
    pub fn limit(&self, max: usize) -> Result<Option<usize>, Refusal> {
        let limit = self.word::<usize>("limit")?;
        match limit {
            Some(n) if n == 0 || n > max => Err(Refusal::new(RefusalCode::OutOfRange)
                .with("parameter", "limit")
                .with("max", max)),
            Some(_) | None => Ok(limit),
        }
    }
}

fn parsed<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, Refusal> {
    text.parse()
        .map_err(|_| Refusal::new(RefusalCode::UnknownWordGiven).with("parameter", name))
}

impl FromRequestParts<Services> for Reading {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, services: &Services) -> Result<Self, Problem> {
        let who = SignedIn::from_request_parts(parts, services).await?;
        let queries = queries_of(parts)?;
        let district = district_of(services, &who, queries.one("district"))?;
        Ok(Self {
            services: services.clone(),
            who,
            district,
            queries,
        })
    }
}

impl FromRequestParts<Services> for Call {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, services: &Services) -> Result<Self, Problem> {
        let reading = Reading::from_request_parts(parts, services).await?;
        let preview = reading.queries.flag("preview")?.unwrap_or(false);
        Ok(Self {
            named_id: named_id(parts)?,
            reading,
            preview,
        })
    }
}

/// The query of a request.
///
/// # Errors
/// `malformed_body` when it is no form of names and values.
pub fn queries_of(parts: &Parts) -> Result<Queries, Problem> {
    Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
        .map(|Query(pairs)| Queries(pairs))
        .map_err(|_| Problem::from(Refusal::new(RefusalCode::MalformedBody).with("part", "query")))
}

/// The district that an account means: the named one if it may enter it, else its only or first one.
///
/// # Errors
/// `not_found` for one that it may not enter or that is not hosted here.
pub fn district_of(
    services: &Services,
    who: &SignedIn,
    named: Option<&str>,
) -> Result<DistrictHandle, Problem> {
    let wanted = named.map(DistrictId::from);
    let allowed = match &wanted {
        Some(wanted) => who.districts.iter().find(|district| *district == wanted),
        None => who.districts.first(),
    };
    allowed
        .and_then(|district| services.runtime.district(district))
        .ok_or_else(|| {
            Refusal::new(RefusalCode::NotFound)
                .with("parameter", "district")
                .into()
        })
}

fn named_id(parts: &Parts) -> Result<Option<CommandId>, Problem> {
    let Some(value) = parts.headers.get(IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    let id: Option<Uuid> = value
        .to_str()
        .ok()
        .and_then(|text| text.trim().parse().ok());
    match id {
        Some(id) if !id.is_nil() => Ok(Some(CommandId(id))),
        Some(_) | None => Err(Refusal::new(RefusalCode::BadId)
            .with("header", "Idempotency-Key")
            .into()),
    }
}

impl Reading {
    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.who.actor
    }

    /// The committed state as of now.
    pub fn view(&self) -> ReadView {
        self.district.read()
    }
}

impl Call {
    /// The id of this command: the sender's, else a new one.
    pub fn id(&self) -> CommandId {
        self.named_id
            .unwrap_or_else(|| CommandId(self.reading.district.new_id()))
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        self.reading.actor()
    }

    /// Hands in a command under the sender's id.
    ///
    /// # Errors
    /// What the core refuses, and 503 where it cannot be taken now.
    pub async fn submit(&self, sent: Sent, command: Command) -> Result<Answered, Problem> {
        self.submit_as(self.id(), None, sent, command).await
    }

    /// Hands in a command under an id of its own.
    ///
    /// # Errors
    /// As [`Self::submit`].
    pub async fn submit_as(
        &self,
        id: CommandId,
        recorded_at: Option<Instant>,
        sent: Sent,
        command: Command,
    ) -> Result<Answered, Problem> {
        let personal = personal_of(&command, id, sent.personal);
        let mut submission = self.submission(id, command, personal);
        submission.recorded_at = recorded_at;
        submission.seen_seq = sent.seen_seq;
        let answer = self.reading.district.submit(submission).await?;
        Ok(Answered {
            number: StatusCode::OK,
            body: answer.value,
        })
    }

    /// A submission by this account.
    pub fn submission(
        &self,
        id: CommandId,
        command: Command,
        personal: Vec<PersonalField>,
    ) -> Submission {
        Submission {
            personal,
            preview: self.preview,
            ..Submission::new(id, self.actor().clone(), command)
        }
    }

    /// Hands in a whole submission and gives the runtime's answer.
    ///
    /// # Errors
    /// As [`Self::submit`].
    pub async fn submit_whole(&self, submission: Submission) -> Result<Answer, Problem> {
        Ok(self.reading.district.submit(submission).await?)
    }
}

/// Personal fields with the record that they belong to.
pub fn personal_of(command: &Command, id: CommandId, taken: Vec<TakenField>) -> Vec<PersonalField> {
    let record = command.record(id);
    taken
        .into_iter()
        .map(|field| PersonalField {
            record,
            kind: field.kind,
            text: field.text,
        })
        .collect()
}
