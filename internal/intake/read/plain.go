package read

import (
	"bufio"
	"bytes"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
)

// PlainText takes the byte order mark off a text and turns UTF-16 into UTF-8. The opener does so for single files; the
// files of a tree come as they are stored.
func PlainText(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, 4<<10)
	head, _ := b.Peek(64)
	if encoding := TextEncoding(head); encoding != nil {
		return encoding.NewDecoder().Reader(b)
	}
	return b
}

// TextEncoding returns the encoding of a text that is in UTF-16 (with or without byte order mark) or that begins with
// the byte order mark of UTF-8, which the decoder strips; nil for every other file.
func TextEncoding(head []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return unicode.UTF8BOM
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case len(head) < 16:
		return nil
	}
	// Without a mark: the first characters of every format we read are plain letters, so each second byte is nil.
	even, odd := 0, 0
	for i := range 16 {
		if head[i] != 0 {
			continue
		}
		if i%2 == 0 {
			even++
		} else {
			odd++
		}
	}
	switch {
	case even == 0 && odd == 8:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case even == 8 && odd == 0:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	return nil
}
