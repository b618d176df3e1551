//! Findings: plans to run, and pure functions from their answers to findings.
//!
//! Uses `query` and `record`. Walks no records by itself; what it needs, it asks with a plan. The steps:
//! own addresses ([`locals`]), sums of each interface ([`survey`]), which of them are NAT gateways' ([`nat`]), then the
//! verdicts on rejected and unanswered traffic (`access`) and on what reached NAT gateways ([`nat`]), and what the log
//! itself leaves out (`health`).

mod access;
mod context;
mod draft;
pub mod finding;
mod gaps;
pub mod gateway;
mod health;
pub mod locals;
pub mod nat;
mod purpose;
pub mod survey;
mod tally;
mod terms;
mod unknown;
mod words;

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::{LocalBoxFuture, join, join_all, join3};

pub use context::Context;
pub use finding::{Cause, Certainty, Component, Finding, Kind};
pub use purpose::Purpose;

use crate::query::{Answer, Plan};
use crate::record::ordered::{OrderedMap, OrderedSet, order_by};
use crate::record::{Field, Log};

/// So many interfaces can be named in a query that is run elsewhere.
const NAMED: usize = 4_000;

/// Whoever can run plans.
pub trait Ask {
    /// Runs a plan over all records.
    fn ask<'a>(&'a self, purpose: Purpose, plan: &'a Plan) -> LocalBoxFuture<'a, Answer>;

    /// Whether an answer comes days later, with those to all that is asked at the same time. Then one question is better
    /// than two of which the second is narrower, and what will be asked is told [beforehand](Self::expect).
    fn is_far(&self) -> bool {
        false
    }

    /// A plan that will be asked, whatever the answers to others are.
    fn expect(&self, _purpose: Purpose, _plan: &Plan) {}
}

/// Finds what stands out in the records. `fields`: those the logs have. `user_nats`: the user's word on which
/// interfaces belong to NAT gateways. `logs`: of which there are records. The findings' evidence is still to be fetched:
/// the lines picked by `selects`.
pub fn diagnose<'a>(
    ask: &'a dyn Ask,
    fields: &'a OrderedSet<Field>,
    user_nats: &'a OrderedMap<String, bool>,
    logs: &'a [Log],
) -> LocalBoxFuture<'a, Vec<Finding>> {
    Box::pin(findings(ask, fields, user_nats, logs))
}

async fn findings(
    ask: &dyn Ask,
    fields: &OrderedSet<Field>,
    user_nats: &OrderedMap<String, bool>,
    logs: &[Log],
) -> Vec<Finding> {
    let context = Context { fields: fields.clone(), user_nats: user_nats.clone(), ..Context::default() };
    let mut drafts = Vec::new();
    if logs.contains(&Log::Vpc) {
        drafts = of_vpcs(ask, context).await;
    }
    if logs.contains(&Log::TransitGateway) {
        drafts.extend(gateway::drafts(ask).await);
    }
    arrange(drafts.into_iter().map(draft::Draft::finish).collect())
}

/// What stands out in the VPC records.
async fn of_vpcs(ask: &dyn Ask, mut context: Context) -> Vec<draft::Draft> {
    let has_addresses = context.has(Field::SrcAddr) && context.has(Field::DstAddr);
    let mut judged = locals::Judged::default();
    if has_addresses {
        expect(ask, Purpose::Skipped, health::plan_of_skipped(&context));
        judged = locals::judge(&ask_all(ask, Purpose::Locals, &locals::plans()).await);
    }
    // A query that names all of them would be longer than Athena takes; records that tell their direction need none.
    let too_many =
        ask.is_far() && judged.locals.interfaces.len() > NAMED && context.has(Field::FlowDirection);
    context.locals = if too_many { Arc::default() } else { Arc::new(judged.locals) };
    if ask.is_far() && has_addresses {
        access::expect(ask, &context);
        nat::expect(ask, &context);
    }
    let of_survey = survey::plan(&context);
    let (survey, skipped) = join(
        ask.ask(Purpose::Survey, &of_survey),
        ask_if(ask, Purpose::Skipped, health::plan_of_skipped(&context)),
    )
    .await;
    context.survey = survey::judge(&survey);
    context.skipped = skipped.map(|answer| health::judge_skipped(&answer)).unwrap_or_default();
    if !has_addresses {
        return health::drafts(ask, &context).await;
    }
    context.learn_owners();
    if ask.is_far() {
        // What NAT gateways do not matter to is asked at the same time.
        expect(ask, Purpose::Unknown, unknown::plan(&context));
        let _ahead = health::drafts(ask, &context).now_or_never();
        let _ahead = access::drafts(ask, &context).now_or_never();
    }
    nat::recognise(ask, &mut context).await;

    let (of_access, (mut drafts, of_nats, unknown)) = join(
        access::drafts(ask, &context),
        join3(
            health::drafts(ask, &context),
            nat::drafts(ask, &context),
            ask_if(ask, Purpose::Unknown, unknown::plan(&context)),
        ),
    )
    .await;
    drafts.extend(of_access);
    drafts.extend(of_nats);
    drafts.extend(unknown.and_then(|answer| unknown::draft(&context, &judged.unknown, &answer)));
    drafts
}

/// Asks for all at once, so that shards have work while answers are put together.
async fn ask_all(ask: &dyn Ask, purpose: Purpose, plans: &[Plan]) -> Vec<Answer> {
    join_all(plans.iter().map(|plan| ask.ask(purpose, plan))).await
}

/// Asks if there is something to ask.
async fn ask_if(ask: &dyn Ask, purpose: Purpose, plan: Option<Plan>) -> Option<Answer> {
    match plan {
        Some(plan) => Some(ask.ask(purpose, &plan).await),
        None => None,
    }
}

/// Says that a plan will be asked, if there is one.
fn expect(ask: &dyn Ask, purpose: Purpose, plans: impl IntoIterator<Item = Plan>) {
    plans.into_iter().for_each(|plan| ask.expect(purpose, &plan));
}

/// Sorts findings by what breaks, and keeps one of each.
pub fn arrange(mut findings: Vec<Finding>) -> Vec<Finding> {
    order_by(&mut findings, |a, b| {
        rank(a)
            .cmp(&rank(b))
            .then(b.packets.cmp(&a.packets))
            .then(a.first.cmp(&b.first))
            .then(a.id.cmp(&b.id))
    });
    let mut ids = OrderedSet::new();
    findings.retain(|finding| ids.insert(finding.id.clone()));
    findings
}

/// The order of findings: broken replies, edits, policies and losses, private peers, outbound, no answer, NAT gateways, the
/// log itself, noise, late packets.
fn rank(finding: &Finding) -> u8 {
    let private = || {
        finding
            .peers
            .iter()
            .any(|peer| crate::record::address::parse(peer).is_some_and(crate::record::address::is_private))
    };
    match finding.kind {
        Kind::ReplyBlockedOutbound | Kind::ReplyBlockedInbound => 0,
        Kind::ChangedDuringLog => 1,
        Kind::PublicAccessBlocked
        | Kind::EncryptionBlocked
        | Kind::TgwNoRoute
        | Kind::TgwBlackhole
        | Kind::TgwMtuExceeded => 2,
        Kind::InboundDenied if finding.title == access::BACKGROUND => 11,
        Kind::InboundDenied if private() => 3,
        Kind::OutboundDenied => 4,
        Kind::InboundDenied => 5,
        Kind::NoAnswerFromHost | Kind::NoAnswerFromPeer | Kind::TgwTtlExpired => 6,
        Kind::NatBypassed => 7,
        Kind::NatUnsolicited | Kind::NatUnconfirmed => 8,
        Kind::NatReply => 9,
        Kind::LogGap => 10,
        // What may as well be replies.
        Kind::AfterClose if finding.cause.component != Component::None => 6,
        Kind::AfterClose => 12,
        Kind::DirectionUnknown => 13,
    }
}
