//! The parts of a line whose punctuation is syntax: code spans, tags, links, entities, smileys.

use crate::normalize::script::is_han;

/// Marks every character of `line` that is inside syntax; `marks` are the places of its ASCII punctuation, and perhaps
/// some more.
pub(super) fn shield(line: &[char], marks: &[usize], shielded: &mut Vec<bool>) {
    shielded.clear();
    shielded.resize(line.len(), false);
    let mut done = 0;
    for &at in marks {
        if at < done {
            continue;
        }
        let end = match line[at] {
            '`' => code_span(line, at),
            '<' => tag(line, at),
            '&' => entity(line, at),
            '{' => braces(line, at),
            '$' => formula(line, at),
            ']' => link(line, at),
            ':' => address(line, at).or_else(|| smiley(line, at)).or_else(|| shortcode(line, at)),
            ';' | '=' => smiley(line, at),
            '(' => face(line, at),
            '!' if line.get(at + 1) == Some(&'[') => Some(at + 1),
            '\\' => Some((at + 2).min(line.len())),
            _ => None,
        };
        if let Some(end) = end {
            shielded[at..end].fill(true);
            done = end;
        }
    }
}

/// The end of the first `close` after `at`, at most `within` characters away.
fn find(line: &[char], at: usize, close: char, within: usize) -> Option<usize> {
    let end = line.len().min(at.saturating_add(within));
    line[at..end].iter().position(|&c| c == close).map(|i| at + i)
}

/// `` `…` ``, by the length of the run of ticks.
fn code_span(line: &[char], at: usize) -> Option<usize> {
    let ticks = line[at..].iter().take_while(|&&c| c == '`').count();
    let mut i = at + ticks;
    let end = line.len().min(i + 400);
    while i < end {
        let run = line[i..].iter().take_while(|&&c| c == '`').count();
        if run == ticks {
            return Some(i + run);
        }
        i += run.max(1);
    }
    // Unclosed ticks are ordinary characters; step over all of them at once.
    Some(at + ticks)
}

/// `<a href="…">`, `</p>`, `<!-- … -->`: not a comparison.
fn tag(line: &[char], at: usize) -> Option<usize> {
    match line.get(at + 1)? {
        '/' | '!' | '?' | 'a'..='z' | 'A'..='Z' => find(line, at, '>', 600).map(|i| i + 1),
        _ => None,
    }
}

/// `&nbsp;`, `&#20013;`, `&#x4E2D;`
fn entity(line: &[char], at: usize) -> Option<usize> {
    let name = line[at + 1..].iter().take(10).take_while(|c| c.is_ascii_alphanumeric() || **c == '#').count();
    (name > 1 && line.get(at + 1 + name) == Some(&';')).then_some(at + name + 2)
}

/// `{…}`: a placeholder or a set, not prose.
fn braces(line: &[char], at: usize) -> Option<usize> {
    find(line, at, '}', 200).map(|i| i + 1)
}

/// `$…$` without Chinese in it.
fn formula(line: &[char], at: usize) -> Option<usize> {
    let close = find(line, at + 1, '$', 200)?;
    let inside = &line[at + 1..close];
    (!inside.is_empty() && !inside.iter().any(|&c| is_han(c))).then_some(close + 1)
}

/// The target of a Markdown link: from `](` to its bracket.
fn link(line: &[char], at: usize) -> Option<usize> {
    if line.get(at + 1) != Some(&'(') {
        return None;
    }
    let mut depth = 0_usize;
    for (i, c) in line.iter().enumerate().skip(at + 1).take(500) {
        match c {
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    return Some(i + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The part of a URL after its scheme. Chinese belongs to it only inside its path or query.
fn address(line: &[char], at: usize) -> Option<usize> {
    if line.get(at + 1) != Some(&'/') || line.get(at + 2) != Some(&'/') {
        return None;
    }
    let mut i = at + 3;
    let mut chinese = false;
    while let Some(&c) = line.get(i) {
        if is_han(c) {
            if !chinese && !matches!(line[i - 1], '/' | '=' | '?' | '&' | '-' | '_' | '#' | '+' | '%') {
                break;
            }
            chinese = true;
        } else if !c.is_ascii_graphic() || matches!(c, '"' | '<' | '>' | '`' | '|' | '\\' | '^' | '{' | '}') {
            break;
        }
        i += 1;
    }
    // Marks at the end belong to the sentence.
    let mut end = i;
    while end > at + 3 && matches!(line[end - 1], ',' | '.' | ':' | ';' | '!' | '?' | ')' | '(' | '\'') {
        end -= 1;
    }
    Some(end)
}

/// `:)`, `;-(`, `=)`, `:D`
fn smiley(line: &[char], at: usize) -> Option<usize> {
    let mut i = at + 1;
    if matches!(line.get(i)?, '-' | '\'' | 'o' | '^') {
        i += 1;
    }
    let mouth = *line.get(i)?;
    let after = line.get(i + 1);
    let is_smiley = match mouth {
        ')' | '(' => {
            // A mouth may be repeated; a bracket with something in it is a bracket.
            let run = line[i..].iter().take_while(|&&c| c == mouth).count();
            mouth == ')' || i > at + 1 || line.get(i + run).is_none_or(|c| c.is_whitespace())
        }
        'D' | 'P' | 'p' | 'O' | '3' | '|' | '/' | '\\' => {
            (i > at + 1 || !matches!(mouth, '3' | '|' | '/' | '\\' | 'O'))
                && after.is_none_or(|c| !c.is_ascii_alphanumeric())
                && line[at] != '='
        }
        _ => false,
    };
    if !is_smiley {
        return None;
    }
    let run = line[i..].iter().take_while(|&&c| c == mouth).count();
    Some(i + run)
}

/// `:smile:`
fn shortcode(line: &[char], at: usize) -> Option<usize> {
    let name = line[at + 1..]
        .iter()
        .take(40)
        .take_while(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '+'))
        .count();
    let letters = line[at + 1..at + 1 + name].iter().any(char::is_ascii_lowercase);
    (letters && line.get(at + 1 + name) == Some(&':')).then_some(at + name + 2)
}

/// `(^_^)`, `(T_T)`, `(*^▽^*)`, `(╯°□°)╯`: a bracket around a face.
fn face(line: &[char], at: usize) -> Option<usize> {
    let close = find(line, at + 1, ')', 16)?;
    let inside = &line[at + 1..close];
    let plain = |c: &char| {
        is_han(*c)
            || c.is_ascii_alphanumeric()
            || matches!(
                c,
                ' ' | ',' | '.' | '+' | '-' | '/' | '%' | '*' | '=' | ':' | '#' | '&' | '$' | '"' | '\''
            )
    };
    let odd = inside.iter().filter(|c| !plain(c)).count();
    let letters = inside.iter().filter(|c| c.is_ascii_alphanumeric() || is_han(**c)).count();
    let drawn = inside.iter().any(|c| {
        matches!(
            c,
            '^' | '_'
                | '▽'
                | '°'
                | '´'
                | 'ω'
                | '＾'
                | '￣'
                | '╯'
                | '□'
                | '•'
                | '`'
                | '≧'
                | '≦'
                | '﹏'
                | '╥'
                | 'ಠ'
        )
    });
    (drawn && odd >= 1 && letters <= 2).then_some(close + 1)
}
