// Package scope says what a viewer may see: who may see a row, and the condition that every query of a viewer carries.
package scope

import (
	"gave.network/internal/db"
	"gave.network/internal/op"
)

// Kept names what is kept for a viewer: who may see the same gets the same.
func Kept(v op.Viewer, what string) db.For {
	return db.For{Space: v.Space, Member: v.Member, Rights: int(Least(v)), What: what}
}

// Visibility says who may see a thing.
type Visibility int

// The visibilities.
const (
	Private Visibility = iota // its owner
	Space                     // the members of the space
	Public                    // everybody
)

// String returns the visibility's English name.
func (v Visibility) String() string { return [...]string{"private", "space", "public"}[v] }

// ParseVisibility reads a visibility's English name; anything else is private.
func ParseVisibility(name string) Visibility {
	switch name {
	case "space":
		return Space
	case "public":
		return Public
	}
	return Private
}

// MarshalText writes the English name.
func (v Visibility) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the English name.
func (v *Visibility) UnmarshalText(text []byte) error {
	*v = ParseVisibility(string(text))
	return nil
}

// Least is the lowest visibility at which the viewer sees what others own.
func Least(v op.Viewer) Visibility {
	if v.Role >= op.Member {
		return Space
	}
	return Public
}

// Args returns the arguments $1 space, $2 member, $3 least visibility, with which every query for a viewer starts.
func Args(v op.Viewer, more ...any) []any {
	return append([]any{v.Space, v.Member, Least(v)}, more...)
}

// Seen is the condition that the viewer may see a row of the table with this alias; it goes with Args.
func Seen(alias string) string {
	return alias + `.space = $1 and (` + alias + `.owner = $2 or ` + alias + `.visibility >= $3)`
}
