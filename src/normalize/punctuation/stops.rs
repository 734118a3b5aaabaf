//! ASCII full stops that end sentences.

use super::line::{Line, is_break};
use crate::normalize::script::is_han;

impl Line {
    /// ASCII full stops, all of a line or none: only in a line of Chinese sentences that ends with one,
    /// and only if each stands between clauses and not within a foreign name.
    pub(super) fn decide_stops(&mut self, marks: &[usize]) {
        let end = self.trimmed();
        let is_stop = |i: usize| {
            matches!(self.chars[i], '.' | '。') && i > 0 && !self.shielded[i] && self.ends_clause(i - 1)
        };
        if end < 2 || !is_stop(end - 1) || !self.is_chinese() || self.han < 12 {
            return;
        }
        let before = &self.chars[..end - 1];
        if !before.iter().any(|c| matches!(c, ',' | '，' | '；' | ';' | '：' | ':' | '、')) {
            return;
        }
        let mut stops = vec![end - 1];
        for &i in marks.iter().take_while(|&&i| i < end - 1) {
            if !is_stop(i) {
                continue;
            }
            let mut next = i + 1;
            while self.chars[next].is_whitespace() {
                next += 1;
            }
            let opens = matches!(self.chars[next], '(' | '（' | '“' | '"' | '《' | '「');
            if !is_han(self.chars[next]) && !opens {
                // Beside letters, digits and other stops it may be anything.
                match self.chars[i] {
                    '.' => return,
                    _ => continue,
                }
            }
            if self.chars[i] == '.' && !self.parts_sentences(i) {
                return;
            }
            stops.push(i);
        }
        for i in stops {
            self.full[i] = true;
        }
    }

    /// Whether a clause may end with the character at `k`.
    fn ends_clause(&self, k: usize) -> bool {
        is_han(self.chars[k]) || matches!(self.chars[k], ')' | '）' | '”' | '》' | '」') && k > 0
    }

    /// Whether both sides of the stop at `i` are long enough to be clauses, and not the two parts of a name.
    fn parts_sentences(&self, i: usize) -> bool {
        const CLAUSE: usize = 4;
        let before =
            self.clause_before(i).take_while(|&k| self.chars[k] != '.').filter(|&k| is_han(self.chars[k]));
        let after =
            self.chars[i + 1..].iter().take_while(|c| !is_break(**c) && **c != '.').filter(|c| is_han(**c));
        let name = transcribes(self.chars[i - 1]) && self.chars.get(i + 1).is_some_and(|&c| transcribes(c));
        before.take(CLAUSE).count() == CLAUSE && after.take(CLAUSE).count() == CLAUSE && !name
    }

    /// The length without white space at the end.
    fn trimmed(&self) -> usize {
        self.chars.iter().rposition(|c| !c.is_whitespace()).map_or(0, |i| i + 1)
    }
}

/// Whether the character is one of those that write foreign names.
fn transcribes(c: char) -> bool {
    "翰阿埃艾安奥巴白班邦鲍贝本比彼别宾波伯勃博布查达戴丹德登迪蒂丁东杜顿多恩尔法菲费芬佛弗福夫盖甘冈戈格哥贡古哈海汉赫亨华霍基吉加贾杰金卡凯坎康考柯科克肯库奎拉莱兰朗劳勒雷里利莉连林琳刘卢鲁路伦罗洛马麦曼梅蒙米密明莫姆纳内尼纽努诺欧帕潘佩彭皮普奇恰乔琼琴热日荣茹瑞萨赛桑瑟森沙珊舍圣施史舒朔斯司丝苏索塔泰坦汤特腾提廷图托瓦万威韦维温沃乌武西希席夏肖谢辛休许雅亚延扬耶叶伊英尤约泽扎詹珍芝朱兹佐"
        .contains(c)
}
