package intake

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/fetch"
	"gave.network/internal/id"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/calendar"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/op"
	"gave.network/internal/tie"
)

const (
	// readEvery is how often a calendar is read.
	readEvery = 24 * time.Hour
	// calendarTime is how long it may take to get one.
	calendarTime = time.Minute
	// mostCalendar is how large a calendar may be, in bytes, after decompression.
	mostCalendar = 64 << 20
	// mostCalendars is how many a member may have read.
	mostCalendars = 20
	// calendarFile is what the file is called while it is read.
	calendarFile = "calendar.ics"

	importInstead = "Export the calendar to a file and import that."
	whatAddress   = "Take the address that your calendar gives to other programs."
)

// Calendar is a calendar that is read every day.
type Calendar struct {
	ID      id.ID     `json:"id"`
	Name    string    `json:"name" doc:"what the calendar calls itself, or where it lies"`
	Import  id.ID     `json:"import" doc:"the import that it came with: taking that back ends the reading too"`
	Read    time.Time `json:"read" doc:"when it was last asked for"`
	Trouble string    `json:"trouble,omitempty" doc:"why it could not be read then"`
}

// calendarRow is a calendar as it is stored.
type calendarRow struct {
	Space, ID, Owner, Import id.ID
	Name, Address, Trouble   string
	Came, Looked             int64
}

// TrustCalendars says in which networks calendars may lie, besides the public internet.
func (s *Service) TrustCalendars(networks []netip.Prefix) {
	s.web.Trusted = nil
	if len(networks) > 0 {
		s.web.Trusted = func(at netip.AddrPort) bool {
			for _, n := range networks {
				if n.Contains(at.Addr()) {
					return true
				}
			}
			return false
		}
	}
}

func newWeb() *fetch.Client {
	web := fetch.New(calendarTime, importInstead)
	web.Encrypted = true
	return web
}

// calendarAddress is the address to ask for: what calendar programs are given begins with webcal.
func calendarAddress(typed string) (string, error) {
	typed = strings.TrimSpace(typed)
	if scheme, rest, ok := strings.Cut(typed, "://"); !ok {
		typed = "https://" + typed
	} else if s := strings.ToLower(scheme); s == "webcal" || s == "webcals" {
		typed = "https://" + rest
	}
	u, err := url.Parse(typed)
	if err != nil || u.Hostname() == "" || strings.ContainsAny(typed, " \t\n") || !strings.ContainsAny(u.Host, ".:") {
		return "", fault.New(fault.Invalid, "This is not the address of a calendar.").
			WithHint(whatAddress).WithField("address")
	}
	return typed, nil
}

// Calendars returns the calendars of the viewer that are read every day, the first first.
func (s *Service) Calendars(ctx context.Context, v op.Viewer) ([]Calendar, error) {
	rows, err := s.calendarRows(ctx, `space = $1 and owner = $2 order by id`, v.Space, v.Member)
	out := make([]Calendar, len(rows))
	for i, r := range rows {
		out[i] = Calendar{
			ID: r.ID, Name: r.Name, Import: r.Import, Read: time.UnixMicro(r.Looked).UTC(),
			Trouble: read.ReasonFor(v.Printer(), r.Trouble),
		}
	}
	return out, err
}

func (s *Service) calendarRows(ctx context.Context, where string, args ...any) ([]calendarRow, error) {
	return db.Select[calendarRow](ctx, s.db, `select space, id, owner, import, name, address, trouble, came, looked
		from calendar where `+where, args...)
}

// AddCalendar gets the calendar at an address, makes an import of it that can begin, and has it read every day from now
// on. One that is there already is only got again.
func (s *Service) AddCalendar(ctx context.Context, v op.Viewer, typed string) (id.ID, error) {
	address, err := calendarAddress(typed)
	if err != nil {
		return id.Zero, err
	}
	rows, err := s.calendarRows(ctx, `space = $1 and owner = $2 order by id`, v.Space, v.Member)
	if err != nil {
		return id.Zero, err
	}
	for _, r := range rows {
		if r.Address == address {
			return r.Import, s.getAgain(ctx, v, r)
		}
	}
	if len(rows) >= mostCalendars {
		return id.Zero, fault.New(fault.Conflict, "You have %d calendars already; no more are read.", mostCalendars)
	}
	folder := filepath.Join(s.uploads, id.New().String())
	name, me, err := s.get(ctx, v, address, folder)
	if err != nil {
		os.RemoveAll(folder)
		return id.Zero, err
	}
	importID, err := s.begin(ctx, v, []string{folder}, Options{Me: me}, folder)
	if err != nil {
		os.RemoveAll(folder)
		return id.Zero, err
	}
	_, err = db.Insert(ctx, s.db, "calendar", db.Row{
		"space": v.Space, "id": id.New(), "owner": v.Member, "import": importID, "name": name, "address": address,
		"came": v.Now.UnixMicro(), "looked": v.Now.UnixMicro(), "trouble": "",
	}, "")
	return importID, db.Fault(err)
}

// EndCalendar ends the reading of a calendar. What was read stays, until its import is taken back.
func (s *Service) EndCalendar(ctx context.Context, v op.Viewer, key id.ID) error {
	return noCalendar(db.Found(db.Exec(ctx, s.db, `delete from calendar where space = $1 and owner = $2 and id = $3`,
		v.Space, v.Member, key)))
}

// AgainCalendar gets a calendar of the viewer now, and returns its import, which can begin.
func (s *Service) AgainCalendar(ctx context.Context, v op.Viewer, key id.ID) (id.ID, error) {
	rows, err := s.calendarRows(ctx, `space = $1 and owner = $2 and id = $3`, v.Space, v.Member, key)
	if err != nil {
		return id.Zero, err
	}
	if len(rows) == 0 {
		return id.Zero, noCalendar(db.Found(0, nil))
	}
	return rows[0].Import, s.getAgain(ctx, v, rows[0])
}

func noCalendar(err error) error {
	if fault.CodeOf(err) == fault.NotFound {
		return fault.New(fault.NotFound, "There is no such calendar.")
	}
	return err
}

// ReadCalendars reads every calendar that was not read for a day, of all spaces, as their owners. What cannot be read
// is noted with the calendar, and tried again a day later.
func (s *Service) ReadCalendars(
	ctx context.Context, viewer func(ctx context.Context, space, member id.ID) (op.Viewer, error),
) error {
	due, err := s.calendarRows(ctx, `looked < $1 order by looked, id limit 50`,
		time.Now().Add(-readEvery).UnixMicro())
	if err != nil {
		return err
	}
	for _, r := range due {
		v, err := viewer(ctx, r.Space, r.Owner)
		if err == nil {
			err = s.getAgain(ctx, v, r)
		}
		if err == nil {
			if _, err = s.Run(ctx, v, r.Import); err == nil {
				s.RemoveUploads(ctx, r.Space, r.Import)
			}
		}
		switch code := fault.CodeOf(err); {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil, errors.Is(err, errTaken):
		case code == fault.NotFound: // the member left: nobody is to look again soon
			if err := s.looked(ctx, r, time.Now(), ""); err != nil && !errors.Is(err, errTaken) {
				return err
			}
		case code == fault.Internal || db.Lost(err):
			return err
		}
	}
	return nil
}

// looked notes when a calendar was asked for and why it failed, unless another process did so meanwhile.
func (s *Service) looked(ctx context.Context, r calendarRow, at time.Time, trouble string) error {
	n, err := db.Exec(ctx, s.db, `update calendar set looked = $3, trouble = $4
		where space = $1 and id = $2 and looked = $5`, r.Space, r.ID, at.UnixMicro(), trouble, r.Looked)
	if err == nil && n == 0 {
		err = taken()
	}
	return err
}

// getAgain gets a calendar once more, and lets its import begin anew: what it brought stays, what had not happened when
// it was read before is read as it stands now, and what is new is added.
func (s *Service) getAgain(ctx context.Context, v op.Viewer, r calendarRow) error {
	if err := s.looked(ctx, r, v.Now, ""); err != nil {
		return err
	}
	r.Looked = v.Now.UnixMicro()
	folder, err := db.Value[string](ctx, s.db, `select folder from import where space = $1 and id = $2
		and state in ('done', 'failed')`, r.Space, r.Import)
	if err != nil {
		if fault.CodeOf(err) == fault.NotFound { // it is being read
			err = taken()
		}
		return err
	}
	if _, _, err := s.get(ctx, v, r.Address, folder); err != nil {
		os.RemoveAll(folder)
		if noting := s.looked(ctx, r, v.Now, read.BecauseOf(err)); noting != nil {
			return noting
		}
		return err
	}
	return s.again(ctx, v, r.Import, func(tx *db.Tx) error {
		ahead, err := db.Values[id.ID](ctx, tx, `select id from interaction where space = $1 and import = $2
			and time > $3 order by id`, r.Space, r.Import, r.Came)
		if err != nil {
			return err
		}
		if err := tie.RemoveInteractions(ctx, tx, r.Space, ahead); err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `update calendar set came = looked where space = $1 and import = $2`, r.Space,
			r.Import)
		return err
	})
}

// get writes the calendar at an address to a folder, and returns what it is called and which addresses in it are the
// member's own.
func (s *Service) get(ctx context.Context, v op.Viewer, address, folder string) (string, []string, error) {
	path := filepath.Join(folder, calendarFile)
	if err := s.download(ctx, address, path); err != nil {
		return "", nil, fault.About(err, "address")
	}
	mine, err := s.mail(ctx, v)
	if err != nil {
		return "", nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	name, me, err := calendar.Own(ctx, &read.Source{Path: path, Reader: f}, mine)
	if u, parsed := url.Parse(address); name == "" && parsed == nil {
		name = u.Hostname()
	}
	return name, me, err
}

// download writes the calendar at an address to a file that is there only when all of it came.
func (s *Service) download(ctx context.Context, address, path string) error {
	response, err := s.web.Open(ctx, address, "text/calendar, text/plain;q=0.8, */*;q=0.5")
	if err != nil {
		return unread(err)
	}
	defer response.Body.Close()
	in := bufio.NewReaderSize(response.Body, 64<<10)
	head, err := in.Peek(64 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return unread(s.web.Broken(err))
	}
	if format, _ := formats.Detect(head, calendarFile); format == nil || format.Name != calendar.ICalendar.Name {
		if bytes.Contains(bytes.ToLower(head), []byte("<html")) {
			return fault.New(fault.Invalid, "This address leads to a web page, not to a calendar.").
				WithHint(whatAddress)
		}
		return fault.New(fault.Invalid, "What lies at this address is no calendar.").
			WithHint(whatAddress)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fault.Wrap(err, fault.Unavailable, "The data directory %s cannot be made.", s.uploads)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The upload cannot be kept.").
			WithHint("Check that the disk has room.")
	}
	n, err := io.Copy(f, io.LimitReader(in, mostCalendar+1))
	if closing := f.Close(); err == nil && closing != nil {
		return fault.Wrap(closing, fault.Unavailable, "The upload cannot be kept.").
			WithHint("Check that the disk has room.")
	}
	switch {
	case err != nil:
		return unread(s.web.Broken(err))
	case n > mostCalendar:
		return fault.New(fault.TooLarge, "This calendar is larger than %d MB.", mostCalendar>>20).
			WithHint(importInstead)
	}
	return nil
}

// unread says of an address that cannot be reached that it may be mistyped.
func unread(err error) error {
	var known *fault.Error
	if !errors.As(err, &known) || known.Code != fault.Unavailable {
		return err
	}
	typed := *known
	typed.Code = fault.Invalid
	return &typed
}
