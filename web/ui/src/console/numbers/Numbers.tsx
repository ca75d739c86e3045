import { DatePicker, Empty, Grid, Segmented, Skeleton, Table } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { lazy, Suspense, useMemo, type ReactNode } from 'react';
import { query } from '../../api';
import { useLanguage, useT } from '../../i18n';
import { clock, partWords } from '../../parts';
import { intentAmong, type BotAbout } from '../../parts/bot';
import { Shown, useLoad } from '../load';
import { go, useRoute } from '../route';
import './numbers.css';
import { busy, feelings, intents, other, volume, waits } from './options';
import type { Bucket, Stats } from './types';
import { numberWords } from './words';

const Chart = lazy(() => import('./Chart'));

type Span = 'today' | 'week' | 'month' | 'own';
const days: Record<Exclude<Span, 'own'>, number> = { today: 1, week: 7, month: 30 };
const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`;
const share = (n: number, of: number) => (of ? `${Math.round((n / of) * 100)} %` : '–');

// Numbers is what ended calls add up to. The period is in the address.
export default function Numbers() {
  const t = useT(numberWords);
  const { query: q } = useRoute();
  const span = (q.get('span') as Span | null) ?? 'today';
  const from = span === 'own' && q.get('from') ? dayjs(q.get('from')) : dayjs().startOf('day').subtract((days[span as 'today'] ?? 1) - 1, 'day');
  const to = span === 'own' && q.get('to') ? dayjs(q.get('to')) : dayjs().add(1, 'day').startOf('day');
  const short = to.diff(from, 'day', true) <= 2;
  const bucket = (q.get('bucket') as 'hour' | 'day' | null) ?? (short ? 'hour' : 'day');
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const path = (b: string) => `stats${query({ from: from.toISOString(), to: to.toISOString(), bucket: b, tz: zone })}`;
  const stats = useLoad<Stats>(path(bucket), 30_000);
  const hourly = useLoad<Stats>(bucket === 'hour' ? '' : path('hour'));
  const open = (change: Record<string, string | undefined>) => go(`/numbers${query({ span, from: q.get('from'), to: q.get('to'), bucket: q.get('bucket'), ...change })}`, true);
  return (
    <div className="numbers" data-testid="numbers">
      <div className="page-head">
        <h1>{t('title')}</h1>
        <div className="filters">
          <Segmented<Span> value={span} aria-label={t('period')} onChange={(v) => open(v === 'own' ? { span: v, from: from.toISOString(), to: to.toISOString(), bucket: undefined } : { span: v, from: undefined, to: undefined, bucket: undefined })}
            options={(['today', 'week', 'month', 'own'] as const).map((value) => ({ value, label: t(value) }))} />
          {span === 'own' && <DatePicker.RangePicker allowClear={false} value={[from, to.subtract(1, 'second')] as [Dayjs, Dayjs]} aria-label={t('period')}
            onChange={(r) => { if (r?.[0] && r[1]) open({ from: r[0].startOf('day').toISOString(), to: r[1].add(1, 'day').startOf('day').toISOString() }); }} />}
          <Segmented value={bucket} aria-label={t('bucket')} onChange={(v) => open({ bucket: String(v) })} options={[{ value: 'hour', label: t('hour') }, { value: 'day', label: t('day') }]} />
        </div>
      </div>
      <Shown of={stats}>{(s) => <Page s={s} bucket={bucket} hourly={bucket === 'hour' ? s.series : hourly.data?.series ?? []} long={!short} />}</Shown>
    </div>
  );
}

function Page({ s, bucket, hourly, long }: { s: Stats; bucket: 'hour' | 'day'; hourly: Bucket[]; long: boolean }) {
  const t = useT(numberWords), parts = useT(partWords), l = useLanguage();
  const bots = useLoad<{ bots: BotAbout[] }>('bots').data?.bots;
  const intent = (code: string) => intentAmong(bots ?? [], l, code);
  const o = s.totals;
  const series = s.series ?? [];
  const narrow = !(Grid.useBreakpoint().sm ?? true);
  const labels = useMemo(() => series.map((b) => {
    const d = new Date(b.at);
    return bucket === 'day' ? d.toLocaleDateString(l, { day: 'numeric', month: 'numeric' }) : `${long ? `${d.toLocaleDateString(l, { day: 'numeric', month: 'numeric' })} ` : ''}${d.getHours()}:00`;
  }), [series, bucket, long, l]);
  const charts = useMemo(() => ({
    volume: volume(series, labels, t, narrow), waits: waits(series, labels, t('wait'), t('seconds')), intents: intents(s.intents ?? [], t, intent),
    feelings: feelings(s.emotions ?? [], (e) => parts(e as 'angry')), busy: busy(hourly, t('calls')),
  }), [s, labels, hourly, l, narrow, bots]);
  if (o.calls === 0) return <div className="panel"><Empty description={t('none')} /></div>;
  const tile = (name: string, value: string, more: string, id: string) => <div className="figure" data-testid={`figure-${id}`}><span>{name}</span><b className="num">{value}</b><small className="muted">{more}</small></div>;
  const chart = (title: string, body: ReactNode, wide = false) => <section className={`panel${wide ? ' wide' : ''}`}><h2>{title}</h2><Suspense fallback={<Skeleton active />}>{body}</Suspense></section>;
  return (
    <>
      <section className="figures" aria-label={t('total')}>
        {tile(t('calls'), String(o.calls), [...(s.channels ?? []).length > 1 ? s.channels!.map((c) => `${t(c.channel)} ${c.calls}`) : [], ...o.failed ? [`${t('failed')}: ${o.failed}`] : []].join(' · ') || ' ', 'calls')}
        {tile(t('contained'), share(o.contained, o.calls), String(o.contained), 'contained')}
        {tile(t('transferred'), share(o.transferred, o.calls), String(o.transferred), 'transferred')}
        {tile(t('abandoned'), share(o.abandoned, o.calls), String(o.abandoned), 'abandoned')}
        {tile(t('answer'), o.answer_p50_ms ? seconds(o.answer_p50_ms) : '–', o.answer_p95_ms ? t('p95', { time: seconds(o.answer_p95_ms) }) : ' ', 'answer')}
        {tile(t('wait'), o.queued === 0 ? '–' : seconds(o.wait_mean_ms), o.queued === 0 ? ' ' : t('p95', { time: seconds(o.wait_p95_ms) }), 'wait')}
        {tile(t('level'), o.queued === 0 ? '–' : `${Math.round(o.service_level * 100)} %`, t('within'), 'level')}
        {tile(t('handle'), o.handle_mean_ms ? clock(o.handle_mean_ms) : '–', t('mean'), 'handle')}
      </section>
      <div className="charts">
        {chart(t('volume'), <><Chart option={charts.volume} label={t('volume')} /><AsTable series={series} labels={labels} /></>, true)}
        {chart(t('waits'), o.queued === 0 ? <p className="muted">{t('noWaits')}</p> : <Chart option={charts.waits} label={t('waits')} height={200} />)}
        {chart(t('clockTitle'), <Chart option={charts.busy} label={t('clockTitle')} height={200} />)}
        {chart(t('intents'), s.intents?.length ? <Chart option={charts.intents} label={`${t('intents')} ${s.intents.map((i) => `${intent(i.intent)} ${i.calls}`).join(', ')}`} height={60 + 26 * Math.min(12, s.intents.length)} /> : <p className="muted">{t('noIntents')}</p>)}
        {chart(t('emotions'), s.emotions?.length ? <Chart option={charts.feelings} label={`${t('emotions')} ${s.emotions.map((e) => `${parts(e.emotion as 'angry')} ${e.calls}`).join(', ')}`} height={40 + 28 * s.emotions.length} /> : <p className="muted">{t('noEmotions')}</p>)}
        {chart(t('people'), s.agents?.length ? <Table size="small" rowKey="agent" pagination={false} dataSource={s.agents} columns={[{ title: t('agent'), dataIndex: 'agent' }, { title: t('agentCalls'), dataIndex: 'calls', align: 'right' }, { title: t('talk'), align: 'right', render: (_, a) => clock(a.talk_mean_ms) }]} /> : <p className="muted">{t('noAgents')}</p>, true)}
      </div>
    </>
  );
}

function AsTable({ series, labels }: { series: Bucket[]; labels: string[] }) {
  const t = useT(numberWords);
  return (
    <details>
      <summary>{t('table')}</summary>
      <Table size="small" pagination={false} rowKey="at" scroll={{ x: 'max-content', y: 300 }} dataSource={series.map((b, i) => ({ ...b, label: labels[i], other: other(b) })).filter((b) => b.calls > 0)} columns={[
        { title: t('at'), dataIndex: 'label' }, { title: t('calls'), dataIndex: 'calls', align: 'right' }, { title: t('contained'), dataIndex: 'contained', align: 'right' }, { title: t('transferred'), dataIndex: 'transferred', align: 'right' },
        { title: t('abandoned'), dataIndex: 'abandoned', align: 'right' }, { title: t('other'), dataIndex: 'other', align: 'right' }, { title: t('wait'), align: 'right', render: (_, b) => seconds(b.wait_mean_ms) }]} />
    </details>
  );
}
