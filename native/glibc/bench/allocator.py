#!/usr/bin/env python3
"""Measures the patched malloc beside stock glibc's, mimalloc's and jemalloc's, and prints what it reached of its goals.

Whatever is compared runs in turns, in one run, and the figure is the median over the rounds of the two sides' ratio, so
that a busy machine slows both.  See `--help`.
"""

import argparse
import datetime
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tabulate import tabulate

BENCH = Path(__file__).resolve().parent
MIB = 1 << 20
SIMPLE_SIZES = (8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
THREADS = (1, 2, 4, 8)
PROCESSORS = len(os.sched_getaffinity(0))


class Progress:
    """What is going on: a line that is written over on a terminal, one now and then elsewhere."""

    def __init__(self):
        self.terminal = sys.stderr.isatty()
        self.last = 0.0
        self.start = time.monotonic()

    def __call__(self, text, now=False):
        seconds = time.monotonic() - self.start
        if self.terminal:
            print(f"\r\033[K{seconds:.0f} s  {text}"[:100], end="", file=sys.stderr, flush=True)
        elif now or seconds - self.last >= 30:
            print(f"{seconds:5.0f} s  {text}", file=sys.stderr, flush=True)
            self.last = seconds

    def done(self):
        if self.terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


progress = Progress()


class Failure(Exception):
    """A program of the bench failed, so there is nothing to measure."""


def run(command, **environment):
    """The output of a program."""
    result = subprocess.run([str(word) for word in command], env={**os.environ, **environment}, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if result.returncode != 0:
        raise Failure(f"exit code {result.returncode} of {' '.join(map(str, command))} {environment or ''}\n"
                      f"{result.stdout}{result.stderr}")
    return result.stdout + result.stderr if command[0] == "valgrind" else result.stdout


def figures(command, **environment):
    """The lines of a name and a number that a program of ours prints."""
    return {name: float(number) for name, number in map(str.split, run(command, **environment).splitlines())}


def on(libc, program, *arguments):
    """The command that runs a program on the C library of that name."""
    libraries = BENCH.parent / libc
    return [libraries / "ld.so", "--library-path", libraries, BENCH / program, *arguments]


def glibc_times(libc, program, *arguments, **environment):
    """The times that a benchmark of glibc's measured."""
    output = json.loads(run(on(libc, program, *arguments), **environment))
    line = output["functions"]["malloc"][""]
    return {name: value for name, value in line.items() if re.search("time|iterations", name)}


def in_turns(what, options, sides):
    """Calls each of SIDES, a function that measures named lines, once a round, in alternating order.  Returns the
    rounds' results of each side."""
    results = {side: [] for side in sides}
    start = time.monotonic()
    for i in range(options.rounds):
        if i >= options.least_rounds and time.monotonic() - start > options.seconds:
            break
        progress(f"{what}, round {i + 1} of {options.rounds}")
        for side in list(sides)[:: 1 if i % 2 == 0 else -1]:
            results[side].append(sides[side]())
    return results


def median(results, side, line):
    return statistics.median(result[line] for result in results[side])


def median_ratio(results, side, other, line):
    return statistics.median(a[line] / b[line] for a, b in zip(results[side], results[other]))


class Report:
    def __init__(self):
        self.rows = []

    def add(self, item, what, value, goal="", met=None, detail=None, unit=""):
        """MET is None where there is no goal, or it was not tried at full length."""
        self.rows.append({"item": item, "what": what, "value": value, "unit": unit, "goal": goal, "met": met,
                          "detail": detail or {}})

    def at_most(self, item, what, value, limit, detail=None, unit=""):
        self.add(item, what, value, f"at most {limit:g}{unit and ' ' + unit}", value <= limit, detail, unit)

    @staticmethod
    def value(row):
        return "" if row["value"] is None else f"{row['value']:.4g} {row['unit']}".strip()

    def table(self):
        words = {True: "met", False: "MISSED", None: "not tried"}
        return tabulate([(row["item"], row["what"], self.value(row), row["goal"],
                          words[row["met"]] if row["goal"] else "") for row in self.rows],
                        headers=("item", "what", "measured", "goal", ""), tablefmt="simple", disable_numparse=True,
                        colalign=("right",))


def switch_pair(report, options):
    jemalloc = ("switch-pair-jemalloc", 500_000)
    sides = {
        "ours": lambda: figures([BENCH / "switch-pair", 100_000_000]),
        "ours, by stores": lambda: figures([BENCH / "switch-pair-store", 100_000_000]),
        "empty function": lambda: figures([BENCH / "switch-pair-empty", 100_000_000]),
        "mimalloc": lambda: figures([BENCH / "switch-pair-mimalloc", 100_000_000]),
        "jemalloc": lambda: figures([BENCH / jemalloc[0], jemalloc[1]]),
        "jemalloc, no thread cache": lambda: figures([BENCH / jemalloc[0], jemalloc[1]],
                                                     MALLOC_CONF="tcache:false,dirty_decay_ms:0"),
    }
    results = in_turns("switch pairs", options, sides)
    ns = {side: median(results, side, "nanoseconds") for side in sides}
    of_jemalloc = {side: median_ratio(results, "ours", side, "nanoseconds") for side in sides if "jemalloc" in side}
    of_mimalloc = {side: median_ratio(results, side, "mimalloc", "nanoseconds")
                   for side in ("ours", "ours, by stores", "empty function")}
    report.at_most(1, "switch pair", ns["ours"], 6, {"nanoseconds": ns}, "ns")
    report.at_most(1, "switch pair, of mimalloc's", of_mimalloc["ours"], 0.4)
    report.at_most(1, "switch pair by stores to the thread's word, of mimalloc's", of_mimalloc["ours, by stores"], 0.4)
    report.add(1, "two calls of a function that does nothing, of mimalloc's pair", of_mimalloc["empty function"])
    report.at_most(1, "switch pair, of jemalloc's", of_jemalloc["jemalloc"], 0.03)
    report.add(1, "switch pair, of jemalloc's without its thread cache", of_jemalloc["jemalloc, no thread cache"])


def glibc_loads(what, options, sides):
    """The ratio of two sides, each a C library and a way to use arenas, for each line of glibc's benchmarks."""
    one, other = sides
    ratios = {}

    def measure(label, program, argument):
        results = in_turns(f"{what}: {program} {argument}", options, {
            side: lambda libc=libc, arena=arena: glibc_times(libc, program, arena, "processor", options.milliseconds,
                                                             argument)
            for side, (libc, arena) in sides.items()})
        for line in results[one][0]:
            if "time" in line:
                ratios[f"{label} {line}".replace("_time", "")] = median_ratio(results, one, other, line)

    for size in SIMPLE_SIZES:
        measure(f"simple {size}", "malloc-simple", size)
    for threads in THREADS:
        measure(f"thread {threads}", "malloc-thread", threads)
    return ratios


def instructions(libc, depth, size, thread):
    """Of a malloc and free pair."""
    def total(rounds):
        output = run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                      *on(libc, "pair-instructions", rounds, depth, size, thread)])
        return int(re.search(r"Collected : (\d+)", output)[1])
    few, many = 100, 200
    return (total(many) - total(few)) / (many - few) / depth


def against_stock(report, options):
    ratios = glibc_loads("patched and stock", options, {"patched": ("patched", "none"), "stock": ("stock", "none")})
    worst = max(ratios, key=ratios.get)
    report.at_most(2, "time, of stock's: geometric mean", statistics.geometric_mean(ratios.values()), 1.01, ratios)
    report.at_most(2, f"time, of stock's: worst line ({worst})", ratios[worst], 1.05)

    more = {}
    for depth, size, thread in ((1, 16, "main"), (1, 64, "main"), (1, 1000, "main"), (1, 64, "second"),
                                (400, 64, "main"), (400, 64, "second"), (400, 1000, "second")):
        name = f"{depth} of {size} bytes, {thread} thread"
        progress(f"instructions: {name}")
        counts = [instructions(libc, depth, size, thread) for libc in ("patched", "stock")]
        more[name] = {"patched": counts[0], "stock": counts[1], "more": counts[0] - counts[1]}
    for what, depth in (("pair", "1 "), ("pair, 400 blocks deep", "400 ")):
        mine = {name: count for name, count in more.items() if name.startswith(depth)}
        worst = max(mine, key=lambda name: mine[name]["more"])
        report.at_most(2, f"instructions of a {what}, more than stock's ({worst})", mine[worst]["more"], 4, mine)


def in_scope(report, options):
    """Both sides have made an arena, so that its selection is all in which they differ."""
    ratios = glibc_loads("in a scope and outside", options, {"inside": ("patched", "each"),
                                                             "outside": ("patched", "outside")})
    for program in ("simple", "thread"):
        mine = {line: ratio for line, ratio in ratios.items() if line.startswith(program)}
        worst = max(mine, key=mine.get)
        report.at_most(3, f"bench-malloc-{program} in a scope, of outside: geometric mean",
                       statistics.geometric_mean(mine.values()), 1.03, mine)
        report.add(3, f"bench-malloc-{program} in a scope: worst line ({worst})", mine[worst])
    results = in_turns("with an arena and without", options, {
        arena: lambda arena=arena: glibc_times("patched", "malloc-thread", arena, "processor", options.milliseconds, 2)
        for arena in ("outside", "none")})
    report.add(3, "bench-malloc-thread 2 outside, once there is an arena, of before",
               median_ratio(results, "outside", "none", "time_per_iteration"))


def one_handle(report, options):
    """A thread's own time leaves out waiting for a processor, and so what else the machine does.  It is what counts as
    long as each thread has a processor.  With more threads, one that waits for a lock gives way to another, and the
    throughput is that by the wall clock."""
    for name, environment in (("", {}), (", no thread caches", {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"})):
        for threads in THREADS:
            results = in_turns(f"one handle, {threads} threads{name}", options, {
                arena: lambda arena=arena: glibc_times("patched", "malloc-thread", arena, "own",
                                                       options.milliseconds, threads, **environment)
                for arena in ("shared", "none")})
            ratio = {"own time": median_ratio(results, "none", "shared", "time_per_iteration"),
                     "wall clock": median_ratio(results, "shared", "none", "iterations")}
            value = ratio["own time" if threads <= PROCESSORS else "wall clock"]
            report.add(4, f"throughput in one handle, of outside: {threads} thread{'s' * (threads > 1)}{name}", value,
                       "at least 0.95", value >= 0.95, ratio)


def misplaced(report, options):
    """Runs the stress test's whole matrix until it has done enough."""
    wanted = 500_000_000
    total = {"operations": 0, "misplaced": 0, "failed runs": 0}
    output = []
    while total["operations"] < wanted:
        progress(f"stress test, {total['operations'] / 1e6:.0f} million operations", now=True)
        result = subprocess.run([BENCH.parent / "bin/check-stress.sh", "--whole", "--seed", str(1 + len(output)),
                                 BENCH.parent / "malloc-arena-stress", str(options.stress_seconds)],
                                text=True, stdout=subprocess.PIPE, check=False)
        table = result.stdout.splitlines()
        output += table
        if not table or not table[-1].startswith("total"):
            raise Failure(f"exit code {result.returncode} of the stress test\n{result.stdout}")
        # The names of the columns have one for the setting, which is empty in the total.
        names = [name for name in table[0].split() if name != "setting"]
        last = dict(zip(names, table[-1].split()))
        total["operations"] += int(last["operations"])
        total["misplaced"] += int(last["misplaced"])
        total["failed runs"] += int(last["result"])
        if options.quick or result.returncode != 0:
            break
    good = total["misplaced"] == total["failed runs"] == 0
    report.add(5, f"misplaced blocks in {total['operations'] / 1e6:.0f} million operations,"
               f" {total['failed runs']} failed runs", total["misplaced"], "0 in 500 million",
               None if good and total["operations"] < wanted else good, {**total, "output": output})


def churn(report, options):
    load = (BENCH / "churn", options.cycles, options.hold)

    def side(arena, **environment):
        return lambda: figures([load[0], arena, *load[1:]], **environment)

    sides = {
        "arena": side("arena"),
        "trimmed": side("trim"),
        "return off": side("off"),
        "mimalloc": side("none", LD_PRELOAD="libmimalloc.so"),
        "jemalloc": side("none", LD_PRELOAD="libjemalloc.so.2"),
    }
    results = in_turns("churning load", options, sides)
    detail = {name: {line: median(results, name, line) for line in results[name][0]} for name in sides}
    for other, what, limit in (("trimmed", "trimmed 100 times a second", 1.1), ("mimalloc", "mimalloc's", 1),
                               ("jemalloc", "jemalloc's", 1)):
        report.at_most(6, f"churn: mean resident size, of {what}",
                       median_ratio(results, "arena", other, "resident"), limit, detail if limit != 1 else None)
    report.at_most(6, "churn: processor time, of the same with return switched off",
                   median_ratio(results, "arena", "return off", "processor"), 1.05)


def accounting(report, options):
    progress("accounting", now=True)
    account = figures([BENCH / "accounting", options.account_operations])
    report.add(7, f"wrong accounts in {account['checks']:.0f}, blocks of 1 byte to {account['largest'] / MIB:.0f} MiB",
               account["wrong"], "0", account["wrong"] == 0, account)
    result = figures([BENCH / "ceiling", options.ceiling_seconds])
    most = max(result["peak"], result["system"])
    report.add(7, f"most in an arena with a ceiling, 8 threads, {result['failed']:.0f} failed allocations",
               most / MIB, "at most 64 MiB", most <= result["ceiling"] and result["failed"] > 0, result, "MiB")
    # What is not the arena's: thread caches, and the maps of pages.
    report.at_most(7, "the same, by what the process has resident", result["resident"] / MIB, 64.25, unit="MiB")


def scale(report, options):
    progress("scale", now=True)
    result = figures([BENCH / "scale"])
    report.at_most(8, "an arena that does nothing", result["idle_bytes"] / 1024, 16, result, "KiB")
    report.at_most(8, "an arena made and retired", result["made_and_retired"], 20, unit="us")
    report.at_most(8, "the same, and a block allocated in it", result["made_used_and_retired"], 20, unit="us")
    left = max(result["left_behind_bytes"], result["left_behind_used_bytes"])
    report.at_most(8, "what a million leave behind", left / MIB, 1, unit="MiB")
    for name, what in (("trim", "malloc_trim"), ("thread", "a thread's life"), ("info", "malloc_info"),
                       ("fork", "fork")):
        report.at_most(8, f"{what} with 10,000 arenas, of with ten", result[f"{name}_many"] / result[f"{name}_ten"], 10)


ITEMS = (switch_pair, against_stock, in_scope, one_handle, misplaced, churn, accounting, scale)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, shorter loads")
    parser.add_argument("--json", type=Path, required=True, help="write the results, and more detail, to this file")
    parser.add_argument("--items", default="12345678", metavar="DIGITS", help="only these items")
    options = parser.parse_args()

    full = not options.quick
    # Of a comparison: what takes longer than so many seconds gets fewer rounds, but no less than the least.
    options.rounds, options.least_rounds, options.seconds = (31, 5, 40) if full else (7, 3, 5)
    options.milliseconds = 500 if full else 200
    options.stress_seconds = 10 if full else 1
    options.cycles, options.hold = (2, 20_000_000) if full else (1, 5_000_000)
    options.account_operations = 100_000 if full else 10_000
    options.ceiling_seconds = 20 if full else 3

    report = Report()
    failures = []
    for number, item in enumerate(ITEMS, 1):
        if str(number) in options.items:
            progress(f"item {number} of {len(ITEMS)}", now=True)
            try:
                item(report, options)
            except Failure as failure:
                failures.append(f"item {number}: {failure}")
                report.add(number, "failed", None, "a measurement", False, {"failure": str(failure)})
    progress.done()

    print(report.table())
    document = {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
                "quick": options.quick, "kernel": platform.release(), "processors": PROCESSORS,
                "items": report.rows}
    options.json.write_text(json.dumps(document, indent=2) + "\n")
    if failures:
        sys.exit("\n".join(failures))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
