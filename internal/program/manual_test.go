package program_test

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"gave.network/docs/manual"
	"gave.network/internal/app"
	"gave.network/internal/config"
	"gave.network/internal/program"
)

// inline is a command in running text.
var inline = regexp.MustCompile("`(gave [^`]+)`")

// commands are the lines of a page that call gave, also in a crontab.
func commands(text string) []string {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		if strings.HasPrefix(line, "    ") {
			if _, after, ok := strings.Cut(trimmed, "* * * "); ok {
				trimmed = after
			}
			if strings.HasPrefix(trimmed, "gave ") {
				out = append(out, trimmed)
				continue
			}
		}
		for _, found := range inline.FindAllStringSubmatch(line, -1) {
			out = append(out, found[1])
		}
	}
	return out
}

// arguments splits a line as a shell does, as far as the manual goes: words, and texts between double quotation marks.
func arguments(t *testing.T, line string) []string {
	t.Helper()
	if strings.ContainsAny(line, "|>;\\$'") || strings.Count(line, `"`)%2 != 0 {
		t.Errorf("%s: shells differ in how they read this", line)
	}
	var out []string
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			out = append(out, part)
			continue
		}
		out = append(out, strings.Fields(part)...)
	}
	return out[1:]
}

// Every command that the manual prints is one, with its flags and as many arguments as it takes.
func TestTheManualPrintsWhatIsThere(t *testing.T) {
	said := map[string][]string{}
	err := fs.WalkDir(manual.Files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := manual.Files.ReadFile(path)
		if err != nil {
			return err
		}
		lang, page, _ := strings.Cut(path, "/")
		for _, line := range commands(string(text)) {
			words := arguments(t, line)
			cmd, rest, err := program.New().Find(words)
			if err != nil || !cmd.HasParent() ||
				cmd.HasSubCommands() && len(rest) > 0 && !strings.HasPrefix(rest[0], "-") && cmd.RunE == nil {
				t.Errorf("%s: %s: there is no such command", path, line)
				continue
			}
			if err := cmd.ParseFlags(rest); err != nil {
				t.Errorf("%s: %s: %v", path, line, err)
				continue
			}
			if problem := countOf(cmd); problem != "" && !strings.Contains(line, "--about") {
				t.Errorf("%s: %s: %s", path, line, problem)
			}
			said[page] = append(said[page], lang+" "+cmd.CommandPath())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(said) < 15 {
		t.Errorf("only %d pages print commands", len(said))
	}
	for page, lines := range said {
		var english, dutch []string
		for _, line := range lines {
			if lang, path, _ := strings.Cut(line, " "); lang == "en" {
				english = append(english, path)
			} else {
				dutch = append(dutch, path)
			}
		}
		if !slices.Equal(english, dutch) {
			t.Errorf("%s calls %v in English, %v in Dutch", page, english, dutch)
		}
	}
}

// countOf says what is wrong with the number of arguments, by how the command says it is used: PERSON TEXT,
// [ORGANISATION], PATH….
func countOf(cmd *cobra.Command) string {
	given := len(cmd.Flags().Args())
	least, most := 0, 0
	for _, word := range strings.Fields(cmd.Use)[1:] {
		if !strings.HasPrefix(word, "[") {
			least++
		}
		if most++; strings.Contains(word, "…") {
			most = 1 << 20
		}
	}
	if given < least || given > most {
		return "takes " + cmd.Use
	}
	return ""
}

// The table of settings in the manual is the one of the program.
func TestTheManualListsEverySetting(t *testing.T) {
	for _, lang := range []string{"en", "nl"} {
		text, err := manual.Files.ReadFile(lang + "/settings.md")
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		for _, line := range strings.Split(string(text), "\n") {
			if strings.Contains(line, "`--") && strings.HasPrefix(line, "| ") {
				rows++
			}
		}
		if rows != len(config.Options()) {
			t.Errorf("%s: the table has %d settings, the program %d", lang, rows, len(config.Options()))
		}
		for _, o := range config.Options() {
			row := "| " + o.Key + " | `--" + o.Key + "` | " + o.Environment() + " | "
			if o.Default != "" {
				row += o.Default + " |"
			}
			if !strings.Contains(string(text), row) {
				t.Errorf("%s: no row %s", lang, row)
			}
		}
	}
}

// Every command stands under a principle, or under what lies around the seven, because a list says so and not for
// want of one.
func TestEveryCommandHasItsPlace(t *testing.T) {
	registry := app.Registry()
	for _, cmd := range program.New().Commands() {
		group := registry.GroupOf(cmd.Name())
		if cmd.IsAvailableCommand() && !slices.Contains(group.Nouns, cmd.Name()) {
			t.Errorf("gave %s is filed nowhere", cmd.Name())
		}
	}
}
