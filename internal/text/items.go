package text

import "strings"

// Items returns what stands between the commas of a line that a person wrote, without spaces around and without what is
// empty.
func Items(line string) []string {
	var out []string
	for item := range strings.SplitSeq(line, ",") {
		if item = strings.TrimSpace(item); item != "" {
			out = append(out, item)
		}
	}
	return out
}
