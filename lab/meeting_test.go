package lab

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gave.network/internal/near"
	"gave.network/internal/op"
	"gave.network/internal/realdata"
)

// A record in which nobody meets who is near, and one in which everybody does.
func TestMeetingByHand(t *testing.T) {
	// a knows b and c, who both know d; a meets d, and e comes new to all.
	known := "a,b,1\na,c,1\nb,d,2\nc,d,2\nb,a,3\nc,a,3\n"
	for name, want := range map[string]float64{"a,d,9\nd,a,9\n": 0.1, "a,e,9\ne,a,9\n": 0} {
		path := filepath.Join(t.TempDir(), "contacts.csv")
		if err := os.WriteFile(path, []byte("source,target,time\n"+known+name), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := measureMeeting(t.Context(), op.Viewer{}, meetingInput{Paths: []string{path}, From: 0.75, To: 1})
		if err != nil {
			t.Fatal(err)
		}
		got := out.Records[0]
		near.Equal(t, name, got.Met.Value, want, 1e-12)
		near.Equal(t, name, got.AdamicAdar.Value, want, 1e-12)
	}
}

// On a quarter of mails of a European institute that nothing was chosen on, people meet more of those whom Gave
// proposes than of those after Adamic & Adar. The figures stand in docs/horizon.md.
func TestNextAcquaintancesAreMet(t *testing.T) {
	path := realdata.Path(t, "networks/email-eu-core-temporal/edges.csv.gz")
	out, err := measureMeeting(t.Context(), op.Viewer{}, meetingInput{Paths: []string{path}, From: 0.75, To: 1})
	if err != nil {
		t.Fatal(err)
	}
	got := out.Records[0]
	t.Logf("%+v", got)
	if got.People < 700 || !(got.Met.Value >= 0.115) || !(got.AdamicAdar.Value >= 0.1) || !(got.Better.Low > 0) ||
		!(got.Widened >= got.WidenedBy) {
		t.Errorf("%+v", got)
	}
}

// Closeness tells who is called a close friend better than the number of messages (Freeman & Freeman 1979).
func TestClosenessTellsReportedFriends(t *testing.T) {
	path := realdata.Path(t, "networks/freeman-eies/edges.csv")
	for layer, count := range map[string]float64{"acquaintance_t1": 0.782, "acquaintance_t2": 0.824} {
		in := friendsInput{Path: path, Contact: "messages", Friend: layer, Least: 4}
		got, err := measureFriends(t.Context(), op.Viewer{}, in)
		if err != nil {
			t.Fatal(err)
		}
		near.Equal(t, layer+" by the sum", got.Both.Value, count, 0.001)
		near.Equal(t, layer+" by strength", got.Strength.Value, got.Both.Value, 0.001)
		if got.People != 32 || !(got.Closeness.Value >= 0.84) || !(got.Better.Low > 0) {
			t.Errorf("%s: %+v", layer, got)
		}
	}
}

func TestFriendsRefused(t *testing.T) {
	const head = "source,target,layer,weight\n"
	for content, want := range map[string]string{
		"source,target,layer\n": "no column weight", head + "a,b,messages,many\n": "cannot be read",
		head + "a,b,messages,3\n": "Nobody is called a friend",
	} {
		path := filepath.Join(t.TempDir(), "edges.csv")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		in := friendsInput{Path: path, Contact: "messages", Friend: "friend"}
		_, err := measureFriends(t.Context(), op.Viewer{}, in)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", content, err, want)
		}
	}
}
