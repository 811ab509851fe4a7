package mail

// What the tests of this package look at, from outside it.
type Field = field

const (
	FieldCc      = fieldCc
	FieldDate    = fieldDate
	FieldFrom    = fieldFrom
	FieldReplyTo = fieldReplyTo
	FieldSender  = fieldSender
	FieldTo      = fieldTo
	MaxLetter    = maxLetter
)

var (
	AsideName     = asideName
	FromSeparator = fromSeparator
	NewMailReader = newMailReader
	ParseMailDate = parseMailDate
)
