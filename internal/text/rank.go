package text

import (
	"math"
	"slices"
	"sort"
)

// The parameters of BM25 as Robertson and Zaragoza (2009) advise when nothing is tuned.
const (
	bm25K1 = 1.2
	bm25B  = 0.75
)

// Index ranks documents by the terms of a query with BM25 (Robertson and others 1994), in memory. The idf is that of
// Lucene, ln(1 + (N - n + 0.5) / (n + 0.5)), which is never negative. The zero Index is empty and ready for use. It may
// be read by many at once, but not while Add runs.
type Index struct {
	documents []document
	places    map[string]int
	postings  map[string][]posting
	length    int
}

type document struct {
	id     string
	length int
}

type posting struct {
	document int
	count    int
}

// Ranked is a document found for a query. Matched are the terms of the query that it has, in the order of the query.
type Ranked struct {
	ID      string
	Score   float64
	Matched []string
}

// Add puts a document in the index, with its terms as Terms gives them. Terms of an id that is already there are added
// to what it has.
func (x *Index) Add(id string, terms []string) {
	if x.places == nil {
		x.places, x.postings = make(map[string]int), make(map[string][]posting)
	}
	place, known := x.places[id]
	if !known {
		place = len(x.documents)
		x.places[id] = place
		x.documents = append(x.documents, document{id: id})
	}
	x.documents[place].length += len(terms)
	x.length += len(terms)
	for _, term := range terms {
		list := x.postings[term]
		at := sort.Search(len(list), func(i int) bool { return list[i].document >= place })
		if at < len(list) && list[at].document == place {
			list[at].count++
			continue
		}
		x.postings[term] = slices.Insert(list, at, posting{place, 1})
	}
}

// Len is the number of documents.
func (x *Index) Len() int { return len(x.documents) }

// Rank gives the best documents for the terms of a query, best first, at most limit; documents of equal score in the
// order in which they were added. A term that the query has twice counts once. Documents without any term are left out.
func (x *Index) Rank(query []string, limit int) []Ranked {
	if limit <= 0 || len(x.documents) == 0 {
		return nil
	}
	average := float64(x.length) / float64(len(x.documents))
	scores := make(map[int]float64)
	seen := make(map[string]bool, len(query))
	var terms []string
	for _, term := range query {
		list := x.postings[term]
		if seen[term] || len(list) == 0 {
			continue
		}
		seen[term] = true
		terms = append(terms, term)
		n := float64(len(list))
		idf := math.Log(1 + (float64(len(x.documents))-n+0.5)/(n+0.5))
		for _, p := range list {
			count := float64(p.count)
			norm := bm25K1 * (1 - bm25B + bm25B*float64(x.documents[p.document].length)/average)
			scores[p.document] += idf * count * (bm25K1 + 1) / (count + norm)
		}
	}
	places := make([]int, 0, len(scores))
	for place := range scores {
		places = append(places, place)
	}
	slices.SortFunc(places, func(a, b int) int {
		switch {
		case scores[a] > scores[b]:
			return -1
		case scores[a] < scores[b]:
			return 1
		}
		return a - b
	})
	ranked := make([]Ranked, min(limit, len(places)))
	for i := range ranked {
		place := places[i]
		ranked[i] = Ranked{ID: x.documents[place].id, Score: scores[place]}
		for _, term := range terms {
			list := x.postings[term]
			at := sort.Search(len(list), func(i int) bool { return list[i].document >= place })
			if at < len(list) && list[at].document == place {
				ranked[i].Matched = append(ranked[i].Matched, term)
			}
		}
	}
	return ranked
}
