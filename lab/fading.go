package lab

import (
	"math"
	"slices"
)

const (
	// memoryDays: a day of contact counts for 1/e after so many days. Half of it is gone after a fortnight.
	memoryDays = 20
	// returnShare: to come back after a gap longer than this share of the silence is a return.
	returnShare = 3
	// ownDays and ownPower: how busy somebody was with anybody in so many days counts, by this power.
	ownDays, ownPower = 30, 0.3
)

// fadingOf says how likely a tie is to stay silent, by a formula that learns nothing. It orders and is no chance: minus
// the logarithm of
//
//	Σ exp(−age/20) · (1 + returns) · (1 + own)^0.3
//
// over the days on which the two were in contact, whose ages are in days. The sum is the rate of contact as it is
// remembered, old days less than new ones: need falls with the time since something was last needed and rises with how
// often it was (Anderson & Schooler 1991, who looked at who writes mail). Returns are the gaps that were longer than a
// third of the silence, after each of which the two were in contact again: days in a row count as one, as contacts come
// in trains (Karsai, Kaski, Barabási & Kertész 2012). Own are the days of the last thirty on which the one whose tie it
// is was in contact with anybody. All days are sorted, and none is later than now.
func fadingOf(days, mine []int64, now int64) float64 {
	last := days[len(days)-1]
	silent := now - last
	remembered, returns := 0.0, 0.0
	for i, day := range days {
		remembered += math.Exp(-float64(last-day) / memoryDays)
		if i > 0 && returnShare*(day-days[i-1]) > silent {
			returns++
		}
	}
	from, _ := slices.BinarySearch(mine, now-ownDays+1)
	own := float64(len(mine) - from)
	// The silence is taken out of the sum, so that a long one does not make it 0.
	return float64(silent)/memoryDays - math.Log(remembered) - math.Log1p(returns) - ownPower*math.Log1p(own)
}
