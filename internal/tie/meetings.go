package tie

import (
	"context"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

const (
	// mostMeetings is how many places at meetings are looked at, the newest.
	mostMeetings = 5000
	// smallMeeting is up to how many people a meeting has in which everybody has a part.
	smallMeeting = 12
)

// Meeting is that somebody was at a meeting of the viewer's, which had a title.
type Meeting struct {
	Person id.ID
	Title  string
	At     time.Time
}

// Meetings returns who was at the small meetings that the viewer keeps, the newest first.
func (s *Store) Meetings(ctx context.Context, v op.Viewer) ([]Meeting, error) {
	rows, err := db.Select[struct {
		Title  string
		Time   int64
		Person id.ID
	}](ctx, s.db, `select i.title, i.time, p.person from interaction i
		join participant p on p.space = i.space and p.interaction = i.id
		where i.space = $1 and i.owner = $2 and i.title <> '' and i.medium in ($3, $4) and i.people <= $5
			and i.time <= $6 and p.role < 3 order by i.time desc, i.id, p.person limit $7`, v.Space, v.Member,
		FaceToFace.Number(), Video.Number(), smallMeeting, v.Now.UnixMicro(), mostMeetings)
	out := make([]Meeting, len(rows))
	for i, r := range rows {
		out[i] = Meeting{r.Person, r.Title, time.UnixMicro(r.Time).UTC()}
	}
	return out, err
}
