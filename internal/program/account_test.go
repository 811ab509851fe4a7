package program_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"gave.network/internal/account"
	"gave.network/internal/app"
	"gave.network/internal/locale"
)

// Whoever runs the machine helps who is locked out: takes the second step off, and gives a link for a new password.
func TestTheMachineHelpsWhoIsLockedOut(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	a, err := app.Open(ctx, app.Config{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	owner, err := a.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	setup, err := a.Account.SetupLink(ctx, owner)
	if err != nil {
		t.Fatal(err)
	}
	const old, next = "a long enough password", "another long password"
	if _, err := a.Account.Accept(ctx, setup, "Anna", "anna@example.org", old, ""); err != nil {
		t.Fatal(err)
	}
	app, err := a.Account.BeginStep(ctx, owner, "gave.example")
	if err != nil {
		t.Fatal(err)
	}
	shown, err := totp.GenerateCode(strings.ReplaceAll(app.Secret, " ", ""), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Account.ConfirmStep(ctx, owner, shown, account.Visit{}); err != nil {
		t.Fatal(err)
	}
	enter := func(password string) account.Entry {
		t.Helper()
		entry, err := a.Account.SignInFrom(ctx, "anna@example.org", password, account.Visit{})
		if err != nil {
			t.Fatal(err)
		}
		return entry
	}
	if entry := enter(old); entry.Session != "" {
		t.Fatal("no second step is asked for")
	}
	if code, out, problems := run("account", "unlock", "anna@example.org", "--data", dir); code != 0 ||
		!strings.Contains(out, "The second step is off.") {
		t.Errorf("%d %s %s", code, out, problems)
	}
	if entry := enter(old); entry.Session == "" {
		t.Error("it is still asked for")
	}
	t.Setenv("GAVE_PUBLIC_URL", "https://gave.example/")
	code, out, problems := run("account", "link", "anna@example.org", "--data", dir)
	found := regexp.MustCompile(`https://gave\.example/reset/new\?link=([\w-]+)`).FindStringSubmatch(out)
	if code != 0 || found == nil {
		t.Fatalf("%d %s %s", code, out, problems)
	}
	if _, err := a.Account.Reset(ctx, found[1], next, account.Visit{}); err != nil {
		t.Fatal(err)
	}
	if entry := enter(next); entry.Session == "" {
		t.Error("the new password does not let in")
	}
	if code, _, problems := run("account", "link", "nobody@example.org", "--data", dir); code == 0 ||
		!strings.Contains(problems, "nobody@example.org") {
		t.Errorf("%d %s", code, problems)
	}
}
