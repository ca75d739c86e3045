import { expect, it } from 'vitest';
import { slotWords, type BotAbout } from './bot';

it('says slots and their values in the words of the bot, or as they are', () => {
  const bot: BotAbout = { bot: 'shop', intents: [], flows: [], values: [{ name: 'order', title: { en: 'order number', zh: '订单号' } }, { name: 'lookup.status', title: { zh: '订单状态' }, codes: { late: { zh: '已延误' } } }] };
  const zh = slotWords(bot, 'zh'), en = slotWords(bot, 'en');
  expect([zh.name('order'), zh.value('order', '4571')]).toEqual(['订单号', '4571']);
  expect([zh.name('lookup.status'), zh.value('lookup.status', 'late'), zh.name('lookup.status.zh')]).toEqual(['订单状态', '已延误', '订单状态']);
  expect([en.name('lookup.status'), en.value('lookup.status', 'late'), slotWords(undefined, 'zh').name('return_reason')]).toEqual(['lookup status', 'late', 'return reason']);
});
