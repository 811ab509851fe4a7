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
			"List your ties with what news each may bring.", s.ties).
			With("Closeness is how much of all contact of you two is with each other; overlap is how many "+
				"acquaintances you share; a local bridge shares none; novelty is highest for weak ties with some.",
				"gave horizon ties --class weak"),
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
	Cut    bool          `json:"cut" doc:"so many fit that only the first of them were looked at"`
	Layers []string      `json:"layers" doc:"the layers of ties that were looked at; contact is what follows from mail, meetings and calls"`
}

// TiesInput says which ties to list.
type TiesInput struct {
	Class tie.Class `json:"class,omitempty" doc:"only ties of this class" enum:"strong,moderate,weak,dormant,latent"`
	Limit int       `json:"limit,omitempty" doc:"how many at most" default:"100" minimum:"1" maximum:"10000"`
}

// TiesOutput is the viewer's ties, those that may bring the most news first.
type TiesOutput struct {
	Ties []Tie `json:"ties"`
}

// NextInput says how many.
type NextInput struct {
	Limit int `json:"limit,omitempty" doc:"how many at most" default:"5" minimum:"1" maximum:"50"`
}

// NextOutput is whom to get to know, in order: each counts what those before it did not bring.
type NextOutput struct {
	People []Acquaintance `json:"people"`
	Layers []string       `json:"layers" doc:"the layers of ties that were looked at; contact is what follows from mail, meetings and calls"`
}

// Text prints the routes.
func (o PathOutput) Text(*locale.Printer) string {
	var b strings.Builder
	for _, r := range o.Routes {
		fmt.Fprintf(&b, "%5.1f %%  %s", 100*r.Chance, r.Hops[0].From.Name)
		for _, h := range r.Hops {
			b.WriteString(" → " + h.To.Name)
		}
		b.WriteString("\n")
		for _, h := range r.Hops {
			fmt.Fprintf(&b, "         %s – %s: %s\n", h.From.Name, h.To.Name, h.Why)
		}
	}
	return b.String()
}

// Text prints the ties.
func (o TiesOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, t := range o.Ties {
		bridge := ""
		if t.LocalBridge {
			bridge = p.T("local bridge")
		}
		fmt.Fprintf(&b, "%-30s  %-9s %.2f  %s %.2f  %s %.2f  %s %.2f  %s\n", t.Name, p.T(string(t.Class)), t.Strength,
			p.T("closeness"), t.Closeness, p.T("overlap"), t.Overlap, p.T("novelty"), t.Novelty, bridge)
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
	if len(o.People) == 0 {
		b.WriteString(p.T("Nobody yet: nobody whom you know can introduce you to somebody new.") + "\n")
	}
	return b.String()
}
