package program_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gave.network/internal/program"
)

// run runs the program and returns its exit code and what it said.
func run(args ...string) (code int, stdout, stderr string) {
	var out, problems strings.Builder
	code = program.Main(args, strings.NewReader(""), &out, &problems)
	return code, out.String(), problems.String()
}

// What holds is shown with where it comes from, in words and as JSON, and never a password.
func TestConfigSaysWhatHoldsAndWhy(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "gave.conf")
	text := "# the house\nlisten = :9000\ndatabase = postgres://gave:hunter2@localhost/gave\npatience = 5m\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GAVE_PUBLIC_URL", "https://gave.example")
	t.Setenv("GAVE_PATIENCE", "1m")
	t.Setenv("GAVE_OPENID_SECRET", "hunter2")
	code, out, problems := run("config", "--data", dir, "--listen", ":9001", "--json")
	var got struct {
		File     string
		Settings []struct {
			Key, Value, Source, Where string
			Line                      int
		}
		Problems []any
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v: %s%s", code, err, out, problems)
	}
	if got.File != file || len(got.Problems) > 0 {
		t.Errorf("file %q, problems %v", got.File, got.Problems)
	}
	want := map[string]string{
		"data": dir + "|flag|--data", "database": "postgres://gave:xxxxx@localhost/gave|file|" + file,
		"space": "|default|", "listen": ":9001|flag|--listen",
		"public-url": "https://gave.example|environment|GAVE_PUBLIC_URL", "trusted-proxies": "|default|",
		"patience": "1m|environment|GAVE_PATIENCE", "upload-limit": "20GB|default|", "form-limit": "1MiB|default|",
		"calendar-networks": "|default|", "mail-server": "|default|", "mail-from": "|default|",
		"mail-inbox": "|default|", "mail-receive": "|default|", "mail-domain": "|default|",
		"openid-issuer": "|default|", "openid-client": "|default|", "openid-name": "|default|",
		"openid-secret": "xxxxx|environment|GAVE_OPENID_SECRET", "openid-domains": "|default|",
		"google-client": "|default|", "google-secret": "|default|", "microsoft-client": "|default|",
		"microsoft-secret": "|default|", "oauth-issuer": "|default|", "oauth-client": "|default|",
		"oauth-secret": "|default|", "oauth-name": "|default|", "oauth-server": "|default|",
		"oauth-scopes": "|default|", "mail-certificate": "|default|", "mail-key": "|default|",
		"drain": "0s|default|",
	}
	for _, s := range got.Settings {
		if is := s.Value + "|" + s.Source + "|" + s.Where; is != want[s.Key] {
			t.Errorf("%s is %s, want %s", s.Key, is, want[s.Key])
		}
		delete(want, s.Key)
	}
	if len(want) > 0 {
		t.Errorf("not shown: %v", want)
	}
	code, out, _ = run("config", "--data", dir, "--lang", "nl")
	if code != 0 || !strings.Contains(out, "# ("+file+", regel 3)\ndatabase = postgres://gave:xxxxx@") ||
		strings.Contains(out, "hunter2") {
		t.Errorf("exit code %d: %s", code, out)
	}
}

// What is wrong ends with 2, in config and in every command that would use it, with the place; what explains still
// explains.
func TestWrongSettingsStopWhatUsesThem(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "gave.conf")
	if err := os.WriteFile(file, []byte("\ndatabse = postgres://localhost/gave\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"today"}, {"serve"}, {"backup", filepath.Join(dir, "x.zip")}, {"people", "list", "--json"}, {"import", "list"},
	} {
		code, out, problems := run(append(args, "--data", dir)...)
		if code != 2 || out != "" ||
			!strings.Contains(problems, file+`, line 2: There is no setting "databse"; is database meant?`) {
			t.Errorf("%v: exit code %d, %s%s", args, code, out, problems)
		}
	}
	if code, out, _ := run("config", "--data", dir); code != 2 ||
		!strings.Contains(out, `line 2: There is no setting "databse"`) {
		t.Errorf("config: exit code %d, %s", code, out)
	}
	for _, args := range [][]string{
		{}, {"--help"}, {"help", "serve"}, {"people"}, {"serve", "--help"}, {"version"}, {"completion", "bash"}, {
			"graph", "--help",
		},
	} {
		if code, _, problems := run(append(args, "--data", dir)...); code != 0 {
			t.Errorf("%v: exit code %d, %s", args, code, problems)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "gave.db")); err == nil {
		t.Error("a database was made in spite of the settings")
	}
	t.Setenv("GAVE_LISTEN", "nowhere")
	if code, _, problems := run("serve", "--data", t.TempDir()); code != 2 ||
		!strings.Contains(problems, `GAVE_LISTEN: "nowhere" is not an address to listen on.`) {
		t.Errorf("serve: exit code %d, %s", code, problems)
	}
	if code, _, problems := run("people", "list", "--data", t.TempDir()); code != 0 {
		t.Errorf("what only a server uses stops a list: exit code %d, %s", code, problems)
	}
}
