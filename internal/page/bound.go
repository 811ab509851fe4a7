package page

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"time"

	"gave.network/internal/fault"
)

// Limits say how much a request may bring and how long it may take to bring it and to take the answer.
type Limits struct {
	// Stranger is the most that a body may hold, in bytes, before anybody knows who sends it.
	Stranger int64
	// Form is the most that a form of somebody with a role may hold, in bytes. It is held in memory.
	Form int64
	// Body is how long a body may take, besides one second for every Rate bytes that came.
	Body time.Duration
	// Rate is the slowest that a body may come once its first time is over, in bytes a second.
	Rate int64
	// Stall is how long nothing may happen: no byte of a body that comes in, no room for a byte of an answer that goes
	// out.
	Stall time.Duration
}

// DefaultLimits are for people on slow lines, and against those who only pretend to be.
var DefaultLimits = Limits{
	Stranger: 64 << 10, Form: 1 << 20, Body: 20 * time.Second, Rate: 4 << 10, Stall: 30 * time.Second,
}

type incomingKey struct{}

// incoming is a request whose body can still be given more room.
type incoming struct {
	writer http.ResponseWriter // the server's own, so that it closes the connection of what is too large
	body   *timedBody
	limits Limits
}

// Bound puts a limit and a deadline on the body of every request, and a deadline on every piece of an answer. most says
// how much the body of a request may hold. Until a handler lifts it, nobody can bring more or take longer, whatever the
// kind of the body.
func Bound(limits Limits, most func(*http.Request) int64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		controller := http.NewResponseController(w)
		in := &incoming{writer: w, limits: limits}
		if r.Body != nil && r.Body != http.NoBody {
			in.body = &timedBody{ReadCloser: r.Body, controller: controller, limits: limits, began: time.Now()}
			in.body.hurry()
			r.Body = http.MaxBytesReader(w, in.body, most(r))
		}
		out := &timedWriter{ResponseWriter: w, controller: controller, stall: limits.Stall}
		defer out.patience() // for what the server still holds back
		next.ServeHTTP(out, r.WithContext(context.WithValue(r.Context(), incomingKey{}, in)))
	})
}

// Lift gives the body of a request more room. Call it only when it is known who sends it.
func Lift(r *http.Request, most int64) {
	if in, ok := r.Context().Value(incomingKey{}).(*incoming); ok && in.body != nil {
		r.Body = http.MaxBytesReader(in.writer, in.body, most)
	}
}

// limitsOf returns the limits that the request is under.
func limitsOf(r *http.Request) Limits {
	if in, ok := r.Context().Value(incomingKey{}).(*incoming); ok {
		return in.limits
	}
	return DefaultLimits
}

// timedBody is a body that must keep coming.
type timedBody struct {
	io.ReadCloser
	controller *http.ResponseController
	limits     Limits
	began      time.Time
	received   int64
}

// hurry sets the deadline of the next bytes. Where no deadline can be set, as in tests without a connection, none is
// needed.
func (b *timedBody) hurry() {
	earned := time.Duration(float64(b.received) / float64(b.limits.Rate) * float64(time.Second))
	deadline := b.began.Add(b.limits.Body + earned)
	if soon := time.Now().Add(b.limits.Stall); soon.Before(deadline) {
		deadline = soon // speed in the past buys no stillness
	}
	_ = b.controller.SetReadDeadline(deadline)
}

func (b *timedBody) Read(p []byte) (int, error) {
	b.hurry()
	n, err := b.ReadCloser.Read(p)
	b.received += int64(n)
	if errors.Is(err, io.EOF) {
		// All is here: the work that follows may take longer, and the server watches for the end of the connection
		// meanwhile.
		_ = b.controller.SetReadDeadline(time.Time{})
	}
	return n, err
}

// timedWriter is an answer whose reader must keep reading. The time that the work takes does not count.
type timedWriter struct {
	http.ResponseWriter
	controller *http.ResponseController
	stall      time.Duration
}

// piece is how many bytes of an answer go out under one deadline.
const piece = 64 << 10

func (w *timedWriter) patience() { _ = w.controller.SetWriteDeadline(time.Now().Add(w.stall)) }

func (w *timedWriter) Write(p []byte) (int, error) {
	total := 0
	for {
		part := p[:min(len(p), piece)]
		w.patience()
		n, err := w.ResponseWriter.Write(part)
		total += n
		if p = p[len(part):]; err != nil || len(p) == 0 {
			return total, err
		}
	}
}

// Flush sends what is held back.
func (w *timedWriter) Flush() {
	w.patience()
	_ = w.controller.Flush()
}

// Unwrap lets http.ResponseController reach the connection.
func (w *timedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// readForm reads a form into memory, whole. It returns a fault when it is too large, too late or no form.
func readForm(r *http.Request, limits Limits) error {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err == nil && kind == "multipart/form-data" {
		// what is in memory at most is the whole body, so nothing goes to the disk
		err = r.ParseMultipartForm(limits.Form)
	} else {
		err = r.ParseForm()
	}
	var large *http.MaxBytesError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &large):
		return fault.Wrap(err, fault.TooLarge, "This form is larger than %d KB.", large.Limit>>10).
			WithHint("Shorten it, or send a file where files are taken.")
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fault.Wrap(err, fault.Usage, "The form did not come in time.").
			WithHint("Send it again on a better line.")
	}
	return fault.Wrap(err, fault.Usage, "The form cannot be read.").WithHint("Open the page here and try again.")
}
