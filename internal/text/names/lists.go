package names

import (
	_ "embed"
	"strings"

	"gave.network/internal/text"
)

var (
	//go:embed data/nicknames.txt
	nicknameFile string
	//go:embed data/given.txt
	givenFile string
	//go:embed data/surnames.txt
	surnameFile string
)

// nicknameGroups says for a folded given name in which lines of nicknames.txt it stands.
var nicknameGroups = func() map[string][]int {
	groups := make(map[string][]int)
	for i, line := range strings.Split(nicknameFile, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, name := range strings.Fields(line) {
			name = text.Fold(name)
			groups[name] = append(groups[name], i)
		}
	}
	return groups
}()

var givenNames = func() map[string]bool {
	names := text.ParseSet(givenFile)
	for name := range nicknameGroups {
		names[name] = true
	}
	return names
}()

var commonSurnames = text.ParseSet(surnameFile)

// sameNickname tells whether two folded given names stand for one name, such as Jan and Johannes.
func sameNickname(a, b string) bool {
	for _, i := range nicknameGroups[a] {
		for _, j := range nicknameGroups[b] {
			if i == j {
				return true
			}
		}
	}
	return false
}
