package tie

import "gave.network/internal/id"

// Part is the part that one interaction has in the tie of two people, for who derives ties of evidence that lies
// elsewhere (docs/scale.md).
type Part struct {
	Interaction id.ID
	Time        int64 // microseconds
	Medium      Medium
	People      int // how many took part, known or not
	// What the two did: First is the one whose id is the smaller. Who was only mentioned has no part.
	First, Second ParticipantRole
}

// MostPeople is above how many people an interaction by the medium is an announcement, which makes no ties; 0 for an
// unknown medium.
func (m Medium) MostPeople() int {
	if code := m.code(); code >= 0 {
		return media[code].most
	}
	return 0
}

// Take adds evidence that follows, as deriving in the database does. One that makes no tie changes nothing.
func (s *State) Take(p Part) {
	row := evidenceRow{
		ID: p.Interaction, Medium: p.Medium.code(), Time: p.Time, People: p.People, First: p.First, Second: p.Second,
	}
	if row.Medium < 0 {
		return
	}
	if contribution, direction := row.part(); contribution > 0 {
		s.Add(p.Time, p.Interaction, contribution, direction)
	}
}
