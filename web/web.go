// Package web serves the HTTP API, the metrics, the customers' page, and those of
// the package ui.
//
// The API is described by openapi.json, which the server serves itself; a test
// holds the two together. Errors are a JSON object {code, message}, and
// hotline's error codes become HTTP status codes in one place, fail.
//
// Each route has the least role that may use it; the handler is not reached with
// less, and finds who asks with identity. People have a session, whose secret is
// in a cookie that scripts cannot read and other sites cannot send; what changes
// something needs the session's CSRF token too. Programs have a token. Customers
// have neither, and a page of another origin gets nothing done.
//
// Everything is bounded: bodies, pages, followers, and the time a client may
// take to read or write. A follower who does not read is disconnected and
// resumes with ?since of the last event it saw.
package web

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strconv"
	"time"

	"hotline"
	"hotline/web/ui"
)

// Feed is what the API needs of the journal.
type Feed interface {
	// Since is up to limit events after since, of one call unless call is empty.
	Since(ctx context.Context, call hotline.CallID, since uint64, limit int) ([]hotline.Event, error)
	// Follow yields the events after since and then those to come; of one call,
	// to its end, unless call is empty.
	Follow(ctx context.Context, call hotline.CallID, since uint64) iter.Seq2[hotline.Event, error]
	// Watch is Follow with what is being said between the events, hotline.Partial
	// with Seq 0, of the calls for which live is true; it must not block.
	Watch(ctx context.Context, call hotline.CallID, since uint64, live func(hotline.Call) bool) iter.Seq2[hotline.Event, error]
	// Head is the sequence number of the last event.
	Head() uint64
}

// Calls is the list of calls.
type Calls interface {
	Calls(ctx context.Context, q hotline.CallQuery) ([]hotline.Call, error)
	// Call is one call; the error carries hotline.ENotFound if there is none.
	Call(ctx context.Context, id hotline.CallID) (hotline.Call, error)
}

// Control hands orders to a live call. Errors carry hotline.ENotFound for a call
// that is not live, EConflict for one that is not in the state for it, EForbidden
// for a call that is not theirs, and EInvalid.
type Control interface {
	Order(ctx context.Context, id hotline.CallID, by hotline.Person, o hotline.Order) error
}

// Agents is the desk.
type Agents interface {
	Agents() []hotline.AgentStatus
	SetState(id hotline.AgentID, s hotline.AgentState) (hotline.AgentStatus, error)
	Queues() []hotline.QueueStatus
}

// Config joins the server to the rest. Feed, Calls and Agents must be there;
// requests for a nil Control or Chat are answered with 503.
type Config struct {
	Feed     Feed
	Calls    Calls
	Control  Control
	Agents   Agents
	Chat     Chat
	Remarks  Remarks      // notes and the like
	Presence Presence     // agents in browsers
	Promises Promises     // to call customers back: there if Presence is
	Pulse    *Pulse       // beats when the desk has changed
	Reports  Reports      // statistics
	KB       KB           // knowledge
	Auth     Auth         // who may do what; nil: everybody is a customer
	Door     Door         // that the server is behind; the zero one is this machine's
	Whip     http.Handler // calls from browsers (RFC 9725)
	Data     string       // the folder that recordings are in
	Ready    func() error // why new calls cannot be taken; nil if they can
	Metrics  *Metrics     // nil: a new one that nobody feeds
	Log      *slog.Logger // slog.Default

	Bots         Bots          // nil: 503
	Dispositions []Disposition // what may come of a call; Dispositions
	ServiceLevel ServiceLevel  // 80 % within 20 s
	LongWait     time.Duration // that somebody should look at; 1 min

	Embed []string // sites that may show the customer's page in a frame, "https://shop.example"; nobody

	Followers int // at once; 256
}

// Server is the HTTP API. It holds no state of its own but its followers.
type Server struct {
	cfg     Config
	mux     *http.ServeMux
	handler http.Handler
	follow  chan struct{} // a place for each follower
	closing context.Context
	close   context.CancelFunc

	board    wallState
	queue    queueView
	chats    *rate         // how often those without an account begin one
	patience time.Duration // eventTimeout
}

// New makes a server. Serve runs it; tests may use it as a handler.
func New(cfg Config) *Server {
	if cfg.Metrics == nil {
		cfg.Metrics = NewMetrics(Gauges{})
	}
	if cfg.Pulse == nil {
		cfg.Pulse = &Pulse{}
	}
	if len(cfg.Dispositions) == 0 {
		cfg.Dispositions = Dispositions
	}
	cfg.ServiceLevel.Within = cmp.Or(cfg.ServiceLevel.Within, 20*time.Second)
	cfg.ServiceLevel.Goal = cmp.Or(cfg.ServiceLevel.Goal, 0.8)
	cfg.LongWait = cmp.Or(cfg.LongWait, time.Minute)
	cfg.Followers = cmp.Or(cfg.Followers, 256)
	cfg.Log = cmp.Or(cfg.Log, slog.Default())
	if cfg.Ready == nil {
		cfg.Ready = func() error { return nil }
	}
	s := &Server{cfg: cfg, mux: http.NewServeMux(), follow: make(chan struct{}, cfg.Followers), patience: eventTimeout, chats: newRate(2*time.Second, 30)}
	s.closing, s.close = context.WithCancel(context.Background())
	for _, r := range s.routes() {
		if !slices.Contains(hotline.Roles, r.role) {
			panic("web: " + r.path + " has no role")
		}
		s.mux.Handle(r.method+" "+r.path, s.admit(r.role, r.handler))
	}
	for path, p := range pages {
		page := servePage(p.file)
		if path == "/call" {
			page = s.framed(page)
		}
		s.mux.Handle("GET "+path, s.admitPage(p.role, page))
	}
	s.mux.HandleFunc("GET /{$}", s.home)
	for path, p := range ui.Pages {
		s.mux.Handle("GET "+path, s.admitPage(p.Role, p.Handler()))
	}
	s.mux.HandleFunc("GET /assets/", ui.Assets)
	s.handler = s.guard(s.mux)
	return s
}

// A route is served to who has at least its role.
type route struct {
	method, path string
	role         hotline.Role
	handler      http.HandlerFunc
}

// The roles of routes.
const (
	customer   = hotline.RoleCustomer
	agent      = hotline.RoleAgent
	supervisor = hotline.RoleSupervisor
	admin      = hotline.RoleAdmin
)

// routes is the whole API, in the order of openapi.json.
func (s *Server) routes() []route {
	const v1 = "/api/v1"
	return []route{
		{"GET", v1 + "/calls", agent, s.listCalls},
		{"GET", v1 + "/calls/{id}", agent, s.ofCall(s.getCall)},
		{"GET", v1 + "/calls/{id}/events", agent, s.callEvents},
		{"GET", v1 + "/calls/{id}/captions", customer, s.captions},        // with the secret of the call
		{"GET", v1 + "/calls/{id}/place", customer, s.answering(s.place)}, // likewise
		{"GET", v1 + "/calls/{id}/recording.wav", agent, s.recording},
		{"POST", v1 + "/calls/{id}/hangup", agent, s.hangup},
		{"POST", v1 + "/calls/{id}/transfer", agent, order[hotline.HandOver](s)},
		{"POST", v1 + "/calls/{id}/hold", agent, order[hotline.HoldCaller](s)},
		{"POST", v1 + "/calls/{id}/consult", agent, order[hotline.Consult](s)},
		{"POST", v1 + "/calls/{id}/consult/complete", agent, s.endConsult(hotline.ConsultComplete)},
		{"POST", v1 + "/calls/{id}/consult/cancel", agent, s.endConsult(hotline.ConsultCancel)},
		{"POST", v1 + "/calls/{id}/consult/join", agent, s.endConsult(hotline.ConsultJoin)},
		{"POST", v1 + "/calls/{id}/bot", agent, order[hotline.ToBot](s)},
		{"POST", v1 + "/calls/{id}/say", agent, order[hotline.ReadOut](s)},
		{"POST", v1 + "/calls/{id}/supervise", supervisor, order[hotline.Supervise](s)},
		{"POST", v1 + "/calls/{id}/decline", agent, s.decline},
		{"POST", v1 + "/calls/{id}/notes", agent, s.ofCall(s.note)},
		{"POST", v1 + "/calls/{id}/disposition", agent, s.ofCall(s.dispose)},
		{"POST", v1 + "/calls/{id}/corrections", agent, s.ofCall(s.correct)},
		{"POST", v1 + "/calls/{id}/learn", agent, s.ofCall(s.learn)},
		{"GET", v1 + "/calls/{id}/brief", agent, s.ofCall(s.brief)},
		{"GET", v1 + "/dispositions", agent, s.answering(s.dispositions)},
		{"GET", v1 + "/bots", agent, s.answering(s.bots)},
		{"GET", v1 + "/bots/{id}", agent, s.answering(s.bot)},
		{"GET", v1 + "/customers/{id}", agent, s.answering(s.customer)},
		{"GET", v1 + "/stats", supervisor, s.answering(s.stats)},
		{"GET", v1 + "/wall", supervisor, s.wall},
		{"GET", v1 + "/desk", agent, s.desk},
		{"GET", v1 + "/events", agent, s.allEvents},
		{"GET", v1 + "/agents", agent, s.answering(s.agents)},
		{"POST", v1 + "/agents/{id}/state", agent, s.answering(s.agentState)},
		{"POST", v1 + "/agents/{id}/wrapup", agent, s.ofDesk(s.wrapUp)},
		{"GET", v1 + "/queues", agent, s.answering(s.queues)},
		{"GET", v1 + "/places", agent, s.ofDesk(s.places)},
		{"GET", v1 + "/callbacks", agent, s.ofDesk(s.callBacks)},
		{"POST", v1 + "/callbacks", agent, s.ofDesk(s.addCallBack)},
		{"DELETE", v1 + "/callbacks/{id}", agent, s.ofDesk(s.removeCallBack)},
		{"GET", v1 + "/kb/search", agent, s.ofKB(s.kbSearch)},
		{"GET", v1 + "/kb/articles", agent, s.ofKB(s.kbArticles)},
		{"GET", v1 + "/kb/articles/{id}", agent, s.ofKB(s.kbArticle)},
		{"PUT", v1 + "/kb/articles/{id}", supervisor, s.ofKB(s.kbPut)},
		{"POST", v1 + "/kb/articles/{id}/publish", supervisor, s.kbDecide("publish")},
		{"POST", v1 + "/kb/articles/{id}/rollback", supervisor, s.kbDecide("rollback")},
		{"POST", v1 + "/kb/articles/{id}/discard", supervisor, s.kbDecide("discard")},
		{"GET", v1 + "/kb/articles/{id}/diff", agent, s.ofKB(s.kbDiff)},
		{"GET", v1 + "/kb/drafts", agent, s.ofKB(s.kbDrafts)},
		{"GET", v1 + "/kb/questions", agent, s.ofKB(s.kbQuestions)},
		{"POST", v1 + "/kb/questions/{id}/resolve", supervisor, s.ofKB(s.kbResolve)},
		{"POST", v1 + "/kb/feedback", agent, s.ofKB(s.kbFeedback)},
		{"GET", v1 + "/kb/crawls", agent, s.ofKB(s.kbCrawls)},
		{"POST", v1 + "/chat", customer, s.bounded(newRate(500*time.Millisecond, 60), s.chat)},
		{"GET", v1 + "/openapi.json", customer, serveOpenAPI},
		{"GET", "/healthz", customer, s.health},
		{"GET", "/readyz", customer, s.ready},
		{"GET", "/metrics", customer, s.metrics}, // of this machine; others sign in
		{"POST", v1 + "/whip", customer, s.bounded(newRate(2*time.Second, 30), s.whip)},
		{"OPTIONS", v1 + "/whip", customer, s.whip},
		{"PATCH", v1 + "/whip/{id}", customer, s.whip},
		{"DELETE", v1 + "/whip/{id}", customer, s.whip},

		{"GET", v1 + "/session", agent, s.getSession},
		{"POST", v1 + "/session", customer, s.signIn},
		{"DELETE", v1 + "/session", agent, s.signOut},
		{"POST", v1 + "/session/password", agent, s.setPassword},
		{"GET", v1 + "/session/ways", customer, s.ways},
		{"GET", v1 + "/oidc/login", customer, s.oidcLogin},
		{"GET", v1 + "/oidc/callback", customer, s.oidcCallback},
		{"POST", v1 + "/setup", customer, s.bounded(newRate(5*time.Second, 20), s.setup)},
		{"POST", v1 + "/setup/check", customer, s.bounded(newRate(5*time.Second, 20), s.checkSetup)},
		{"GET", v1 + "/users", admin, s.listUsers},
		{"POST", v1 + "/users", admin, s.addUser},
		{"PATCH", v1 + "/users/{id}", admin, s.changeUser},
		{"DELETE", v1 + "/users/{id}", admin, s.removeUser},
		{"POST", v1 + "/users/{id}/link", admin, s.linkUser},
		{"GET", v1 + "/tokens", admin, s.listTokens},
		{"POST", v1 + "/tokens", admin, s.addToken},
		{"DELETE", v1 + "/tokens/{id}", admin, s.removeToken},
		{"GET", v1 + "/audit", admin, s.audit},
	}
}

// ServeHTTP serves one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// whip hands the signalling of browser calls to who does it.
func (s *Server) whip(w http.ResponseWriter, r *http.Request) {
	if s.cfg.Whip == nil {
		s.fail(w, r, unavailable("whip", "this server takes no calls from browsers"))
		return
	}
	s.cfg.Whip.ServeHTTP(w, r)
}

func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	reply(w, map[string]string{"status": "ok"})
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if err := s.cfg.Ready(); err != nil {
		if hotline.ErrorCode(err) == hotline.EInternal {
			err = &hotline.Error{Op: "ready", Code: hotline.EUnavailable, Message: err.Error()}
		}
		s.fail(w, r, err)
		return
	}
	reply(w, map[string]string{"status": "ready"})
}

// openRecording opens a recording under the data folder; a path that leads out
// of it is not found.
func (s *Server) openRecording(path string) (*os.File, error) {
	root, err := os.OpenRoot(s.cfg.Data)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.Open(path)
}

func notFound(op, message string) error {
	return &hotline.Error{Op: op, Code: hotline.ENotFound, Message: message}
}

func invalid(op, message string) error {
	return &hotline.Error{Op: op, Code: hotline.EInvalid, Message: message}
}

func unavailable(op, message string) error {
	return &hotline.Error{Op: op, Code: hotline.EUnavailable, Message: message}
}

// fail answers with an error: the one place where codes become HTTP status.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	code := hotline.ErrorCode(err)
	status, ok := map[string]int{
		hotline.EInvalid:     http.StatusBadRequest,
		hotline.ENotFound:    http.StatusNotFound,
		hotline.EConflict:    http.StatusConflict,
		hotline.EForbidden:   http.StatusForbidden,
		hotline.ENoIdentity:  http.StatusUnauthorized,
		hotline.ETooMany:     http.StatusTooManyRequests,
		hotline.EUnavailable: http.StatusServiceUnavailable,
		hotline.EBusy:        http.StatusConflict,
		hotline.EDeclined:    http.StatusConflict,
		hotline.ENoAnswer:    http.StatusGatewayTimeout,
		hotline.ECancelled:   http.StatusConflict,
	}[code]
	message, reason, after := "internal error", "", 2*time.Second
	if e, is := errors.AsType[*hotline.Error](err); is && ok {
		message, reason = e.Message, e.Reason
		if e.After > 0 {
			after = e.After
		}
	}
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &big):
		status, code, message = http.StatusRequestEntityTooLarge, hotline.EInvalid, "request body too large"
	case !ok:
		status, code = http.StatusInternalServerError, hotline.EInternal
		if r.Context().Err() == nil {
			s.cfg.Log.Error("web: request failed", "path", r.Pattern, "err", err)
		}
	}
	switch status {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		w.Header().Set("Retry-After", strconv.Itoa(int((after+time.Second-1)/time.Second)))
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", "Bearer") // RFC 9110 section 11.6.1
	}
	writeJSON(w, status, struct {
		Code    string `json:"code"`
		Reason  string `json:"reason,omitempty"`
		Message string `json:"message"`
	}{code, reason, message})
}

// Bounds of time for one client.
const (
	headerTimeout = 5 * time.Second
	bodyTimeout   = 15 * time.Second
	replyTimeout  = 30 * time.Second // to take an ordinary reply
	eventTimeout  = 10 * time.Second // to take one event of a feed
	audioTimeout  = 10 * time.Minute // to take a recording
	idleTimeout   = 2 * time.Minute
)
