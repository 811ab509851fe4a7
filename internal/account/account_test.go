package account_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gave.network/internal/account"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

const password = "correct horse battery"

func setUp(t *testing.T, d *db.DB) (*account.Service, op.Viewer, string) {
	t.Helper()
	ctx := context.Background()
	s := account.NewService(d)
	owner, err := s.Local(ctx, locale.Dutch)
	if err != nil {
		t.Fatal(err)
	}
	link, err := s.SetupLink(ctx, owner)
	if err != nil {
		t.Fatal(err)
	}
	session, err := s.Accept(ctx, link, "Anna", "Anna@Example.org", password, "test")
	if err != nil {
		t.Fatal(err)
	}
	return s, owner, session
}

func code(t *testing.T, err error, want fault.Code) {
	t.Helper()
	if fault.CodeOf(err) != want {
		t.Errorf("got %v, want %q", err, want)
	}
}

func TestFirstOwnerSetsUpOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := account.NewService(d)
		owner, err := s.Local(ctx, locale.Dutch)
		if err != nil {
			t.Fatal(err)
		}
		again, err := s.Local(ctx, locale.English)
		if err != nil || again.Member != owner.Member || again.Lang != locale.Dutch {
			t.Fatalf("%v, %v", again, err)
		}
		if needs, err := s.NeedsSetup(ctx); err != nil || !needs {
			t.Fatalf("%v, %v", needs, err)
		}
		old, _ := s.SetupLink(ctx, owner)
		link, _ := s.SetupLink(ctx, owner)
		_, err = s.Accept(ctx, old, "Anna", "anna@example.org", password, "")
		code(t, err, fault.NotFound)
		_, err = s.Accept(ctx, link, "Anna", "not an address", password, "")
		code(t, err, fault.Invalid)
		_, err = s.Accept(ctx, link, "Anna", "anna@example.org", "short", "")
		code(t, err, fault.Invalid)
		session, err := s.Accept(ctx, link, "Anna", "anna@example.org", password, "")
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Accept(ctx, link, "Eve", "eve@example.org", password, "")
		code(t, err, fault.Conflict)
		v, err := s.Session(ctx, session)
		if err != nil || v.Member != owner.Member || v.Role != op.Owner {
			t.Fatalf("%+v, %v", v, err)
		}
		if needs, err := s.NeedsSetup(ctx); err != nil || needs {
			t.Fatalf("%v, %v", needs, err)
		}
	})
}

func TestSignInAndOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, owner, _ := setUp(t, d)
		now := time.Now()
		s.Now = func() time.Time { return now }
		_, err := s.SignIn(ctx, "anna@example.org", "wrong password", "192.0.2.1", "")
		code(t, err, fault.Unauthenticated)
		_, err = s.SignIn(ctx, "nobody@example.org", password, "192.0.2.1", "")
		code(t, err, fault.Unauthenticated)
		_, err = s.SignIn(ctx, "", "", "192.0.2.1", "")
		code(t, err, fault.Unauthenticated)
		secret, err := s.SignIn(ctx, " ANNA@example.org ", password, "192.0.2.1", "Firefox")
		if err != nil {
			t.Fatal(err)
		}
		sessions, err := s.Sessions(ctx, owner)
		if err != nil || len(sessions) != 2 {
			t.Fatalf("%v, %v", sessions, err)
		}
		for _, i := range sessions {
			if strings.Contains(secret, i.ID) {
				t.Error("a session's name gives its secret away")
			}
		}
		now = now.AddDate(0, 0, 29)
		if _, err := s.Session(ctx, secret); err != nil {
			t.Fatalf("in use: %v", err)
		}
		now = now.AddDate(0, 0, 29)
		if _, err := s.Session(ctx, secret); err != nil {
			t.Fatalf("use keeps it alive: %v", err)
		}
		now = now.AddDate(0, 0, 31)
		_, err = s.Session(ctx, secret)
		code(t, err, fault.Unauthenticated)
		secret, err = s.SignIn(ctx, "anna@example.org", password, "192.0.2.1", "")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SignOut(ctx, secret); err != nil {
			t.Fatal(err)
		}
		_, err = s.Session(ctx, secret)
		code(t, err, fault.Unauthenticated)
		for _, bad := range []string{"", "x", strings.Repeat("x", 10000)} {
			_, err = s.Session(ctx, bad)
			code(t, err, fault.Unauthenticated)
		}
	})
}

// Guessing is slowed down from where it comes, and together; who comes from elsewhere, or from where they are known, is
// let in.
func TestGuessingIsSlowedDown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, _, _ := setUp(t, d)
		now := time.Now()
		s.Now = func() time.Time { return now }
		guess := func(address, password, from, device string) (account.Entry, error) {
			return s.SignInFrom(ctx, address, password, account.Visit{From: from, Device: device})
		}
		wrong := func(address, from string, want fault.Code) {
			t.Helper()
			_, err := guess(address, "wrong password", from, "")
			code(t, err, want)
		}
		for range 5 {
			wrong("anna@example.org", "192.0.2.9", fault.Unauthenticated)
		}
		_, err := guess("anna@example.org", password, "192.0.2.9", "")
		code(t, err, fault.TooMany)
		own, err := guess("anna@example.org", password, "192.0.2.10", "")
		if err != nil {
			t.Fatalf("a stranger locks the owner out elsewhere: %v", err)
		}
		// It decays: one more after a minute, and all of them after five.
		now = now.Add(61 * time.Second)
		wrong("anna@example.org", "192.0.2.9", fault.Unauthenticated)
		wrong("anna@example.org", "192.0.2.9", fault.TooMany)
		now = now.Add(6 * time.Minute)
		// Success forgives: four mistakes, the right one, and four again.
		for range 3 {
			for range 4 {
				wrong("anna@example.org", "192.0.2.9", fault.Unauthenticated)
			}
			if _, err := guess("anna@example.org", password, "192.0.2.9", ""); err != nil {
				t.Fatalf("after four mistakes: %v", err)
			}
		}
		// An address of IPv6 stands for the network that one household has.
		for i := range 5 {
			wrong("anna@example.org", "2001:db8::"+strconv.Itoa(i+1), fault.Unauthenticated)
		}
		wrong("anna@example.org", "2001:db8::9", fault.TooMany)
		wrong("anna@example.org", "2001:db8:0:1::9", fault.Unauthenticated)
		// Five people behind one address, one mistake each, and nobody is locked out.
		for _, address := range []string{
			"a@example.org", "b@example.org", "c@example.org", "d@example.org", "anna@example.org",
		} {
			wrong(address, "198.51.100.1", fault.Unauthenticated)
		}
		if _, err := guess("anna@example.org", password, "198.51.100.1", ""); err != nil {
			t.Errorf("others behind the same proxy lock the owner out: %v", err)
		}
		// Many addresses together get no further than a hundred at one account.
		now = now.Add(24 * time.Hour)
		looked := 0
		for i := range 150 {
			if _, err := guess("anna@example.org", "wrong password",
				"203.0.113."+strconv.Itoa(i), ""); fault.CodeOf(err) == fault.Unauthenticated {
				looked++
			}
		}
		if looked != 100 {
			t.Errorf("%d guesses from 150 addresses were looked at, want 100", looked)
		}
		wrong("anna@example.org", "203.0.113.200", fault.TooMany)
		if _, err := guess("anna@example.org", password, "192.0.2.10", ""); err != nil {
			t.Errorf("on a known network: %v", err)
		}
		if _, err := guess("anna@example.org", password, "203.0.113.201", own.Device); err != nil {
			t.Errorf("with a known browser: %v", err)
		}
		_, err = guess("anna@example.org", password, "203.0.113.203", "made up")
		code(t, err, fault.TooMany)
		if _, err := guess("other@example.org", "x",
			"203.0.113.202", own.Device); fault.CodeOf(err) != fault.Unauthenticated {
			t.Errorf("another account is touched: %v", err)
		}
	})
}

// Guesses at one moment are counted before any is looked at, by two services on one database as by one.
func TestGuessesAtOnceAreCountedFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		one, _, _ := setUp(t, d)
		nodes := []*account.Service{one, account.NewService(d)}
		var looked, refused atomic.Int32
		var all sync.WaitGroup
		for i := range 60 {
			all.Go(func() {
				_, err := nodes[i%2].SignIn(ctx, "anna@example.org", "wrong password", "192.0.2.9", "")
				switch fault.CodeOf(err) {
				case fault.Unauthenticated:
					looked.Add(1)
				case fault.TooMany:
					refused.Add(1)
				default:
					t.Errorf("a guess: %v", err)
				}
			})
		}
		all.Wait()
		if looked.Load() > 5 || refused.Load() < 55 {
			t.Errorf("%d of 60 guesses at once were looked at, %d refused", looked.Load(), refused.Load())
		}
	})
}

func TestInvitationsAndMembers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, owner, _ := setUp(t, d)
		link, err := s.Invite(ctx, owner, op.Member)
		if err != nil {
			t.Fatal(err)
		}
		seen, err := s.Look(ctx, link)
		if err != nil || seen.Setup || seen.Role != op.Member {
			t.Fatalf("%+v, %v", seen, err)
		}
		session, err := s.Accept(ctx, link, "Bob", "bob@example.org", password, "")
		if err != nil {
			t.Fatal(err)
		}
		bob, err := s.Session(ctx, session)
		if err != nil || bob.Role != op.Member || bob.Space != owner.Space || bob.Member == owner.Member {
			t.Fatalf("%+v, %v", bob, err)
		}
		_, err = s.Invite(ctx, bob, op.Owner)
		code(t, err, fault.Forbidden)
		code(t, s.SetRole(ctx, owner, owner.Member, op.Member), fault.Conflict)
		code(t, s.RemoveMember(ctx, owner, owner.Member), fault.Conflict)
		// An existing account joins with its own password only.
		link, _ = s.Invite(ctx, owner, op.Guest)
		_, err = s.Accept(ctx, link, "Bob", "bob@example.org", "not the password", "")
		code(t, err, fault.Unauthenticated)
		token, err := s.NewToken(ctx, bob, "sync", 0)
		if err != nil {
			t.Fatal(err)
		}
		if v, err := s.Bearer(ctx, token.Secret); err != nil || v.Member != bob.Member {
			t.Fatalf("%+v, %v", v, err)
		}
		if list, err := s.Tokens(ctx, bob); err != nil || len(list) != 1 || list[0].Secret != "" ||
			list[0].Used == nil {
			t.Fatalf("%+v, %v", list, err)
		}
		code(t, s.RevokeToken(ctx, owner, token.ID), fault.NotFound) // another's
		if err := s.RemoveMember(ctx, owner, bob.Member); err != nil {
			t.Fatal(err)
		}
		_, err = s.Session(ctx, session)
		code(t, err, fault.Unauthenticated)
		_, err = s.Bearer(ctx, token.Secret)
		code(t, err, fault.Unauthenticated)
		list, err := s.Members(ctx, owner)
		if err != nil || len(list) != 1 {
			t.Fatalf("%v, %v", list, err)
		}
	})
}

func TestPasswordChangeEndsSessions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, owner, session := setUp(t, d)
		code(t, s.ChangePassword(ctx, owner, account.PasswordInput{Old: "wrong password", New: "another long one"}),
			fault.Forbidden)
		code(t, s.ChangePassword(ctx, owner, account.PasswordInput{Old: password, New: "short"}), fault.Invalid)
		if err := s.ChangePassword(ctx, owner,
			account.PasswordInput{Old: password, New: "another long one"}); err != nil {
			t.Fatal(err)
		}
		_, err := s.Session(ctx, session)
		code(t, err, fault.Unauthenticated)
		if _, err := s.SignIn(ctx, "anna@example.org", "another long one", "", ""); err != nil {
			t.Error(err)
		}
	})
}

// Whoever comes in by a link is spoken to in the language of the browser, from then on; without one in that of who
// made the link.
func TestTheBrowserSaysTheLanguage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := account.NewService(d)
		owner, err := s.Local(ctx, locale.English)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range []struct{ said, want locale.Lang }{
			{locale.Dutch, locale.Dutch}, {locale.English, locale.English}, {"", locale.Dutch},
		} {
			var link string
			if i == 0 {
				link, err = s.SetupLink(ctx, owner)
			} else {
				link, err = s.Invite(ctx, owner, op.Member)
			}
			if err != nil {
				t.Fatal(err)
			}
			entry, err := s.AcceptFrom(ctx, link, "Anna", fmt.Sprintf("anna%d@example.org", i), password,
				account.Visit{Lang: c.said})
			if err != nil {
				t.Fatal(err)
			}
			if v, err := s.Session(ctx, entry.Session); err != nil || v.Lang != c.want {
				t.Errorf("a browser in %q: the account speaks %q, want %q; %v", c.said, v.Lang, c.want, err)
			}
		}
	})
}
