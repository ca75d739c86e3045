import { Table } from 'antd';
import type { Call, EventOf, MediaStats } from '../../api';
import { useLanguage, useT } from '../../i18n';
import { clock, partWords, type CallView } from '../../parts';
import { useBot, useIntentName, useSlotWords } from '../../parts/bot';
import { Link } from '../route';
import { factWords, say } from './facts';
import { callWords } from './words';

// Events is what happened in the call but for talk.
export function Events({ view, seek }: { view: CallView; seek?: (ms: number) => void }) {
  const t = useT(callWords), facts = useT(factWords), parts = useT(partWords), l = useLanguage(), bot = useBot();
  if (view.facts.length === 0) return <p className="muted">{t('noEvents')}</p>;
  return (
    <ol className="facts-list" data-testid="facts">
      {view.facts.map((f) => {
        const time = clock(f.at);
        return (
          <li key={f.n} data-kind={f.event.kind}>
            {seek ? <button type="button" className="time num" aria-label={parts('playFrom', { time })} onClick={() => seek(f.at)}>{time}</button> : <span className="time num">{time}</span>}
            <span>{say(f.event, facts, l, bot)}{f.event.kind === 'callback.made' && f.event.body.by && <> <Link to={`/calls/${f.event.body.by}`}>{t('thatCall')}</Link></>}</span>
          </li>
        );
      })}
    </ol>
  );
}

type Turn = EventOf<'turn'>['body'];

// Timings is what each stage of each answer took, drawn to scale.
export function Timings({ turns }: { turns: Turn[] }) {
  const t = useT(callWords);
  if (turns.length === 0) return <p className="muted">{t('noTimings')}</p>;
  const most = Math.max(...turns.map((x) => x.total_ms), 1);
  const stages = (x: Turn) => [['endpoint', x.endpoint_ms], ['dialog', x.dialog_ms], ['tts', x.tts_ms]] as const;
  return (
    <div className="timings" data-testid="timings">
      <p className="muted">{t('timingWhy')}</p>
      <Table<Turn> size="small" pagination={false} rowKey="turn" dataSource={turns} scroll={{ x: 'max-content' }} columns={[
        { title: t('turn'), dataIndex: 'turn' },
        { title: t('total'), dataIndex: 'total_ms', align: 'right', render: (v: number, x) => (
          <span className="bar" title={`${t('asr')} ${x.asr_ms}`}>
            <i style={{ width: `${(x.total_ms / most) * 90}px` }} aria-hidden>{stages(x).map(([k, ms]) => <b key={k} className={k} style={{ flex: Math.max(0, ms) }} />)}</i> {v}
          </span>) },
        { title: <><b className="key endpoint" aria-hidden /> {t('endpoint')}</>, dataIndex: 'endpoint_ms', align: 'right' },
        { title: t('asr'), dataIndex: 'asr_ms', align: 'right' },
        { title: <><b className="key dialog" aria-hidden /> {t('dialog')}</>, dataIndex: 'dialog_ms', align: 'right' },
        { title: <><b className="key tts" aria-hidden /> {t('tts')}</>, dataIndex: 'tts_ms', align: 'right' },
      ]} />
    </div>
  );
}

// Known is what was found out: about the customer, and what the bot asked for.
export function Known({ view, call }: { view: CallView; call?: Call }) {
  const t = useT(callWords), intent = useIntentName(), slot = useSlotWords();
  const rows = [
    ...([['customer', call?.name || call?.customer], ['segment', call?.segment], ['language', call?.language], ['intent', view.intent && intent(view.intent)], ['skill', call?.skill], ['agent', call?.agent]] as const).filter(([, v]) => v).map(([k, v]) => [t(k), v!] as const),
    ...Object.entries(view.slots).map(([k, v]) => [slot.name(k), slot.value(k, v)] as const),
  ];
  return (
    <>
      {rows.length === 0 ? <p className="muted">{t('noSlots')}</p> : <dl className="known" data-testid="slots">{rows.map(([k, v]) => <div key={k}><dt>{k}</dt><dd>{v}</dd></div>)}</dl>}
      {view.passages.length > 0 && <><h3>{t('sources')}</h3><ul className="sources">{view.passages.map((p) => <li key={p.doc + p.version}><a href={`/console/knowledge/article?key=${encodeURIComponent(p.doc)}`}>{p.doc}</a> <span className="num muted">{Math.round(p.score * 100)} %</span></li>)}</ul></>}
    </>
  );
}

export function Packets({ stats }: { stats: Record<string, MediaStats> }) {
  const t = useT(callWords);
  const rows = Object.entries(stats).map(([leg, s]) => ({ leg, ...s }));
  return (
    <Table size="small" pagination={false} rowKey="leg" dataSource={rows} scroll={{ x: 'max-content' }} columns={[
      { title: t('codec'), dataIndex: 'codec', render: (c: string, r) => c || r.leg.slice(0, 8) },
      { title: '↑', dataIndex: 'sent', align: 'right' }, { title: '↓', dataIndex: 'received', align: 'right' }, { title: t('lost'), dataIndex: 'lost', align: 'right' },
      { title: t('jitter'), dataIndex: 'jitter_ms', align: 'right', render: (v: number) => `${v.toFixed(0)} ms` },
      { title: t('rtt'), dataIndex: 'rtt_ms', align: 'right', render: (v: number) => (v ? `${v.toFixed(0)} ms` : '–') },
    ]} />
  );
}
