"""Writes reference.json: how well networkx's indices tell which ties of real networks came later, counted pair by pair. Only what
comes out is written.

    pip install networkx && python3 reference.py ../../../../shared/data/networks > reference.json
"""
import csv, gzip, json, os, sys
import networkx as nx


def rows(name):
    path = f"{sys.argv[1]}/{name}/edges.csv"
    return csv.DictReader(open(path) if os.path.exists(path) else gzip.open(path + ".gz", "rt"))


def nodes(name):
    return {r["id"]: i for i, r in enumerate(csv.DictReader(open(f"{sys.argv[1]}/{name}/nodes.csv")))}


def score(g, by, u, v):
    common = list(nx.common_neighbors(g, u, v)) if by != "attachment" else []
    return {
        "common": lambda: len(common), "adamic": lambda: next(nx.adamic_adar_index(g, [(u, v)]))[2],
        "allocation": lambda: next(nx.resource_allocation_index(g, [(u, v)]))[2],
        "jaccard": lambda: next(nx.jaccard_coefficient(g, [(u, v)]))[2], "attachment": lambda: g.degree(u) * g.degree(v),
    }[by]()


def trial(before, after, by):
    known = [v for v in before if before.degree(v)]
    aucs, hits = [], []
    for v in sorted(known):
        missing = [u for u in known if u != v and not before.has_edge(u, v)]
        came = [u for u in missing if after.has_edge(u, v)]
        if not came or len(came) == len(missing):
            continue
        x = {u: round(score(before, by, v, u), 12) for u in missing}
        stayed = [x[u] for u in missing if not after.has_edge(u, v)]
        aucs.append(sum((x[u] > y) + (x[u] == y) / 2 for u in came for y in stayed) / len(came) / len(stayed))
        found = 0.0
        for u in came:  # the chance to be among the first ten when equals are shuffled
            over, same = sum(y > x[u] for y in x.values()), sum(y == x[u] for y in x.values())
            found += min(1, max(0, 10 - over) / same)
        hits.append(found / min(10, len(came)))
    return {"nodes": len(aucs), "auc": sum(aucs) / len(aucs), "hits": sum(hits) / len(hits)}


def graph(n, pairs):
    g = nx.Graph()
    g.add_nodes_from(range(n))
    g.add_edges_from(p for p in pairs if p[0] != p[1])
    return g


out = {}
for name, split in {"kapferer-tailorshop": None, "sociopatterns-invs15": 0.5, "email-eu-core-temporal": 0.5}.items():
    ids = nodes(name)
    list_ = [(ids[r["source"]], ids[r["target"]], r) for r in rows(name)]
    if split is None:
        before = graph(len(ids), [(u, v) for u, v, r in list_ if r["layer"] == "social_t1"])
        after = graph(len(ids), [(u, v) for u, v, r in list_ if r["layer"] == "social_t2"])
    else:
        times = [int(r["time"]) for _, _, r in list_]
        middle = min(times) + (max(times) - min(times)) * split
        before = graph(len(ids), [(u, v) for u, v, r in list_ if int(r["time"]) <= middle])
        after = graph(len(ids), [(u, v) for u, v, r in list_ if int(r["time"]) > middle])
    ways = ["common", "adamic", "allocation", "jaccard", "attachment"] if name != "email-eu-core-temporal" else ["common"]
    out[name] = {by: trial(before, after, by) for by in ways}
json.dump(out, sys.stdout, indent=0)
print()
