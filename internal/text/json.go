package text

import "encoding/json"

// AppendJSON appends a text as JSON, in the same bytes as encoding/json writes it. Most texts need no escaping, and
// then it costs a copy.
func AppendJSON(to []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			escaped, _ := json.Marshal(s) // a string has no error
			return append(to, escaped...)
		}
	}
	return append(append(append(to, '"'), s...), '"')
}
