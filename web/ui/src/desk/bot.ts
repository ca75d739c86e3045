import { createContext, useContext } from 'react';
import { useLanguage } from '../i18n';
import { named } from './brief';

type Titles = Record<string, string>; // by language

// What a bot understands and can do, as GET bots/{id} says it.
export interface BotAbout {
  bot: string;
  intents: { name: string; title: Titles }[];
  flows: { name: string; title: Titles; steps: string[] }[];
  values: { name: string; title: Titles; codes?: Record<string, Titles> }[];
}

export const BotContext = createContext<BotAbout | undefined>(undefined);
export const useBot = () => useContext(BotContext);

// useIntentName says an intent in the words of the bot's makers, in the language
// of the reader; without them, its code in words.
export function useIntentName(): (intent: string) => string {
  const bot = useBot(), l = useLanguage();
  return (intent) => bot?.intents.find((i) => i.name === intent)?.title[l] ?? named(intent);
}

// useSlotWords says the name of what the bot found out, and its value, likewise.
export function useSlotWords() { return slotWords(useBot(), useLanguage()); }

export function slotWords(bot: BotAbout | undefined, l: string): { name: (slot: string) => string; value: (slot: string, v: string) => string } {
  const of = (slot: string) => bot?.values.find((v) => v.name === slot.replace(/\.(en|zh)$/, ''));
  return { name: (slot) => of(slot)?.title[l] ?? named(slot), value: (slot, v) => of(slot)?.codes?.[v]?.[l] ?? v };
}
