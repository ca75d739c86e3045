import { createContext, useContext, useEffect, useState } from 'react';
import { get } from '../api';
import { useLanguage } from '../i18n';

type Titles = Record<string, string>; // by language

// What a bot understands and can do, as GET bots/{id} says it.
export interface BotAbout {
  bot: string;
  intents: { name: string; title: Titles }[];
  flows: { name: string; title: Titles; steps: string[]; step_titles?: Record<string, Titles> }[];
  values: { name: string; title: Titles; codes?: Record<string, Titles> }[];
}

export const BotContext = createContext<BotAbout | undefined>(undefined);
export const useBot = () => useContext(BotContext);

// named is a code of the bot's in words.
export const named = (code: string) => code.replace(/\.(en|zh)$/, '').replace(/[._]/g, ' ');

// intentName says an intent in the words of the bot's makers, in the language
// of the reader; without them, its code in words.
export const intentName = (bot: BotAbout | undefined, l: string, intent: string) => bot?.intents.find((i) => i.name === intent)?.title[l] ?? named(intent);

// intentAmong says an intent likewise that may be any bot's: of several who know
// it, they must agree.
export function intentAmong(bots: BotAbout[], l: string, intent: string): string {
  const titles = new Set(bots.flatMap((b) => b.intents.find((i) => i.name === intent)?.title[l] ?? []));
  return titles.size === 1 ? [...titles][0]! : named(intent);
}

export function useIntentName(): (intent: string) => string {
  const bot = useBot(), l = useLanguage();
  return (intent) => intentName(bot, l, intent);
}

// flowName says what a bot can do likewise.
export const flowName = (bot: BotAbout | undefined, l: string, flow: string) => bot?.flows.find((f) => f.name === flow)?.title[l] ?? named(flow);

// useSlotWords says the name of what the bot found out, and its value, likewise.
export function useSlotWords() { return slotWords(useBot(), useLanguage()); }

export function slotWords(bot: BotAbout | undefined, l: string): { name: (slot: string) => string; value: (slot: string, v: string) => string } {
  const of = (slot: string) => bot?.values.find((v) => v.name === slot.replace(/\.(en|zh)$/, ''));
  return { name: (slot) => of(slot)?.title[l] ?? named(slot), value: (slot, v) => of(slot)?.codes?.[v]?.[l] ?? v };
}

const asked = new Map<string, Promise<BotAbout | undefined>>();
const abouts = new Map<string, BotAbout>(); // of those that have answered

// useBots gives what is known of bots by name, once it is read. One that cannot be
// read now is asked for again when another page needs it.
export function useBots(names: (string | undefined)[]): (name: string | undefined) => BotAbout | undefined {
  const [, read] = useState(0);
  const key = [...new Set(names)].filter(Boolean).sort().join(' ');
  useEffect(() => {
    let here = true;
    for (const name of key.split(' ').filter((n) => n && !abouts.has(n))) {
      const about = asked.get(name) ?? get<BotAbout>(`bots/${encodeURIComponent(name)}`).then((b) => { abouts.set(name, b); return b; }, () => { asked.delete(name); return undefined; });
      asked.set(name, about);
      void about.then(() => { if (here) read((n) => n + 1); });
    }
    return () => { here = false; };
  }, [key]);
  return (name) => (name ? abouts.get(name) : undefined);
}
