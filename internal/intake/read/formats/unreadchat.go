package formats

import (
	"bytes"
	"path"
	"strings"
)

// unreadExport is an export that is known and not read, and what to export instead.
type unreadExport struct{ what, instead string }

// exportOf recognises exports that Gave does not read; nil when it is none of them.
func exportOf(name string, head []byte) *unreadExport {
	base := strings.ToLower(path.Base(name))
	has := func(words ...string) bool {
		for _, word := range words {
			if !bytes.Contains(head, []byte(word)) {
				return false
			}
		}
		return true
	}
	starts := func(word string) bool {
		return bytes.HasPrefix(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), []byte(word))
	}
	switch page := has("<html") || has("<!DOCTYPE html"); {
	case page && (strings.HasPrefix(base, "messages") && has("tgme") || has("page_wrap", "history")):
		return export(remarkTelegramPage, remarkTelegramInstead)
	case page && has("chatlog__"):
		return export(remarkDiscordPage, remarkDiscordInstead)
	case page && (has("instagram") || has("facebook") || has("Facebook")):
		return export(remarkMetaPage, remarkMetaInstead)
	case page && (has("imessage") || has("iMessage")):
		return export(remarkIMessagePage, remarkIMessageInstead)
	case starts("AuthorID,Author,Date,Content") || starts(`"AuthorID","Author","Date","Content"`):
		return export(remarkDiscordTable, remarkDiscordInstead)
	case strings.Contains(base, "msgstore") || strings.Contains(base, ".crypt1"):
		return export(remarkWhatsAppBackup, remarkWhatsAppInstead)
	case base == "chatstorage.sqlite":
		return export(remarkWhatsAppBackup, remarkWhatsAppInstead)
	case strings.HasPrefix(base, "signal-") && strings.HasSuffix(base, ".backup"),
		has("Conversation:", "Type: incoming"):
		return export(remarkSignalBackup, remarkSignalInstead)
	case base == "chat.db" || base == "sms.db" || base == "3d0d7e5fb2ce288813306e4d4636395e047a3d28":
		return export(remarkIMessageStore, remarkIMessageInstead)
	case has("KakaoTalk"):
		return export(remarkKakao, remarkNothingInstead)
	case strings.HasSuffix(base, ".dbx") || strings.HasSuffix(base, ".mbs") || strings.HasSuffix(base, ".nsf"):
		return export(remarkMailStore, remarkMailInstead)
	case has(`"conversations"`, `"participant_data"`), has(`"conversation_state"`):
		return export(remarkHangouts, remarkHangoutsInstead)
	}
	return nil
}

func export(what, instead string) *unreadExport { return &unreadExport{what, instead} }

// What the exports are called, and what to do.
const (
	remarkTelegramPage    = "%s is a chat of Telegram as a web page, which Gave does not read."
	remarkTelegramInstead = "Export the chat again in Telegram Desktop, with the format “Machine-readable JSON”."
	remarkDiscordPage     = "%s is a chat of Discord as a web page, which Gave does not read."
	remarkDiscordTable    = "%s is a chat of Discord as a table, which Gave does not read."
	remarkDiscordInstead  = "Export the chat again with DiscordChatExporter, in the format JSON."
	remarkMetaPage        = "%s is a page of Facebook or Instagram, which Gave does not read."
	remarkMetaInstead     = "Ask Facebook or Instagram for the download again, in the format JSON."
	remarkIMessagePage    = "%s is a chat of iMessage as a web page, which Gave does not read."
	remarkIMessageStore   = "%s is the message store of a Mac or iPhone, which Gave does not read."
	remarkIMessageInstead = "Export it as text with imessage-exporter (imessage-exporter -f txt) and import the folder."
	remarkWhatsAppBackup  = "%s is a backup of WhatsApp, which Gave does not read."
	remarkWhatsAppInstead = "Open the chat in WhatsApp, choose More, Export chat, and import the file that it makes."
	remarkSignalBackup    = "%s is a backup of Signal, which Gave does not read."
	remarkSignalInstead   = "Export it with signal-export, which writes a chat.md for each chat, and import those."
	remarkKakao           = "%s is a chat of KakaoTalk, which Gave does not read."
	remarkNothingInstead  = "Note whom you spoke and when with gave capture, or export the contacts as vCard."
	remarkMailStore       = "%s is the store of a mail program, which Gave does not read."
	remarkMailInstead     = "Open it in that program or in Thunderbird and export the mail as mbox or .eml."
	remarkHangouts        = "chats of Google Hangouts"
	remarkHangoutsInstead = "Ask Google Takeout for Google Chat: the old chats are in it."
)
