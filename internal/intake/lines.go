package intake

import (
	"bytes"
	"errors"
	"io"
)

const (
	// lineBuffer is how much of a file is held in memory at once.
	lineBuffer = 1 << 20
	// maxLine is the longest line that is read whole; of a longer one only the first bytes are kept.
	maxLine = lineBuffer - 64
	// longKept is how much of a line beyond maxLine is kept.
	longKept = 4 << 10
)

// lineScanner reads lines from a stream with bounded memory and knows where each begins.
type lineScanner struct {
	r      io.Reader
	buf    []byte
	start  int   // the next unread byte in buf
	end    int   // the end of what was read into buf
	offset int64 // of buf[start] in the stream
	line   int64 // of buf[start], 0 when not known
	eof    bool
	err    error // what ended the stream, nil for its proper end
	// kept takes what is passed, as long as it has room; nil when nothing is to be kept.
	kept []byte
}

// newLineScanner reads the source from where it stands.
func newLineScanner(src *Source) *lineScanner {
	line := src.Line
	if line == 0 && src.Resume == 0 {
		line = 1
	}
	size := int64(lineBuffer)
	if src.Size > 0 && src.Size < size {
		// One byte more, so that the end is seen without growing.
		size = max(src.Size+1, 4<<10)
	}
	return &lineScanner{r: src.Reader, buf: make([]byte, size), offset: src.Resume, line: line}
}

// fill reads more into the buffer, behind what is unread. It returns false when there is no more or no room.
func (s *lineScanner) fill() bool {
	if s.eof {
		return false
	}
	if s.start > 0 {
		copy(s.buf, s.buf[s.start:s.end])
		s.end -= s.start
		s.start = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= lineBuffer {
			return false
		}
		bigger := make([]byte, lineBuffer)
		copy(bigger, s.buf)
		s.buf = bigger
	}
	for range 100 {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		if err != nil {
			s.eof = true
			if !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				s.err = err
			}
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
	s.eof, s.err = true, io.ErrNoProgress
	return false
}

// advance passes n bytes that hold the given number of line ends.
func (s *lineScanner) advance(n, lines int) {
	if room := cap(s.kept) - len(s.kept); room > 0 {
		s.kept = append(s.kept, s.buf[s.start:s.start+min(n, room)]...)
	}
	s.start += n
	s.offset += int64(n)
	if s.line > 0 {
		s.line += int64(lines)
	}
}

// next returns the next line without its end, valid until the following call. long says that it was longer than
// maxLine and is cut. ok is false at the end of the stream.
func (s *lineScanner) next() (line []byte, long, ok bool) {
	searched := 0
	for {
		if i := bytes.IndexByte(s.buf[s.start+searched:s.end], '\n'); i >= 0 {
			i += searched
			line = s.buf[s.start : s.start+i]
			s.advance(i+1, 1)
			return trimReturn(line), false, true
		}
		searched = s.end - s.start
		if s.fill() {
			continue
		}
		if s.eof {
			line = s.buf[s.start:s.end]
			s.advance(len(line), 0)
			return trimReturn(line), false, len(line) > 0
		}
		break
	}
	kept := bytes.Clone(s.buf[s.start : s.start+longKept])
	for {
		if i := bytes.IndexByte(s.buf[s.start:s.end], '\n'); i >= 0 {
			s.advance(i+1, 1)
			return kept, true, true
		}
		s.advance(s.end-s.start, 0)
		if !s.fill() {
			return kept, true, true
		}
	}
}

// peek returns up to n bytes of what comes next, without passing them.
func (s *lineScanner) peek(n int) []byte {
	for s.end-s.start < n && s.fill() {
		// fill moves what is unread to the front.
	}
	return s.buf[s.start:min(s.end, s.start+n)]
}

func trimReturn(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		return line[:n-1]
	}
	return line
}
