//! Answers of the tables about outcomes, what they make of a case, and the next visits.

use model::actor::Role;
use model::id::DepartmentId;
use model::outcome::{HandedTo, LegalBasis, NamedPerson, Outcome};
use policy::facts::{CareFacts, RevisitFacts};
use policy::outcome::{
    OutcomeFacts, Silence, SubjectBecomes, subject_becomes, verdict_for_outcome,
};
use policy::policy::Policy;
use policy::revisit::next_revisit;
use policy::special_care::verdict_for_care;

use super::row::{Row, all_shown, shown, yes_no};

fn outcome_of(row: &Row) -> Outcome {
    let named = |name: &str| {
        row.get(name)
            .split_once('/')
            .map(|(organisation, name)| (organisation.to_owned(), name.to_owned()))
    };
    let has_basis = !row.get("ground").is_empty();
    Outcome {
        outcome: row.word("outcome"),
        detail: row.maybe("detail"),
        subjects: Vec::new(),
        n_met: None,
        offered: row
            .get("offered")
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        informed: row.yes("informed"),
        card_left: false,
        items: Vec::new(),
        legal_basis: has_basis.then(|| LegalBasis {
            ground: row.get("ground").to_owned(),
            article: row.get("article").to_owned(),
            decided_by: row.get("decided_by").to_owned(),
        }),
        capacity: row.maybe("capacity"),
        assessed_by: named("assessed")
            .map(|(organisation, name)| NamedPerson { organisation, name }),
        searched: Vec::new(),
        handed_to: named("handed_to").map(|(organisation, name)| HandedTo {
            organisation,
            name,
            at: None,
            confirmed_at: None,
        }),
        at: None,
    }
}

pub fn outcome(policy: &Policy, row: &Row) -> (String, String) {
    let outcome = outcome_of(row);
    let facts = OutcomeFacts {
        outcome: &outcome,
        priority: row.word("priority"),
        recorder: Role::Patrol,
        guardian_present: row.yes("guardian"),
        harm_suspected: row.yes("harm"),
    };
    let says = match verdict_for_outcome(policy, &facts) {
        Ok(accepted) => {
            let asks = accepted.asks.map(|department| format!("asks {department}"));
            let informed: Vec<&str> = accepted.informs.iter().map(DepartmentId::as_str).collect();
            let informs = (!informed.is_empty()).then(|| format!("informs {}", informed.join(" ")));
            let parts: Vec<String> = asks.into_iter().chain(informs).collect();
            if parts.is_empty() {
                "yes".to_owned()
            } else {
                parts.join(" ")
            }
        }
        Err(refusal) => format!(
            "{} {}",
            refusal.code.as_str(),
            refusal.pointer.unwrap_or_default()
        ),
    };
    (says, row.get("answer").to_owned())
}

pub fn becomes(policy: &Policy, row: &Row) -> (String, String) {
    let says = match subject_becomes(policy, row.word("outcome")) {
        SubjectBecomes::Revisited => "revisit".to_owned(),
        SubjectBecomes::Received(timer) => {
            let silence = match timer.silence {
                Silence::OpensAgain => "open_again",
                Silence::AskedAgain => "ask_again",
            };
            format!(
                "receiver {} {silence}",
                policy::duration::Length(timer.after)
            )
        }
        SubjectBecomes::Closed { review: false } => "closed".to_owned(),
        SubjectBecomes::Closed { review: true } => "closed review".to_owned(),
    };
    (says, row.get("becomes").to_owned())
}

pub fn revisit(policy: &Policy, row: &Row) -> (String, String) {
    let next = next_revisit(
        policy,
        &RevisitFacts {
            now: row.moment("now"),
            area: row.word("area"),
            priority: row.word("priority"),
            latest: row.word("outcome"),
            n_not_found: row.word("tries"),
            ever_refused: row.yes("ever_refused"),
            declined: row.moments("declined"),
            seen: row.moments("seen"),
        },
    );
    (
        format!(
            "{} / {} / {}",
            all_shown(&next.due),
            yes_no(next.look),
            yes_no(next.tries_over)
        ),
        format!(
            "{} / {} / {}",
            row.get("due"),
            row.get("look"),
            row.get("over")
        ),
    )
}

pub fn special_care(policy: &Policy, row: &Row) -> (String, String) {
    let next = verdict_for_care(
        policy,
        &CareFacts {
            now: row.moment("now"),
            area: row.word("area"),
            visits: row.moments("visits"),
            since: row.moment("since"),
            seen: Vec::new(),
        },
    );
    (shown(next.due), row.get("due").to_owned())
}
