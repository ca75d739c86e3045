import { EditOutlined } from '@ant-design/icons';
import { Button, Card, Input, Space, Tag } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { post } from '../api';
import { useLanguage, useT } from '../i18n';
import type { CallView } from '../parts/call';
import { emotions } from '../parts/theme';
import { clock } from '../parts/time';
import { partWords } from '../parts/words';
import { useIntentName, useSlotWords } from '../parts/bot';
import { caller, known, orderFacts, type BriefInfo, type Statement } from './brief';
import { useAct } from './useAct';
import { useLoad } from './useLoad';
import { deskWords } from './words';

type Seek = ((ms: number, call?: string) => void) | undefined;

// BriefPanel is the screen pop: all that the agent must know before the first
// word. Each statement leads to its second of audio.
export function BriefPanel({ call, seek, open, canOpen }: { call: CallView; seek: Seek; open: (call: string) => void; canOpen: boolean }) {
  const t = useT(deskWords), p = useT(partWords), l = useLanguage(), intentName = useIntentName();
  const again = useSettled(call.lines.length * 1000 + call.facts.length, 700);
  const { data } = useLoad<BriefInfo>(call.seq ? `calls/${call.id}/brief` : '', again);
  const customer = data?.customer, from = caller(call.from);
  const name = customer?.name || call.customer.name;
  const segment = customer?.segment || call.customer.segment;
  const slots = known(call.slots, l);
  const tried: Statement[] = data?.tried ?? (call.brief?.tried ?? []).map((text) => ({ text }));
  const orders = data?.orders ?? [];
  const earlier = data?.earlier ?? [];
  const notes = (customer?.notes ?? []).filter((n) => n.call !== call.id);
  const mood = call.moods[call.moods.length - 1];
  const lang = call.language || call.brief?.language || customer?.language || '';
  return (
    <Card size="small" className="brief" title={t('brief')} data-testid="brief">
      <dl className="facts">
        <Row term={t('customer')}><b>{name || ('word' in from ? t(from.word) : from.number)}</b>{name && 'number' in from && <span className="muted num"> {call.from}</span>}{segment && <> <Tag>{segment}</Tag></>}</Row>
        {lang && <Row term={t('language')}>{lang === 'zh' || lang === 'en' ? t(`lang_${lang}`) : lang}</Row>}
        {call.intent && <Row term={t('intent')}>{intentName(call.intent)}</Row>}
        {mood && <Row term={t('emotion')}><span style={{ color: emotions[mood.name] }}>{p(mood.name as 'angry')}</span></Row>}
      </dl>
      {!!call.brief?.suggest?.length && <Section title={t('suggestFirst')}><ul>{call.brief.suggest.map((s) => <li key={s}>{s}</li>)}</ul></Section>}
      <Section title={t('known')} empty={t('knownEmpty')} of={slots}>
        <dl className="facts">{slots.map(([k, v]) => <Slot key={k} call={call} name={k} value={v} seek={seek} />)}</dl>
      </Section>
      <Section title={t('tried')} empty={t('triedEmpty')} of={tried}><Statements of={tried} seek={seek} /></Section>
      <Section title={t('promises')} empty={t('promisesEmpty')} of={data?.promises ?? []}><Statements of={data?.promises ?? []} seek={seek} by /></Section>
      <Section title={t('orders')} empty={t('ordersEmpty')} of={orders}><ul>{orders.map((o) => (
        <li key={o.id}><b className="num">{o.id}</b> {orderFacts(o, l)} {o.at_ms > 0 && seek && <button type="button" className="plain num small" aria-label={p('playFrom', { time: clock(o.at_ms) })} onClick={() => seek(o.at_ms)}>{clock(o.at_ms)}</button>}</li>
      ))}</ul></Section>
      <Section title={earlier.length > 1 ? t('oftenCalls', { n: earlier.length }) : t('earlier')} empty={t('earlierEmpty')} of={earlier}>
        <ul>{earlier.slice(0, 8).map((c) => {
          const line = [c.channel === 'chat' && t('inWriting'), c.intent && intentName(c.intent), c.disposition, c.emotion && c.emotion !== 'neutral' && p(c.emotion as 'angry')].filter(Boolean).join(' · ');
          const when = new Date(c.started).toLocaleString(l === 'zh' ? 'zh-CN' : 'en-GB', { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
          return (
            <li key={c.id}>
              {canOpen ? <button type="button" className="plain" onClick={() => open(c.id)}><time className="num">{when}</time></button>
                : c.recording ? <button type="button" className="plain" aria-label={`${t('listen')} ${when}`} onClick={() => seek?.(0, c.id)}><time className="num">{when}</time></button> : <time className="num">{when}</time>} {line}
            </li>
          );
        })}</ul>
      </Section>
      {notes.length > 0 && <Section title={t('earlierNotes')}><ul>{notes.slice(0, 6).map((n) => <li key={n.call + n.n}>{n.text} <span className="muted small">{n.by}, {new Date(n.at).toLocaleDateString(l === 'zh' ? 'zh-CN' : 'en-GB', { month: 'short', day: 'numeric' })}</span></li>)}</ul></Section>}
    </Card>
  );
}

const Row = ({ term, children }: { term: string; children: ReactNode }) => <div><dt>{term}</dt><dd>{children}</dd></div>;

function Section({ title, empty, of, children }: { title: string; empty?: string; of?: unknown[]; children: ReactNode }) {
  return <section><h2>{title}</h2>{of && of.length === 0 ? <p className="muted flat">{empty}</p> : children}</section>;
}

function Statements({ of, seek, by }: { of: Statement[]; seek: Seek; by?: boolean }) {
  const t = useT(deskWords), p = useT(partWords);
  return (
    <ul>{of.map((s, i) => (
      <li key={i}>
        {s.at_ms !== undefined && (seek ? <button type="button" className="plain num" aria-label={p('playFrom', { time: clock(s.at_ms) })} onClick={() => seek(s.at_ms!, s.call)}>{clock(s.at_ms)}</button> : <span className="num muted">{clock(s.at_ms)}</span>)}{' '}
        {s.text}{by && s.by && <span className="muted"> ({s.by === 'bot' || s.by === 'agent' ? t(`by_${s.by}`) : s.by})</span>}
      </li>
    ))}</ul>
  );
}

// Slot is one value that the bot understood, which the agent may put right.
function Slot({ call, name, value, seek }: { call: CallView; name: string; value: string; seek: Seek }) {
  const t = useT(deskWords), p = useT(partWords), act = useAct(), words = useSlotWords(), title = words.name(name);
  const [edit, setEdit] = useState<string>();
  const callers = call.lines.filter((l) => l.who === 'caller');
  const n = call.slotN[name] ?? callers[callers.length - 1]?.n;
  const from = call.lines.find((l) => l.n === call.slotN[name]);
  const save = async () => {
    if (edit === undefined || edit === value || (await act(() => post(`calls/${call.id}/corrections`, { n, slots: { [name]: edit.trim() } }), t('corrected')))) setEdit(undefined);
  };
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        {edit !== undefined ? (
          <Space.Compact size="small">
            <Input size="small" autoFocus value={edit} aria-label={`${title}: ${t('value')}`} onChange={(e) => setEdit(e.target.value)} onPressEnter={() => void save()} onKeyDown={(e) => { if (e.key === 'Escape') setEdit(undefined); }} />
            <Button size="small" type="primary" onClick={() => void save()}>{t('save')}</Button>
          </Space.Compact>
        ) : <>
          <span className="num">{words.value(name, value)}</span>
          {from && seek && <button type="button" className="plain num small second" aria-label={p('playFrom', { time: clock(from.start) })} onClick={() => seek(from.start)}>{clock(from.start)}</button>}
          {n !== undefined && !name.includes('.') && <Button size="small" type="text" icon={<EditOutlined />} aria-label={`${t('edit')}: ${title}`} onClick={() => setEdit(value)} />}
        </>}
      </dd>
    </div>
  );
}

// useSettled follows a value once it has rested for a while.
export function useSettled<T>(value: T, rest: number): T {
  const [settled, set] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => set(value), rest);
    return () => clearTimeout(timer);
  }, [value, rest]);
  return settled;
}
