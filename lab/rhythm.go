package lab

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/goodwill"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/tie"
)

const (
	// lookBack is how much of the past a rhythm is read from, aheadDays how long a silence lasts before a tie counts as
	// drifted apart, longestSilence how long it may have lasted already, and everyDays how far moments lie apart.
	lookBack       = 365
	aheadDays      = 90
	longestSilence = 60
	everyDays      = 30

	redraws = 200 // of pairs, for the intervals
)

// rhythmInput names records of contacts.
type rhythmInput struct {
	Paths  []string `json:"paths" arg:"1" doc:"tables with the columns source, target and time, or archives of mailing lists"`
	Silent int      `json:"silent,omitempty" doc:"look at pairs that are silent for so many days at least" default:"0"`
}

// Interval is a figure with its 95 % interval, by drawing pairs again.
type Interval struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

func (i Interval) String() string { return fmt.Sprintf("%.3f (%.3f to %.3f)", i.Value, i.Low, i.High) }

// rhythmReport is how well it is foreseen on one record who drifts apart: at moments a month apart, of each pair with a
// rhythm that is silent for sixty days at most, from both sides, whether ninety days of silence follow.
type rhythmReport struct {
	Name     string  `json:"name"`
	Moments  int     `json:"moments" doc:"moments looked at"`
	Refused  int     `json:"refused" doc:"moments left out, as there is a hole in the record around them"`
	Pairs    int     `json:"pairs" doc:"different pairs"`
	Looks    int     `json:"looks" doc:"pairs over all moments and both sides"`
	BaseRate float64 `json:"base_rate" doc:"share that was silent for ninety days more"`

	Silence Interval `json:"silence" doc:"AUC by days of silence"`

	Quiet         int      `json:"quiet" doc:"looks at which Gave says that it is silent"`
	QuietDays     float64  `json:"quiet_days" doc:"median days of silence of these"`
	QuietDrifted  Interval `json:"quiet_drifted" doc:"share of these that drifted"`
	QuietBeside   float64  `json:"quiet_beside" doc:"share of as many that are silent longest"`
	Learnt        Interval `json:"learnt" doc:"AUC by a hazard learnt from the other records"`
	LearntGain    Interval `json:"learnt_gain" doc:"that AUC less the one by silence"`
	LearntDrifted Interval `json:"learnt_drifted" doc:"share that drifted of the tenth that the hazard puts first"`
	LearntBeside  float64  `json:"learnt_beside" doc:"share of the tenth that is silent longest"`

	Fading        Interval `json:"fading" doc:"AUC by a formula that learns nothing"`
	FadingGain    Interval `json:"fading_gain" doc:"that AUC less the one by silence"`
	FadingDrifted Interval `json:"fading_drifted" doc:"share that drifted of the tenth that the formula puts first"`
	FadingLead    Interval `json:"fading_lead" doc:"that share less the one of the tenth that is silent longest"`

	Choices   int      `json:"choices" doc:"persons at moments, with a tie that drifted and one that did not"`
	Own       Interval `json:"own" doc:"AUC by silence among the ties of one person at one moment"`
	OwnFading Interval `json:"own_fading" doc:"the same by the formula"`
	OwnGain   Interval `json:"own_gain" doc:"by how much that is better"`
}

// rhythmOutput has a report for each record.
type rhythmOutput struct {
	Records []rhythmReport `json:"records"`
}

// silence is a pair at a moment, seen from one of the two.
type silence struct {
	pair    int
	rhythm  goodwill.Rhythm
	traits  [traits]float64
	fading  float64
	drifted bool
	choice  int // the one at the moment
}

func measureRhythm(ctx context.Context, _ op.Viewer, in rhythmInput) (rhythmOutput, error) {
	var out rhythmOutput
	var looks [][]silence
	for _, path := range in.Paths {
		pairs, err := pairsIn(ctx, path)
		if err != nil {
			return out, err
		}
		report, list, err := lookAt(ctx, pairs, in.Silent)
		if err != nil {
			return out, err
		}
		report.Name = recordName(path)
		drifted := 0
		for _, x := range list {
			if x.drifted {
				drifted++
			}
		}
		if drifted == 0 || drifted == len(list) {
			return out, fault.New(fault.Invalid, "There are too few pairs with a rhythm in this table to measure.")
		}
		report.BaseRate = float64(drifted) / float64(len(list))
		out.Records, looks = append(out.Records, report), append(looks, list)
	}
	for i, list := range looks {
		others := slices.Delete(slices.Clone(looks), i, i+1)
		var learnt *hazard
		if len(others) > 0 {
			learnt = learnHazard(others)
		}
		judgeRhythm(&out.Records[i], list, learnt)
	}
	return out, nil
}

// lookAt goes through the moments of a record. Each pair is asked for as the product asks: goodwill.RhythmOf, with what
// one of them knows.
func lookAt(ctx context.Context, pairs map[[2]string][]time.Time, silent int) (rhythmReport, []silence, error) {
	var report rhythmReport
	var all []time.Time
	mine := map[string][]time.Time{}
	for pair, times := range pairs {
		all = append(all, times...)
		for _, who := range pair {
			mine[who] = append(mine[who], times...)
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	// Clocks that were never set date some mails decades away: the middle 99 hundredths count.
	days := daysOf(all[len(all)/200 : len(all)-len(all)/200])
	whole, first, last := tie.Record(days), days[0], days[len(days)-1]
	active := map[string]tie.Record{}
	for who, times := range mine {
		active[who] = tie.RecordOf(times)
	}
	// In order, so that pairs that are silent equally long always come in the same one.
	order := sortedPairs(pairs)
	contacts := make([][]int64, len(order))
	for i, pair := range order {
		contacts[i] = daysOf(pairs[pair])
	}
	var list []silence
	seen, choices := map[int]bool{}, 0
	until := func(list []int64, day int64) int {
		i, _ := slices.BinarySearch(list, day+1)
		return i
	}
	for now := first + longestSilence; now+aheadDays <= last; now += everyDays {
		if err := ctx.Err(); err != nil {
			return report, nil, err
		}
		if !whole.Whole(now-longestSilence, now+aheadDays) {
			report.Refused++
			continue
		}
		report.Moments++
		choice := map[string]int{}
		at := time.Unix(now*86400, 0).UTC()
		for i, pair := range order {
			known := until(contacts[i], now)
			past := contacts[i][until(contacts[i], now-lookBack):known]
			if len(past) == 0 || now-past[len(past)-1] > longestSilence || now-past[len(past)-1] < int64(silent) {
				continue
			}
			times := make([]time.Time, len(past))
			for k, d := range past {
				times[k] = time.Unix(d*86400, 0).UTC()
			}
			drifted := until(contacts[i], now+aheadDays) == known
			for _, who := range pair {
				record := active[who][:until(active[who], now)]
				rhythm, ok := goodwill.RhythmOf(times, record, at)
				if !ok {
					continue
				}
				seen[i] = true
				if _, ok := choice[who]; !ok {
					choice[who] = choices
					choices++
				}
				list = append(list, silence{
					i, rhythm, traitsOf(past, record, now), fadingOf(past, record, now), drifted, choice[who],
				})
			}
		}
	}
	report.Pairs, report.Looks = len(seen), len(list)
	return report, list, nil
}

// judgeRhythm compares what Gave says, what a learnt hazard foresees and what a formula does with silence alone.
func judgeRhythm(out *rhythmReport, list []silence, learnt *hazard) {
	silent, foreseen, fading := make([]float64, len(list)), make([]float64, len(list)), make([]float64, len(list))
	pairs := map[int]bool{}
	var days []float64
	for i, x := range list {
		pairs[x.pair] = true
		silent[i], fading[i] = x.rhythm.Silent.Hours()/24, x.fading
		if learnt != nil {
			foreseen[i] = learnt.of(x.traits)
		}
		if x.rhythm.Quiet() {
			days = append(days, silent[i])
		}
	}
	slices.Sort(days)
	if out.Quiet = len(days); out.Quiet > 0 {
		out.QuietDays = days[len(days)/2]
	}
	bySilence, byHazard, byFading := ascending(silent), ascending(foreseen), ascending(fading)
	ownSilence, ownFading := choicesOf(list, bySilence), choicesOf(list, byFading)
	out.Choices = len(ownSilence)
	figures := func(weight map[int]float64) [12]float64 {
		quiet, drifted := 0.0, 0.0
		for _, x := range list {
			if x.rhythm.Quiet() {
				quiet += weight[x.pair]
				if x.drifted {
					drifted += weight[x.pair]
				}
			}
		}
		a, b := areaOf(list, silent, bySilence, weight), areaOf(list, foreseen, byHazard, weight)
		c, first := areaOf(list, fading, byFading, weight), highest(list, byFading, weight, 0.1)
		d, e := ownArea(list, silent, ownSilence, weight), ownArea(list, fading, ownFading, weight)
		return [12]float64{
			a, drifted / max(quiet, 1), c, c - a, first, first - highest(list, bySilence, weight, 0.1),
			d, e, e - d, b, b - a, highest(list, byHazard, weight, 0.1),
		}
	}
	once := map[int]float64{}
	for pair := range pairs {
		once[pair] = 1
	}
	value := figures(once)
	var drawn [12][]float64
	keys := slices.Sorted(maps.Keys(pairs))
	random := rand.New(rand.NewPCG(5, 6))
	for range redraws {
		weight := map[int]float64{}
		for range keys {
			weight[keys[random.IntN(len(keys))]]++
		}
		for i, x := range figures(weight) {
			if !math.IsNaN(x) { // only pairs that drifted were drawn, or none
				drawn[i] = append(drawn[i], x)
			}
		}
	}
	to := []*Interval{
		&out.Silence, &out.QuietDrifted, &out.Fading, &out.FadingGain, &out.FadingDrifted, &out.FadingLead,
		&out.Own, &out.OwnFading, &out.OwnGain, &out.Learnt, &out.LearntGain, &out.LearntDrifted,
	}
	for i, in := range to {
		if i > 8 && learnt == nil || len(drawn[i]) == 0 {
			continue
		}
		slices.Sort(drawn[i])
		n := len(drawn[i])
		*in = Interval{value[i], drawn[i][n*25/1000], drawn[i][n-1-n*25/1000]}
	}
	out.QuietBeside = highest(list, bySilence, once, float64(out.Quiet)/float64(len(list)))
	if learnt != nil {
		out.LearntBeside = highest(list, bySilence, once, 0.1)
	}
}

// ascending returns the places of values from the lowest to the highest.
func ascending(values []float64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	return order
}

// highest is the share that drifted of the part of all that has the highest values.
func highest(list []silence, order []int, weight map[int]float64, part float64) float64 {
	total, sum, drifted := 0.0, 0.0, 0.0
	for _, x := range list {
		total += weight[x.pair]
	}
	for _, at := range slices.Backward(order) {
		if sum >= part*total {
			break
		}
		sum += weight[list[at].pair]
		if list[at].drifted {
			drifted += weight[list[at].pair]
		}
	}
	return drifted / max(sum, 1)
}

// areaOf is the chance that a pair that drifted has a higher value than one that did not.
func areaOf(list []silence, values []float64, order []int, weight map[int]float64) float64 {
	return area(values, order, func(i int) (bool, float64) { return list[i].drifted, weight[list[i].pair] })
}

// choicesOf divides looks in order into those of one person at one moment, without those where all drifted or none.
func choicesOf(list []silence, order []int) [][]int {
	count := 0
	for _, x := range list {
		count = max(count, x.choice+1)
	}
	all := make([][]int, count)
	for _, at := range order {
		all[list[at].choice] = append(all[list[at].choice], at)
	}
	return slices.DeleteFunc(all, func(of []int) bool {
		return !slices.ContainsFunc(of, func(at int) bool { return list[at].drifted }) ||
			!slices.ContainsFunc(of, func(at int) bool { return !list[at].drifted })
	})
}

// ownArea is the chance that, of two ties of one person at one moment, the one that drifted has a higher value than the
// one that did not.
func ownArea(list []silence, values []float64, choices [][]int, weight map[int]float64) float64 {
	area, of := 0.0, 0.0
	for _, order := range choices {
		a, n := concordance(values, order, func(i int) (bool, float64) { return list[i].drifted, weight[list[i].pair] })
		area, of = area+a, of+n
	}
	return area / of
}

// area is the chance that a value of which something is so is higher than one of which it is not, a tie counting half
// (Mann & Whitney 1947). Each counts for its weight.
func area(values []float64, order []int, of func(i int) (so bool, weight float64)) float64 {
	area, all := concordance(values, order, of)
	return area / all
}

// concordance is the weight of all twos of a value of which something is so and a lower one of which it is not, a tie
// counting half, and the weight of all twos.
func concordance(values []float64, order []int, of func(i int) (so bool, weight float64)) (above, all float64) {
	below, area, yes, no := 0.0, 0.0, 0.0, 0.0
	for i := 0; i < len(order); {
		j, up, down := i, 0.0, 0.0
		for ; j < len(order) && values[order[j]] == values[order[i]]; j++ {
			if so, weight := of(order[j]); so {
				up += weight
			} else {
				down += weight
			}
		}
		area += up * (below + down/2)
		below, yes, no, i = below+down, yes+up, no+down, j
	}
	return area, yes * no
}

// recordName is what a record is called: its file, or its folder where that is called after what it holds.
func recordName(path string) string {
	name := strings.TrimSuffix(filepath.Base(path), ".gz")
	if strings.HasPrefix(name, "edges.") {
		return filepath.Base(filepath.Dir(path))
	}
	return name
}

// sortedPairs returns pairs in order, so that the same record always gives the same figures.
func sortedPairs(pairs map[[2]string][]time.Time) [][2]string {
	return slices.SortedFunc(maps.Keys(pairs), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
}

// pairsIn reads the times of contact of each pair from a table, or from an archive: who answers somebody is in contact
// with them.
func pairsIn(ctx context.Context, path string) (map[[2]string][]time.Time, error) {
	if bare := strings.TrimSuffix(path, ".gz"); strings.HasSuffix(bare, ".csv") || strings.HasSuffix(bare, ".txt") {
		return contactsIn(path)
	}
	list, err := readPostings(ctx, path)
	if err != nil {
		return nil, err
	}
	pairs := map[[2]string][]time.Time{}
	for _, m := range list {
		if m.To >= 0 && m.To != m.Author {
			pair := [2]string{strconv.Itoa(min(m.Author, m.To)), strconv.Itoa(max(m.Author, m.To))}
			pairs[pair] = append(pairs[pair], m.At)
		}
	}
	if len(pairs) == 0 {
		return nil, fault.New(fault.Invalid, "There are no contacts with a time in this table.")
	}
	return pairs, nil
}

// contactsIn reads the times of contact of each pair. Rows without two names and a time are left out.
func contactsIn(path string) (map[[2]string][]time.Time, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "%s cannot be opened.", path)
	}
	defer file.Close()
	in := io.Reader(bufio.NewReader(file))
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(in); err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "%s cannot be read.", path)
		}
	}
	table := csv.NewReader(in)
	table.FieldsPerRecord, table.ReuseRecord = -1, true
	pairs := map[[2]string][]time.Time{}
	column := map[string]int{}
	for {
		row, err := table.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "%s cannot be read.", path)
		}
		if len(column) == 0 {
			for i, name := range row {
				column[strings.ToLower(strings.TrimSpace(name))] = i
			}
			continue
		}
		cell := func(name string) string {
			if i, ok := column[name]; ok && i < len(row) {
				return row[i]
			}
			return ""
		}
		a, b := cell("source"), cell("target")
		at, ok := timeOf(cell("time"))
		if a == "" || b == "" || a == b || !ok {
			continue
		}
		if b < a {
			a, b = b, a
		}
		pairs[[2]string{a, b}] = append(pairs[[2]string{a, b}], at)
	}
	if len(pairs) == 0 {
		return nil, fault.New(fault.Invalid, "There are no contacts with a time in this table.")
	}
	return pairs, nil
}

func timeOf(s string) (time.Time, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && n >= 0 && n < math.MaxInt32 {
		return time.Unix(n, 0).UTC(), true
	}
	for _, layout := range []string{time.DateTime, time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// Text prints the measures.
func (o rhythmOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, r := range o.Records {
		fmt.Fprintf(&b, "%s\n  %s\n  %s\n  %s\n  %s\n", r.Name,
			p.T("%d looks at %d pairs, %s drifted apart; %d of %d moments are beside holes in the record.", r.Looks,
				r.Pairs, percent(r.BaseRate), r.Refused, r.Refused+r.Moments),
			p.T("Silence alone: AUC %s. Gave says of %d that it is silent, after %s days: %s drifted; "+
				"of as many that are silent longest %s.", r.Silence.String(), r.Quiet, fmt.Sprintf("%.0f", r.QuietDays),
				r.QuietDrifted.String(), fmt.Sprintf("%.3f", r.QuietBeside)),
			p.T("A hazard learnt from the others: AUC %s, better by %s; of its first tenth %s drifted, "+
				"of the longest silent %s.", r.Learnt.String(), r.LearntGain.String(), r.LearntDrifted.String(),
				fmt.Sprintf("%.3f", r.LearntBeside)),
			p.T("A formula that learns nothing: AUC %s, better by %s; of its first tenth %s drifted, %s more than of "+
				"the longest silent. Among the ties of one person at one moment: AUC %s, by silence %s; better by %s.",
				r.Fading.String(), r.FadingGain.String(), r.FadingDrifted.String(), r.FadingLead.String(),
				r.OwnFading.String(), r.Own.String(), r.OwnGain.String()))
	}
	return b.String()
}

func percent(x float64) string { return fmt.Sprintf("%.0f %%", 100*x) }
