#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the commands in the documents as they stand there, and follows their links.

usage: docs.py [--long] [--verbose] [DOCUMENT...]

The build is in $BUILD, the tree in $SRC; --verbose prints the processor time of every block.

Commands are the indented and fenced blocks of README.md, CONTRIBUTING.md, examples/*.md and
datasets/README.md, and the displays in the EXAMPLES of the man pages as mandoc renders them. A
block is a session, whose commands have a `$ ` before them and their output below, or a script. A
block that is no command is the output of the block before it. Whatever else there is, is an error,
so that no block is passed over.

Every document has an empty folder, with links to datasets/ and examples/ and the files that FILES
makes for it; its blocks are run there in order by bash. A command fails when any part of its
pipeline does. Where output is shown it is compared, word by word: numbers with a fraction may
differ by 2 %, as long descents do between machines and compilers, times in seconds may be anything,
`...` is any number of words.

    without --long  all but the commands in LONG
    with --long     all

The experiments take minutes or hours. Their options are checked by the scripts' own getopts
strings; with --long they are run with the options of SMALL behind those shown, which take a
second. What they find is judged in tests/long/experiments.sh. Commands in NOT_RUN are not run, for
the reason given there.
"""
import getopt
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SRC = Path(os.environ.get("SRC", Path(__file__).resolve().parent.parent)).resolve()
BUILD = Path(os.environ.get("BUILD", SRC / "build")).resolve()
PATH = os.pathsep.join([str(BUILD / "src"), str(SRC / "datasets"), os.environ["PATH"]])

COMMANDS = ["README.md", "CONTRIBUTING.md", "datasets/README.md", "examples/*.md", "man/*.[157]"]
LINKS = ["*.md", "datasets/*.md", "examples/*.md", "man/*.[157]"]

# Files that a document takes for granted, by shell commands.
FILES = {
    "examples/README.md": "cp --no-preserve=mode datasets/karate/edges.txt datasets/karate/features.svm .",
    "man/gnn-train.1": """
        cp --no-preserve=mode datasets/karate/edges.txt datasets/karate/features.svm .
        for part in train val test train test val; do yes $part | head -n 6; done | head -n 34 >split.txt
        graph-gen -q sbm --blocks=2x20 --p-in=0.3 --p-out=0.1 --features=x.npy --labels=y.txt -o a.txt
        graph-gen -q sbm --blocks=2x20 --p-in=0.3 --p-out=0.1 --features=z.npy -s 2 -o b.txt""",
    "man/graph-convert.1": """
        cp --no-preserve=mode datasets/karate/edges.txt graph.txt
        graph-convert -q -o matrix.mtx.gz graph.txt
        graph-convert -q -o graph.graphml graph.txt
        printf 'ann bob\\nbob cleo\\ncleo ann\\n' >friends.txt""",
    "man/htf-complete.1": """
        dims=2x2x2x2x2x2x2x2x2x2x2x2x2x2x2x2
        tensor-gen -q --dims=$dims --cp-rank=1 --observe=1000 -o images.tns
        head -n 20 images.tns >queries.tns""",
    "man/tf-complete.1": """
        tensor-gen -q --dims=8x8x8 --cp-rank=1 --norm=20 --observe=30 -s 2 -o val.tns
        cp val.tns queries.tns""",
    "man/walkindex.1": """
        cp --no-preserve=mode datasets/karate/edges.txt graph.txt
        printf '0,1,2\\n3 4\\n' >parts.txt""",
    "man/wis-sparsify.1": """
        cp --no-preserve=mode datasets/karate/edges.txt graph.txt
        gzip -k graph.txt""",
}

# Left to --long: patterns of commands.
LONG = [
    r"rmat --scale=20",
    r"debian/edges.*gnn-train -f datasets/debian",
    r"--images=",
    r"tf-complete --init-std=auto",
]

# Options behind those of an experiment, and behind those of the tool that it passes on.
SMALL = {
    "accuracy-vs-sparsity": ("-n 1 -r 0,50 -m random,1-wis", "--epochs=2"),
    "component-dynamics": ("-n 1 -N 20", ""),
    "hierarchical-dynamics": ("-n 1 -s 4 -k 2 -i 0.1", ""),
    "image-ranks": ("-n 1 -N 20 -m 300 -t 100 -b 50 -r 5", ""),
    "long-range": ("-n 1 -N 50 -m 300 -l 0.1", ""),
    "matrix-norms": ("-n 1 -N 2000", ""),
    "tensor-recovery": ("-n 1 -N 20 -m 40", ""),
    "walk-index-partition": ("-n 1 -m gcn -g 60", "--epochs=2"),
}

# Patterns of commands, and why they are not run.
NOT_RUN = [
    (r"\./(quickstart|run-tests)", "they set up, build and test everything"),
    (r"\./bootstrap|make |apt-get build-dep|dpkg-buildpackage", "a build from the start: tests/dist.sh and tests/package.sh"),
    (r"make-(debian|karate) ", "from what a machine has: tests/cli/datasets.sh"),
    (r"import (planetoid|npz|ogb) ", "public downloads: tests/cli/import.sh"),
]

# Without them the commands that need them are not run.
IMAGES = Path("/usr/share/datasets/fashion-mnist")
NEEDS_IMAGES = r"fashion-mnist|--images=|image-ranks|walk-index-partition"

failures = []
verbose = "--verbose" in sys.argv


def fail(document, what):
    failures.append(what)
    print(f"FAIL: {document}: {what}")


# --- blocks ------------------------------------------------------------------------------------


def markdown_blocks(text):
    """Lists of lines: fenced blocks, and those indented by four columns after an empty line."""
    blocks, block, fenced, before = [], None, False, ""
    for line in text.split("\n") + [""]:
        if line.startswith("```"):
            block = blocks.append(block) if fenced else []
            fenced = not fenced
        elif fenced:
            block.append(line)
        elif line.startswith("    ") and (block is not None or not before.strip()):
            block = (block or []) + [line[4:]]
        elif block is not None and line.strip():
            block = blocks.append(block)
        elif block is not None:
            block.append("")
        before = line
    return blocks + ([block] if block else [])


def man_blocks(path):
    """The displays in EXAMPLES: what is indented further than text."""
    rendered = subprocess.run(["mandoc", "-Tascii", "-Owidth=200", path], capture_output=True, text=True, check=True)
    page = re.sub(".\b", "", rendered.stdout)
    section = re.search(r"^EXAMPLES\n(.*?)^\S", page, re.M | re.S)
    blocks, block = [], []
    for line in section.group(1).split("\n") if section else []:
        if re.match(r" {5}\S", line) and block:
            block = blocks.append(block) or []
        elif line.startswith(" " * 11):
            block.append(line[11:])
    return blocks + ([block] if block else [])


def is_command(line):
    word = line.split()[0] if line.split() else ""
    if word.startswith(("./", "examples/", "datasets/")):
        return (SRC / word).exists()
    return bool(re.fullmatch(r"[\w-]+", word) and shutil.which(word, path=PATH))


def steps(block):
    """(command, output below it) of a block; the command is None where there is none."""
    prompted = any(line.startswith("$ ") for line in block)
    found = [] if prompted or is_command(block[0]) else [[None, list(block)]]
    continued = False
    for line in block if not found or found[0][0] else []:
        if continued:
            found[-1][0] += "\n" + re.sub(r"^> ", "", line)
        elif prompted and found and line.startswith("> ") and not found[-1][1]:
            found[-1][0] += "\n" + line[2:]
        elif not prompted or line.startswith("$ "):
            if line.strip():
                found.append([line[2:] if prompted else line, []])
        elif found and line.strip():
            found[-1][1].append(line)
        continued = line.endswith("\\")
    return found


# --- running -----------------------------------------------------------------------------------


def small_experiment(document, words):
    """An experiment's command with the options of SMALL; None if its own are wrong."""
    script = SRC / "examples" / Path(words[0]).name
    spec = re.search(r"getopts (\S+) ", script.read_text()).group(1)
    try:
        options, rest = getopt.getopt(words[1:], spec)
    except getopt.GetoptError as error:
        fail(document, f"{shlex.join(words)}: {error}")
        return None
    ours, tools = SMALL[script.name]
    files = [word for word in rest if not word.startswith("-")]
    passed = [word for word in rest if word.startswith("-")] + tools.split()
    shown = [part for option in options for part in option if part]
    dashes = ["--"] if passed and not files else []
    return shlex.join([words[0]] + shown + ours.split() + files + dashes + passed)


def runnable(document, command, long):
    """The command to run in place of the one shown; None if none is."""
    target = re.match(r"make ([\w-]+)", command)
    if target and not re.search(rf"^{target.group(1)}:", (BUILD / "Makefile").read_text(), re.M):
        fail(document, f"no such target: {command}")
    if any(re.match(pattern, command) for pattern, _ in NOT_RUN):
        return None
    if long and re.search(NEEDS_IMAGES, command) and not IMAGES.exists():
        print(f"SKIP: {document}: dataset-fashion-mnist is not installed: {command}")
        return None
    if not long and any(re.search(pattern, command) for pattern in LONG):
        return None
    if command.startswith("examples/"):
        words = shlex.split(command.replace("\\\n", " "), comments=True)
        small = small_experiment(document, words)
        return small if long else None
    return command


def run(script, folder):
    environment = dict(os.environ, PATH=PATH, HOME=str(folder), LC_ALL="C", BUILD=str(BUILD))
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, errors="replace",
    )


def run_block(document, commands, folder, long):
    """Runs the commands in one shell. Returns what each said, (standard output, error); None if not run."""
    script, ran = "set -o pipefail\n", []
    for i, command in enumerate(commands):
        command = runnable(document, command, long)
        ran.append(command is not None)
        if command is not None:
            # 141: the reader of a pipe, head, has had enough
            script += f"{{ {command}\n}} >'{folder}'/.out.{i} 2>'{folder}'/.err.{i} || [ $? = 141 ] || exit {i + 1}\n"
    before = os.times()
    status = run(script, folder).returncode
    if verbose:
        after = os.times()
        seconds = after.children_user + after.children_system - before.children_user - before.children_system
        print(f"{seconds:6.2f} s: {commands[0]}", flush=True)
    if status:
        message = (folder / f".err.{status - 1}").read_text() if status <= len(commands) else "bash cannot read it"
        fail(document, f"{commands[min(status, len(commands)) - 1]}\n    {message.strip()[-500:]}")
        return [None] * len(commands)
    said = []
    for i, done in enumerate(ran):
        said.append(tuple((folder / f".{name}.{i}").read_text() for name in ("out", "err")) if done else None)
    return said


# --- comparing ---------------------------------------------------------------------------------


def number(word):
    match = re.fullmatch(r"(-?\d+\.?\d*(?:e[-+]?\d+)?)([,;:)]*)", word)
    return (float(match.group(1)), match.group(2)) if match else None


def same_word(shown, actual):
    if shown == actual:
        return True
    a, b = number(shown), number(actual)
    inexact = re.search(r"[.e]", shown) and re.search(r"[.e]", actual)
    return bool(a and b and inexact and a[1] == b[1] and abs(a[0] - b[0]) <= 2e-2 * abs(a[0]))


def same_words(shown, actual):
    """Whether two lists of words are the same but for `...`, inexact numbers and times."""
    if not shown:
        return not actual
    if shown[0] == "...":
        return any(same_words(shown[1:], actual[i:]) for i in range(len(actual) + 1))
    if not actual:
        return False
    is_time = len(shown) > 1 and re.fullmatch("s[,;.]?", shown[1]) and number(actual[0])
    return bool(is_time or same_word(shown[0], actual[0])) and same_words(shown[1:], actual[1:])


def compare(document, command, shown, said):
    out, err = said
    words = " ".join(shown).split()
    if not any(same_words(words, text.split()) for text in (out, err, out + err)):
        fail(document, f"{command}\n    prints something else:\n{out[:1000]}{err[:1000]}")


def run_document(document, long):
    path = SRC / document
    blocks = markdown_blocks(path.read_text()) if path.suffix == ".md" else man_blocks(path)
    counts = [0, 0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for shared in ("datasets", "examples"):
            (folder / shared).symlink_to(SRC / shared)
        made = run("set -e\n" + FILES.get(document, ""), folder)
        if made.returncode:
            fail(document, f"its files cannot be made: {made.stderr}")
        last = None
        for block in blocks:
            found = steps(block)
            if found[0][0] is None:
                if last is None:
                    fail(document, "neither a command nor the output of one: " + block[0])
                elif last[1]:
                    compare(document, last[0], found[0][1], last[1])
                continue
            said = run_block(document, [command for command, _ in found], folder, long)
            for (command, shown), result in zip(found, said):
                counts[result is None] += 1
                if shown and result:
                    compare(document, command, shown, result)
            last = (found[-1][0], said[-1])
    return counts


# --- links -------------------------------------------------------------------------------------


def check_links(document):
    """Relative links lead to files, URLs are ones, references to our own pages have a page."""
    path = SRC / document
    text = path.read_text()
    for target in re.findall(r"\]\(([^)]*)\)", text) if path.suffix == ".md" else []:
        if not re.match(r"https?:", target) and not (path.parent / target.split("#")[0]).exists():
            fail(document, f"a link to {target}, which is not there")
    for url in re.findall(r"https?:[^\s)>\"]*", text):
        if not re.fullmatch(r"https?://[\w-]+(\.[\w-]+)+(/[\w./~%#?=&+-]*)?", url.rstrip(".,;")):
            fail(document, f"no URL: {url}")
    for identifier in re.findall(r"arXiv:(\S*)", text):
        if not re.match(r"\d{4}\.\d{4,5}(?!\d)", identifier):
            fail(document, f"no arXiv number: {identifier}")
    for name, section in re.findall(r"^\.Xr ([\w-]+) (\d)", text, re.M):
        ours = name.startswith("walkrank") or (BUILD / "src" / name).exists()
        if ours and not (SRC / "man" / f"{name}.{section}").exists():
            fail(document, f"a reference to {name}({section}), which has no page")


def expand(patterns):
    return [str(path.relative_to(SRC)) for pattern in patterns for path in sorted(SRC.glob(pattern))]


def main(arguments):
    if not all(map(shutil.which, ("bash", "mandoc", "gzip"))):
        print("SKIP: no bash, mandoc or gzip")
        return 77
    long = "--long" in arguments
    chosen = [word for word in arguments if not word.startswith("--")]
    for document in chosen or expand(COMMANDS):
        done, left = run_document(document, long)
        print(f"{document}: {done} commands run, {left} not")
    for document in expand(LINKS):
        check_links(document)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
