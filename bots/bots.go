// Package bots holds the bots that come with hotline: shop, the demonstration
// company.
package bots

import "embed"

// FS has one folder a bot.
//
//go:embed shop
var FS embed.FS
