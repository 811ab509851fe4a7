package browsertest

import (
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Print returns the page as a PDF, of the size that the page asks for; it is written to the directory too, unless that
// is empty.
func (b *Browser) Print(dir, name string) []byte {
	b.t.Helper()
	yes := true
	out, err := chromedp.Call(b.ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: &yes})
	if err != nil {
		b.fail(err)
	}
	if dir != "" {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			b.t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), out.Data, 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
	return out.Data
}

// OnPaper shows the page from now on as it is printed, on a sheet as wide as A4 within its margins.
func (b *Browser) OnPaper() {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia,
		emulation.SetEmulatedMediaParams{Media: "print"}); err != nil {
		b.fail(err)
	}
	if _, err := chromedp.Call(b.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: 672, Height: 986, DeviceScaleFactor: 1,
	}); err != nil {
		b.fail(err)
	}
}
