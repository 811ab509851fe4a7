package skilled

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

const (
	// alikeFrom is of how many people something must be known before their likeness says anything, and alikeKnown of
	// which part of all of them.
	alikeFrom  = 4
	alikeKnown = 0.5

	// alikeShare is from which part on of those of whom it is known people are called alike.
	alikeShare = 0.7
)

// In what people can be alike.
const (
	ByLevel        = "level"
	ByOrganisation = "organisation"
	BySector       = "sector"
	ByDiscipline   = "discipline"
	ByPlace        = "place"
)

// Likeness is that most people of a list are alike in something.
type Likeness struct {
	By    string `json:"by" enum:"level,organisation,sector,discipline,place"`
	What  string `json:"what" doc:"what they have in common"`
	Alike int    `json:"alike" doc:"how many have it"`
	Of    int    `json:"of" doc:"of how many it is known"`
	All   int    `json:"all" doc:"how many people the list has, the viewer apart"`
	Line  string `json:"line" doc:"what that means, and who is missing, in the viewer's language"`
}

// Alike says in what people that are proposed are much alike: seven of ten of at least four of whom it is known, who
// are at least half of the list. It says who is missing, never anything of a person, and nothing where little is known.
func Alike(ctx context.Context, store *people.Store, v op.Viewer, list []id.ID) ([]Likeness, error) {
	out := []Likeness{}
	if len(list) < alikeFrom {
		return out, nil
	}
	of, err := TraitsOf(ctx, store, v)
	if err != nil {
		return out, err
	}
	seen := map[id.ID]bool{}
	traits := make([]Traits, 0, len(list))
	for _, person := range list {
		if person != v.Person && !seen[person] {
			seen[person] = true
			traits = append(traits, of(person))
		}
	}
	for _, by := range []struct {
		name string
		of   func(Traits) string
	}{
		{ByLevel, func(t Traits) string { return string(t.Level) }},
		{ByOrganisation, func(t Traits) string { return t.Organisation }},
		{BySector, func(t Traits) string { return string(t.Sector) }},
		{ByDiscipline, func(t Traits) string { return t.Discipline }},
		{ByPlace, func(t Traits) string { return t.Place }},
	} {
		if one, is := alikeIn(by.name, traits, by.of); is {
			if len(out) > 0 && by.name == BySector && out[len(out)-1].By == ByOrganisation {
				continue // who work at one organisation work in one sector
			}
			one.name(v, traits)
			out = append(out, one)
		}
	}
	return out, nil
}

// alikeIn finds what most people have in common.
func alikeIn(by string, traits []Traits, of func(Traits) string) (Likeness, bool) {
	count, known := map[string]int{}, 0
	for _, t := range traits {
		if what := of(t); what != "" {
			count[what]++
			known++
		}
	}
	if known < alikeFrom || float64(known) < alikeKnown*float64(len(traits)) {
		return Likeness{}, false
	}
	values := make([]string, 0, len(count))
	for what := range count {
		values = append(values, what)
	}
	slices.SortFunc(values, func(a, b string) int { return cmp.Or(count[b]-count[a], cmp.Compare(a, b)) })
	most := values[0]
	enough := float64(count[most]) >= alikeShare*float64(known)
	return Likeness{By: by, What: most, Alike: count[most], Of: known, All: len(traits)}, enough
}

// name says a likeness in the viewer's language, as people write it.
func (l *Likeness) name(v op.Viewer, traits []Traits) {
	p := v.Printer()
	for _, t := range traits {
		switch {
		case l.By == ByOrganisation && t.Organisation == l.What && t.organisation != "":
			l.What = t.organisation
		case l.By == ByPlace && t.Place == l.What && t.place != "":
			l.What = t.place
		default:
			continue
		}
		break
	}
	switch l.By {
	case ByLevel:
		l.Line = l.level(v, traits)
	case ByOrganisation:
		l.Line = p.T("%d of these %d work at %s; another circle may see it otherwise.", l.Alike, l.All, l.What)
	case BySector:
		l.Line = p.T("%d of these %d are of one sector (%s); another sector may see it otherwise.", l.Alike, l.All,
			p.T(l.What))
	case ByDiscipline:
		l.Line = p.T("%d of these %d are of one trade; people of another look at it from another side.", l.Alike, l.All)
	case ByPlace:
		l.Line = p.T("%d of these %d are in %s; it may look different from elsewhere.", l.Alike, l.All, l.What)
	}
	if unknown := l.All - l.Of; unknown > 0 {
		l.Line += " " + p.T("Of %d it is not known.", unknown)
	}
}

// level says which levels are missing where most are of one.
func (l *Likeness) level(v op.Viewer, traits []Traits) string {
	p := v.Printer()
	switch Level(l.What) {
	case LevelTop:
		return p.T("%d of these %d decide at the top; reception, planning and administration decide this too.",
			l.Alike, l.All)
	case LevelFloor:
		return p.T("%d of these %d run things day by day; who decides is missing.", l.Alike, l.All)
	}
	var missing []string
	for _, level := range Levels() {
		if !slices.ContainsFunc(traits, func(t Traits) bool { return t.Level == level }) {
			missing = append(missing, p.T(string(level)))
		}
	}
	if len(missing) == 0 {
		return p.T("%d of these %d are of one level (%s).", l.Alike, l.All, p.T(l.What))
	}
	return p.T("%d of these %d are of one level (%s); nobody is of: %s.", l.Alike, l.All, p.T(l.What),
		strings.Join(missing, ", "))
}

// AlikeLines are the sentences of Alike.
func AlikeLines(ctx context.Context, store *people.Store, v op.Viewer, list []id.ID) ([]string, error) {
	alike, err := Alike(ctx, store, v, list)
	out := []string{}
	for _, l := range alike {
		out = append(out, l.Line)
	}
	return out, err
}
