//go:build !unix

package graphcmd

import "time"

// spent is not told here.
func spent() time.Duration { return 0 }
