// Words in both languages. A part keeps its own: dict holds the two to the same
// keys when the project is compiled, and useT picks the language of the reader.
import { useSyncExternalStore } from 'react';
import type { Language } from '../api/types';

export type Words = Record<string, string>;
export interface Dict<W extends Words> { en: W; zh: { [K in keyof W]: string } }

// T says a word, with the {names} in it filled in.
export type T<W> = (key: keyof W & string, values?: Record<string, string | number>) => string;

export function dict<const W extends Words>(en: W, zh: { [K in keyof W]: string }): Dict<W> {
  return { en, zh };
}

const key = 'lang'; // as on the customer's page
const listeners = new Set<() => void>();
let now: Language = first();

function first(): Language {
  const kept = globalThis.localStorage?.getItem(key);
  if (kept === 'en' || kept === 'zh') return kept;
  return globalThis.navigator?.language?.startsWith('zh') ? 'zh' : 'en';
}

export const language = () => now;

// speak changes the language, for this browser too if kept.
export function speak(l: Language, kept = true) {
  if (kept) globalThis.localStorage?.setItem(key, l);
  now = l;
  if (globalThis.document) document.documentElement.lang = l === 'zh' ? 'zh-CN' : 'en';
  for (const f of listeners) f();
}

// follow takes the language of the user, unless this browser has its own.
export function follow(l: string | undefined) {
  if ((l === 'en' || l === 'zh') && !globalThis.localStorage?.getItem(key)) speak(l, false);
}

export function useLanguage(): Language {
  return useSyncExternalStore((f) => { listeners.add(f); return () => listeners.delete(f); }, language);
}

const made = new WeakMap<object, T<never>>();

// translate is the same function each time, so that effects may depend on it.
export function translate<W extends Words>(d: Dict<W>, l: Language): T<W> {
  const words = d[l];
  let t = made.get(words) as T<W> | undefined;
  if (!t) {
    t = (k, values) => fill(words[k] ?? d.en[k] ?? k, values);
    made.set(words, t as T<never>);
  }
  return t;
}

export function useT<W extends Words>(d: Dict<W>): T<W> {
  return translate(d, useLanguage());
}

function fill(text: string, values?: Record<string, string | number>): string {
  return values ? text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)) : text;
}
