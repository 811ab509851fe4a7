package formats_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/contacts"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/intake/read/readtest"
)

// FuzzContactFiles reads lists of addresses, directories and cards with whatever stands in them.
func FuzzContactFiles(f *testing.F) {
	for _, folder := range []string{"tables", "vcards", "directories"} {
		samples, err := filepath.Glob("../testdata/samples/" + folder + "/*.*")
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range samples {
			if content, err := os.ReadFile(name); err == nil {
				f.Add(content)
			}
		}
	}
	f.Add([]byte("dn:: \n\nmember: cn=\n objectclass: groupOfNames\n\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, format := range []read.Format{
			contacts.AddressList, contacts.LDIF, contacts.SCIM, contacts.VCard, contacts.CSV,
		} {
			format.Detect(content, "x.txt")
			src := &read.Source{
				Path: "x", Reader: strings.NewReader(string(content)), Zone: time.UTC,
				Now: readtest.Now,
			}
			c := &readtest.Collector{}
			if err := format.Read(context.Background(), src, c); err != nil {
				continue
			}
			for i, contact := range c.Contacts {
				for _, tag := range contact.Tags {
					if contact.Adds && tag == "" {
						t.Errorf("%s: contact %d adds nothing: %+v", format.Name, i, contact)
					}
				}
				for _, d := range contact.Dates {
					if d.Month < 1 || d.Month > 12 || d.Day < 1 || d.Day > 31 {
						t.Errorf("%s: %+v", format.Name, d)
					}
				}
			}
		}
		formats.UnreadFile("x.txt", content)
	})
}
