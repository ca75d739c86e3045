import { SearchOutlined } from '@ant-design/icons';
import { Button, Empty, Input, Select, Table, Tag, Tooltip } from 'antd';
import { useEffect, useState } from 'react';
import { errorWords, explain, get, query } from '../../api';
import { useLanguage, useT } from '../../i18n';
import { useLoad } from '../load';
import { go, Link, useRoute } from '../route';
import { page, originWord, type Article, type Passage } from './types';
import { knowledgeWords } from './words';

export function StateTag({ of }: { of: Article }) {
  const t = useT(knowledgeWords);
  const color = { live: '#2e7031', draft: '#95590a', held: '#b42318', removed: undefined }[of.state];
  return <Tooltip title={of.state === 'held' ? t('heldWhy') : undefined}><Tag color={color}>{t(of.state)}</Tag>{of.state === 'draft' && of.live > 0 && <small className="muted">{t('liveVersion', { n: of.live })}</small>}</Tooltip>;
}

// Articles lists what there is, and tries a question on it.
export function Articles() {
  const t = useT(knowledgeWords), errors = useT(errorWords), l = useLanguage(), { query: q } = useRoute();
  const filter = { q: q.get('q') ?? undefined, language: q.get('language') ?? undefined, state: q.get('state') ?? undefined };
  const key = query(filter);
  const [list, set] = useState<Article[]>(), [next, setNext] = useState(''), [problem, setProblem] = useState<unknown>();
  const load = (after?: string, signal?: AbortSignal) => get<{ articles: Article[]; next: string }>(`kb/articles${query({ ...filter, after, limit: 100 })}`, signal).then((r) => {
    setProblem(undefined);
    setNext(r.next);
    set((old) => (after ? [...(old ?? []), ...r.articles] : r.articles));
  }, (e) => { if (!signal?.aborted) setProblem(e); });
  useEffect(() => {
    const stop = new AbortController();
    void load(undefined, stop.signal);
    return () => stop.abort();
  }, [key]);
  const change = (c: Partial<typeof filter>) => go(`/knowledge${query({ ...filter, ...c })}`, true);
  return (
    <>
      <Try />
      <div className="filters">
        <Input.Search key={filter.q} defaultValue={filter.q} allowClear placeholder={t('search')} aria-label={t('search')} style={{ width: 260 }} enterButton={<SearchOutlined aria-label={t('search')} />} onSearch={(v) => change({ q: v.trim() || undefined })} />
        <Select allowClear value={filter.language} placeholder={t('language')} aria-label={t('language')} style={{ width: 120 }} onChange={(language) => change({ language })} options={[{ value: 'en', label: 'English' }, { value: 'zh', label: '中文' }]} />
        <Select allowClear value={filter.state} placeholder={t('state')} aria-label={t('state')} style={{ width: 120 }} onChange={(state) => change({ state })} options={(['live', 'draft', 'held', 'removed'] as const).map((value) => ({ value, label: t(value) }))} />
        <Button type="primary" onClick={() => go('/knowledge/article')} data-testid="new-article">{t('newArticle')}</Button>
      </div>
      {problem !== undefined && <p role="alert">{explain(problem, errors)}</p>}
      <div className="panel scroll">
        <Table<Article> size="small" rowKey="key" loading={!list && problem === undefined} dataSource={list ?? []} pagination={false} scroll={{ x: 'max-content' }} data-testid="articles"
          locale={{ emptyText: <Empty description={t(key ? 'noMatch' : 'noArticles')} /> }} columns={[
            { title: t('fieldTitle'), render: (_, a) => <Link to={page(a.key)}>{a.title || a.key}</Link> },
            { title: t('id'), dataIndex: 'key' },
            { title: t('state'), render: (_, a) => <StateTag of={a} /> },
            { title: t('updated'), render: (_, a) => <span className="num">{new Date(a.at).toLocaleDateString(l)}</span> },
            { title: t('origin'), render: (_, a) => { const w = originWord(a.origin); return w ? t(w) : a.origin; } },
          ]} />
        {next && <Button style={{ marginTop: 8 }} onClick={() => void load(next)}>{t('more')}</Button>}
      </div>
    </>
  );
}

// Try asks what a caller might ask, and shows what would answer.
function Try() {
  const t = useT(knowledgeWords), l = useLanguage();
  const [text, setText] = useState('');
  const found = useLoad<{ passages: Passage[] }>(text ? `kb/search${query({ q: text, language: /\p{Script=Han}/u.test(text) ? 'zh' : 'en', limit: 3 })}` : '');
  return (
    <div className="panel try">
      <Input.Search allowClear placeholder={t('tryHint')} aria-label={t('try')} enterButton={t('try')} onSearch={(v) => setText(v.trim())} data-testid="try" />
      {text && found.data && (
        <ol aria-live="polite" lang={l} data-testid="tried">
          {found.data.passages.map((p, i) => <li key={p.article} className={p.score < 0.5 ? 'unsure' : ''}>{i === 0 && p.score < 0.5 && <p className="muted">{t('tryNone')}</p>}<Link to={page(p.article)}><b>{p.title}</b></Link> <span className="num muted">{t('sure', { n: Math.round(p.score * 100) })}</span><br />{p.text}</li>)}
          {found.data.passages.length === 0 && <li className="muted">{t('tryNone')}</li>}
        </ol>
      )}
    </div>
  );
}
