"""Writes reference.json: description lengths of given and of found divisions by graph-tool, of undirected graphs.

    apt-get install python3-graph-tool
    /usr/bin/python3 reference.py ../../../../shared/data/networks > reference.json
"""
import csv, gzip, json, math, sys
from collections import Counter
import graph_tool.all as gt
import numpy as np

def partitions(most, parts):
    """In how many ways m is a sum of at most n numbers, for all up to these."""
    q = [[1] + [0] * most for _ in range(parts + 1)]
    for n in range(1, parts + 1):
        for m in range(1, most + 1):
            q[n][m] = q[n - 1][m] + (q[n][m - n] if m >= n else 0)
    return q


def degrees(g, b):
    """How long the degrees take, by their distribution in each block. graph-tool 2.45 counts too few partitions (its
    table ends where a number has fewer parts than asked for), so this is counted here, in whole numbers."""
    lf, k, total = math.lgamma, g.get_out_degrees(g.get_vertices()), 0
    for r in set(b):
        own = [int(x) for x, c in zip(k, b) if c == r]
        e, n = sum(own), len(own)
        total += math.log(partitions(e, min(n, e))[min(n, e)][e]) if e else 0
        total += lf(n + 1) - sum(lf(c + 1) for c in Counter(own).values())
    return total


def length(g, state, b):
    return state.entropy(degree_dl=False) + degrees(g, [int(x) for x in b])


gt.seed_rng(1)
np.random.seed(1)


def build(n, pairs):
    g = gt.Graph(directed=False)
    g.add_vertex(n)
    g.add_edge_list(sorted({(min(p), max(p)) for p in pairs if p[0] != p[1]}))
    return g


def classic(name, layer, n):
    rows = csv.DictReader(open(f"../../testdata/classic/{name}.csv"))
    return build(n, [(int(r["source"]) - 1, int(r["target"]) - 1) for r in rows if r.get("layer") == layer])


def facts(g, tries=10):
    n = g.num_vertices()
    group = np.array([v * 7 % 5 for v in range(n)])
    levels = [group, np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1]), np.array([0, 0])]
    flat = gt.BlockState(g, b=g.new_vp("int", group), deg_corr=True)
    nested = gt.NestedBlockState(g, bs=levels, state_args=dict(deg_corr=True))
    def shortest(fit):
        return min((fit(g, state_args=dict(deg_corr=True)) for _ in range(tries)), key=lambda s: s.entropy())

    best_flat, best = shortest(gt.minimize_blockmodel_dl), shortest(gt.minimize_nested_blockmodel_dl)
    found = best_flat.get_blocks().a
    return {
        "group": group.tolist(), "levels": [list(map(int, x)) for x in levels], "flat": length(g, flat, group),
        "nested": length(g, nested, group), "best_flat": length(g, best_flat, found),
        "best_nested": length(g, best, best.get_bs()[0]), "found": [int(x) for x in found],
    }


out = {
    "karate": facts(classic("karate", None, 34)),
    "friendship": facts(classic("krackhardt-hightech", "friendship", 21)),
    "cowork": facts(classic("lazega-lawfirm", "cowork", 71)),
}
ids = {r["id"]: i for i, r in enumerate(csv.DictReader(open(f"{sys.argv[1]}/email-eu-core/nodes.csv")))}
rows = csv.DictReader(gzip.open(f"{sys.argv[1]}/email-eu-core/edges.csv.gz", "rt"))
mail = build(len(ids), [(ids[r["source"]], ids[r["target"]]) for r in rows])
whole = facts(mail, 1)
out["email-eu-core"] = {k: whole[k] for k in ("flat", "nested", "best_flat", "best_nested")}
json.dump(out, sys.stdout)
print()
