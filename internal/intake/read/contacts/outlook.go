package contacts

import (
	"context"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/table"
)

// Outlook reads the contacts that Outlook exports, old and new, and the tables "for Outlook" of Google and others.
var Outlook = read.Format{
	Name:        "outlook",
	Title:       "Outlook contacts (CSV)",
	How:         "In Outlook choose People, Manage contacts, Export.",
	AddressBook: true,
	Detect: func(head []byte, _ string) int {
		return table.Detect(head, 85, isOutlook)
	},
	FromStart: true,
	Read: func(ctx context.Context, src *read.Source, sink read.Sink) error {
		return readKnownTable(ctx, src, sink, isOutlook)
	},
}

// Thunderbird reads the address book that Thunderbird exports.
var Thunderbird = read.Format{
	Name:        "thunderbird",
	Title:       "Thunderbird address book (CSV)",
	How:         "In Thunderbird open the address book and choose Tools, Export, CSV.",
	AddressBook: true,
	Detect: func(head []byte, _ string) int {
		return table.Detect(head, 85, isThunderbird)
	},
	FromStart: true,
	Read: func(ctx context.Context, src *read.Source, sink read.Sink) error {
		return readKnownTable(ctx, src, sink, isThunderbird)
	},
}

// outlookMarks are columns that Outlook alone writes, as table.HeaderKey gives them.
var outlookMarks = read.WordSet("outlook.mark")

func isOutlook(keys []string) bool {
	marks, named, address := 0, false, false
	for _, key := range keys {
		if outlookMarks[key] {
			marks++
		}
		switch table.ColumnField(key) {
		case "given", "family":
			named = true
		case "email":
			address = true
		}
	}
	return named && address && marks >= 3
}

func isThunderbird(keys []string) bool {
	return table.HasKeys(keys, "primary email", "secondary email") ||
		table.HasKeys(keys, "display name", "screen name", "primary email")
}

// readKnownTable reads a table of contacts whose header is accepted.
func readKnownTable(ctx context.Context, src *read.Source, sink read.Sink, accept func(keys []string) bool) error {
	t := table.Open(src.Reader, src.Size, accept)
	if t == nil {
		return fault.New(fault.Invalid, "%s holds no table: a row with the names of the columns is missing.", src.Path)
	}
	mapping, confidence := table.GuessMapping(t.Header, nil)
	// The name that mail shows counts only where there is no other.
	for i, key := range t.Keys {
		if confidence[t.Header[i]] > 0 && mapping[t.Header[i]] == "name" && key != "display name" && key != "name" {
			delete(mapping, t.Header[i])
		}
	}
	return readContacts(ctx, t, src, sink, mapping, t.Sample())
}
