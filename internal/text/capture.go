package text

// MaxLine is the longest line that is read, in bytes.
const MaxLine = 4000
