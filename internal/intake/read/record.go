// Package read is what all readers of foreign formats share: the plain records that they give (record.go), the files
// and folders that they get, and how lines, JSON, names, addresses and days are read. A reader turns bytes into records
// and knows no database and no network; the packages below have the readers, a file a format.
package read

import (
	"context"
	"io"
	"time"
)

// What a reader of a format emits: plain records without any identity in the
// database. The loader decides later which stored person each Party is.

// Party is one person, list, room or robot as a source names it.
type Party struct {
	Name    string // display name, decoded and trimmed; may be empty
	Address string // mail address in lower case; may be empty
	Phone   string // as written; the loader normalises it; may be empty
	Link    string // profile address such as https://www.linkedin.com/in/slug; may be empty
	Handle  string // name within a closed source: "slack:T1/U2", "whatsapp:Anna", "vcard:uid"; may be empty
	Role    Role   // what the party did in the interaction
	// Bulk says that the source itself marks the party as a list, room, resource or robot.
	Bulk bool
	// Self says that the source names this party as its owner.
	Self bool
}

// Role is what a party did in an interaction.
type Role uint8

// The roles, strongest first: a person who has two keeps the first of them.
const (
	From      Role = iota // sender, organiser, author
	To                    // named recipient, invited and not declined
	Cc                    // copied in
	Mentioned             // spoken of, not present; makes no tie
)

// Medium is the way people were in contact.
type Medium string

// The media, from the richest to the thinnest. Weights live in package network.
const (
	FaceToFace Medium = "face"    // same room: lunch, meeting at a place, borrel
	Video      Medium = "video"   // video call
	Call       Medium = "call"    // telephone call
	Message    Medium = "message" // direct message, chat
	Mail       Medium = "mail"    // mail to named people
	List       Medium = "list"    // mailing list, channel, newsletter
)

// Interaction is one thing that happened between people at one moment.
type Interaction struct {
	Medium   Medium
	Time     time.Time // UTC; zero is not allowed, a record without a usable time is rejected
	Duration time.Duration
	Title    string // subject or summary, decoded, at most 200 runes; never a body
	Place    string
	Private  bool // the source marks it private (CLASS:PRIVATE)
	Parties  []Party
	// Source names the space of external ids ("mail", "calendar", "linkedin", "slack", "whatsapp" …);
	// External is the id within it, such as a Message-ID. The pair is unique for ever: it makes imports idempotent.
	Source   string
	External string
	// ReplyTo is the External of the message this one answers; may be empty.
	ReplyTo string
	// Count is how many messages of one sender, chat and day this record stands for; 0 means that it is one thing.
	Count int
}

// Name is a person's name in parts; Full is set when only the whole is known.
type Name struct {
	Full       string
	Given      string
	Particle   string // van, van der, de
	Family     string
	Additional string
	Prefix     string
	Suffix     string
}

// Position is a role in an organisation over time.
type Position struct {
	Organisation string
	Department   string
	Title        string
	From, Until  string // "2019", "2019-03" or "2019-03-01"; empty when not known
}

// Date is a day in somebody's life.
type Date struct {
	Kind  string // "birthday", "anniversary", or the source's own label
	Year  int    // 0 when not known
	Month time.Month
	Day   int
}

// Related is a stated tie: who somebody is to the contact.
type Related struct {
	Kind  string // the source's word in lower case: "manager", "spouse", "friend", "colleague", "introduced by" …
	Party Party
}

// Statement is a stated tie between two parties (an edge of a network file, an accepted invitation, a relation in an
// export).
type Statement struct {
	Layer  string // "knows", "works_with", "advice" …
	From   Party
	To     Party
	Weight float64 // as the source has it; 1 when it has none
	Sign   int     // +1 or -1
	// Undirected says that the tie holds both ways alike; From and To are then in the source's order.
	Undirected bool
	Time       time.Time // zero when the source gives none
	Source     string
	// External makes the statement unique within its source.
	External string
}

// Tie is a tie that was worked out elsewhere: the state that Gave keeps of two people, seen from From.
type Tie struct {
	From, To     Party
	FromID, ToID [16]byte // their ids where it was worked out; here, when they are people of this space
	Origin       [16]byte // whose evidence made it there; none for that of all
	// The state at AsOf, as package tie has it.
	Intensity, Sent, Received, Peak float64
	AsOf, FirstContact              time.Time
	LastInteraction                 [16]byte
	Interactions                    int64
}

// Praise is a recommendation or endorsement, kept for the praise room.
type Praise struct {
	Kind     string // "recommendation" or "endorsement"
	Author   Party
	Subject  Party  // Address, Link and Name empty means: the owner of the archive
	Text     string // the recommendation's text, or the endorsed skill
	Title    string // the author's title at the time
	Time     time.Time
	Hidden   bool // the source says it is not shown in public
	Source   string
	External string
}

// Sink receives what a reader finds, in the order of the file. A sink that returns an error stops the reader, which
// returns that error unchanged.
type Sink interface {
	Contact(at At, c Contact) error
	Interaction(at At, i Interaction) error
	Statement(at At, s Statement) error
	Praise(at At, p Praise) error
	Tie(at At, t Tie) error
	// Reject reports a record that could not be used; reading goes on with the next one.
	Reject(at At, reason string) error
}

// At says where in the file a record starts.
type At struct {
	File   string // path inside an archive, "" for a plain file
	Line   int64  // 1-based; 0 when the format has no lines
	Offset int64  // byte offset of the record's start in the decoded stream
	// Next is the offset from which reading can be resumed once this record is stored; 0 when it cannot.
	Next int64
}

// Source is one file to read, already unpacked from zip or gz and positioned at its start (or at a resume offset).
type Source struct {
	Path   string // for messages and for hints such as the file's own name
	Reader io.Reader
	Size   int64           // bytes of the decoded stream; 0 when not known
	Resume int64           // offset to go on from: the Reader already stands there, unless Format.FromStart
	Line   int64           // 1-based line the Reader stands at; 0 means 1 at the start and not known after Resume
	Me     map[string]bool // the owner's own mail addresses, lower case
	// Zone is the owner's time zone, used for times that state none. Never nil.
	Zone *time.Location
	// Mapping says for a CSV of unknown make which column means what: header -> field name of table.Fields.
	Mapping map[string]string
	// Now is the moment of the import, for the limits of dates and recurrences; zero means the clock's.
	Now time.Time
	// Letters takes each mail with its text, instead of what the Sink would get of it. It is for measuring on archives
	// of mailing lists; imports leave it nil, so that bodies are not even read. An error that it returns ends the
	// reading.
	Letters func(Letter) error
	// Skipped counts the records that are sound but tell of no contact between people, by reason ("newsletter",
	// "robot", "spam" …). Readers add to it with Skip.
	Skipped map[string]int
	// Remark is a sentence for the report about what the format cannot tell, "" for none: a constant whose name begins
	// with "remark".
	Remark string
}

// Skip counts one record that is left out for the given reason.
func (s *Source) Skip(reason string) {
	if s.Skipped == nil {
		s.Skipped = map[string]int{}
	}
	s.Skipped[reason]++
}

// Moment returns the moment of the import.
func (s *Source) Moment() time.Time {
	if s.Now.IsZero() {
		return time.Now()
	}
	return s.Now
}

// Location returns the owner's time zone, UTC when none is set.
func (s *Source) Location() *time.Location {
	if s.Zone == nil {
		return time.UTC
	}
	return s.Zone
}

// Format is one way a file can be written. It says itself all that others need to know of it: what walks the list of
// formats names none.
type Format struct {
	Name  string // "vcard", "icalendar", "mbox" …; stable, shown to users and scripts
	Title string // for people: "address book (vCard)"; the key of its translation
	How   string // for people: where one gets such a file, in a sentence; the key of its translation
	// Mail says that it holds mail, so that what lies in a folder of junk, bins and drafts is left aside.
	Mail bool
	// AddressBook says that one record is one person by its owner's own word.
	AddressBook bool
	// OwnName says that the owner goes by the own name in it, without any other mark.
	OwnName bool
	// Detect says how sure it is, 0 (no) to 100 (certain), from the first bytes (up to 64 KiB) and the name.
	Detect func(head []byte, name string) int
	// Read emits every record of src into sink. It rejects bad records and goes on; it returns an error only when
	// nothing more can be read, when the context ends, or when the sink says so. Nil for a format that is a tree only.
	Read func(ctx context.Context, src *Source, sink Sink) error
	// FromStart says that Read always wants the stream from its beginning, because what stands there says how to read
	// the rest, and that it passes by itself over the records that begin before Source.Resume.
	FromStart bool
	// OnDisk says that Read wants a file that can be read at any place: Source.Reader is an *os.File.
	OnDisk bool
	// DetectTree says how sure it is, 0 to 100, that a folder or archive with these names is of this format as a
	// whole. peek returns the first bytes (up to 64 KiB) of a named file, nil when it cannot be read.
	DetectTree func(names []string, peek func(name string) []byte) int
	// ReadTree emits every record of a folder or archive that is read as a whole (src.Reader is nil). Source.Resume
	// and At.Next then count whatever the format says, usually files of Tree.Names.
	ReadTree func(ctx context.Context, tree Tree, src *Source, sink Sink) error
}

// Letter is one mail with its text, for those who measure on an archive without storing it.
type Letter struct {
	ID      string // Message-ID, or a hash where there is none
	ReplyTo string // the ID of the mail that this one answers; may be empty
	Root    string // the first mail of the conversation as the mail itself says; may be empty
	Time    time.Time
	Author  Party
	List    string // address of the mailing list; may be empty
	Subject string
	Text    string // what the author wrote: without quotes, signature and footer
}
