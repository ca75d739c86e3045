import { Alert, Button, Card, Empty, Table, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { errorWords, explain, get, query, type Call, type CallBack, type Place } from '../api';
import { useLanguage, useT } from '../i18n';
import { intentName, useBots } from '../parts/bot';
import { emotions } from '../parts/theme';
import { clock } from '../parts/time';
import { useNow } from '../parts/useNow';
import { partWords } from '../parts/words';
import { Forget } from './CallBack';
import { hasDraft } from './drafts';
import type { Store, View } from './store';
import { useAct } from './useAct';
import { useLoad } from './useLoad';
import { deskWords } from './words';

// Idle is the desk between calls: who waits and why, and one's own calls.
export function Idle({ store, view }: { store: Store; view: View }) {
  const t = useT(deskWords);
  const me = view.desk.me, missed = view.desk.missed;
  const state = me?.state ?? 'offline';
  const why = missed && (missed.reason === 'no-answer' ? t('missed_no_answer') : missed.reason === 'declined' ? t('missed_declined')
    : missed.reason === 'caller-hangup' ? t('missed_caller') : t('missed_other', { reason: missed.reason }));
  return (
    <div className="idle">
      <h1 className="visually-hidden">{t('title')}</h1>
      {missed && <Alert type="warning" showIcon closable message={t('missedTitle')} description={why} data-testid="missed" onClose={() => store.close()} />}
      {(state === 'ready' || state === 'away' || state === 'offline') && (
        <p className={`hint ${state}`} role="status">{state === 'ready' ? t('idleReady') : state === 'away' ? t('idleAway') : t('idleOffline')}</p>
      )}
      <div className="columns">
        <Waiting places={view.desk.places} known={view.desk.placesKnown} />
        <MyCalls store={store} />
      </div>
      <CallBacks store={store} again={view.desk.places.filter((p) => p.call_back).map((p) => p.call).join()} />
    </div>
  );
}

function Waiting({ places, known }: { places: Place[]; known: boolean }) {
  const t = useT(deskWords);
  const [told, setTold] = useState(Date.now());
  useEffect(() => setTold(Date.now()), [places]);
  const now = useNow(places.length > 0);
  const waited = (p: Place) => clock(p.waited_ms + now - told);
  return (
    <Card size="small" title={t('queue')} data-testid="queue">
      {places.length === 0 ? <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={known ? t('queueEmpty') : t('loading')} /> : (
        <ol className="places">
          {places.map((p) => (
            <li key={p.call}>
              <b className="num">{p.position || '–'}</b>
              <div>
                <span><Tag>{p.skill}</Tag>{p.call_back && <Tag>{t('callBackMark')}</Tag>}{p.agent && <Tag>{t('offeredTo', { agent: p.agent })}</Tag>}
                  {t('waited')} <span className="num">{waited(p)}</span> · {t('expected')} <span className="num" title={p.estimate.how}>{p.estimate.known ? clock(p.estimate.wait_ms) : t('unknownWait')}</span></span>
                <Terms place={p} />
              </div>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

// Terms says in words why a caller has their place.
export function Terms({ place }: { place: Place }) {
  const t = useT(deskWords);
  const terms = (place.terms ?? []).filter((x) => x.value_ms !== 0 || x.name === 'waiting');
  if (terms.length === 0) return null;
  return (
    <ul className="terms" aria-label={t('why')}>
      {terms.map((x) => (
        <li key={x.name}><span className="num">{x.value_ms < 0 ? '−' : '+'}{clock(Math.abs(x.value_ms))}</span> {`term_${x.name}` in deskWords.en ? t(`term_${x.name}` as 'term_waiting') : x.name}{x.why ? `: ${x.why}` : ''}</li>
      ))}
    </ul>
  );
}

const page = 20;

function MyCalls({ store }: { store: Store }) {
  const t = useT(deskWords), p = useT(partWords), errors = useT(errorWords), l = useLanguage(), act = useAct();
  const agent = store.user.agent;
  const first = useLoad<{ calls: Call[] }>(`calls${query({ agent, limit: page })}`);
  const [older, setOlder] = useState<Call[]>([]), [end, setEnd] = useState(false);
  const calls = [...(first.data?.calls ?? []), ...older];
  const bots = useBots(calls.map((c) => c.bot));
  const more = () => act(async () => {
    const next = (await get<{ calls: Call[] }>(`calls${query({ agent, limit: page, before: calls[calls.length - 1]!.id })}`)).calls;
    setOlder([...older, ...next]);
    setEnd(next.length < page);
  });
  return (
    <Card size="small" title={t('myCalls')} data-testid="my-calls">
      {first.error && !first.data ? <Alert type="warning" message={explain(first.error, errors)} action={<Button size="small" onClick={first.reload}>{t('reload')}</Button>} />
        : calls.length === 0 ? <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={first.loading ? t('loading') : t('myCallsEmpty')} /> : (
          <>
            <Table<Call> size="small" rowKey="id" pagination={false} dataSource={calls} showHeader={false} rowClassName="clickable"
              onRow={(c) => ({ onClick: () => store.open(c.id) })}
              columns={[
                { key: 'at', width: 88, render: (_, c) => <time className="num" dateTime={c.started}>{new Date(c.started).toLocaleString(l === 'zh' ? 'zh-CN' : 'en-GB', { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' })}</time> },
                { key: 'who', render: (_, c) => <><button type="button" className="plain" onClick={(e) => { e.stopPropagation(); store.open(c.id); }}>{c.name || (c.from === 'web' ? t('webCaller') : c.from) || t('unknownCaller')}</button>
                  <div className="muted small">{[c.intent && intentName(bots(c.bot), l, c.intent), c.disposition, c.phase !== 'ended' && p(({ ringing: 'ringing', bot: 'withBot', waiting: 'waiting', agent: 'withAgent' } as const)[c.phase as 'bot'])].filter(Boolean).join(' · ')}</div></> },
                { key: 'mood', width: 90, render: (_, c) => <>{c.emotion && c.emotion !== 'neutral' && <span style={{ color: emotions[c.emotion] }}>{p(c.emotion as 'angry')}</span>}{hasDraft(c.id) && <Tag>{t('noteKept')}</Tag>}</> },
                { key: 'length', width: 56, align: 'right', render: (_, c) => <span className="num">{clock(c.length_ms)}</span> },
              ]} />
            {!end && calls.length >= page && <Button type="link" onClick={() => void more()}>{t('more')}</Button>}
          </>
        )}
    </Card>
  );
}

function CallBacks({ store, again }: { store: Store; again: unknown }) {
  const t = useT(deskWords), errors = useT(errorWords), l = useLanguage();
  const { data, error, loading, reload } = useLoad<{ callbacks: CallBack[] | null }>('callbacks', again);
  const all = data?.callbacks ?? [];
  return (
    <Card size="small" title={t('callBacks')} data-testid="callbacks">
      {error && !data ? <Alert type="warning" message={explain(error, errors)} action={<Button size="small" onClick={reload}>{t('reload')}</Button>} />
        : all.length === 0 ? <p className="muted flat">{loading && !data ? t('loading') : t('callBacksEmpty')}</p> : (
        <ul className="flat">{all.map((c) => <li key={c.call}><Tag>{c.skill}</Tag> <button type="button" className="plain" onClick={() => store.open(c.call)}><b className="num">{c.number}</b></button> <span className="muted">{t('askedAt', { time: new Date(c.since).toLocaleTimeString(l === 'zh' ? 'zh-CN' : 'en-GB') })}</span> <Forget of={c} done={reload} /></li>)}</ul>
      )}
    </Card>
  );
}
