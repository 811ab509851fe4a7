package peopleweb

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/locale"
	"gave.network/internal/people"
	"gave.network/internal/tie"
)

// months is how many months the picture of a tie shows.
const months = 24

// monthly counts the evidence of a tie in each of the last months, the oldest first; the last is the present month.
func monthly(evidence []tie.Evidence, now time.Time) [months]int {
	var out [months]int
	for _, e := range evidence {
		at := e.Time.In(now.Location())
		if back := 12*(now.Year()-at.Year()) + int(now.Month()) - int(at.Month()); back >= 0 && back < months {
			out[months-1-back]++
		}
	}
	return out
}

// touch says in words how two people are in touch: how often, in what way, since when, and whether it becomes more.
func touch(p *locale.Printer, evidence []tie.Evidence, now time.Time) string {
	if len(evidence) == 0 {
		return p.T("You have not been in touch, as far as Gave knows.")
	}
	const day = 24 * time.Hour
	weeks, active := map[int]bool{}, map[int]bool{} // those of the last year with contact
	year, half, halfBefore := 0, 0, 0               // contacts in the last year, half year, and the half year before
	media := map[tie.Medium]int{}
	first := now
	for _, e := range evidence {
		age := now.Sub(e.Time)
		if e.Time.Before(first) {
			first = e.Time
		}
		if age < 0 || age >= 365*day {
			continue
		}
		year++
		media[e.Medium]++
		weeks[int(age/(7*day))] = true
		active[int(age/(365*day/12))] = true
		if age < 183*day {
			half++
		} else {
			halfBefore++
		}
	}
	if year == 0 {
		return p.T("No contact in the past year; the last was %s.", p.Ago(lastOf(evidence), now))
	}
	var out []string
	often := p.T("in touch %d times in the past year", year)
	switch {
	case len(weeks) >= 40:
		often = p.T("in touch almost every week")
	case len(active) >= 10:
		often = p.T("in touch almost every month")
	}
	for medium, words := range map[tie.Medium]string{
		tie.FaceToFace: p.T("mostly in person"),
		tie.Mail:       p.T("mostly by mail"),
		tie.Call:       p.T("mostly by telephone"),
		tie.Video:      p.T("mostly by video"),
		tie.Message:    p.T("mostly by message"),
	} {
		if 2*media[medium] > year { // of one at most
			often += ", " + words
		}
	}
	out = append(out, strings.ToUpper(often[:1])+often[1:]+".")
	if now.Sub(first) >= 730*day {
		out = append(out, p.T("You have known each other since %s at least.",
			strconv.Itoa(first.In(now.Location()).Year())))
		switch {
		case half >= halfBefore+3 && 2*half >= 3*halfBefore:
			out = append(out, p.T("It becomes more."))
		case halfBefore >= half+3 && 2*halfBefore >= 3*half:
			out = append(out, p.T("It becomes less."))
		}
	}
	return strings.Join(out, " ")
}

func lastOf(evidence []tie.Evidence) time.Time {
	var out time.Time
	for _, e := range evidence {
		if e.Time.After(out) {
			out = e.Time
		}
	}
	return out
}

// episode is what happened in one stretch of a timeline: one event, or all of one month.
type episode struct {
	when   string
	events []people.Event
}

// lately is how many events stand by themselves before those of a month are told together.
const lately = 4

// episodes groups events, newest first: the latest each, then month by month.
func episodes(p *locale.Printer, events []people.Event, now time.Time) []episode {
	var out []episode
	for i, e := range events {
		if i < lately {
			out = append(out, episode{p.Ago(e.Time, now), []people.Event{e}})
			continue
		}
		at := e.Time.In(p.Zone)
		month := p.Month(at.Month())
		if at.Year() != now.In(p.Zone).Year() {
			month += fmt.Sprint(" ", at.Year())
		}
		if last := &out[len(out)-1]; len(out) > lately && last.when == month {
			last.events = append(last.events, e)
		} else {
			out = append(out, episode{month, []people.Event{e}})
		}
	}
	return out
}

// sum counts the events of an episode by their medium, in words: 3 times mail, 2 times face to face.
func (e episode) sum(p *locale.Printer) string {
	var order []tie.Medium
	counts := map[tie.Medium]int{}
	for _, event := range e.events {
		if counts[event.Medium]++; counts[event.Medium] == 1 {
			order = append(order, event.Medium)
		}
	}
	var parts []string
	for _, m := range order {
		parts = append(parts, p.T("%d × %s", counts[m], p.T(string(m))))
	}
	return strings.Join(parts, ", ")
}
