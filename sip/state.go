package sip

// state is where the dialog of a leg is (RFC 3261 section 12).
type state uint8

const (
	never     state = iota // of the table: the event has no meaning here
	calling                // our INVITE is out
	ringing                // an INVITE came, no final answer was sent
	accepted               // 200 sent, its ACK has not come
	confirmed              // talking
	leaving                // we hung up; a BYE is or will be on its way
	gone
)

// event is what moves a dialog on.
type event uint8

const (
	evAnswer event = iota // 200, from whoever was called
	evAck                 // the ACK of our 200
	evNoAck               // it never came, for 64*T1
	evRefuse              // we send a final response that is no 200
	evCancel              // the caller gave up
	evHangup              // we send BYE
	evBye                 // the peer sent BYE
	evLost                // the peer does not know the dialog any more (481, 408)
	evDone                // our BYE was answered, or nobody will answer it
	events
)

// transitions is the whole life of a dialog. Dial returns a leg when it is
// confirmed; Serve hands it on while it is ringing.
var transitions = [...][events]state{
	calling:   {evAnswer: confirmed, evLost: gone},
	ringing:   {evAnswer: accepted, evRefuse: gone, evCancel: gone, evBye: gone},
	accepted:  {evAck: confirmed, evNoAck: leaving, evHangup: leaving, evBye: gone, evLost: gone},
	confirmed: {evHangup: leaving, evBye: gone, evLost: gone},
	leaving:   {evBye: gone, evLost: gone, evDone: gone},
	gone:      {},
}

// next reports the state after ev, and false if ev changes nothing in s.
func (s state) next(ev event) (state, bool) {
	to := transitions[s][ev]
	return to, to != never
}
