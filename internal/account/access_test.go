package account_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"gave.network/internal/account"
	"gave.network/internal/colleagues"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/op"
	"gave.network/internal/post"
	"gave.network/internal/post/posttest"
)

// keyring is the real seal, with its key in a folder.
func keyring(folder string) *colleagues.Service {
	k := colleagues.NewService(nil, nil)
	k.KeyIn(folder)
	return k
}

// mailer sends by a real server on loopback.
type mailer struct{ server *post.Server }

func (mailer) Base() string { return "https://gave.example" }

func (m mailer) Send(ctx context.Context, l account.Letter) error {
	return m.server.Send(ctx, post.Letter{To: l.To, Subject: l.Subject, Text: l.Text})
}

// gate is a service whose clock the test has, with its seal and its letters.
type gate struct {
	*account.Service
	t      *testing.T
	folder string
	now    time.Time
	owner  op.Viewer
	first  string // the session of who set up
	box    *posttest.Server
	visit  account.Visit
}

func newGate(t *testing.T, d *db.DB) *gate {
	t.Helper()
	s, owner, session := setUp(t, d)
	g := &gate{
		Service: s, t: t, folder: t.TempDir(), now: time.Now(), owner: owner, first: session,
		box: &posttest.Server{}, visit: account.Visit{From: "192.0.2.7", Agent: "Firefox/1 (Linux)"},
	}
	s.Now = func() time.Time { return g.now }
	s.SealBy(keyring(g.folder))
	s.MailBy(mailer{g.box.Start(t)})
	return g
}

// viewer is who has a session.
func (g *gate) viewer(session string) op.Viewer {
	g.t.Helper()
	v, err := g.Session(context.Background(), session)
	if err != nil {
		g.t.Fatal(err)
	}
	return v
}

// signIn gives the password.
func (g *gate) signIn(word string) (account.Entry, error) {
	return g.SignInFrom(context.Background(), "anna@example.org", word, g.visit)
}

// shows is what the app shows now.
func (g *gate) shows(setup account.Setup) string {
	g.t.Helper()
	out, err := totp.GenerateCode(strings.ReplaceAll(setup.Secret, " ", ""), g.now)
	if err != nil {
		g.t.Fatal(err)
	}
	return out
}

// trail is what was done, the newest first.
func (g *gate) trail() string {
	g.t.Helper()
	out, err := g.Trail(context.Background(), g.owner, account.TrailInput{Limit: 100})
	if err != nil {
		g.t.Fatal(err)
	}
	var actions []string
	for _, line := range out.Trail {
		actions = append(actions, strings.TrimSpace(line.Action+" "+line.Detail))
	}
	return strings.Join(actions, "\n")
}

// link is the link in the only letter that came, "" when none did.
func (g *gate) link(pattern string) string {
	g.t.Helper()
	g.Settle()
	letters := g.box.Take()
	if len(letters) == 0 {
		return ""
	}
	found := regexp.MustCompile(`https://gave\.example` + pattern + `\?link=([\w-]+)`).FindStringSubmatch(letters[0].Text)
	if len(letters) > 1 || found == nil {
		g.t.Fatalf("letters: %+v", letters)
	}
	return found[1]
}

// The second step: set up, asked for, no code taken twice, and a way in for who lost the telephone.
func TestTheSecondStep(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		g := newGate(t, d)
		v := g.viewer(g.first)
		setup, err := g.BeginStep(ctx, v, "gave.example")
		if err != nil || !strings.HasPrefix(setup.Address, "otpauth://totp/") || !strings.HasPrefix(setup.Drawing, "M") {
			t.Fatalf("%+v %v", setup, err)
		}
		if again, err := g.BeginStep(ctx, v, "gave.example"); err != nil || again.Secret != setup.Secret {
			t.Errorf("shown again it is another: %v", err)
		}
		if entry, err := g.signIn(password); err != nil || entry.Session == "" {
			t.Errorf("asked for before it was confirmed: %+v %v", entry, err)
		}
		_, err = g.ConfirmStep(ctx, v, "000000", g.visit)
		code(t, err, fault.Invalid)
		shown := g.shows(setup)
		codes, err := g.ConfirmStep(ctx, v, shown, g.visit)
		if err != nil || len(codes) != 10 {
			t.Fatalf("%v %v", codes, err)
		}
		// Who has the session and the password does not get past it either.
		if entry, err := g.Again(ctx, v, password, g.visit); err != nil || entry.Session != "" || entry.Pending == "" {
			t.Errorf("again: %+v %v", entry, err)
		}
		// Neither the secret nor a code can be read in the database.
		stored, err := db.Value[string](ctx, d, `select cast(secret as text) from second_step`)
		if d.Dialect == db.PostgreSQL {
			stored, err = db.Value[string](ctx, d, `select encode(secret, 'escape') from second_step`)
		}
		if err != nil || strings.Contains(stored, strings.ReplaceAll(setup.Secret, " ", "")) {
			t.Errorf("the secret stands there: %v", err)
		}
		pending := func() string {
			t.Helper()
			entry, err := g.signIn(password)
			if err != nil || entry.Session != "" || entry.Pending == "" {
				t.Fatalf("the password alone: %+v %v", entry, err)
			}
			return entry.Pending
		}
		way := pending()
		_, err = g.StepIn(ctx, way, shown, g.visit)
		code(t, err, fault.Invalid) // it was used to confirm
		g.now = g.now.Add(30 * time.Second)
		in, err := g.StepIn(ctx, way, g.shows(setup), g.visit)
		if err != nil || in.Session == "" {
			t.Fatal(err)
		}
		g.viewer(in.Session)
		_, err = g.StepIn(ctx, way, g.shows(setup), g.visit)
		code(t, err, fault.Unauthenticated) // that way is gone
		_, err = g.StepIn(ctx, pending(), g.shows(setup), g.visit)
		code(t, err, fault.Invalid) // and so is the code
		// A recovery code works once, however it is typed.
		if in, err = g.StepIn(ctx, pending(), strings.ToUpper(codes[3]), g.visit); err != nil || in.Session == "" {
			t.Fatal(err)
		}
		_, err = g.StepIn(ctx, pending(), codes[3], g.visit)
		code(t, err, fault.Invalid)
		if info, err := g.Step(ctx, v); err != nil || info.Codes != 9 || !info.On || !info.App {
			t.Errorf("%+v %v", info, err)
		}
		if trail := g.trail(); !strings.Contains(trail, "192.0.2.0/24 recovery") ||
			!strings.Contains(trail, "192.0.2.0/24 code") || !strings.Contains(trail, "step.failed") {
			t.Errorf("the trail: %s", trail)
		}
		// Without the key in the data directory, recovery codes still let in.
		if err := os.Remove(filepath.Join(g.folder, colleagues.KeyName)); err != nil {
			t.Fatal(err)
		}
		g.SealBy(keyring(g.folder))
		_, err = g.StepIn(ctx, pending(), g.shows(setup), g.visit)
		code(t, err, fault.Unavailable)
		if in, err = g.StepIn(ctx, pending(), codes[4], g.visit); err != nil || in.Session == "" {
			t.Error(err)
		}
		// Who guesses is stopped, also with a browser that is not known; and whoever runs the machine helps.
		stranger := account.Visit{From: "198.51.100.1"}
		for range 5 {
			_, err = g.StepIn(ctx, pending(), "aaaa-bbbb-cccc-dddd", stranger)
			code(t, err, fault.Invalid)
		}
		_, err = g.StepIn(ctx, pending(), codes[5], stranger)
		code(t, err, fault.TooMany)
		if _, err := g.Unlock(ctx, "Anna@example.org"); err != nil {
			t.Fatal(err)
		}
		if entry, err := g.signIn(password); err != nil || entry.Session == "" {
			t.Errorf("%+v %v", entry, err)
		}
		_, err = g.Unlock(ctx, "nobody@example.org")
		code(t, err, fault.NotFound)
		// An invitation does not lead around it.
		setup, _ = g.BeginStep(ctx, v, "gave.example")
		g.now = g.now.Add(time.Minute)
		if _, err := g.ConfirmStep(ctx, v, g.shows(setup), g.visit); err != nil {
			t.Fatal(err)
		}
		link, err := g.Invite(ctx, g.owner, op.Member)
		if err != nil {
			t.Fatal(err)
		}
		if entry, err := g.AcceptFrom(ctx, link, "Anna", "anna@example.org", password, g.visit); err != nil ||
			entry.Session != "" || entry.Pending == "" {
			t.Errorf("an invitation: %+v %v", entry, err)
		}
		g.now = g.now.Add(11 * time.Minute)
		_, err = g.StepIn(ctx, way, g.shows(setup), g.visit)
		code(t, err, fault.Unauthenticated)
	})
}

// A new password by mail: the same answer for every address, once, for an hour, and everything else ends.
func TestResetByMail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		g := newGate(t, d)
		v := g.viewer(g.first)
		token, err := g.NewToken(ctx, v, "sync", 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.AskReset(ctx, "nobody@example.org", g.visit); err != nil || g.link("/reset/new") != "" {
			t.Errorf("of nobody: %v", err)
		}
		if err := g.AskReset(ctx, " ANNA@example.org", g.visit); err != nil {
			t.Fatal(err)
		}
		old := g.link("/reset/new")
		if err := g.AskReset(ctx, "anna@example.org", g.visit); err != nil {
			t.Fatal(err)
		}
		link := g.link("/reset/new")
		if link == "" || old == "" {
			t.Fatal("no letter came")
		}
		const next = "a wholly different one"
		_, err = g.Reset(ctx, old, next, g.visit)
		code(t, err, fault.NotFound) // only the newest works
		_, err = g.Reset(ctx, link, "short", g.visit)
		code(t, err, fault.Invalid)
		setup, err := g.BeginStep(ctx, v, "gave.example")
		if err != nil {
			t.Fatal(err)
		}
		codes, err := g.ConfirmStep(ctx, v, g.shows(setup), g.visit)
		if err != nil {
			t.Fatal(err)
		}
		entry, err := g.Reset(ctx, link, next, g.visit)
		if err != nil || entry.Session != "" || entry.Pending == "" {
			t.Fatalf("the second step stays: %+v %v", entry, err)
		}
		_, err = g.Reset(ctx, link, next, g.visit)
		code(t, err, fault.NotFound)
		_, err = g.Session(ctx, g.first)
		code(t, err, fault.Unauthenticated)
		_, err = g.Bearer(ctx, token.Secret)
		code(t, err, fault.Unauthenticated)
		_, err = g.signIn(password)
		code(t, err, fault.Unauthenticated)
		// A mailbox that set the password does not take the second step off too, until a day has gone by.
		code(t, g.LoseStep(ctx, entry.Pending, g.visit), fault.Conflict)
		if entry, err = g.signIn(next); err != nil || entry.Pending == "" {
			t.Fatal(err)
		}
		code(t, g.LoseStep(ctx, entry.Pending, g.visit), fault.Conflict)
		if _, err := g.StepIn(ctx, entry.Pending, codes[0], g.visit); err != nil {
			t.Error(err)
		}
		g.now = g.now.Add(25 * time.Hour)
		if entry, err = g.signIn(next); err != nil {
			t.Fatal(err)
		}
		if err := g.LoseStep(ctx, entry.Pending, g.visit); err != nil {
			t.Fatal(err)
		}
		lost := g.link("/signin/lost")
		code(t, g.LookLost(ctx, link), fault.NotFound)
		if err := g.Lost(ctx, lost, g.visit); err != nil {
			t.Fatal(err)
		}
		code(t, g.Lost(ctx, lost, g.visit), fault.NotFound)
		if entry, err = g.signIn(next); err != nil || entry.Session == "" {
			t.Errorf("%+v %v", entry, err)
		}
		// A link of the machine works as well, and is too old after an hour.
		made, err := g.ResetLink(ctx, "anna@example.org")
		if err != nil {
			t.Fatal(err)
		}
		g.now = g.now.Add(61 * time.Minute)
		_, err = g.Reset(ctx, made, password, g.visit)
		code(t, err, fault.NotFound)
		trail := g.trail()
		for _, want := range []string{"reset.ask", "password.reset", "step.lost", "reset.machine"} {
			if !strings.Contains(trail, want) {
				t.Errorf("the trail lacks %s: %s", want, trail)
			}
		}
		// Asking goes on being answered the same when somebody asks too often.
		for _, address := range []string{"anna@example.org", "somebody@example.org"} {
			var last error
			for range 4 {
				last = g.AskReset(ctx, address, account.Visit{From: "203.0.113.9"})
			}
			code(t, last, fault.TooMany)
		}
		g.Settle()
	})
}

// Where no mail can be sent, that is said, and the machine has a way.
func TestResetWithoutMail(t *testing.T) {
	ctx := context.Background()
	d := dbtest.SQLite(t)
	s, _, _ := setUp(t, d)
	code(t, s.AskReset(ctx, "anna@example.org", account.Visit{}), fault.Unavailable)
	link, err := s.ResetLink(ctx, "anna@example.org")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := url.Parse("https://gave.example/reset/new?link=" + link); err != nil {
		t.Error(err)
	}
	entry, err := s.Reset(ctx, link, "a wholly different one", account.Visit{})
	if err != nil || entry.Session == "" {
		t.Errorf("%+v %v", entry, err)
	}
}

// Everybody reads their own trail, an owner that of the space, by kind, member and time.
func TestTheTrailIsFiltered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		g := newGate(t, d)
		link, err := g.Invite(ctx, g.owner, op.Member)
		if err != nil {
			t.Fatal(err)
		}
		session, err := g.Accept(ctx, link, "Bea", "bea@example.org", "a long enough password", "")
		if err != nil {
			t.Fatal(err)
		}
		bea := g.viewer(session)
		_, err = g.SignInFrom(ctx, "bea@example.org", "not her password", g.visit)
		code(t, err, fault.Unauthenticated)
		token, err := g.NewToken(ctx, bea, "sync", 0)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 { // the second on the same day adds no line
			if _, err := g.Bearer(account.WithAgent(ctx, "curl/8.5.0"), token.Secret); err != nil {
				t.Fatal(err)
			}
			g.now = g.now.Add(20 * time.Hour)
		}
		tokens, err := g.Tokens(ctx, bea)
		if err != nil || len(tokens) != 1 || tokens[0].Agent != "curl/8.5.0" {
			t.Errorf("%+v %v", tokens, err)
		}
		own, err := g.OwnTrail(ctx, bea, account.OwnTrailInput{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]int{}
		for _, line := range own.Trail {
			found[line.Action]++
			if line.Member != bea.Member && line.About != "Bea" {
				t.Errorf("not hers: %+v", line)
			}
		}
		if found["signin"] != 1 || found["signin.failed"] != 1 || found["token.use"] < 2 ||
			found["invitation.new"] != 0 {
			t.Errorf("%v", found)
		}
		for _, x := range []struct {
			in   account.TrailInput
			most int
		}{
			{account.TrailInput{Kind: "failed", Limit: 10}, 1},
			{account.TrailInput{Kind: "token", Member: g.owner.Member, Limit: 10}, 0},
			{account.TrailInput{Kind: "members", Member: bea.Member, Limit: 10}, 1},
			{account.TrailInput{Kind: "signin", Days: 1, Limit: 10}, 0},
		} {
			out, err := g.Trail(ctx, g.owner, x.in)
			if err != nil || len(out.Trail) != x.most {
				t.Errorf("%+v: %+v %v", x.in, out.Trail, err)
			}
		}
		_, err = g.Trail(ctx, g.owner, account.TrailInput{Kind: "gossip", Limit: 10})
		code(t, err, fault.Invalid)
	})
}

// heldMail is a mail server that takes no letter until it is let go.
type heldMail struct{ free chan struct{} }

func (heldMail) Base() string { return "https://gave.example" }

func (m heldMail) Send(ctx context.Context, _ account.Letter) error {
	select {
	case <-m.free:
	case <-ctx.Done():
	}
	return nil
}

// Who asks for a new password is told the same, as soon, whether the address is of an account or not: the letter and
// all that leads to it come after the answer. The letters are held here, so that an answer that waited for one would
// not come at all.
func TestResetTakesAsLongForEverybody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		g := newGate(t, d)
		const asked = 200
		var past atomic.Int64 // what goes on behind looks at the clock too
		begin := g.now
		g.Now = func() time.Time { return begin.Add(time.Duration(past.Load())) }
		took := map[string][]time.Duration{}
		mail := heldMail{make(chan struct{})}
		g.MailBy(mail)
		for i := range asked {
			for _, email := range []string{"anna@example.org", "nobody@example.org"} {
				past.Add(int64(20 * time.Minute)) // what is counted against guessing is over
				from := g.visit
				from.From = fmt.Sprintf("192.0.2.%d", i%250)
				begun := time.Now()
				if err := g.AskReset(ctx, email, from); err != nil {
					t.Fatal(email, err)
				}
				took[email] = append(took[email], time.Since(begun))
			}
			if i%20 == 19 { // what goes on behind is let go, so that it is not measured too
				close(mail.free)
				g.Settle()
				mail = heldMail{make(chan struct{})}
				g.MailBy(mail)
			}
		}
		middle := map[string]time.Duration{}
		for email, list := range took {
			slices.Sort(list)
			middle[email] = list[asked/2]
			t.Logf("%s: 10 %% %v, 50 %% %v, 90 %% %v, 99 %% %v", email, list[asked/10], list[asked/2],
				list[asked*9/10], list[asked*99/100])
		}
		known, unknown := middle["anna@example.org"], middle["nobody@example.org"]
		if known > 5*unknown+20*time.Millisecond || unknown > 5*known+20*time.Millisecond {
			t.Errorf("an address that is known takes %v, another %v", known, unknown)
		}
	})
}
