import { expect, it } from 'vitest';
import { named } from '../parts/bot';
import { known, orderFacts, toCallBack } from './brief';

it('says an order in a line', () => {
  const facts = { order: '1704', found: 'yes', 'state.en': 'late', 'state.zh': '延误', item: 'lamp' };
  expect(orderFacts({ id: '1704', facts, at_ms: 5 }, 'zh')).toBe('延误 · lamp');
  expect(orderFacts({ id: '1704', facts: null, at_ms: 0 }, 'en')).toBe('');
});

it('shows what is known in the language of the agent', () => {
  const slots = { 'lookup.state.zh': '在途', 'lookup.state.en': 'on its way', order: '1704', 'caller.name': 'Li', empty: '' };
  expect(known(slots, 'en')).toEqual([['order', '1704'], ['lookup.state.en', 'on its way']]);
  expect(named('lookup.state.en')).toBe('lookup state');
});

it('knows whom to call back', () => {
  expect(toCallBack({ direction: 'in', from: '+4930123', to: '100' })).toBe('+4930123');
  expect(toCallBack({ direction: 'out', from: '100', to: '+4930123' })).toBe('+4930123');
  for (const from of ['web', 'chat', 'Anonymous', '']) expect(toCallBack({ direction: 'in', from, to: '100' })).toBe('');
});
