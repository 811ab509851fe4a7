package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"gave.network/internal/progress"
)

// bar shows on one line of the terminal how far the work is. A nil bar shows nothing.
type bar struct {
	mu    sync.Mutex
	w     io.Writer
	width int
	begun time.Time
	shown time.Time
	drawn bool
	now   func() time.Time
}

const (
	// barDelay keeps work that is done at once from flashing a bar.
	barDelay = 300 * time.Millisecond
	// barEvery is the least time between two drawings.
	barEvery = 100 * time.Millisecond
)

// newBar makes a bar when w is a terminal.
func newBar(w io.Writer, quiet bool) *bar {
	file, ok := w.(*os.File)
	if !ok || quiet || os.Getenv("TERM") == "dumb" || !term.IsTerminal(int(file.Fd())) {
		return nil
	}
	return &bar{w: w, width: widthOf(w), begun: time.Now(), now: time.Now}
}

// report implements progress.Func.
func (b *bar) report(done, total int64, what string) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	if now.Sub(b.begun) < barDelay || now.Sub(b.shown) < barEvery {
		return
	}
	b.shown, b.drawn = now, true
	// a terminal that is gone needs no bar
	_, _ = fmt.Fprint(b.w, "\r\x1b[K"+barLine(done, total, what, now.Sub(b.begun), b.width))
}

// barLine is the bar in text, narrower than width: [#####.....] 50 % 12 of 24 thousand, what.
func barLine(done, total int64, what string, since time.Duration, width int) string {
	line := humanize.Comma(done)
	if total > 0 {
		const cells = 20
		part := min(max(float64(done)/float64(total), 0), 1)
		full := int(part * cells)
		line = fmt.Sprintf("[%s%s] %3d%%", strings.Repeat("#", full), strings.Repeat(".", cells-full), int(part*100))
		if left := time.Duration(float64(since) * (1 - part) / max(part, 1e-9)); part > 0.02 && since > 2*time.Second {
			line += " " + left.Round(time.Second).String()
		}
	}
	return shorten(line+" "+strings.ReplaceAll(Clean(what), "\n", " "), max(width-1, 20))
}

// clear takes the bar away.
func (b *bar) clear() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.drawn {
		_, _ = fmt.Fprint(b.w, "\r\x1b[K") // as above
		b.drawn = false
	}
}

// ShowProgress returns the command's context with a bar on the terminal for the progress that work reports, and what
// takes the bar away.
func ShowProgress(cmd *cobra.Command) (ctx context.Context, done func()) {
	shown := newBar(cmd.ErrOrStderr(), faceOf(cmd).flags.Quiet)
	return progress.With(cmd.Context(), shown.report), shown.clear
}
