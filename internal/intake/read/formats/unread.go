package formats

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read/table"
)

// unreadFormat is a way in which programs keep or export people that Gave does not read. Each gets a sentence that
// says what it is and what to
// export instead.
type unreadFormat struct {
	extensions []string // of the file, or its whole name
	magic      []string // at its beginning, in any case of letters
	holds      []string // in small letters, in its first bytes
	names      []string // in small letters, of files in an archive or folder
	Says, Hint string
}

// unreadFormats are asked in this order, once no format that is read knows the file.
var unreadFormats = []unreadFormat{
	{
		extensions: []string{".pst", ".ost"},
		magic:      []string{"!bdn"},
		Says:       "%s is an Outlook data file, which Gave does not read.",
		Hint: "In Outlook, export the contacts as CSV, save the calendar as iCalendar (.ics), and export the " +
			"mail to a folder of .eml files or an mbox.",
	},
	{
		extensions: []string{".olm"},
		names:      []string{"com.microsoft.__messages", "com.microsoft.__contacts", "local/address book"},
		Says:       "%s is an archive of Outlook for Mac, which Gave does not read.",
		Hint: "In Outlook for Mac, select the contacts and drag them to a folder as vCard, save the calendar " +
			"as .ics, and drag mail out as .eml.",
	},
	{
		extensions: []string{".msg"},
		Says:       "%s is a single message of Outlook, which Gave does not read.",
		Hint:       "Save the message as .eml, or export the folder it is in as mbox.",
	},
	{
		extensions: []string{".xls", ".xlt"},
		Says:       "%s is an old Excel workbook, which Gave does not read.",
		Hint:       "Save each sheet as CSV (Save as, CSV UTF-8) and import those.",
	},
	{
		magic: []string{"\xd0\xcf\x11\xe0"},
		Says:  "%s is a document of Office or Outlook, perhaps with a password, which Gave does not read.",
		Hint:  "Save a sheet as CSV, or a message as .eml, and import that.",
	},
	{
		names: []string{"xl/workbook.xml", "xl/workbook.bin"},
		Says:  "%s is an Excel workbook, which Gave does not read.",
		Hint:  "Save each sheet as CSV (Save as, CSV UTF-8) and import those.",
	},
	{
		names: []string{"word/document.xml", "ppt/presentation.xml"},
		Says:  "%s is a Word or PowerPoint document, which Gave does not read.",
		Hint:  "Copy the table in it to a sheet and save that as CSV.",
	},
	{
		names: []string{"[content_types].xml"},
		Says:  "%s is an Office document, which Gave does not read.",
		Hint:  "Save the sheet as CSV and import that.",
	},
	{
		names: []string{"content.xml", "meta-inf/manifest.xml"},
		Says:  "%s is a LibreOffice document, which Gave does not read.",
		Hint:  "Save each sheet as CSV (File, Save a copy, Text CSV) and import those.",
	},
	{
		names: []string{"index/document.iwa", "index.zip", "index/tables/"},
		Says:  "%s is a document of Numbers or Pages, which Gave does not read.",
		Hint:  "In Numbers choose File, Export to, CSV, and import that.",
	},
	{
		extensions: []string{".abbu", ".abcddb", ".abcdp"},
		holds:      []string{"zabcdrecord"},
		names:      []string{"addressbook-v22.abcddb"},
		Says:       "%s is an archive of Apple's Contacts, which Gave does not read.",
		Hint:       "In Contacts select all cards and choose File, Export, Export vCard.",
	},
	{
		magic: []string{"bplist00"},
		holds: []string{"<!doctype plist"},
		Says:  "%s is a property list of Apple, which Gave does not read.",
		Hint:  "Export contacts as vCard, and calendars as .ics, from the program that wrote it.",
	},
	{
		names: []string{"manifest.db", "manifest.plist"},
		Says:  "%s is a backup of an iPhone, which Gave does not read.",
		Hint:  "Export contacts from iCloud as vCard, and chats from WhatsApp with Export chat.",
	},
	{
		holds: []string{"message_attachment_join", "chat_handle_join"},
		Says:  "%s is the database of Apple's Messages, which Gave does not read.",
		Hint:  "Export the conversations as text with a program such as imessage-exporter, and import the folder.",
	},
	{
		extensions: []string{".crypt12", ".crypt14", ".crypt15"},
		holds:      []string{"wa_contacts", "message_thumbnails"},
		Says:       "%s is a backup or database of WhatsApp, which Gave does not read.",
		Hint:       "In WhatsApp open a chat, choose More, Export chat, without media, and import the text or zip.",
	},
	{
		extensions: []string{"abook.sqlite", "history.sqlite"},
		holds:      []string{"prefercrnotused"},
		Says:       "%s is the address book database of Thunderbird, which Gave does not read.",
		Hint:       "In Thunderbird open the address book and choose Tools, Export, as vCard or LDIF.",
	},
	{
		extensions: []string{".mab"},
		magic:      []string{"// <!-- <mdb:mork"},
		Says:       "%s is an old address book of Thunderbird or Netscape, which Gave does not read.",
		Hint:       "Open it in Thunderbird and export the address book as vCard or LDIF.",
	},
	{
		extensions: []string{".wab"},
		magic:      []string{"\x9c\xcb\xcb\x8d"},
		Says:       "%s is a Windows address book, which Gave does not read.",
		Hint:       "Open it in Windows Contacts or Windows Live Mail and export it as vCard or CSV.",
	},
	{
		extensions: []string{".contact"},
		holds:      []string{"schemas.microsoft.com/contact"},
		Says:       "%s is a card of Windows Contacts, which Gave does not read.",
		Hint:       "In the folder Contacts of Windows choose Export, vCards.",
	},
	{
		extensions: []string{".nsf"},
		magic:      []string{"\x1a\x00\x00\x04"},
		Says:       "%s is a database of Lotus Notes, which Gave does not read.",
		Hint:       "In Notes export the contacts as vCard or CSV, the calendar as .ics, and mail as .eml.",
	},
	{
		magic: []string{"[\"vcard\"", "[[\"vcard\""},
		Says:  "%s holds contacts as jCard, which Gave does not read.",
		Hint:  "Export them as vCard (.vcf) from the program that wrote it.",
	},
	{
		holds: []string{"urn:ietf:params:xml:ns:vcard"},
		Says:  "%s holds contacts as xCard, which Gave does not read.",
		Hint:  "Export them as vCard (.vcf) from the program that wrote it.",
	},
	{
		holds: []string{"\"@type\":\"card\"", "\"@type\": \"card\""},
		Says:  "%s holds contacts as JSContact, which Gave does not read.",
		Hint:  "Export them as vCard (.vcf) from the program that wrote it.",
	},
	{
		extensions: []string{".rdf", ".owl", ".ttl", ".nt", ".jsonld"},
		holds:      []string{"xmlns.com/foaf", "<rdf:rdf", "@prefix "},
		Says:       "%s holds linked data (RDF), which Gave does not read.",
		Hint:       "Export people as vCard or CSV, and ties as GraphML, GEXF or a CSV of source and target.",
	},
	{
		holds: []string{
			"monica export", "into contacts (`id`", "insert ignore into `contacts`", "insert ignore into contacts",
		},
		Says: "%s is the SQL export of Monica, which Gave does not read.",
		Hint: "In Monica choose Settings, Export data, Export to JSON, and import that.",
	},
	{
		extensions: []string{".sql", ".dump"},
		magic:      []string{"pgdmp"},
		Says:       "%s is the dump of a database (SQL), which Gave does not read.",
		Hint:       "Export the tables of people and ties as CSV, or use the export of the program itself.",
	},
	{
		magic: []string{"sqlite format 3"},
		Says:  "%s is a database (SQLite), which Gave does not read.",
		Hint: "Export contacts as vCard or CSV, or ties as a CSV of source and target, from the program that it " +
			"belongs to.",
	},
	{
		extensions: []string{".mdb", ".accdb"},
		magic:      []string{"\x00\x01\x00\x00standard"},
		Says:       "%s is an Access database, which Gave does not read.",
		Hint:       "In Access export the table as a text file with separators (CSV).",
	},
	{
		extensions: []string{".fmp12", ".fp7"},
		Says:       "%s is a FileMaker database, which Gave does not read.",
		Hint:       "In FileMaker choose File, Export records, and take CSV.",
	},
	{
		magic: []string{"window.ytd."},
		Says:  "%s is part of an archive of X (Twitter), which Gave does not read.",
		Hint: "It holds account numbers without names. Export the people whom you know from your address book as " +
			"vCard.",
	},
	{
		holds: []string{"\"string_list_data\"", "\"friends_v2\"", "\"relationships_following\""},
		Says:  "%s is a list of friends or followers of Facebook or Instagram, which Gave does not read.",
		Hint: "Import the whole download for the messages in it; a list of names without anything else says too " +
			"little.",
	},
	{
		extensions: []string{".gephi"},
		names:      []string{"project_xml", "core_xml", "workspace_0_graphstore_bytes"},
		Says:       "%s is a project of Gephi, which Gave does not read.",
		Hint:       "In Gephi choose File, Export, Graph file, and take GEXF, GraphML or CSV.",
	},
	{
		extensions: []string{".cys"},
		names:      []string{"session.cys", "tables/cytables.xml", "cysession.xml"},
		Says:       "%s is a session of Cytoscape, which Gave does not read.",
		Hint:       "In Cytoscape choose File, Export, Network to file, and take GraphML or SIF.",
	},
	{
		extensions: []string{".##h", ".##d"},
		Says:       "%s is a dataset of UCINET, which Gave does not read.",
		Hint:       "In UCINET choose Data, Export, DL or Pajek.",
	},
	{
		extensions: []string{".cypher", ".cql"},
		holds:      []string{"create (:", "merge (:"},
		Says:       "%s is a script of Neo4j, which Gave does not read.",
		Hint:       "Export the nodes and ties as CSV or GraphML (apoc.export).",
	},
	{
		extensions: []string{
			".rds", ".rdata", ".rda", ".sav", ".dta", ".mat", ".pkl", ".pickle", ".npz", ".feather", ".h5",
		},
		Says: "%s is a data file of a statistics program, which Gave does not read.",
		Hint: "Write it as CSV with that program: people with a column name, ties with columns source and target.",
	},
	{
		extensions: []string{".pdf"},
		magic:      []string{"%pdf"},
		Says:       "%s is a PDF, which Gave does not read.",
		Hint:       "Export the list as CSV, or the contacts as vCard, from the program that made it.",
	},
	{
		extensions: []string{".rtf"},
		magic:      []string{"{\\rtf"},
		Says:       "%s is a text document with layout (RTF), which Gave does not read.",
		Hint:       "Save it as plain text or CSV and import that.",
	},
	{
		extensions: []string{".html", ".htm", ".mhtml"},
		magic:      []string{"<!doctype html", "<html"},
		Says:       "%s is a web page, which Gave does not read.",
		Hint:       "Choose JSON, CSV or vCard where the program asks in which form it should export.",
	},
	{
		extensions: []string{".jpg", ".jpeg", ".png", ".gif", ".heic", ".webp", ".tif", ".tiff", ".bmp", ".svg"},
		magic:      []string{"\x89PNG", "\xff\xd8\xff", "gif8"},
		Says:       "%s is a picture, in which Gave reads nothing.",
	},
	{
		extensions: []string{
			".mp4", ".mov", ".avi", ".mkv", ".mp3", ".m4a", ".ogg", ".opus", ".wav", ".aac", ".3gp", ".amr",
		},
		magic: []string{"id3", "oggs"},
		Says:  "%s is a sound or film, in which Gave reads nothing.",
	},
}

// fault says of a file or folder what it is.
func (u *unreadFormat) fault(name string) error {
	err := fault.New(fault.Invalid, u.Says, name)
	if u.Hint != "" {
		return err.WithHint(u.Hint)
	}
	return err
}

// unreadFile returns what is known of a file that no format reads, nil when nothing is.
func unreadFile(name string, head []byte) *unreadFormat {
	base := strings.ToLower(path.Base(strings.ReplaceAll(name, "\\", "/")))
	lower := bytes.ToLower(bytes.TrimLeft(head, " \t\r\n\xef\xbb\xbf"))
	ext := path.Ext(base)
	for i := range unreadFormats {
		u := &unreadFormats[i]
		if slices.ContainsFunc(u.magic, func(m string) bool {
			return bytes.HasPrefix(head, []byte(m)) || bytes.HasPrefix(lower, []byte(m))
		}) ||
			slices.ContainsFunc(u.holds, func(text string) bool { return bytes.Contains(lower, []byte(text)) }) &&
				!prose(ext) {
			// Office documents of old share one beginning: their names tell them apart.
			if other := unreadByName(base, ext); other != nil && len(u.extensions)+len(u.holds) == 0 {
				return other
			}
			return u
		}
	}
	if table.IsSQL(head) {
		return unreadByName(".sql", ".sql")
	}
	return unreadByName(base, ext)
}

// prose says that a file is for reading: what words stand in it says nothing of its form.
func prose(ext string) bool { return ext == ".txt" || ext == ".md" }

func unreadByName(base, ext string) *unreadFormat {
	for i := range unreadFormats {
		if list := unreadFormats[i].extensions; ext != "" &&
			(slices.Contains(list, ext) || slices.Contains(list, base)) {
			return &unreadFormats[i]
		}
	}
	return nil
}

// unreadTree returns what is known of a folder or archive that holds files of these names, nil when nothing is.
func unreadTree(names []string) *unreadFormat {
	for i := range unreadFormats {
		for _, mark := range unreadFormats[i].names {
			for _, name := range names {
				if name = strings.ToLower(name); name == mark ||
					strings.HasPrefix(name, mark) && strings.HasSuffix(mark, "/") ||
					strings.Contains(name, mark) && strings.Contains(mark, "com.microsoft") {
					return &unreadFormats[i]
				}
			}
		}
	}
	return nil
}
