package read

import (
	"bytes"
	"errors"
	"io"
)

const (
	// LineBuffer is how much of a file is held in memory at once.
	LineBuffer = 1 << 20
	// MaxLine is the longest line that is read whole; of a longer one only the first bytes are kept.
	MaxLine = LineBuffer - 64
	// longKept is how much of a line beyond MaxLine is kept.
	longKept = 4 << 10
)

// Lines reads lines from a stream with bounded memory and knows where each begins.
type Lines struct {
	Reader io.Reader
	Buffer []byte
	Start  int   // the next unread byte in buf
	End    int   // the end of what was read into buf
	Offset int64 // of buf[start] in the stream
	Line   int64 // of buf[start], 0 when not known
	EOF    bool
	Err    error // what ended the stream, nil for its proper end
	// Kept takes what is passed, as long as it has room; nil when nothing is to be kept.
	Kept []byte
}

// NewLines reads the source from where it stands.
func NewLines(src *Source) *Lines {
	line := src.Line
	if line == 0 && src.Resume == 0 {
		line = 1
	}
	size := int64(LineBuffer)
	if src.Size > 0 && src.Size < size {
		// One byte more, so that the end is seen without growing.
		size = max(src.Size+1, 4<<10)
	}
	return &Lines{Reader: src.Reader, Buffer: make([]byte, size), Offset: src.Resume, Line: line}
}

// Fill reads more into the buffer, behind what is unread. It returns false when there is no more or no room.
func (s *Lines) Fill() bool {
	if s.EOF {
		return false
	}
	if s.Start > 0 {
		copy(s.Buffer, s.Buffer[s.Start:s.End])
		s.End -= s.Start
		s.Start = 0
	}
	if s.End == len(s.Buffer) {
		if len(s.Buffer) >= LineBuffer {
			return false
		}
		bigger := make([]byte, LineBuffer)
		copy(bigger, s.Buffer)
		s.Buffer = bigger
	}
	for range 100 {
		n, err := s.Reader.Read(s.Buffer[s.End:])
		s.End += n
		if err != nil {
			s.EOF = true
			if !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				s.Err = err
			}
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
	s.EOF, s.Err = true, io.ErrNoProgress
	return false
}

// Advance passes n bytes that hold the given number of line ends.
func (s *Lines) Advance(n, lines int) {
	if room := cap(s.Kept) - len(s.Kept); room > 0 {
		s.Kept = append(s.Kept, s.Buffer[s.Start:s.Start+min(n, room)]...)
	}
	s.Start += n
	s.Offset += int64(n)
	if s.Line > 0 {
		s.Line += int64(lines)
	}
}

// Next returns the next line without its end, valid until the following call. long says that it was longer than
// MaxLine and is cut. ok is false at the end of the stream.
func (s *Lines) Next() (line []byte, long, ok bool) {
	searched := 0
	for {
		if i := bytes.IndexByte(s.Buffer[s.Start+searched:s.End], '\n'); i >= 0 {
			i += searched
			line = s.Buffer[s.Start : s.Start+i]
			s.Advance(i+1, 1)
			return TrimReturn(line), false, true
		}
		searched = s.End - s.Start
		if s.Fill() {
			continue
		}
		if s.EOF {
			line = s.Buffer[s.Start:s.End]
			s.Advance(len(line), 0)
			return TrimReturn(line), false, len(line) > 0
		}
		break
	}
	kept := bytes.Clone(s.Buffer[s.Start : s.Start+longKept])
	for {
		if i := bytes.IndexByte(s.Buffer[s.Start:s.End], '\n'); i >= 0 {
			s.Advance(i+1, 1)
			return kept, true, true
		}
		s.Advance(s.End-s.Start, 0)
		if !s.Fill() {
			return kept, true, true
		}
	}
}

// Peek returns up to n bytes of what comes next, without passing them.
func (s *Lines) Peek(n int) []byte {
	for s.End-s.Start < n && s.Fill() {
		// fill moves what is unread to the front.
	}
	return s.Buffer[s.Start:min(s.End, s.Start+n)]
}

// TrimReturn takes the carriage return off the end of a line.
func TrimReturn(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		return line[:n-1]
	}
	return line
}
