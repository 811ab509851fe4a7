"""Works out reference.json, with other methods than package temporal has: Dijkstra's on the lists of contacts for earliest
arrivals, the same from every departure for the fastest paths, a graph of nodes at moments in networkx for the fewest contacts.

    python3 reference.py ../../../../shared/data/networks > reference.json
"""
import bisect, collections, csv, gzip, heapq, json, math, statistics, sys
import networkx as nx

NEVER = math.inf


def read(name, most):
    ids, contacts = {}, []
    with gzip.open(f"{sys.argv[1]}/{name}/edges.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            if row["source"] != row["target"] and len(contacts) < most:
                pair = [ids.setdefault(row[end], len(ids)) for end in ("source", "target")]
                contacts.append((int(row["time"]), *pair))
    return len(ids), contacts


def both(contacts, directed):
    return contacts if directed else contacts + [(t, v, u) for t, u, v in contacts]


def arrivals(n, out, source, since):
    """out[u][v] are the sorted times of contacts; a contact at one instant leads on to later ones only."""
    first, waiting = [NEVER] * n, [(since - 0.5, source)]
    first[source] = since - 0.5
    while waiting:
        t, u = heapq.heappop(waiting)
        if t > first[u]:
            continue
        for v, times in out[u].items():
            i = bisect.bisect_right(times, t)
            if i < len(times) and times[i] < first[v]:
                first[v] = times[i]
                heapq.heappush(waiting, (times[i], v))
    return first


def lists(contacts):
    out = collections.defaultdict(lambda: collections.defaultdict(list))
    for t, u, v in sorted(contacts):
        out[u][v].append(t)
    return out


def fewest(n, contacts, source):
    moments = collections.defaultdict(set)
    for t, u, v in contacts:
        moments[u].add(2 * t)
        moments[v].add(2 * t + 1)
    g = nx.DiGraph()
    for v, times in moments.items():
        times = sorted(times)
        for a, b in zip(times, times[1:]):
            g.add_edge((v, a), (v, b), weight=0)
    for t, u, v in contacts:
        g.add_edge((u, 2 * t), (v, 2 * t + 1), weight=1)
    best = [NEVER] * n
    if moments[source]:
        for (v, _), d in nx.single_source_dijkstra_path_length(g, (source, min(moments[source]))).items():
            best[v] = min(best[v], d)
    best[source] = 0
    return best


def burstiness(times):
    times = sorted(times)
    gaps = [b - a for a, b in zip(times, times[1:])]
    if len(gaps) < 2 or not any(gaps):
        return None
    mean, deviation = statistics.fmean(gaps), statistics.pstdev(gaps)
    return (deviation - mean) / (deviation + mean)


def total(values, source):
    found = [x for v, x in enumerate(values) if v != source and abs(x) != NEVER]
    return {"nodes": len(found), "sum": sum(found)}


results = []
for name, directed, most in (("sociopatterns-sfhh09", False, 70261), ("email-eu-core-temporal", True, 60000)):
    n, contacts = read(name, most)
    ways = both(contacts, directed)
    out, back = lists(ways), lists([(-t, v, u) for t, u, v in ways])
    begin, finish = min(t for t, _, _ in ways), max(t for t, _, _ in ways)
    result = {"network": name, "directed": directed, "contacts": len(contacts), "n": n, "sources": []}
    for source in (0, 7, 100):
        departures = sorted({t for times in out[source].values() for t in times})
        fastest = [NEVER] * n
        for t in departures:
            for v, x in enumerate(arrivals(n, out, source, t)):
                fastest[v] = min(fastest[v], x - t)
        result["sources"].append({
            "source": source,
            "arrival": total(arrivals(n, out, source, begin), source),
            "departure": total([-x for x in arrivals(n, back, source, -finish)], source),
            "fastest": total(fastest, source),
            "fewest": total(fewest(n, ways, source), source),
        })
    near, reach = [], []
    for source in range(n):
        first = arrivals(n, out, source, begin)
        reach.append(sum(1 for v, x in enumerate(first) if v != source and x != NEVER))
        near.append(sum(1 / max(1, (x - begin) / 3600) for v, x in enumerate(first) if v != source and x != NEVER) / (n - 1))
    result["reach"], result["closeness"] = sum(reach), sum(near)
    result["reach_of_7"], result["closeness_of_7"] = reach[7], near[7]
    times = collections.defaultdict(list)
    for t, u, v in contacts:
        times[u].append(t)
        if not directed:
            times[v].append(t)
    known = [b for b in map(burstiness, times.values()) if b is not None]
    result["bursty_nodes"], result["burstiness"] = len(known), sum(known)
    results.append(result)
json.dump(results, sys.stdout, indent=1)
print()
