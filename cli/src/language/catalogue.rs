//! Messages by their English: a template with places, and what it is in Chinese.

/// A catalogue of messages.
///
/// Its file has pairs of lines, English and Chinese, with blank lines between and comments behind `#`. `{}`
/// stands for what differs from message to message, in Chinese also `{1}`, `{2}`, … in an order of its own.
pub(super) struct Catalogue {
    /// Those with more text of their own come first.
    entries: Vec<Entry>,
}

struct Entry {
    /// What stands between the places.
    english: Vec<&'static str>,
    chinese: String,
}

impl Catalogue {
    /// The catalogue in this file, with its Chinese in the characters that `write` makes of it.
    pub(super) fn parse(file: &'static str, write: impl Fn(&str) -> String) -> Self {
        let entry = |(english, chinese): (&'static str, _)| Entry {
            english: english.split("{}").collect(),
            chinese: write(chinese),
        };
        let mut entries: Vec<Entry> = pairs(file).map(entry).collect();
        entries.sort_by_key(|e| std::cmp::Reverse(e.own()));
        Self { entries }
    }

    /// The Chinese of a message, or the message if it is not in the catalogue. In most, the name of a file
    /// goes before it; of what can be read in several ways, the one with most text of the catalogue's own counts.
    pub(super) fn translate(&self, message: &str) -> String {
        let mut best = self.find(message).map(|(entry, places)| (None, entry, places));
        if best.as_ref().is_none_or(|(_, entry, _)| entry.begins_with_a_place()) {
            for (at, _) in message.match_indices(": ") {
                let Some((entry, places)) = self.find(&message[at + 2..]) else { continue };
                let is_better = best.as_ref().is_none_or(|(name, other, _): &(Option<&str>, &Entry, _)| {
                    entry.own() > other.own() || name.is_none() && entry.own() == other.own()
                });
                if is_better {
                    best = Some((Some(&message[..at]), entry, places));
                }
            }
        }
        let Some((name, entry, places)) = best else { return message.to_owned() };
        let quoted = entry.english.iter().map(|before| before.ends_with(['`', '\'']));
        let translate = |(place, is_quoted): (&str, bool)| match is_quoted {
            // A name, or what somebody typed.
            true => place.to_owned(),
            false => self.translate(place),
        };
        let places: Vec<String> = places.into_iter().zip(quoted).map(translate).collect();
        let chinese = fill(&entry.chinese, &places);
        match name {
            None => chinese,
            Some(name) if self.find(name).is_some() => format!("{}: {chinese}", self.translate(name)),
            Some(name) => format!("{name}: {chinese}"),
        }
    }

    /// The entry of a message, and what stands in its places.
    fn find<'m>(&self, message: &'m str) -> Option<(&Entry, Vec<&'m str>)> {
        self.entries.iter().find_map(|entry| Some((entry, entry.places(message)?)))
    }
}

impl Entry {
    /// Bytes of its English beside the places.
    fn own(&self) -> usize {
        self.english.iter().map(|part| part.len()).sum()
    }

    fn begins_with_a_place(&self) -> bool {
        self.english.first().is_some_and(|part| part.is_empty())
    }

    /// What stands in the places of a message, if it is one of this kind.
    fn places<'m>(&self, message: &'m str) -> Option<Vec<&'m str>> {
        let (first, parts) = self.english.split_first()?;
        let mut rest = message.strip_prefix(first)?;
        let Some((last, between)) = parts.split_last() else { return rest.is_empty().then(Vec::new) };
        let mut places = Vec::new();
        for part in between {
            let (place, behind) = rest.split_once(part)?;
            places.push(place);
            rest = behind;
        }
        places.push(rest.strip_suffix(last)?);
        // Of nothing, no message is made.
        places.iter().all(|place| !place.is_empty()).then_some(places)
    }
}

/// Puts what differs into its places.
fn fill(template: &str, places: &[String]) -> String {
    let mut out = String::new();
    let mut rest = template;
    let mut next = 0;
    while let Some((before, behind)) = rest.split_once('{') {
        out.push_str(before);
        let Some((number, behind)) = behind.split_once('}') else { break };
        let at = number.parse().map_or(next, |n: usize| n.saturating_sub(1));
        next = at + 1;
        out.push_str(places.get(at).map_or("", String::as_str));
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// The entries of a catalogue's file.
pub(super) fn pairs(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut lines = file.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    std::iter::from_fn(move || Some((lines.next()?, lines.next()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
# a comment
is gone
不见了

{}: is {}, not {}
{}：是 {}，不是 {}

{} of {}; stopped
{2}里的{1}；停止

an array
数组
";

    #[test]
    fn messages_are_known_by_what_they_have_in_common() {
        let catalogue = Catalogue::parse(FILE, str::to_owned);
        assert_eq!(catalogue.translate("is gone"), "不见了");
        assert_eq!(catalogue.translate("a: b: is gone"), "a: b: 不见了");
        assert_eq!(catalogue.translate("x: is an array, not y"), "x：是 数组，不是 y");
        assert_eq!(catalogue.translate("a of b; stopped"), "b里的a；停止");
        assert_eq!(catalogue.translate("x: is gone of an array; stopped"), "x: 数组里的不见了；停止");
    }

    #[test]
    fn what_is_not_in_the_catalogue_stays_english() {
        let catalogue = Catalogue::parse(FILE, str::to_owned);
        for message in ["", "is gone too", "is gone: for good", " of b; stopped"] {
            assert_eq!(catalogue.translate(message), message);
        }
    }

    /// No entry takes another one's messages.
    #[test]
    fn every_entry_is_found_by_its_message() {
        let file = include_str!("messages.txt");
        let catalogue = Catalogue::parse(file, str::to_owned);
        for (english, chinese) in pairs(file) {
            let places: Vec<String> = (1..=english.matches("{}").count()).map(|n| format!("p{n}")).collect();
            let message = places.iter().fold(english.to_owned(), |text, place| text.replacen("{}", place, 1));
            assert_eq!(catalogue.translate(&message), fill(chinese, &places), "{english}");
            // The name of a file before it makes no difference, save for faults of the command line.
            if !["{}: ", " ", "error", "Usage"].iter().any(|start| english.starts_with(start)) {
                let named = catalogue.translate(&format!("a.txt: {message}"));
                assert_eq!(
                    named.replacen('：', ": ", 1),
                    format!("a.txt: {}", fill(chinese, &places)).replacen('：', ": ", 1)
                );
            }
        }
    }

    /// Every entry has both languages, and both have the same places.
    #[test]
    fn the_catalogue_is_complete() {
        let file = include_str!("messages.txt");
        let mut number = 0;
        for (english, chinese) in pairs(file) {
            number += 1;
            let is_han = |c| matches!(c, '\u{3400}'..='\u{9fff}');
            assert!(!english.contains(is_han) && chinese.contains(is_han), "{english}\n{chinese}");
            let places = english.matches("{}").count();
            let numbers: Vec<String> = (1..=places).map(|n| n.to_string()).collect();
            let filled = fill(chinese, &numbers);
            assert_eq!(chinese.matches('{').count(), places, "{english}");
            assert!(numbers.iter().all(|n| filled.contains(n.as_str())), "{english}");
        }
        assert!(number > 50);
        let blocks = file.split("\n\n").map(|b| b.lines().filter(|l| !l.starts_with('#')).count());
        assert!(blocks.clone().all(|lines| lines % 2 == 0), "an entry has no partner");
    }
}
