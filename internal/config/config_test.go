package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gave.network/internal/config"
	"gave.network/internal/locale"
)

// write makes a file of settings and returns its path.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), config.FileName)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// said is a problem as one line of English.
func said(p *config.Problem) string {
	if p == nil {
		return ""
	}
	return p.Fault(locale.New(locale.English, time.UTC)).Error()
}

// Every setting can be said by a flag, the environment and a file, and the first of these that says something holds.
func TestWhichSourceHolds(t *testing.T) {
	values := map[string][3]string{ // by flag, environment, file
		"data":            {"/flag", "/environment", "/file"},
		"database":        {"postgres://flag/x", "postgres://environment/x", "postgres://file/x"},
		"space":           {"flag", "environment", "file"},
		"listen":          {":1", ":2", ":3"},
		"public-url":      {"https://flag.example", "https://environment.example", "https://file.example"},
		"trusted-proxies": {"10.0.0.1", "10.0.0.2", "10.0.0.3"}, "upload-limit": {"1GB", "2GB", "3GB"},
		"form-limit":        {"1MB", "2MB", "3MB"},
		"calendar-networks": {"10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"},
		"patience":          {"1m", "2m", "3m"},
		"drain":             {"1s", "2s", "3s"},
		"mail-server":       {"smtp://flag.example", "smtp://environment.example", "smtps://u:p@file.example:465"},
		"openid-issuer":     {"https://flag.example", "https://environment.example/x", "http://127.0.0.1:9"},
		"openid-client":     {"flag", "environment", "file"},
		"openid-secret":     {"flag", "environment", "file"},
		"openid-name":       {"flag", "environment", "file"},
		"openid-domains":    {"flag.example", "environment.example, x.example", "@file.example"},
		"mail-from":         {"flag@example.org", "environment@example.org", "Gave <file@example.org>"},
		"mail-inbox": {
			"imaps://u:p@flag.example", "imaps://u:p@environment.example",
			"imap://u:p@file.example:143",
		},
		"google-client": {"flag", "environment", "file"}, "google-secret": {"flag", "environment", "file"},
		"microsoft-client": {"flag", "environment", "file"}, "microsoft-secret": {"flag", "environment", "file"},
		"oauth-issuer": {"https://flag.example", "https://environment.example/x", "http://127.0.0.1:9"},
		"oauth-client": {"flag", "environment", "file"}, "oauth-secret": {"flag", "environment", "file"},
		"oauth-name":       {"flag", "environment", "file"},
		"oauth-server":     {"imaps://flag.example", "imaps://environment.example:993", "imap://127.0.0.1:143"},
		"oauth-scopes":     {"flag", "environment, openid", "file"},
		"mail-certificate": {"/flag", "/environment", "/file"}, "mail-key": {"/flag", "/environment", "/file"},
		"mail-receive": {":1", ":2", ":3"}, "mail-domain": {"flag.example", "environment.example", "file.example"},
	}
	for _, o := range config.Options() {
		v, ok := values[o.Key]
		if !ok {
			t.Errorf("the test says nothing of %s", o.Key)
			continue
		}
		file := write(t, "# a file\n\n  "+o.Key+"  =  "+v[2]+"  \r\n")
		for said := range 1 << 3 {
			given := config.Given{Flags: map[string]string{}}
			want, source, where := o.FallBack(), config.Default, ""
			if said&1 != 0 {
				given.File = file
				want, source, where = v[2], config.File, file
			}
			if said&2 != 0 {
				given.Environment = []string{o.Environment() + "=" + v[1], "OTHER=x", "nonsense"}
				want, source, where = v[1], config.Environment, o.Environment()
			}
			if said&4 != 0 {
				given.Flags[o.Key] = v[0]
				want, source, where = v[0], config.Flag, "--"+o.Key
			}
			if said&1 == 0 {
				given.File = write(t, "# nothing\n")
			}
			s := config.Load(given)
			if problem := s.Check(); problem != nil {
				t.Errorf("%s: %s", o.Key, problem.Err)
			}
			if got := s.Get(o); got.Text != want || got.Source != source || got.Where != where ||
				source == config.File && got.Line != 3 {
				t.Errorf("%s is %q of %s %q, line %d, want %q of %s %q", o.Key, got.Text, got.Source, got.Where,
					got.Line, want, source, where)
			}
		}
	}
}

// An empty flag or variable says nothing.
func TestWhatIsEmptySaysNothing(t *testing.T) {
	s := config.Load(config.Given{
		Flags: map[string]string{"listen": ""}, Environment: []string{"GAVE_LISTEN=", "GAVE_CONFIG="},
		File: write(t, "listen = :9"),
	})
	if got := s.Text(config.Listen); got != ":9" || s.Check() != nil {
		t.Errorf("listens on %q, %v", got, s.Check())
	}
}

// The file is the one of the flag, or else of the environment, or else the one in the data directory.
func TestWhichFile(t *testing.T) {
	own, other, third := write(t, "listen = :1"), write(t, "listen = :2"), write(t, "listen = :3")
	environment := []string{"GAVE_DATA=" + filepath.Dir(own), "GAVE_CONFIG=" + other}
	for want, given := range map[string]config.Given{
		":1": {Environment: environment[:1]}, ":2": {Environment: environment},
		":3":                  {Environment: environment, File: third},
		config.Listen.Default: {Environment: []string{"GAVE_DATA=" + t.TempDir()}},
	} {
		if s := config.Load(given); s.Text(config.Listen) != want || s.Check() != nil {
			t.Errorf("listens on %q, want %q: %v", s.Text(config.Listen), want, s.Check())
		}
	}
	s := config.Load(config.Given{Flags: map[string]string{"data": filepath.Join(own, "below a file")}})
	if s.File != "" || s.Check() != nil {
		t.Errorf("a data directory that is none: %v", s.Check())
	}
}

// What is wrong is said with its place, and in plain words.
func TestWhatIsWrongIsSaidWhere(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"listen = 127.0.0.1", `line 1: "127.0.0.1" is not an address to listen on.`},
		{"# x\n\nlisten = :99999", `line 3: ":99999" is not an address to listen on.`},
		{"listen = :", `line 1: ":" is not an address to listen on.`},
		{"public-url = gave.example", `line 1: "gave.example" is not the address of a server.`},
		{
			"public-url = https://gave.example/path",
			`line 1: "https://gave.example/path" is not the address of a server.`,
		},
		{"trusted-proxies = 10.0.0.1, proxy.example", `line 1: "proxy.example" is not an address or a network.`},
		{"database = mysql://gave:secret@localhost/gave", "line 1: The database address cannot be read."},
		{"database = postgres://gave:secret@localhost:port/gave", "line 1: The database address cannot be read."},
		{"upload-limit = much", `line 1: "much" is not a size.`},
		{"upload-limit = -1GB", `line 1: "-1GB" is not a size.`},
		{"form-limit = 1", `line 1: "1" is not between 64 KiB and 1.0 GiB.`},
		{"form-limit = 99999999999999999999999GB", `line 1: "99999999999999999999999GB" is not`},
		{"mail-server = smtp://user:secret@host:port", "line 1: The address of the mail server cannot be read."},
		{"mail-server = mail.example", "line 1: The address of the mail server cannot be read."},
		{"mail-server = http://mail.example", "line 1: The address of the mail server cannot be read."},
		{"openid-issuer = http://login.example", `line 1: "http://login.example" is not the address of a provider`},
		{"openid-domains = a@b.example", `line 1: "a@b.example" is not the domain of a mail address.`},
		{"mail-from = gave", `line 1: "gave" is not a mail address.`},
		{"patience = 30", `line 1: "30" is not a length of time.`},
		{"patience = 1ms", `line 1: "1ms" is not between 1s and 1h0m0s.`},
		{"patience = -5s", `line 1: "-5s" is not between 1s and 1h0m0s.`},
		{"listne = :1", `line 1: There is no setting "listne"; is listen meant?`},
		{"listen = :1\nmailer = x", `line 2: There is no setting "mailer".`},
		{"listen = :1\nlisten = :1", "line 2: listen was set already, in line 1."},
		{"listen", "line 1: There is no key and value here."},
		{"= :1", "line 1: There is no key and value here."},
		{"listen =", "line 1: listen has no value."},
		{"listen = \xff\xfe", "line 1: This is not text."},
		{"data = gave", `line 1: "gave" is not a whole path.`},
		{"data = ~/gave", `line 1: "~/gave" is not a whole path.`},
		{strings.Repeat("#", 1<<20+1), "The settings cannot be read."},
	} {
		path := write(t, c.file)
		near := func(word string, known []string) string {
			if word == "listne" {
				return "listen"
			}
			return ""
		}
		got := said(config.Load(config.Given{File: path, Nearest: near}).Check())
		if !strings.Contains(got, c.want) || !strings.HasPrefix(got, path) {
			t.Errorf("%.60q: %s, want %s", c.file, got, c.want)
		}
		if strings.Contains(got, "secret") {
			t.Errorf("a password is said: %s", got)
		}
	}
	for want, given := range map[string]config.Given{
		`--listen: "x" is not an address to listen on.`: {Flags: map[string]string{"listen": "x"}},
		`GAVE_PATIENCE: "x" is not a length of time.`:   {Environment: []string{"GAVE_PATIENCE=x"}},
		`GAVE_TRUSTED_PROXIES: "x" is not an address or a network.`: {
			Environment: []string{"GAVE_TRUSTED_PROXIES=x"},
		},
		"/nowhere/gave.conf: The settings cannot be read.": {File: "/nowhere/gave.conf"},
		filepath.Dir(os.TempDir()) +
			": The settings cannot be read.": {Environment: []string{"GAVE_CONFIG=" + filepath.Dir(os.TempDir())}},
		"line 1: This file lies in the data directory, so it cannot": {
			Environment: []string{"GAVE_DATA=" + filepath.Dir(write(t, "data = /x"))},
		},
		`line 1: "y" is not an address to listen on.`: {
			File: write(t, "listen = y"), Flags: map[string]string{"listen": ":1"},
		},
		`line 1: "z" is not an address or a network. Write it as 127.`: {
			File: write(t, "trusted-proxies = z"), Environment: []string{"GAVE_TRUSTED_PROXIES=::1"},
		},
	} {
		if got := said(config.Load(given).Check()); !strings.Contains(got, want) {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// A command that does not serve is not stopped by what only a server uses; by a key that is written wrong it is.
func TestOnlyWhatIsUsedIsChecked(t *testing.T) {
	s := config.Load(config.Given{File: write(t, "listen = x")})
	if problem := s.Check(config.Data, config.Database); problem != nil {
		t.Error(said(problem))
	}
	s = config.Load(config.Given{File: write(t, "databse = postgres://localhost/gave")})
	if s.Check(config.Data, config.Database) == nil {
		t.Error("a key that is not known is passed over")
	}
}

// A file that is there and may not be read is never passed over.
func TestFileThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, config.FileName), 0o700); err != nil {
		t.Fatal(err)
	}
	s := config.Load(config.Given{Flags: map[string]string{"data": dir}})
	if got := said(s.Check()); !strings.Contains(got, "The settings cannot be read.") {
		t.Errorf("a directory in the place of the file: %q", got)
	}
	if os.Getuid() == 0 {
		t.Log("the superuser may read everything, so a closed file is not tried")
		return
	}
	path := write(t, "listen = :1")
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	s = config.Load(config.Given{Flags: map[string]string{"data": filepath.Dir(path)}})
	if got := said(s.Check()); !strings.Contains(got, "The settings cannot be read.") {
		t.Errorf("a closed file: %q", got)
	}
}

func TestPasswordsAreNotShown(t *testing.T) {
	for text, want := range map[string]string{
		"postgres://gave:secret@localhost/gave":               "postgres://gave:xxxxx@localhost/gave",
		"postgres://localhost/gave?password=secret&user=gave": "postgres://localhost/gave?password=xxxxx&user=gave",
		"postgres://localhost/gave?sslpassword=secret":        "postgres://localhost/gave?sslpassword=xxxxx",
		"postgres://gave:se%zzcret@localhost/gave":            "xxxxx",
		"postgres://gave@localhost/gave":                      "postgres://gave@localhost/gave",
		"/srv/gave/gave.db":                                   "/srv/gave/gave.db",
	} {
		if got := config.Database.Shown(text); got != want {
			t.Errorf("%s is shown as %s, want %s", text, got, want)
		}
	}
	if got := config.Listen.Shown(":1"); got != ":1" {
		t.Errorf("what is no secret is shown as %s", got)
	}
}

func TestNotes(t *testing.T) {
	path := write(t, "database = postgres://gave:secret@localhost/gave")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	s := config.Load(
		config.Given{File: path, Environment: []string{"GAVE_LISTN=:1", "GAVE_TEST_POSTGRES=x", "GAVE_LISTEN=:1"}})
	var got []string
	for _, note := range s.Notes {
		got = append(got, locale.New(locale.English, time.UTC).T(note.Text, note.Args...))
	}
	want := "The variable GAVE_LISTN is no setting of Gave.\nEverybody on this machine can read " + path +
		", and it holds a password."
	if strings.Join(got, "\n") != want {
		t.Errorf("notes %q, want %q", got, want)
	}
}

func TestSizesAndTimes(t *testing.T) {
	s := config.Load(config.Given{Flags: map[string]string{"upload-limit": "5 GB", "patience": "90s"}})
	if s.Bytes(config.UploadLimit) != 5_000_000_000 || s.Bytes(config.FormLimit) != 1<<20 ||
		s.Duration(config.Patience) != 90*time.Second {
		t.Errorf("%d, %d, %s", s.Bytes(config.UploadLimit), s.Bytes(config.FormLimit), s.Duration(config.Patience))
	}
}

func TestUserData(t *testing.T) {
	t.Setenv("HOME", "/home/anna")
	for _, c := range []struct{ xdg, want string }{
		{"", "/home/anna/.local/share/gave"}, {"/data", "/data/gave"}, {"relative", "/home/anna/.local/share/gave"},
	} {
		t.Setenv("XDG_DATA_HOME", c.xdg)
		if got := config.Load(config.Given{}).Text(config.Data); got != c.want {
			t.Skipf("this system keeps data in %s", got)
		}
	}
}

// Whatever stands in a file: it is read without a panic, and every line of it that says something is a value or a
// problem.
func FuzzFile(f *testing.F) {
	f.Add("listen = :1\n# x\npublic-url=https://gave.example\n")
	f.Add("\ufefflisten\r\n= \x00\n\xff")
	f.Fuzz(func(t *testing.T, text string) {
		s := config.Load(config.Given{File: write(t, text)})
		said, lines := len(s.Problems), 0
		for _, v := range s.All() {
			if v.Source == config.File {
				said++
			}
		}
		for _, line := range strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n") {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				lines++
			}
		}
		if len(text) <= 1<<20 && said != lines {
			t.Errorf("%d lines say something, %d are values or problems", lines, said)
		}
	})
}
