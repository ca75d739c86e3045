import { SearchOutlined } from '@ant-design/icons';
import { AutoComplete, Button, DatePicker, Empty, Input, Select, Table, Tag } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useEffect, useState } from 'react';
import { errorWords, explain, get, query, type AgentStatus, type Call } from '../../api';
import { useLanguage, useT } from '../../i18n';
import { clock, emotions, partWords } from '../../parts';
import { intentName, useBots } from '../../parts/bot';
import { useLoad } from '../load';
import { go, Link, useRoute } from '../route';
import { who } from '../wall/who';
import { consoleWords, results } from '../words';
import './calls.css';
import { callWords } from './words';

const fields = ['q', 'intent', 'emotion', 'agent', 'result', 'state', 'from', 'to'] as const;
type Filter = Partial<Record<(typeof fields)[number], string>>;
const page = 50;

// CallList finds calls: the filter is in the address, so that it can be sent to
// somebody.
export default function CallList() {
  const t = useT(callWords), words = useT(consoleWords), parts = useT(partWords), errors = useT(errorWords), l = useLanguage();
  const { query: q } = useRoute();
  const filter: Filter = Object.fromEntries(fields.flatMap((f) => (q.get(f) ? [[f, q.get(f)!]] : [])));
  const key = query(filter);
  const [calls, setCalls] = useState<Call[]>(), [done, setDone] = useState(false), [problem, setProblem] = useState<unknown>(), [round, setRound] = useState(0);
  const agents = useLoad<AgentStatus[] | { agents: AgentStatus[] }>('agents').data;
  const people = Array.isArray(agents) ? agents : agents?.agents ?? [];
  const filtered = Object.keys(filter).length > 0;

  const load = (before?: string, signal?: AbortSignal) => get<{ calls: Call[] }>(`calls${query({ ...filter, before, limit: page })}`, signal).then((r) => {
    setProblem(undefined);
    setDone(r.calls.length < page);
    setCalls((old) => (before ? [...(old ?? []), ...r.calls] : r.calls));
  }, (e) => { if (!signal?.aborted) setProblem(e); });
  useEffect(() => {
    const stop = new AbortController();
    void load(undefined, stop.signal);
    return () => stop.abort();
  }, [key, round]);

  const set = (change: Filter) => {
    const next: Filter = { ...filter, ...change };
    go(`/calls${query(next)}`, true);
  };
  const bots = useBots((calls ?? []).map((c) => c.bot));
  const seen = new Map((calls ?? []).flatMap((c) => (c.intent ? [[c.intent, intentName(bots(c.bot), l, c.intent)] as const] : [])));
  const range: [Dayjs | null, Dayjs | null] = [filter.from ? dayjs(filter.from) : null, filter.to ? dayjs(filter.to) : null];
  return (
    <>
      <div className="page-head"><h1>{t('title')}</h1></div>
      <form className="filters" role="search" onSubmit={(e) => e.preventDefault()}>
        <Input.Search key={filter.q} defaultValue={filter.q} allowClear placeholder={t('search')} aria-label={t('search')} onSearch={(v) => { set({ q: v.trim() || undefined }); setRound((n) => n + 1); }} enterButton={<SearchOutlined aria-label={t('search')} />} style={{ width: 260 }} data-testid="search" />
        <Intent value={filter.intent} seen={seen} set={(intent) => set({ intent })} />
        <Select allowClear value={filter.emotion} placeholder={t('emotion')} aria-label={t('emotion')} style={{ width: 120 }} onChange={(emotion) => set({ emotion })}
          options={Object.keys(emotions).map((value) => ({ value, label: parts(value as 'angry') }))} />
        <Select allowClear showSearch optionFilterProp="label" value={filter.agent} placeholder={t('agent')} aria-label={t('agent')} style={{ width: 140 }} onChange={(agent) => set({ agent })}
          options={people.map((a) => ({ value: a.id, label: a.name || a.id }))} />
        <Select allowClear value={filter.result} placeholder={t('result')} aria-label={t('result')} style={{ width: 130 }} onChange={(result) => set({ result })}
          options={results.map((value) => ({ value, label: words(value) }))} />
        <Select allowClear value={filter.state} placeholder={t('state')} aria-label={t('state')} style={{ width: 110 }} onChange={(state) => set({ state })}
          options={[{ value: 'live', label: t('live') }, { value: 'ended', label: t('ended') }]} />
        <DatePicker.RangePicker value={range} allowEmpty={[true, true]} aria-label={t('time')} style={{ width: 250 }}
          onChange={(r) => set({ from: r?.[0]?.startOf('day').toISOString(), to: r?.[1]?.endOf('day').toISOString() })} />
        {filtered && <Button onClick={() => go('/calls', true)}>{t('clear')}</Button>}
      </form>
      {problem !== undefined && <p role="alert">{explain(problem, errors)} <Button size="small" onClick={() => setRound((n) => n + 1)}>{words('again')}</Button></p>}
      <div className="panel scroll">
        <Table<Call> size="small" rowKey="id" loading={!calls && problem === undefined} dataSource={calls ?? []} pagination={false} scroll={{ x: 'max-content' }} data-testid="calls"
          locale={{ emptyText: <Empty description={filtered ? t('none') : t('noneYet')}>{!filtered && <Button href="/call" target="_blank">{t('customers')}</Button>}</Empty> }}
          columns={[
            { title: t('started'), render: (_, c) => <Link to={`/calls/${c.id}`} className="num" data-testid="open-call">{new Date(c.started).toLocaleString(l)}</Link> },
            { title: t('who'), render: (_, c) => who(c, words) },
            { title: t('length'), align: 'right', render: (_, c) => <span className="num">{clock(c.length_ms)}</span> },
            { title: t('result'), render: (_, c) => (c.phase === 'ended' ? words((c.result || 'unknown') as 'completed') : <Tag color="#0b6b6b">{t('live')}</Tag>) },
            { title: t('intent'), render: (_, c) => c.intent && seen.get(c.intent) },
            { title: t('emotion'), render: (_, c) => c.emotion && c.emotion !== 'neutral' && <Tag bordered={false} color={emotions[c.emotion]}>{parts(c.emotion as 'angry')}</Tag> },
            { title: t('agent'), dataIndex: 'agent' },
          ]} />
        {calls && calls.length > 0 && (done ? <p className="muted">{t('end')}</p> : <Button style={{ marginTop: 8 }} onClick={() => void load(calls[calls.length - 1]!.id)}>{t('more')}</Button>)}
      </div>
    </>
  );
}

// Intent is chosen by its name, or written as its code.
function Intent({ value, seen, set }: { value?: string; seen: Map<string, string>; set: (v?: string) => void }) {
  const t = useT(callWords);
  const shown = value ? seen.get(value) ?? value : '';
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);
  const choose = (text: string) => set([...seen].find(([, name]) => name === text)?.[0] ?? (text || undefined));
  return (
    <AutoComplete allowClear value={text} options={[...new Set(seen.values())].sort().map((value) => ({ value }))} placeholder={t('intent')} aria-label={t('intent')} style={{ width: 150 }}
      onChange={setText} onSelect={choose} onClear={() => set(undefined)} onBlur={() => { if (text !== shown) choose(text); }}
      onKeyDown={(e) => { if (e.key === 'Enter') choose(text); }} />
  );
}
