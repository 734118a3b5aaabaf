#!/usr/bin/env python3
"""Count what a command changes in the translations of programs, text in many languages that people have read.

    messages.py FOLDER... [--cmd 'COMMAND'] [--show]

Every different line with a character beyond ASCII in the compiled catalogues (*.mo) below the folders goes to COMMAND as a
record of JSON lines, its text in the field "text"; COMMAND writes the same lines, in the same order. What is printed is the
number of languages, of lines and of changed lines; with --show, each of these before and after. Some translations are
really garbled: judge what is shown. Python's standard library only.
"""
import argparse, gettext, json, pathlib, re, shlex, struct, subprocess

DEFAULT = "cargo run --release --quiet -- repair --format jsonl --field text"


def lines(folders):
    """The lines of the catalogues, by language."""
    found = {}
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob("*.mo")):
            language = re.search(r"/locale[^/]*/([^/]+)/", str(path))
            try:
                with open(path, "rb") as file:
                    catalogue = gettext.GNUTranslations(file)._catalog
            except (OSError, ValueError, LookupError, struct.error):
                continue  # No catalogue, whatever its name.
            texts = found.setdefault(language[1] if language else path.stem, set())
            for source, translation in catalogue.items():
                if source and isinstance(translation, str):
                    texts.update(line for line in translation.split("\n") if not line.isascii())
    return {language: sorted(texts) for language, texts in sorted(found.items()) if texts}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="+")
    parser.add_argument("--cmd", default=DEFAULT)
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    by_language = lines(arguments.folder)
    records = [(language, text) for language, texts in by_language.items() for text in texts]
    sent = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for _, text in records)
    run = subprocess.run(shlex.split(arguments.cmd), input=sent.encode(), stdout=subprocess.PIPE, check=True)
    got = run.stdout.decode().split("\n")[:-1]
    if len(got) != len(records):
        raise SystemExit(f"{len(records)} records sent, {len(got)} received")
    changed = 0
    for (language, text), line in zip(records, got):
        result = json.loads(line)["text"]
        changed += result != text
        if arguments.show and result != text:
            print(f"{language}\n- {text}\n+ {result}")
    print(f"{len(by_language)} languages, {len(records)} lines, {changed} changed")


if __name__ == "__main__":
    main()
