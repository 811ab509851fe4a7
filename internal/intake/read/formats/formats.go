// Package formats joins the readers of all formats in one list, tells which of them a file or folder is for, and opens
// it, also when it is packed.
package formats

import (
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/calendar"
	"gave.network/internal/intake/read/chat"
	"gave.network/internal/intake/read/contacts"
	"gave.network/internal/intake/read/graphfile"
	"gave.network/internal/intake/read/linkedin"
	"gave.network/internal/intake/read/mail"
	"gave.network/internal/intake/read/ties"
)

// All is the list of everything that Gave can read. The order matters only where two formats are equally sure.
var All = []read.Format{
	mail.Mbox,
	mail.Listserv,
	mail.Eml,
	mail.Maildir,
	contacts.VCard,
	contacts.LDIF,
	contacts.SCIM,
	calendar.ICalendar,
	linkedin.LinkedIn,
	contacts.Monica,
	chat.WhatsApp,
	chat.Signal,
	chat.Line,
	chat.Telegram,
	chat.Meta,
	chat.Discord,
	chat.Skype,
	chat.SMS,
	calendar.OutlookCalendar,
	chat.IMessage,
	chat.GoogleChat,
	chat.Slack,
	contacts.Google,
	contacts.Outlook,
	contacts.Thunderbird,
	ties.Parquet,
	graphfile.NetworkTables,
	graphfile.EdgeTable,
	graphfile.NodeTable,
	graphfile.GraphML,
	graphfile.GEXF,
	graphfile.Pajek,
	graphfile.GML,
	graphfile.DOT,
	graphfile.DL,
	graphfile.VNA,
	graphfile.TGF,
	graphfile.SIF,
	graphfile.NodeLink,
	graphfile.EdgeList,
	contacts.AddressList,
	contacts.CSV,
}

// Detect returns the format that is surest of a file, judged by its first bytes (up to 64 KiB) and its name, and how
// sure it is from 1 to 100. It returns nil and 0 when no format knows the file.
func Detect(head []byte, name string) (*read.Format, int) {
	return surest(func(f *read.Format) int {
		if f.Detect == nil {
			return 0
		}
		return f.Detect(head, name)
	})
}

// DetectTree returns the format that reads a folder or archive as a whole, and how sure it is, nil and 0 when its
// files are to be read one by one.
func DetectTree(names []string, peek func(name string) []byte) (*read.Format, int) {
	return surest(func(f *read.Format) int {
		if f.DetectTree == nil {
			return 0
		}
		return f.DetectTree(names, peek)
	})
}

func surest(detect func(*read.Format) int) (*read.Format, int) {
	var best *read.Format
	sure := 0
	for i := range All {
		if n := detect(&All[i]); n > sure {
			best, sure = &All[i], n
		}
	}
	return best, sure
}

// ByName returns a format by its stable name, nil when there is none.
func ByName(name string) *read.Format {
	for i := range All {
		if All[i].Name == name {
			return &All[i]
		}
	}
	return nil
}
