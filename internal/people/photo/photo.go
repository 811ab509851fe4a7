// Package photo makes a small picture of a face from a photo of any size: a square without anything of where, when and
// with what it was taken.
package photo

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	_ "image/gif" // read, never written
	"image/jpeg"
	_ "image/png" // read, never written
	"sync"

	"gave.network/internal/fault"
)

const (
	// Side is how wide and high the picture is, in pixels.
	Side = 192
	// MostBytes is how large a photo may be.
	MostBytes = 12 << 20

	// mostPixels is how many pixels a photo may have; a progressive JPEG, of which all is held in memory at once, may
	// have mostProgressive.
	mostPixels      = 25_000_000
	mostProgressive = 10_000_000
	// samples is how many pixels of the photo at most make one of the picture, each way.
	samples = 8
	quality = 82
)

// one holds back all but one photo at a time: each takes much memory.
var one sync.Mutex

// Check says what keeps a photo from being made a picture of, as far as its head tells: what is no photo, or too large
// to be looked at.
func Check(photo []byte) error {
	if len(photo) > MostBytes {
		return fault.New(fault.TooLarge, "This photo is larger than %d MB.", MostBytes>>20).WithField("photo")
	}
	size, format, err := image.DecodeConfig(bytes.NewReader(photo))
	if err != nil || size.Width < 1 || size.Height < 1 {
		return unreadable(err)
	}
	_, progressive := jpegHead(photo)
	most := mostPixels
	if format == "jpeg" && progressive {
		most = mostProgressive
	}
	if size.Width > most || size.Height > most || size.Width*size.Height > most {
		return fault.New(fault.TooLarge, "This photo has more than %d million pixels.", most/1_000_000).
			WithField("photo")
	}
	return nil
}

// Small returns a photo as a small square JPEG. What is no photo, or too large to be looked at, is a fault.
func Small(photo []byte) ([]byte, error) {
	if err := Check(photo); err != nil {
		return nil, err
	}
	turn, _ := jpegHead(photo)
	one.Lock()
	defer one.Unlock()
	from, _, err := image.Decode(bytes.NewReader(photo))
	if err != nil {
		return nil, unreadable(err)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, square(from, turn), &jpeg.Options{Quality: quality}); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func unreadable(err error) error {
	return fault.Wrap(err, fault.Invalid, "This is no photo that can be read.").
		WithHint("Choose a JPEG, PNG or GIF.").WithField("photo")
}

// square returns the middle of a photo, turned upright, on white.
func square(from image.Image, turn int) image.Image {
	b := from.Bounds()
	side := min(b.Dx(), b.Dy())
	left, top := b.Min.X+(b.Dx()-side)/2, b.Min.Y+(b.Dy()-side)/2
	out := image.NewRGBA(image.Rect(0, 0, Side, Side))
	n := min(samples, max(1, (side+Side-1)/Side))
	for y := range Side {
		for x := range Side {
			var r, g, bl uint64
			for i := range n {
				for j := range n {
					u, v := upright((x*n+i)*2+1, (y*n+j)*2+1, 2*Side*n, turn)
					// u and v are halves of steps; the middle of a step is a pixel of the photo
					at := from.At(left+u*side/(2*Side*n), top+v*side/(2*Side*n))
					cr, cg, cb, ca := at.RGBA()
					white := 0xffff - uint64(ca)
					r, g, bl = r+uint64(cr)+white, g+uint64(cg)+white, bl+uint64(cb)+white
				}
			}
			all := uint64(n*n) << 8
			out.SetRGBA(x, y, color.RGBA{uint8(r / all), uint8(g / all), uint8(bl / all), 0xff})
		}
	}
	return out
}

// upright returns where in a square photo of that width lies what belongs at a place, by the way in which the camera
// was held: 1 to 8 as Exif numbers them, anything else as it is.
func upright(x, y, width, turn int) (int, int) {
	far := func(v int) int { return width - v }
	switch turn {
	case 2:
		return far(x), y
	case 3:
		return far(x), far(y)
	case 4:
		return x, far(y)
	case 5:
		return y, x
	case 6:
		return y, far(x)
	case 7:
		return far(y), far(x)
	case 8:
		return far(y), x
	}
	return x, y
}

// jpegHead reads from the segments of a JPEG in which way the camera was held, 0 when it does not say, and whether the
// photo is progressive.
func jpegHead(photo []byte) (turn int, progressive bool) {
	if !bytes.HasPrefix(photo, []byte{0xff, 0xd8}) {
		return 0, false
	}
	for at := 2; at+4 <= len(photo) && photo[at] == 0xff; {
		marker := photo[at+1]
		if marker == 0xff { // filling
			at++
			continue
		}
		length := int(binary.BigEndian.Uint16(photo[at+2:]))
		end := at + 2 + length
		if length < 2 || end > len(photo) || marker == 0xda {
			return turn, progressive
		}
		switch segment := photo[at+4 : end]; {
		case marker == 0xe1 && turn == 0 && bytes.HasPrefix(segment, []byte("Exif\x00\x00")):
			turn = exifTurn(segment[6:])
		case marker == 0xc2:
			progressive = true
		}
		at = end
	}
	return turn, progressive
}

// exifTurn returns the orientation in a TIFF, 0 when it has none.
func exifTurn(tiff []byte) int {
	const orientation, entry = 0x0112, 12
	var order binary.ByteOrder = binary.LittleEndian
	if bytes.HasPrefix(tiff, []byte("MM")) {
		order = binary.BigEndian
	}
	if len(tiff) < 8 {
		return 0
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	for n := range int64(order.Uint16(tiff[at:])) {
		from := at + 2 + n*entry
		if from+entry > int64(len(tiff)) {
			return 0
		}
		if order.Uint16(tiff[from:]) == orientation {
			return int(order.Uint16(tiff[from+8:]))
		}
	}
	return 0
}
