"""A library at work for bench/peers.sh: peer.py LIBRARY FILE.el THREADS SOURCE PAIRS QUERIES

Loads the graph, then reads lines "KERNEL RUNS" and answers each with one line of JSON: the seconds of each run and a number by which the
results can be compared. A kernel that the library does not have is answered with null.
"""
import json, os, sys, time
library, path, threads, source, pairs_file, queries = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5], int(sys.argv[6])
os.environ["OMP_NUM_THREADS"] = str(threads)  # before the libraries are loaded
weights_file = path[:-3] + ".wel"
pairs = [tuple(map(int, line.split())) for line in open(pairs_file)]
INF = float("inf")


def igraph():
    import igraph as ig, random, warnings
    warnings.simplefilter("ignore")  # pairs without a path
    load = lambda: ig.Graph.Read_Edgelist(path, directed=False)
    g = load()
    weights = [float(line.split()[2]) for line in open(weights_file)] if os.path.exists(weights_file) else None

    def leiden():
        random.seed(1)
        return g.community_leiden(objective_function="modularity", n_iterations=3)

    def steps():
        # This stops at the target, which distances() does not.
        return sum(max(len(g.get_shortest_path(u, v)) - 1, 0) for u, v in few)

    few = pairs[: max(5, min(len(pairs), 200_000_000 // g.ecount()))]
    k = {
        "load": (load, lambda r: r.ecount()),
        "bfs": (lambda: g.distances(source=source), lambda r: sum(x < INF for x in r[0])),
        "distance": (steps, float if len(few) == len(pairs) else None, len(few)),
        "pagerank": (lambda: g.pagerank(), max),
        "components": (lambda: g.connected_components(), len),
        "kcore": (lambda: g.coreness(), sum),
        "triangles": (lambda: g.count_triangles() if hasattr(g, "count_triangles") else len(g.list_triangles()), float),
        "clustering": (lambda: g.transitivity_local_undirected(mode="zero"), lambda r: sum(r) / len(r)),
        "constraint": (lambda: g.constraint(), lambda r: sum(x for x in r if x == x)),
        "bridges": (lambda: g.bridges(), len),
        "articulation": (lambda: g.articulation_points(), len),
        "blocks": (lambda: g.biconnected_components(), len),
        "eigenvector": (lambda: g.eigenvector_centrality(return_eigenvalue=True), lambda r: r[1]),
        "betweenness": (lambda: g.betweenness(directed=False, sources=list(range(queries))), None),
        "leiden": (leiden, lambda r: r.modularity),
    }
    if weights:
        g.es["w"] = weights
        k["sssp"] = (lambda: g.distances(source=source, weights="w"), lambda r: sum(x for x in r[0] if x < INF))
        some = pairs[: max(5, min(len(pairs), 20_000_000 // g.ecount()))]
        k["best-path"] = (lambda: [g.get_shortest_path(u, v, weights="w") for u, v in some], None, len(some))
    edges = g.get_edgelist()
    k["jaccard"] = (lambda: g.similarity_jaccard(pairs=edges, loops=False), sum)
    # igraph remembers what it has found out, such as that a graph is connected, and answers from that; each run starts anew.
    return ig.__version__, k, getattr(g, "__invalidate_cache")


def networkit():
    import networkit as nk
    nk.setNumberOfThreads(threads)
    load = lambda: nk.readGraph(path, nk.Format.EdgeListSpaceZero)
    g = load()

    def ran(algorithm):
        algorithm.run()
        return algorithm

    def bidirectional(graph, kind):
        total = 0
        for u, v in pairs:
            d = ran(kind(graph, u, v, True)).getDistance()  # without predecessors it crashes (11.3)
            total += d if d < 1e300 else 0
        return total

    k = {
        "load": (load, lambda r: r.numberOfEdges()),
        "bfs": (lambda: ran(nk.distance.BFS(g, source, False)), lambda r: sum(x < 1e300 for x in r.getDistances())),
        "distance": (lambda: bidirectional(g, nk.distance.BidirectionalBFS), None),
        "pagerank": (lambda: ran(nk.centrality.PageRank(g, damp=0.85, tol=1e-9)), lambda r: max(r.scores())),
        "components": (lambda: ran(nk.components.ParallelConnectedComponents(g, False) if threads > 1 else nk.components.ConnectedComponents(g)), lambda r: r.numberOfComponents()),
        "kcore": (lambda: ran(nk.centrality.CoreDecomposition(g)), lambda r: sum(r.scores())),
        "clustering": (lambda: ran(nk.centrality.LocalClusteringCoefficient(g)), lambda r: sum(r.scores()) / g.numberOfNodes()),
        "blocks": (lambda: ran(nk.components.BiconnectedComponents(g)), lambda r: r.numberOfComponents()),
        "eigenvector": (lambda: ran(nk.centrality.EigenvectorCentrality(g, 1e-9)), None),
        "betweenness": (lambda: ran(nk.centrality.EstimateBetweenness(g, queries, False, threads > 1)), None),
        "leiden": (lambda: ran(nk.community.ParallelLeiden(g, iterations=3, randomize=True)), lambda r: nk.community.Modularity().getQuality(r.getPartition(), g)),
    }
    if os.path.exists(weights_file):
        w = nk.graphio.EdgeListReader(" ", 0, directed=False).read(weights_file)
        k["sssp"] = (lambda: ran(nk.distance.Dijkstra(w, source, False)), lambda r: sum(x for x in r.getDistances() if x < 1e300))
        k["best-path"] = (lambda: bidirectional(w, nk.distance.BidirectionalDijkstra), None)
    return nk.__version__, k, lambda: None


def graph_tool():
    import graph_tool as gt, graph_tool.all as ga, numpy as np
    gt.openmp_set_num_threads(threads)

    def load():
        graph = gt.Graph(directed=False)
        graph.add_edge_list(np.fromfile(path, sep=" ", dtype=np.int64).reshape(-1, 2))
        return graph

    g = load()
    k = {
        "load": (load, lambda r: r.num_edges()),
        "bfs": (lambda: ga.shortest_distance(g, source=g.vertex(source)), lambda r: int((r.a < 2**31 - 1).sum())),
        "distance": (lambda: [ga.shortest_distance(g, source=u, target=v) for u, v in pairs], None),
        "pagerank": (lambda: ga.pagerank(g, epsilon=1e-9), lambda r: float(r.a.max())),
        "components": (lambda: ga.label_components(g), lambda r: len(r[1])),
        "kcore": (lambda: ga.kcore_decomposition(g), lambda r: int(r.a.sum())),
        "clustering": (lambda: ga.local_clustering(g), lambda r: float(r.a.mean())),
        "blocks": (lambda: ga.label_biconnected_components(g), lambda r: len(r[2])),
        "eigenvector": (lambda: ga.eigenvector(g), lambda r: r[0]),
    }
    if os.path.exists(weights_file):
        w = g.new_edge_property("double", vals=np.fromfile(weights_file, sep=" ").reshape(-1, 3)[:, 2])
        k["sssp"] = (lambda: ga.shortest_distance(g, source=g.vertex(source), weights=w), lambda r: float(r.a[np.isfinite(r.a)].sum()))
    return gt.__version__.split()[0], k, lambda: None


try:
    version, kernels, forget = {"igraph": igraph, "networkit": networkit, "graph-tool": graph_tool}[library]()
except ImportError:
    print(json.dumps(None), flush=True)
    sys.exit()
print(json.dumps({"version": version}), flush=True)
for line in sys.stdin:
    name, runs = line.split()
    if name not in kernels:
        print(json.dumps(None), flush=True)
        continue
    work, check, *count = kernels[name]
    times, result = [], None
    for _ in range(int(runs)):
        result = None
        forget()
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    answer = {"times": times, "check": float(check(result)) if check else None, "pairs": count[0] if count else len(pairs)}
    result = None
    print(json.dumps(answer), flush=True)
