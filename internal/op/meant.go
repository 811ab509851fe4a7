package op

import "context"

type meantKey struct{}

// WithMeant returns a context that says whom references mean that can mean several, by their ids.
func WithMeant(ctx context.Context, meant map[string]string) context.Context {
	return context.WithValue(ctx, meantKey{}, meant)
}

// Meant returns whom a reference means that can mean several, as whoever wrote it said; empty when they did not say.
func Meant(ctx context.Context, reference string) string { return MeantBy(ctx)[reference] }

// MeantBy returns all references of which it was said whom they mean.
func MeantBy(ctx context.Context) map[string]string {
	meant, _ := ctx.Value(meantKey{}).(map[string]string)
	return meant
}
