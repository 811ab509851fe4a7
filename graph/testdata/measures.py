"""Writes measures.json: what networkx and igraph give for weighted and edge betweenness, triads and two-mode projections. Where
both have a measure they must agree to 1e-9.

    pip install networkx igraph && python3 measures.py ../../../shared/data/networks > measures.json
"""
import csv, json, sys
import igraph as ig
import networkx as nx
from networkx.algorithms import bipartite


def rows(name):
    return list(csv.DictReader(open(f"classic/{name}.csv")))


def passed(edges, directed, exact):
    """Betweenness of nodes and edges by igraph, lengths as they stand. networkx takes 0.1 + 0.2 for longer than 0.3, so it is
    asked only where lengths are exact."""
    h = ig.Graph.TupleList(((u, v, w) for u, v, w in edges), weights=True, directed=directed)
    nodes = dict(zip(h.vs["name"], h.betweenness(weights="weight", directed=directed)))
    values = h.edge_betweenness(weights="weight", directed=directed)
    by_edge = [(h.vs[e.source]["name"], h.vs[e.target]["name"], x) for e, x in zip(h.es, values)]
    if exact:
        g = nx.DiGraph() if directed else nx.Graph()
        g.add_weighted_edges_from(edges)
        for v, x in nx.betweenness_centrality(g, normalized=False, weight="weight").items():
            assert abs(x - nodes[v]) <= 1e-9 * max(1, x), (v, x, nodes[v])
        other = nx.edge_betweenness_centrality(g, normalized=False, weight="weight")
        for u, v, x in by_edge:
            y = other[u, v] if (u, v) in other else other[v, u]
            assert abs(x - y) <= 1e-9 * max(1, x), (u, v, x, y)
    return {
        "nodes": {str(v): x for v, x in sorted(nodes.items())},
        "edges": [[str(u), str(v), x] for u, v, x in sorted(by_edge)],
    }


def triads(edges):
    g = nx.DiGraph(edges)
    census = nx.triadic_census(g)
    other = ig.Graph.TupleList(edges, directed=True).triad_census()
    names = ["003", "012", "102", "021D", "021U", "021C", "111D", "111U", "030T", "030C", "201", "120D", "120U", "120C", "210", "300"]
    assert [census[n] for n in names] == list(other), (census, list(other))
    return census


karate = [(int(r["source"]), int(r["target"]), float(r["weight"])) for r in rows("karate")]
advice = [(int(r["source"]), int(r["target"])) for r in rows("krackhardt-hightech") if r["layer"] == "advice"]
women, women_nodes = [], set()
for r in csv.DictReader(open(f"{sys.argv[1]}/southern-women/edges.csv")):
    women.append((r["source"], r["target"]))
    women_nodes.add(r["source"])
two = nx.Graph(women)
projections = {
    "newman": bipartite.collaboration_weighted_projected_graph(two, women_nodes),
    "count": bipartite.weighted_projected_graph(two, women_nodes),
    "jaccard": bipartite.overlap_weighted_projected_graph(two, women_nodes, jaccard=True),
}
json.dump({
    "karate": passed(karate, False, True),
    # Lengths that 32 bits cannot hold, and in which 0.1 + 0.2 and 0.3 compete.
    "karate_tenths": passed([(u, v, w / 10) for u, v, w in karate], False, False),
    "hightech": passed([(u, v, (1 + (u * v) % 7) / 10) for u, v in advice], True, False),
    "triads": {"hightech": triads(advice), "karate": triads([(u, v) for u, v, _ in karate] + [(v, u) for u, v, _ in karate])},
    "southern_women": {
        name: sorted(({"A": min(u, v), "B": max(u, v), "Weight": w["weight"]} for u, v, w in g.edges(data=True)),
                     key=lambda e: (e["A"], e["B"]))
        for name, g in projections.items()
    },
}, sys.stdout)
print()
