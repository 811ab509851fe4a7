package mailing

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"gave.network/internal/account"
	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/inbox"
	"gave.network/internal/link"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/room"
	"gave.network/internal/today"
)

// Letter is a mail to a member.
type Letter struct {
	To, Subject, Text, HTML string
	// Stop is where a mail program says that no more is to come (RFC 8058).
	Stop string
	// Name names the letter among all mails, and Reply is where it is answered; empty for none.
	Name, Reply string
}

// Mail sends letters.
type Mail interface {
	// Base is the public address of the server, such as https://gave.example; empty when it is not known.
	Base() string
	Send(ctx context.Context, l Letter) error
	// Refused says whether an error means that the address will not take mail later either.
	Refused(err error) bool
	// Unsure says whether an error leaves open if the server has the letter.
	Unsure(err error) bool
}

// Service is what can be done with mail to members.
type Service struct {
	db      *db.DB
	account *account.Service
	inbox   *inbox.Service
	today   *today.Service
	reach   Reach
	mail    Mail
	rooms   []room.Room
	replyTo ReplyTo
	names   func(ctx context.Context, space id.ID, people []id.ID) (map[id.ID]string, error)
}

// Reach says where somebody can be written to, and in which language.
type Reach func(ctx context.Context, v op.Viewer, person id.ID) (move.Reach, error)

// NewService returns the service.
func NewService(d *db.DB, a *account.Service, in *inbox.Service, day *today.Service, reach Reach) *Service {
	return &Service{db: d, account: a, inbox: in, today: day, reach: reach}
}

// SetRooms says which rooms have letters to mail.
func (s *Service) SetRooms(rooms []room.Room) { s.rooms = rooms }

// MailBy lets mail go out. Without it nothing is sent.
func (s *Service) MailBy(m Mail) { s.mail = m }

// CanSend says whether mail can go out.
func (s *Service) CanSend() bool { return s.mail != nil && s.mail.Base() != "" }

// Leave forgets what a member wanted who leaves, in the transaction that ends the membership.
func (s *Service) Leave(ctx context.Context, space, member id.ID) error {
	return s.removeOf(ctx, space, member)
}

// Choice is what a member wants by mail, as they see it.
type Choice struct {
	Topics     []room.Topic `json:"topics" doc:"what comes by mail: praise, asks, introductions, thanks, outcomes, morning"`
	Words      bool         `json:"words" doc:"the mail holds the words too, and not only who and what kind"`
	Hour       int          `json:"hour" doc:"the hour at which it goes, in your time zone"`
	QuietFrom  int          `json:"quiet_from" doc:"from this hour on none goes"`
	QuietUntil int          `json:"quiet_until" doc:"until this hour"`
	QuietDays  []Day        `json:"quiet_days" doc:"days on which none goes"`
	Address    string       `json:"address" doc:"where it goes: the mail address of your account"`
	Server     bool         `json:"server" doc:"Gave can send mail: a mail server and its public address are set"`
	Sent       *time.Time   `json:"sent" doc:"when the mail server last took one; null for never"`
	Trouble    string       `json:"trouble,omitempty" doc:"why none comes"`
}

// Show returns what the viewer wants by mail.
func (s *Service) Show(ctx context.Context, v op.Viewer) (Choice, error) {
	c, err := s.choice(ctx, v)
	if err != nil {
		return Choice{}, err
	}
	return s.shown(ctx, v, c)
}

func (s *Service) shown(ctx context.Context, v op.Viewer, c choiceRow) (Choice, error) {
	p, err := s.account.Profile(ctx, v)
	if err != nil {
		return Choice{}, err
	}
	out := Choice{
		Topics: c.topics(), Words: c.Words > 0, Hour: c.Hour, QuietFrom: c.QuietFrom, QuietUntil: c.QuietUntil,
		QuietDays: daysOf(c.QuietDays), Address: p.Email, Server: s.CanSend(), Sent: db.Moment(c.Sent),
	}
	if out.Topics == nil {
		out.Topics = []room.Topic{}
	}
	printer := v.Printer()
	switch {
	case len(out.Topics) == 0:
	case p.Email == "":
		out.Trouble = printer.T("Your account has no mail address.")
	case !out.Server:
		out.Trouble = printer.T("No mail server is set here, so nothing is sent.")
	case c.Refused >= mostRefused:
		out.Trouble = printer.T("Your address refused the mail %d times, so no more is sent. Save to try again.",
			mostRefused)
	case c.Refused > 0:
		out.Trouble = printer.T("Your address refused the last mail.")
	case c.Tries > 0:
		out.Trouble = printer.T("The mail server did not take the last mail. It is tried again.")
	}
	return out, nil
}

// Set stores what the viewer wants by mail.
func (s *Service) Set(ctx context.Context, v op.Viewer, in SetInput) (Choice, error) {
	old, err := s.choice(ctx, v)
	if err != nil {
		return Choice{}, err
	}
	c := old
	var words []string
	for _, t := range topics {
		if slices.Contains(in.Topics, t) && (t != Morning || v.Role >= op.Member) {
			words = append(words, string(t))
		}
	}
	if i := slices.IndexFunc(in.Topics, func(t room.Topic) bool { return !slices.Contains(topics, t) }); i >= 0 {
		return Choice{}, fault.New(fault.Invalid, "There is no such kind of mail.").WithField("topics")
	}
	c.Topics, c.Words = strings.Join(words, " "), 0
	if in.Words {
		c.Words = 1
	}
	for _, one := range []struct {
		to   *int
		from *int
	}{{&c.Hour, in.Hour}, {&c.QuietFrom, in.QuietFrom}, {&c.QuietUntil, in.QuietUntil}} {
		if one.from != nil {
			*one.to = *one.from
		}
	}
	if c.QuietDays, err = bitsOf(in.QuietDays); err != nil {
		return Choice{}, err
	}
	if err := c.check(); err != nil {
		return Choice{}, err
	}
	c.Retry, c.Tries, c.Refused = 0, 0, 0
	if old.Topics == "" { // what was there before is not told; and the first one goes at its hour
		c.Since = v.Now.UnixMicro()
		// Of today it is too late when that hour was; who chooses in the evening gets one the next morning.
		here := v.Now.In(v.Printer().Zone)
		at := time.Date(here.Year(), here.Month(), here.Day(), c.Hour, 0, 0, 0, here.Location())
		if !here.Before(at) {
			c.Turn = max(c.Turn, at.UnixMicro())
		}
	}
	if err := s.choose(ctx, c); err != nil {
		return Choice{}, err
	}
	return s.shown(ctx, v, c)
}

// Deliver sends every mail that is due, of all spaces. Of several processes on one database one sends each. viewer says
// who a member is, with the present moment.
func (s *Service) Deliver(
	ctx context.Context, viewer func(ctx context.Context, space, member id.ID) (op.Viewer, error),
) error {
	now := s.account.Now()
	if err := link.Sweep(ctx, s.db, now); err != nil {
		return err
	}
	if err := s.sweepReplies(ctx, now); err != nil || !s.CanSend() {
		return err
	}
	rows, err := s.wanting(ctx, now)
	if err != nil {
		return err
	}
	var failed error
	for _, c := range rows {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		v, err := viewer(ctx, c.Space, c.Owner)
		switch {
		case fault.CodeOf(err) == fault.NotFound: // the member left
			err = s.removeOf(ctx, c.Space, c.Owner)
		case err == nil && c.due(v.Now, v.Printer().Zone):
			err = s.one(ctx, v, c, viewer)
		}
		if db.Lost(err) {
			return err
		}
		if err != nil { // the others still get theirs
			failed = err
		}
	}
	return failed
}

// one writes and sends the mail of one member, when no other process does.
func (s *Service) one(
	ctx context.Context, v op.Viewer, c choiceRow,
	viewer func(ctx context.Context, space, member id.ID) (op.Viewer, error),
) error {
	until := v.Now.Add(lease)
	if mine, err := s.take(ctx, c, until); err != nil || !mine {
		return err
	}
	letter, told, err := s.write(ctx, v, c)
	if err == nil { // what changed while it was written: the member left, or wants it no more
		_, err = viewer(ctx, c.Space, c.Owner)
	}
	var mine bool
	if err == nil {
		mine, err = s.begin(ctx, c, until, v.Now)
	}
	// From here on what was begun is ended, also when the program is asked to stop: a letter takes some seconds.
	ctx = context.WithoutCancel(ctx)
	if err != nil {
		if leaving := s.leave(ctx, c, until); leaving != nil {
			return leaving
		}
		if fault.CodeOf(err) == fault.NotFound {
			return nil
		}
		return err
	}
	if !mine || letter.To == "" {
		return nil
	}
	err = s.mail.Send(ctx, letter)
	switch {
	case err == nil:
		return s.db.Write(ctx, func(tx *db.Tx) error {
			if err := sent(ctx, tx, c, v.Now); err != nil {
				return err
			}
			return s.inbox.Mailed(ctx, tx, v, told, v.Now)
		})
	case s.mail.Unsure(err):
		// It may be there or not. A second one today is worse than to read tomorrow what stood in this one: nothing
		// counts as told.
		slog.WarnContext(ctx, "mail to a member: no answer", "error", fault.Discreet(err))
		return nil
	case s.mail.Refused(err):
		slog.WarnContext(ctx, "mail to a member: refused", "error", fault.Discreet(err))
		return s.refuse(ctx, c)
	}
	slog.WarnContext(ctx, "mail to a member: not sent", "error", fault.Discreet(err))
	return s.failed(ctx, c, v.Now, v.Now)
}

// toMove and toStop are the kinds of the links in a letter.
const (
	toMove = "move" // answers a move of Today
	toStop = "stop" // says that no more mail is to come
)

const (
	// moveLife is how long a move can be answered by mail, stopLife how long a letter can be used to stop mail.
	moveLife = 3 * 24 * time.Hour
	stopLife = 366 * 24 * time.Hour
)

// write writes the letter of a day, and says of what was brought it tells. Its address is empty when there is nothing
// to say.
func (s *Service) write(ctx context.Context, v op.Viewer, c choiceRow) (Letter, []inbox.Entry, error) {
	p, err := s.account.Profile(ctx, v)
	if err != nil || p.Email == "" {
		return Letter{}, nil, err
	}
	brought, err := s.inbox.Unmailed(ctx, v, c.topics(), time.UnixMicro(c.Since))
	if err != nil {
		return Letter{}, nil, err
	}
	var moves []move.Move
	if c.wants(Morning) && v.Role >= op.Member {
		if moves, err = s.today.Today(ctx, v); err != nil {
			return Letter{}, nil, err
		}
	}
	if len(brought) == 0 && len(moves) == 0 {
		return Letter{}, nil, nil
	}
	l := letter{
		Base: s.mail.Base(), Name: p.Name, Space: p.SpaceName, Words: c.Words > 0, printer: v.Printer(),
	}
	var told []inbox.Entry
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		l.parts, l.moves, told = nil, nil, nil
		if l.stop, err = link.New(ctx, tx, link.Link{Space: v.Space, Owner: v.Member, Kind: toStop}, v.Now,
			stopLife); err != nil {
			return err
		}
		for _, t := range room.Topics {
			if len(brought[t]) > 0 {
				l.parts = append(l.parts, part{t, brought[t]})
				told = append(told, brought[t]...)
			}
		}
		for _, m := range moves {
			secret, err := link.New(ctx, tx,
				link.Link{Space: v.Space, Owner: v.Member, Kind: toMove, About: m.Key}, v.Now, moveLife)
			if err != nil {
				return err
			}
			l.moves = append(l.moves, moveLine{m, secret})
		}
		return nil
	})
	if err != nil {
		return Letter{}, nil, err
	}
	out, err := l.written(ctx)
	out.To = p.Email
	return out, told, err
}

// behind returns who is meant by a link in a letter, and the link.
func (s *Service) behind(ctx context.Context, kind, secret string) (op.Viewer, link.Link, error) {
	l, err := link.Find(ctx, s.db, kind, secret, s.account.Now())
	if err != nil {
		return op.Viewer{}, l, err
	}
	v, err := s.account.ViewerOf(ctx, l.Space, l.Owner)
	if fault.CodeOf(err) == fault.NotFound {
		err = fault.New(fault.NotFound, link.Unknown)
	}
	return v, l, err
}

// Stop ends mail of a topic, or all mail, for who holds the link of a letter.
func (s *Service) Stop(ctx context.Context, secret string, topic room.Topic) error {
	v, _, err := s.behind(ctx, toStop, secret)
	if err != nil {
		return err
	}
	if topic != "" && !slices.Contains(topics, topic) {
		return fault.New(fault.Invalid, "There is no such kind of mail.")
	}
	return s.db.Serial(ctx, v.Space, v.Member, func(ctx context.Context) error {
		c, err := s.choice(ctx, v)
		if err != nil || c.Topics == "" {
			return err
		}
		return s.choose(ctx, c.without(topic))
	})
}

// answers are those to a move that a letter offers; that it was done goes first.
var answers = []string{today.Done, today.Later, today.Never}

// Do answers a move for who holds its link, once.
func (s *Service) Do(ctx context.Context, secret, answer string) error {
	v, l, err := s.behind(ctx, toMove, secret)
	if err != nil {
		return err
	}
	if !slices.Contains(answers, answer) {
		return fault.New(fault.NotFound, "There is no such page.")
	}
	return s.db.Serial(ctx, v.Space, v.Member, func(ctx context.Context) error {
		first, err := link.Use(ctx, s.db, l, v.Now)
		if err != nil {
			return err
		}
		if !first {
			return fault.New(fault.Conflict, usedLink)
		}
		if err := v.May(op.Member); err != nil {
			return err
		}
		_, err = s.today.Answer(ctx, v, today.AnswerInput{Move: l.About, Answer: answer})
		return err
	})
}

const usedLink = "This was answered already by this mail."
