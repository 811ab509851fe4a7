package server_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"gave.network/internal/locale"
	"gave.network/internal/page/browsertest"
)

// What a page may take: bytes as they are sent, elements, and milliseconds until its largest part is painted on a slow
// phone.
const (
	mostSent     = 16_000
	mostElements = 1_500
	slowestPaint = 1500 * time.Millisecond
)

// paint is when the largest part of the page was painted, in milliseconds, once nothing larger came for a while.
const paint = `new PerformanceObserver((l) => { for (const e of l.getEntries()) window.painted = e.startTime; })
	.observe({ type: "largest-contentful-paint", buffered: true }); window.painted = 0; true`

// faceOf opens every page on a slow phone and prints what it takes. The map and the pages of one's own files aside,
// none may take more than is said above.
func faceOf(t *testing.T, people int) {
	h := full(t, people)
	owner, err := h.app.Account.Local(t.Context(), locale.Dutch)
	if err != nil {
		t.Fatal(err)
	}
	b := browsertest.New(t, browsertest.Options{Phone: true, Slow: true, Language: "nl"})
	client := signedIn(t, h, h.url)
	b.Open(h.url + "/signin")
	b.Fill("#f-email", "barbara@example.org")
	b.Fill("#f-password", secret)
	b.Click("main button.primary")
	b.Eventually("main h1", "")
	h.warm() // as the worker does after an import
	shown := map[string]string{}
	if people > 0 {
		shown = everyPage(t, h, owner)
	} else {
		for _, path := range pages(h, nil) {
			shown[path] = path
		}
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "%d people\tsent\telements\tpaint ms\t\n", people)
	for _, name := range slices.Sorted(maps.Keys(shown)) {
		sent := sentBytes(t, client, h.url+shown[name])
		b.Open(h.url + shown[name])
		browsertest.Evaluate[bool](b, paint)
		time.Sleep(200 * time.Millisecond)
		painted := browsertest.Evaluate[float64](b, "window.painted")
		elements := browsertest.Evaluate[int](b, `document.querySelectorAll("*").length`)
		fmt.Fprintf(table, "%s\t%d\t%d\t%.0f\t\n", name, sent, elements, painted)
		if name == "picture" || strings.HasPrefix(name, "help") {
			continue
		}
		if sent > mostSent || elements > mostElements || painted > float64(slowestPaint.Milliseconds()) {
			t.Errorf("%s with %d people sends %d bytes, has %d elements and is painted after %.0f ms",
				name, people, sent, elements, painted)
		}
	}
	table.Flush()
}

// sentBytes is how many bytes a page is sent with, compressed.
func sentBytes(t *testing.T, client *http.Client, address string) int {
	t.Helper()
	answer, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	counted := &counter{}
	z := gzip.NewWriter(counted)
	if _, err := io.Copy(z, answer.Body); err != nil {
		t.Fatal(err)
	}
	z.Close()
	return counted.n
}

type counter struct{ n int }

func (c *counter) Write(p []byte) (int, error) {
	c.n += len(p)
	return len(p), nil
}

// TestFace prints what every page takes on a slow phone, without people, with some, and with many; make face asks for
// all of it and holds pages to their budget.
func TestFace(t *testing.T) {
	if os.Getenv("GAVE_FACE") == "" {
		t.Skip("what pages take on a slow phone is measured by make face")
	}
	for _, people := range []int{0, 595, 12_374} {
		t.Run(fmt.Sprint(people), func(t *testing.T) { faceOf(t, people) })
	}
}
