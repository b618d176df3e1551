//! The words of the language: commands, functions, and what each is for.

/// A command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandWord {
    /// Its name as AWS writes it.
    pub name: &'static str,
    /// How it is written.
    pub syntax: &'static str,
    /// What it does, in a sentence.
    pub meaning: &'static str,
}

const fn command(name: &'static str, syntax: &'static str, meaning: &'static str) -> CommandWord {
    CommandWord { name, syntax, meaning }
}

/// The commands that are answered.
pub const COMMANDS: [CommandWord; 18] = [
    command("fields", "fields a, b + c as d", "Shows these fields, or computes new ones."),
    command(
        "filter",
        "filter action = \"REJECT\" and dstPort in [22, 3389]",
        "Keeps the events for which a condition holds.",
    ),
    command(
        "stats",
        "stats sum(bytes) as total by srcAddr, bin(5m)",
        "Computes one row for each group of events.",
    ),
    command("sort", "sort total desc, srcAddr", "Orders the rows."),
    command("limit", "limit 20", "Keeps so many rows."),
    command("display", "display a, b as c", "Shows these fields and no others."),
    command("parse", "parse @message \"* *\" as a, b", "Takes a text apart into new fields."),
    command("dedup", "dedup srcAddr, dstAddr", "Keeps one row for each combination of values."),
    command("where", "where bytes > 1000", "The same as filter."),
    command("filterIndex", "filterIndex action = \"REJECT\"", "The same as filter: here nothing is indexed."),
    command("order", "order by total desc", "The same as sort."),
    command("head", "head 20", "The same as limit."),
    command("tail", "tail 20", "Keeps so many rows at the end."),
    command("unnest", "unnest list into member", "Makes a row of each member of a list."),
    command("accum", "accum bytes as total", "Adds up a column from row to row."),
    command("fillmissing", "fillmissing with 0 for total", "Adds the rows of time bins without events."),
    command(
        "addtotals",
        "addtotals fieldname=Total col=true a, b",
        "Adds the total of each row, or of each column.",
    ),
    command("pattern", "pattern @message", "Groups texts that differ only in their values."),
];

/// Commands that cannot be meant here, and why.
pub const REFUSED_COMMANDS: [(&str, &str); 24] = [
    ("join", "`join` needs a second log group; here all loaded records are one"),
    ("anomaly", "`anomaly` is a model that AWS trains; here use stats by bin() and sort"),
    ("diff", "`diff` compares with an earlier time range; here filter by time and use stats by bin()"),
    ("source", "`SOURCE` names log groups; here all loaded records are one, so leave it out"),
    ("lookup", "`lookup` needs a lookup table stored at AWS; here use case() or `in [...]`"),
    ("cidrlookup", "`cidrlookup` needs a lookup table stored at AWS; here use case() with isIpInSubnet()"),
    (
        "logcompare",
        "`logcompare` compares with an earlier time range; here filter by time and use stats by bin()",
    ),
    ("outlier", "`outlier` is not answered here; stats with pct() gives the bounds to filter by"),
    ("appendcols", "`appendcols` needs a second query; here run the two one after the other"),
    (
        "sessionize",
        "`sessionize` is not answered here; stats with earliest() and latest() by address comes close",
    ),
    ("estimate", "`estimate` tells what a query costs; here nothing costs anything, so leave it out"),
    (
        "relevantfields",
        "`relevantfields` is not answered here; compare values with stats count(*) by a field",
    ),
    ("unmask", "`unmask` uncovers masked data at AWS; here nothing is masked, so leave it out"),
    (
        "expand",
        "`expand` makes rows of JSON lists, which flow logs have none of; for lists made by split() use unnest",
    ),
    ("filldown", "`filldown` is not answered here; a flow log's fields do not go on in the next record"),
    ("autoregress", "`autoregress` is not answered here; accum adds up a column from row to row"),
    (
        "countfrequent",
        "`countFrequent` is not answered here; write stats count(*) as n by the field | sort n desc",
    ),
    (
        "count_frequent",
        "`count_frequent` is not answered here; write stats count(*) as n by the field | sort n desc",
    ),
    ("json", "`json` takes JSON apart; use jsonParse() in fields instead"),
    ("search", "`search` is not answered here; write filter @message like \"text\""),
    ("append", "`append` needs a second query; here run the two one after the other"),
    ("union", "`union` needs a second query; here run the two one after the other"),
    ("select", "`select` is SQL; in Logs Insights a query begins with fields, filter or stats"),
    ("with", "`with` is SQL; in Logs Insights a query begins with fields, filter or stats"),
];

/// Functions that cannot be meant here, and why.
pub const REFUSED_FUNCTIONS: [(&str, &str); 5] = [
    ("unmask", "`unmask` uncovers masked data at AWS; here nothing is masked, so name the field alone"),
    ("rate", "`rate` is not answered here; write sum(field) / 60 with stats by bin(1m)"),
    ("countovertime", "`countOverTime` is not answered here; write stats count(*) by bin(1m)"),
    ("sumovertime", "`sumOverTime` is not answered here; write stats sum(field) by bin(1m)"),
    ("histogram", "`histogram` is not answered here; write stats count(*) by floor(field / 100) * 100"),
];

/// Words of other languages, and what they are in this one.
pub const FOREIGN_WORDS: [(&str, &str); 11] = [
    ("between", "`between` is SQL; write field >= 1 and field <= 1024"),
    ("is", "`is` is SQL; write ispresent(field) or not ispresent(field)"),
    ("distinct", "`distinct` is SQL; write count_distinct(field)"),
    ("group", "`group` is SQL; write `by` alone"),
    ("having", "`having` is SQL; write a `|` and filter after stats"),
    ("from", "`from` is SQL; here all loaded records are meant, so leave it out"),
    ("case", "`case` is a function; write case(condition, value, ..., default)"),
    ("when", "`when` is SQL; write case(condition, value, ..., default)"),
    ("then", "`then` is SQL; write if(condition, value, value)"),
    ("ilike", "`ilike` is SQL; write like /(?i)text/"),
    ("contains", "`contains` is no operator; write like \"text\""),
];

/// Functions of other languages, and what they are in this one.
pub const FOREIGN_FUNCTIONS: [(&str, &str); 15] = [
    ("isnull", "not ispresent(field)"),
    ("isnotnull", "ispresent(field)"),
    ("length", "strlen"),
    ("len", "strlen"),
    ("lower", "tolower"),
    ("upper", "toupper"),
    ("contains", "strcontains"),
    ("substring", "substr"),
    ("mean", "avg"),
    ("dc", "count_distinct"),
    ("countif", "sum(if(condition, 1, 0))"),
    ("count_if", "sum(if(condition, 1, 0))"),
    ("sumif", "sum(if(condition, field, 0))"),
    ("cidrmatch", "isIpInSubnet"),
    ("date_trunc", "datefloor"),
];

/// Finds the entry of a name in a table of refusals; case does not matter.
pub fn refusal(table: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    table.iter().find(|(refused, _)| refused.eq_ignore_ascii_case(name)).map(|&(_, why)| why)
}

/// Whether a function looks at one event or at many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// It gives a value for each event.
    One,
    /// It gives a value for many events.
    Many,
}

macro_rules! functions {
    ($($function:ident $of:ident $name:literal [$($alias:literal)*] $least:literal $most:literal $signature:literal $doc:literal;)*) => {
        /// A function.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Function {
            $(#[doc = $doc] $function,)*
        }

        impl Function {
            /// All functions.
            pub const ALL: &'static [Self] = &[$(Self::$function,)*];

            /// Its name as AWS writes it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$function => $name,)* }
            }

            /// Its other names.
            pub const fn aliases(self) -> &'static [&'static str] {
                match self { $(Self::$function => &[$($alias,)*],)* }
            }

            /// How few and how many arguments it takes.
            pub const fn arity(self) -> (usize, usize) {
                match self { $(Self::$function => ($least, $most),)* }
            }

            /// Whether it looks at one event or at many.
            pub const fn of(self) -> Of {
                match self { $(Self::$function => Of::$of,)* }
            }

            /// How it is written.
            pub const fn signature(self) -> &'static str {
                match self { $(Self::$function => $signature,)* }
            }

            /// What it gives, in a sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$function => $doc,)* }
            }
        }
    };
}

functions! {
    Abs One "abs" [] 1 1 "abs(number)" "The number without its sign.";
    Ceil One "ceil" [] 1 1 "ceil(number)" "Rounded up to a whole number.";
    Floor One "floor" [] 1 1 "floor(number)" "Rounded down to a whole number.";
    Greatest One "greatest" [] 1 255 "greatest(a, ...)" "The greatest of its arguments.";
    Least One "least" [] 1 255 "least(a, ...)" "The least of its arguments.";
    Log One "log" [] 1 1 "log(number)" "The natural logarithm.";
    Round One "round" [] 1 2 "round(number[, digits])" "Rounded, to so many digits after the point.";
    Sqrt One "sqrt" [] 1 1 "sqrt(number)" "The square root.";
    Haversine One "haversine" [] 4 4 "haversine(lat1, lon1, lat2, lon2)" "The distance of two places on Earth in kilometres.";
    ToNumber One "toNumber" ["toDouble"] 1 1 "toNumber(value)" "The number that a text is.";
    ToInt One "toInt" ["toLong"] 1 1 "toInt(value)" "The whole number that a value is, cut off at the point.";
    Bin One "bin" [] 1 1 "bin(period)" "The time of the event, rounded down to the period.";
    DateFloor One "datefloor" [] 2 2 "datefloor(time, period)" "A time rounded down to the period.";
    DateCeil One "dateceil" [] 2 2 "dateceil(time, period)" "A time rounded up to the period.";
    FromMillis One "fromMillis" [] 1 1 "fromMillis(number)" "The time so many milliseconds after 1970.";
    ToMillis One "toMillis" [] 1 1 "toMillis(time)" "The milliseconds of a time since 1970.";
    Now One "now" [] 0 0 "now()" "The seconds since 1970 at which the query began.";
    ParseDate One "parseDate" [] 2 3 "parseDate(text, pattern[, zone])" "The milliseconds of a date that is written in a Java pattern.";
    FormatDate One "formatDate" ["strftime"] 2 3 "formatDate(time, format[, zone])" "A time as text, by a strftime format.";
    IsPresent One "ispresent" [] 1 1 "ispresent(field)" "Whether the record has the field.";
    Coalesce One "coalesce" [] 1 255 "coalesce(a, ...)" "The first of its arguments that is not missing.";
    Case One "case" [] 2 21 "case(condition, value, ...[, default])" "The value after the first condition that holds.";
    If One "if" [] 3 3 "if(condition, then, else)" "One of two values, by a condition.";
    IsNumeric One "isNumeric" [] 1 1 "isNumeric(value)" "Whether a value is a number.";
    MessageSize One "messageSize" [] 1 1 "messageSize(field)" "The length of a value in bytes.";
    QueryStartTime One "queryStartTime" [] 0 0 "queryStartTime()" "The beginning of the time range, in milliseconds.";
    QueryEndTime One "queryEndTime" [] 0 0 "queryEndTime()" "The end of the time range, in milliseconds.";
    QueryTimeRange One "queryTimeRange" [] 0 0 "queryTimeRange()" "The length of the time range, in milliseconds.";
    JsonParse One "jsonParse" [] 1 1 "jsonParse(text)" "The map or list that a JSON text is.";
    JsonStringify One "jsonStringify" [] 1 1 "jsonStringify(value)" "A map or list as JSON text.";
    JsonArraySize One "jsonArraySize" [] 1 1 "jsonArraySize(list)" "How many members a list has.";
    JsonArrayContains One "jsonArrayContains" [] 2 2 "jsonArrayContains(list, value)" "Whether a list has the member.";
    IsValidIp One "isValidIp" [] 1 1 "isValidIp(field)" "Whether a value is an IPv4 or IPv6 address.";
    IsValidIpV4 One "isValidIpV4" [] 1 1 "isValidIpV4(field)" "Whether a value is an IPv4 address.";
    IsValidIpV6 One "isValidIpV6" [] 1 1 "isValidIpV6(field)" "Whether a value is an IPv6 address.";
    IsIpInSubnet One "isIpInSubnet" [] 2 2 "isIpInSubnet(field, network)" "Whether an address lies in a network.";
    IsIpv4InSubnet One "isIpv4InSubnet" [] 2 2 "isIpv4InSubnet(field, network)" "Whether an IPv4 address lies in a network.";
    IsIpv6InSubnet One "isIpv6InSubnet" [] 2 2 "isIpv6InSubnet(field, network)" "Whether an IPv6 address lies in a network.";
    Ipv4ToNumber One "ipv4ToNumber" [] 1 1 "ipv4ToNumber(field)" "An IPv4 address as a number.";
    IsPrivateIp One "isPrivateIP" [] 1 1 "isPrivateIP(field)" "Whether an address is private by RFC 1918.";
    IsPublicIp One "isPublicIP" [] 1 1 "isPublicIP(field)" "Whether an address is neither private nor reserved.";
    IsReservedIp One "isReservedIP" [] 1 1 "isReservedIP(field)" "Whether an address is reserved by IANA.";
    IsEmpty One "isempty" [] 1 1 "isempty(field)" "1 if a value is missing or an empty text, else 0.";
    IsBlank One "isblank" [] 1 1 "isblank(field)" "1 if a value is missing, empty or only blanks, else 0.";
    Concat One "concat" [] 1 255 "concat(a, ...)" "Texts put together.";
    LTrim One "ltrim" [] 1 2 "ltrim(text[, characters])" "A text without blanks, or these characters, at its start.";
    RTrim One "rtrim" [] 1 2 "rtrim(text[, characters])" "A text without blanks, or these characters, at its end.";
    Trim One "trim" [] 1 2 "trim(text[, characters])" "A text without blanks, or these characters, at both ends.";
    StrLen One "strlen" [] 1 1 "strlen(text)" "The length of a text in Unicode code points.";
    ToUpper One "toupper" [] 1 1 "toupper(text)" "A text in upper case.";
    ToLower One "tolower" [] 1 1 "tolower(text)" "A text in lower case.";
    SubStr One "substr" [] 2 3 "substr(text, start[, length])" "A part of a text, from the character at start, the first being 0.";
    Replace One "replace" [] 3 3 "replace(text, search, replacement)" "A text with each occurrence of another replaced.";
    RegexReplace One "regexReplace" [] 3 3 "regexReplace(text, pattern, replacement)" "A text with each match of a regular expression replaced.";
    StrContains One "strcontains" [] 2 3 "strcontains(text, search[, ignore case])" "1 if a text contains another, else 0.";
    StartsWith One "startsWith" [] 2 2 "startsWith(text, search)" "1 if a text begins with another, else 0.";
    EndsWith One "endsWith" [] 2 2 "endsWith(text, search)" "1 if a text ends with another, else 0.";
    UrlEncode One "urlencode" [] 1 1 "urlencode(text)" "A text with percent signs for a URL.";
    UrlDecode One "urldecode" [] 1 1 "urldecode(text)" "A text out of a URL.";
    Base64Encode One "base64encode" [] 1 1 "base64encode(text)" "A text in base64.";
    Base64Decode One "base64decode" [] 1 1 "base64decode(text)" "A text out of base64.";
    Split One "split" [] 2 2 "split(text, delimiter)" "The list of the parts of a text.";
    HexToAscii One "hexToAscii" [] 1 1 "hexToAscii(text)" "The text of hexadecimal bytes.";
    HexToDec One "hexToDec" [] 1 1 "hexToDec(text)" "The number of a hexadecimal text.";
    DecToHex One "decToHex" [] 1 1 "decToHex(number)" "A number in hexadecimal digits.";
    Md5 One "md5" [] 1 1 "md5(text)" "The MD5 hash of a text.";
    Sha256 One "sha256" [] 1 1 "sha256(text)" "The SHA-256 hash of a text.";
    Count Many "count" [] 0 1 "count(*) or count(field)" "How many events, or events with the field.";
    CountDistinct Many "count_distinct" ["countDistinct"] 1 1 "count_distinct(field)" "How many different values.";
    Avg Many "avg" [] 1 1 "avg(field)" "The mean of the numbers.";
    Sum Many "sum" [] 1 1 "sum(field)" "The sum of the numbers.";
    Min Many "min" [] 1 1 "min(field)" "The least value.";
    Max Many "max" [] 1 1 "max(field)" "The greatest value.";
    StdDev Many "stddev" [] 1 1 "stddev(field)" "The standard deviation of the numbers.";
    Variance Many "variance" [] 1 1 "variance(field)" "The variance of the numbers, of the population.";
    Percentile Many "pct" ["percentile"] 2 2 "pct(field, percent)" "The value below which so many percent of the numbers lie.";
    Median Many "median" [] 1 1 "median(field)" "The number in the middle.";
    Values Many "values" [] 1 1 "values(field)" "The list of the different values.";
    TopK Many "topk" [] 2 2 "topk(k, field)" "The k most frequent values.";
    Earliest Many "earliest" [] 1 1 "earliest(field)" "The value of the earliest event that has one.";
    Latest Many "latest" [] 1 1 "latest(field)" "The value of the latest event that has one.";
    SortsFirst Many "sortsFirst" [] 1 1 "sortsFirst(field)" "The value that is sorted first.";
    SortsLast Many "sortsLast" [] 1 1 "sortsLast(field)" "The value that is sorted last.";
}

impl CommandWord {
    /// Finds a command by its name; case does not matter.
    pub fn from_name(name: &str) -> Option<&'static Self> {
        COMMANDS.iter().find(|command| command.name.eq_ignore_ascii_case(name))
    }
}

impl Function {
    /// Finds a function by one of its names; case does not matter.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|function| {
            std::iter::once(&function.name())
                .chain(function.aliases())
                .any(|known| known.eq_ignore_ascii_case(name))
        })
    }
}
