import { createContext, useContext } from 'react';
import { useLanguage } from '../i18n';
import { named } from './brief';

// What a bot understands and can do, as GET bots/{id} says it.
export interface BotAbout {
  bot: string;
  intents: { name: string; title: Record<string, string> }[];
  flows: { name: string; title: Record<string, string>; steps: string[] }[];
}

export const BotContext = createContext<BotAbout | undefined>(undefined);
export const useBot = () => useContext(BotContext);

// useIntentName says an intent in the words of the bot's makers, in the language
// of the reader; without them, its code in words.
export function useIntentName(): (intent: string) => string {
  const bot = useBot(), l = useLanguage();
  return (intent) => bot?.intents.find((i) => i.name === intent)?.title[l] ?? named(intent);
}
