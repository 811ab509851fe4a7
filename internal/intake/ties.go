package intake

import (
	"encoding/hex"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/intake/read"
	"gave.network/internal/locale"
	"gave.network/internal/people"
	"gave.network/internal/scope"
	"gave.network/internal/tie"
)

// placedTie is a tie from elsewhere with its place in the file.
type placedTie struct {
	read.Tie
	at      read.At
	carried tie.Carried
}

// lateReject is a record of which it is found only while the batch is stored that it cannot be used.
type lateReject struct {
	at     read.At
	reason string
}

func (l *loader) Tie(at read.At, t read.Tie) error {
	if t.FirstContact.Before(earliest) {
		return l.Reject(at, read.Because("the date %s cannot be right", t.FirstContact.Format(time.DateOnly)))
	}
	if t.AsOf.After(l.viewer.Now.Add(24 * time.Hour)) {
		return l.Reject(at, read.Because("the date %s has yet to come", t.AsOf.Format(time.DateOnly)))
	}
	l.ties = append(l.ties, placedTie{Tie: t, at: at})
	return l.checkpoint(at)
}

// partyOfTie is how a tie names somebody who is not here: by the address, and by the id where it was worked out, so
// that one id is one person in every file.
func partyOfTie(p read.Party, key id.ID) read.Party {
	p.Handle = "gave:" + hex.EncodeToString(key[:])
	return p
}

// loadOfTies asks which of the people whom ties name by their ids are here, for the viewer to see, and wants the others
// by their names.
func (b *batchPeople) loadOfTies(want func(list []people.Identifier)) error {
	b.here = map[id.ID]bool{}
	var keys []id.ID
	for i := range b.ties {
		for _, key := range []id.ID{b.ties[i].FromID, b.ties[i].ToID} {
			if _, ok := b.here[key]; !ok {
				b.here[key] = false
				keys = append(keys, key)
			}
		}
	}
	for _, chunk := range db.Chunks(keys) {
		in, args := db.In(4, chunk)
		found, err := db.Values[id.ID](b.ctx, b.tx, `select p.id from person p
			where `+scope.Seen("p")+` and p.id in (`+in+`)`, scope.Args(b.viewer, args...)...)
		if err != nil {
			return err
		}
		for _, key := range found {
			b.here[key] = true
		}
	}
	for i := range b.ties {
		t := &b.ties[i]
		if !b.here[t.FromID] {
			want(b.identifiersOf(partyOfTie(t.From, t.FromID)))
		}
		if !b.here[t.ToID] {
			want(b.identifiersOf(partyOfTie(t.To, t.ToID)))
		}
	}
	return nil
}

// named says that something tells who it is whom a tie names: that they are here, a name, an address, or the id under
// which an earlier file had one of these.
func (b *batchPeople) named(p read.Party, key id.ID) bool {
	return b.here[key] || p.Name != "" || p.Address != "" ||
		len(b.known[b.identifiersOf(partyOfTie(read.Party{}, key))[0]]) > 0
}

// ofTie returns the person whom a tie names.
func (b *batchPeople) ofTie(p read.Party, key id.ID) id.ID {
	if b.here[key] {
		return key
	}
	return b.party(partyOfTie(p, key))
}

// andTies says after other counts how many ties came from elsewhere; nothing when there are none.
func (c Counts) andTies(p *locale.Printer) string {
	if c.TiesAdded == 0 {
		return ""
	}
	return ", " + p.T("%d ties from elsewhere", c.TiesAdded)
}

// networkTies gives the batch's ties their people.
func (l *loader) networkTies(people *batchPeople, counts *Counts) []*placedTie {
	var out []*placedTie
	for i := range l.ties {
		t := &l.ties[i]
		if !people.named(t.From, t.FromID) || !people.named(t.To, t.ToID) {
			l.late = append(l.late, lateReject{
				t.at, read.Because("somebody in it is not here, and has neither a name nor a mail address"),
			})
			continue
		}
		from, to := people.ofTie(t.From, t.FromID), people.ofTie(t.To, t.ToID)
		people.record(counts)
		if from.IsZero() || to.IsZero() || from == to {
			counts.Skipped++
			continue
		}
		t.carried = tie.Carried{
			Person: from, Other: to, Owner: l.viewer.Member, Origin: t.Origin, Import: l.importID,
			Visibility: l.visibility,
			State: tie.State{
				Intensity: t.Intensity, Sent: t.Sent, Received: t.Received, Peak: t.Peak, AsOf: t.AsOf.UnixMicro(),
				LastInteraction: t.LastInteraction, FirstContact: t.FirstContact.UnixMicro(),
				Interactions: int(t.Interactions),
			},
		}
		out = append(out, t)
	}
	return out
}

func carriedOf(list []*placedTie) []tie.Carried {
	out := make([]tie.Carried, len(list))
	for i, t := range list {
		out[i] = t.carried
	}
	return out
}

// countTies counts what became of the batch's ties. That one is older than what is here is told.
func (l *loader) countTies(list []*placedTie, became []tie.Became, counts *Counts) {
	for i, b := range became {
		switch b {
		case tie.Fresh:
			counts.TiesAdded++
		case tie.Same:
			counts.Duplicates++
		case tie.Older:
			l.late = append(l.late, lateReject{
				list[i].at,
				read.Because("what is known of these two is newer than %s", list[i].AsOf.Format(time.DateOnly)),
			})
		}
	}
}
