//! Which digit was swallowed, where the number tells.
//!
//! The digit behind a lost byte is gone, and mostly nobody can know it. Of years, the rest tells it: what is left of
//! 1998 is no other year.

/// The first digit of a year, given what follows it; `None` where it may be any.
pub(super) fn of_year(mut after: impl Iterator<Item = char>) -> Option<char> {
    let [century, decade, year, unit] = std::array::from_fn(|_| after.next());
    if unit? != '年' || !decade?.is_ascii_digit() || !year?.is_ascii_digit() {
        return None;
    }
    match century? {
        '0' => Some('2'),
        '7'..='9' => Some('1'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_of_the_last_centuries_are_told_by_their_rest() {
        let first = |rest: &str| of_year(rest.chars());
        assert_eq!(["998年", "024年", "789年春"].map(first), [Some('1'), Some('2'), Some('1')]);
        assert_eq!(["98年", "0年", "998", "998号", "112年", "0012年", "", "中文字年"].map(first), [None; 8]);
    }
}
