package colleagues

import (
	"cmp"
	"slices"
	"time"

	"gave.network/internal/colleagues/release"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/people"
)

// ReportOutput is how an organisation runs. In a space with others all of it is of groups, and the only names are those
// of people who asked to be named.
type ReportOutput struct {
	ID       id.ID           `json:"id" doc:"of the report; none where it is made for the reader alone"`
	Survey   string          `json:"survey" doc:"what the survey is called that it is of; empty for none"`
	Asked    int             `json:"asked" doc:"how many were asked in the survey"`
	At       time.Time       `json:"at" doc:"when it was made"`
	Next     time.Time       `json:"next" doc:"from when on the next can be made"`
	Figures  release.Figures `json:"figures"`
	Findings []Finding       `json:"findings" doc:"what the figures say, worked out from nothing but them"`
	Said     []string        `json:"said" doc:"the same in sentences, in the viewer's language"`
	Meet     []people.Ref    `json:"meet" doc:"who want to meet more colleagues, and said that their names may stand here"`
	Offers   []people.Ref    `json:"offers" doc:"who offered to pass word on, and said that their names may stand here"`
	Cover    []people.Ref    `json:"cover" doc:"who together reach nine in ten, in no order of worth; only of the reader's own notes"`
	Change   []ChangePoint   `json:"change" doc:"how it was in this and earlier reports, the first one first"`
	Cut      bool            `json:"cut" doc:"so much happened that only the latest of it was looked at"`
}

// ChangePoint is how it was in one report.
type ChangePoint struct {
	ID      id.ID     `json:"id"`
	At      time.Time `json:"at"`
	People  int       `json:"people"`
	Inside  *float64  `json:"inside" doc:"share of all who name somebody of their own department, each one counting once"`
	Outside *float64  `json:"outside" doc:"the same of another department"`
	Up      *float64  `json:"up" doc:"the same of a higher level"`
}

// Finding is something that figures say of groups.
type Finding struct {
	Kind  string  `json:"kind" enum:"carries,apart,thin,inward,unasked" doc:"carries: much of what runs between departments runs through this one; apart: two that hardly have to do with each other; thin: the narrowest bridges; inward: keeps to itself; unasked: names others more than it is named"`
	Group string  `json:"group"`
	Other string  `json:"other,omitempty"`
	Share float64 `json:"share" doc:"of what runs between departments, or of the people of both"`
}

// What is found. Judgements, each in one place.
const (
	// carriesFrom is from which share of all that runs between departments one is said to carry it, and carriesMore how
	// many times as much as an equal part it must be.
	carriesFrom, carriesMore = 0.35, 1.3

	// apartUpTo and thinUpTo are up to which share of their people two departments are hardly, and thinly, linked.
	apartUpTo, thinUpTo = 0.05, 0.2

	// inwardInside and inwardOutside are from and up to which shares a department keeps to itself.
	inwardInside, inwardOutside = 0.5, 0.2

	// unaskedBelow is how many times as often as it names others a department is named that is hardly asked.
	unaskedBelow = 0.5

	// mostFindings is how many findings of one kind are told.
	mostFindings = 3
)

// share is a count in parts of a group; 0 where it is not told.
func share(n *int, of int) float64 {
	if n == nil || of <= 0 {
		return 0
	}
	return min(1, float64(*n)/float64(of))
}

// findings are what figures say. They rest on nothing but what is told, so that they give nothing away that figures do
// not.
func findings(f *release.Figures) []Finding {
	out := []Finding{}
	cells, groups := f.Together.Departments, f.Departments
	n := len(groups)
	if n < 2 || len(cells) != n {
		return out
	}
	all := 0
	touching, row, column := make([]int, n), make([]int, n), make([]int, n)
	for a := range n {
		for b := range n {
			if a != b && cells[a][b] != nil {
				c := *cells[a][b]
				all += c
				row[a], column[b] = row[a]+c, column[b]+c
				touching[a], touching[b] = touching[a]+c, touching[b]+c
			}
		}
	}
	if all == 0 {
		return out
	}
	named := func(g int) bool { return groups[g].Name != release.Rest }
	for g := range n {
		part := float64(touching[g]) / float64(all)
		if n > 2 && named(g) && part >= carriesFrom && part >= carriesMore*2/float64(n) {
			out = append(out, Finding{Kind: "carries", Group: groups[g].Name, Share: part})
		}
	}
	var apart, thin, inward, unasked []Finding
	for a := range n {
		for b := range a {
			if !named(a) || !named(b) || cells[a][b] == nil || cells[b][a] == nil {
				continue
			}
			of := min(1, float64(*cells[a][b]+*cells[b][a])/float64(groups[a].People+groups[b].People))
			one := Finding{Group: groups[b].Name, Other: groups[a].Name, Share: of}
			switch {
			case of <= apartUpTo:
				one.Kind = "apart"
				apart = append(apart, one)
			case of <= thinUpTo:
				one.Kind = "thin"
				thin = append(thin, one)
			}
		}
		if !named(a) {
			continue
		}
		inside, outside := share(cells[a][a], groups[a].People), share(&row[a], groups[a].People)
		if inside >= inwardInside && outside <= inwardOutside {
			inward = append(inward, Finding{Kind: "inward", Group: groups[a].Name, Share: outside})
		}
		if row[a] >= 2*f.Base && float64(column[a]) < unaskedBelow*float64(row[a]) {
			unasked = append(unasked, Finding{Kind: "unasked", Group: groups[a].Name, Share: share(&column[a], row[a])})
		}
	}
	if 2*len(unasked) > n { // that is how all are, and nothing of these
		unasked = nil
	}
	for _, list := range [][]Finding{apart, thin, inward, unasked} {
		slices.SortStableFunc(list, func(a, b Finding) int { return cmp.Compare(a.Share, b.Share) })
		out = append(out, list[:min(len(list), mostFindings)]...)
	}
	return out
}

// title says what a finding is, and about it how much.
func (f Finding) title(p *locale.Printer) string {
	switch f.Kind {
	case "carries":
		return p.T("Much runs through %s", f.Group)
	case "apart":
		return p.T("%s and %s hardly have to do with each other", f.Group, f.Other)
	case "thin":
		return p.T("%s and %s: a narrow bridge", f.Group, f.Other)
	case "inward":
		return p.T("%s keeps to itself", f.Group)
	}
	return p.T("%s is hardly asked", f.Group)
}

func (f Finding) about(p *locale.Printer) string {
	per := locale.Percent(f.Share)
	switch f.Kind {
	case "carries":
		return p.T("About %s of what there is between departments has %s on one side.", per, f.Group)
	case "apart":
		return p.T("Next to nobody of one names somebody of the other.")
	case "thin":
		return p.T("About %s of the people of both are part of it.", per)
	case "inward":
		return p.T("Most of its people name somebody inside, and few name somebody outside.")
	}
	return p.T("It names others at least twice as often as others name it.")
}

// said is what findings say in sentences: the two that tell most.
func said(p *locale.Printer, f *release.Figures, list []Finding) []string {
	if f.People == 0 {
		return []string{p.T("Of so few people nothing is told.")}
	}
	if len(f.Layers) == 0 {
		return []string{p.T("Nobody has said yet who they work with.")}
	}
	var out []string
	for _, kind := range []string{"apart", "carries", "inward", "thin", "unasked"} {
		if i := slices.IndexFunc(list, func(f Finding) bool { return f.Kind == kind }); i >= 0 && len(out) < 2 {
			out = append(out, list[i].title(p)+".")
		}
	}
	if len(out) == 0 {
		out = append(out, p.T("Nothing stands out among these departments."))
	}
	return out
}

// changeOf is how it was in a report.
func changeOf(t told) ChangePoint {
	f := t.Figures
	of := func(n *int) *float64 {
		if n == nil {
			return nil
		}
		x := share(n, f.People)
		return &x
	}
	return ChangePoint{t.ID, t.At, f.People, of(f.Together.Inside), of(f.Together.Outside), of(f.Together.Up)}
}
