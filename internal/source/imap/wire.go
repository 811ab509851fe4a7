package imap

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"gave.network/internal/fault"
)

const (
	// mostLine is how long a line may be besides what is sent as literals, in bytes: the numbers of two million mails.
	mostLine = 16 << 20
	// mostText is how long one text may be, in bytes; a header is asked for up to mostHeader.
	mostText   = 1 << 20
	mostHeader = 256 << 10
	// mostAnswer is how much all lines of one answer may be together: mostList for numbers of mails, mostHeads for the
	// headers of some mails.
	mostAnswer, mostList, mostHeads = 4 << 20, 32 << 20, 64 << 20
	// mostDepth is how deep lists may lie in each other.
	mostDepth = 16
)

var (
	errTooMuch = fault.New(fault.Unavailable, "The server sends more than can be read at once.")
	errUnclear = fault.New(fault.Unavailable, "What the server answers cannot be understood.")
)

// value is a part of an answer: a text or a list.
type value struct {
	text string
	list []value
	is   kind
}

type kind uint8

const (
	atom   kind = iota // also numbers and NIL
	quoted             // a string, also one sent as a literal
	list
)

// reader reads answers within bounds.
type reader struct {
	in   *bufio.Reader
	line int // bytes left of the line
	all  int // and of the answer
}

func newReader(in io.Reader) *reader { return &reader{in: bufio.NewReaderSize(in, 64<<10)} }

func (r *reader) byte() (byte, error) {
	if r.line--; r.line < 0 {
		return 0, errTooMuch
	}
	if r.all--; r.all < 0 {
		return 0, errTooMuch
	}
	return r.in.ReadByte()
}

func (r *reader) peek() (byte, error) {
	b, err := r.in.Peek(1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

// values reads the parts of a line up to its end. words says after how many parts the rest is taken as one text, which
// people read; 0 for never.
func (r *reader) values(words int) ([]value, error) {
	r.line = mostLine
	var out []value
	for {
		c, err := r.peek()
		if err != nil {
			return nil, err
		}
		switch {
		case c == '\r' || c == '\n':
			return out, r.end()
		case c == ' ':
			if _, err := r.byte(); err != nil {
				return nil, err
			}
			continue
		case words > 0 && len(out) == words:
			rest, err := r.rest()
			return append(out, value{text: rest}), err
		}
		v, err := r.value(0)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
}

// end reads the end of a line.
func (r *reader) end() error {
	for {
		c, err := r.byte()
		if err != nil || c == '\n' {
			return err
		}
		if c != '\r' {
			return errUnclear
		}
	}
}

// rest reads a text up to the end of the line.
func (r *reader) rest() (string, error) {
	var b strings.Builder
	for {
		c, err := r.byte()
		if err != nil {
			return "", err
		}
		if c == '\n' {
			return strings.TrimSuffix(b.String(), "\r"), nil
		}
		if b.Len() < 1000 {
			b.WriteByte(c)
		}
	}
}

func (r *reader) value(depth int) (value, error) {
	c, err := r.byte()
	if err != nil {
		return value{}, err
	}
	switch c {
	case '(':
		return r.items(depth + 1)
	case '"':
		return r.quoted()
	case '{':
		return r.literal()
	case ')', '\r', '\n':
		return value{}, errUnclear
	}
	// An atom; that of a fetched part holds brackets, and in these what it wants: BODY[HEADER.FIELDS (FROM TO)]<0>.
	var b strings.Builder
	inside := 0
	for {
		switch c {
		case '[':
			inside++
		case ']':
			inside--
		}
		if b.Len() >= mostText {
			return value{}, errTooMuch
		}
		b.WriteByte(c)
		next, err := r.peek()
		if err != nil {
			return value{}, err
		}
		if next == '\r' || next == '\n' || inside <= 0 && (next == ' ' || next == ')' || next == '(') {
			return value{text: b.String()}, nil
		}
		if c, err = r.byte(); err != nil {
			return value{}, err
		}
	}
}

func (r *reader) items(depth int) (value, error) {
	if depth > mostDepth {
		return value{}, errUnclear
	}
	out := value{is: list}
	for {
		c, err := r.peek()
		if err != nil {
			return out, err
		}
		if c == ' ' || c == ')' {
			if _, err := r.byte(); err != nil || c == ')' {
				return out, err
			}
			continue
		}
		v, err := r.value(depth)
		if err != nil {
			return out, err
		}
		out.list = append(out.list, v)
	}
}

func (r *reader) quoted() (value, error) {
	var b strings.Builder
	for {
		c, err := r.byte()
		if err == nil && c == '\\' {
			c, err = r.byte()
		} else if c == '"' {
			return value{text: b.String(), is: quoted}, err
		}
		if err != nil {
			return value{}, err
		}
		if c == '\r' || c == '\n' {
			return value{}, errUnclear
		}
		if b.Len() >= mostText {
			return value{}, errTooMuch
		}
		b.WriteByte(c)
	}
}

// literal reads a text whose length stands before it.
func (r *reader) literal() (value, error) {
	var digits strings.Builder
	for {
		c, err := r.byte()
		if err != nil {
			return value{}, err
		}
		if c == '}' {
			break
		}
		if digits.Len() > 12 {
			return value{}, errUnclear
		}
		if c != '+' {
			digits.WriteByte(c)
		}
	}
	n, err := strconv.ParseInt(digits.String(), 10, 64)
	if err != nil || n < 0 {
		return value{}, errUnclear
	}
	if err := r.end(); err != nil {
		return value{}, err
	}
	if r.all -= int(min(n, mostHeads)); n > mostText || r.all < 0 {
		return value{}, errTooMuch
	}
	text := make([]byte, n)
	_, err = io.ReadFull(r.in, text)
	return value{text: string(text), is: quoted}, err
}
