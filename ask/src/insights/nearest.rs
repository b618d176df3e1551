//! The name that a misspelled one may stand for.

/// The candidate that is at most two slips of the keyboard away or begins with the word. Case does not matter.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    if word.len() < 2 || word.len() > 64 {
        return None;
    }
    let most = if word.len() < 4 { 1 } else { 2 };
    let mut best = None;
    for candidate in candidates {
        let letters: Vec<char> = candidate.to_lowercase().chars().collect();
        let slips = slips(&word, &letters);
        let rank = if slips > 1 && word.len() > 2 && letters.starts_with(&word) {
            3
        } else if slips <= most {
            slips * 2
        } else {
            continue;
        };
        if best.is_none_or(|(least, _)| rank < least) {
            best = Some((rank, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// How many letters are added, left out, replaced or swapped with their neighbour.
fn slips(a: &[char], b: &[char]) -> usize {
    if a.len().abs_diff(b.len()) > 2 {
        return usize::MAX;
    }
    let mut before = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1; b.len() + 1];
        for (j, y) in b.iter().enumerate() {
            let mut least = (above[j] + usize::from(x != y)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(before[j - 1] + 1);
            }
            row[j + 1] = least;
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_beginnings() {
        let names = ["srcAddr", "dstAddr", "srcPort", "count", "count_distinct", "filter", "fields"];
        for (word, name) in [
            ("srcAdr", Some("srcAddr")),
            ("SRCADDR", Some("srcAddr")),
            ("scrAddr", Some("srcAddr")),
            ("filtr", Some("filter")),
            ("field", Some("fields")),
            ("count_d", Some("count_distinct")),
            ("cuont", Some("count")),
            ("xyz", None),
            ("s", None),
            ("bytes", None),
        ] {
            assert_eq!(nearest(word, names), name, "{word}");
        }
    }
}
