// Package progress carries word of how far a long piece of work is, from the code that does it to the face that shows
// it: a bar in the terminal, a line on a page, a notification to an assistant. The work only knows the context.
package progress

import "context"

// Func is told how far the work is. done and total count the same unit, bytes or records; total is 0 when it is not
// known. what says what is being worked on now, such as a file name. It may be called from several goroutines at once
// and must return quickly.
type Func func(done, total int64, what string)

type key struct{}

// With returns a context whose work reports to f.
func With(ctx context.Context, f Func) context.Context { return context.WithValue(ctx, key{}, f) }

// Report tells whoever is watching how far the work is. It costs a context look-up when nobody is, so report per block,
// not per byte.
func Report(ctx context.Context, done, total int64, what string) {
	if f, ok := ctx.Value(key{}).(Func); ok && f != nil {
		f(done, total, what)
	}
}
