package intake

// Formats is the list of everything that Gave can read. The order matters only where two formats are equally sure.
var Formats = []Format{
	Mbox,
	Listserv,
	Eml,
	Maildir,
	VCard,
	LDIF,
	ICalendar,
	LinkedIn,
	Monica,
	WhatsApp,
	Signal,
	Telegram,
	Meta,
	Discord,
	Skype,
	SMS,
	OutlookCalendar,
	IMessage,
	GoogleChat,
	Slack,
	Google,
	Outlook,
	Thunderbird,
	NetworkTables,
	EdgeTable,
	NodeTable,
	GraphML,
	GEXF,
	Pajek,
	GML,
	DOT,
	DL,
	VNA,
	TGF,
	SIF,
	NodeLink,
	EdgeList,
	AddressList,
	CSV,
}

// Detect returns the format that is surest of a file, judged by its first bytes (up to 64 KiB) and its name, and how
// sure it is from 1 to 100. It returns nil and 0 when no format knows the file.
func Detect(head []byte, name string) (*Format, int) {
	return surest(func(f *Format) int {
		if f.Detect == nil {
			return 0
		}
		return f.Detect(head, name)
	})
}

// DetectTree returns the format that reads a folder or archive as a whole, and how sure it is, nil and 0 when its
// files are to be read one by one.
func DetectTree(names []string, peek func(name string) []byte) (*Format, int) {
	return surest(func(f *Format) int {
		if f.DetectTree == nil {
			return 0
		}
		return f.DetectTree(names, peek)
	})
}

func surest(detect func(*Format) int) (*Format, int) {
	var best *Format
	sure := 0
	for i := range Formats {
		if n := detect(&Formats[i]); n > sure {
			best, sure = &Formats[i], n
		}
	}
	return best, sure
}

// FormatByName returns a format by its stable name, nil when there is none.
func FormatByName(name string) *Format {
	for i := range Formats {
		if Formats[i].Name == name {
			return &Formats[i]
		}
	}
	return nil
}
