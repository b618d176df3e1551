//! A view as a URL hash and back: `#/access/<finding id>?v=1&filter=…&from=…&to=…`, and for a query
//! `#/query?v=1&q=…&l=insights`. Never any data.

use crate::diagnose::Kind;
use crate::record::Log;

/// The version of the hash's form.
const VERSION: &str = "1";

/// A page of the app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// Everything at a glance.
    #[default]
    Overview,
    /// Access findings; or one of them by its id.
    Access(Option<String>),
    /// NAT gateway findings; or one of them by its id.
    Nat(Option<String>),
    /// What crossed transit gateways and what they lost; or one of those findings by its id.
    Gateway(Option<String>),
    /// The records themselves.
    Explore,
    /// Questions in the languages of CloudWatch and Athena.
    Query,
    /// What Athena is asked where logs are too many for a browser, and what it answered.
    Athena,
    /// What was read and what was not.
    Inputs,
}

/// What is on show: page, filter and time range.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The page.
    pub page: Page,
    /// The filter, as text; empty for none.
    pub filter: String,
    /// From this Unix second on.
    pub from: Option<u64>,
    /// Before this Unix second.
    pub to: Option<u64>,
    /// On the page Inputs: only files with problems.
    pub problems: bool,
    /// On the pages of the program `query`: what is on show there, as it stands in the hash (`q=…&l=…`), which is that
    /// page's own.
    pub query: String,
}

impl Page {
    /// The name in the hash.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Access(_) => "access",
            Self::Nat(_) => "nat",
            Self::Gateway(_) => "transit-gateway",
            Self::Explore => "explore",
            Self::Query => "query",
            Self::Athena => "athena",
            Self::Inputs => "inputs",
        }
    }

    /// The page of findings of a kind, or of one of them by its id.
    pub fn of(kind: Kind, id: Option<String>) -> Self {
        match (kind.log(), kind.is_nat()) {
            (Log::TransitGateway, _) => Self::Gateway(id),
            (Log::Vpc, true) => Self::Nat(id),
            (Log::Vpc, false) => Self::Access(id),
        }
    }

    /// Its heading.
    pub const fn title(&self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Access(_) => "Access",
            Self::Nat(_) => "NAT gateway",
            Self::Gateway(_) => "Transit gateway",
            Self::Explore => "Explore",
            Self::Query => "Query",
            Self::Athena => "Athena",
            Self::Inputs => "Inputs",
        }
    }

    /// The id of the finding that it shows.
    pub const fn finding(&self) -> Option<&String> {
        match self {
            Self::Access(id) | Self::Nat(id) | Self::Gateway(id) => id.as_ref(),
            _ => None,
        }
    }

    /// The same page without a finding.
    #[must_use]
    pub const fn list(&self) -> Self {
        match self {
            Self::Access(_) => Self::Access(None),
            Self::Nat(_) => Self::Nat(None),
            Self::Gateway(_) => Self::Gateway(None),
            Self::Explore => Self::Explore,
            Self::Query => Self::Query,
            Self::Athena => Self::Athena,
            Self::Overview => Self::Overview,
            Self::Inputs => Self::Inputs,
        }
    }

    /// Whether the program `query` draws it, which is fetched when it is first needed.
    pub const fn is_later(&self) -> bool {
        matches!(self, Self::Explore | Self::Query | Self::Athena)
    }

    /// Whether both are the same tab.
    pub fn same_tab(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl View {
    /// Reads a hash. What is not understood is left at its default, so that an old or mangled link still opens.
    pub fn parse(hash: &str) -> Self {
        let hash = hash.strip_prefix('#').unwrap_or(hash);
        let (path, query) = hash.split_once('?').unwrap_or((hash, ""));
        let mut view = Self { page: page(path.strip_prefix('/').unwrap_or(path)), ..Self::default() };
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            match name {
                "filter" => decode(value).trim().clone_into(&mut view.filter),
                "from" => view.from = value.parse().ok(),
                "to" => view.to = value.parse().ok(),
                "problems" => view.problems = value == "1" && view.page == Page::Inputs,
                name if view.page.is_later() && name != "v" => {
                    let and = if view.query.is_empty() { "" } else { "&" };
                    view.query.extend([and, name, "=", value]);
                }
                _ => {}
            }
        }
        if let (Some(from), Some(to)) = (view.from, view.to)
            && from >= to
        {
            (view.from, view.to) = (None, None);
        }
        view
    }

    /// The hash of this view.
    pub fn hash(&self) -> String {
        let mut hash = format!("#/{}", self.page.name());
        if let Some(id) = self.page.finding() {
            hash.push('/');
            hash.push_str(&encode(id));
        }
        let mut pairs = vec![("v", VERSION.to_owned())];
        if !self.filter.is_empty() {
            pairs.push(("filter", encode(&self.filter)));
        }
        pairs.extend(self.from.map(|secs| ("from", secs.to_string())));
        pairs.extend(self.to.map(|secs| ("to", secs.to_string())));
        if self.problems && self.page == Page::Inputs {
            pairs.push(("problems", "1".to_owned()));
        }
        let query = if self.page.is_later() { self.query.as_str() } else { "" };
        if pairs.len() > 1 || !query.is_empty() {
            let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
            hash.push('?');
            hash.push_str(&pairs.join("&"));
            if !query.is_empty() {
                hash.push('&');
                hash.push_str(query);
            }
        }
        hash
    }

    /// The same filter and range on another page.
    #[must_use]
    pub fn on(&self, page: Page) -> Self {
        let query = if page == self.page { self.query.clone() } else { String::new() };
        Self { page, query, ..self.clone() }
    }

    /// Whether anything is filtered.
    pub const fn is_narrowed(&self) -> bool {
        !self.filter.is_empty() || self.from.is_some() || self.to.is_some()
    }
}

fn page(path: &str) -> Page {
    let (name, id) = path.split_once('/').unwrap_or((path, ""));
    let id = (!id.is_empty()).then(|| decode(id));
    match name {
        "access" => Page::Access(id),
        "nat" => Page::Nat(id),
        "transit-gateway" => Page::Gateway(id),
        "explore" => Page::Explore,
        "query" => Page::Query,
        "athena" => Page::Athena,
        "inputs" => Page::Inputs,
        _ => Page::Overview,
    }
}

/// A value as it stands in a hash.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b':' | b'/' | b',' => {
                out.push(byte.into());
            }
            _ => {
                out.push('%');
                out.extend(
                    [byte >> 4, byte & 15].map(|half| char::from(b"0123456789ABCDEF"[usize::from(half)])),
                );
            }
        }
    }
    out
}

/// What a value in a hash says.
pub fn decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'%'
            && let Some((&[high, low], after)) = after.split_first_chunk()
            && let (Some(high), Some(low)) = (char::from(high).to_digit(16), char::from(low).to_digit(16))
        {
            out.push((high << 4 | low) as u8);
            rest = after;
        } else {
            out.push(byte);
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_survives_its_hash() {
        for page in [
            Page::Overview,
            Page::Access(None),
            Page::Access(Some("a/b c&d=é%".to_owned())),
            Page::Nat(Some("nat-reply/eni-1?x#y".to_owned())),
            Page::Gateway(None),
            Page::Gateway(Some("tgw-no-route-0a".to_owned())),
            Page::Explore,
            Page::Query,
            Page::Athena,
            Page::Inputs,
        ] {
            for filter in ["", "action = \"REJECT\" and dstPort = 443 & 100%", "srcAddr like \"ü\""] {
                let problems = page == Page::Inputs;
                let view = View {
                    page: page.clone(),
                    filter: filter.to_owned(),
                    from: Some(5),
                    to: Some(9),
                    problems,
                    query: if page.is_later() { "q=a%3D1&l=insights".to_owned() } else { String::new() },
                };
                assert_eq!(View::parse(&view.hash()), view);
            }
        }
    }

    #[test]
    fn every_finding_has_a_page() {
        let pages = [Kind::InboundDenied, Kind::NatReply, Kind::TgwBlackhole]
            .map(|kind| Page::of(kind, None).title());
        assert_eq!(pages, ["Access", "NAT gateway", "Transit gateway"]);
        assert_eq!(Page::Gateway(Some("x".to_owned())).list(), Page::Gateway(None));
    }

    #[test]
    fn plain_pages_have_plain_hashes() {
        assert_eq!(View::default().hash(), "#/overview");
        assert_eq!(View { from: Some(7), ..View::default() }.hash(), "#/overview?v=1&from=7");
        let query = View { page: Page::Query, query: "q=x".to_owned(), ..View::default() };
        assert_eq!(query.hash(), "#/query?v=1&q=x");
        assert_eq!(query.on(Page::Overview).hash(), "#/overview");
        assert_eq!(query.on(Page::Explore).hash(), "#/explore");
        let inputs = View { problems: true, ..View::default() }.on(Page::Inputs);
        assert_eq!(inputs.hash(), "#/inputs?v=1&problems=1");
        assert_eq!(inputs.on(Page::Overview).hash(), "#/overview");
    }

    #[test]
    fn strange_hashes_open_the_overview() {
        for hash in
            ["", "#", "#/", "#/nowhere", "#x?filter", "#/overview?from=abc&to=-1", "#/overview?from=9&to=3"]
        {
            assert_eq!(View::parse(hash), View::default(), "{hash}");
        }
        assert_eq!(View::parse("#/overview?filter=%zz%4").filter, "%zz%4");
    }
}
