package names

import (
	"bufio"
	"compress/gzip"
	"io"
	"mime"
	"os"
	"strings"
	"testing"

	"gave.network/internal/realdata"
	"gave.network/internal/text"
	"gave.network/internal/text/addresses"
)

// senders reads the distinct From lines of an archive: the display name, and the name that the address alone suggests.
func senders(t *testing.T, path string) (shown, guessed []Name) {
	t.Helper()
	f, err := os.Open(realdata.Path(t, path))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	lines := bufio.NewReaderSize(z, 1<<16)
	for {
		line, err := lines.ReadString('\n')
		if from, ok := strings.CutPrefix(line, "From: "); ok {
			var decoder mime.WordDecoder
			if decoded, err := decoder.DecodeHeader(from); err == nil {
				from = decoded
			}
			address, ok := addresses.Mail(from)
			n, g := Parse(from), Parse(address)
			if ok && !seen[address] && !n.Derived && n.Given != "" && n.Family != "" && g.Given != "" &&
				g.Family != "" {
				seen[address] = true
				shown, guessed = append(shown, n), append(guessed, g)
			}
		}
		if err == io.EOF {
			return shown, guessed
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// On real archives the name guessed from an address fits the name beside it in most cases, and hardly ever the name
// of somebody else.
func TestNamesOfRealSenders(t *testing.T) {
	var shown, guessed []Name
	for _, path := range []string{
		"mail/r-sig-mixed-models-2009-2010.mbox.gz", "mail/spamassassin-easy-ham-1.mbox.gz",
		"mail/twisted-python-2003.mbox.gz",
	} {
		s, g := senders(t, path)
		shown, guessed = append(shown, s...), append(guessed, g...)
	}
	if len(shown) > 200 {
		shown, guessed = shown[:200], guessed[:200]
	}
	if len(shown) < 100 {
		t.Fatalf("only %d senders", len(shown))
	}
	fits, others, wrong := 0, 0, 0
	for i := range shown {
		if score, _ := Similarity(shown[i], guessed[i]); score >= 0.5 {
			fits++
		}
		for j := range i {
			if text.Fold(shown[i].Display()) == text.Fold(shown[j].Display()) {
				continue
			}
			others++
			if score, reasons := Similarity(shown[i], shown[j]); score >= 0.8 {
				wrong++
				t.Logf("%q and %q: %.2f %q", shown[i].Full, shown[j].Full, score, reasons)
			}
		}
	}
	t.Logf("%d senders: name and address fit for %d; %d pairs of different names, %d of them at 0.8 or more",
		len(shown), fits, others, wrong)
	if float64(fits) < 0.75*float64(len(shown)) || wrong > others/2000 {
		t.Errorf("of %d senders %d fit, and %d of %d pairs are taken for one person", len(shown), fits, wrong, others)
	}
}
