// The brief of a call as GET calls/{id}/brief says it.
import type { Call, Json } from '../api';

// Statement is something that was said or done, with its second of audio.
export interface Statement { text: string; at_ms?: number; by?: string; call?: string }
export interface Customer { key?: string; name?: string; segment?: string; language?: string; numbers?: string[]; contacts?: Call[]; notes?: { text: string; by: string; at: string; call?: string }[] }
export interface BriefInfo {
  customer?: Customer | null;
  tried?: (Statement | string)[] | null;
  promises?: Statement[] | null;
  earlier?: Call[] | null;
  orders?: (Json | string)[] | null;
}

// statements makes one form of both: older briefs have bare words.
export function statements(of: (Statement | string)[] | null | undefined): Statement[] {
  return (of ?? []).map((s) => (typeof s === 'string' ? { text: s } : s));
}

// orderLine is one order in a line, whatever the company knows of it.
export function orderLine(o: Json | string): string {
  if (typeof o === 'string') return o;
  const id = o.order ?? o.id ?? o.number;
  return [id, ...Object.entries(o).filter(([k, v]) => !['order', 'id', 'number'].includes(k) && v).map(([, v]) => v)].filter(Boolean).join(' · ');
}

// known is what the bot found out, without what belongs to another place, in the
// language of the agent where there are two.
export function known(slots: Json, language: string): [string, string][] {
  return Object.entries(slots).filter(([k, v]) => v && !k.startsWith('caller.') && (!/\.(en|zh)$/.test(k) || k.endsWith(`.${language}`)))
    .sort(([a], [b]) => Number(a.includes('.')) - Number(b.includes('.')) || a.localeCompare(b));
}

// named is a code of the bot's in words.
export const named = (code: string) => code.replace(/\.(en|zh)$/, '').replace(/[._]/g, ' ');
