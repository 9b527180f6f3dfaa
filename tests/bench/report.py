"""Prints the table of a bench run: report.py TIMES.json NAMES [RATIO]..., where NAMES has a line for each of hyperfine's results and a RATIO is
"TEXT = NAME / NAME (GOAL)", printed as TEXT, the ratio of the medians, and the goal.
"""
import json
import shlex
import subprocess
import sys
import tempfile


def peak_memory(command):
    """Peak resident memory of one run, in MiB, by GNU time: a launcher that is itself large would count as its child's peak."""
    with tempfile.NamedTemporaryFile() as measured:
        launch = ["/usr/bin/time", "--quiet", "--format=%M", f"--output={measured.name}", *shlex.split(command)]
        subprocess.run(launch, stdout=subprocess.DEVNULL, check=False)
        return int(measured.read().split()[-1]) / 1024


def main(times_path, names_path, *ratios):
    with open(times_path) as file:
        results = json.load(file)["results"]
    with open(names_path) as file:
        names = file.read().splitlines()
    rows = {}
    print("| program | median ms | fastest ms | CPU ms | peak MiB |")
    print("|---|---:|---:|---:|---:|")
    for name, result in zip(names, results, strict=True):
        rows[name] = result
        cpu = (result["user"] + result["system"]) * 1000
        memory = peak_memory(result["command"])
        print(f"| {name} | {result['median'] * 1000:.2f} | {result['min'] * 1000:.2f} | {cpu:.2f} | {memory:.1f} |")
    print()
    for ratio in ratios:
        text, _, expression = ratio.partition(" = ")
        names, _, goal = expression.partition(" (goal")
        ours, _, peer = names.partition(" / ")
        print(f"{text}: {rows[ours]['median'] / rows[peer]['median']:.3f}{' (goal' + goal if goal else ''}")


main(*sys.argv[1:])
