//! The log as a channel: an operator sees that somebody has to be told, and what kind of thing about. It reaches
//! nobody for certain.

use futures_util::future::{self, BoxFuture};
use model::deadline::Notice;
use uuid::Uuid;

use crate::channel::{Channel, Delivery, DeliveryFault};

/// The log.
#[derive(Clone, Copy, Debug, Default)]
pub struct Log;

impl Channel for Log {
    fn name(&self) -> &'static str {
        "log"
    }

    fn deliver<'a>(
        &'a self,
        key: Uuid,
        notice: &'a Notice,
    ) -> BoxFuture<'a, Result<Delivery, DeliveryFault>> {
        tracing::info!(
            notice.id = %key,
            notice.about = %notice.about,
            notice.to = %kind_of(notice),
            drill = notice.drill,
            "Somebody has to be told"
        );
        Box::pin(future::ready(Ok(Delivery::Noted)))
    }
}

/// Which kind of addressee, without the name of an account.
fn kind_of(notice: &Notice) -> &'static str {
    use model::deadline::Addressee;
    match notice.addressee {
        Addressee::Unit { .. } => "unit",
        Addressee::UnitLeader { .. } => "unit_leader",
        Addressee::Department { .. } => "department",
        Addressee::DepartmentLeader { .. } => "department_leader",
        Addressee::DepartmentSuperior { .. } => "department_superior",
        Addressee::DutyOfficer => "duty_officer",
        Addressee::NextOfficer => "next_officer",
        Addressee::DistrictDutyLeader => "district_duty_leader",
        Addressee::Account { .. } => "account",
    }
}
