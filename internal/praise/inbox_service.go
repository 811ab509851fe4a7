package praise

import (
	"context"
	"slices"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/room"
)

// toDecide is the kind of what this room brings to members: praise of them, of which they say who sees it.
const toDecide = "praise"

// DeliverBy says who brings things to members; once, when the program is built.
func (s *Service) DeliverBy(c room.Courier) { s.courier = c }

// bring brings praise to whom it is of.
func (s *Service) bring(ctx context.Context, tx db.Queryer, v op.Viewer, key, subject id.ID) error {
	_, err := s.courier.Deliver(ctx, tx, v, room.Delivery{
		Kind: toDecide, Item: key, To: []id.ID{subject}, Waits: true,
	})
	return err
}

// Inbox shows praise that was brought to the viewer.
func (s *Service) Inbox(ctx context.Context, v op.Viewer, list []room.Delivered) ([]room.Shown, error) {
	rows, err := s.rows(ctx, v)
	if err != nil {
		return nil, err
	}
	var authors []id.ID
	for _, r := range rows {
		authors = append(authors, r.Author)
	}
	stands, err := s.network.CanonicalOf(ctx, s.db, v.Space, authors)
	if err != nil {
		return nil, err
	}
	for _, key := range stands {
		authors = append(authors, key)
	}
	// Who praises somebody shows them who they are.
	names, err := s.network.Names(ctx, s.db, v.Space, authors)
	if err != nil {
		return nil, err
	}
	var out []room.Shown
	for _, d := range list {
		i := slices.IndexFunc(rows, func(r praiseRow) bool { return r.ID == d.Item })
		if i < 0 {
			continue
		}
		r := rows[i]
		author := stands[r.Author]
		one := Praise{ID: r.ID, Text: r.Body, Consent: consents[r.Consent], Audience: r.Audience}
		out = append(out, one.shown(v, d, author, names[author], r.Occasion))
	}
	return out, nil
}
