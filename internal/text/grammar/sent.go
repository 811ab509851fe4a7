package grammar

import "gave.network/internal/text"

// What was sent: a thing, words, or what somebody else had posted.

// wordsSent tells words between quotes that went by mail or in a message: "…" sent to @bob on WhatsApp.
func (p *parser) wordsSent(c clause) bool {
	quoted, by := false, false
	for i := c.from; i < c.to; i++ {
		quoted = quoted || p.tokens[i].Kind == text.QuoteToken
		medium := mediumWords[p.rawWord(i)]
		before := p.rawWord(i - 1)
		by = by || (medium == "message" || medium == "mail") &&
			(mediumBy[before] || placeWords[before] || mediumOn[before])
	}
	return quoted && by
}

// anyObject tells whether something is sent that is no message: "shared my notes", "kaart gestuurd aan @bob".
func (p *parser) anyObject(c clause) bool {
	object := false
	for i := c.from; i < c.to; i++ {
		word := p.word(i)
		switch {
		case noGifts[word], mediumWords[word] != "" && p.first(c, shareSites) < 0:
			return false
		case sentWords[p.rawWord(i)] && p.sentAlong(i, c):
			object = true // "sent Rachel Christmas cards"
		case articles[word], ownWords[word], p.isPossessive(i), recipientWords[word] && p.personEnd(i+1, c.to) > i+1,
			withWords[word] && p.first(c, sharedWords) >= 0, shareSites[word]:
			object = true
		}
	}
	return object
}

// theirPost tells "Sofie's post": what somebody wrote is shared, not given to them.
func (p *parser) theirPost(c clause) bool {
	for i := c.from + 1; i < c.to; i++ {
		if sharePosts[p.rawWord(i)] && (p.isPossessive(i-1) || i+2 < c.to && ofWords[p.rawWord(i+1)] &&
			p.personEnd(i+2, c.to) > i+2) {
			return true
		}
	}
	return sharePosts[p.rawWord(c.from)] && ofWords[p.rawWord(c.from+1)]
}

// sentAlong tells whether behind a verb of sending somebody stands, and right behind them what was sent.
func (p *parser) sentAlong(i int, c clause) bool {
	end := p.personEnd(i+1, c.to)
	word := p.rawWord(end)
	return end > i+1 && end < c.to && p.tokens[end-1].Stop == 0 && word != "" && !glue[word] && !topicWords[word] &&
		!p.isDated(end) && mediumWords[word] == "" && !placeWords[word]
}
