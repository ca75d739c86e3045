import { Tabs } from 'antd';
import { useT } from '../../i18n';
import { go, useRoute } from '../route';
import { ArticlePage } from './ArticlePage';
import { Articles } from './Articles';
import { Crawls } from './Crawls';
import { Drafts } from './Drafts';
import './knowledge.css';
import { Questions } from './Questions';
import { knowledgeWords } from './words';

const parts = ['articles', 'drafts', 'questions', 'crawls'] as const;

// Knowledge is what bots and agents answer from.
export default function Knowledge({ part }: { part: string }) {
  const t = useT(knowledgeWords), { query } = useRoute();
  if (part === 'article') return <ArticlePage key={query.get('key') ?? query.get('from') ?? ''} id={query.get('key') ?? ''} ask={query.get('from') ?? undefined} language={query.get('language') ?? undefined} />;
  const open = parts.find((p) => p === part) ?? 'articles';
  const body = { articles: <Articles />, drafts: <Drafts />, questions: <Questions />, crawls: <Crawls /> };
  return (
    <>
      <div className="page-head"><h1>{t('title')}</h1></div>
      <Tabs activeKey={open} onChange={(k) => go(k === 'articles' ? '/knowledge' : `/knowledge/${k}`)} destroyInactiveTabPane
        items={parts.map((key) => ({ key, label: t(key), children: key === open ? body[key] : null }))} />
    </>
  );
}
