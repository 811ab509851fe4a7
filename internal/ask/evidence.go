package ask

import (
	"context"
	"slices"
	"strings"
	"time"

	"gave.network/internal/ask/routing"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/skilled"
	"gave.network/internal/tact"
	"gave.network/internal/text"
	"gave.network/internal/text/fit"
	"gave.network/internal/tie"
)

// Sources are what other rooms know of what people can, with the tables that they read it from.
type Sources struct {
	Tables []string
	Each   []room.Source
	// Willing says how much likelier than others people are to do the viewer a favour, up to v.Now; nil for nothing.
	Willing func(context.Context, op.Viewer) (map[id.ID]float64, error)
}

// lexicon numbers people and terms for the model.
type lexicon struct {
	under  *lexicon // numbers what it has first; nil for none, and left as it is
	people map[id.ID]int
	keys   []id.ID
	terms  map[string]int
	words  map[string][]int // the terms of each word that was met
}

func newLexicon(under *lexicon) lexicon {
	return lexicon{under: under, people: map[id.ID]int{}, terms: map[string]int{}, words: map[string][]int{}}
}

func (l *lexicon) person(key id.ID) int {
	n, ok := l.people[key]
	if !ok {
		n = len(l.keys)
		l.people[key] = n
		l.keys = append(l.keys, key)
	}
	return n
}

func (l *lexicon) term(t string) int {
	first := 0
	if l.under != nil {
		if n, ok := l.under.terms[t]; ok {
			return n
		}
		first = len(l.under.terms)
	}
	n, ok := l.terms[t]
	if !ok {
		n = first + len(l.terms)
		l.terms[t] = n
	}
	return n
}

// numbers gives the terms of a text, in both languages where it does not say which it is.
func (l *lexicon) numbers(s string) []int {
	var out []int
	for _, word := range text.Words(s) {
		numbers, met := l.words[word]
		if !met {
			for _, t := range text.Terms(word, "") {
				numbers = append(numbers, l.term(t))
			}
			l.words[word] = numbers
		}
		out = append(out, numbers...)
	}
	return out
}

// reading is what a text that was met offers, or what it is about.
type reading struct {
	offer fit.Offer
	topic bool
}

// standing is what routing knows at a moment, whatever is asked. Asks share it: it stays as it is.
type standing struct {
	lexicon
	history  *routing.History
	profiles map[id.ID]*people.Profile
	readings []reading
	said     map[id.ID][]line // what speaks for somebody's knowledge
	ties     map[id.ID]tie.Bond
	web      *tie.Table
	ways     map[id.ID]way
	answered map[id.ID]int  // how often they answered the viewer
	places   map[string]int // lists, by their address or by what stands before a subject
	called   map[string]int // words by which people are called
	gone     map[id.ID]bool // they died
}

// gathering is what is at hand while a standing is made.
type gathering struct {
	*standing
	asOf     time.Time
	reader   fit.Reader
	offers   map[string]fit.Offer // of the lines of profiles
	read     map[string][2]int    // the readings of a text as offer and as topic, plus one; texts come back
	delicate map[string]bool      // the titles that are delicate
}

// gather reads what the viewer may see up to a moment.
func (s *Service) gather(ctx context.Context, v op.Viewer, asOf time.Time, past bool) (*standing, error) {
	e := &gathering{
		asOf: asOf, read: map[string][2]int{}, delicate: map[string]bool{},
		standing: &standing{
			lexicon: newLexicon(nil), history: routing.NewHistory(), said: map[id.ID][]line{},
			ties: map[id.ID]tie.Bond{}, answered: map[id.ID]int{}, places: map[string]int{}, called: map[string]int{},
		},
	}
	var err error
	if e.profiles, err = s.network.Profiles(ctx, v); err != nil {
		return nil, err
	}
	if e.gone, err = s.network.Deceased(ctx, v); err != nil {
		return nil, err
	}
	limit := evidenceNow
	if past {
		limit = evidencePast
	}
	list, err := s.network.Recent(ctx, v, asOf, limit)
	if err != nil {
		return nil, err
	}
	e.converse(v, list)
	if e.offers, err = skilled.Offers(ctx, s.network, v); err != nil {
		return nil, err
	}
	for key, p := range e.profiles {
		for _, line := range p.Lines {
			e.know(room.Knowledge{Person: key, Text: line.Text, At: line.At()}, skilled.Counts(line, 1))
		}
	}
	for _, source := range s.sources.Each {
		known, err := source(ctx, v)
		if err != nil {
			return nil, err
		}
		for _, k := range known {
			e.know(k, 1)
		}
	}
	if past {
		e.web = pastTies(list)
	} else if e.web, err = s.network.Ties(ctx, v); err != nil {
		return nil, err
	}
	for t := range e.web.Of(v.Person) {
		e.ties[t.Other(v.Person)] = t
	}
	for key := range e.profiles {
		e.history.Know(e.person(key), asOf, nil)
	}
	for key, p := range e.profiles {
		e.history.Name(e.person(key), e.calls(p.Person.Name)...)
	}
	e.person(v.Person)
	e.ways = waysOver(e.web, v.Person, asOf)
	return e.standing, nil
}

// listOf returns the number of the list that an interaction is on, -1 when it is on none. A list is known by its
// address, or by what it puts before its subjects.
func (e *standing) listOf(x *tie.Interaction, tag string) int {
	n, known := e.places[tag]
	if x.Medium == tie.List && x.Place != "" {
		by, ok := e.places[strings.ToLower(x.Place)]
		switch {
		case !ok && known && tag != "":
			by = n // its subjects were seen before its address
		case !ok:
			by = len(e.places)
		}
		e.places[strings.ToLower(x.Place)] = by
		n, known = by, true
	} else if tag == "" {
		return -1
	} else if !known {
		n = len(e.places)
	}
	if tag != "" {
		if _, ok := e.places[tag]; !ok {
			e.places[tag] = n
		}
	}
	return n
}

// asked returns the number of the list where something is asked: the one that the query names, that stands before the
// ask, or on which nearly all that the viewer sees was written lately. It is -1 when there is none.
func (e *standing) asked(q RouteQuery) int {
	first, _, _ := strings.Cut(q.Text, "\n")
	_, tag, _ := text.Subject(first)
	for _, name := range []string{strings.ToLower(q.In), tag} {
		if n, ok := e.places[name]; ok && name != "" {
			return n
		}
	}
	place, part := e.history.Main(float64(q.AsOf.Unix()) / 86400)
	if part < mainPart {
		return -1
	}
	return place
}

// calls are the words of a name by which somebody is called.
func (e *standing) calls(name string) (out []int) {
	for _, word := range text.Words(name) {
		if len(word) < 3 {
			continue
		}
		n, ok := e.called[word]
		if !ok {
			n = len(e.called)
			e.called[word] = n
		}
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// reading returns the number of how a text reads.
func (e *gathering) reading(s string, topic bool) int {
	kind := 0
	if topic {
		kind = 1
	}
	known := e.read[s]
	if known[kind] == 0 {
		var offer fit.Offer
		if read, ok := e.offers[s]; ok && !topic {
			offer = read
		} else if topic {
			offer = e.reader.TopicOf(s)
		} else {
			offer = e.reader.OfferOf(s)
		}
		e.readings = append(e.readings, reading{offer, topic})
		known[kind] = len(e.readings)
		e.read[s] = known
	}
	return known[kind] - 1
}

// know adds what speaks for somebody's knowledge. What was noted later is left out.
func (e *gathering) know(k room.Knowledge, counts float64) {
	if k.At.After(e.asOf) || e.profiles[k.Person] == nil {
		return
	}
	at := k.At
	if at.IsZero() {
		at = e.asOf // a profile has no date: it holds until it is changed
	}
	terms := e.numbers(k.Text)
	e.history.Know(e.person(k.Person), at, terms)
	e.said[k.Person] = append(e.said[k.Person], line{k, terms, e.reading(k.Text, false), counts, false, false})
}

// converse takes the written conversations into the history: who began, who answered.
func (e *gathering) converse(v op.Viewer, list []tie.Interaction) {
	threads := routing.NewConversations[id.ID]()
	where := map[int]int{} // the place of each conversation
	for i := range list {
		x := &list[i]
		if x.Medium != tie.Mail && x.Medium != tie.Message && x.Medium != tie.List ||
			len(x.Participants) == 0 || x.Participants[0].Role != tie.From {
			continue
		}
		author := x.Participants[0].Person
		title := x.Title
		hidden, met := e.delicate[title]
		if !met {
			hidden = tact.Delicate(title)
			e.delicate[title] = hidden
		}
		if hidden {
			title = ""
		}
		bare, tag, answers := text.Subject(x.Title)
		m := routing.Message{
			Author: e.person(author), Time: time.UnixMicro(x.Time), Place: e.listOf(x, tag), Terms: e.numbers(title),
		}
		m.Thread, m.To, m.Begins = threads.Add(routing.Heading[id.ID]{
			Key: x.External, ReplyTo: x.ReplyTo, Subject: bare, Answers: answers || !x.ReplyTo.IsZero(),
			Author: m.Author, Time: m.Time,
		})
		if in, ok := where[m.Thread]; ok && m.Place < 0 {
			m.Place = in
		} else if !ok {
			where[m.Thread] = m.Place
		}
		if m.To >= 0 && e.keys[m.To] == v.Person && author != v.Person {
			e.answered[author]++
		}
		e.history.Add(m)
		// Who begins a conversation with a question does not know it; who answers may, and who tells of something.
		// What a list puts before its subjects is no subject.
		if title != "" && author != v.Person && !(m.Begins && e.reader.Asks(bare)) && !e.reader.Small(bare) {
			about := room.Knowledge{Person: author, Text: title, At: time.UnixMicro(x.Time)}
			counts := answeredCounts
			if m.Begins {
				counts = begunCounts
			}
			e.said[author] = append(e.said[author], line{
				about, e.numbers(bare), e.reading(bare, true), counts, !m.Begins, true,
			})
		}
	}
}
