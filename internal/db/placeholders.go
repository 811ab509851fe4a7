package db

import (
	"strconv"
	"strings"
)

// manyPlaceholders is from how many arguments on SQLite gets its own placeholders.
const manyPlaceholders = 24

// placed returns the query as the database takes it best. SQLite looks every "$1" up among all names that it has seen
// so far, when it parses it and again when it is bound: a list of two thousand costs millions of comparisons. There a
// placeholder becomes "?" where SQLite gives it the same number anyway, and else "?1", which has its number from
// itself.
func placed(dialect Dialect, query string, args int) string {
	if dialect != SQLite || args < manyPlaceholders {
		return query
	}
	type place struct{ start, end, number int }
	var places []place
	used := make([]int, args+1)
	for i := 0; i < len(query); i++ {
		switch c := query[i]; {
		case c == '\'' || c == '"': // a text or a name, up to where it ends
			end := strings.IndexByte(query[i+1:], c)
			if end < 0 {
				return query
			}
			i += end + 1
		case c == '-' && strings.HasPrefix(query[i:], "--"):
			end := strings.IndexByte(query[i:], '\n')
			if end < 0 {
				end = len(query) - i - 1
			}
			i += end
		case c == '?': // it has its own already
			return query
		case c == '$':
			end := i + 1
			for end < len(query) && query[end] >= '0' && query[end] <= '9' {
				end++
			}
			number, err := strconv.Atoi(query[i+1 : end])
			if err != nil || number < 1 || number > args {
				return query
			}
			used[number]++
			places = append(places, place{i, end, number})
			i = end - 1
		}
	}
	var out strings.Builder
	out.Grow(len(query))
	written, most := 0, 0
	for _, p := range places {
		out.WriteString(query[written:p.start])
		out.WriteByte('?')
		if p.number != most+1 || used[p.number] > 1 {
			out.WriteString(query[p.start+1 : p.end])
		}
		written, most = p.end, max(most, p.number)
	}
	out.WriteString(query[written:])
	return out.String()
}
