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
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/goodwill"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

const (
	// lookBack is how much of the past a rhythm is read from, aheadDays how long a silence lasts before a tie counts as
	// drifted apart, and longestSilence how long it may have lasted already: what is long over is no early warning.
	lookBack       = 365 * 24 * time.Hour
	aheadDays      = 90 * 24 * time.Hour
	longestSilence = 60 * 24 * time.Hour
)

// rhythmInput names a record of contacts.
type rhythmInput struct {
	Path string `json:"path" arg:"1" doc:"table with the columns source, target and time"`
}

// rhythmOutput is how well drifting apart is foreseen: at five moments, of each pair with a rhythm that is not long
// silent, whether another silence of ninety days follows.
type rhythmOutput struct {
	Pairs         int     `json:"pairs" doc:"looked at, over all moments"`
	Drifted       int     `json:"drifted" doc:"were silent for ninety days more"`
	Warned        int     `json:"warned" doc:"pairs that the rhythm warns of"`
	Precision     float64 `json:"precision" doc:"share of the warned that drifted"`
	FixedDays     float64 `json:"fixed_days" doc:"the fixed interval that warns of as many pairs"`
	FixedPrecise  float64 `json:"fixed_precision" doc:"share of those that drifted"`
	AUC           float64 `json:"auc" doc:"by silence beside the own rhythm"`
	FixedAUC      float64 `json:"fixed_auc" doc:"by silence alone"`
	BaseRate      float64 `json:"base_rate" doc:"share of all pairs that drifted"`
	SilenceWarned float64 `json:"silence_warned" doc:"median days of silence when the rhythm warns"`
	SilenceFixed  float64 `json:"silence_fixed" doc:"the same for the fixed interval"`
}

// silence is a pair at a moment.
type silence struct {
	rhythm  goodwill.Rhythm
	drifted bool
}

// beside is how likely the tie has ended or will be silent, by its own rhythm.
func (x silence) beside() float64 { return x.rhythm.Ended(aheadDays) }

func measureRhythm(ctx context.Context, _ op.Viewer, in rhythmInput) (rhythmOutput, error) {
	pairs, first, last, err := contactsIn(in.Path)
	if err != nil {
		return rhythmOutput{}, err
	}
	// In order, so that pairs that are silent equally long always come in the same one.
	order := slices.SortedFunc(maps.Keys(pairs), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	var list []silence
	for _, share := range []float64{0.4, 0.5, 0.6, 0.7, 0.8} {
		now := first.Add(time.Duration(share * float64(last.Sub(first))))
		if now.Add(aheadDays).After(last) {
			break
		}
		for _, pair := range order {
			times := pairs[pair]
			if err := ctx.Err(); err != nil {
				return rhythmOutput{}, err
			}
			past := slices.DeleteFunc(slices.Clone(times), func(t time.Time) bool {
				return t.After(now) || t.Before(now.Add(-lookBack))
			})
			rhythm, ok := goodwill.RhythmOf(past, now)
			if !ok || rhythm.Silent > longestSilence {
				continue
			}
			drifted := !slices.ContainsFunc(times, func(t time.Time) bool {
				return t.After(now) && t.Before(now.Add(aheadDays))
			})
			list = append(list, silence{rhythm, drifted})
		}
	}
	return judgeRhythm(list)
}

func judgeRhythm(list []silence) (rhythmOutput, error) {
	out := rhythmOutput{Pairs: len(list)}
	var warned []silence
	for _, x := range list {
		if x.drifted {
			out.Drifted++
		}
		if x.rhythm.Drifting() {
			warned = append(warned, x)
		}
	}
	if out.Drifted == 0 || out.Drifted == len(list) || len(warned) == 0 {
		return out, fault.New(fault.Invalid, "There are too few pairs with a rhythm in this table to measure.")
	}
	out.Warned, out.BaseRate = len(warned), float64(out.Drifted)/float64(len(list))
	bySilence := slices.SortedStableFunc(slices.Values(list),
		func(a, b silence) int { return cmp.Compare(b.rhythm.Silent, a.rhythm.Silent) })[:len(warned)]
	out.FixedDays = bySilence[len(bySilence)-1].rhythm.Silent.Hours() / 24
	out.Precision, out.SilenceWarned = precisionOf(warned)
	out.FixedPrecise, out.SilenceFixed = precisionOf(bySilence)
	out.AUC = areaOf(list, silence.beside)
	out.FixedAUC = areaOf(list, func(x silence) float64 { return float64(x.rhythm.Silent) })
	return out, nil
}

func precisionOf(list []silence) (precision, days float64) {
	var silent []float64
	for _, x := range list {
		if x.drifted {
			precision++
		}
		silent = append(silent, x.rhythm.Silent.Hours()/24)
	}
	slices.Sort(silent)
	return precision / float64(len(list)), silent[len(silent)/2]
}

// areaOf is the chance that a pair that drifted has a higher value than one that did not (Mann & Whitney 1947).
func areaOf(list []silence, value func(silence) float64) float64 {
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b silence) int { return cmp.Compare(value(a), value(b)) })
	ranks, yes := 0.0, 0.0
	for i := 0; i < len(sorted); {
		j := i
		for j < len(sorted) && value(sorted[j]) == value(sorted[i]) {
			j++
		}
		for _, x := range sorted[i:j] {
			if x.drifted {
				ranks += float64(i+j+1) / 2
				yes++
			}
		}
		i = j
	}
	return (ranks - yes*(yes+1)/2) / (yes * (float64(len(list)) - yes))
}

// contactsIn reads the times of contact of each pair. Rows without two names and a time are left out.
func contactsIn(path string) (pairs map[[2]string][]time.Time, first, last time.Time, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, first, last, fault.Wrap(err, fault.NotFound, "%s cannot be opened.", path)
	}
	defer file.Close()
	in := io.Reader(bufio.NewReader(file))
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(in); err != nil {
			return nil, first, last, fault.Wrap(err, fault.Invalid, "%s cannot be read.", path)
		}
	}
	table := csv.NewReader(in)
	table.FieldsPerRecord, table.ReuseRecord = -1, true
	pairs = map[[2]string][]time.Time{}
	column := map[string]int{}
	for {
		row, err := table.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, first, last, fault.Wrap(err, fault.Invalid, "%s cannot be read.", path)
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
	var all []time.Time
	for _, times := range pairs {
		all = append(all, times...)
	}
	if len(all) == 0 {
		return nil, first, last, fault.New(fault.Invalid, "There are no contacts with a time in this table.")
	}
	// Clocks that were never set date some mails decades away: the middle 99 hundredths count.
	slices.SortFunc(all, time.Time.Compare)
	return pairs, all[len(all)/200], all[len(all)-1-len(all)/200], nil
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
	return fmt.Sprintf("%s\n%s\n%s\n",
		p.T("%d pairs, %d drifted apart (%s).", o.Pairs, o.Drifted, percent(o.BaseRate)),
		p.T("The rhythm warns of %d, of which %s drifted; AUC %s.", o.Warned, percent(o.Precision),
			fmt.Sprintf("%.3f", o.AUC)),
		p.T("As many after %s days of silence: %s drifted; AUC %s.", fmt.Sprintf("%.0f", o.FixedDays),
			percent(o.FixedPrecise), fmt.Sprintf("%.3f", o.FixedAUC)))
}

func percent(x float64) string { return fmt.Sprintf("%.0f %%", 100*x) }
