package praise

import (
	"strings"
	"testing"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/op/optest"
)

// Shares.csv as LinkedIn writes it: quotation marks close and open at each end of a line, some share without a word,
// and a broken line does not take the rest with it.
func TestSharesOfLinkedIn(t *testing.T) {
	file := "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\r\n" +
		"2023-02-01 08:00:00,https://x.example/1,\"Oldest, of the three.\",,,MEMBER_NETWORK\r\n" +
		"2024-03-01 09:15:22,https://x.example/2,\"Dank aan Sanne en Tom!\"\"\n\"\"Zonder jullie was het niet gelukt.\",,,X\r\n" +
		"2024-02-01 10:00:00,https://x.example/3,\"\",https://y.example,,X\r\n" +
		"only one\r\n" +
		"no date,https://x.example/4,Zonder dag.,,,X\r\n"
	list, err := postsOf(file)
	if err != nil || len(list) != 3 {
		t.Fatal(list, err)
	}
	if list[0].text != "Dank aan Sanne en Tom!\nZonder jullie was het niet gelukt." ||
		!list[0].at.Equal(time.Date(2024, 3, 1, 9, 15, 22, 0, time.UTC)) || list[1].text != "Oldest, of the three." ||
		list[2].text != "Zonder dag." || !list[2].at.IsZero() {
		t.Errorf("%v", list)
	}
}

func TestPostsArePasted(t *testing.T) {
	list, err := postsOf("One.\n\nStill one.\n---\n\n-----\nTwo - with a dash.\n")
	if err != nil || len(list) != 2 || list[0].text != "One.\n\nStill one." || list[1].text != "Two - with a dash." {
		t.Errorf("%v, %v", list, err)
	}
	for _, s := range []string{"", " \n---\n", "Date,ShareCommentary\n"} {
		_, err := Posts(s)
		optest.Fault(t, err, fault.Invalid, "There is no post in it.")
	}
	out, err := Posts(strings.Repeat("De zaal gaat om acht uur open.\n---\n", mostPosts+5))
	if err != nil || len(out.Posts) != mostPosts || out.Left != 5 || out.News != mostPosts {
		t.Errorf("%d posts, %d left, %+v, %v", len(out.Posts), out.Left, out.MeterOutput, err)
	}
}

// A post that is longer than all that is looked at is looked at as far as that.
func TestAVeryLongPost(t *testing.T) {
	out, err := Posts(strings.Repeat("Aa ", mostOfPosts) + "\n---\nTwo.\n")
	if err != nil || len(out.Posts) != 1 || out.Left != 1 {
		t.Errorf("%d posts, %d left, %v", len(out.Posts), out.Left, err)
	}
}

// Whatever is pasted, no post is lost beside another, and none is empty.
func FuzzPosts(f *testing.F) {
	f.Add("One.\n---\nTwo.")
	f.Add("Date,ShareLink,ShareCommentary\n2023-02-01 08:00:00,x,\"One.\"\nbroken\n2023-02-02 08:00:00,x,Two.")
	f.Add("\ufeffShareCommentary\n\"\"\"\n")
	f.Fuzz(func(t *testing.T, s string) {
		list, err := postsOf(s)
		if err != nil {
			return
		}
		for _, p := range list {
			if strings.TrimSpace(p.text) == "" {
				t.Errorf("an empty post of %q", s)
			}
		}
		if strings.Contains(s, "ShareCommentary") {
			return
		}
		if more, err := postsOf(s + "\n---\nOne more."); err != nil || len(more) != len(list)+1 {
			t.Errorf("%d posts, with one more %d, %v: %q", len(list), len(more), err, s)
		}
	})
}

// Posts say whom they are about.
func TestWhatPostsGive(t *testing.T) {
	for text, want := range map[string]string{
		"Ik ben trots dat ik wéér als beste van het land ben gekozen.":     "me",
		"Dank aan Sanne en Tom, zonder jullie was dit niet gelukt.":        "others",
		"Drie tips om je mail bij te houden, met een gratis sjabloon.":     "use",
		"De vergadering begint om tien uur.":                               "news",
		"I won the award again and I am proud to be the best in the land.": "me",
		"Thank you Sarah, for all your help with the report.":              "others",
		"The slides are below, use them freely.":                           "use",
	} {
		out, err := Posts(text)
		if err != nil || out.Posts[0].Lead != want {
			t.Errorf("%q: %+v, %v; want %s", text, out, err, want)
		}
	}
}
