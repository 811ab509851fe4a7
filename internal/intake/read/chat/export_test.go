package chat

// What the tests of this package look at, from outside it.
var (
	ChatName      = chatName
	ParseChatLine = parseChatLine
	ParseLongDate = parseLongDate
	ReadSlack     = readSlack
)
