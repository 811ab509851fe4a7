package fit_test

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"gave.network/internal/realdata"
	"gave.network/internal/text/fit"
)

// occupation is one of ESCO, with its names.
type occupation struct {
	group  string // of ISCO-08, four digits
	nl, en string
}

// minor is the minor group, three digits.
func (o occupation) minor() string { return o.group[:min(3, len(o.group))] }

// escoOccupations reads those that have a name in both languages, in two halves: the first was looked at while the
// words were chosen. ESCO is (c) European Union and is not shipped: it is what the words that are shipped are measured
// by.
func escoOccupations(t *testing.T) (all [2][]occupation) {
	t.Helper()
	file, err := os.Open(realdata.Path(t, "esco/esco-occupations-nl-en.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(unpacked).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		group, _, _ := strings.Cut(row[1], ".")
		if row[2] != "" && row[5] != "" {
			half := sha256.Sum256([]byte(row[0]))[0] & 1
			all[half] = append(all[half], occupation{group, row[2], row[5]})
		}
	}
	return all
}

// The names that the same occupation has in Dutch and English are joined by the words that are shipped; what is joined
// beside them should be of the same minor group. The last line is what scripts/quality.mjs reads.
func TestOccupationsOfESCO(t *testing.T) {
	for half, all := range escoOccupations(t) {
		offers := make([]fit.Offer, len(all))
		terms := make([]map[string]bool, len(all))
		for i, o := range all {
			offers[i] = fit.OfferOf(o.en)
			terms[i] = termsOf(o.en)
		}
		var ours, plain joins
		for i, o := range all {
			need, asked := fit.NeedOf(o.nl), termsOf(o.nl)
			for j := range all {
				ours.add(need.Met(offers[j]) >= fit.Floor, i == j, o.minor() == all[j].minor())
				plain.add(shares(asked, terms[j]), i == j, o.minor() == all[j].minor())
			}
		}
		t.Logf("esco half %d: %d occupations; joined %d, and %d others, %d of one minor group; "+
			"words alone joined %d, and %d others, %d of one minor group", half+1, len(all),
			ours.joined, ours.others, ours.alike, plain.joined, plain.others, plain.alike)
		if 4*ours.joined < len(all) || ours.joined*plain.others < plain.joined*ours.others {
			t.Errorf("half %d: %d of %d are joined, and %d others", half+1, ours.joined, len(all), ours.others)
		}
	}
}

// joins counts what is joined.
type joins struct{ joined, others, alike int }

func (c *joins) add(said, same, alike bool) {
	switch {
	case said && same:
		c.joined++
	case said && alike:
		c.others, c.alike = c.others+1, c.alike+1
	case said:
		c.others++
	}
}
