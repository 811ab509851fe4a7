package formats

// What the tests of this package look at, from outside it.
const MaxUnknownFiles = maxUnknownFiles

var (
	UnreadFile    = unreadFile
	UnreadFormats = unreadFormats
)
