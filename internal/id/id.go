// Package id holds the identifier of every stored thing: a UUID version 7
// (RFC 9562), which sorts by the moment it was made. It is 16 bytes in the
// database and the usual 36 characters in text and JSON.
package id

import (
	"bytes"
	"database/sql/driver"
	"encoding/hex"
	"fmt"

	"github.com/google/uuid"
)

// ID identifies a stored thing. The zero ID means "none" and is stored as such.
type ID [16]byte

// Zero is the ID of nothing.
var Zero ID

// New makes a new ID; later ones sort after earlier ones made by this process.
func New() ID { return ID(uuid.Must(uuid.NewV7())) }

// Parse reads the 36 character form.
func Parse(s string) (ID, error) {
	if len(s) != 36 {
		return Zero, fmt.Errorf("id: %q is not an identifier", s)
	}
	u, err := uuid.Parse(s)
	if err != nil {
		return Zero, fmt.Errorf("id: %q is not an identifier", s)
	}
	return ID(u), nil
}

// IsZero says whether this is the ID of nothing.
func (i ID) IsZero() bool { return i == Zero }

// Compare orders ids as both databases do: older ones first.
func (i ID) Compare(other ID) int { return bytes.Compare(i[:], other[:]) }

// String returns the 36 character form, or "" for the zero ID.
func (i ID) String() string {
	if i.IsZero() {
		return ""
	}
	return uuid.UUID(i).String()
}

// MarshalText writes the 36 character form, or nothing for the zero ID.
func (i ID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// AppendText appends the 36 character form, or nothing for the zero ID. It has no error.
func (i ID) AppendText(to []byte) ([]byte, error) {
	if i.IsZero() {
		return to, nil
	}
	to = append(hex.AppendEncode(to, i[:4]), '-')
	to = append(hex.AppendEncode(to, i[4:6]), '-')
	to = append(hex.AppendEncode(to, i[6:8]), '-')
	to = append(hex.AppendEncode(to, i[8:10]), '-')
	return hex.AppendEncode(to, i[10:]), nil
}

// UnmarshalText reads the 36 character form; an empty text is the zero ID.
func (i *ID) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*i = Zero
		return nil
	}
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*i = parsed
	return nil
}

// Value stores the 16 bytes.
func (i ID) Value() (driver.Value, error) { return i[:], nil }

// Scan reads the 16 bytes; NULL becomes the zero ID.
func (i *ID) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*i = Zero
		return nil
	case []byte:
		if len(v) == 16 {
			copy(i[:], v)
			return nil
		}
	}
	return fmt.Errorf("id: cannot read an identifier from %T", src)
}
