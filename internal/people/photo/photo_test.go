package photo

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"gave.network/internal/fault"
)

// quarters is a photo with another colour in each quarter of its middle: red, green, blue and white.
func quarters(width, height int) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.RGBA{A: 0xff}
			switch {
			case x < width/2 && y < height/2:
				c.R = 0xff
			case y < height/2:
				c.G = 0xff
			case x < width/2:
				c.B = 0xff
			default:
				c.R, c.G, c.B = 0xff, 0xff, 0xff
			}
			out.SetRGBA(x, y, c)
		}
	}
	return out
}

// encoded returns the photo as JPEG, held in a way that Exif tells in the order of bytes of the camera.
func encoded(t testing.TB, from image.Image, turn uint16, order binary.AppendByteOrder) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, from, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	mark := "II"
	if order == binary.BigEndian {
		mark = "MM"
	}
	tiff := append([]byte("Exif\x00\x00"), mark...)
	tiff = order.AppendUint16(tiff, 42)
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2)
	for _, tag := range []uint16{0x010f, 0x0112} { // who made the camera, and how it was held
		tiff = order.AppendUint16(tiff, tag)
		tiff = order.AppendUint16(tiff, 3)
		tiff = order.AppendUint32(tiff, 1)
		tiff = order.AppendUint16(tiff, turn)
		tiff = order.AppendUint16(tiff, 0)
	}
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(tiff)+2))
	return append(append(append([]byte{0xff, 0xd8}, segment...), tiff...), out.Bytes()[2:]...)
}

// corners returns the colours in the middle of each quarter, one letter each.
func corners(t *testing.T, small []byte) string {
	t.Helper()
	decoded, err := jpeg.Decode(bytes.NewReader(small))
	if err != nil || decoded.Bounds() != image.Rect(0, 0, Side, Side) {
		t.Fatalf("%v %v", decoded, err)
	}
	out := ""
	for _, at := range [][2]int{{1, 1}, {3, 1}, {1, 3}, {3, 3}} {
		r, g, b, _ := decoded.At(at[0]*Side/4, at[1]*Side/4).RGBA()
		switch {
		case r > 0xc000 && g > 0xc000 && b > 0xc000:
			out += "w"
		case r > 0xc000:
			out += "r"
		case g > 0xc000:
			out += "g"
		case b > 0xc000:
			out += "b"
		default:
			out += "?"
		}
	}
	return out
}

func TestSmall(t *testing.T) {
	var asPNG, asGIF bytes.Buffer
	if err := png.Encode(&asPNG, quarters(600, 400)); err != nil {
		t.Fatal(err)
	}
	if err := gif.Encode(&asGIF, quarters(300, 900), nil); err != nil {
		t.Fatal(err)
	}
	// As Exif has it: where the first row and column of the photo lie on the thing itself.
	for turn, want := range map[uint16]string{
		0: "rgbw", 1: "rgbw", 2: "grwb", 3: "wbgr", 4: "bwrg", 5: "rbgw", 6: "brwg", 7: "wgbr", 8: "gwrb", 99: "rgbw",
	} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			small, err := Small(encoded(t, quarters(1000, 700), turn, order))
			if err != nil {
				t.Fatal(err)
			}
			if got := corners(t, small); got != want {
				t.Errorf("held as %d the corners are %s, want %s", turn, got, want)
			}
			if bytes.Contains(small, []byte("Exif")) {
				t.Error("the picture tells of the camera")
			}
		}
	}
	for _, photo := range [][]byte{asPNG.Bytes(), asGIF.Bytes(), encoded(t, quarters(20, 10), 1, binary.BigEndian)} {
		small, err := Small(photo)
		if err != nil {
			t.Fatal(err)
		}
		if got := corners(t, small); got != "rgbw" || len(small) > 20_000 {
			t.Errorf("the corners are %s in %d bytes", got, len(small))
		}
	}
	clear := image.NewRGBA(image.Rect(0, 0, 50, 50))
	asPNG.Reset()
	if err := png.Encode(&asPNG, clear); err != nil {
		t.Fatal(err)
	}
	if small, err := Small(asPNG.Bytes()); err != nil || corners(t, small) != "wwww" {
		t.Errorf("what is clear is not white: %v", err)
	}
	huge := binary.BigEndian.AppendUint32(append([]byte(nil), asPNG.Bytes()[:16]...), 100_000)
	huge = append(binary.BigEndian.AppendUint32(huge, 100_000), asPNG.Bytes()[24:29]...)
	for name, photo := range map[string][]byte{
		"nothing": nil, "text": []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), "half": asPNG.Bytes()[:60],
		"too large": make([]byte, MostBytes+1), "bomb": append(huge, 0, 0, 0, 0),
	} {
		if _, err := Small(photo); fault.FieldOf(err) != "photo" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever bytes come, it is a small picture or a fault.
func FuzzSmall(f *testing.F) {
	f.Add(encoded(f, quarters(30, 20), 6, binary.LittleEndian))
	f.Add([]byte("GIF89a\x01\x00\x01\x00"))
	f.Add([]byte{0xff, 0xd8, 0xff, 0xe1, 0x00, 0x10, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, photo []byte) {
		if len(photo) > 1<<14 {
			t.Skip()
		}
		if size, _, err := image.DecodeConfig(bytes.NewReader(photo)); err == nil && size.Width*size.Height > 1<<16 {
			t.Skip() // large ones are slow, not different
		}
		small, err := Small(photo)
		if err != nil {
			if fault.FieldOf(err) != "photo" {
				t.Errorf("%v is no fault of the photo", err)
			}
			return
		}
		got, err := jpeg.DecodeConfig(bytes.NewReader(small))
		if err != nil || got.Width != Side || got.Height != Side {
			t.Errorf("%+v %v", got, err)
		}
	})
}
