package text

// Clip cuts a text to at most so many runes, with … for what is left out.
func Clip(s string, most int) string {
	if len(s) <= most {
		return s // no rune is shorter than a byte
	}
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return s
}
