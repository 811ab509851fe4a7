package names

import (
	_ "embed"
	"strings"
	"sync"

	"gave.network/internal/text"
)

var (
	//go:embed data/shortforms.txt
	shortFormFile string
	//go:embed data/given.txt
	givenFile string
	//go:embed data/surnames.txt
	surnameFile string
)

// shortForms says for a folded given name in which lines of shortforms.txt it stands.
var shortForms = sync.OnceValue(func() map[string][]int {
	groups := make(map[string][]int)
	for i, line := range strings.Split(shortFormFile, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, name := range strings.Fields(line) {
			name = text.Fold(name)
			groups[name] = append(groups[name], i)
		}
	}
	return groups
})

var givenNames = sync.OnceValue(func() map[string]bool {
	names := text.ParseSet(givenFile)
	for name := range shortForms() {
		names[name] = true
	}
	return names
})

var commonSurnames = sync.OnceValue(func() map[string]bool { return text.ParseSet(surnameFile) })

// sameShortForm tells whether two folded given names stand for one name, such as Jan and Johannes.
func sameShortForm(a, b string) bool {
	for _, i := range shortForms()[a] {
		for _, j := range shortForms()[b] {
			if i == j {
				return true
			}
		}
	}
	return false
}
