package chat_test

import (
	"slices"
	"testing"

	"gave.network/internal/intake/read/readtest"
)

// Chats of LINE, as its programs write them in several languages and countries.
func TestLine(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
		rejects    int
	}{
		{
			"the day of the week behind, a message of more lines, a notice",
			"\ufeff[LINE] Chat history with Anna Bos\r\nSaved on: 2024/01/16 19:05\r\n\r\n2024/01/15(Mon)\r\n" +
				"10:30\tAnna Bos\t\"Hello\r\n12/25/2023\r\nthere\"\r\n" +
				"10:31\tKim Pit\t[Sticker]\r\n10:32\tKim Pit\tsee you: soon\r\n10:40\tAnna Bos unsent a message.\r\n" +
				"\r\n2024/01/16(Tue)\r\n09:00\tAnna Bos\tBye\r\n",
			[]string{
				"message 2024-01-15T10:30 Anna Bos>me", "message 2024-01-15T10:31 me>Anna Bos x2",
				"message 2024-01-16T09:00 Anna Bos>me",
			},
			0,
		},
		{
			"of the United States: the month first, as Monday shows, for both are a Saturday",
			"[LINE] Chat with Anna Bos\nSaved on: 11/04/2025, 08:00\n\n" +
				"Sat, 11/01/2025\n12:05AM\tAnna Bos\tx\nMon, 11/03/2025\n12:30PM\tAnna Bos\tx\n8:15 PM\tKim\ty\n",
			[]string{
				"message 2025-11-01T00:05 Anna Bos>me", "message 2025-11-03T12:30 Anna Bos>me",
				"message 2025-11-03T20:15 me>Anna Bos",
			},
			0,
		},
		{
			"the day first", "[LINE] Chat history with Anna Bos\n\nSun, 26/04/2026\n04:35PM\tAnna Bos\tx\n" +
				"Fri, 01/05/2026\n04:35PM\tAnna Bos\tx\n",
			[]string{"message 2026-04-26T16:35 Anna Bos>me", "message 2026-05-01T16:35 Anna Bos>me"},
			0,
		},
		{
			"in Japanese",
			"[LINE] 花子とのトーク履歴\n保存日時：2026/08/21 11:59\n\n2025/04/18(金)\n午後7:05\t花子\tお疲れ様です！\n" +
				"午前0:10\t太郎\tx\n22:05\t\tメッセージの送信を取り消しました\n",
			[]string{"message 2025-04-18T00:10 me>花子", "message 2025-04-18T19:05 花子>me"},
			0,
		},
		{
			"a group",
			"[LINE] Chat history in Club\n\n2024.01.15 Monday\n10:30\tAda\tx\n10:31\tBo\tx\n10:32\tCas\tx\n",
			[]string{
				"message 2024-01-15T10:30 Ada>Bo,Cas", "message 2024-01-15T10:31 Bo>Ada,Cas",
				"message 2024-01-15T10:32 Cas>Ada,Bo",
			},
			0,
		},
		{
			"what cannot be",
			"[LINE] Chat history with Ada\n10:30\tAda\tx\n2024/13/15(Mon)\n10:30\tAda\tx\n" +
				"2024/01/15(Mon)\n10:75\tAda\tx\n10:30\tAda\tx\n",
			[]string{"message 2024-01-15T10:30 Ada>me"},
			4,
		},
		{"nothing but a heading", "[LINE] Chat history with Ada\n", nil, 0},
	} {
		got := readtest.Detected(t, "chat.txt", c.text, "line")
		if !slices.Equal(said(got), c.want) || len(got.Rejected) != c.rejects {
			t.Errorf("%s:\n got %q\nwant %q\nrejected %v", c.name, said(got), c.want, got.Rejected)
		}
	}
}
