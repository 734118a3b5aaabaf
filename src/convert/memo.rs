//! What short pieces of the text have become already.
//!
//! A piece that the exact algorithm is asked about converts the same wherever it stands, and the phrases of
//! a text come again and again. To look one up is ten times cheaper than to convert it.

/// Bytes of a piece and of what it becomes that are kept.
const BYTES: usize = 30;
const SLOTS: usize = 2048;
/// Pieces converted before it is worth to make room: short texts don't repeat themselves.
const PATIENCE: u32 = 32;

#[derive(Debug, Clone, Copy)]
struct Slot {
    piece: [u8; BYTES],
    piece_len: u8,
    new_len: u8,
    new: [u8; BYTES],
}

/// A table of pieces in which a new one takes the place of an old one with the same hash.
#[derive(Debug, Default)]
pub(super) struct Memo {
    slots: Vec<Slot>,
    asked: u32,
}

impl Memo {
    /// What `piece` becomes: known, or put into `result` by `convert`.
    pub(super) fn get<'a>(
        &'a mut self,
        piece: &str,
        result: &'a mut String,
        convert: impl FnOnce(&mut String),
    ) -> &'a str {
        self.asked = self.asked.saturating_add(1);
        if piece.len() > BYTES || self.asked < PATIENCE {
            convert(result);
            return result;
        }
        if self.slots.is_empty() {
            self.slots = vec![Slot { piece: [0; BYTES], piece_len: 0, new_len: 0, new: [0; BYTES] }; SLOTS];
        }
        let slot = &mut self.slots[hash(piece.as_bytes()) % SLOTS];
        let len = usize::from(slot.piece_len);
        if slot.piece[..len] != *piece.as_bytes() {
            convert(result);
            if result.len() > BYTES {
                return result;
            }
            slot.piece[..piece.len()].copy_from_slice(piece.as_bytes());
            slot.new[..result.len()].copy_from_slice(result.as_bytes());
            // Both are at most `BYTES`.
            (slot.piece_len, slot.new_len) = (piece.len() as u8, result.len() as u8);
        }
        match std::str::from_utf8(&slot.new[..usize::from(slot.new_len)]) {
            Ok(new) => new,
            Err(_) => result,
        }
    }
}

fn hash(bytes: &[u8]) -> usize {
    let mut hash = 0u64;
    for part in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..part.len()].copy_from_slice(part);
        hash = (hash.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
    (hash >> 40) as usize
}
