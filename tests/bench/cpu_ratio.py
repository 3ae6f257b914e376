#!/usr/bin/env python3
"""CPU and memory of a whole run, as ratios to the compiler's own front end.

usage: cpu_ratio.py REFCHECK DIR [ROUNDS]

DIR holds a compile_commands.json. Each round measures, one after the other,
user + system time of

    REFCHECK check -j1 -p DIR               (one worker)
    clang-19 -fsyntax-only -w ARGS FILE     (one process a unit, added up)

and prints both and their ratio; the last line has the medians and the largest
resident set of a refcheck process in MiB. Only ratios within one run compare:
machines and their other load differ.
"""
import json
import os
import resource
import shlex
import statistics
import subprocess
import sys


def commands(folder):
    with open(os.path.join(folder, "compile_commands.json")) as f:
        entries = json.load(f)
    for entry in entries:
        args = entry.get("arguments") or shlex.split(entry["command"])
        where = os.path.join(folder, entry.get("directory", "."))
        yield where, ["clang-19", "-fsyntax-only", "-w", *args[1:]]


def cpu_of(run):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime
            - before.ru_utime - before.ru_stime)


def main(argv):
    if len(argv) < 3:
        sys.exit(__doc__)
    program, folder = os.path.abspath(argv[1]), os.path.abspath(argv[2])
    rounds = int(argv[3]) if len(argv) > 3 else 3
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}

    def refcheck():
        subprocess.run([program, "check", "-j1", "-q", "--exit-zero", "-p",
                        folder], **quiet, check=False)

    def clang():
        for where, command in commands(folder):
            subprocess.run(command, cwd=where, **quiet, check=False)

    refcheck()  # warms the file cache; and its memory is measured alone
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    rows = []
    for _ in range(rounds):
        rows.append((cpu_of(refcheck), cpu_of(clang)))
        print("refcheck %.3f s  clang %.3f s  ratio %.3f"
              % (*rows[-1], rows[-1][0] / rows[-1][1]))
    ours, theirs = (statistics.median(r[i] for r in rows) for i in (0, 1))
    print("median: refcheck %.3f s  clang %.3f s  ratio %.3f  peak %.0f MiB"
          % (ours, theirs, ours / theirs, peak))


if __name__ == "__main__":
    main(sys.argv)
