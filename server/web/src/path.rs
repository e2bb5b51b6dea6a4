//! Ids in a path. An id that is no id is told apart from one that is unknown.

use std::future::Future;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use model::refusal::{Refusal, RefusalCode};
use uuid::Uuid;

use crate::problem::Problem;
use crate::services::Services;

/// The longest name id in a path; none of ours comes near it.
const NAME_LENGTH_MAX: usize = 128;

/// A UUID in a path.
#[derive(Clone, Copy, Debug)]
pub struct PathId<T>(pub T);

/// A name id in a path: of a unit, a street, a resource.
#[derive(Clone, Debug)]
pub struct PathName<T>(pub T);

impl<T: From<Uuid>> FromRequestParts<Services> for PathId<T> {
    type Rejection = Problem;

    fn from_request_parts(
        parts: &mut Parts,
        services: &Services,
    ) -> impl Future<Output = Result<Self, Problem>> + Send {
        let path = Path::<String>::from_request_parts(parts, services);
        async move {
            let Path(text) = path.await.map_err(|_| bad_id())?;
            let id: Uuid = text.parse().map_err(|_| bad_id())?;
            Ok(Self(T::from(id)))
        }
    }
}

impl<T: From<String>> FromRequestParts<Services> for PathName<T> {
    type Rejection = Problem;

    fn from_request_parts(
        parts: &mut Parts,
        services: &Services,
    ) -> impl Future<Output = Result<Self, Problem>> + Send {
        let path = Path::<String>::from_request_parts(parts, services);
        async move {
            let Path(text) = path.await.map_err(|_| bad_id())?;
            if text.is_empty() || text.len() > NAME_LENGTH_MAX {
                return Err(RefusalCode::NotFound.into());
            }
            Ok(Self(T::from(text)))
        }
    }
}

fn bad_id() -> Problem {
    Refusal::new(RefusalCode::BadId).into()
}
