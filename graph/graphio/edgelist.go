package graphio

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"gave.network/graph"
)

// IDs says what the node ids of a file are.
type IDs uint8

const (
	// AutoIDs looks at the file: ids that are all whole numbers below 2^32-1 are node numbers, counted from the
	// smallest one (so that numbers may begin at 0 or 1), as long as they are dense: the greatest is at most eight
	// times the number of edges, or a million. Otherwise they are renumbered in ascending order. Anything else is a
	// name. Where ReadOptions.Nodes is set, numbers count from 0.
	AutoIDs IDs = iota
	// NumberIDs takes ids as node numbers, as they are.
	NumberIDs
	// NameIDs takes ids as names, which are numbered in order of first appearance, also when they are digits.
	NameIDs
)

// ErrTooLarge is returned when a compressed file unpacks to more than the limit.
var ErrTooLarge = errors.New("graph: the file unpacks to more than the limit")

// ReadOptions says how a file of edges is to be read. The zero value reads an undirected, unweighted graph and finds
// out the rest.
type ReadOptions struct {
	// Build says what kind of graph to make. Where a file states its direction (GraphML, GEXF, Pajek) that wins over
	// Build.Directed.
	Build graph.BuildOptions
	// IDs says what the node ids of an edge list are.
	IDs IDs
	// Separator is the byte between the fields of an edge list or table; 0 finds out.
	Separator byte
	// Nodes is the least number of nodes, for files that do not name the isolated ones.
	Nodes int
	// MaxBytes limits what a compressed file may unpack to; 0 means 16 GiB.
	MaxBytes int64
}

// ReadEdgeList reads a graph from a list of edges, one a line: two ids, and in a weighted graph a weight (1 where it is
// missing); further fields are left unread. Fields are separated by blanks, tabs, commas, semicolons or bars; empty
// lines and lines that begin with #, % or // are comments, as is a first line of headings. A line that cannot be read
// is reported in Problems and does no harm to the others; so is a weight that the graph's bits cannot hold, as 1e-50 or
// 1e40 in 32 bits. A gzip-compressed list is recognised. It is read by as many threads as opts allows.
func ReadEdgeList(ctx context.Context, r io.Reader, options ReadOptions, opts graph.Options) (*Network, error) {
	data, err := readAll(r, options.MaxBytes)
	if err != nil {
		return nil, err
	}
	return ParseEdgeList(ctx, data, options, opts)
}

// readAll reads r whole and unpacks it when it is gzip.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	if limit <= 0 {
		limit = 16 << 30
	}
	buffered := bufio.NewReaderSize(r, 1<<16)
	if magic, _ := buffered.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		unpacked, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("graph: unpack: %w", err)
		}
		r = unpacked
	} else {
		r = buffered
	}
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("graph: read: %w", err)
	}
	if int64(len(data)) > limit {
		return nil, ErrTooLarge
	}
	return data, nil
}

// ParseEdgeList is ReadEdgeList for a list that is in memory; data may be gzip-compressed.
func ParseEdgeList(ctx context.Context, data []byte, options ReadOptions, opts graph.Options) (*Network, error) {
	if len(data) > 2 && data[0] == 0x1f && data[1] == 0x8b {
		return ReadEdgeList(ctx, bytes.NewReader(data), options, opts)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	shape := guessShape(data, options)
	if shape.numbers {
		network, err := parseNumbers(ctx, data, shape, options, opts)
		if !errors.Is(err, errNotNumbers) {
			return network, err
		}
	}
	return parseNames(ctx, data, shape, options, opts)
}

// errNotNumbers says inside this file that ids turned out not to fit 32 bits.
var errNotNumbers = errors.New("graph: ids are not 32-bit numbers")

// listShape is what a look at the first lines tells of an edge list.
type listShape struct {
	numbers   bool
	separator byte // 0: blanks
	start     int  // where the first edge is, after comments and headings
}

// isGap marks the bytes that separate the fields of a list of numbers.
var isGap = [256]bool{' ': true, '\t': true, ',': true, ';': true, '|': true, '\r': true}

func isComment(line []byte) bool {
	return len(line) > 0 && (line[0] == '#' || line[0] == '%' || line[0] == '/' && len(line) > 1 && line[1] == '/')
}

// guessShape reads the first 64 KiB.
func guessShape(data []byte, options ReadOptions) listShape {
	shape := listShape{numbers: options.IDs != NameIDs, separator: options.Separator}
	head := data[:min(len(data), 1<<16)]
	first, lines := true, 0
	afterFirst, unknownHead := 0, false
	for at := 0; at < len(head); {
		end := at + lineLength(head[at:])
		line := bytes.TrimSpace(head[at:end])
		start := at
		at = end + 1
		if len(line) == 0 || isComment(line) || end == len(head) && len(head) < len(data) && lines > 0 {
			continue
		}
		lines++
		if first {
			first = false
			if options.Separator == 0 {
				shape.separator = guessSeparator(line)
			}
			if isHeading(line, shape.separator) {
				shape.start = min(at, len(data))
				continue
			}
			shape.start, afterFirst = start, at
			if options.IDs == AutoIDs && !beginsWithTwoNumbers(line) {
				unknownHead = true
				continue
			}
		}
		if options.IDs == AutoIDs && !beginsWithTwoNumbers(line) {
			shape.numbers = false
		}
	}
	if unknownHead {
		// Words before nothing but numbers are headings, whatever they are.
		if lines > 1 && shape.numbers && twoWords(data[shape.start:min(afterFirst, len(data))], shape.separator) {
			shape.start = min(afterFirst, len(data))
		} else {
			shape.numbers = false
		}
	}
	return shape
}

// twoWords says whether a line begins with two fields that do not begin with a digit.
func twoWords(line []byte, separator byte) bool {
	var list fieldScanner
	list.reset(bytes.TrimSpace(line), separator)
	for range 2 {
		field, found := list.next()
		if !found || len(field) == 0 || field[0]-'0' <= 9 {
			return false
		}
	}
	return true
}

func lineLength(data []byte) int {
	if end := bytes.IndexByte(data, '\n'); end >= 0 {
		return end
	}
	return len(data)
}

func guessSeparator(line []byte) byte {
	for _, candidate := range []byte{'\t', ',', ';', '|'} {
		if bytes.IndexByte(line, candidate) >= 0 {
			return candidate
		}
	}
	return 0
}

// isHeading knows the usual headings of edge lists.
func isHeading(line []byte, separator byte) bool {
	var list fieldScanner
	list.reset(line, separator)
	first, _ := list.next()
	second, found := list.next()
	if !found {
		return false
	}
	heads := []string{
		"source", "target", "from", "to", "fromnodeid", "tonodeid", "src", "dst", "node1", "node2", "u", "v", "id1",
		"id2", "sender", "receiver", "ego", "alter",
	}
	return slices.Contains(heads, strings.ToLower(string(first))) &&
		slices.Contains(heads, strings.ToLower(string(second)))
}

func beginsWithTwoNumbers(line []byte) bool {
	at := 0
	for field := range 2 {
		for field > 0 && at < len(line) && isGap[line[at]] {
			at++
		}
		number, end := parseDigits(line, at)
		if end == at || number >= graph.MaxNodes || end < len(line) && !isGap[line[end]] {
			return false
		}
		at = end
	}
	return true
}

// fieldScanner gives the fields of a line, without their blanks and quotes.
type fieldScanner struct {
	rest      []byte
	separator byte
	done      bool
}

func (s *fieldScanner) reset(line []byte, separator byte) {
	*s = fieldScanner{rest: line, separator: separator}
}

func (s *fieldScanner) next() ([]byte, bool) {
	if s.separator == 0 || s.separator == ' ' {
		s.rest = bytes.TrimLeft(s.rest, " \t\r")
	}
	if s.done || len(s.rest) == 0 && (s.separator == 0 || s.separator == ' ') {
		return nil, false
	}
	if field := bytes.TrimLeft(s.rest, " "); len(field) > 1 && field[0] == '"' {
		// A quoted field may hold separators. A quote that is never closed is an ordinary letter.
		if end := bytes.IndexByte(field[1:], '"'); end >= 0 {
			text := field[1 : 1+end]
			s.rest = field[end+2:]
			s.toSeparator()
			return text, true
		}
	}
	return bytes.TrimSpace(s.toSeparator()), true
}

// toSeparator returns what stands before the next separator and moves behind it.
func (s *fieldScanner) toSeparator() []byte {
	end := -1
	if s.separator == 0 || s.separator == ' ' {
		end = bytes.IndexAny(s.rest, " \t")
	} else {
		end = bytes.IndexByte(s.rest, s.separator)
	}
	if end < 0 {
		field := s.rest
		s.rest, s.done = nil, true
		return field
	}
	field := s.rest[:end]
	s.rest = s.rest[end+1:]
	return field
}
