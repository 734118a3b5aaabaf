//! What names say: text that was decoded wrongly, and bytes that are no UTF-8.

use qingwen::detect::{self, Encoding};
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
/// How sure an encoding has to be in which no repair is known of names that the repairer can't read.
const ENOUGH_FOR_OTHERS: f64 = 0.9;

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

    /// Reads names that belong together: what one shows of its damage helps the others. Those that are `raw` are all
    /// in one encoding, which nothing says, so that they may be valid UTF-8 by accident.
    pub(super) fn read(&self, names: &[&[u8]], raw: impl Fn(usize) -> bool) -> Vec<Reading> {
        let mut readings = vec![Reading::Same; names.len()];
        let texts = |n: usize| std::str::from_utf8(names[n]).ok();
        let (text, bytes): (Vec<usize>, Vec<usize>) = (0..names.len()).partition(|&n| texts(n).is_some());

        let records: Vec<Vec<&str>> = text.iter().map(|&n| vec![texts(n).unwrap_or_default()]).collect();
        for (&n, staged) in text.iter().zip(self.repairer.repair_records(&records).iter().flatten()) {
            readings[n] = judge(texts(n).unwrap_or_default(), &staged.text);
        }
        let others: Vec<&[u8]> = bytes.iter().map(|&n| names[n]).collect();
        let (read, encoding) = match self.encoding {
            Some(encoding) => (others.iter().map(|name| told(name, encoding)).collect(), Some(encoding)),
            None => self.guess(&others),
        };
        let is_raw = bytes.iter().any(|&n| raw(n));
        for (n, reading) in bytes.into_iter().zip(read) {
            readings[n] = reading;
        }
        if let Some(encoding) = encoding.filter(|_| is_raw) {
            for n in text.into_iter().filter(|&n| raw(n) && may_be_accident(names[n])) {
                if let new @ Reading::New(_) = told(names[n], encoding) {
                    readings[n] = new;
                }
            }
        }
        readings
    }

    /// Reads names that are no UTF-8, and tells the encoding of all of them, if it is one.
    ///
    /// Bytes in another encoding are the garbage of a reader that takes every byte for the character of the same
    /// number, which is how they are given to the repairer.
    fn guess(&self, names: &[&[u8]]) -> (Vec<Reading>, Option<Encoding>) {
        let views: Vec<String> =
            names.iter().map(|name| name.iter().map(|&b| char::from(b)).collect()).collect();
        let records: Vec<Vec<&str>> = views.iter().map(|view| vec![view.as_str()]).collect();
        let min_confidence = self.options.min_confidence.min(ENOUGH_FOR_BYTES);
        let staged = Repairer::new(Options { min_confidence }).repair_records(&records);
        let (mut readings, mut pages): (Vec<Reading>, Vec<Encoding>) = (Vec::new(), Vec::new());
        for (name, staged) in names.iter().zip(staged.iter().flatten()) {
            let reading = match staged.text.chars().any(|c| ('\u{80}'..='\u{FF}').contains(&c)) {
                true => detected(name, &mut pages).unwrap_or(Reading::Left(
                    "is no UTF-8, and no encoding fits it well; --encoding names one",
                )),
                false => {
                    let reading = judge("", &staged.text);
                    if matches!(reading, Reading::New(_)) {
                        pages.extend(staged.edits.iter().filter_map(|edit| truth(&edit.cause)));
                    }
                    reading
                }
            };
            readings.push(reading);
        }
        // Names that are too short to tell are in the encoding of the others.
        let page = pages.first().copied().filter(|first| pages.iter().all(|page| page == first));
        if let Some(page) = page {
            for (name, reading) in names.iter().zip(&mut readings) {
                if matches!(reading, Reading::Left(_))
                    && let new @ Reading::New(_) = told(name, page)
                {
                    *reading = new;
                }
            }
        }
        (readings, page)
    }
}

/// What a name says in the encoding of East Asia that its bytes are surely in.
fn detected(name: &[u8], pages: &mut Vec<Encoding>) -> Option<Reading> {
    use Encoding::{Big5, EucJp, EucKr, Gb18030, ShiftJis};
    let best = detect::detect(name).best();
    let is_sure = best.confidence >= ENOUGH_FOR_OTHERS && !best.faulty;
    if !is_sure || !matches!(best.encoding, Big5 | EucJp | EucKr | Gb18030 | ShiftJis) {
        return None;
    }
    let read = told(name, best.encoding);
    matches!(read, Reading::New(_)).then(|| {
        pages.push(best.encoding);
        read
    })
}

/// Whether a name may be UTF-8 by accident: all its characters outside ASCII have two bytes.
fn may_be_accident(name: &[u8]) -> bool {
    std::str::from_utf8(name).is_ok_and(|text| !text.is_ascii() && text.chars().all(|c| c.len_utf8() <= 2))
}

/// What a name says in an encoding.
fn told(name: &[u8], encoding: Encoding) -> Reading {
    match charset::decode(encoding, name) {
        Ok(text) if text.chars().all(is_used) => judge("", &text),
        _ => Reading::Left("can't be read in the encoding that --encoding names"),
    }
}

/// The encoding that a repair found the bytes to be in: the channel's name is `gbk>latin-1`.
fn truth(cause: &str) -> Option<Encoding> {
    let layer = cause.rsplit(", ").next().unwrap_or_default();
    charset::by_name(layer.split_once('>').map_or(layer, |(truth, _)| truth)).ok()
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
        Reader::new(Options::default(), None).read(names, |_| false)
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

    /// 日本語のファイル.txt and 東京.txt in Shift_JIS.
    #[test]
    fn names_in_shift_jis_are_known_by_their_kana() {
        let long: &[u8] = b"\x93\xfa\x96{\x8c\xea\x82\xcc\x83t\x83@\x83C\x83\x8b.txt";
        let short: &[u8] = b"\x93\x8c\x8b\x9e.txt";
        let read = read_all(&[long, short]);
        assert_eq!(read[0], Reading::New("日本語のファイル.txt".to_owned()));
        assert_eq!(read[1], Reading::New("東京.txt".to_owned()));
    }

    /// 小说.txt in GBK is valid UTF-8, as is a name in Russian; 第一章.txt is not.
    #[test]
    fn a_name_among_raw_ones_may_be_utf_8_by_accident() {
        let (accident, chapter): (&[u8], &[u8]) = (b"\xd0\xa1\xcb\xb5.txt", b"\xb5\xda\xd2\xbb\xd5\xc2.txt");
        let read = |names: &[&[u8]]| Reader::new(Options::default(), None).read(names, |n| n < 2);
        let readings = read(&[accident, chapter, "вода.txt".as_bytes()]);
        assert_eq!(readings[0], Reading::New("小说.txt".to_owned()));
        assert_eq!(readings[2], Reading::Same);
        assert_eq!(read(&[accident]), [Reading::Same]);
        assert_eq!(read_all(&[accident, chapter])[0], Reading::Same);
    }

    #[test]
    fn who_knows_the_encoding_may_say_so() {
        // 春.txt in GBK, 春 in Big5, a name in UTF-8, and bytes that Big5 has not.
        let read = |encoding, name: &[u8]| {
            Reader::new(Options::default(), Some(encoding)).read(&[name], |_| false).remove(0)
        };
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
