package graphfile

import (
	"slices"
	"strconv"
	"strings"

	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/table"
	"gave.network/internal/lang"
)

// What the columns of a table of ties mean, by their heads: in English, Dutch, German, French and Spanish, as
// table.HeaderKey writes them.

// tieFrom and tieTo are the words for the two ends of a tie. A table needs one of each.
var (
	tieFrom   = read.WordSet("tie.from")
	tieTo     = read.WordSet("tie.to")
	tieWeight = read.WordSet("tie.weight")
	tieLayer  = read.WordSet("tie.layer")
	tieTime   = read.WordSet("tie.time")
	tieLabels = lang.Words("exports", "tie.label")
	tieNames  = read.WordSet("tie.name")
	tieIDs    = []string{"id", "key", "node", "nr", "number", "person id"}
)

// tieColumns says where in a table of ties what stands.
type tieColumns struct {
	from, to           int // -1 when they are not there
	fromLabel, toLabel int // -1 when there are none
	weight, sign, kind int
	label, layer, time int
}

// has says that a column has a meaning.
func (c *tieColumns) has(i int) bool {
	return slices.Contains(
		[]int{c.from, c.to, c.fromLabel, c.toLabel, c.weight, c.sign, c.kind, c.label, c.layer, c.time}, i)
}

// withoutWords takes one of the words off the end or the beginning of a key: "source label" is the source's label.
func withoutWords(key string, words []string) (rest string, has bool) {
	for _, word := range words {
		if rest, ok := strings.CutSuffix(key, " "+word); ok {
			return rest, true
		}
		if rest, ok := strings.CutPrefix(key, word+" "); ok {
			return rest, true
		}
		if rest, ok := strings.CutSuffix(key, word); ok && rest != "" && len(word) > 1 {
			return rest, true // sourceid
		}
	}
	return "", false
}

// tieColumnsOf finds the columns of a table of ties; ok is false when a head names no two ends.
func tieColumnsOf(keys []string) (c tieColumns, ok bool) {
	c = tieColumns{-1, -1, -1, -1, -1, -1, -1, -1, -1, -1}
	set := func(column *int, i int) {
		if *column < 0 {
			*column = i
		}
	}
	for i, key := range keys {
		switch {
		case tieFrom[key]:
			set(&c.from, i)
		case tieTo[key]:
			set(&c.to, i)
		}
	}
	for i, key := range keys {
		if i == c.from || i == c.to {
			continue
		}
		if end, has := withoutWords(key, tieLabels); has && tieFrom[end] {
			set(&c.fromLabel, i)
			continue
		} else if has && tieTo[end] {
			set(&c.toLabel, i)
			continue
		}
		if end, has := withoutWords(key, tieIDs); has && tieFrom[end] && c.from < 0 {
			c.from = i
			continue
		} else if has && tieTo[end] && c.to < 0 {
			c.to = i
			continue
		}
		switch {
		case tieWeight[key]:
			set(&c.weight, i)
		case key == "sign":
			set(&c.sign, i)
		case key == "type" || key == "typ" || key == "tipo" || key == "edge type" || key == "richting" ||
			key == "direction":
			set(&c.kind, i)
		case key == "label":
			set(&c.label, i)
		case tieLayer[key]:
			set(&c.layer, i)
		case tieTime[key]:
			set(&c.time, i)
		}
	}
	if c.from < 0 && c.to < 0 && c.fromLabel >= 0 && c.toLabel >= 0 {
		c.from, c.to, c.fromLabel, c.toLabel = c.fromLabel, c.toLabel, -1, -1
	}
	if c.from < 0 || c.to < 0 {
		single := [][2]string{{"u", "v"}, {"x", "y"}, {"i", "j"}, {"a", "b"}}
		for _, pair := range single {
			if len(keys) <= 4 && keys[0] == pair[0] && len(keys) > 1 && keys[1] == pair[1] {
				c.from, c.to = 0, 1
			}
		}
	}
	return c, c.from >= 0 && c.to >= 0
}

// aboutMessages are columns of tables that have senders and receivers and are about what was sent.
var aboutMessages = lang.Words("exports", "messages.head")

func isEdgeHeader(keys []string) bool {
	_, ok := tieColumnsOf(keys)
	return ok && !slices.ContainsFunc(keys, func(key string) bool {
		// A table of messages, journeys or people has such columns too.
		return slices.Contains(aboutMessages, key) || table.ColumnField(key) == "email" ||
			table.ColumnField(key) == "given" || table.ColumnField(key) == "family"
	})
}

// isNodeHeader knows a table of nodes: an id and what it is called, without anything that would make it a table of
// contacts.
func isNodeHeader(keys []string) bool {
	return len(keys) > 1 && (keys[0] == "id" || keys[0] == "nodeid" || keys[0] == "node id" || keys[0] == "node") &&
		slices.ContainsFunc(keys[1:], func(key string) bool {
			return tieNames[key]
		}) &&
		!slices.ContainsFunc(keys, func(key string) bool {
			return table.ColumnField(key) == "email" ||
				table.ColumnField(key) == "phone"
		})
}

// direction reads a cell that says whether a tie has a direction, in the languages of Gephi.
func direction(s string) (directed, says bool) {
	switch table.HeaderKey(s) {
	case "directed", "gericht", "gerichtet", "oriente", "dirigido", "dirigida", "orientado", "diretto", "arc":
		return true, true
	case "undirected", "ongericht", "ungerichtet", "non oriente", "no dirigido", "no dirigida", "mutual", "wederzijds",
		"edge", "non diretto":
		return false, true
	}
	return false, false
}

// marksInNumbers are what people write between the digits of a number.
var marksInNumbers = strings.NewReplacer(" ", "", "\u00a0", "", "'", "")

// parseWeight reads a number as tables of every country have it: 1.5, 1,5, 1 234.
func parseWeight(s string) (float64, bool) {
	s = marksInNumbers.Replace(strings.TrimSpace(s))
	if strings.Count(s, ",") == 1 && !strings.Contains(s, ".") {
		s = strings.Replace(s, ",", ".", 1)
	}
	w, err := strconv.ParseFloat(s, 64)
	return w, err == nil && w == w && w <= 1e12 && w >= -1e12
}
