package intake

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/calendar"
	"gave.network/internal/intake/read/contacts"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/tie"
)

// OpenFeed makes, within a transaction, an import that is filled again and again by a source: it holds nothing yet.
// What is new is written to a folder, below which the file names stay the same, and read by Refill.
func (s *Service) OpenFeed(ctx context.Context, tx *db.Tx, v op.Viewer, me []string) (id.ID, error) {
	importID := id.New()
	folder, err := filepath.Abs(filepath.Join(s.uploads, importID.String()))
	if err != nil {
		return id.Zero, err
	}
	content, err := json.Marshal(struct {
		Options
		Paths []string `json:"paths"`
	}{Options{Me: me}, []string{folder}})
	if err != nil {
		return id.Zero, err
	}
	if _, err = db.Insert(ctx, tx, "import", db.Row{
		"space": v.Space, "id": importID, "owner": v.Member, "visibility": 0, "state": Done, "message": "",
		"options": string(content), "folder": folder, "worker": "", "claimed": 0, "started": v.Now.UnixMicro(),
		"finished": v.Now.UnixMicro(),
	}, ""); err != nil {
		return id.Zero, err
	}
	return importID, s.network.Note(ctx, tx, v, "import", importID.String()+" private")
}

// FeedFolder returns the folder where the files of an import lie that is filled again and again, empty and there.
// What was broken off is gone on with first. It is a fault Conflict when the import is being read.
func (s *Service) FeedFolder(ctx context.Context, v op.Viewer, importID id.ID) (string, error) {
	idle := func() (string, error) {
		return db.Value[string](ctx, s.db, `select folder from import where space = $1 and owner = $2 and id = $3
			and state in ('done', 'failed')`, v.Space, v.Member, importID)
	}
	folder, err := idle()
	if fault.CodeOf(err) == fault.NotFound {
		// Where the process is gone that stored what came in, this goes on with that; it is taken otherwise.
		if _, err := s.Run(ctx, v, importID); err != nil {
			return "", err
		}
		folder, err = idle()
	}
	if err != nil {
		if fault.CodeOf(err) == fault.NotFound {
			err = taken()
		}
		return "", err
	}
	if err := errors.Join(os.RemoveAll(folder), os.MkdirAll(folder, 0o700)); err != nil {
		return "", fault.Wrap(err, fault.Unavailable, "The data directory %s cannot be made.", s.uploads)
	}
	return folder, nil
}

// SourcesBy says who knows how it stands with what comes in by itself, in a line; once, when the program is built.
func (s *Service) SourcesBy(line func(ctx context.Context, v op.Viewer) (string, error)) {
	s.sources = line
}

// line says how it stands with what comes in by itself; empty when nothing does.
func (s *Service) line(ctx context.Context, v op.Viewer) (string, error) {
	if s.sources == nil {
		return "", nil
	}
	return s.sources(ctx, v)
}

// Taken says whether an error means that another process works on the import.
func Taken(err error) bool { return errors.Is(err, errTaken) }

// Changes are what a source found changed or gone of what it brought before.
type Changes struct {
	// Cards are cards of address books that are gone, or that stand in the folder anew.
	Cards []people.Card
	// Ahead are meetings that had yet to happen when they were read: those that still have go, and come back as they
	// stand now when they are in the folder.
	Ahead []id.ID
	// Also hears, in the transaction in which that is taken back, by which cards the people of those cards are known:
	// what is not in the folder of these has to be read again. Nil when nobody wants to know.
	Also func(ctx context.Context, tx *db.Tx, handles []string) error
}

// Refill reads what lies in the folder of an import that is filled again and again, after what changed or is gone was
// taken back. What it brought before stays.
func (s *Service) Refill(ctx context.Context, v op.Viewer, importID id.ID, c Changes) (Report, error) {
	err := s.again(ctx, v, importID, func(tx *db.Tx) error {
		if err := tx.Alone(ctx, v.Space, v.Member); err != nil {
			return err
		}
		also, err := s.network.TakeCards(ctx, tx, v, importID, c.Cards)
		if err == nil && c.Also != nil && len(also) > 0 {
			err = c.Also(ctx, tx, also)
		}
		if err != nil {
			return err
		}
		var ahead []id.ID
		for _, chunk := range db.Chunks(c.Ahead) {
			in, args := db.In(4, chunk)
			found, err := db.Values[id.ID](ctx, tx, `select id from interaction where space = $1 and import = $2
				and time > $3 and external in (`+in+`) order by id`,
				append([]any{v.Space, importID, v.Now.UnixMicro()}, args...)...)
			if err != nil {
				return err
			}
			ahead = append(ahead, found...)
		}
		return tie.RemoveInteractions(ctx, tx, v.Space, ahead)
	})
	if err != nil {
		return Report{}, err
	}
	report, err := s.Run(ctx, v, importID)
	if err == nil {
		s.RemoveUploads(ctx, v.Space, importID)
	}
	return report, err
}

// again lets an import that is done begin anew: what it brought stays. first runs in the same transaction.
func (s *Service) again(ctx context.Context, v op.Viewer, importID id.ID, first func(tx *db.Tx) error) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := db.Exec(ctx, tx, `update import set state = 'waiting', message = '', worker = '', claimed = 0,
			started = $3, finished = 0 where space = $1 and id = $2 and state in ('done', 'failed')`,
			v.Space, importID, v.Now.UnixMicro())
		if err == nil && n == 0 {
			err = taken()
		}
		if err == nil {
			err = first(tx)
		}
		if err != nil {
			return err
		}
		for _, statement := range []string{
			`update import_file set state = 'running', message = '', done = 0, interactions_added = 0,
				people_matched = 0, duplicates = 0, skipped = 0, rejected = 0, suppressed = 0
				where space = $1 and import = $2`,
			`delete from import_reject where space = $1 and import = $2`,
		} {
			if _, err := tx.ExecContext(ctx, statement, v.Space, importID); err != nil {
				return db.Fault(err)
			}
		}
		return nil
	})
}

// EndFeed ends the filling of an import, which nobody may be at any more; what is on its way is left. With undo it is
// taken back.
func (s *Service) EndFeed(ctx context.Context, v op.Viewer, importID id.ID, undo bool) error {
	now, err := s.db.Clock(ctx)
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		open, err := db.Select[claim](ctx, tx, `select id, worker, claimed from import
			where space = $1 and owner = $2 and id = $3 and state in ('waiting', 'running')`,
			v.Space, v.Member, importID)
		if err != nil || len(open) == 0 {
			return err
		}
		if !open[0].Free(now) {
			return taken()
		}
		_, err = db.Exec(ctx, tx, `update import set state = 'done', finished = $3, claimed = 0
			where space = $1 and id = $2`, v.Space, importID, v.Now.UnixMicro())
		return err
	})
	if err != nil {
		return err
	}
	s.RemoveUploads(ctx, v.Space, importID)
	if !undo {
		return nil
	}
	err = s.Undo(ctx, v, importID)
	if code := fault.CodeOf(err); code == fault.NotFound || code == fault.Conflict {
		return nil // it was taken back before
	}
	return err
}

// CardOf reads the card of an address book for the handle by which its person is known, in lower case, and their name.
// Both are empty when it is no card of a person.
func CardOf(ctx context.Context, card []byte) people.Card {
	var first firstOf
	src := &read.Source{Reader: strings.NewReader(string(card)), Zone: time.UTC}
	if contacts.VCard.Read(ctx, src, &first) != nil || first.contact == nil || first.contact.Company {
		return people.Card{}
	}
	return people.Card{Handle: strings.ToLower(first.contact.Handle), Name: displayName(*first.contact)}
}

// AheadOf reads an event of a calendar for the meetings in it that have yet to happen, and says whether it repeats:
// then there will be more of them as time goes by.
func AheadOf(ctx context.Context, event []byte, zone *time.Location, now time.Time) (ahead []id.ID, repeats bool) {
	var first firstOf
	src := &read.Source{Reader: strings.NewReader(string(event)), Zone: zone, Now: now}
	if calendar.ICalendar.Read(ctx, src, &first) != nil {
		return nil, false
	}
	for _, i := range first.interactions {
		if i.Time.After(now) {
			ahead = append(ahead, tie.ExternalID(i.External))
		}
	}
	upper := strings.ToUpper(string(event))
	return slices.Compact(ahead), strings.Contains(upper, "\nRRULE") || strings.Contains(upper, "\nRDATE")
}

// firstOf remembers what one card or event holds.
type firstOf struct {
	contact      *read.Contact
	interactions []read.Interaction
}

func (f *firstOf) Contact(_ read.At, c read.Contact) error {
	if f.contact == nil {
		f.contact = &c
	}
	return nil
}

func (f *firstOf) Interaction(_ read.At, i read.Interaction) error {
	f.interactions = append(f.interactions, i)
	return nil
}

func (f *firstOf) Statement(read.At, read.Statement) error { return nil }
func (f *firstOf) Praise(read.At, read.Praise) error       { return nil }
func (f *firstOf) Tie(read.At, read.Tie) error             { return nil }
func (f *firstOf) Reject(read.At, string) error            { return nil }
