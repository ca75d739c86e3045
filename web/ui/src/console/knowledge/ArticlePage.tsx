import { ArrowLeftOutlined } from '@ant-design/icons';
import { Button, DatePicker, Form, Input, Popconfirm, Select, Space, Tag } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { post, put } from '../../api';
import { useLanguage, useT } from '../../i18n';
import { Shown, useAct, useLoad } from '../load';
import { go, Link } from '../route';
import { consoleWords } from '../words';
import { StateTag } from './Articles';
import { Diff } from './Diff';
import { say, seconds } from './hear';
import { page, path, type Article, type ArticleInput } from './types';
import { knowledgeWords } from './words';

// ArticlePage is one article: its editor, what the ear hears of it, its changes
// and its history. Without an id it is a new one; ask is the question it is for.
export function ArticlePage({ id, ask, language }: { id: string; ask?: string; language?: string }) {
  const t = useT(knowledgeWords);
  const article = useLoad<Article>(id ? path(id) : '');
  return (
    <>
      <div className="page-head"><h1><Link to="/knowledge" aria-label={t('back')}><ArrowLeftOutlined /></Link> {article.data?.title ?? (id || t('newArticle'))}</h1>{article.data && <StateTag of={article.data} />}</div>
      {id ? <Shown of={article}>{(a) => <One key={`${a.version} ${a.live} ${a.state}`} a={a} changed={article.again} />}</Shown> : <Editor ask={ask} language={language} />}
    </>
  );
}

function One({ a, changed }: { a: Article; changed: () => void }) {
  const t = useT(knowledgeWords), words = useT(consoleWords), l = useLanguage();
  const { act, busy } = useAct();
  const [shown, setShown] = useState<number>();
  const decide = async (what: string, version: number, done: string) => { if (await act(() => post(`${path(a.key)}/${what}`, { version }), done)) changed(); };
  const draft = a.state === 'draft';
  const versions = [...new Set((a.history ?? []).map((h) => h.version))];
  return (
    <div className="article">
      <Editor a={a} changed={changed} />
      <div className="beside">
        {draft && (
          <section className="panel">
            <h2>{t('changes')}</h2>
            {a.live === 0 ? <p className="muted">{t('newOne')}</p> : <Diff id={a.key} from={a.live} to={a.version} />}
            <Space wrap style={{ marginTop: 8 }}>
              <Popconfirm title={t('publishSure', { n: a.version })} okText={t('publish')} cancelText={words('cancel')} onConfirm={() => void decide('publish', a.version, t('published'))}><Button type="primary" loading={busy} data-testid="publish">{t('publish')}</Button></Popconfirm>
              <Popconfirm title={t('discardSure')} okText={t('discard')} cancelText={words('cancel')} onConfirm={() => void decide('discard', a.version, t('discarded'))}><Button danger>{t('discard')}</Button></Popconfirm>
            </Space>
          </section>
        )}
        <section className="panel">
          <h2>{t('history')}</h2>
          <ol className="history" data-testid="history">
            {(a.history ?? []).map((h, i) => (
              <li key={i}>
                <b>{t(`what_${h.what}` as 'what_draft')}</b> {t('version', { n: h.version })} {h.version === a.live && a.history!.findIndex((x) => x.version === h.version) === i && <Tag color="#2e7031">{t('live')}</Tag>}
                <div className="muted"><span className="num">{new Date(h.at).toLocaleString(l)}</span> {h.note}</div>
                {versions.indexOf(h.version) >= 0 && a.history!.findIndex((x) => x.version === h.version) === i && h.version !== a.live && (
                  <Space size={4}>
                    <Button size="small" onClick={() => setShown(shown === h.version ? undefined : h.version)}>{t('show')}</Button>
                    {h.version !== a.version && <Popconfirm title={t('rollbackSure', { n: h.version })} okText={t('rollback')} cancelText={words('cancel')} onConfirm={() => void decide('rollback', h.version, t('rolledBack', { n: h.version }))}><Button size="small">{t('rollback')}</Button></Popconfirm>}
                  </Space>
                )}
                {shown === h.version && a.history!.findIndex((x) => x.version === h.version) === i && <Diff id={a.key} from={a.live || undefined} to={h.version} />}
              </li>
            ))}
          </ol>
        </section>
      </div>
    </div>
  );
}

interface Fields { id: string; language: string; segment?: string; title: string; questions: string; spoken?: string; body: string; valid?: [Dayjs | null, Dayjs | null] }

function Editor({ a, changed, ask, language }: { a?: Article; changed?: () => void; ask?: string; language?: string }) {
  const t = useT(knowledgeWords), l = useLanguage();
  const { act, busy } = useAct();
  const [form] = Form.useForm<Fields>();
  const [touched, setTouched] = useState(!a);
  const spoken = Form.useWatch('spoken', form) ?? '', body = Form.useWatch('body', form) ?? '';
  const heard = say({ spoken, body });
  const needed = [{ required: true, whitespace: true, message: t('needed') }];
  const first: Partial<Fields> = a
    ? { id: a.id, language: a.language, segment: a.segment, title: a.title, questions: (a.questions ?? []).join('\n'), spoken: a.spoken, body: a.body, valid: [a.from ? dayjs(a.from) : null, a.until ? dayjs(a.until) : null] }
    : { language: language || l, questions: ask, title: ask };
  const save = async (publish: boolean) => {
    const v = await form.validateFields().catch(() => undefined);
    if (!v) return;
    const input: ArticleInput & { publish?: boolean } = { id: v.id.trim(), language: v.language, segment: v.segment?.trim() ?? '', title: v.title.trim(), questions: v.questions.split('\n').map((q) => q.trim()).filter(Boolean),
      spoken: v.spoken?.trim() ?? '', body: v.body.trim(), ...(v.valid?.[0] ? { from: v.valid[0].toISOString() } : {}), ...(v.valid?.[1] ? { until: v.valid[1].toISOString() } : {}), ...(publish ? { publish } : {}) };
    const key = a?.key ?? [input.id, input.language, input.segment].filter(Boolean).join('/');
    const r = await act(() => put<Article>(path(key), input), t(publish ? 'published' : 'saved'));
    if (!r) return;
    if (changed) changed(); else go(page(r.key ?? key), true);
  };
  return (
    <section className="panel">
      <Form form={form} layout="vertical" initialValues={first} requiredMark={false} onValuesChange={() => setTouched(true)} data-testid="editor">
        {!a && (
          <div className="three">
            <Form.Item name="id" label={t('id')} rules={[...needed, { pattern: /^[^\s/]+$/, message: t('idHint') }]} extra={t('idHint')}><Input autoFocus spellCheck={false} /></Form.Item>
            <Form.Item name="language" label={t('language')}><Select options={[{ value: 'en', label: 'English' }, { value: 'zh', label: '中文' }]} /></Form.Item>
            <Form.Item name="segment" label={t('segment')}><Input placeholder={t('segmentAll')} /></Form.Item>
          </div>
        )}
        {a && <><Form.Item name="id" hidden><Input /></Form.Item><Form.Item name="language" hidden><Input /></Form.Item><Form.Item name="segment" hidden><Input /></Form.Item></>}
        <Form.Item name="title" label={t('fieldTitle')} rules={needed}><Input /></Form.Item>
        <Form.Item name="questions" label={t('asked')} rules={needed} extra={t('askedHint')}><Input.TextArea autoSize={{ minRows: 2, maxRows: 10 }} /></Form.Item>
        <Form.Item name="spoken" label={t('spoken')} extra={t('spokenHint')}><Input.TextArea autoSize={{ minRows: 2 }} /></Form.Item>
        <Form.Item name="body" label={t('body')} rules={needed}><Input.TextArea autoSize={{ minRows: 4, maxRows: 20 }} /></Form.Item>
        <Form.Item name="valid" label={`${t('from')} – ${t('until')}`}><DatePicker.RangePicker allowEmpty={[true, true]} /></Form.Item>
      </Form>
      <div className="hear" data-testid="hear">
        <h2>{t('hear')}</h2>
        {heard ? <><p>“{heard}”</p><p className={seconds(heard) > 15 ? 'long' : 'muted'}>{t('seconds', { n: seconds(heard) })}{seconds(heard) > 15 && ` – ${t('tooLong')}`}</p></> : <p className="muted">{t('nothingToHear')}</p>}
      </div>
      <Space wrap>
        <Button disabled={!touched} loading={busy} onClick={() => void save(false)} data-testid="save-draft">{t('saveDraft')}</Button>
        <Popconfirm title={t('publishNow')} description={t('hear')} okText={t('publish')} onConfirm={() => void save(true)}><Button disabled={!touched} type="primary" loading={busy}>{t('publishNow')}</Button></Popconfirm>
        {touched && a && <span className="muted" role="status">{t('unsaved')}</span>}
      </Space>
    </section>
  );
}
