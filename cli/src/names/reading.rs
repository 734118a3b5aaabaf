//! What names say: text that was decoded wrongly, and bytes that are no UTF-8.

use qingwen::codec::CodePage;
use qingwen::detect::Encoding;
use qingwen::repair::{Options, Repairer};

use crate::charset;

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

/// The encoding that `--encoding` names.
///
/// # Errors
/// If there is none of that name, or no name of a file can be in it.
pub(super) fn encoding(name: &str) -> Result<Encoding, String> {
    match charset::by_name(name)? {
        wide if wide.unit() > 1 => {
            Err(format!("no name of a file is in {wide}, which has zero bytes in letters"))
        }
        encoding => Ok(encoding),
    }
}

/// Reads names.
pub(super) struct Reader {
    options: Options,
    repairer: Repairer,
    /// What names are in that are no UTF-8, if somebody knows.
    encoding: Option<Encoding>,
}

impl Reader {
    pub(super) fn new(options: Options, encoding: Option<Encoding>) -> Self {
        Self { options, repairer: Repairer::new(options), encoding }
    }

    /// Reads names that belong together: what one shows of its damage helps the others.
    pub(super) fn read(&self, names: &[&[u8]]) -> Vec<Reading> {
        let mut readings = vec![Reading::Same; names.len()];
        let texts = |n: usize| std::str::from_utf8(names[n]).ok();
        let (text, bytes): (Vec<usize>, Vec<usize>) = (0..names.len()).partition(|&n| texts(n).is_some());

        let records: Vec<Vec<&str>> = text.iter().map(|&n| vec![texts(n).unwrap_or_default()]).collect();
        for (&n, staged) in text.iter().zip(self.repairer.repair_records(&records).iter().flatten()) {
            readings[n] = judge(texts(n).unwrap_or_default(), &staged.text);
        }
        let others: Vec<&[u8]> = bytes.iter().map(|&n| names[n]).collect();
        let read = match self.encoding {
            Some(encoding) => others.iter().map(|name| told(name, encoding)).collect(),
            None => self.guess(&others),
        };
        for (n, reading) in bytes.into_iter().zip(read) {
            readings[n] = reading;
        }
        readings
    }

    /// Reads names that are no UTF-8.
    ///
    /// Bytes in another encoding are the garbage of a reader that takes every byte for the character of the same
    /// number, which is how they are given to the repairer.
    fn guess(&self, names: &[&[u8]]) -> Vec<Reading> {
        let views: Vec<String> =
            names.iter().map(|name| name.iter().map(|&b| char::from(b)).collect()).collect();
        let records: Vec<Vec<&str>> = views.iter().map(|view| vec![view.as_str()]).collect();
        let min_confidence = self.options.min_confidence.min(ENOUGH_FOR_BYTES);
        let staged = Repairer::new(Options { min_confidence }).repair_records(&records);
        let (mut readings, mut pages): (Vec<Reading>, Vec<&str>) = (Vec::new(), Vec::new());
        for staged in staged.iter().flatten() {
            let reading = match staged.text.chars().any(|c| ('\u{80}'..='\u{FF}').contains(&c)) {
                true => Reading::Left("is no UTF-8, and no encoding fits it well; --encoding names one"),
                false => judge("", &staged.text),
            };
            if matches!(reading, Reading::New(_)) {
                pages.extend(staged.edits.iter().map(|edit| truth(&edit.cause)));
            }
            readings.push(reading);
        }
        // Names that are too short to tell are in the encoding of the others.
        if let Some(page) = pages.first().filter(|first| pages.iter().all(|page| page == *first))
            && let Some(page) = CodePage::ALL.into_iter().find(|p| p.name() == *page)
        {
            for (name, reading) in names.iter().zip(&mut readings) {
                if matches!(reading, Reading::Left(_))
                    && let Some(text) = decoded(name, page)
                {
                    *reading = judge("", &text);
                }
            }
        }
        readings
    }
}

/// What a name says in an encoding that somebody named.
fn told(name: &[u8], encoding: Encoding) -> Reading {
    match charset::decode(encoding, name) {
        Ok(text) if text.chars().all(is_used) => judge("", &text),
        _ => Reading::Left("can't be read in the encoding that --encoding names"),
    }
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
    text.chars().all(is_used).then_some(text)
}

/// Whether a character has a meaning.
fn is_used(c: char) -> bool {
    !matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{FFFD}')
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
        Reader::new(Options::default(), None).read(names)
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
    fn who_knows_the_encoding_may_say_so() {
        // 春.txt in GBK, 春 in Big5, a name in UTF-8, and bytes that Big5 has not.
        let read =
            |encoding, name: &[u8]| Reader::new(Options::default(), Some(encoding)).read(&[name]).remove(0);
        let spring = |text: &str| Reading::New(text.to_owned());
        assert_eq!(read(Encoding::Gb18030, b"\xb4\xba.txt"), spring("春.txt"));
        assert_eq!(read(Encoding::Big5, b"\xac\x4b"), spring("春"));
        assert_eq!(read(Encoding::Big5, "春".as_bytes()), Reading::Same);
        assert!(matches!(read(Encoding::Big5, b"\xff.txt"), Reading::Left(_)));
        assert!(encoding("utf-16").is_err() && encoding("gbk").is_ok());
    }

    #[test]
    fn other_languages_and_noise_stay() {
        let names: [&[u8]; 3] = [b"caf\xe9.txt", "Ünïcödé café.txt".as_bytes(), "résumé".as_bytes()];
        assert!(matches!(read_all(&names)[..], [Reading::Left(_), Reading::Same, Reading::Same]));
    }
}
