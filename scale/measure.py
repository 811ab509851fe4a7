"""Measures the job: ties a second and core, one executor against two, an executor killed, and the product's own rebuild.

    python scale/measure.py --interactions 100000000 --people 100000 --dir /tmp/gave-scale

Prints a line of JSON for each run. What was generated is kept in the folder for the next time.
"""

import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import organisation  # noqa: E402

LAB = os.path.join(HERE, "..", "bin", "gave-lab")
NOW = "2026-01-01T00:00:00Z"


def environment():
    return {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": os.environ.get("SPARK_LOCAL_DIRS", "/tmp")}


def job(folder, out, executors, partitions, kill=False):
    """One run of the job in a process of its own."""
    shutil.rmtree(out, ignore_errors=True)
    program = (
        "import sys, json; sys.path.insert(0, sys.argv[1]); import ties; "
        "spark = ties.session(sys.argv[2], {'spark.driver.host': '127.0.0.1', 'spark.ui.enabled': 'false', "
        "'spark.executor.memory': '1g', 'spark.ui.showConsoleProgress': 'false'}); "
        "spark.sparkContext.setLogLevel('ERROR'); code = ties.main(sys.argv[3:], spark); spark.stop(); sys.exit(code)")
    words = [sys.executable, "-c", program, HERE, f"local-cluster[{executors},1,2048]", "--gave-lab", LAB, "--people",
             os.path.join(folder, "people.parquet"), "--out", out, "--now", NOW, "--partitions", str(partitions),
             os.path.join(folder, "interactions")]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment())
    done, killed, used, peak = threading.Event(), [], {}, [0]

    def watch():
        begin = time.monotonic()
        while not done.wait(.5):
            total = 0
            for pid, parent, seconds, memory, words in processes():
                if pid == process.pid or process.pid in parents(parent):
                    used[pid] = max(used.get(pid, 0), seconds)
                    total += memory
                    if kill and not killed and "gave-lab" in words and time.monotonic() - begin > kill:
                        killed.extend(p for p, *_, w in processes() if "CoarseGrainedExecutorBackend" in w and
                                      process.pid in parents(p))
                        os.kill(killed[0], signal.SIGKILL)
            peak[0] = max(peak[0], total)

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    begin = time.monotonic()
    printed, _ = process.communicate()
    seconds = time.monotonic() - begin
    done.set()
    watching.join()
    if process.returncode not in (0, 3):
        sys.exit(f"the job ended with {process.returncode}")
    told = json.loads(printed.strip().splitlines()[-1])
    return {
        "run": f"{executors} executors" + (", one killed" if kill else ""), "seconds": round(seconds, 1),
        "job_seconds": told["seconds"], "cpu_seconds": round(sum(used.values())), "peak_mb": peak[0] >> 20,
        "ties": told["ties"], "parts": told["parts"], "left_out": told["left_out"],
    }


TICK = os.sysconf("SC_CLK_TCK")


def processes():
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                    after = file.read().rsplit(")", 1)[1].split()
                with open(f"/proc/{name}/cmdline", encoding="utf-8", errors="replace") as file:
                    words = file.read().replace("\0", " ")
            except (FileNotFoundError, ProcessLookupError):
                continue
            yield int(name), int(after[1]), (int(after[11]) + int(after[12])) / TICK, int(after[21]) * 4096, words


def parents(pid):
    out = set()
    while pid > 1:
        out.add(pid)
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                pid = int(file.read().rsplit(")", 1)[1].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            break
    return out


def same(a, b):
    """Whether two folders of ties have the same rows to the last bit."""
    import pyarrow.dataset as dataset

    columns = ["owner", "person", "other", "intensity", "sent", "received", "peak", "as_of", "last_interaction",
               "first_contact", "interactions"]
    one, other = (dataset.dataset(p).to_table(columns=columns).sort_by([(c, "ascending") for c in columns[:3]])
                  for p in (a, b))
    return all(one[c].cast(other[c].type).equals(other[c]) for c in columns)


def rebuild(folder, count):
    """The product's own rebuild of the first interactions, in a database."""
    import pyarrow.parquet as pq

    small = os.path.join(folder, f"first-{count}")
    shutil.rmtree(small, ignore_errors=True)
    os.makedirs(os.path.join(small, "interactions"))
    shutil.copy(os.path.join(folder, "people.parquet"), small)
    left, tables = count, []
    for name in sorted(os.listdir(os.path.join(folder, "interactions"))):
        if left > 0:
            table = pq.read_table(os.path.join(folder, "interactions", name))[:left]
            tables.append(table)
            left -= len(table)
    import pyarrow as pa
    pq.write_table(pa.concat_tables(tables), os.path.join(small, "interactions", "0.parquet"), row_group_size=100_000)
    os.symlink("interactions/0.parquet", os.path.join(small, "interactions.parquet"))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    printed = subprocess.run([LAB, "rebuild", small, os.path.join(small, "ties.parquet"), "--now", NOW, "--json"],
                             check=True, capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = json.loads(printed)
    return small, {
        "run": f"product, {count}", "ties": told["ties"], "loading": told["loading"] / 1e9,
        "rebuilding": told["rebuilding"] / 1e9, "cpu_seconds": round(after.ru_utime + after.ru_stime - before.ru_utime -
                                                                     before.ru_stime, 1),
        "peak_mb": after.ru_maxrss >> 10,
    }


def main():
    parser = argparse.ArgumentParser(description="Measure the job on Spark.")
    parser.add_argument("--interactions", type=int, default=int(os.environ.get("SCALE_INTERACTIONS", 100_000_000)))
    parser.add_argument("--people", type=int, default=int(os.environ.get("SCALE_PEOPLE", 100_000)))
    parser.add_argument("--dir", default=os.environ.get("SCALE_DIR", "/tmp/gave-scale"))
    parser.add_argument("--partitions", type=int, default=0, help="0 for one for each 1,500,000 interactions")
    parser.add_argument("--only", default="", help="of: one two killed product equal")
    given = parser.parse_args()
    what = given.only.split() or ["two", "one", "killed", "equal", "product"]
    folder = os.path.join(given.dir, f"{given.people}-{given.interactions}")
    if not os.path.exists(os.path.join(folder, "made")):
        shutil.rmtree(folder, ignore_errors=True)
        begin = time.monotonic()
        organisation.make(folder, given.people, given.interactions)
        open(os.path.join(folder, "made"), "w", encoding="ascii").close()
        print(json.dumps({"run": "generating", "seconds": round(time.monotonic() - begin, 1)}), flush=True)
    partitions = given.partitions or max(4, given.interactions // 1_500_000)
    whole = os.path.join(folder, "ties")

    def tell(line):
        print(json.dumps({"interactions": given.interactions, "people": given.people, **line}), flush=True)

    if "two" in what:
        two = job(folder, whole, 2, partitions)
        tell(two)
    if "one" in what:
        one = job(folder, whole + "-one", 1, partitions)
        tell({**one, "equal": same(whole, whole + "-one")})
        if "two" in what:
            tell({"run": "two against one", "times": round(one["job_seconds"] / two["job_seconds"], 2)})
    if "killed" in what:
        tell({**job(folder, whole + "-killed", 2, partitions, kill=5), "equal": same(whole, whole + "-killed")})
    if "product" in what or "equal" in what:
        for count in [c for c in (100_000, 1_000_000) if c <= given.interactions and
                      (c == 1_000_000 or "product" in what)]:
            small, line = rebuild(folder, count)
            tell(line)
            told = job(small, os.path.join(small, "ties-spark"), 2, max(4, count // 1_500_000))
            tell({**told, "of": count, "equal": same(os.path.join(small, "ties-spark"), os.path.join(small, "ties.parquet"))})


if __name__ == "__main__":
    main()
