// Package colleagues is the room of how an organisation really runs: the informal network layer by layer beside the
// formal chart, whom to work with, and whom to have on one's side for a proposal.
package colleagues

import (
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/lang"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/text"
	"gave.network/internal/tie"
)

// Room says what the room is.
func (s *Service) Room() room.Room {
	return room.Room{
		Key: "colleagues", Title: "Colleagues", About: "Know how things really run.",
		Places: []page.Place{{
			Key: "colleagues", Title: "Colleagues", Address: "/colleagues", Rank: page.Principle,
			About: "How things really run: with whom to work, whom to have on your side, who links whom.",
			Icon: "M9.5 5.5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0" +
				"M2.5 18a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0M16.5 18" +
				"a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0M10.8 7.7 6.2 15.8M13.2 7.7l4.6 8.1M7.5 18h9",
		}},
		Operations: s.Operations(),
		Shortcuts: []room.Shortcut{
			{Title: "Find a team", Address: "/colleagues/team", Icon: "colleagues"},
			{Title: "Win a proposal", Address: "/colleagues/proposal", Icon: "colleagues"},
		},
		Versions: []room.Version{
			{Of: s.ChartVersion, Operations: []string{
				"colleagues.positions", "colleagues.chart", "colleagues.unchart",
			}},
		},
		Pages:    s.pages,
		Warm:     s.warm,
		Proposer: s,
		Tables:   tables(),
		Forget:   s.forget,
		Files:    s.files,
		Grounds: []room.Ground{{
			Table: "chart_position", Where: "owner = $2",
			Missing: "The chart of your organisation is not known yet",
			Why:     "How it really runs shows beside how it is drawn.",
			Label:   "Import", Address: "/colleagues/chart",
		}},
		Exports: []room.Export{
			{Operation: "colleagues.positions"},
			{Operation: "colleagues.observations"},
			{Operation: "colleagues.decisions"},
		},
	}
}

// layerOfWord has the layers that a word in the title of a meeting tells.
var layerOfWord = func() map[string]string {
	all := map[string]string{}
	for layer, words := range lang.Under("tables", "title.") {
		for _, word := range words {
			all[word] = layer
		}
	}
	return all
}()

// derivedLayer is the layer of which an interaction is evidence: what people do together by its title, else by its
// medium.
func derivedLayer(e *tie.Interaction) string {
	switch e.Medium {
	case tie.FaceToFace, tie.Video:
	case tie.Call, tie.Message, tie.Mail:
		return "writes"
	default:
		return ""
	}
	for _, word := range text.Words(e.Title) {
		if layer := layerOfWord[word]; layer != "" {
			return layer
		}
	}
	return "meets"
}

// smallCompany is up to how many people a lunch or walk says something of each pair.
const smallCompany = 8

// pair names two people, the smaller id first.
type pair struct{ a, b id.ID }

func pairOf(a, b id.ID) pair {
	if a.Compare(b) > 0 {
		a, b = b, a
	}
	return pair{a, b}
}

// arc is a direction from one person to another.
type arc struct{ from, to id.ID }

// has says that a person has a skill, and the line that says so.
type has struct {
	terms people.Terms
	line  string
}

// skill is one that is asked for, as it is looked up: each word as the stems that may stand for it.
type skill struct {
	name    string
	words   [][]string // the stems of each word
	spelled []string   // the words as they are written
}

func skillNamed(name string) skill {
	s := skill{name: strings.TrimSpace(name)}
	for _, word := range text.Words(strings.ReplaceAll(name, "-", " ")) {
		if stems := text.Terms(word, ""); len(stems) > 0 {
			s.words, s.spelled = append(s.words, stems), append(s.spelled, word)
		}
	}
	if len(s.words) == 0 { // only words that are left out of an index, such as R or IT
		for _, word := range text.Words(name) {
			s.words, s.spelled = append(s.words, []string{word}), append(s.spelled, word)
		}
	}
	return s
}

// in says whether a line speaks of the skill: it has all of its words.
func (s skill) in(terms people.Terms) bool {
	for i, stems := range s.words {
		found := false
		for _, stem := range stems {
			found = found || terms.Has(stem)
		}
		if !found && !compounded(s.spelled[i], terms) {
			return false
		}
	}
	return len(s.words) > 0
}

const (
	// compoundPart is how long a word must be to be looked for in compounds, and compoundRest what must be left beside
	// it: market is no part of marketing, but arbeidsmarkt is one of arbeidsmarktcommunicatie.
	compoundPart = 7
	compoundRest = 4
)

// compounded says whether the word begins or ends one of the terms, as the parts of Dutch compounds do.
func compounded(word string, terms people.Terms) bool {
	if len(word) < compoundPart {
		return false
	}
	for term := range terms.All() {
		if len(term) >= len(word)+compoundRest && (strings.HasPrefix(term, word) || strings.HasSuffix(term, word)) {
			return true
		}
	}
	return false
}
