package app_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gave.network/internal/intake"
	"gave.network/internal/locale"
)

// What became of an import is stored as keys and values: whoever looks later reads it in the own language, why a file
// failed and why the engine of networks or a reader rejected a line.
func TestAnImportIsToldInTheReadersLanguage(t *testing.T) {
	ctx := context.Background()
	a, v := openLocal(t)
	v.Lang = locale.English
	folder := t.TempDir()
	for name, content := range map[string]string{
		"broken.zip": "PK\x03\x04 no more",
		"empty.csv":  "",
		"letter.txt": "Dear reader,\n\nthis is only a letter.\n",
		"ties.net":   "*Vertices 2\n1 \"Anna\"\n2 \"Bert\"\n*Edges\n1 2\n1 9\n*Nonsense\n",
		"cards.vcf":  "BEGIN:VCARD\nVERSION:3.0\nFN:Kars Pot\nBDAY:31-02-1980\nEMAIL:kars@example.org\nEND:VCARD\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	done, err := a.Intake.Import(ctx, v, []string{folder}, intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	said := map[locale.Lang]string{}
	for _, lang := range []locale.Lang{locale.English, locale.Dutch} {
		reader := v
		reader.Lang = lang
		report, err := a.Intake.Report(ctx, reader, done.ID)
		if err != nil {
			t.Fatal(err)
		}
		said[lang] = report.Text(reader.Printer())
		preview, err := a.Intake.Preview(ctx, reader, []string{folder}, intake.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range report.Files {
			for _, g := range preview.Files {
				if f.Path == g.Path && f.Message != g.Message {
					t.Errorf("%s: the report says %q, the preview %q", f.Path, f.Message, g.Message)
				}
			}
		}
	}
	for lang, wants := range map[locale.Lang][]string{
		locale.English: {
			"is a damaged or incomplete zip file. Download", "is empty.",
			"is in no format that Gave reads; it looks like text/plain. A list of people needs",
			`"9" is not the number of a vertex (1 to 2)`, `the section "*Nonsense" is not known`,
			`the date "31-02-1980" cannot be read`,
		},
		locale.Dutch: {
			"is een beschadigd of onvolledig zipbestand. Download",
			"is leeg.",
			"het lijkt op text/plain. Een lijst van mensen heeft",
			`"9" is geen nummer van een knoop (1 tot en met 2)`, `het deel "*Nonsense" is niet bekend`,
			`de datum "31-02-1980" is niet te lezen`,
		},
	} {
		for _, want := range wants {
			if !strings.Contains(said[lang], want) {
				t.Errorf("%s does not say %q:\n%s", lang, want, said[lang])
			}
		}
	}
}
