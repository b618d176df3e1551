use yew::prelude::*;

use crate::web::parts::pickers;
use crate::web::state::Session;
use crate::web::text;

/// Before files: how to give them, and why that is safe.
pub fn empty_page(session: &Session) -> Html {
    html! {
        <div class="empty">
            <section class="drop-target">
                <h1>{ "Drop VPC flow logs here" }</h1>
                <p class="lead">{ "Files or whole folders, plain or .gz: as AWS delivers them to S3." }</p>
                { pickers(session) }
                <p>
                    { "No logs at hand? " }
                    <button type="button" class="link" data-testid="load-sample" onclick={session.on(Session::read_sample)}>
                        { "Try the sample" }
                    </button>
                </p>
                <p>{ "Too many for a browser? " }<a href="#/athena">{ "Run the same on Athena" }</a></p>
            </section>
            <section class="promise">
                <p>
                    <b>{ "They stay in this browser." }</b>
                    { " No upload, no server, no tracking; once loaded, the page works offline." }
                </p>
                <details>
                    <summary>{ "How to check that yourself" }</summary>
                    <ul>{ for text::CHECKS.iter().map(|check| html! { <li>{ *check }</li> }) }</ul>
                </details>
            </section>
            <section class="answers">
                <h2>{ "It answers" }</h2>
                <ul>
                    <li>{ "What is blocked, and by which: a security group or a network ACL?" }</li>
                    <li>{ "Why does the NAT gateway accept traffic from the internet, and does it matter?" }</li>
                    <li>{ "Who talks most, and who is knocking at which port?" }</li>
                </ul>
            </section>
        </div>
    }
}
