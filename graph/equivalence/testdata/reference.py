"""Writes reference.json: what numpy gives for profiles of classic networks, CONCOR as written there in matrices, and what networkx
gives for colour refinement.

    pip install networkx numpy && python3 reference.py > reference.json
"""
import csv, json, sys
import networkx as nx
import numpy as np


def matrix(name, layer=None, directed=True):
    rows = list(csv.DictReader(open(f"../../testdata/classic/{name}.csv")))
    n = max(max(int(r["source"]), int(r["target"])) for r in rows)
    x = np.zeros((n, n))
    for r in rows:
        if r.get("layer") == layer:
            w = float(r.get("weight") or 1) * (-1 if r.get("sign") == "-1" else 1)
            x[int(r["source"]) - 1, int(r["target"]) - 1] = w
            if not directed:
                x[int(r["target"]) - 1, int(r["source"]) - 1] = w
    return x


def profiles(x):
    n = len(x)
    symmetric = (x == x.T).all()
    distance, correlation = np.zeros((n, n)), np.eye(n)
    for i in range(n):
        for j in range(n):
            keep = [k for k in range(n) if k not in (i, j)]
            a, b = x[i, keep], x[j, keep]
            if not symmetric:
                a, b = np.concatenate([a, x[keep, i]]), np.concatenate([b, x[keep, j]])
            distance[i, j] = np.linalg.norm(a - b)
            if i != j:
                correlation[i, j] = 1 if (a == b).all() else np.corrcoef(a, b)[0, 1]
    return distance, np.nan_to_num(correlation)


def concor(r, depth):
    parts = [list(range(len(r)))]
    for _ in range(depth):
        after = []
        for part in parts:
            c = r[np.ix_(part, part)]
            while len(part) > 1 and np.abs(c).min() < 1 - 1e-12:
                c = np.corrcoef(c)
            after += [[v for v, s in zip(part, c[0]) if s >= 0], [v for v, s in zip(part, c[0]) if s < 0]]
        parts = [p for p in after if p]
    return parts


def wl(name, layer=None):
    g = nx.from_numpy_array(matrix(name, layer, False))
    hashes = nx.weisfeiler_lehman_subgraph_hashes(g, iterations=len(g), include_initial_labels=False)
    number = {}
    return [number.setdefault(tuple(hashes[v]), len(number)) for v in sorted(g)]


out = {"profiles": {}, "concor": {}}
for name, x in {
    "karate": matrix("karate", None, False),
    "advice": matrix("krackhardt-hightech", "advice"),
    "marriage": matrix("florentine-families", "marriage", False),
}.items():
    distance, correlation = profiles(x)
    out["profiles"][name] = {"distance": distance.tolist(), "correlation": correlation.tolist()}
    if name != "marriage":
        out["concor"][name] = concor(correlation, 2)
out["equitable"] = {"karate": wl("karate"), "kite": wl("krackhardt-kite"), "marriage": wl("florentine-families", "marriage")}
json.dump(out, sys.stdout)
print()
