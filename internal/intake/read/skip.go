package read

// Reasons why a sound mail gives no interaction, as counted in Source.Skipped.
const (
	SkipSpam       = "spam"
	SkipTrash      = "trash"
	SkipDraft      = "draft"
	SkipDeleted    = "deleted"
	SkipRobot      = "robot"
	SkipNewsletter = "newsletter"
	SkipAutomatic  = "automatic"
	SkipInternal   = "mailbox data"
	SkipUnfinished = "not yet delivered"
)
