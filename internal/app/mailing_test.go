package app_test

import (
	"context"
	"encoding/base64"
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/mailing"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/post"
	"gave.network/internal/post/posttest"
	"gave.network/internal/room"
	"gave.network/internal/tie"
)

// mailed is an association whose members get mail, with a clock that stands.
type mailed struct {
	*association
	box   *posttest.Server
	clock time.Time
}

// amsterdam is where its members live.
const amsterdam = "Europe/Amsterdam"

func newMailed(t *testing.T, address string) *mailed {
	t.Helper()
	s := &mailed{association: newAssociation(t, address), box: &posttest.Server{}}
	s.MailBy(s.box.Start(t), "https://gave.example")
	return s
}

// wall sets the clock to a moment in Amsterdam, such as 2026-11-24 08:00.
func (s *mailed) wall(moment string) {
	s.t.Helper()
	zone, err := time.LoadLocation(amsterdam)
	if err != nil {
		s.t.Fatal(err)
	}
	if s.clock, err = time.ParseInLocation("2006-01-02 15:04", moment, zone); err != nil {
		s.t.Fatal(err)
	}
	s.Account.Now = func() time.Time { return s.clock }
	s.box.Take() // invitations
}

// as is a member at the present moment.
func (s *mailed) as(v op.Viewer) op.Viewer {
	s.t.Helper()
	now, err := s.Account.ViewerOf(context.Background(), v.Space, v.Member)
	if err != nil {
		s.t.Fatal(err)
	}
	return now
}

// deliver sends what is due and returns what the mail server got.
func (s *mailed) deliver() []posttest.Letter {
	s.t.Helper()
	if err := s.Mailing.Deliver(context.Background(), s.Account.ViewerOf); err != nil {
		s.t.Fatal(err)
	}
	return s.box.Take()
}

// none fails when a mail went out.
func (s *mailed) none(why string) {
	s.t.Helper()
	if got := s.deliver(); len(got) != 0 {
		s.t.Errorf("%s: %d mails, %q", why, len(got), got[0].Text)
	}
}

// only returns the one mail that went out.
func (s *mailed) only(why string) posttest.Letter {
	s.t.Helper()
	got := s.deliver()
	if len(got) != 1 {
		s.t.Fatalf("%s: %d mails", why, len(got))
	}
	return got[0]
}

// wants lets a member choose.
func (s *mailed) wants(v op.Viewer, in mailing.SetInput) mailing.Choice {
	s.t.Helper()
	if in.QuietDays == nil {
		in.QuietDays = []mailing.Day{"saturday", "sunday"}
	}
	out, err := s.Mailing.Set(context.Background(), s.as(v), in)
	if err != nil {
		s.t.Fatal(err)
	}
	s.clock = s.clock.Add(time.Second)
	return out
}

// lives moves a member to another zone.
func (s *mailed) lives(v op.Viewer, zone string) {
	s.t.Helper()
	s.must(v, "profile.change", map[string]string{"zone": zone})
}

// praises lets the owner praise somebody.
func (s *mailed) praises(address, words string) {
	s.t.Helper()
	s.must(s.as(s.owner), "praise.write", map[string]string{
		"person": address, "text": words, "consent": "publish", "occasion": "the annual report",
	})
}

// link finds the address of a link in a letter.
func linkIn(t *testing.T, letter, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(letter)
	if found == nil {
		t.Fatalf("no %s in %s", pattern, letter)
	}
	return found[1]
}

// What is brought to a member comes by mail only when they said so, once a day, at their hour and outside quiet hours;
// it says who and what kind, and the words only when they want those. What a mail told is not told again.
func TestTheInboxByMail(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		s := newMailed(t, address)
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		s.lives(bea, amsterdam)
		s.wall("2026-11-23 12:00") // a Monday
		const before, words = "Wat er eerder was", "Zonneklaar uitgelegd"
		s.praises("bea@club.example", before)
		s.none("nobody said yes")
		c := s.wants(bea, mailing.SetInput{Topics: []room.Topic{room.Praise, room.Asks}})
		if !c.Server || c.Address != "bea@club.example" || c.Hour != 8 || c.Trouble != "" || c.Sent != nil {
			t.Errorf("%+v", c)
		}
		s.clock = s.clock.Add(time.Minute)
		s.none("nothing is new")
		s.praises("bea@club.example", words)
		s.none("the hour of this day has passed")
		s.wall("2026-11-24 07:59")
		s.none("before the hour")
		s.wall("2026-11-24 08:00")
		got := s.only("at the hour")
		if got.To != "bea@club.example" || got.Subject != "1 new for you" {
			t.Errorf("to %s: %s", got.To, got.Subject)
		}
		for _, text := range []string{got.Text, got.HTML} {
			if !strings.Contains(text, "Olga Owner praises you") || strings.Contains(text, words) ||
				strings.Contains(text, before) || strings.Contains(text, "annual report") {
				t.Errorf("the letter says: %s", text)
			}
		}
		if h := got.Header; !strings.HasPrefix(h.Get("List-Unsubscribe"), "<https://gave.example/mail/stop/") ||
			h.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" || h.Get("Auto-Submitted") == "" {
			t.Errorf("headers %v", h)
		}
		s.none("once a day")
		s.wall("2026-11-25 08:00")
		s.none("it was told")
		if c, _ := s.Mailing.Show(context.Background(), s.as(bea)); c.Sent == nil {
			t.Error("it was not noted")
		}

		// An ask, with words, in Dutch; quiet in the weekend and at night.
		s.must(bea, "profile.change", map[string]string{"language": "nl"})
		s.wants(bea, mailing.SetInput{Topics: []room.Topic{room.Praise, room.Asks}, Words: true})
		s.wall("2026-11-27 19:00")
		const ask = "Wie heeft een beamer te leen"
		s.must(s.as(s.owner), "ask.new", map[string]string{"text": ask, "people": "bea@club.example"})
		s.none("in the evening")
		s.wall("2026-11-28 09:00")
		s.none("on Saturday")
		s.wall("2026-11-30 09:00")
		got = s.only("on Monday")
		for _, text := range []string{got.Text, got.HTML} {
			if !strings.Contains(text, ask) || !strings.Contains(text, "Olga Owner vraagt jou iets") {
				t.Errorf("the letter says: %s", text)
			}
		}
		// What was seen before the mail goes is not in it.
		s.wall("2026-11-30 10:00")
		s.praises("bea@club.example", "Nog iets")
		s.must(s.as(bea), "inbox.seen", nil)
		s.wall("2026-12-01 09:00")
		s.none("it was seen")
	})
}

// Who says that no more is to come gets no more: of one kind, or at all; without signing in, and as often as it is
// pressed.
func TestMailIsStopped(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		s := newMailed(t, address)
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		s.lives(bea, amsterdam)
		s.wall("2026-11-23 12:00")
		s.wants(bea, mailing.SetInput{Topics: []room.Topic{room.Praise, room.Asks}})
		s.praises("bea@club.example", "Een")
		s.wall("2026-11-24 08:00")
		got := s.only("praise")
		stop := linkIn(t, got.Text, `/mail/stop/([\w-]+)\?topic=praise`)
		for range 2 {
			if err := s.Mailing.Stop(ctx, stop, room.Praise); err != nil {
				t.Fatal(err)
			}
		}
		s.praises("bea@club.example", "Twee")
		s.wall("2026-11-25 08:00")
		s.none("no more praise by mail")
		s.must(s.as(s.owner), "ask.new", map[string]string{"text": "Wie helpt", "people": "bea@club.example"})
		s.wall("2026-11-26 08:00")
		got = s.only("an ask")
		if strings.Contains(got.Text, "praises") {
			t.Errorf("praise is in it: %s", got.Text)
		}
		if err := s.Mailing.Stop(ctx, stop, ""); err != nil {
			t.Fatal(err)
		}
		s.must(s.as(s.owner), "ask.new", map[string]string{"text": "Wie helpt nog eens", "people": "bea@club.example"})
		s.wall("2026-11-27 08:00")
		s.none("no more mail")
		for _, secret := range []string{"", "x", stop + "x"} {
			if err := s.Mailing.Stop(ctx, secret, ""); fault.CodeOf(err) != fault.NotFound {
				t.Errorf("%q: %v", secret, err)
			}
		}
		if err := s.Mailing.Stop(ctx, stop, "everything"); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("a kind that is not there: %v", err)
		}
	})
}

// A server that is away, hangs or refuses: what it did not take is tried again that day, with pauses; what it may have
// is not sent twice on a day and counts as told by nobody; an address that is no more is given up, and the member reads
// so.
func TestMailThatFails(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		s := newMailed(t, address)
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		s.lives(bea, amsterdam)
		s.wall("2026-11-23 12:00")
		in := mailing.SetInput{Topics: []room.Topic{room.Praise}}
		s.wants(bea, in)
		s.praises("bea@club.example", "Een")
		trouble := func() string {
			t.Helper()
			c, err := s.Mailing.Show(ctx, s.as(bea))
			if err != nil {
				t.Fatal(err)
			}
			return c.Trouble
		}
		s.box.Set(&smtp.SMTPError{Code: 451, Message: "later"}, "")
		s.wall("2026-11-24 08:00")
		s.none("later")
		if trouble() == "" {
			t.Error("nothing is said of the failure")
		}
		s.box.Set(nil, "")
		s.wall("2026-11-24 08:04")
		s.none("too soon")
		s.box.Set(nil, "to")
		s.wall("2026-11-24 08:07")
		s.none("it hangs before it has the letter")
		s.box.Set(nil, "")
		s.wall("2026-11-24 08:16")
		s.none("the pause is longer now")
		s.wall("2026-11-24 08:20")
		s.only("and then it goes")
		if trouble() != "" {
			t.Errorf("trouble %q", trouble())
		}

		// It has the letter and does not answer.
		s.praises("bea@club.example", "Twee")
		s.box.Set(nil, "data")
		s.wall("2026-11-25 08:00")
		s.only("it came")
		s.box.Set(nil, "")
		s.wall("2026-11-25 12:00")
		s.none("not twice on a day")
		s.wall("2026-11-26 08:00")
		s.only("nobody knows whether it was told")
		s.wall("2026-11-27 08:00")
		s.none("it was told")

		// The server takes none for the address any more.
		s.praises("bea@club.example", "Drie")
		s.box.Set(&smtp.SMTPError{Code: 550, Message: "no such user"}, "")
		for _, day := range []string{"2026-11-30", "2026-12-01", "2026-12-02"} {
			s.wall(day + " 08:00")
			s.none(day)
			s.wall(day + " 12:00")
			s.none("once a day")
		}
		s.box.Set(nil, "")
		s.wall("2026-12-03 08:00")
		s.none("it is given up")
		if !strings.Contains(trouble(), "3") {
			t.Errorf("trouble %q", trouble())
		}
		s.wants(bea, in)
		s.only("the member tries again")
	})
}

// Of two processes on one database one sends a letter.
func TestMailGoesOnceFromTwoNodes(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		s := newMailed(t, address)
		other, err := app.Open(ctx, app.Config{Database: address, Data: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		other.MailBy(s.box.Start(t), "https://gave.example")
		var members []op.Viewer
		for _, name := range []string{"anna", "bea", "carla"} {
			v := s.join(name, name+"@club.example", op.Member)
			s.lives(v, amsterdam)
			members = append(members, v)
		}
		s.wall("2026-11-23 12:00")
		other.Account.Now = s.Account.Now
		s.box.Take()
		for i, v := range members {
			s.wants(v, mailing.SetInput{Topics: []room.Topic{room.Praise}})
			s.praises([]string{"anna", "bea", "carla"}[i]+"@club.example", "Een")
		}
		for _, day := range []string{"2026-11-24", "2026-11-25"} {
			s.wall(day + " 08:00")
			var both sync.WaitGroup
			for _, node := range []*app.App{s.App, other, s.App, other} {
				both.Go(func() {
					if err := node.Mailing.Deliver(ctx, node.Account.ViewerOf); err != nil {
						t.Error(err)
					}
				})
			}
			both.Wait()
			got := map[string]int{}
			for _, one := range s.box.Take() {
				got[one.To]++
			}
			want := 3
			if day != "2026-11-24" {
				want = 0
			}
			if len(got) != want {
				t.Errorf("%s: %v", day, got)
			}
			for to, n := range got {
				if n != 1 {
					t.Errorf("%s got %d", to, n)
				}
			}
		}
	})
}

// through lets something happen around the sending of each letter.
type through struct {
	mailing.Mail
	before, after func()
}

func (m through) Send(ctx context.Context, l mailing.Letter) error {
	if m.before != nil {
		m.before()
	}
	err := m.Mail.Send(ctx, l)
	if m.after != nil {
		m.after()
	}
	return err
}

// toServer sends by a server.
type toServer struct{ *post.Server }

func (s toServer) Base() string { return "https://gave.example" }
func (s toServer) Send(ctx context.Context, l mailing.Letter) error {
	return s.Server.Send(ctx, post.Letter{To: l.To, Subject: l.Subject, Text: l.Text, HTML: l.HTML, Stop: l.Stop})
}
func (s toServer) Refused(err error) bool { return post.Refused(err) }
func (s toServer) Unsure(err error) bool  { return post.Unsure(err) }

// A process that ends between the letter and its note sends no second one that day, and the next one tells it again;
// one that is asked to stop ends the letter that it began. Who left while a letter was planned gets none.
func TestMailIsBrokenOff(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		s := newMailed(t, address)
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		anna := s.join("Anna Aal", "anna@club.example", op.Member)
		s.lives(bea, amsterdam)
		s.lives(anna, amsterdam)
		s.wall("2026-11-23 12:00")
		s.wants(bea, mailing.SetInput{Topics: []room.Topic{room.Praise}})
		s.praises("bea@club.example", "Een")
		s.wall("2026-11-24 08:00")
		server := toServer{s.box.Start(t)}
		s.Mailing.MailBy(through{Mail: server, after: func() { panic("killed") }})
		func() {
			defer func() {
				if recover() == nil {
					t.Error("it was not killed")
				}
			}()
			_ = s.Mailing.Deliver(ctx, s.Account.ViewerOf)
		}()
		if got := s.box.Take(); len(got) != 1 {
			t.Fatalf("%d letters", len(got))
		}
		s.Mailing.MailBy(server)
		s.wall("2026-11-24 15:00")
		s.none("not twice on a day")
		s.wall("2026-11-25 08:00")
		s.only("it was never noted as told")

		// Killed while it writes: another takes over after a while.
		s.praises("bea@club.example", "Twee")
		s.wall("2026-11-26 08:00")
		calls := 0
		func() {
			defer func() { _ = recover() }()
			_ = s.Mailing.Deliver(ctx, func(ctx context.Context, space, member id.ID) (op.Viewer, error) {
				if calls++; calls == 2 {
					panic("killed")
				}
				return s.Account.ViewerOf(ctx, space, member)
			})
		}()
		s.none("somebody may still write it")
		s.wall("2026-11-26 08:10")
		s.only("nobody does")

		// Asked to stop.
		s.praises("bea@club.example", "Drie")
		s.wall("2026-11-27 08:00")
		stopping, stop := context.WithCancel(ctx)
		s.Mailing.MailBy(through{Mail: server, before: stop})
		if err := s.Mailing.Deliver(stopping, s.Account.ViewerOf); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if got := s.box.Take(); len(got) != 1 {
			t.Errorf("%d letters while it stops", len(got))
		}
		s.Mailing.MailBy(server)
		s.wall("2026-11-30 08:00")
		s.none("it was told")

		// Left between planning and sending.
		s.wants(anna, mailing.SetInput{Topics: []room.Topic{room.Praise}})
		s.praises("anna@club.example", "Een")
		s.wall("2026-12-01 08:00")
		calls = 0
		if err := s.Mailing.Deliver(ctx, func(ctx context.Context, space, member id.ID) (op.Viewer, error) {
			v, err := s.Account.ViewerOf(ctx, space, member)
			if calls++; calls == 1 {
				if err := s.Account.RemoveMember(ctx, s.as(s.owner), anna.Member); err != nil {
					t.Fatal(err)
				}
			}
			return v, err
		}); err != nil {
			t.Error(err)
		}
		if got := s.box.Take(); len(got) != 0 {
			t.Errorf("who left got %d", len(got))
		}
		s.wall("2026-12-02 08:00")
		s.none("and none later")
	})
}

// The day is that of the member's zone, also when they move and when the clock changes.
func TestMailKeepsToTheZone(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		s := newMailed(t, address)
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		s.lives(bea, amsterdam)
		every := []mailing.Day{}
		hour := func(h int) *int { return &h }
		s.wall("2027-03-26 12:00")
		in := mailing.SetInput{Topics: []room.Topic{room.Praise}, QuietDays: every}
		s.wants(bea, in)
		// An hour that is quiet is none at which mail can go.
		bad := in
		bad.Hour = hour(2)
		if _, err := s.Mailing.Set(context.Background(), s.as(bea), bad); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("a quiet hour: %v", err)
		}
		in.Hour, in.QuietFrom, in.QuietUntil = hour(2), hour(4), hour(1)
		s.wants(bea, in)
		// On 28 March 2027 the clock goes from two to three.
		s.wall("2027-03-27 02:00")
		s.none("nothing")
		s.praises("bea@club.example", "Een")
		s.wall("2027-03-28 01:59")
		s.none("too early")
		s.clock = s.clock.Add(time.Minute)
		s.only("at three, as there is no two")
		// On 31 October 2027 it is two twice.
		s.praises("bea@club.example", "Twee")
		s.wall("2027-10-30 02:00")
		s.only("the day before")
		s.wall("2027-10-31 01:30")
		s.praises("bea@club.example", "Drie")
		s.clock = s.clock.Add(30 * time.Minute)
		s.only("at two")
		s.praises("bea@club.example", "Vier")
		s.clock = s.clock.Add(time.Hour)
		s.none("at two again")

		// Moving west makes a day longer: no second mail on it, and one on the next.
		in.Hour, in.QuietFrom, in.QuietUntil = hour(8), hour(18), hour(7)
		s.wants(bea, in)
		s.wall("2027-11-02 08:00")
		s.only("in Amsterdam")
		s.praises("bea@club.example", "Vijf")
		s.lives(bea, "America/Los_Angeles")
		s.wall("2027-11-02 17:00") // nine there
		s.none("the same day")
		s.wall("2027-11-03 15:59")
		s.none("before eight there, on the next day there is")
		s.wall("2027-11-03 16:00")
		s.only("on the next day")
	})
}

// Who chooses late in the evening, less than half a day before the hour of the mail, gets one the next morning.
func TestMailChosenInTheEvening(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		s := newMailed(t, address)
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		s.lives(bea, amsterdam)
		s.wall("2026-11-24 17:55")
		s.wants(bea, mailing.SetInput{Topics: []room.Topic{}})
		s.wall("2026-11-24 21:30")
		s.wants(bea, mailing.SetInput{Topics: []room.Topic{room.Praise}})
		s.praises("bea@club.example", "Een")
		s.none("in the evening")
		s.wall("2026-11-25 07:59")
		s.none("before the hour")
		s.wall("2026-11-25 08:00")
		s.only("the next morning")
	})
}

// The morning mail is Today, when the member asked for it; a link in it shows the move and answers it once, after a
// button is pressed, for three days.
func TestTheMorningMail(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		s := newMailed(t, address)
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		s.lives(bea, amsterdam)
		s.wall("2026-11-23 12:00")
		other := s.keep(bea, "Carla Cohen", "carla@else.example", people.NewPerson{})
		for _, days := range []int{400, 390, 380, 370, 360, 350, 340, 330} {
			peopletest.Record(t, s.DB, s.as(bea), peopletest.Interaction(s.as(bea), tie.FaceToFace,
				s.clock.AddDate(0, 0, -days), bea.Person, other))
		}
		s.must(s.as(bea), "goodwill.note", map[string]string{
			"person": other.String(), "kind": "need", "body": "a new printer for the office",
		})
		s.must(s.as(bea), "goodwill.note", map[string]string{
			"person": other.String(), "kind": "need", "body": "heeft kanker en zoekt een arts",
		})
		s.wants(bea, mailing.SetInput{Topics: []room.Topic{room.Praise}})
		s.wall("2026-11-24 08:00")
		s.none("she did not ask for the morning mail")
		s.wants(bea, mailing.SetInput{Topics: []room.Topic{mailing.Morning}})
		s.wall("2026-11-25 08:00")
		moves, err := s.Today.Today(ctx, s.as(bea))
		if err != nil || len(moves) == 0 {
			t.Fatalf("Today is empty: %v", err)
		}
		got := s.only("the morning mail")
		for _, m := range moves {
			if !strings.Contains(got.Text, m.What) {
				t.Errorf("%q is not in %s", m.What, got.Text)
			}
		}
		if strings.Contains(got.Text+got.HTML, "kanker") || len(moves) > 7 {
			t.Errorf("delicate, or too long: %s", got.Text)
		}
		secret := linkIn(t, got.Text, `/mail/do/([\w-]+)/done`)
		count := func() int {
			t.Helper()
			left, err := s.Today.Today(ctx, s.as(bea))
			if err != nil {
				t.Fatal(err)
			}
			return len(left)
		}
		if err := s.Mailing.Do(ctx, secret, "act"); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("an answer that no letter offers: %v", err)
		}
		if err := s.Mailing.Do(ctx, secret, "later"); err != nil {
			t.Fatal(err)
		}
		if count() != len(moves)-1 {
			t.Errorf("%d moves are left of %d", count(), len(moves))
		}
		for _, answer := range []string{"later", "done"} {
			if err := s.Mailing.Do(ctx, secret, answer); fault.CodeOf(err) != fault.Conflict {
				t.Errorf("a second time, %s: %v", answer, err)
			}
		}
		if len(moves) > 1 {
			second := regexp.MustCompile(`/mail/do/([\w-]+)/never`).FindAllStringSubmatch(got.Text, -1)[1][1]
			s.clock = s.clock.Add(73 * time.Hour)
			if err := s.Mailing.Do(ctx, second, "never"); fault.CodeOf(err) != fault.Conflict {
				t.Errorf("after three days: %v", err)
			}
		}
		// A restored copy mails nobody, and its letters of before answer nothing.
		last := linkIn(t, got.Text, `(?s).*/mail/do/([\w-]+)/never`)
		copied := func() error {
			return s.DB.Write(ctx, func(tx *db.Tx) error { return app.EndCopies(ctx, tx) })
		}
		defer func() {
			if err := copied(); err != nil {
				t.Fatal(err)
			}
			if err := s.Mailing.Do(ctx, last, "never"); fault.CodeOf(err) != fault.NotFound {
				t.Errorf("in a copy: %v", err)
			}
			if c, err := s.Mailing.Show(ctx, s.as(bea)); err != nil || len(c.Topics) != 0 {
				t.Errorf("a copy mails %v %v", c.Topics, err)
			}
		}()
		rows, err := db.Values[[]byte](ctx, s.DB, `select digest from link order by digest`)
		if err != nil || len(rows) == 0 {
			t.Fatal(err)
		}
		for _, digest := range rows {
			if strings.Contains(got.Text, base64.RawURLEncoding.EncodeToString(digest)) || len(digest) != 32 {
				t.Errorf("a secret is kept: %x", digest)
			}
		}
	})
}
