"""Writes reference.json: the maximal cliques that networkx and igraph find, and the communities of cliques by networkx.

    pip install networkx igraph && python3 reference.py ../../../../shared/data/networks > reference.json
"""
import csv, gzip, json, sys
import igraph as ig
import networkx as nx
from networkx.algorithms.community import k_clique_communities


def read(name, layer=None):
    rows = csv.DictReader(open(f"../../testdata/classic/{name}.csv"))
    return nx.Graph((int(r["source"]) - 1, int(r["target"]) - 1) for r in rows if r.get("layer") == layer)


def cliques(g):
    mine = sorted(sorted(c) for c in nx.find_cliques(g))
    h = ig.Graph.from_networkx(g)
    assert mine == sorted(sorted(h.vs[v]["_nx_name"] for v in c) for c in h.maximal_cliques())
    return mine


out = {}
for name, g in {"karate": read("karate"), "friendship": read("krackhardt-hightech", "friendship"), "cowork": read("lazega-lawfirm", "cowork")}.items():
    found = cliques(g)
    out[name] = {
        "sizes": [sum(len(c) == k for c in found) for k in range(20)],
        "cliques": found if name != "cowork" else None,
        "percolation": {str(k): sorted((sorted(c) for c in k_clique_communities(g, k)), key=lambda c: (-len(c), c)) for k in (2, 3, 4, 5)},
    }
# The real data: only counts are written.
mail = nx.Graph()
for r in csv.DictReader(gzip.open(f"{sys.argv[1]}/email-eu-core/edges.csv.gz", "rt")):
    if r["source"] != r["target"]:
        mail.add_edge(int(r["source"]), int(r["target"]))
found = cliques(mail)
out["email-eu-core"] = {"sizes": [sum(len(c) == k for c in found) for k in range(20)]}
json.dump(out, sys.stdout)
print()
