package account_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"gave.network/internal/account"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/fault"
	"gave.network/internal/op"
)

func join(t *testing.T, s *account.Service, by op.Viewer, role op.Role, email string) op.Viewer {
	t.Helper()
	ctx := context.Background()
	link, err := s.Invite(ctx, by, role)
	if err != nil {
		t.Fatal(err)
	}
	session, err := s.Accept(ctx, link, role.String(), email, password, "")
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.Session(ctx, session)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// An invitation lives as long as its author may make it, and can be taken back; who is an owner again later does not
// revive it.
func TestInvitationsDieWithTheRightOfTheirAuthor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, owner, _ := setUp(t, d)
		dead := func(name, link string) {
			t.Helper()
			if _, err := s.Look(ctx, link); fault.CodeOf(err) != fault.NotFound {
				t.Errorf("%s: the link leads somewhere: %v", name, err)
			}
			_, err := s.Accept(ctx, link, "Eve", "eve@example.org", password, "")
			code(t, err, fault.NotFound)
		}
		second := join(t, s, owner, op.Owner, "second@example.org")
		first, err := s.Invite(ctx, second, op.Owner)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SetRole(ctx, owner, second.Member, op.Member); err != nil {
			t.Fatal(err)
		}
		dead("of who is no owner any more", first)
		if err := s.SetRole(ctx, owner, second.Member, op.Owner); err != nil {
			t.Fatal(err)
		}
		dead("of who is an owner again", first)
		another, _ := s.Invite(ctx, second, op.Guest)
		if err := s.RemoveMember(ctx, owner, second.Member); err != nil {
			t.Fatal(err)
		}
		dead("of who is no member any more", another)
		// The right may also go by another way than these two: the link looks for itself.
		third := join(t, s, owner, op.Owner, "third@example.org")
		late, _ := s.Invite(ctx, third, op.Owner)
		if _, err := d.ExecContext(ctx, `update member set role = 1 where id = $1`, third.Member); err != nil {
			t.Fatal(err)
		}
		dead("of who lost the role behind our back", late)

		own, _ := s.Invite(ctx, owner, op.Member)
		list, err := s.Invitations(ctx, owner)
		if err != nil || len(list) != 1 || list[0].Role != "member" || list[0].Author != "Anna" {
			t.Fatalf("%+v, %v", list, err)
		}
		if err := s.RevokeInvitation(ctx, owner, list[0].ID); err != nil {
			t.Fatal(err)
		}
		dead("that was taken back", own)
		code(t, s.RevokeInvitation(ctx, owner, list[0].ID), fault.NotFound)
		other := owner
		other.Space = op.Viewer{}.Space
		if list, err := s.Invitations(ctx, other); err != nil || len(list) != 0 {
			t.Errorf("another space sees %v, %v", list, err)
		}
		used, _ := s.Invite(ctx, owner, op.Member)
		if _, err := s.Accept(ctx, used, "Frits", "frits@example.org", password, ""); err != nil {
			t.Fatal(err)
		}
		_, err = s.Accept(ctx, used, "Eve", "eve@example.org", password, "")
		code(t, err, fault.Conflict)
		if list, err := s.Invitations(ctx, owner); err != nil || len(list) != 0 {
			t.Errorf("a used one is listed: %v, %v", list, err)
		}
	})
}

// Two owners who take each other's role at the same moment leave one owner, on two nodes as on one.
func TestASpaceKeepsAnOwner(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, owner, _ := setUp(t, d)
		second := join(t, s, owner, op.Owner, "second@example.org")
		for range 10 {
			var both sync.WaitGroup
			both.Go(func() { s.SetRole(ctx, owner, second.Member, op.Member) })
			both.Go(func() { account.NewService(d).SetRole(ctx, second, owner.Member, op.Member) })
			both.Wait()
			owners, err := db.Value[int](ctx, d, `select count(*) from member
				where space = $1 and role = 3 and ended = 0`, owner.Space)
			if err != nil || owners != 1 {
				t.Fatalf("%d owners, %v", owners, err)
			}
			if _, err := d.ExecContext(ctx, `update member set role = 3 where space = $1`, owner.Space); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// A token reaches as far as it was made for, has an end, and ends with a new password; so do sessions, except the one
// at hand.
func TestTokensHaveAReachAndAnEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, _, session := setUp(t, d)
		now := time.Now()
		s.Now = func() time.Time { return now }
		me, err := s.Session(ctx, session)
		if err != nil || me.Reach != op.Person || me.Session == "" {
			t.Fatalf("%+v, %v", me, err)
		}
		for _, bad := range []account.TokenInput{
			{Name: "x", Scope: "all"}, {Name: "x", Scope: "feed"}, {Name: "x", Days: -1}, {Name: "x", Days: 731}, {
				Name: " ",
			},
		} {
			_, err := s.MakeToken(ctx, me, bad)
			code(t, err, fault.Invalid)
		}
		operations := map[string]op.Operation{}
		for _, o := range s.Operations() {
			operations[o.Name] = o
		}
		var secrets []string
		for scope, reach := range map[string]op.Reach{
			"": op.Write, "read": op.Read, "write": op.Write, "govern": op.Govern,
		} {
			token, err := s.MakeToken(ctx, me, account.TokenInput{Name: "for " + scope, Scope: scope, Days: 10})
			if err != nil || token.Expires == nil || token.Expires.Sub(now) > 241*time.Hour {
				t.Fatalf("%+v, %v", token, err)
			}
			secrets = append(secrets, token.Secret)
			v, err := s.Bearer(ctx, token.Secret)
			if err != nil || v.Reach != reach || v.Member != me.Member {
				t.Fatalf("%q: %+v, %v", scope, v, err)
			}
			for name, o := range operations {
				may := o.Needs != op.Person && o.Needs <= reach
				if refused := o.Permit(v) != nil; refused == may {
					t.Errorf("%s with a token for %q: refused %v", name, scope, refused)
				}
			}
		}
		for _, name := range []string{
			"tokens.new", "tokens.feed", "sessions.list", "sessions.end", "profile.password",
		} {
			if operations[name].Needs != op.Person {
				t.Errorf("a token may do %s", name)
			}
		}
		for _, name := range []string{
			"members.role", "members.remove", "members.invite", "space.change", "invitations.revoke", "tokens.revoke",
			"audit.list",
		} {
			if operations[name].Needs != op.Govern {
				t.Errorf("a token that does not govern may do %s", name)
			}
		}
		now = now.AddDate(0, 0, 11)
		for _, secret := range secrets {
			_, err := s.Bearer(ctx, secret)
			code(t, err, fault.Unauthenticated)
		}
		fresh, _ := s.NewToken(ctx, me, "fresh", 0)
		feed, _ := s.NewFeed(ctx, me, "calendar")
		if _, err := s.Bearer(ctx, feed.Secret); fault.CodeOf(err) != fault.Unauthenticated {
			t.Errorf("a feed opens the API: %v", err)
		}
		if _, err := s.Feed(ctx, fresh.Secret); fault.CodeOf(err) != fault.Unauthenticated {
			t.Errorf("a token opens the feed: %v", err)
		}
		elsewhere, err := s.SignIn(ctx, "anna@example.org", password, "192.0.2.1", "")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.ChangePassword(ctx, me,
			account.PasswordInput{Old: password, New: "another phrase, longer"}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Session(ctx, session); err != nil {
			t.Errorf("the session at hand ends: %v", err)
		}
		_, err = s.Session(ctx, elsewhere)
		code(t, err, fault.Unauthenticated)
		_, err = s.Bearer(ctx, fresh.Secret)
		code(t, err, fault.Unauthenticated)
		_, err = s.Feed(ctx, feed.Secret)
		code(t, err, fault.Unauthenticated)
	})
}

// A session ends after ninety days however much it is used.
func TestSessionsEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, _, session := setUp(t, d)
		now := time.Now()
		s.Now = func() time.Time { return now }
		for range 8 {
			now = now.AddDate(0, 0, 11)
			if _, err := s.Session(ctx, session); err != nil {
				t.Fatal(err)
			}
		}
		lately := func(days int) int {
			t.Helper()
			viewers, err := s.SeenSince(ctx, now.AddDate(0, 0, -days), 10)
			if err != nil {
				t.Fatal(err)
			}
			return len(viewers)
		}
		now = now.AddDate(0, 0, 1)
		if here, gone := lately(2), lately(0); here != 1 || gone != 0 {
			t.Errorf("%d were here within two days, %d since now", here, gone)
		}
		now = now.AddDate(0, 0, 2)
		_, err := s.Session(ctx, session)
		code(t, err, fault.Unauthenticated)
	})
}

// The trail says who did what, under the one who did it, without what people typed.
func TestTheTrail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, owner, _ := setUp(t, d)
		s.SignIn(ctx, "anna@example.org", "wrong password", "192.0.2.77", "")
		s.SignIn(ctx, "anna@example.org", password, "192.0.2.77", "")
		bob := join(t, s, owner, op.Member, "bob@example.org")
		token, _ := s.NewToken(ctx, bob, "Geheim van Karel", 0)
		s.Bearer(ctx, token.Secret)
		s.Bearer(ctx, token.Secret)
		s.RevokeToken(ctx, bob, token.ID)
		s.Invite(ctx, owner, op.Guest)
		open, _ := s.Invitations(ctx, owner)
		s.RevokeInvitation(ctx, owner, open[0].ID)
		s.SetRole(ctx, owner, bob.Member, op.Guest)
		s.ChangePassword(ctx, owner, account.PasswordInput{Old: password, New: "another phrase, longer"})
		s.RemoveMember(ctx, owner, bob.Member)
		out, err := s.Trail(ctx, owner, account.TrailInput{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		count := map[string]int{}
		for _, line := range out.Trail {
			count[line.Action]++
			who := line.Member
			switch line.Action {
			case "token.new", "token.use", "token.revoke":
				if who != bob.Member {
					t.Errorf("%+v is not under its member", line)
				}
			case "invitation.accept":
				if who != bob.Member && who != owner.Member {
					t.Errorf("%+v is not under who accepted", line)
				}
			case "signin.failed":
				if !who.IsZero() || line.About != "Anna" || line.Detail != "192.0.2.0/24" {
					t.Errorf("%+v", line)
				}
			case "member.role":
				if line.About != "member" || line.Detail != "guest" {
					t.Errorf("%+v", line)
				}
			}
		}
		for action, n := range map[string]int{
			"signin.failed": 1, "token.new": 1, "token.use": 1, "token.revoke": 1, "invitation.new": 2,
			"invitation.accept": 2, "invitation.revoke": 1,
			"member.role": 1, "password.change": 1, "member.remove": 1, "signin": 3,
		} {
			if count[action] != n {
				t.Errorf("%s: %d lines, want %d", action, count[action], n)
			}
		}
		typed, err := db.Value[int](ctx, d,
			`select count(*) from audit where detail like '%Karel%' or detail like '%@%'`)
		if err != nil || typed > 0 {
			t.Errorf("%d lines hold what somebody typed, %v", typed, err)
		}
	})
}
