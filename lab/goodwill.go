package lab

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"gave.network/internal/goodwill"
	"gave.network/internal/goodwill/chance"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// goodwillInput says in which worlds goodwill is measured.
type goodwillInput struct {
	Worlds int    `json:"worlds,omitempty" doc:"how many worlds" default:"12" minimum:"2" maximum:"200"`
	People int    `json:"people,omitempty" doc:"how many people each has" default:"250" minimum:"20" maximum:"5000"`
	Years  int    `json:"years,omitempty" doc:"over how many years" default:"6" minimum:"1" maximum:"20"`
	Seed   uint64 `json:"seed,omitempty" doc:"the first of the worlds" default:"5101"`
}

// goodwillReport is how well answers to favours are foretold in worlds that decide in another way than Gave thinks.
// Intervals come from drawing worlds again.
type goodwillReport struct {
	Worlds      int               `json:"worlds"`
	Answers     int               `json:"answers"`
	Yes         float64           `json:"yes" doc:"share of yes"`
	Brier       Interval          `json:"brier" doc:"mean squared error of the chances"`
	BrierRate   Interval          `json:"brier_rate" doc:"the same of the share of yes among the answers before"`
	BrierOwn    Interval          `json:"brier_own" doc:"the same of the person's own share before, towards that of all"`
	Better      Interval          `json:"better" doc:"by which part the chances are better than the better of these two"`
	AUC         Interval          `json:"auc" doc:"that a yes was given a higher chance than a no of the same world"`
	AUCOwn      Interval          `json:"auc_own" doc:"the same by the person's own share of yes before"`
	AUCRecent   Interval          `json:"auc_recent" doc:"the same by how short ago the last contact was"`
	AUCContacts Interval          `json:"auc_contacts" doc:"the same by how many contacts there were"`
	Gain        Interval          `json:"gain" doc:"the AUC less that of the best of these three"`
	Calibration chance.Evaluation `json:"calibration"`
}

// measureGoodwill foretells each answer to a favour in some worlds that came in through the importers, with what was
// known before it, by the functions that the product calls.
func measureGoodwill(ctx context.Context, v op.Viewer, in goodwillInput) (goodwillReport, error) {
	var worlds [][]goodwill.Foretold
	for i := range in.Worlds {
		o, err := openWorld(ctx, v.Lang, in.People, in.Years, in.Seed+uint64(i))
		if err != nil {
			return goodwillReport{}, err
		}
		list, err := o.Goodwill.Foretell(ctx, o.viewer)
		o.Close()
		if err != nil {
			return goodwillReport{}, err
		}
		worlds = append(worlds, list)
	}
	return goodwillOf(worlds), nil
}

// goodwillOf works the figures out.
func goodwillOf(worlds [][]goodwill.Foretold) goodwillReport {
	out := goodwillReport{Worlds: len(worlds)}
	var foretold, came []float64
	for _, list := range worlds {
		for _, f := range list {
			foretold, came = append(foretold, f.Chance), append(came, f.Came)
			out.Yes += f.Came
		}
	}
	out.Answers = len(came)
	out.Yes /= max(1, float64(out.Answers))
	out.Calibration = chance.Measure(foretold, came)
	to := []*Interval{
		&out.Brier, &out.BrierRate, &out.BrierOwn, &out.Better, &out.AUC, &out.AUCOwn, &out.AUCRecent, &out.AUCContacts,
		&out.Gain,
	}
	parts := make([]goodwillSums, len(worlds))
	all := make([]int, len(worlds))
	for i, list := range worlds {
		parts[i], all[i] = sumsOf(list), i
	}
	value := figuresOf(parts, all)
	drawn := make([][]float64, len(value))
	random := rand.New(rand.NewPCG(7, 8))
	for range 2000 {
		chosen := make([]int, len(worlds))
		for i := range chosen {
			chosen[i] = random.IntN(len(worlds))
		}
		for i, x := range figuresOf(parts, chosen) {
			drawn[i] = append(drawn[i], x)
		}
	}
	for i, interval := range to {
		slices.Sort(drawn[i])
		n := len(drawn[i])
		*interval = Interval{value[i], drawn[i][n*25/1000], drawn[i][n-1-n*25/1000]}
	}
	return out
}

// goodwillSums are what the figures of a world are made of: squared errors, and of how many pairs of a yes and a no
// each way to foretell puts the yes first.
type goodwillSums struct {
	answers, pairs float64
	squared        [3]float64
	first          [4]float64
}

func sumsOf(list []goodwill.Foretold) goodwillSums {
	out := goodwillSums{answers: float64(len(list))}
	ways := func(f goodwill.Foretold) [4]float64 { return [4]float64{f.Chance, f.Own, -f.Silent, f.Contacts} }
	for _, f := range list {
		for i, p := range []float64{f.Chance, f.Rate, f.Own} {
			out.squared[i] += (p - f.Came) * (p - f.Came)
		}
		if f.Came == 0 {
			continue
		}
		yes := ways(f)
		for _, other := range list {
			if other.Came != 0 {
				continue
			}
			out.pairs++
			for i, no := range ways(other) {
				out.first[i] += 0.5 * float64(1+cmp.Compare(yes[i], no))
			}
		}
	}
	return out
}

// figuresOf are the figures of some worlds, in the order of goodwillReport.
func figuresOf(parts []goodwillSums, chosen []int) []float64 {
	var sum goodwillSums
	for _, i := range chosen {
		sum.answers += parts[i].answers
		sum.pairs += parts[i].pairs
		for k, x := range parts[i].squared {
			sum.squared[k] += x
		}
		for k, x := range parts[i].first {
			sum.first[k] += x
		}
	}
	n, pairs := max(1, sum.answers), max(1, sum.pairs)
	brier, rate, own := sum.squared[0]/n, sum.squared[1]/n, sum.squared[2]/n
	auc := [4]float64{}
	for k, x := range sum.first {
		auc[k] = x / pairs
	}
	return []float64{
		brier, rate, own, 1 - brier/math.Min(rate, own), auc[0], auc[1], auc[2], auc[3],
		auc[0] - max(auc[1], auc[2], auc[3]),
	}
}

// Text prints the figures.
func (r goodwillReport) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d answers in %d worlds, %.2f yes\n", r.Answers, r.Worlds, r.Yes)
	for _, line := range []struct {
		name string
		in   Interval
	}{
		{"Brier score", r.Brier},
		{"  by the share of yes before", r.BrierRate},
		{"  by the person's own share before", r.BrierOwn},
		{"  better than the better of these", r.Better},
		{"AUC", r.AUC},
		{"  by the person's own share before", r.AUCOwn},
		{"  by how recent the last contact was", r.AUCRecent},
		{"  by how many contacts there were", r.AUCContacts},
		{"  more than the best of these", r.Gain},
	} {
		fmt.Fprintf(&b, "%-38s %s\n", line.name, line.in)
	}
	return b.String() + r.Calibration.Text(p)
}
