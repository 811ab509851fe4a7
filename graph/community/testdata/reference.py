"""Writes reference.json: the map equation of given divisions, and of those found, by the package infomap; beside it igraph's.

    pip install infomap igraph && python3 reference.py ../../../../shared/data/networks > reference.json
"""
import csv, gzip, json, sys
import igraph as ig
from infomap import Infomap


def classic(name, layer=None, weighted=False):
    rows = csv.DictReader(open(f"../../testdata/classic/{name}.csv"))
    return [(int(r["source"]) - 1, int(r["target"]) - 1, float(r["weight"]) if weighted else 1.0) for r in rows if r.get("layer") == layer]


def facts(edges, directed, n, fixed=True):
    flags = "--two-level --silent --seed 1" + (" --directed" if directed else "")
    group = [v * 7 % 5 for v in range(n)]
    im = Infomap(flags + " --no-infomap")
    best = Infomap(flags + " -N 20")
    for m in (im, best):
        m.add_nodes(range(n))
        m.add_links(edges)
    im.initial_partition = {v: group[v] for v in range(n)}
    im.run()
    best.run()
    found = best.get_modules()
    # The same division counted again, at full precision.
    out = {"group": group, "codelength": im.codelength, "best": best.codelength, "found": [found[v] for v in range(n)]}
    if not directed:
        g = ig.Graph(n, [(u, v) for u, v, _ in edges])
        out["igraph"] = g.community_infomap(edge_weights=[w for _, _, w in edges], trials=20).codelength
    return out if fixed else {"best": out["best"], "igraph": out.get("igraph")}


out = {
    "karate": facts(classic("karate"), False, 34),
    "karate_weighted": facts(classic("karate", weighted=True), False, 34),
    "marriage": facts(classic("florentine-families", "marriage"), False, 16),
    "advice": facts(classic("krackhardt-hightech", "advice"), True, 21),
    "friendship": facts(classic("krackhardt-hightech", "friendship"), True, 21),
    "cowork": facts(classic("lazega-lawfirm", "cowork"), True, 71),
    "chart": facts(classic("krackhardt-hightech", "reports_to"), True, 21),
}
seen = set()
ids = {r["id"]: i for i, r in enumerate(csv.DictReader(open(f"{sys.argv[1]}/email-eu-core/nodes.csv")))}
for r in csv.DictReader(gzip.open(f"{sys.argv[1]}/email-eu-core/edges.csv.gz", "rt")):
    u, v = ids[r["source"]], ids[r["target"]]
    if u != v:
        seen.add((min(u, v), max(u, v)))
out["email-eu-core"] = facts([(u, v, 1.0) for u, v in sorted(seen)], False, len(ids), False)
json.dump(out, sys.stdout)
print()
