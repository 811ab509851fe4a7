package source

import (
	"context"
	"strconv"

	"gave.network/internal/page"
)

// kindOf says what a source is read from.
func kindOf(ctx context.Context, k Way) string {
	if k == Mail {
		return page.T(ctx, "Mail")
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
