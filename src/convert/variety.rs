//! Which variety of Chinese a document is in.
//!
//! The standards of Taiwan, of Hong Kong and of OpenCC write most words alike; what matters on the way to
//! simplified text is 著: the verb alone, or the particle 着 as well. And in simplified text nothing may change
//! that simplified text has. The document itself shows it.

use memchr::memmem;

use super::plan::Scheme;
use super::script::{Script, Scripts};

/// So many telling characters are enough.
const TELLING: usize = 256;

/// The scheme for a document on its way to simplified text.
///
/// Reads until it has seen enough characters of one script alone; costs about as much as decoding what it
/// reads. A document that tells nothing counts as traditional.
pub(super) fn of(text: &str) -> Scheme {
    let scripts = Scripts::new();
    let (mut traditional, mut simplified) = (0usize, 0usize);
    for script in text.chars().filter_map(|c| scripts.of(c)).take(TELLING) {
        match script {
            Script::Traditional => traditional += 1,
            Script::Simplified => simplified += 1,
        }
    }
    if simplified > 0 && simplified >= traditional {
        return Scheme::Settled;
    }
    let count = |word: &str| memmem::find_iter(text.as_bytes(), word).take(TELLING).count();
    // Where 着 is in use, 著 is another word. A few of them may be quotations.
    if 4 * count("着") > count("著") { Scheme::Mainland } else { Scheme::Taiwan }
}
