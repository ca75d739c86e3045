package web

import (
	"context"
	"net/http"
	"time"

	"hotline"
)

// Reports count calls.
type Reports interface {
	Stats(ctx context.Context, q hotline.StatsQuery) (hotline.Stats, error)
	// Skills counts those who asked for a person since then, by the skill.
	Skills(ctx context.Context, since time.Time, within time.Duration) ([]hotline.SkillStats, error)
}

// ServiceLevel is what callers are promised who ask for a person: Goal of them,
// a share, have one within Within.
type ServiceLevel struct {
	Within time.Duration
	Goal   float64
}

func (s *Server) stats(_ http.ResponseWriter, r *http.Request) (any, error) {
	if s.cfg.Reports == nil {
		return nil, unavailable("stats", "calls are not counted here")
	}
	z, err := zone(r)
	if err != nil {
		return nil, err
	}
	y, m, d := time.Now().In(z).Date()
	tomorrow := time.Date(y, m, d+1, 0, 0, 0, 0, z)
	q := hotline.StatsQuery{Bucket: r.URL.Query().Get("bucket"), Bot: r.URL.Query().Get("bot"), Zone: z, Within: s.cfg.ServiceLevel.Within}
	if q.Bucket == "" {
		q.Bucket = hotline.BucketDay
	}
	if q.To, err = moment(r, "to", z, tomorrow); err != nil {
		return nil, err
	}
	if q.From, err = moment(r, "from", z, q.To.AddDate(0, 0, -7)); err != nil {
		return nil, err
	}
	if err := q.Check(); err != nil {
		return nil, err
	}
	return s.cfg.Reports.Stats(r.Context(), q)
}
