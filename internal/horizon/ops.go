package horizon

import (
	"fmt"
	"net/http"
	"strings"

	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/tie"
)

// Operations returns what can be done with the horizon.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("horizon.path", http.MethodGet, "/horizon/path", op.Member,
			"Find who can bring you to a person, organisation, skill or place.", s.path).
			With("The likeliest routes over people you know, each with its chance and how each pair knows one "+
				"another, and routes that share no middleman with the best.",
				"gave horizon path --to \"Museum Polderrijk\""),
		op.New("horizon.ties", http.MethodGet, "/horizon/ties", op.Member,
			"List your ties as windows on other circles, each with what it opens.", s.ties).
			With("In the order of their worth: how different they are from the others you know, times one and the "+
				"doublings of whom only they open to you, times how well news comes through a tie so strong. Of "+
				"dormant ties also what they did since. Each says why.",
				"gave horizon ties --class dormant"),
		op.New("horizon.diversity", http.MethodGet, "/horizon/diversity", op.Member,
			"Say how mixed your network is, how far it reaches, how that changed, and what would change it.",
			s.diversity).
			With("By sector, organisation, place, level, discipline and circle: the chance that two people you know "+
				"differ, and of how many it is not known. The trend goes by half years, from first contacts; it says "+
				"where the record begins and where it has holes.",
				"gave horizon diversity"),
		op.New("horizon.hint", http.MethodPut, "/horizon/hint", op.Member,
			"Allow that others of the space are told that a colleague may know somebody there.", s.hint).
			With("Off until you say so, and nobody sees whether you did. When somebody asks for a way to an "+
				"organisation or a place, ties that are yours alone may then count for one sentence: a colleague may "+
				"know somebody there. It is said only when five others at least allow it, two of them know people "+
				"there, and three different ones. It counts from the next month on; ending it counts at once.",
				"gave horizon hint yes"),
		op.New("horizon.hinting", http.MethodGet, "/horizon/hint", op.Member,
			"Say whether you allow that others are told that a colleague may know somebody there.", s.showHint).
			With("Only you see it.", "gave horizon hinting"),
		op.New("horizon.next", http.MethodGet, "/horizon/next", op.Member, "Say whom to get to know next.", s.next).
			With("Friends of friends who differ most from those you know and through whom you reach the most people, "+
				"as far as you are likely to meet; only whom somebody is likely enough to introduce.",
				"gave horizon next --limit 5"),
	}
}

// PathInput says where to.
type PathInput struct {
	To           string `json:"to" doc:"a person, organisation, skill or place" maxLength:"300" means:"person"`
	Hops         int    `json:"hops,omitempty" doc:"over how many ties at most" default:"4" minimum:"1" maximum:"4"`
	Alternatives int    `json:"alternatives,omitempty" doc:"how many routes" default:"3" minimum:"1" maximum:"20"`
}

// PathOutput is the routes, the likeliest first.
type PathOutput struct {
	Routes []Route       `json:"routes"`
	Fits   int           `json:"fits" doc:"how many people it may lead to"`
	Known  int           `json:"known" doc:"how many of them you know; of one alone, how many where that one works"`
	There  []KnownPerson `json:"there" doc:"those of them with whom your tie is the strongest"`
	// Verified is that of the likeliest route.
	Verified  bool     `json:"verified" doc:"the likeliest route is likely enough, at least 1 in 100, and rests on no tie that is dormant or that only one of the two is said to have"`
	Warm      *Warm    `json:"warm,omitempty" doc:"where no way is verified yet: the tie to warm first"`
	Colleague bool     `json:"colleague" doc:"a colleague may know somebody there, by ties that are theirs alone; never who or whom"`
	Cut       bool     `json:"cut" doc:"so many fit that only the first of them were looked at"`
	Layers    []string `json:"layers" doc:"the layers of ties that were looked at; contact is what follows from mail, meetings and calls"`
}

// TiesInput says which ties to list.
type TiesInput struct {
	Class tie.Class `json:"class,omitempty" doc:"only ties of this class" enum:"strong,moderate,weak,dormant,latent"`
	Limit int       `json:"limit,omitempty" doc:"how many at most" default:"100" minimum:"1" maximum:"10000"`
}

// TiesOutput is the viewer's ties as windows, those that bring the most first.
type TiesOutput struct {
	Ties   []Tie    `json:"ties"`
	Layers []string `json:"layers" doc:"the layers of ties that were looked at; contact is what follows from mail, meetings and calls"`
}

// NextInput says how many.
type NextInput struct {
	Limit int `json:"limit,omitempty" doc:"how many at most" default:"5" minimum:"1" maximum:"50"`
}

// NextOutput is whom to get to know, in order: each counts what those before it did not bring.
type NextOutput struct {
	People []Acquaintance `json:"people"`
	Alike  []string       `json:"alike" doc:"in your language: when these are much alike, and who is missing"`
	Layers []string       `json:"layers" doc:"the layers of ties that were looked at; contact is what follows from mail, meetings and calls"`
}

// Text prints the routes.
func (o PathOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	if o.Warm != nil {
		b.WriteString(p.T("No verified way yet.") + " " + o.Warm.Text + "\n")
	}
	for i, r := range o.Routes {
		fmt.Fprintf(&b, "%5.1f %%  %s", 100*r.Chance, r.Hops[0].From.Name)
		for _, h := range r.Hops {
			b.WriteString(" → " + h.To.Name)
		}
		if r.Disjoint && i > 0 {
			b.WriteString("  (" + p.T("shares nobody with the ways above") + ")")
		}
		b.WriteString("\n")
		for _, h := range r.Hops {
			fmt.Fprintf(&b, "         %s – %s: %s\n", h.From.Name, h.To.Name, h.Why)
		}
	}
	if o.Colleague {
		b.WriteString(p.T("A colleague may know somebody there. Who it is, Gave does not say: ask in your space."))
		b.WriteString("\n")
	}
	return b.String()
}

// Text prints the ties.
func (o TiesOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, t := range o.Ties {
		fmt.Fprintf(&b, "%-30s  %-9s  %s %.2f  %s\n", t.Name, p.T(string(t.Class)), p.T("worth"), t.Worth, t.Reason)
		for _, h := range t.Since {
			fmt.Fprintf(&b, "%-30s  %s\n", "", h.said(p))
		}
	}
	return b.String()
}

// Text prints whom to get to know.
func (o NextOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, a := range o.People {
		var names []string
		for _, t := range a.Through {
			names = append(names, t.Name)
		}
		gain := ""
		if a.Gain > 0 {
			gain = p.T("%d new people", int(a.Gain)) + "  "
		}
		fmt.Fprintf(&b, "%-30s  %s%s\n", a.Name, gain, p.T("through %s", strings.Join(names, ", ")))
	}
	for _, line := range o.Alike {
		fmt.Fprintln(&b, line)
	}
	if len(o.People) == 0 {
		b.WriteString(p.T("Nobody yet: nobody whom you know can introduce you to somebody new.") + "\n")
	}
	return b.String()
}
