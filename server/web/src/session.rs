//! Who asks: the signed-in account by cookie or bearer token, and the routes that begin and end a session.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::actor::{Actor, Role};
use model::id::{AccountName, DepartmentId, DistrictId, JurisdictionCode, UnitId};
use model::refusal::RefusalCode;
use model::time::Instant;
use runtime::accounts::SignInError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use crate::answers::whole_seconds;
use crate::content::Form;
use crate::documents::{ReadProblems, SignInProblems};
use crate::problem::Problem;
use crate::services::Services;

/// The name of the cookie.
pub const COOKIE: &str = "lamplighter_session";
/// A password longer than this is not hashed: hashing costs time and memory.
const PASSWORD_BYTES_MAX: usize = 1_024;

/// Somebody who is signed in, as a handler sees them.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who.
    pub actor: Actor,
    /// Districts that may be entered, the default one first.
    pub districts: Vec<DistrictId>,
    /// The session's key, for the feed.
    pub token_hash: [u8; 32],
    /// Version of the account's rights, for the feed.
    pub rights_version: u64,
    /// When the session ends without another request.
    pub expires_at: Instant,
}

/// Account and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInBody {
    /// The account.
    pub account: String,
    /// Its password.
    #[schema(format = Password)]
    pub password: String,
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// The token, shown once at the sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub token: Option<String>,
    /// The account.
    pub account: AccountName,
    /// Its role.
    pub role: Role,
    /// Its streets.
    pub jurisdictions: Vec<JurisdictionCode>,
    /// Its department.
    pub department: Option<DepartmentId>,
    /// Its unit.
    pub unit: Option<UnitId>,
    /// The district that is meant where a call names none.
    pub district: DistrictId,
    /// Districts that it may enter.
    pub districts: Vec<DistrictId>,
    /// When the session ends without another request.
    pub expires_at: Instant,
    /// The district's time.
    pub now: Instant,
    /// How many times faster than the world the district's clock runs.
    pub clock_rate: f64,
}

/// The routes of the session.
pub fn router() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(sign_in, who_am_i, sign_out))
}

/// Signs in: gives a token and sets the cookie.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", request_body = SignInBody, security(()),
    responses((status = 200, description = "Who is signed in, with the token", body = SessionView), SignInProblems))]
async fn sign_in(
    State(services): State<Services>,
    Caller(address): Caller,
    form: Form<SignInBody>,
) -> Result<Response, Problem> {
    let SignInBody { account, password } = form.value;
    let password = Zeroizing::new(password);
    if password.len() > PASSWORD_BYTES_MAX {
        return Err(RefusalCode::WrongCredentials.into());
    }
    let accounts = services.runtime.accounts();
    let session = accounts.sign_in(&account, password, &address).await?;
    let cookie = cookie_with(&session.token, services.tls)?;
    let who = SignedIn::from(session.signed_in);
    let view = view_of(&services, &who, Some(session.token.to_string()))?;
    Ok(([(header::SET_COOKIE, cookie)], Json(view)).into_response())
}

/// Who am I.
#[utoipa::path(get, path = "/api/v1/session", tag = "session",
    responses((status = 200, description = "Who is signed in", body = SessionView), ReadProblems))]
async fn who_am_i(
    State(services): State<Services>,
    who: SignedIn,
) -> Result<Json<SessionView>, Problem> {
    Ok(Json(view_of(&services, &who, None)?))
}

/// Leaves: the session ends, its feeds are closed, the cookie is taken away.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session",
    responses((status = 204, description = "The session has ended"), ReadProblems))]
async fn sign_out(
    State(services): State<Services>,
    headers: HeaderMap,
    _who: SignedIn,
) -> Result<Response, Problem> {
    if let Some(token) = bearer_of(&headers).or_else(|| cookie_of(&headers)) {
        services.runtime.accounts().sign_out(&token).await;
    }
    let cookie = cookie_with("", services.tls)?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

fn view_of(
    services: &Services,
    who: &SignedIn,
    token: Option<String>,
) -> Result<SessionView, Problem> {
    let district = crate::call::district_of(services, who, None)?;
    Ok(SessionView {
        token,
        account: who.actor.account.clone(),
        role: who.actor.role,
        jurisdictions: who.actor.jurisdictions.iter().cloned().collect(),
        department: who.actor.department.clone(),
        unit: who.actor.unit.clone(),
        district: district.id().clone(),
        districts: who.districts.clone(),
        expires_at: who.expires_at,
        now: district.now(),
        clock_rate: district.clock_rate(),
    })
}

/// The cookie that holds a token; an empty one is taken away at once.
fn cookie_with(token: &str, tls: bool) -> Result<HeaderValue, Problem> {
    let secure = if tls { "; Secure" } else { "" };
    let age = if token.is_empty() { "; Max-Age=0" } else { "" };
    let text = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict{secure}{age}");
    let mut value =
        HeaderValue::from_str(&text).map_err(|_| Problem::from(RefusalCode::Internal))?;
    value.set_sensitive(true);
    Ok(value)
}

/// The token of an `Authorization: Bearer` header.
pub fn bearer_of(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}

/// The token of our cookie.
pub fn cookie_of(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == COOKIE && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

/// Who holds a token.
///
/// # Errors
/// `not_signed_in`, `session_expired`.
pub async fn enter(services: &Services, token: &str) -> Result<SignedIn, Problem> {
    let signed_in = services.runtime.accounts().session(token).await?;
    Ok(signed_in.into())
}

impl FromRequestParts<Services> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, services: &Services) -> Result<Self, Problem> {
        // A header that names a token is meant, even when an old cookie is there too.
        let token = bearer_of(&parts.headers).or_else(|| cookie_of(&parts.headers));
        match token {
            Some(token) => enter(services, &token).await,
            None => Err(RefusalCode::NotSignedIn.into()),
        }
    }
}

impl From<runtime::accounts::SignedIn> for SignedIn {
    fn from(signed_in: runtime::accounts::SignedIn) -> Self {
        Self {
            actor: signed_in.actor,
            districts: signed_in.districts,
            token_hash: signed_in.session,
            rights_version: signed_in.rights_version,
            expires_at: signed_in.expires_at,
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::WrongCredentials => RefusalCode::WrongCredentials.into(),
            SignInError::TooManyTries { retry_after } => Self {
                refusal: RefusalCode::TooManyTries.into(),
                retry_after_s: Some(whole_seconds(retry_after)),
            },
            SignInError::Fault(fault) => {
                tracing::error!(%fault, "A sign-in could not be judged");
                RefusalCode::StorageUnavailable.into()
            }
        }
    }
}

/// The address that a request came from, without its port.
pub struct Caller(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(address.map_or_else(
            || "unknown".to_owned(),
            |ConnectInfo(address)| address.ip().to_string(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    #[test]
    fn a_token_is_found_in_header_and_cookie() {
        let cookie = headers(&[(header::COOKIE, "a=b; lamplighter_session=abc; c=d")]);
        assert_eq!(cookie_of(&cookie).as_deref(), Some("abc"));
        let bearer = headers(&[(header::AUTHORIZATION, "bearer xyz")]);
        assert_eq!(bearer_of(&bearer).as_deref(), Some("xyz"));
        assert_eq!(
            bearer_of(&headers(&[(header::AUTHORIZATION, "Basic xyz")])),
            None
        );
        assert_eq!(
            cookie_of(&headers(&[(header::COOKIE, "lamplighter_session=")])),
            None
        );
    }

    #[test]
    fn the_cookie_is_kept_from_scripts_and_other_sites() {
        let cookie = cookie_with("abc", true).unwrap();
        let text = cookie.to_str().unwrap();
        for part in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/"] {
            assert!(text.contains(part), "{text}");
        }
        assert!(cookie.is_sensitive());
    }
}
