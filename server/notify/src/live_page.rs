//! The live page: a notice is handed out when at least one page of its addressee is open; the feed shows it there.
//! Whoever opens one later sees it too, but nobody may count on that: an absent person is not reached.

use futures_util::future::{self, BoxFuture};
use model::deadline::{Addressee, Notice};
use uuid::Uuid;

use crate::channel::{Channel, Delivery, DeliveryFault};

/// Who has a page open.
pub trait Presence: Send + Sync {
    /// Whether somebody who answers for this addressee has a page open.
    fn is_present(&self, addressee: &Addressee) -> bool;
}

impl<F: Fn(&Addressee) -> bool + Send + Sync> Presence for F {
    fn is_present(&self, addressee: &Addressee) -> bool {
        self(addressee)
    }
}

/// The channel of open pages.
pub struct LivePage<P>(pub P);

/// Its name in events.
pub const NAME: &str = "live_page";

impl<P: Presence> Channel for LivePage<P> {
    fn name(&self) -> &'static str {
        NAME
    }

    fn deliver<'a>(
        &'a self,
        _key: Uuid,
        notice: &'a Notice,
    ) -> BoxFuture<'a, Result<Delivery, DeliveryFault>> {
        let delivery = if self.0.is_present(&notice.addressee) {
            Delivery::Delivered
        } else {
            Delivery::Noted
        };
        Box::pin(future::ready(Ok(delivery)))
    }
}

#[cfg(test)]
mod tests {
    use model::deadline::NoticeAbout;
    use model::id::NoticeId;
    use model::time::Instant;

    use super::*;

    #[tokio::test]
    async fn a_notice_is_only_noted_until_its_addressee_has_a_page_open() {
        let notice = Notice {
            id: NoticeId(Uuid::from_u128(1)),
            addressee: Addressee::DutyOfficer,
            about: NoticeAbout::ConfirmColour,
            case_id: None,
            escalation_id: None,
            unit: None,
            task_id: None,
            step: None,
            cases: Vec::new(),
            queued_at: Instant::from_ms(0),
            ended: None,
            drill: false,
        };
        let absent = LivePage(|_: &Addressee| false);
        assert_eq!(
            absent.deliver(notice.id.0, &notice).await,
            Ok(Delivery::Noted)
        );
        let present = LivePage(|to: &Addressee| *to == Addressee::DutyOfficer);
        assert_eq!(
            present.deliver(notice.id.0, &notice).await,
            Ok(Delivery::Delivered)
        );
    }
}
