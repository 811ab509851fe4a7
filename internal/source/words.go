package source

import (
	"context"
	"net/url"
	"strconv"

	"gave.network/internal/page"
)

// kindOf says what a source is read from.
func kindOf(ctx context.Context, k Way) string {
	return page.T(ctx, "Contacts and calendar")
}

// boxOf says what a box is.
func boxOf(ctx context.Context, kind string) string {
	switch kind {
	case boxContacts:
		return page.T(ctx, "address book")
	case boxEvents:
		return page.T(ctx, "calendar")
	}
	return ""
}

// serverOf is the name of the server in an address, for showing.
func serverOf(address string) string {
	if u, err := url.Parse(address); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return address
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
