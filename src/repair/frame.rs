//! Frames drawn with the line characters of DOS pages, which are bytes of Chinese there: `─┬─` is 穆 and half of another
//! character in code page 437.
//!
//! In a drawing lines go on from one character to the next. Those of garbage meet by chance: `╓╨╬─` is 中文.

/// The lines that leave a character to the left and to the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stroke {
    None,
    Single,
    Double,
}

/// The strokes to the left and to the right of a line character.
fn strokes(c: char) -> Option<[Stroke; 2]> {
    use Stroke::{Double, None, Single};
    Some(match c {
        '│' | '║' => [None, None],
        '─' | '┬' | '┴' | '┼' | '╥' | '╨' | '╫' => [Single, Single],
        '═' | '╦' | '╩' | '╬' | '╤' | '╧' | '╪' => [Double, Double],
        '┌' | '└' | '├' | '╓' | '╙' | '╟' => [None, Single],
        '┐' | '┘' | '┤' | '╖' | '╜' | '╢' => [Single, None],
        '╔' | '╚' | '╠' | '╒' | '╘' | '╞' => [None, Double],
        '╗' | '╝' | '╣' | '╕' | '╛' | '╡' => [Double, None],
        _ => return Option::None,
    })
}

/// Whether all that is no ASCII in a text are line characters that go on from each to the next.
pub(super) fn is_drawn(text: &[char]) -> bool {
    let mut is_any = false;
    let mut before: Option<[Stroke; 2]> = None;
    for &c in text {
        let here = strokes(c);
        match (before, here) {
            (_, None) if !c.is_ascii() => return false,
            (Some([_, right]), Some([left, _])) if left != right => return false,
            _ => is_any |= here.is_some(),
        }
        before = here;
    }
    is_any
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_are_told_from_garbage() {
        let is = |text: &str| is_drawn(&text.chars().collect::<Vec<_>>());
        for drawn in ["┌─┬─┬─┐", "├─┴─┼─┤", "╔══╦══╗", "║ a │ b ║", "└──┘└──┘"]
        {
            assert!(is(drawn), "{drawn}");
        }
        for garbage in ["╓╨╬─", "╩²╛▌", "─┬─ é", "plain"] {
            assert!(!is(garbage), "{garbage}");
        }
    }
}
