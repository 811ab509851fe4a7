package survey

import (
	"cmp"
	"math"
	"slices"

	"gave.network/internal/colleagues/structure"
)

// Share is a share in tens, of which the ends are open: it never says that all of a group did something, or that none
// did.
type Share int

// The ends.
const (
	Few  Share = 0   // less than one in ten
	Most Share = 100 // more than nine in ten
)

// shareOf is the share of some among all, in tens.
func shareOf(some, all int) Share {
	exact := float64(some) / float64(max(1, all))
	switch {
	case exact < 0.1:
		return Few
	case exact > 0.9:
		return Most
	}
	return Share(10 * math.Round(10*exact))
}

// Department says how many of a department were asked, and about how many of them answered.
type Department struct {
	Name     string // structure.Rest for the small ones together
	Asked    int
	Answered Share
}

// Response tells how many answered in each department. Those of fewer than the threshold are put together as
// structure.Mask does, and of each the share is told in tens only: whoever knows who is in a department learns of
// nobody whether they took part.
func Response(departments []string, answered []bool, threshold int) []Department {
	masked := structure.Mask(departments, max(threshold, LeastThreshold))
	asked, came := map[string]int{}, map[string]int{}
	for i, name := range masked {
		if name == "" {
			continue
		}
		asked[name]++
		if answered[i] {
			came[name]++
		}
	}
	var out []Department
	for name, n := range asked {
		out = append(out, Department{name, n, shareOf(came[name], n)})
	}
	slices.SortFunc(out, func(a, b Department) int {
		return cmp.Or(cmp.Compare(rank(a.Name), rank(b.Name)), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// rank puts the small ones together last.
func rank(name string) int {
	if name == structure.Rest {
		return 1
	}
	return 0
}

// Tie is what somebody who took part says of another who did.
type Tie struct {
	From, To int // of the people who took part
	Layer    string
	Weight   Often
}

// Picture is what somebody who took part gets back on one layer.
type Picture struct {
	Layer string
	Named []int // whom they named, of who took part
	// Mutual is about how many of those named them too, in words: "" where they named too few for that to be told of
	// nobody.
	Mutual string
	// Usual is how many people name on this layer, on average over all who took part; 0 where they are too few.
	Usual float64
}

// The words for how many of those whom somebody named name them too; keys of translation.
const (
	FewMutual  = "few of them, or none"
	HalfMutual = "about half of them"
	MostMutual = "most of them, or all"
)

// leastNamed is of how many named people it is told about how many of them name somebody too: of fewer, a share would
// say of each what they answered.
const leastNamed = 5

// PictureOf is what somebody gets back: whom they named of those who took part, about how many of them name them too,
// and how many people usually name. What others answered is never told of one of them: the shares are thirds, of which
// the ends are open.
func PictureOf(me, people int, layers []string, ties []Tie) []Picture {
	out := []Picture{}
	for _, q := range Of(layers) {
		p := Picture{Layer: q.Layer}
		by, all := map[int]bool{}, 0
		for _, t := range ties {
			if t.Layer != q.Layer {
				continue
			}
			all++
			if t.From == me {
				p.Named = append(p.Named, t.To)
			}
			if t.To == me {
				by[t.From] = true
			}
		}
		mutual := 0
		for _, other := range p.Named {
			if by[other] {
				mutual++
			}
		}
		if n := len(p.Named); n >= leastNamed {
			switch {
			case 3*mutual < n:
				p.Mutual = FewMutual
			case 3*mutual > 2*n:
				p.Mutual = MostMutual
			default:
				p.Mutual = HalfMutual
			}
		}
		if people >= DefaultThreshold {
			p.Usual = math.Round(float64(all) / float64(people))
		}
		slices.Sort(p.Named)
		out = append(out, p)
	}
	return out
}
