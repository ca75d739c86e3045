import { expect, it } from 'vitest';
import { known, named, orderFacts } from './brief';

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
