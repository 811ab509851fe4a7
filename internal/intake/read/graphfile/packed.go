package graphfile

import (
	"encoding/binary"
	"strings"

	"gave.network/internal/intake/read"
)

// A network of a million people is held in memory until its last tie was read, as ties may say more of people. So what
// is known of a node is kept packed: its texts one after another, each after its length, and words that many share,
// such as places and titles, as numbers.

// mostShared bounds the words that are kept once for all nodes.
const mostShared = 1 << 14

// ownTexts are the texts of a contact that are mostly its own, the name first: a tie reads no further.
func ownTexts(c *read.Contact) []*string {
	return []*string{&c.Name.Full, &c.Name.Given, &c.Name.Family, &c.Note}
}

// sharedTexts are those that many have.
func sharedTexts(c *read.Contact, p *read.Position) []*string {
	out := []*string{&p.Organisation, &p.Title, &p.Department}
	for _, f := range read.Fields {
		out = append(out, f.Of(c))
	}
	return out
}

func ownLists(c *read.Contact) []*[]string { return []*[]string{&c.Addresses, &c.Phones, &c.Links} }

func sharedLists(c *read.Contact) []*[]string { return []*[]string{&c.Tags, &c.Unknown} }

// packer packs what is known of nodes.
type packer struct {
	shared numbering
	buffer []byte
}

func (p *packer) text(s string) {
	p.buffer = binary.AppendUvarint(p.buffer, uint64(len(s)))
	p.buffer = append(p.buffer, s...)
}

// word packs a text as twice its number, or as one more than twice its length and the text itself.
func (p *packer) word(s string) {
	_, known := p.shared.of[s]
	if known || len(p.shared.words) < mostShared {
		p.buffer = binary.AppendUvarint(p.buffer, uint64(p.shared.number(s))<<1)
		return
	}
	p.buffer = binary.AppendUvarint(p.buffer, uint64(len(s))<<1|1)
	p.buffer = append(p.buffer, s...)
}

// pack returns the texts of a contact of a network, all that such a contact has but for its handle.
func (p *packer) pack(c *read.Contact) string {
	p.buffer = p.buffer[:0]
	for _, s := range ownTexts(c) {
		p.text(*s)
	}
	for _, list := range ownLists(c) {
		p.buffer = binary.AppendUvarint(p.buffer, uint64(len(*list)))
		for _, s := range *list {
			p.text(s)
		}
	}
	var position read.Position
	if len(c.Organisations) > 0 {
		position = c.Organisations[0]
	}
	for _, s := range sharedTexts(c, &position) {
		p.word(*s)
	}
	for _, list := range sharedLists(c) {
		p.buffer = binary.AppendUvarint(p.buffer, uint64(len(*list)))
		for _, s := range *list {
			p.word(s)
		}
	}
	return string(p.buffer)
}

// unpacker reads what pack made.
type unpacker struct {
	rest   string
	shared []string
}

func (u *unpacker) number() uint64 {
	out, shift := uint64(0), 0
	for i := 0; i < len(u.rest); i++ {
		out |= uint64(u.rest[i]&0x7f) << shift
		if u.rest[i] < 0x80 {
			u.rest = u.rest[i+1:]
			break
		}
		shift += 7
	}
	return out
}

func (u *unpacker) text(length uint64) (out string) {
	out, u.rest = u.rest[:length], u.rest[length:]
	return out
}

func (u *unpacker) word() string {
	if n := u.number(); n&1 == 1 {
		return u.text(n >> 1)
	} else {
		return u.shared[n>>1]
	}
}

// unpack returns the contact that was packed; that of a new node when nothing was.
func (p *packer) unpack(packed string) (c read.Contact) {
	if packed == "" {
		return c
	}
	u := &unpacker{packed, p.shared.words}
	for _, s := range ownTexts(&c) {
		*s = u.text(u.number())
	}
	for _, list := range ownLists(&c) {
		for range u.number() {
			*list = append(*list, u.text(u.number()))
		}
	}
	var position read.Position
	for _, s := range sharedTexts(&c, &position) {
		*s = u.word()
	}
	if position != (read.Position{}) {
		c.Organisations = []read.Position{position}
	}
	for _, list := range sharedLists(&c) {
		for range u.number() {
			*list = append(*list, u.word())
		}
	}
	return c
}

// onlyName returns the beginning of a packed contact that nameIn reads.
func onlyName(packed string) string {
	if packed == "" {
		return ""
	}
	u := &unpacker{rest: packed}
	for range 3 {
		u.text(u.number())
	}
	return strings.Clone(packed[:len(packed)-len(u.rest)])
}

// nameIn returns the names in a packed contact.
func nameIn(packed string) (full, given, family string) {
	if packed == "" {
		return "", "", ""
	}
	u := &unpacker{rest: packed}
	return u.text(u.number()), u.text(u.number()), u.text(u.number())
}
