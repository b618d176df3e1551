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

use std::net::IpAddr;

use denials::Denials;
use futures::future::{LocalBoxFuture, join, join3};
pub(super) use noise::TITLE as BACKGROUND;

use super::context::Context;
use super::draft::Draft;
use super::finding::Direction;
use super::{Ask, Purpose, ask_all, ask_if};
use crate::record::Field;
use crate::record::ordered::OrderedSet;

/// TCP requests of which the far end's own records tell why they have no answer: the far end's interface, its
/// port, and who asked.
type Explained = OrderedSet<(String, u16, IpAddr)>;

/// Says which plans will be asked.
pub(super) fn expect(ask: &dyn Ask, context: &Context) {
    super::expect(ask, Purpose::Mixed, [mixed::plan(context)]);
    super::expect(ask, Purpose::Noise, noise::plans(context));
    super::expect(ask, Purpose::Denied, denied::plans(context));
    super::expect(ask, Purpose::Blocked, context.has(Field::RejectReason).then(|| blocked::plan(context)));
    super::expect(ask, Purpose::Unanswered, [unanswered::plan(context)]);
}

/// Runs the steps. In a box, since they may be begun twice.
pub(super) fn drafts<'a>(ask: &'a dyn Ask, context: &'a Context) -> LocalBoxFuture<'a, Vec<Draft>> {
    Box::pin(steps(ask, context))
}

async fn steps(ask: &dyn Ask, context: &Context) -> Vec<Draft> {
    let plan = (context.survey.accepted > 0).then(|| unanswered::plan(context));
    let (rejections, unanswered) =
        join(rejections(ask, context), ask_if(ask, Purpose::Unanswered, plan)).await;
    let (mut drafts, explained) = rejections;
    if let Some(answer) = unanswered {
        drafts.extend(unanswered::drafts(context, &answer, &explained));
    }
    drafts
}

/// What was rejected, and the requests whose missing answer that explains.
async fn rejections(ask: &dyn Ask, context: &Context) -> (Vec<Draft>, Explained) {
    let (mut drafts, mut explained) = (Vec::new(), Explained::default());
    if context.survey.rejected == 0 {
        return (drafts, explained);
    }
    let (mixed, (noise, denied), blocked) = join3(
        async { ask.ask(Purpose::Mixed, &mixed::plan(context)).await },
        join(async { ask_all(ask, Purpose::Noise, &noise::plans(context)).await }, async {
            ask_all(ask, Purpose::Denied, &denied::plans(context)).await
        }),
        ask_if(ask, Purpose::Blocked, context.has(Field::RejectReason).then(|| blocked::plan(context))),
    )
    .await;
    let mut denials = Denials::default();
    let mut mixed = mixed::judge(&mixed, &mut denials);
    let mut noise = noise::judge(&noise);
    let (peers, few, stray) = join3(
        ask_if(ask, Purpose::NoisePeers, noise.plan_of_peers(context)),
        ask_if(ask, Purpose::Few, noise.plan_of_few(context)),
        async { ask.ask(Purpose::Stray, &stray::plan(context, noise.few())).await },
    )
    .await;
    if let Some(answer) = peers {
        noise.judge_peers(&answer);
    }
    stray::judge(context, &stray, &mut mixed);
    explained.extend(mixed.requests_without_reply());
    drafts.extend(broken::drafts(context, mixed));

    let public_out = denied::judge(&denied, &mut denials);
    if let Some(answer) = few {
        noise.judge_few(&answer, &mut denials);
    }
    explained.extend(denials.inbound());
    let of_around = around::plan(context, &denials, &noise);
    let (changed, around) = join(
        changed(ask, context, refused(&denials, &public_out, &noise)),
        ask_if(ask, Purpose::Around, of_around),
    )
    .await;
    drafts.extend(changed::drafts(context, &changed, &mut denials));
    noise.take(&mut denials);

    let around = around.map(|answer| around::judge(&answer)).unwrap_or_default();
    drafts.extend(denied::drafts(context, denials, &public_out, &around));
    drafts.extend(noise.drafts(context));
    if let Some(answer) = blocked {
        let blocked = blocked::judge(&answer);
        explained.extend(blocked.requests.iter().cloned());
        drafts.extend(blocked::drafts(context, blocked));
    }
    (drafts, explained)
}

/// The services of which requests were rejected.
fn refused(
    denials: &Denials,
    public_out: &denied::PublicOut,
    noise: &noise::Noise,
) -> OrderedSet<changed::Service> {
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
async fn changed(
    ask: &dyn Ask,
    context: &Context,
    refused: OrderedSet<changed::Service>,
) -> changed::Changed {
    let Some(plan) = changed::plan_of_services(context, &refused) else { return changed::Changed::default() };
    let both = if ask.is_far() {
        refused
    } else {
        changed::judge_services(&ask.ask(Purpose::Changed, &plan).await, &refused)
    };
    let Some(plan) = changed::plan(context, &both) else { return changed::Changed::default() };
    changed::judge(&ask.ask(Purpose::Changed, &plan).await, &both)
}
