#!/usr/bin/env python3
"""Records what Python's decoders read from every code of one or two bytes: conformance.py WHATWG.tsv OUT.tsv

WHATWG.tsv comes from `cargo xtask code-pages --dump`. OUT.tsv (data/code-pages/python.tsv) holds the differences
from the WHATWG index alone, and for every decoder the number of codes that it reads and a hash of them all, by which
a reader of the file knows that it has put them together rightly. Standard library only; Python 3.11.
"""
import codecs
import sys

# Decoder, and the page of the WHATWG index that it is compared with; "ascii" where the index has none.
DECODERS = [
    ("gb2312", "gbk"),
    ("gbk", "gbk"),
    ("gb18030", "gbk"),
    ("big5", "big5"),
    ("cp950", "big5"),
    ("big5hkscs", "big5"),
    ("shift_jis", "shift_jis"),
    ("cp932", "shift_jis"),
    ("euc_kr", "euc-kr"),
    ("cp949", "euc-kr"),
    ("latin-1", "ascii"),
    ("cp1250", "windows-1250"),
    ("cp1251", "windows-1251"),
    ("cp1252", "windows-1252"),
    ("cp1253", "windows-1253"),
    ("cp1254", "windows-1254"),
    ("cp1257", "windows-1257"),
    ("iso8859-2", "iso-8859-2"),
    ("iso8859-15", "iso-8859-15"),
    ("koi8-r", "koi8-r"),
    ("mac_roman", "macintosh"),
    ("cp437", "ascii"),
    ("cp850", "ascii"),
    ("cp866", "ibm866"),
]
HEAD = """\
# What Python's decoders read from every code of one or two bytes, where it is not what the WHATWG index has.
# Two bytes are a code if the first alone is not one.
# decoder, its name, the page of the index that it is compared with, the number of codes that it reads, and the
# 64-bit FNV-1a hash of them all, a line each: code, tab, characters joined by "+".
# Then the differences: first and last code of a run, and "-" if none is read; or the characters of the codes.
"""
CODES = [f"{a:02X}" for a in range(256)] + [f"{a:04X}" for a in range(0x10000)]


def read(codec):
    """Every code that the decoder reads, with its characters in hex."""
    table = {}
    for code in CODES:
        if len(code) == 4 and code[:2] in table:
            continue
        try:
            text = bytes.fromhex(code).decode(codec)
        except UnicodeDecodeError:
            continue
        table[code] = "+".join(f"{ord(c):04X}" for c in text)
    return table


def fnv(table):
    value = 0xCBF29CE484222325
    for code in CODES:
        if code in table:
            for byte in f"{code}\t{table[code]}\n".encode():
                value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


def runs(table, base):
    """Runs of codes that differ. What neither reads does not end a run of unread codes."""
    run = None
    for code in CODES:
        mine, index = table.get(code), base.get(code)
        if mine is None and index is None:
            if run and (run[2] is not None or len(code) != len(run[0])):
                yield run
                run = None
        elif mine == index:
            if run:
                yield run
            run = None
        elif run and (mine is None) == (run[2] is None) and len(code) == len(run[0]):
            run[1] = code
            if mine:
                run[2].append(mine)
        else:
            if run:
                yield run
            run = [code, code, [mine] if mine else None]
    if run:
        yield run


def main():
    whatwg = {"ascii": {f"{b:02X}": f"{b:04X}" for b in range(0x80)}}
    for line in open(sys.argv[1], encoding="ascii"):
        page, code, chars = line.split()
        whatwg.setdefault(page, {})[code] = chars
    # Python has no table of Windows's own under this name.
    assert codecs.lookup("cp936").name == "gbk"
    with open(sys.argv[2], "w", encoding="ascii", newline="\n") as out:
        out.write(HEAD)
        for name, page in DECODERS:
            table = read(name)
            out.write(f"decoder\t{name}\t{page}\t{len(table)}\t{fnv(table):016X}\n")
            for first, last, chars in runs(table, whatwg[page]):
                out.write(f"{first}\t{last}\t{' '.join(chars) if chars else '-'}\n")


main()
