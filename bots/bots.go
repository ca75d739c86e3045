// Package bots holds the bots that come with hotline: shop, the demonstration
// company, and coffee, which takes orders and is measured against other engines.
package bots

import "embed"

// FS has one folder a bot.
//
//go:embed shop coffee
var FS embed.FS
