package sip

import "hotline"

// phrases are the reason phrases of the status codes that we send.
var phrases = map[int]string{
	100: "Trying", 180: "Ringing", 200: "OK",
	400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
	408: "Request Timeout", 413: "Request Entity Too Large", 415: "Unsupported Media Type", 416: "Unsupported URI Scheme", 420: "Bad Extension",
	480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist", 482: "Loop Detected", 486: "Busy Here",
	487: "Request Terminated", 488: "Not Acceptable Here", 491: "Request Pending",
	500: "Server Internal Error", 501: "Not Implemented", 503: "Service Unavailable", 505: "Version Not Supported",
	603: "Decline",
}

// errorCode is the class of failure that a final response to our INVITE is.
func errorCode(status int) string {
	switch status {
	case 486, 600:
		return hotline.EBusy
	case 408, 480, 487:
		return hotline.ENoAnswer
	case 401, 403, 407:
		return hotline.EForbidden
	case 404, 410, 484, 604:
		return hotline.ENotFound
	case 603:
		return hotline.EDeclined
	case 415, 488, 606:
		return hotline.EInvalid
	}
	if status >= 300 && status < 400 {
		return hotline.EDeclined // sent elsewhere, where we do not follow
	}
	return hotline.EUnavailable
}

// refusalCode is the status that refuses an unanswered leg: reason is an error
// code or a reason of package hotline.
func refusalCode(reason string) int {
	switch reason {
	case hotline.EBusy:
		return 486
	case hotline.EDeclined:
		return 603
	case hotline.ENotFound:
		return 404
	case hotline.EForbidden:
		return 403
	case hotline.EInvalid:
		return 488
	case hotline.EInternal:
		return 500
	case hotline.EUnavailable, hotline.Shutdown:
		return 503
	}
	return 480
}
