package contacts

import (
	"bytes"
	"context"
	"path"
	"slices"
	"strings"

	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/table"
)

// AddressList reads a plain list of mail addresses: one a line, or as they stand in the header of a mail, with names
// or without.
var AddressList = read.Format{
	Name: "addresses", Title: "list of mail addresses",
	How:       "Copy the addresses out of a mail, one or many in a row.",
	FromStart: true, Detect: detectAddressList,
	Read: readAddressList,
}

// addressesOf reads one line of a list. bad is what of it is no address.
func addressesOf(line string) (parties []read.Party, bad string) {
	line = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(line), "•*- \t"))
	lower := strings.ToLower(line)
	for _, field := range []string{"to:", "cc:", "bcc:", "aan:", "an:", "from:", "van:", "à:", "para:"} {
		if strings.HasPrefix(lower, field) {
			line = strings.TrimSpace(line[len(field):])
		}
	}
	if !strings.ContainsAny(line, "<") {
		// A tab or more than one blank between a name and its address.
		if found := table.AddressIn.FindAllString(line, -1); len(found) == 1 {
			name := strings.Trim(strings.Replace(line, found[0], "", 1), " \t,;:|()[]\"'-–")
			if address := read.CleanAddress(found[0]); address != "" && !strings.ContainsAny(name, "@") {
				return []read.Party{{Name: read.CleanText(name, 200), Address: address}}, ""
			}
		}
		line = strings.Join(strings.Fields(strings.NewReplacer("\t", ",", "|", ",").Replace(line)), " ")
		if found := table.AddressIn.FindAllString(line, -1); len(found) > 1 &&
			strings.TrimFunc(table.AddressIn.ReplaceAllString(line, ""), func(r rune) bool {
				return strings.ContainsRune(" ,;", r)
			}) == "" {
			for _, one := range found {
				if address := read.CleanAddress(one); address != "" {
					parties = append(parties, read.Party{Address: address})
				}
			}
			return parties, ""
		}
	}
	for _, p := range read.ParseAddresses(line, read.To) {
		if p.Address == "" {
			continue
		}
		p.Role = read.From
		parties = append(parties, p)
	}
	if len(parties) == 0 {
		return nil, line
	}
	return parties, ""
}

// isAddressComment says that a line of a list of addresses says nothing of people.
func isAddressComment(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || line[0] == '#' || strings.HasPrefix(line, "//")
}

func detectAddressList(head []byte, name string) int {
	start := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(start) == 0 || bytes.IndexByte(start[:min(len(start), 1024)], 0) >= 0 ||
		strings.IndexByte("{[", start[0]) >= 0 || bytes.HasPrefix(start, []byte("<?")) {
		return 0
	}
	ext := strings.ToLower(path.Ext(name))
	if !slices.Contains([]string{".csv", ".tsv", ".txt", ".lst", ".list", ".text", ""}, ext) {
		return 0
	}
	good, bad, bare := 0, 0, false
	for line := range bytes.Lines(start) {
		text := read.UTF8Text(line)
		if isAddressComment(text) || !bytes.HasSuffix(line, []byte{'\n'}) && len(head) >= read.HeadSize {
			continue
		}
		if len(text) > 64<<10 {
			return 0
		}
		if len(table.AddressIn.FindAllString(text, 1)) == 0 {
			bad++
		} else if _, wrong := addressesOf(text); wrong != "" || tooManyWords(text) {
			bad++
		} else {
			good++
			bare = bare || bareAddresses(text)
		}
		if good+bad > 200 {
			break
		}
	}
	table := ext == ".csv" || ext == ".tsv"
	switch {
	case good == 0 || bad*10 > good:
		return 0
	case table && bare:
		return 43 // several in a row and no names: not one person's
	case table:
		return 20 // a table of one column or with names is read as one
	}
	return 42
}

// bareAddresses says that a line holds several addresses and nothing else.
func bareAddresses(line string) bool {
	found := table.AddressIn.FindAllString(line, -1)
	return len(found) > 1 && strings.Trim(table.AddressIn.ReplaceAllString(line, ""), " ,;\t\r\n\"|") == ""
}

// tooManyWords says that there is more around the addresses of a line than names.
func tooManyWords(line string) bool {
	rest := table.AddressIn.ReplaceAllString(line, "")
	return len(strings.Fields(strings.NewReplacer("<", " ", ">", " ", ",", " ", ";", " ", "\"", " ").Replace(rest))) >
		8*len(table.AddressIn.FindAllString(line, -1))
}

func readAddressList(ctx context.Context, src *read.Source, sink read.Sink) error {
	out := &read.Emitter{Source: src, Sink: sink}
	scan := read.NewLines(&read.Source{Reader: read.PlainText(src.Reader), Size: src.Size})
	for count := 0; ; count++ {
		if count%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		number, offset := scan.Line, scan.Offset
		raw, _, ok := scan.Next()
		if !ok {
			break
		}
		line := read.UTF8Text(raw)
		if isAddressComment(line) {
			continue
		}
		out.Place(number, offset)
		parties, bad := addressesOf(line)
		if bad != "" {
			if err := out.Reject("no mail address stands in this line"); err != nil {
				return err
			}
			continue
		}
		for _, p := range parties {
			c := read.Contact{Name: read.Name{Full: p.Name}, Addresses: []string{p.Address}}
			if strings.Contains(p.Name, "@") {
				c.Name = read.Name{}
			}
			if err := out.Person(c, nil); err != nil {
				return err
			}
		}
	}
	if scan.Err != nil {
		return scan.Err
	}
	return out.SomeRow()
}
