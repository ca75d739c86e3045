package hotline

import (
	"net/netip"
	"slices"
	"time"
)

// A Role is what somebody may do. Each may do all that those before it may.
type Role string

const (
	RoleCustomer   Role = "customer"   // anybody: customers have no account
	RoleAgent      Role = "agent"      // takes calls; sees their own, and the customers on them
	RoleSupervisor Role = "supervisor" // sees and acts on every call
	RoleAdmin      Role = "admin"      // users, tokens, audit
)

// Roles has every role, from the least on.
var Roles = []Role{RoleCustomer, RoleAgent, RoleSupervisor, RoleAdmin}

// Allows tells whether r may do what needs at least the role least. A role that
// there is not allows nothing, and nothing allows it.
func (r Role) Allows(least Role) bool {
	need := slices.Index(Roles, least)
	return need >= 0 && slices.Index(Roles, r) >= need
}

// A User is a person who signs in.
type User struct {
	ID       string   `json:"id"`   // the name they sign in with
	Name     string   `json:"name"` // the name that others see
	Role     Role     `json:"role"`
	Agent    AgentID  `json:"agent"`    // who they are at the desk; empty: they take no calls
	Language string   `json:"language"` // of their pages: "en", "zh"
	Skills   []string `json:"skills"`
	Disabled bool     `json:"disabled"`

	Password bool      `json:"password"` // whether they have one; false until they used their link
	Created  time.Time `json:"created"`
}

// Identity is who sends a request. The zero value is nobody, a customer.
type Identity struct {
	User  string  `json:"user"` // User.ID, or "token:" and the id of a token
	Name  string  `json:"name"`
	Role  Role    `json:"role"`
	Agent AgentID `json:"agent"`

	Session string `json:"-"` // Session.ID, of a user who is signed in
}

// Identity is who the user is.
func (u User) Identity() Identity {
	return Identity{User: u.ID, Name: u.Name, Role: u.Role, Agent: u.Agent}
}

// UserChange is what of a user is to change; nil members stay as they are.
type UserChange struct {
	Name     *string   `json:"name"`
	Role     *Role     `json:"role"`
	Agent    *AgentID  `json:"agent"`
	Language *string   `json:"language"`
	Skills   *[]string `json:"skills"`
	Disabled *bool     `json:"disabled"`
	Password *string   `json:"password"` // by an administrator; ends the user's sessions
}

// A Session is a user who is signed in.
type Session struct {
	User User      `json:"user"`
	CSRF string    `json:"csrf"` // to be sent with what changes something
	Ends time.Time `json:"ends"` // at the latest

	ID     string `json:"-"` // names it; is not its secret
	Secret string `json:"-"` // of the cookie; only when it has just begun
	Device string `json:"-"` // marks the browser as known; only when it is new
}

// A SignIn is an attempt to begin a session.
type SignIn struct {
	User, Password string
	From           netip.Addr
	Device         string // Session.Device of an earlier session, if the browser has one
	Old            string // the secret of the session in whose place it is, if any
}

// An Errand is a browser's way to an OpenID provider and back. It keeps State,
// Nonce and Verifier meanwhile: only the browser that left comes back.
type Errand struct {
	URL                    string // where to go
	State, Nonce, Verifier string
}

// A Link is shown once to whom it lets in: the first administrator, a new user,
// one who forgot the password.
type Link struct {
	Secret string    `json:"secret"`
	User   string    `json:"user,omitempty"` // empty: the first administrator, who chooses it
	Ends   time.Time `json:"ends"`
}

// A Token lets a program in.
type Token struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"` // what it is for
	Role    Role      `json:"role"`
	Agent   AgentID   `json:"agent,omitempty"` // of the agent role: whose calls it sees
	By      string    `json:"by"`              // who made it
	Created time.Time `json:"created"`
	Ends    time.Time `json:"ends,omitzero"`
	Used    time.Time `json:"used,omitzero"` // last, to the minute

	Secret string `json:"secret,omitempty"` // only when it has just been made
}

// An AuditEntry is one thing that somebody did to who may do what.
type AuditEntry struct {
	ID     int64     `json:"id"`
	At     time.Time `json:"at"`
	Who    string    `json:"who"`  // User.ID, "token:..." or "command line"; as typed if nobody is called that
	What   string    `json:"what"` // "signed.in", "user.changed", ...
	About  string    `json:"about,omitempty"`
	From   string    `json:"from,omitempty"` // address
	Detail string    `json:"detail,omitempty"`
}
