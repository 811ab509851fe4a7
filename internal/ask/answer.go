package ask

import (
	"slices"
	"time"

	"gave.network/internal/people"
	"gave.network/internal/room"
)

// Word is what somebody says to an ask.
type Word string

// The words.
const (
	Yes   Word = "yes"
	No    Word = "no"
	Knows Word = "knows" // somebody else who may help
)

// words are all words, in the order of their numbers.
var words = []Word{Yes, No, Knows}

func (w Word) number() int {
	for i, x := range words {
		if x == w {
			return i + 1
		}
	}
	return 0
}

// wordOf returns the word with a number.
func wordOf(number int) Word {
	if number < 1 || number > len(words) {
		return ""
	}
	return words[number-1]
}

// Reply is what a member said to an ask.
type Reply struct {
	people.Ref
	Answer Word      `json:"answer" enum:"yes,no,knows"`
	Note   string    `json:"note,omitempty"`
	At     time.Time `json:"at"`
}

// otherAnswers are those of who does not help: who does stands among those who helped.
func (a Ask) otherAnswers() []Reply {
	return slices.DeleteFunc(slices.Clone(a.Answers), func(x Reply) bool { return x.Answer == Yes })
}

// unreached are those whom an ask names and whom Gave did not bring it to.
func (a Ask) unreached() []people.Ref {
	return slices.DeleteFunc(slices.Clone(a.Named), func(p people.Ref) bool { return slices.Contains(a.Reached, p) })
}

// The kinds of what this room brings to members.
const (
	toAnswer       = "ask"                  // an ask that names the member
	toRead         = "answer"               // what somebody said to the member's ask
	toReadOutside  = "answer-outside"       // the same of somebody without an account
	toHear         = "outcome"              // what came of an ask with which the member helped
	toThank        = "thanks"               // thanks for help with an ask
	toAgree        = "introduction"         // an introduction that waits for the member
	toFollow       = "introduction-step"    // how far an introduction is
	toHearOfMiddle = "introduction-outcome" // what came of an introduction
	toThankMiddle  = "introduction-thanks"  // thanks for an introduction
)

// brings are all kinds.
var brings = []room.Bring{
	{Kind: toAnswer, Topic: room.Asks},
	{Kind: toRead, Topic: room.Asks},
	{Kind: toReadOutside, Topic: room.Asks},
	{Kind: toHear, Topic: room.Outcomes},
	{Kind: toThank, Topic: room.Thanks},
	{Kind: toAgree, Topic: room.Introductions},
	{Kind: toFollow, Topic: room.Introductions},
	{Kind: toHearOfMiddle, Topic: room.Outcomes},
	{Kind: toThankMiddle, Topic: room.Thanks},
}
