#!/usr/bin/env python3
"""Writes the facts of data/code-pages that the WHATWG index does not hold: measure.py OUT_DIR WHATWG.tsv [DECODERS.tsv]

WHATWG.tsv comes from `cargo xtask code-pages --dump`. Python's own codecs are asked for every code of every double-byte page and for the single-byte pages that browsers
do not know. DECODERS.tsv is an optional table of measured GBK decoders: the two-byte code in hex, then what
windows-936 (ICU's copy of the Windows table), OpenJDK's GBK and the WHATWG index give, in hex. Python 3.11, standard
library only.
"""
import os
import sys

OUT = sys.argv[1]
LEADS = range(0x81, 0xFF)
TRAILS = [b for b in range(0x40, 0xFF) if b != 0x7F]


def one(codec, data):
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return None
    return text if len(text) == 1 else None


def write(name, head, rows):
    with open(os.path.join(OUT, name), "w", encoding="ascii") as out:
        for line in head:
            out.write(f"# {line}\n")
        for row in rows:
            out.write("\t".join(row) + "\n")


def ranges(codec):
    """Runs of codes, inside one lead byte, that the codec cannot read."""
    for lead in LEADS:
        run = []
        for trail in TRAILS + [None]:
            bad = trail is not None and one(codec, bytes((lead, trail))) is None
            if bad:
                run.append(trail)
            elif run:
                yield f"{lead:02X}{run[0]:02X}", f"{lead:02X}{run[-1]:02X}"
                run = []


for codec in ("gbk", "big5", "cp950", "cp932", "cp949"):
    write(f"python-{codec}-missing.tsv", [f"First and last of the runs of two-byte codes that Python's codec {codec} cannot read."], ranges(codec))

whatwg = {}
for line in open(sys.argv[2], encoding="ascii"):
    page, code, c = line.split()
    whatwg[page, code] = c

# Spellings of a code other than the WHATWG index has.
for page, codecs in (("big5", ("cp950", "big5", "big5hkscs")), ("shift_jis", ("cp932", "shift_jis")), ("euc-kr", ("cp949",))):
    rows = []
    for lead in LEADS:
        for trail in TRAILS:
            code = f"{lead:02X}{trail:02X}"
            cells = [one(codec, bytes((lead, trail))) for codec in codecs]
            cells = [f"{ord(c):04X}" if c else "" for c in cells]
            if any(c and c != whatwg.get((page, code)) for c in cells):
                rows.append([code] + cells)
    write(f"{page}-spellings.tsv", [f"Two-byte codes on which decoders differ from the WHATWG index: code, then Python's {', '.join(codecs)}."], rows)

rows = []
for codec in ("cp437", "cp850"):
    rows.append([codec] + [f"{ord(bytes((b,)).decode(codec)):04X}" for b in range(0x80, 0x100)])
write("single-byte.tsv", ["Name, then the code points of the bytes 80 to FF, from Python's codecs."], rows)

if len(sys.argv) > 3:
    rows = []
    for line in open(sys.argv[3], encoding="ascii"):
        cells = line.rstrip("\n").split("\t")
        if line.startswith("#") or cells[0] == "code":
            continue
        code, windows, jdk, web = cells
        gb2312 = one("gb2312", bytes.fromhex(code))
        gb2312 = f"{ord(gb2312):04X}" if gb2312 else web
        if windows != web or jdk != web or gb2312 != web:
            rows.append((code, windows, jdk, web) + ((gb2312,) if gb2312 != web else ()))
    write("gbk-spellings.tsv", ["Two-byte codes on which GBK decoders differ: code, windows-936, OpenJDK GBK, WHATWG, and Python's gb2312 where it differs."], rows)
