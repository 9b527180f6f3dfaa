"""Prints the table of a bench run: report.py TIMES.json NAMES, where NAMES has a line for each of hyperfine's results."""
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


def main(times_path, names_path):
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
    ours = rows["check_haproxy"]["median"]
    print()
    print(f"check_haproxy / check_tcp:           {ours / rows['check_tcp, show info (C)']['median']:.2f} (goal: at most 2.5)")
    print(f"check_haproxy / check_haproxy_stats: {ours / rows['check_haproxy_stats (Perl)']['median']:.3f} (goal: at most 0.15)")


main(*sys.argv[1:])
