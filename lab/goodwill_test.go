package lab

import (
	"testing"

	"gave.network/internal/goodwill"
	"gave.network/internal/near"
)

// A yes is compared with the noes of its own world, an equal chance counts half, and the gain is over the best of the
// simpler ways.
func TestGoodwillFigures(t *testing.T) {
	world := func(yes, no goodwill.Foretold) []goodwill.Foretold {
		yes.Came = 1
		return []goodwill.Foretold{yes, no}
	}
	r := goodwillOf([][]goodwill.Foretold{
		world(goodwill.Foretold{Chance: 0.8, Rate: 0.5, Own: 0.5, Silent: 3, Contacts: 9},
			goodwill.Foretold{Chance: 0.4, Rate: 0.5, Own: 0.5, Silent: 5, Contacts: 2}),
		world(goodwill.Foretold{Chance: 0.6, Rate: 0.5, Own: 0.5, Silent: 9, Contacts: 4},
			goodwill.Foretold{Chance: 0.6, Rate: 0.5, Own: 0.5, Silent: 5, Contacts: 9}),
	})
	near.Equal(t, "the AUC", r.AUC.Value, 0.75, 1e-12)
	near.Equal(t, "by the own share", r.AUCOwn.Value, 0.5, 1e-12)
	near.Equal(t, "by recency", r.AUCRecent.Value, 0.5, 1e-12)
	near.Equal(t, "by contacts", r.AUCContacts.Value, 0.5, 1e-12)
	near.Equal(t, "the gain", r.Gain.Value, 0.25, 1e-12)
	near.Equal(t, "the Brier score", r.Brier.Value, (0.04+0.16+0.16+0.36)/4, 1e-12)
	near.Equal(t, "by the rate", r.BrierRate.Value, 0.25, 1e-12)
	near.Equal(t, "better by", r.Better.Value, 1-0.18/0.25, 1e-12)
	near.Equal(t, "answers", float64(r.Answers), 4, 0)
	if !(r.AUC.Low <= 0.5) || !(r.AUC.High >= 1) {
		t.Errorf("the interval of two worlds is %v", r.AUC)
	}
}
