package formats_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/intake/read/readtest"
)

var update = flag.Bool("update", false, "write the golden files anew; look at the difference before it is kept")

// The samples are small files as people really have them: what trouble they gave other programs, and what the heads of
// columns are in other languages. Beside each folder stands what is right, which was written down by hand or looked at
// line by line.
func TestSamples(t *testing.T) {
	folders, err := filepath.Glob("../testdata/samples/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		if strings.HasSuffix(folder, ".golden") {
			continue
		}
		t.Run(filepath.Base(folder), func(t *testing.T) {
			entries, err := os.ReadDir(folder)
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			for _, e := range entries {
				fmt.Fprintf(&out, "== %s\n%s", e.Name(), sampleText(folder, e.Name()))
			}
			if *update {
				if err := os.WriteFile(folder+".golden", []byte(out.String()), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(folder + ".golden")
			if err != nil {
				t.Fatal(err)
			}
			if got := out.String(); got != string(want) {
				t.Errorf("%s", firstDifference(got, string(want)))
			}
		})
	}
}

// firstDifference shows where two texts part, with the sample it is in.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	sample := ""
	for i := range g {
		if strings.HasPrefix(g[i], "== ") {
			sample = g[i]
		}
		if i >= len(w) || g[i] != w[i] {
			return fmt.Sprintf("%s, line %d:\n got %s\nwant %s", sample, i+1, g[i],
				strings.Join(w[min(i, len(w)):min(i+1, len(w))], ""))
		}
	}
	return "the end is missing: " + strings.Join(w[len(g):], "\n")
}

// sampleText is everything that a reader makes of a file or folder.
func sampleText(folder, name string) string {
	var out strings.Builder
	path := filepath.Join(folder, name)
	for entry, err := range formats.Open(context.Background(), path) {
		c := &readtest.Collector{}
		src := &read.Source{Zone: time.UTC, Now: readtest.Now}
		if err == nil {
			fmt.Fprintf(&out, "   %s\n", entry.Format.Name)
			err = entry.Read(context.Background(), src, c)
		}
		for _, contact := range c.Contacts {
			out.WriteString("   " + contactText(contact) + "\n")
		}
		for _, s := range c.Statements {
			fmt.Fprintf(&out, "   %s > %s: %s %g", partyText(s.From), partyText(s.To), s.Layer, s.Weight)
			if s.Sign < 0 {
				out.WriteString(" negative")
			}
			if s.Undirected {
				out.WriteString(" both ways")
			}
			if !s.Time.IsZero() {
				out.WriteString(" " + s.Time.Format(time.DateOnly))
			}
			out.WriteString("\n")
		}
		for i, reason := range c.Rejects {
			fmt.Fprintf(&out, "   rejected, line %d: %s\n", c.Rejected[i].Line, reason)
		}
		if err != nil {
			hint := ""
			var known *fault.Error
			if errors.As(err, &known) {
				hint = known.Hint
			}
			fmt.Fprintf(&out, "   fault: %s %s\n", strings.ReplaceAll(err.Error(), folder+"/", ""), hint)
		}
	}
	return out.String()
}

func partyText(p read.Party) string {
	if p.Name == "" {
		return p.Address + p.Phone + p.Link + p.Handle
	}
	return p.Name
}

func contactText(c read.Contact) string {
	parts := []string{c.Display()}
	add := func(label string, values ...string) {
		for _, value := range values {
			if value != "" {
				parts = append(parts, label+" "+fmt.Sprintf("%q", value))
			}
		}
	}
	add("prefix", c.Name.Prefix)
	add("suffix", c.Name.Suffix)
	add("also", c.Nickname)
	add("mail", c.Addresses...)
	add("telephone", c.Phones...)
	add("link", c.Links...)
	for _, p := range c.Organisations {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("role %q at %q %s %s %s", p.Title, p.Organisation,
			p.Department, p.From, p.Until)))
	}
	add("place", c.Place)
	add("tag", c.Tags...)
	for _, d := range c.Dates {
		parts = append(parts, fmt.Sprintf("%s %d-%02d-%02d", d.Kind, d.Year, d.Month, d.Day))
	}
	for _, r := range c.Related {
		parts = append(parts, r.Kind+" "+partyText(r.Party))
	}
	if !c.Changed.IsZero() {
		add("changed", c.Changed.Format(time.DateOnly))
	}
	add("note", c.Note)
	add("kept", c.Unknown...)
	for _, is := range []struct {
		says bool
		what string
	}{{c.Company, "a company"}, {c.Adds, "only adds"}, {c.Self, "self"}, {c.Gone, "gone"}} {
		if is.says {
			parts = append(parts, is.what)
		}
	}
	return strings.Join(parts, " | ")
}
