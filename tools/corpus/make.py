#!/usr/bin/env python3
"""Writes corpus/cases.jsonl: make.py FOLDER > corpus/cases.jsonl

FOLDER holds garble.py, the exact models of the decoders. The sentences are this project's own. Python 3.11, standard
library only.
"""
import json
import os
import sys

sys.path.insert(0, os.path.abspath(sys.argv[1]))
from garble import CHANNELS, LOST, garble  # noqa: E402

SENTENCES = {
    "hans": [
        "清晨的雾还没有散，渡口已经排起了长队。",
        "请先备份数据库，再执行升级脚本。",
        "这个函数返回一个列表，调用者负责释放内存。",
        "孩子们在操场上放风筝，风却突然停了。",
    ],
    "hant": [
        "圖書館三樓的閱覽室下個月重新開放。",
        "請輸入正確的驗證碼，然後按下確認鍵。",
        "外婆把曬乾的菜脯收進陶甕裡。",
    ],
}

WHY = {
    "u8>cp936": "Windows reads UTF-8 in its own code page: the commonest garbage of all; a '?' swallows an ASCII character",
    "u8>jdk-gbk": "a Java project imported as GBK: U+FFFD before ASCII and at the end",
    "u8>jdk-gbk?": "the same, written out with '?': one byte lost, the ASCII character after it kept",
    "u8>jdk6-gbk": "old Java takes the byte 80 for a lead byte and loses two bytes there",
    "u8>whatwg-gbk": "a browser told that a UTF-8 page is GBK",
    "u8>py-gbk": "Python's gbk knows no private-use characters, so it loses more",
    "u8>cp1252": "a MySQL connection in latin1",
    "u8>py-cp1252": "five bytes of windows-1252 are undefined, and Python loses them",
    "u8>latin1": "bytes shown as characters of the same number",
    "u8>cp437": "a file name in a zip archive",
    "u8>cp1251": "the same on a Russian system",
    "u8>mac-roman": "the same on an old Macintosh",
    "gbk>latin1": "an ID3 tag, an old web page",
    "gbk>cp1252": "firmware sources opened in a Western editor",
    "gbk>cp1251": "the same in a Russian editor",
    "gbk>cp1250": "the same in a Central European editor",
    "gbk>cp437": "a file name in a zip archive",
    "gbk>mac-roman": "the same on an old Macintosh",
    "gbk>koi8-r": "the same in Russian mail",
    "gbk>cp950": "a simplified file opened in Taiwan",
    "gbk>cp949": "a simplified file opened in Korea",
    "big5>cp936": "a traditional file opened on the mainland",
    "big5>latin1": "a traditional ID3 tag",
    "u8>cp936 x2": "saved twice by the same tool, losing bytes each time",
    "u8>cp936 x3": "saved three times",
    "u8>cp1252 x2": "double encoding in a database",
    "u8>cp936>cp1252": "two different mistakes",
    "u8>cp1252>cp936": "the same two the other way round",
    "gbk>cp1252, u8>cp936": "an old tag read by a new tool",
    "gbk>u8 lost": "nothing but U+FFFD is left: it must stay, and be reported",
    "gbk>u8>cp936 lost": "U+FFFD read as GBK: it must stay, and be reported",
}


def emit(**case):
    print(json.dumps(case, ensure_ascii=True))


for channel, why in WHY.items():
    layers = {**CHANNELS, **LOST}[channel]
    for script, sentences in SENTENCES.items():
        if channel.startswith("big5") and script == "hans":
            continue
        for n, clean in enumerate(sentences):
            bad = garble(clean, layers)
            if bad is None or bad == clean:
                continue
            gold = bad if channel in LOST else clean
            emit(id=f"{channel}/{script}-{n}", channel=channel, text=bad, gold=gold, why=why)

# Garbage inside clean text, in code, beside other scripts; text that must stay.
cp936 = CHANNELS["u8>cp936"]
clean, other = "今天的会议改到下午三点。", "会议室在二楼"
emit(id="inline/clause", channel="u8>cp936", text=clean + garble(other, cp936), gold=clean + other, why="a garbled clause after a clean one, with nothing between them")
emit(id="inline/comment", channel="u8>cp936", text="let n = count(); // " + garble("统计数量", cp936), gold="let n = count(); // 统计数量", why="a comment in source code")
emit(id="inline/string", channel="u8>cp936", text='  title: "' + garble('保存成功"', cp936) + ",", gold='  title: "保存成功",', why="the quote after an odd number of characters is swallowed")
emit(id="inline/latin", channel="gbk>cp1252", text="Name: " + garble("张伟明", CHANNELS["gbk>cp1252"]) + ", Beijing", gold="Name: 张伟明, Beijing", why="a name in an English line")
for n, (text, why) in enumerate([
    ("一系列系统状态", "words whose GBK bytes are valid UTF-8 of other scripts"),
    ("铕钆铽镝钬铒铥镱镥铪", "rare characters in a row: elements"),
    ("氵灬冫讠辶阝", "radicals"),
    ("涓涓细流，汇成江海。", "a character that garbage is full of, in its proper place"),
    ("锟铻之剑，切玉如泥。", "a real name that begins like lost text"),
    ("Voilà l'été à Besançon, où naquit Hugo.", "accented letters in their proper place"),
    ("Ёжик в тумане: смотрите сегодня в 19:00.", "Cyrillic in its proper place"),
    ("これは普通の日本語の文章です。", "Japanese"),
    ("이것은 평범한 한국어 문장입니다.", "Korean"),
    ("├── 源码\n│   └── 主程序.rs", "frames drawn with box characters"),
    ("乱码示例：“鎵撳紑”其实是“打开”。", "garbage quoted on purpose, with its meaning beside it"),
    ("昨夜雨疏风骤，浓睡不消残酒。", "poetry"),
]):
    emit(id=f"clean/{n}", channel="none", text=text, gold=text, why=why)
