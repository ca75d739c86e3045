// The brief of a call as GET calls/{id}/brief says it.
import type { Call, Json } from '../api';

// Statement is something that was said or done, with its second of audio.
export interface Statement { text: string; at_ms?: number; by?: string; call?: string }
export interface Note { call: string; n: number; by: string; text: string; at: string }
export interface Customer { key: string; name: string; segment: string; language: string; numbers: string[]; known: Json; contacts: Call[]; notes: Note[]; promises: Statement[] }
export interface Order { id: string; facts: Json | null; at_ms: number }
export interface BriefInfo { customer: Customer; tried: (Statement & { failed: boolean })[]; promises: Statement[]; earlier: Call[]; orders: Order[]; slots?: Json; suggest?: string[] }

// orderFacts is what is known of an order, in the language of the agent, in a line.
export function orderFacts(o: Order, language: string): string {
  const of = o.facts ?? {};
  const plain = (k: string) => !['order', 'id', 'found', 'customer'].includes(k) && !/\.(en|zh)$/.test(k);
  return Object.entries(of).filter(([k, v]) => v && (k.endsWith(`.${language}`) || (plain(k) && !of[`${k}.${language}`]))).map(([, v]) => v).join(' · ');
}

// known is what the bot found out, without what belongs to another place, in the
// language of the agent where there are two.
export function known(slots: Json, language: string): [string, string][] {
  return Object.entries(slots).filter(([k, v]) => v && !k.startsWith('caller.') && (!/\.(en|zh)$/.test(k) || k.endsWith(`.${language}`)))
    .sort(([a], [b]) => Number(a.includes('.')) - Number(b.includes('.')) || a.localeCompare(b));
}

// caller is who calls when their name is not known: a number, or the key of the
// words for who has none.
export function caller(from: string): { number: string } | { word: 'webCaller' | 'chatCaller' | 'unknownCaller' } {
  if (from === 'web') return { word: 'webCaller' };
  if (from === 'chat') return { word: 'chatCaller' };
  return from && from !== 'anonymous' ? { number: from } : { word: 'unknownCaller' };
}

// toCallBack is the number of the customer of a call; empty if they have none.
export function toCallBack(c: { direction: string; from: string; to: string }): string {
  const number = c.direction === 'out' ? c.to : c.from;
  return ['web', 'chat', 'anonymous', 'unknown', 'unavailable', 'private'].includes(number.toLowerCase()) ? '' : number;
}
