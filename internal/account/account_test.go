package account_test

import (
	"context"
	"strings"
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
		t.Helper()
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

func TestGuessingIsSlowedDown(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	s, _, _ := setUp(t, d)
	now := time.Now()
	s.Now = func() time.Time { return now }
	for range 5 {
		_, err := s.SignIn(ctx, "anna@example.org", "wrong password", "192.0.2.9", "")
		code(t, err, fault.Unauthenticated)
	}
	_, err := s.SignIn(ctx, "anna@example.org", password, "192.0.2.10", "")
	code(t, err, fault.TooMany)
	_, err = s.SignIn(ctx, "other@example.org", password, "192.0.2.9", "")
	code(t, err, fault.TooMany)
	now = now.Add(time.Minute)
	if _, err := s.SignIn(ctx, "anna@example.org", password, "192.0.2.10", ""); err != nil {
		t.Error(err)
	}
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
		if list, err := s.Tokens(ctx, bob); err != nil || len(list) != 1 || list[0].Secret != "" || list[0].Used == nil {
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
		code(t, s.ChangePassword(ctx, owner, account.PasswordInput{Old: "wrong password", New: "another long one"}), fault.Forbidden)
		code(t, s.ChangePassword(ctx, owner, account.PasswordInput{Old: password, New: "short"}), fault.Invalid)
		if err := s.ChangePassword(ctx, owner, account.PasswordInput{Old: password, New: "another long one"}); err != nil {
			t.Fatal(err)
		}
		_, err := s.Session(ctx, session)
		code(t, err, fault.Unauthenticated)
		if _, err := s.SignIn(ctx, "anna@example.org", "another long one", "", ""); err != nil {
			t.Error(err)
		}
	})
}
