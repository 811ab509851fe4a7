//go:build !unix

package graphcmd

import "time"

// Spent is not told here.
func Spent() time.Duration { return 0 }
