package source

import (
	"context"
	"strconv"

	"gave.network/internal/page"
)

// kindOf says what a source is read from.
func kindOf(ctx context.Context, k Way) string {
	switch k {
	case Mail:
		return page.T(ctx, "Mail")
	case Forward:
		return page.T(ctx, "Mail that you pass on")
	}
	return page.T(ctx, "Contacts and calendar")
}

// boxOf says what a box is.
func boxOf(ctx context.Context, kind string) string {
	switch kind {
	case boxContacts:
		return page.T(ctx, "address book")
	case boxEvents:
		return page.T(ctx, "calendar")
	case boxMail:
		return page.T(ctx, "mailbox")
	}
	return ""
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// headOf is what the page of a source is called, and aboutOf what stands below that.
func headOf(ctx context.Context, x Source) string {
	if x.Kind == Forward {
		return page.T(ctx, "Mail that you pass on")
	}
	return x.Name
}

func aboutOf(ctx context.Context, x Source) string {
	if x.Kind == Forward {
		return ""
	}
	if x.Provider != "" {
		return kindOf(ctx, x.Kind) + " · " + x.Provider
	}
	return kindOf(ctx, x.Kind) + " · " + serverOf(x.Address)
}

// readAct is how the act to read a source now looks: one that waits for a sign-in has that as its first act.
func readAct(x Source) string {
	if x.Next == nil && x.way != "" {
		return ""
	}
	return "primary"
}
