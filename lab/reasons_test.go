package lab

import (
	"bufio"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gave.network/internal/ask"
	"gave.network/internal/locale"
)

// rows reads the lines of a file of testdata that are not remarks, by their fields.
func rows(t *testing.T, name string, fields int) (all [][]string) {
	t.Helper()
	file, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		row := strings.Split(lines.Text(), "\t")
		if len(row) != fields {
			t.Fatalf("%s: %q has %d fields", name, lines.Text(), len(row))
		}
		all = append(all, row)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// fitting is what a reason says that fits, as routing says it in English.
var fitting = regexp.MustCompile(`^It fits (?:what is on record: (.*)\.|“(.*)” \([^()]*\)\.)$`)

// judgedReasons counts what was judged of the reasons of some of the requests.
type judgedReasons struct{ given, right, first, firstRight, unknown int }

// Of three hundred and twenty requests, of which those that are fresh were judged last and changed nothing, each reason
// was judged that routing gives for the first three people: does the line that it names speak for that they can help
// with this? What nobody judged counts as false, and is named.
func TestReasonsAreTrue(t *testing.T) {
	judged := map[[2]string]bool{}
	for _, row := range rows(t, "reasons.txt", 3) {
		judged[[2]string{row[0], row[1]}] = row[2] == "yes"
	}
	requests := rows(t, "requests.txt", 2)
	for _, half := range []struct {
		name  string
		seeds []uint64
		least int // of a hundred
	}{
		{"seen", []uint64{401, 402, 403, 404, 405, 406, 407, 408}, 95},
		{"unseen", []uint64{409, 410}, 90},
		{"looked at later", []uint64{411, 412}, 90},
		{"fresh", []uint64{413, 414}, 94},
	} {
		var got judgedReasons
		if os.Getenv("GAVE_REASONS") == "" { // all worlds take a minute, and of few the share varies more
			half.seeds, half.least = half.seeds[:(len(half.seeds)+3)/4], 90
		}
		for _, seed := range half.seeds {
			o, err := openWorld(t.Context(), locale.English, 150, 4, seed)
			if err != nil {
				t.Fatal(err)
			}
			defer o.Close()
			for _, r := range requests {
				if r[0] != strconv.FormatUint(seed, 10) {
					continue
				}
				out, err := o.Ask.Route(t.Context(), o.viewer, ask.RouteQuery{Text: r[1], Limit: 3})
				if err != nil {
					t.Fatal(err)
				}
				got.add(t, r[1], out, judged)
			}
		}
		t.Logf("%s: %d reasons, %d true; %d first reasons, %d true; nothing known of %d requests", half.name, got.given,
			got.right, got.first, got.firstRight, got.unknown)
		if got.right < half.least*got.given/100 || got.given < 30*len(half.seeds) {
			t.Errorf("%s: %d of %d reasons are true", half.name, got.right, got.given)
		}
	}
}

// add counts the reasons of one request.
func (j *judgedReasons) add(t *testing.T, request string, out ask.RouteOutput, judged map[[2]string]bool) {
	if !out.Known {
		j.unknown++
	}
	for _, h := range out.People {
		first := true
		for _, why := range h.Why {
			said := fitting.FindStringSubmatch(why)
			if said == nil {
				continue
			}
			line := said[1] + said[2]
			right, known := judged[[2]string{request, line}]
			switch {
			case !known:
				t.Logf("nobody judged\n%s\t%s\t?", request, line)
			case !right:
				t.Logf("false: %s: %s", request, line)
			}
			j.given++
			if right {
				j.right++
			}
			if first {
				j.first++
				if right {
					j.firstRight++
				}
			}
			first = false
		}
	}
}
