package give

import (
	"slices"
	"sync"

	"gave.network/internal/give/trace"
	"gave.network/internal/text/fit"
)

// Topics tells which gifts and returns are about the same, by their words. What it read once it knows.
type Topics struct {
	lock    sync.Mutex
	reader  fit.Reader
	index   fit.Index
	offers  []fit.Offer
	gifts   map[string]int32 // by words, the number of what they are about
	returns map[string]*aboutReturn
}

// aboutReturn is what the words of a return are about.
type aboutReturn struct {
	need fit.Need
	seen int // how many of the gifts' words it was compared with
	same []int32
}

// NewTopics returns topics that know nothing yet.
func NewTopics() *Topics {
	return &Topics{gifts: map[string]int32{}, returns: map[string]*aboutReturn{}}
}

// OfGift returns the number of what a gift is about.
func (t *Topics) OfGift(words string) int32 {
	t.lock.Lock()
	defer t.lock.Unlock()
	n, known := t.gifts[words]
	if !known {
		n = int32(len(t.offers))
		t.gifts[words] = n
		t.offers = append(t.offers, t.reader.TopicOf(words))
		t.index.Add(t.offers[n])
	}
	return n
}

// OfReturn returns which gifts are about what a return is about, of those whose words were read.
func (t *Topics) OfReturn(words string) trace.Topic {
	t.lock.Lock()
	defer t.lock.Unlock()
	r := t.returns[words]
	if r == nil {
		r = &aboutReturn{need: t.reader.NeedOf(words)}
		t.returns[words] = r
	}
	if r.need.Empty() {
		return trace.Topic{}
	}
	if r.seen == 0 {
		t.index.Met(r.need, func(gift int, _ float64) { r.same = append(r.same, int32(gift)) })
	} else if r.seen < len(t.offers) {
		r.same = slices.Clone(r.same) // somebody may be looking at the old one
		for n := r.seen; n < len(t.offers); n++ {
			if r.need.Met(t.offers[n]) >= fit.Floor {
				r.same = append(r.same, int32(n))
			}
		}
	}
	r.seen = len(t.offers)
	return trace.Topic{Known: true, Same: r.same}
}
