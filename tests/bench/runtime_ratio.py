#!/usr/bin/env python3
"""The runtime against CPython's C API: medians of ratios within one run.

usage: runtime_ratio.py BUILD [ROUNDS [NAME]]

BUILD is a build folder with runtime/librc.a (an optimised one). Compiles
runtime_bench.c for both, runs them in turn, ROUNDS times (5), and prints for
each measurement the median of both and the median of the ratios of each round:
how many times less the runtime needs. Needs python3-dev (3.11 on Debian 12).
NAME: only measurements whose name begins so.
"""
import os
import shlex
import statistics
import subprocess
import sys
import tempfile


def output(*command):
    return subprocess.run(command, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def compile_both(folder, build):
    here = os.path.dirname(os.path.abspath(__file__))
    root = os.path.dirname(os.path.dirname(here))
    source = os.path.join(here, "runtime_bench.c")
    ours, theirs = (os.path.join(folder, n) for n in ("rc", "cpython"))
    output("gcc", "-O2", "-D_GNU_SOURCE", source, "-o", ours,
           "-I" + os.path.join(root, "runtime", "include"),
           os.path.join(build, "runtime", "librc.a"), "-lm")
    flags = shlex.split(output("pkg-config", "--cflags", "--libs",
                               "python3-embed"))
    output("gcc", "-O2", "-DWITH_CPYTHON", source, "-o", theirs, *flags)
    return ours, theirs


def measure(program, name):
    rows = (line.split() for line in output(program, name).splitlines())
    return {key: float(value) for key, value in rows}


def main():
    build = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    name = sys.argv[3] if len(sys.argv) > 3 else ""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = compile_both(folder, build)
        runs = [(measure(ours, name), measure(theirs, name))
                for _ in range(rounds)]
    print(f"{'':34} {'rc':>10} {'CPython':>10} {'ratio':>8}")
    for key in runs[0][0]:
        mine = statistics.median(a[key] for a, _ in runs)
        other = statistics.median(b[key] for _, b in runs)
        ratio = statistics.median(b[key] / a[key] for a, b in runs)
        print(f"{key:34} {mine:10.2f} {other:10.2f} {ratio:8.2f}")
    counts = [a["incref+decref"] / a["plain-counter-pair"]
              for a, _ in runs if "incref+decref" in a]
    if counts:
        print(f"{'incref+decref / plain counter':34} "
              f"{statistics.median(counts):10.2f}")


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    main()
