package intake

import (
	"context"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/intake/read"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/text"
	"gave.network/internal/text/addresses"
	"gave.network/internal/text/names"
)

// ownAddresses returns the member's own mail addresses, each as bareAddress has it.
func (s *Service) ownAddresses(ctx context.Context, v op.Viewer, me []string) (map[string]bool, error) {
	own := map[string]bool{}
	for _, address := range me {
		if normal, ok := addresses.Mail(address); ok {
			own[bareAddress(normal)] = true
		}
	}
	if v.Person.IsZero() {
		return own, nil
	}
	values, err := db.Values[string](ctx, s.db, `select value from identifier
		where space = $1 and person = $2 and kind = $3 order by value`,
		v.Space, v.Person, people.MailAddress)
	if err != nil {
		return own, err
	}
	for _, value := range values {
		own[bareAddress(value)] = true
	}
	name, err := db.Value[string](ctx, s.db, `select name from person where space = $1 and id = $2`, v.Space, v.Person)
	if parsed := names.Parse(name); parsed.Given != "" && parsed.Family != "" {
		own[ownName+text.Fold(name)] = true
	}
	return own, err
}

// ownName begins the member's own name among their addresses.
const ownName = "name:"

// isMe says that a party is the member: by an address of theirs, or in a chat by their whole name.
func (l *loader) isMe(p read.Party) bool {
	if l.self.IsZero() {
		return false
	}
	if p.Address == "" && p.Link == "" && p.Handle == "" && p.Phone == "" && l.format.OwnName {
		return l.mine[ownName+text.Fold(p.Name)]
	}
	return l.isMine(p.Address)
}

// isMine says that mail to an address reaches the member: it is one of theirs with a word behind a plus, or with other
// dots at Gmail. That holds for one's own addresses only, because of others it is not known which provider does so.
func (l *loader) isMine(address string) bool {
	if address == "" || l.self.IsZero() || len(l.mine) == 0 {
		return false
	}
	return l.mine[bareAddress(strings.ToLower(address))]
}

// bareAddress takes off what follows a plus, and the dots that Gmail does not look at.
func bareAddress(address string) string {
	local, domain, _ := strings.Cut(address, "@")
	local, _, _ = strings.Cut(local, "+")
	if domain == "gmail.com" || domain == "googlemail.com" {
		local, domain = strings.ReplaceAll(local, ".", ""), "gmail.com"
	}
	return local + "@" + domain
}
