import { expect, it } from 'vitest';
import { flowName, intentAmong, slotWords, type BotAbout } from './bot';

it('says slots and their values in the words of the bot, or as they are', () => {
  const bot: BotAbout = { bot: 'shop', intents: [], flows: [], values: [{ name: 'order', title: { en: 'order number', zh: '订单号' } }, { name: 'lookup.status', title: { zh: '订单状态' }, codes: { late: { zh: '已延误' } } }] };
  const zh = slotWords(bot, 'zh'), en = slotWords(bot, 'en');
  expect([zh.name('order'), zh.value('order', '4571')]).toEqual(['订单号', '4571']);
  expect([zh.name('lookup.status'), zh.value('lookup.status', 'late'), zh.name('lookup.status.zh')]).toEqual(['订单状态', '已延误', '订单状态']);
  expect([en.name('lookup.status'), en.value('lookup.status', 'late'), slotWords(undefined, 'zh').name('return_reason')]).toEqual(['lookup status', 'late', 'return reason']);
});

it('says what may be wanted of any bot where those that know it agree', () => {
  const bot = (...intents: BotAbout['intents']): BotAbout => ({ bot: 'b', intents, flows: [{ name: 'find_order', title: { zh: '查找订单' }, steps: [] }], values: [] });
  const one = bot({ name: 'order_status', title: { en: 'an order', zh: '订单查询' } }, { name: 'hours', title: { en: 'opening hours' } }), two = bot({ name: 'hours', title: { en: 'business hours' } });
  expect([intentAmong([one, two], 'zh', 'order_status'), intentAmong([one], 'en', 'hours'), intentAmong([one, one], 'en', 'hours')]).toEqual(['订单查询', 'opening hours', 'opening hours']);
  expect([intentAmong([one, two], 'en', 'hours'), intentAmong([one], 'zh', 'hours'), intentAmong([], 'en', 'no_such')]).toEqual(['hours', 'hours', 'no such']);
  expect([flowName(one, 'zh', 'find_order'), flowName(one, 'en', 'find_order'), flowName(undefined, 'zh', 'find_order')]).toEqual(['查找订单', 'find order', 'find order']);
});
