// Package manual holds the manual, in every language, for the server to show at /help.
package manual

import "embed"

// Files are the pages, as LANGUAGE/PAGE.md. Both languages have the same pages.
//
//go:embed en nl
var Files embed.FS
