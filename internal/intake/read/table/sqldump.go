package table

import (
	"bytes"
	"regexp"

	"gave.network/internal/intake/read"
)

var sqlStatement = regexp.MustCompile("(?im)^\\s*(?:insert\\s+(?:ignore\\s+)?into\\s+[`\"\\[]?\\w+|" +
	"create\\s+table\\s|drop\\s+table\\s|copy\\s+\\S+\\s*\\(.*from\\s+stdin|pragma\\s+foreign_keys|lock\\s+tables\\s)")

// IsSQL knows the dump of a database.
func IsSQL(head []byte) bool {
	head = head[:min(len(head), read.HeadSize)]
	return bytes.Contains(bytes.ToLower(head), []byte("table")) && sqlStatement.Match(head) ||
		bytes.Contains(bytes.ToLower(head), []byte("insert ")) && sqlStatement.Match(head)
}
