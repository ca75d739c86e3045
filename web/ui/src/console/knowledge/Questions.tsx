import { Button, Empty, Segmented, Space, Table } from 'antd';
import { useState } from 'react';
import { post, query } from '../../api';
import { useLanguage, useT } from '../../i18n';
import { Shown, useAct, useLoad } from '../load';
import { go, Link } from '../route';
import { page, type Question } from './types';
import { knowledgeWords } from './words';

// Questions is what callers asked that nothing answered, the most frequent first.
export function Questions() {
  const t = useT(knowledgeWords), l = useLanguage();
  const [days, setDays] = useState(30);
  const questions = useLoad<{ questions: Question[] }>(`kb/questions?days=${days}`), { act } = useAct();
  const done = async (q: Question) => { if (await act(() => post(`kb/questions/${encodeURIComponent(q.id)}/resolve`), t('resolved'))) questions.again(); };
  return (
    <>
      <div className="filters"><Segmented value={days} onChange={(v) => setDays(Number(v))} aria-label={t('days')} options={[{ value: 7, label: t('day7') }, { value: 30, label: t('day30') }, { value: 365, label: t('day365') }]} /></div>
      <Shown of={questions}>{({ questions: list }) => list.length === 0 ? <Empty description={t('noQuestions')} /> : (
        <div className="panel scroll">
          <Table<Question> size="small" rowKey="id" pagination={false} scroll={{ x: 'max-content' }} dataSource={list} data-testid="questions" expandable={{
            rowExpandable: (q) => (q.ways?.length ?? 0) > 1, expandedRowRender: (q) => <><b>{t('ways')}</b><ul>{q.ways?.map((w) => <li key={w} lang={q.language}>{w}</li>)}</ul></> }} columns={[
            { title: t('times'), dataIndex: 'count', align: 'right' },
            { title: t('question'), render: (_, q) => <span lang={q.language}>{q.question}</span> },
            { title: t('nearest'), render: (_, q) => (q.nearest ? <Link to={page(q.nearest)}>{q.nearest}</Link> : <span className="muted">{t('nobodyNear')}</span>) },
            { title: t('last'), render: (_, q) => <span className="num">{new Date(q.last).toLocaleString(l)}</span> },
            { title: '', render: (_, q) => <Space><Button size="small" type="primary" onClick={() => go(`/knowledge/article${query({ from: q.question, language: q.language })}`)}>{t('write')}</Button><Button size="small" onClick={() => void done(q)}>{t('resolve')}</Button></Space> },
          ]} />
        </div>
      )}</Shown>
    </>
  );
}
