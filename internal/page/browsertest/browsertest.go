// Package browsertest drives a real Chromium in tests: phones and desktops, light and dark, with and without scripts,
// by keyboard.
package browsertest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Options say what kind of device a page is seen on.
type Options struct {
	Phone     bool
	Narrow    bool // a phone of 320 pixels, or a page at 400 %
	Dark      bool
	NoScripts bool
	Calm      bool   // the reader wants no movement
	Slow      bool   // 1.6 Mbit/s, 150 ms to the server and back, a processor of a quarter of the speed
	NoWebGL   bool   // pictures are drawn without a graphics processor, even one of software
	Worker    bool   // requests go through the worker that a page installs; else past it
	Language  string // of the browser, such as nl; English when empty
}

// Browser is one tab of a Chromium.
type Browser struct {
	t   testing.TB
	ctx context.Context
}

// find returns the Chromium of this machine: by preference the one without windows. It lays out, draws and runs pages
// by the same code, and takes half a second of a processor for a tab where one with windows takes two.
func find() string {
	for _, name := range []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// New opens a tab of its own, and skips the test where there is no Chromium.
func New(t testing.TB, o Options) *Browser {
	t.Helper()
	path := find()
	if path == "" {
		t.Skip("no Chromium to test with: run make test, which installs one")
	}
	language := o.Language
	if language == "" {
		language = "en"
	}
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("lang", language),
		chromedp.Flag("accept-lang", language), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("hide-scrollbars", true))
	if o.NoWebGL {
		flags = append(flags, chromedp.Flag("disable-webgl", true), chromedp.Flag("disable-3d-apis", true))
	} else { // in software, which Chromium does only when it is told to
		flags = append(flags, chromedp.Flag("use-angle", "swiftshader"),
			chromedp.Flag("enable-unsafe-swiftshader", true))
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), flags...)
	ctx, close := chromedp.NewContext(allocator)
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(func() { cancel(); close(); stop() })
	b := &Browser{t, ctx}
	width, height, mobile := int64(1280), int64(900), false
	if o.Phone {
		width, height, mobile = 390, 844, true
	}
	if o.Narrow {
		width, height, mobile = 320, 640, true
	}
	scheme := "light"
	if o.Dark {
		scheme = "dark"
	}
	motion := "no-preference"
	if o.Calm {
		motion = "reduce"
	}
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("browser: %v", err)
		}
	}
	must(chromedp.Call(ctx, emulation.SetDeviceMetricsOverride,
		emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1, Mobile: mobile}))
	must(chromedp.Call(ctx, emulation.SetTouchEmulationEnabled,
		emulation.SetTouchEmulationEnabledParams{Enabled: o.Phone}))
	must(chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: motion},
		},
	}))
	if o.Slow {
		must(chromedp.Call(ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 4}))
		must(chromedp.Call(ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{
				Latency: 150, DownloadThroughput: 1.6e6 / 8, UploadThroughput: 0.75e6 / 8,
			}},
		}))
	}
	must(chromedp.Call(ctx, network.SetBypassServiceWorker, network.SetBypassServiceWorkerParams{Bypass: !o.Worker}))
	must(chromedp.Call(ctx, emulation.SetScriptExecutionDisabled,
		emulation.SetScriptExecutionDisabledParams{Value: o.NoScripts}))
	return b
}

// Offline takes the connection away from the page and from what runs beside it, or gives it back.
func (b *Browser) Offline(away bool) {
	b.t.Helper()
	conditions := network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{}}
	if away {
		conditions.EmulateOfflineServiceWorker = &away
		conditions.MatchedNetworkConditions = []*network.Conditions{{
			Offline: true, DownloadThroughput: -1, UploadThroughput: -1,
		}}
	}
	if _, err := chromedp.Call(b.ctx, network.EmulateNetworkConditionsByRule, conditions); err != nil {
		b.fail(err)
	}
	if _, err := chromedp.Call(b.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{
		Offline: away, DownloadThroughput: -1, UploadThroughput: -1,
	}); err != nil {
		b.fail(err)
	}
}

// Do runs actions and fails the test when one of them fails.
func (b *Browser) Do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.fail(err)
	}
}

// fail ends the test with what the page says.
func (b *Browser) fail(err error) {
	b.t.Helper()
	html, _ := chromedp.Run(b.ctx, chromedp.OuterHTML(chromedp.CSS("body")))
	if len(html) > 3000 {
		html = html[:3000]
	}
	b.t.Fatalf("browser: %v\n%s", err, html)
}

// get runs an action that returns something.
func get[T any](b *Browser, action chromedp.Action[T]) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, action)
	if err != nil {
		b.fail(err)
	}
	return value
}

// read runs an action that changes nothing, again when the page went meanwhile.
func read[T any](b *Browser, action chromedp.Action[T]) T {
	b.t.Helper()
	for range 20 {
		value, err := chromedp.Run(b.ctx, action)
		if err == nil {
			return value
		}
		if !strings.Contains(err.Error(), "navigated or closed") {
			b.fail(err)
		}
		time.Sleep(50 * time.Millisecond)
	}
	return get(b, action)
}

// Evaluate returns what an expression of JavaScript gives.
func Evaluate[T any](b *Browser, expression string) T {
	b.t.Helper()
	return get(b, chromedp.Evaluate[T](expression))
}

// Keys presses keys, one after another. A key carries its text, as a keyboard's does, so that a page that takes the key
// keeps the text out of the field that it goes to.
func (b *Browser) Keys(keys string) {
	b.t.Helper()
	// What is seen of a page can be there before the script that hears its keys.
	b.until(`document.readyState === "complete"`)
	for _, key := range keys {
		events := kb.Encode(key)
		for _, event := range events {
			switch {
			case event.Type == kb.KeyChar:
				continue
			case event.Type == kb.KeyDown && len(events) == 3:
				event.Text, event.UnmodifiedText = events[1].Text, events[1].UnmodifiedText
			}
			if _, err := chromedp.Call(b.ctx, input.DispatchKeyEvent, *event); err != nil {
				b.fail(err)
			}
		}
		b.Do(chromedp.Sleep(60 * time.Millisecond))
	}
}

// Control presses a key while the control key is down.
func (b *Browser) Control(key rune) {
	b.t.Helper()
	b.until(`document.readyState === "complete"`)
	for _, event := range kb.Encode(key) {
		if event.Type == kb.KeyChar {
			continue
		}
		event.Modifiers = 2 // of the protocol
		if _, err := chromedp.Call(b.ctx, input.DispatchKeyEvent, *event); err != nil {
			b.fail(err)
		}
	}
}

// until waits for an expression of JavaScript to be true.
func (b *Browser) until(expression string) {
	b.t.Helper()
	for range 100 {
		if read(b, chromedp.Evaluate[bool](expression)) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.t.Fatalf("%s is not true after 5 seconds", expression)
}

// Upload chooses files in a file field.
func (b *Browser) Upload(selector string, files ...string) {
	b.t.Helper()
	b.Do(chromedp.SetUploadFiles(chromedp.CSS(selector), files))
}

// Choose selects an option of a list by its text.
func (b *Browser) Choose(selector, text string) {
	b.t.Helper()
	b.Do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// Open goes to an address.
func (b *Browser) Open(address string) { b.t.Helper(); b.Do(chromedp.Navigate(address)) }

// Fill types a text into a field in the place of what it has.
func (b *Browser) Fill(selector, text string) {
	b.t.Helper()
	b.Do(chromedp.WaitVisible(chromedp.CSS(selector)))
	Evaluate[string](b, `document.querySelector(`+strconv.Quote(selector)+`).value = ""`)
	b.Do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// Click clicks on something and waits until the page that follows is there.
func (b *Browser) Click(selector string) {
	b.t.Helper()
	b.Do(chromedp.WaitVisible(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector)),
		chromedp.Sleep(150*time.Millisecond), chromedp.WaitReady(chromedp.CSS("html:not([data-sending]) main")))
}

// Touch taps with a finger on what is seen of an element, and stays on the page.
func (b *Browser) Touch(selector string) {
	b.t.Helper()
	b.Do(chromedp.WaitVisible(chromedp.CSS(selector)))
	at := Evaluate[[]float64](b, `(() => { const e = document.querySelector(`+strconv.Quote(selector)+`);
		e.scrollIntoView({ block: "nearest" }); const r = e.getBoundingClientRect();
		return [r.x + r.width / 2, r.y + r.height / 2]; })()`)
	for _, event := range []input.DispatchTouchEventParams{
		{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: []*input.TouchPoint{{X: at[0], Y: at[1]}}},
		{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}},
	} {
		if _, err := chromedp.Call(b.ctx, input.DispatchTouchEvent, event); err != nil {
			b.fail(err)
		}
	}
}

// Drag puts a finger on the middle of something, moves it so many pixels across and down in steps, and calls meanwhile
// before the finger is lifted.
func (b *Browser) Drag(selector string, across, down float64, meanwhile func()) {
	b.t.Helper()
	at := Evaluate[[]float64](b, `(() => { const e = document.querySelector(`+strconv.Quote(selector)+`);
		e.scrollIntoView({ block: "nearest" }); const r = e.getBoundingClientRect();
		return [r.x + r.width / 2, r.y + r.height / 2]; })()`)
	touch := func(kind input.DispatchTouchEventType, points ...*input.TouchPoint) {
		b.t.Helper()
		if points == nil {
			points = []*input.TouchPoint{}
		}
		if _, err := chromedp.Call(b.ctx, input.DispatchTouchEvent,
			input.DispatchTouchEventParams{Type: kind, TouchPoints: points}); err != nil {
			b.fail(err)
		}
	}
	const steps = 8
	touch(input.DispatchTouchEventTypeTouchStart, &input.TouchPoint{X: at[0], Y: at[1]})
	for i := 1.0; i <= steps; i++ {
		touch(input.DispatchTouchEventTypeTouchMove,
			&input.TouchPoint{X: at[0] + across*i/steps, Y: at[1] + down*i/steps})
	}
	meanwhile()
	touch(input.DispatchTouchEventTypeTouchEnd)
}

// Text returns the visible text of an element.
func (b *Browser) Text(selector string) string {
	b.t.Helper()
	return get(b, chromedp.Text(chromedp.CSS(selector)))
}

// Eventually waits until the visible text of an element holds a part, and fails the test when it does not within ten
// seconds.
func (b *Browser) Eventually(selector, part string) {
	b.t.Helper()
	text := ""
	for range 100 {
		found, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](
			`(document.querySelector(`+strconv.Quote(selector)+`) || {innerText: ""}).innerText`))
		if err == nil {
			if text = found; strings.Contains(text, part) {
				return
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.t.Fatalf("browser: %s does not say %q but %q", selector, part, text)
}

// Address returns the path of the present page.
func (b *Browser) Address() string {
	b.t.Helper()
	return read(b, chromedp.Location())
}

// Resize gives the screen another size, in pixels.
func (b *Browser) Resize(width, height int64) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetDeviceMetricsOverride,
		emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1}); err != nil {
		b.fail(err)
	}
}

// Wide says how far the page is wider than the screen, in pixels; a good page gives 0.
func (b *Browser) Wide() int {
	b.t.Helper()
	return Evaluate[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`)
}

// Screenshot writes the visible part of the page to a PNG file in the directory; an empty directory writes nothing.
func (b *Browser) Screenshot(dir, name string) {
	b.t.Helper()
	if dir == "" {
		return
	}
	b.Do(chromedp.Sleep(200 * time.Millisecond))
	image := get(b, chromedp.CaptureScreenshot())
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), image, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
