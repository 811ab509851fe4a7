package goodwill

import (
	"context"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

// Remind stores that the viewer wants to be reminded of something about a person, on a day as people write it.
func (s *Service) Remind(ctx context.Context, v op.Viewer, person people.Person, body, words string) (Reminder, error) {
	r := Reminder{ID: id.New(), Person: people.Ref{ID: person.ID, Name: person.Name}, Body: strings.TrimSpace(body)}
	if r.Body == "" {
		return r, fault.New(fault.Invalid, "Say of what you want to be reminded.").WithField("body")
	}
	var err error
	if r.Day, err = reminderDay(words, v.Now.In(v.Printer().Zone)); err != nil {
		return r, err
	}
	_, err = db.Insert(ctx, s.db, "reminder", db.Row{
		"space": v.Space, "id": r.ID, "owner": v.Member, "person": r.Person.ID, "body": r.Body, "day": r.Day, "done": 0,
		"created": v.Now.UnixMicro(),
	}, "")
	return r, db.Fault(err)
}

// reminderRow is a reminder as it is stored.
type reminderRow struct {
	ID, Person id.ID
	Body, Day  string
	Done       int64
}

// reminder returns the row as it is known, about a person.
func (r reminderRow) reminder(of people.Ref) Reminder {
	return Reminder{ID: r.ID, Person: of, Body: r.Body, Day: r.Day, Done: db.Moment(r.Done)}
}

// reminderRows returns reminders of the viewer by their day: about the records of a person, or about everybody when
// there are none; up to a day, when one is given; also those that are done.
func (s *Service) reminderRows(
	ctx context.Context, v op.Viewer, cluster []id.ID, until string, done bool,
) ([]reminderRow, error) {
	const most = 1000
	args, only := []any{v.Space, v.Member, most}, ""
	if !done {
		only += ` and done = 0`
	}
	if until != "" {
		args = append(args, until)
		only += ` and day <= ` + db.Placeholder(len(args))
	}
	if len(cluster) > 0 {
		in, more := db.In(len(args)+1, cluster)
		args = append(args, more...)
		only += ` and person in (` + in + `)`
	}
	return db.Select[reminderRow](ctx, s.db, `select id, person, body, day, done from reminder
		where space = $1 and owner = $2`+only+` order by day, id limit $3`, args...)
}

// named returns reminders with the names of those whom the viewer may see.
func (s *Service) named(ctx context.Context, v op.Viewer, rows []reminderRow) ([]Reminder, error) {
	out := []Reminder{}
	if len(rows) == 0 {
		return out, nil
	}
	keys := make([]id.ID, len(rows))
	for i, r := range rows {
		keys[i] = r.Person
	}
	refs, err := s.network.Refs(ctx, v, keys)
	for _, r := range rows {
		if ref, ok := refs[r.Person]; ok {
			out = append(out, r.reminder(ref))
		}
	}
	return out, err
}

// Reminded records that what a reminder says was done, or that it is open after all.
func (s *Service) Reminded(ctx context.Context, v op.Viewer, reminder id.ID, open bool) error {
	at := v.Now.UnixMicro()
	if open {
		at = 0
	}
	return noReminder(db.Found(db.Exec(ctx, s.db, `update reminder set done = $4
		where space = $1 and owner = $2 and id = $3`, v.Space, v.Member, reminder, at)))
}

// Unremind takes a reminder away.
func (s *Service) Unremind(ctx context.Context, v op.Viewer, reminder id.ID) error {
	return noReminder(db.Found(db.Exec(ctx, s.db, `delete from reminder
		where space = $1 and owner = $2 and id = $3`, v.Space, v.Member, reminder)))
}

func noReminder(err error) error {
	if fault.CodeOf(err) == fault.NotFound {
		return fault.New(fault.NotFound, "There is no such reminder.")
	}
	return err
}

// today is the day that it is for the viewer.
func today(v op.Viewer) string { return v.Now.In(v.Printer().Zone).Format(time.DateOnly) }
