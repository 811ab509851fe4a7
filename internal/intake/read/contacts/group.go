package contacts

import "gave.network/internal/intake/read"

// maxGroup is the most members of one group that are kept.
const maxGroup = 20_000

// membership is a group of an address book: a list of people by a name. It is nobody itself; its name becomes a tag
// of its members.
type membership struct {
	at      read.At
	key     string // handle of the group, by which another group may name it
	name    string
	members []read.Party
}

// memberships are the groups of one file. Their members may come after them, and are told at the end.
type memberships struct{ list []membership }

func (m *memberships) add(g membership) { m.list = append(m.list, g) }

// emit tells the sink of every member that it is in the group. Groups inside a group give it their members.
func (m *memberships) emit(sink read.Sink) error {
	byKey := map[string]*membership{}
	for i := range m.list {
		if g := &m.list[i]; g.key != "" {
			byKey[g.key] = g
		}
	}
	for i := range m.list {
		g := &m.list[i]
		g.at.Next = 0
		if g.name == "" {
			if err := sink.Reject(g.at, "the group has no name"); err != nil {
				return err
			}
			continue
		}
		for _, p := range m.gather(g, byKey, map[*membership]bool{}, map[read.Party]bool{}) {
			if err := sink.Contact(g.at, read.Contact{
				Name: read.Name{Full: p.Name}, Handle: p.Handle, Addresses: read.NonEmpty([]string{p.Address}),
				Phones: read.NonEmpty([]string{p.Phone}),
				Links:  read.NonEmpty([]string{p.Link}), Tags: []string{read.Cut(g.name, 100)}, Adds: true,
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

// gather returns the members of a group and of the groups in it, each once.
func (m *memberships) gather(
	g *membership, byKey map[string]*membership, seen map[*membership]bool, listed map[read.Party]bool,
) []read.Party {
	seen[g] = true
	var members []read.Party
	for _, p := range g.members {
		switch inner := byKey[p.Handle]; {
		case inner != nil && seen[inner]:
		case inner != nil:
			members = append(members, m.gather(inner, byKey, seen, listed)...)
		case len(listed) < maxGroup && !listed[p]:
			listed[p] = true
			members = append(members, p)
		}
	}
	return members
}
