//! What names say: text that was decoded wrongly, and bytes that are no UTF-8.

use qingwen::codec::CodePage;
use qingwen::repair::{Options, Repairer};

/// What becomes of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reading {
    /// It is right, or nobody can tell.
    Same,
    New(String),
    /// It is damaged and stays, for this reason.
    Left(&'static str),
}

/// A name that is no UTF-8 was not decoded at all: that it needs a reading is certain, only which one is not.
const ENOUGH_FOR_BYTES: f64 = 0.5;

/// Reads names that belong together: what one shows of its damage helps the others.
///
/// Bytes in another encoding are the garbage of a reader that takes every byte for the character of the same number,
/// which is how they are given to the repairer.
pub(crate) fn read(names: &[&[u8]], repairer: &Repairer, options: Options) -> Vec<Reading> {
    let mut readings = vec![Reading::Same; names.len()];
    let texts = |n: usize| std::str::from_utf8(names[n]).ok();
    let (text, bytes): (Vec<usize>, Vec<usize>) = (0..names.len()).partition(|&n| texts(n).is_some());

    let records: Vec<Vec<&str>> = text.iter().map(|&n| vec![texts(n).unwrap_or_default()]).collect();
    for (&n, staged) in text.iter().zip(repairer.repair_records(&records).iter().flatten()) {
        readings[n] = judge(texts(n).unwrap_or_default(), &staged.text);
    }
    let views: Vec<String> =
        bytes.iter().map(|&n| names[n].iter().map(|&b| char::from(b)).collect()).collect();
    let records: Vec<Vec<&str>> = views.iter().map(|view| vec![view.as_str()]).collect();
    let sure = Repairer::new(Options { min_confidence: options.min_confidence.min(ENOUGH_FOR_BYTES) });
    let mut pages: Vec<&str> = Vec::new();
    let staged = sure.repair_records(&records);
    for (&n, staged) in bytes.iter().zip(staged.iter().flatten()) {
        readings[n] = match staged.text.chars().any(|c| ('\u{80}'..='\u{FF}').contains(&c)) {
            true => Reading::Left("is no UTF-8, and no encoding fits it well"),
            false => judge("", &staged.text),
        };
        if matches!(readings[n], Reading::New(_)) {
            pages.extend(staged.edits.iter().map(|edit| truth(&edit.cause)));
        }
    }
    // Names that are too short to tell are in the encoding of the others.
    if let Some(page) = pages.first().filter(|first| pages.iter().all(|page| page == *first))
        && let Some(page) = CodePage::ALL.into_iter().find(|p| p.name() == *page)
    {
        for &n in bytes.iter().filter(|&&n| matches!(readings[n], Reading::Left(_))).collect::<Vec<_>>() {
            if let Some(text) = decoded(names[n], page) {
                readings[n] = judge("", &text);
            }
        }
    }
    readings
}

/// The encoding that a repair found the bytes to be in: the channel's name is `gbk>latin-1`.
fn truth(cause: &str) -> &str {
    let layer = cause.rsplit(", ").next().unwrap_or_default();
    layer.split_once('>').map_or(layer, |(truth, _)| truth)
}

/// The text that bytes spell, if every one of them belongs to a character in use.
fn decoded(bytes: &[u8], page: CodePage) -> Option<String> {
    let (mut rest, mut text) = (bytes, String::new());
    while let Some(&first) = rest.first() {
        let (c, length) = if first.is_ascii() { (char::from(first), 1) } else { page.decode_one(rest)? };
        text.push(c);
        rest = rest.get(length.max(1)..)?;
    }
    let is_used = |c: char| !matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{FFFD}');
    text.chars().all(is_used).then_some(text)
}

/// Whether a name can be what was read.
fn judge(old: &str, new: &str) -> Reading {
    if old == new {
        return Reading::Same;
    }
    let brings = |is: fn(char) -> bool| new.chars().any(|c| is(c) && !old.contains(c));
    if brings(|c| c == '\u{FFFD}') {
        Reading::Left(
            "has lost a character that nobody can know for sure (--min-confidence 0 takes the best guess)",
        )
    } else if brings(char::is_control) {
        Reading::Left("would get a control character")
    } else {
        Reading::New(new.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(names: &[&[u8]]) -> Vec<Reading> {
        let options = Options::default();
        read(names, &Repairer::new(options), options)
    }

    #[test]
    fn bytes_of_gbk_are_read_as_what_they_are() {
        // 会议记录.txt and 合同.doc in GBK.
        let names: [&[u8]; 3] =
            [b"\xbb\xe1\xd2\xe9\xbc\xc7\xc2\xbc.txt", b"\xba\xcf\xcd\xac.doc", "好.txt".as_bytes()];
        assert_eq!(
            read_all(&names),
            [Reading::New("会议记录.txt".to_owned()), Reading::New("合同.doc".to_owned()), Reading::Same]
        );
    }

    /// 春.txt in GBK says nothing by itself.
    #[test]
    fn a_name_that_is_too_short_is_in_the_encoding_of_the_others() {
        let short: &[u8] = b"\xb4\xba.txt";
        assert!(matches!(read_all(&[short])[..], [Reading::Left(_)]));
        let both = read_all(&[short, b"\xbb\xe1\xd2\xe9\xbc\xc7\xc2\xbc.txt"]);
        assert_eq!(both[0], Reading::New("春.txt".to_owned()));
        // A byte that GBK has not stays.
        let both = read_all(&[b"\xb4", b"\xbb\xe1\xd2\xe9\xbc\xc7\xc2\xbc.txt"]);
        assert!(matches!(both[0], Reading::Left(_)));
    }

    #[test]
    fn other_languages_and_noise_stay() {
        let names: [&[u8]; 3] = [b"caf\xe9.txt", "Ünïcödé café.txt".as_bytes(), "résumé".as_bytes()];
        assert!(matches!(read_all(&names)[..], [Reading::Left(_), Reading::Same, Reading::Same]));
    }
}
