import { CopyOutlined, DislikeOutlined, LikeOutlined, SoundOutlined } from '@ant-design/icons';
import { Alert, App, Button, Card, Input, Space, Spin, Tooltip } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { errorWords, explain, post, query } from '../api';
import { useLanguage, useT } from '../i18n';
import type { CallView } from '../parts/call';
import { useSettled } from './BriefPanel';
import { useShortcuts } from './shortcuts';
import type { Suggestion } from './state';
import { useAct } from './useAct';
import { useLoad } from './useLoad';
import { deskWords } from './words';

// Hit is one passage of the knowledge base as a search finds it.
export interface Hit { article: string; version: number; title: string; language: string; segment: string; questions: string[] | null; text: string; body: string; source: string; score: number }

// Knowledge suggests answers as the caller speaks: to what they said last, with
// what they said before where that was short.
export function Knowledge({ call, canSay, pushed }: { call: CallView; canSay: boolean; pushed?: Suggestion }) {
  const t = useT(deskWords), errors = useT(errorWords), l = useLanguage();
  const [typed, setTyped] = useState(''), [text, setText] = useState('');
  const said = useMemo(() => question(call), [call]);
  const callers = call.lines.filter((u) => u.who === 'caller'), last = callers[callers.length - 1];
  const told = !typed && pushed?.call === call.id && pushed.n === last?.n ? pushed.passages : undefined; // the server was first
  const q = useSettled(typed.trim() || said, typed ? 300 : 800);
  useEffect(() => setTyped(''), [said]);
  const { data, error, loading } = useLoad<{ passages: Hit[] }>(q && !told ? `kb/search${query({ q, language: call.language || l, segment: call.customer.segment, limit: 3 })}` : '');
  const hits = told ?? data?.passages ?? [];
  const say = useSay(call.id);
  useShortcuts({ send: canSay && hits[0] ? () => void say(hits[0]!.text) : undefined });
  return (
    <Card size="small" className="knowledge" title={t('knowledge')} data-testid="knowledge" extra={loading && <Spin size="small" />}>
      <Input.Search id="kb-search" allowClear placeholder={t('search')} aria-label={t('search')} value={typed} onChange={(e) => setTyped(e.target.value)} />
      <div aria-live="polite">
        {(q || told) && <p className="muted flat small">{t('basedOn', { q: told ? last!.text : q })}</p>}
        {error && !data && !told ? <Alert type="warning" message={explain(error, errors)} /> : !q && !told ? <p className="muted flat">{t('knowledgeWait')}</p>
          : data && !told && hits.length === 0 ? <p className="muted flat">{t('knowledgeNone', { q })}</p>
            : <ol className="hits">{hits.slice(0, 3).map((h, i) => <HitView key={h.article + i} hit={h} question={q} first={i === 0} say={canSay ? say : undefined} />)}</ol>}
      </div>
      {canSay && (
        <Space.Compact block>
          <Input value={text} maxLength={1000} placeholder={t('say')} aria-label={t('say')} onChange={(e) => setText(e.target.value)} data-testid="say-text"
            onPressEnter={() => { if (text.trim()) void say(text.trim()).then((ok) => ok && setText('')); }} />
          <Button icon={<SoundOutlined />} disabled={!text.trim()} onClick={() => void say(text.trim()).then((ok) => ok && setText(''))}>{t('sayButton')}</Button>
        </Space.Compact>
      )}
    </Card>
  );
}

function HitView({ hit, question, first, say }: { hit: Hit; question: string; first: boolean; say?: (text: string) => Promise<boolean> }) {
  const t = useT(deskWords), act = useAct(), { message } = App.useApp();
  const [judged, setJudged] = useState(false);
  const judge = async (good: boolean) => {
    if (await act(() => post('kb/feedback', { article: hit.article, version: hit.version, question, good }), t('thanks'))) setJudged(true);
  };
  const copy = () => navigator.clipboard.writeText(hit.text).then(() => void message.success(t('copied')), () => {});
  return (
    <li>
      <b>{hit.title || hit.questions?.[0]}</b>
      <p lang={hit.language}>{hit.text}</p>
      <Space size={4} wrap>
        {say && <Tooltip title={first && <kbd>Alt 1</kbd>}><Button size="small" type={first ? 'primary' : 'default'} icon={<SoundOutlined />} onClick={() => void say(hit.text)} data-testid={first ? 'say-first' : undefined}>{t('send')}</Button></Tooltip>}
        <Button size="small" icon={<CopyOutlined />} onClick={() => void copy()}>{t('copy')}</Button>
        {!judged && <><Button size="small" type="text" icon={<LikeOutlined />} aria-label={t('good')} onClick={() => void judge(true)} /><Button size="small" type="text" icon={<DislikeOutlined />} aria-label={t('bad')} onClick={() => void judge(false)} /></>}
      </Space>
    </li>
  );
}

function useSay(call: string) {
  const t = useT(deskWords), act = useAct();
  return (text: string) => act(() => post(`calls/${call}/say`, { text }), t('sent'));
}

// question is what the caller asks now.
export function question(call: CallView): string {
  const said = call.lines.filter((l) => l.who === 'caller').map((l) => l.text);
  const last = said[said.length - 1] ?? '';
  const long = /[\u4e00-\u9fff]/.test(last) ? last.length >= 5 : last.split(/\s+/).length >= 4;
  return (long ? last : [said[said.length - 2], last].filter(Boolean).join(' ')).slice(-300);
}
