package app_test

import (
	"context"
	"encoding/json"
	"testing"

	"gave.network/internal/account"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
)

// One account in several spaces: each with all of its own, and nothing of one in another.
func TestSeveralSpaces(t *testing.T) {
	dbtest.Addresses(t, func(t *testing.T, address string) {
		ctx := context.Background()
		s := newAssociation(t, address)
		const password = "a long enough password"
		secret, err := s.Account.SignIn(ctx, "olga@club.example", password, "", "")
		if err != nil {
			t.Fatal(err)
		}
		here := func() op.Viewer {
			t.Helper()
			v, err := s.Account.Session(ctx, secret)
			if err != nil {
				t.Fatal(err)
			}
			v.Now = peopletest.Now
			return v
		}
		if v := here(); v.Spaces != 1 || v.SpaceName != "" {
			t.Errorf("%+v", v)
		}
		s.keep(s.owner, "Pia Prive", "pia@home.example", people.NewPerson{Tags: []string{"geheim"}})
		out := s.must(s.owner, "spaces.new", map[string]string{"name": "Koor"})
		var made account.NewSpaceOutput
		if err := json.Unmarshal([]byte(out), &made); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"koor", " "} {
			if _, err := s.call(s.owner, "spaces.new", map[string]string{"name": bad}); err == nil {
				t.Errorf("a space called %q was made", bad)
			}
		}
		if err := s.Account.SwitchSpace(ctx, secret, made.Space); err != nil {
			t.Fatal(err)
		}
		choir := here()
		if choir.Space != made.Space || choir.Member == s.owner.Member || choir.Account != s.owner.Account ||
			choir.Role != op.Owner || choir.Spaces != 2 || choir.SpaceName != "Koor" || choir.Person.IsZero() {
			t.Errorf("%+v", choir)
		}
		s.nowhere(choir, "Pia Prive", "geheim")
		s.keep(choir, "Kees Koor", "kees@koor.example", people.NewPerson{})
		s.nowhere(s.owner, "Kees Koor")
		list, err := s.Account.Spaces(ctx, choir)
		if err != nil || len(list) != 2 || list[0].Here || !list[1].Here || list[1].Members != 1 {
			t.Errorf("%+v %v", list, err)
		}
		// Signing in leads where one was last.
		again, err := s.Account.SignIn(ctx, "olga@club.example", password, "", "")
		if err != nil {
			t.Fatal(err)
		}
		if v, err := s.Account.Session(ctx, again); err != nil || v.Space != made.Space {
			t.Errorf("%+v %v", v, err)
		}
		// The command line works in the first space, and in the one that is named.
		for name, want := range map[string]id.ID{
			"": s.owner.Space, "koor": made.Space, made.Space.String(): made.Space,
		} {
			if v, err := s.Account.LocalIn(ctx, locale.English, name); err != nil || v.Space != want {
				t.Errorf("%q: %+v %v", name, v, err)
			}
		}
		if _, err := s.Account.LocalIn(ctx, locale.English, "Orkest"); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a space that is not there: %v", err)
		}
		// Who belongs to one of them does not come into the other, and invited there comes in with their own password.
		bea := s.join("Bea Bos", "bea@club.example", op.Member)
		session, err := s.Account.SignIn(ctx, "bea@club.example", password, "", "")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Account.SwitchSpace(ctx, session, made.Space); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("Bea came into a space that is not hers: %v", err)
		}
		invited, err := s.Account.InviteTo(ctx, choir, account.Inviting{Role: op.Member, Email: "bea@club.example"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Account.Accept(ctx, invited.Secret, "Bea Bos", "bea@club.example", "not her password", "")
		if err == nil {
			t.Error("she came in with another password")
		}
		there := s.accept(invited.Secret, "Bea Bos", "bea@club.example")
		if there.Space != made.Space || there.Account != bea.Account || there.Person == bea.Person {
			t.Errorf("%+v", there)
		}
		// Who is no member any more is out of that one only.
		s.must(choir, "members.remove", map[string]string{"member": there.Member.String()})
		session, err = s.Account.SignIn(ctx, "bea@club.example", password, "", "")
		if err != nil {
			t.Fatal(err)
		}
		if v, err := s.Account.Session(ctx, session); err != nil || v.Space != bea.Space {
			t.Errorf("%+v %v", v, err)
		}
		if _, err := s.call(s.join("Gerrit Gast", "gerrit@club.example", op.Guest), "spaces.new",
			map[string]string{"name": "Van een gast"}); fault.CodeOf(err) != fault.Forbidden {
			t.Errorf("a guest made a space: %v", err)
		}
	})
}
