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
        stray::judge(context, &ask.ask(&stray::plan(context, noise.few())).await, &mut mixed);
        explained.extend(mixed.requests_without_reply());
        drafts.extend(broken::drafts(context, mixed));

        let answers = ask_all(ask, &denied::plans(context)).await;
        let public_out = denied::judge(&answers, &mut denials);
        if let Some(plan) = noise.plan_of_few(context) {
            noise.judge_few(&ask.ask(&plan).await, &mut denials);
        }
        explained.extend(denials.inbound());
        let changed = changed::judge(&ask.ask(&changed::plan(context)).await);
        drafts.extend(changed::drafts(context, &changed, &mut denials));
        noise.take(&mut denials);

        let around = match around::plan(context, &denials) {
            Some(plan) => around::judge(&ask.ask(&plan).await),
            None => around::Around::default(),
        };
        drafts.extend(denied::drafts(context, denials, &public_out, &around));
        drafts.extend(noise.drafts(context));
        if context.has(crate::record::Field::RejectReason) {
            drafts.extend(blocked::drafts(context, &ask.ask(&blocked::plan(context)).await));
        }
    }
    if let Some(plan) = unanswered::plan(context) {
        drafts.extend(unanswered::drafts(context, &ask.ask(&plan).await, &explained));
    }
    drafts
}
