"""Runs a program several times in one interpreter, for `refcheck trace`.

    python3 repeat.py TIMES FILE ARGUMENT...
    python3 repeat.py TIMES -m MODULE ARGUMENT...
    python3 repeat.py TIMES -c TEXT ARGUMENT...

After each time the collector runs, and the companion is told: what is there
more of each time is lost.
"""

import ctypes
import gc
import os
import runpy
import sys
import traceback


def body(words):
    """The program as a function, and what its sys.argv is."""
    if words[0] == "-m":
        sys.path[0] = os.getcwd()
        return (lambda: runpy.run_module(words[1], run_name="__main__",
                                         alter_sys=True)), words[1:]
    if words[0] == "-c":
        sys.path[0] = ""
        code = compile(words[1], "<string>", "exec")
        return (lambda: exec(code, {"__name__": "__main__"})), \
            ["-c"] + words[2:]
    sys.path[0] = os.path.dirname(os.path.abspath(words[0]))
    return (lambda: runpy.run_path(words[0], run_name="__main__")), words


def run_once(run):
    """Its exit status."""
    try:
        run()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except Exception:
        traceback.print_exc()
        return 1
    return 0


def main():
    times = int(sys.argv[1])
    run, arguments = body(sys.argv[2:])
    mark = ctypes.PyDLL(None).refcheck_trace_mark
    status = 0
    for i in range(times):
        sys.argv[:] = arguments
        status = run_once(run) or status
        gc.collect()
        mark(i == times - 1)
    sys.exit(status)


if __name__ == "__main__":
    main()
