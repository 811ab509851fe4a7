package graphio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gave.network/graph"
)

// contactsOf lists contacts by name.
func contactsOf(c *Contacts) string {
	var list []string
	for i := range c.Sequence.Len() {
		x := c.Sequence.Contact(i)
		list = append(list, fmt.Sprintf("%d %s-%s %d", x.Time, c.Names.Name(x.From), c.Names.Name(x.To), x.Duration))
	}
	return strings.Join(list, "; ")
}

func TestReadContacts(t *testing.T) {
	for _, c := range []struct{ what, text, want, problems string }{
		{"nothing", "", "", ""},
		{"comments alone", "# tij\n\n% none\n", "", ""},
		{
			"as SocioPatterns has it", "20 1467 1591\n20 1513 1591\n0 7 9\n",
			"0 7-9 0; 20 1467-1591 0; 20 1513-1591 0", "",
		},
		{"durations", "5,a,b,3\n1,b,c,\n", "1 b-c 0; 5 a-b 3", ""},
		{"headings", "source,target,layer,weight,sign,time\nb,a,x,,,-4\n", "-4 b-a 0", ""},
		{"tabs, an end", "Start\tEnd\tFrom\tTo\n10\t25\tAnn Lee\tBob\n", "10 Ann Lee-Bob 15", ""},
		{
			"dates", "\xef\xbb\xbfdate;sender;receiver\n" +
				"1970-01-02;a;b\n1970-01-01T01:00:00+01:00;b;a\n1970-01-01 00:01;a;c\n",
			"0 b-a 0; 60 a-c 0; 86400 a-b 0", "",
		},
		{
			"bad lines beside good ones",
			"# a comment\ntime,from,to,duration\nsoon,a,b,\n3,a,a,\n3,,b,\n3,a,b,-1\n3,a,b,1.5\n4,a,b,9\n" +
				"99999999999999999999,a,b,\n",
			"4 a-b 9",
			`line 3: the time "soon" is neither a whole number nor a date; ` +
				`line 4: a contact of somebody with themselves; ` +
				`line 5: a contact needs somebody at both ends; ` +
				`line 6: the duration "-1" is not a whole number of 0 or more; ` +
				`line 7: the duration "1.5" is not a whole number of 0 or more; ` +
				`line 9: the time "99999999999999999999" is neither a whole number nor a date`,
		},
		{
			"ends", "time,end,from,to\n5,4,a,b\n5,late,a,b\n5,5,a,b\n", "5 a-b 0",
			`line 2: the end "4" is no time after the start; line 3: the end "late" is no time after the start`,
		},
		{
			"later than times go", "1152921504606846976,a,b,1\n", "", "line 1: the contact ends later than times go",
		},
	} {
		got, err := ReadContacts(context.Background(), strings.NewReader(c.text), ReadOptions{})
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		var problems []string
		for _, p := range got.Problems {
			problems = append(problems, p.String())
		}
		if list := contactsOf(got); list != c.want || strings.Join(problems, "; ") != c.problems ||
			got.Rejected != int64(len(problems)) {
			t.Errorf("%s: %s\nproblems %s", c.what, list, strings.Join(problems, "; "))
		}
	}
	_, err := ReadContacts(context.Background(), strings.NewReader("who,whom\na,b\n"), ReadOptions{})
	if !errors.Is(err, graph.ErrParameter) {
		t.Errorf("a table without times: %v", err)
	}
	if _, err := ReadContactsFile(context.Background(), "nofile", ReadOptions{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	for text, want := range map[string]int64{"-5": -5, "1970-01-01": 0, "1970-01-01 00:00:07": 7} {
		if got, err := ReadTime(text); err != nil || got != want {
			t.Errorf("%s is %d, %v", text, got, err)
		}
	}
	if _, err := ReadTime("yesterday"); !errors.Is(err, graph.ErrParameter) {
		t.Errorf("yesterday: %v", err)
	}
}

func TestContactsComeBack(t *testing.T) {
	for _, text := range []string{
		"", "5,a,b,3\n1,b,\"c, or so\",\n", "20 1 2\n0 2 3\n", "date,from,to\n2026-11-29T14:15:00Z,x,y\n",
	} {
		first, err := ReadContacts(context.Background(), strings.NewReader(text), ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "contacts.csv")
		var file bytes.Buffer
		if err := errors.Join(WriteContacts(&file, first), os.WriteFile(path, file.Bytes(), 0o600)); err != nil {
			t.Fatal(err)
		}
		again, err := ReadContactsFile(context.Background(), path, ReadOptions{})
		if err != nil || contactsOf(again) != contactsOf(first) || again.Dates != first.Dates || again.Rejected > 0 {
			t.Errorf("%q comes back as %q, %v", text, contactsOf(again), err)
		}
	}
}

func FuzzReadContacts(f *testing.F) {
	f.Add([]byte("time,from,to,duration\n5,a,b,3\n2026-11-29,\"b\",c,\n"), true, byte(0))
	f.Add([]byte("# tij\n20\t1467\t1591\n0 7 9\n"), false, byte(0))
	f.Add([]byte("Start;End;Sender;Receiver\n1;2;a;b\n"), true, byte(';'))
	f.Fuzz(func(t *testing.T, data []byte, directed bool, separator byte) {
		options := ReadOptions{Build: graph.BuildOptions{Directed: directed}, Separator: separator, MaxBytes: 1 << 20}
		first, err := ReadContacts(context.Background(), bytes.NewReader(data), options)
		if err != nil {
			return
		}
		var file bytes.Buffer
		if err := WriteContacts(&file, first); err != nil {
			t.Fatal(err)
		}
		again, err := ReadContacts(context.Background(), &file, ReadOptions{Build: options.Build})
		if err != nil || again.Sequence.Len() != first.Sequence.Len() || again.Rejected != 0 {
			t.Fatalf("%d contacts come back as %d, rejected %v, %v", first.Sequence.Len(), again.Sequence.Len(),
				again.Problems, err)
		}
	})
}
