//! Which of security group or network ACL rejected what, and which rejections no rule is to blame for.

mod around;
mod blocked;
mod broken;
mod case;
mod changed;
mod denials;
mod denied;
mod mixed;
mod noise;
mod stray;
mod unanswered;

use std::collections::BTreeSet;
use std::net::IpAddr;

use denials::Denials;
pub(super) use noise::TITLE as BACKGROUND;

use super::context::Context;
use super::draft::Draft;
use super::finding::Direction;
use super::{Ask, ask_all};

/// TCP requests of which the far end's own records tell why they have no answer: the far end's interface, its
/// port, and who asked.
type Explained = BTreeSet<(String, u16, IpAddr)>;

/// Runs the steps.
pub(super) async fn drafts(ask: &impl Ask, context: &Context) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let mut explained = Explained::default();
    if context.survey.rejected > 0 {
        let mut denials = Denials::default();
        let mut mixed = mixed::judge(&ask.ask(&mixed::plan(context)).await, &mut denials);
        let mut noise = noise::judge(&ask_all(ask, &noise::plans(context)).await);
        if let Some(plan) = noise.plan_of_peers(context) {
            noise.judge_peers(&ask.ask(&plan).await);
        }
        stray::judge(context, &ask.ask(&stray::plan(context, noise.few())).await, &mut mixed);
        explained.extend(mixed.requests_without_reply());
        drafts.extend(broken::drafts(context, mixed));

        let answers = ask_all(ask, &denied::plans(context)).await;
        let public_out = denied::judge(&answers, &mut denials);
        if let Some(plan) = noise.plan_of_few(context) {
            noise.judge_few(&ask.ask(&plan).await, &mut denials);
        }
        explained.extend(denials.inbound());
        let changed = changed(ask, context, refused(&denials, &public_out, &noise)).await;
        drafts.extend(changed::drafts(context, &changed, &mut denials));
        noise.take(&mut denials);

        let around = match around::plan(context, &denials) {
            Some(plan) => around::judge(&ask.ask(&plan).await),
            None => around::Around::default(),
        };
        drafts.extend(denied::drafts(context, denials, &public_out, &around));
        drafts.extend(noise.drafts(context));
        if context.has(crate::record::Field::RejectReason) {
            let blocked = blocked::judge(&ask.ask(&blocked::plan(context)).await);
            explained.extend(blocked.requests.iter().cloned());
            drafts.extend(blocked::drafts(context, blocked));
        }
    }
    if let Some(plan) = unanswered::plan(context) {
        drafts.extend(unanswered::drafts(context, &ask.ask(&plan).await, &explained));
    }
    drafts
}

/// The services of which requests were rejected.
fn refused(
    denials: &Denials,
    public_out: &denied::PublicOut,
    noise: &noise::Noise,
) -> BTreeSet<changed::Service> {
    let one_by_one = denials
        .by_request
        .keys()
        .map(|request| (request.interface.as_str(), request.direction, request.port));
    let outbound =
        public_out.keys().map(|(interface, _, port)| (interface.as_str(), Direction::Outbound, *port));
    one_by_one
        .chain(outbound)
        .chain(noise.services())
        .map(|(interface, direction, port)| (interface.to_owned(), direction, port))
        .collect()
}

/// Looks for a change only where requests to a service met both verdicts: the search itself is dear.
async fn changed(ask: &impl Ask, context: &Context, refused: BTreeSet<changed::Service>) -> changed::Changed {
    let Some(plan) = changed::plan_of_services(context, &refused) else { return changed::Changed::default() };
    let both = changed::judge_services(&ask.ask(&plan).await, &refused);
    let Some(plan) = changed::plan(context, &both) else { return changed::Changed::default() };
    changed::judge(&ask.ask(&plan).await)
}
