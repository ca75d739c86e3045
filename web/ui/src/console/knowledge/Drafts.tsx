import { Button, Collapse, Empty, Popconfirm, Space, Tag } from 'antd';
import { post } from '../../api';
import { useLanguage, useT } from '../../i18n';
import { Shown, useAct, useLoad } from '../load';
import { go } from '../route';
import { consoleWords } from '../words';
import { Diff } from './Diff';
import { page, path, originWord, type Article } from './types';
import { knowledgeWords } from './words';

// Drafts is what waits for somebody to look: each with its changes against what
// is live.
export function Drafts() {
  const t = useT(knowledgeWords), words = useT(consoleWords), l = useLanguage();
  const drafts = useLoad<{ drafts: Article[] }>('kb/drafts'), { act, busy } = useAct();
  const decide = async (list: Article[], what: 'publish' | 'discard') => {
    await act(async () => { for (const a of list) await post(`${path(a.key)}/${what}`, { version: a.version }); }, t(what === 'publish' ? 'published' : 'discarded'));
    drafts.again();
  };
  return (
    <Shown of={drafts}>{({ drafts: list }) => list.length === 0 ? <Empty description={t('noDrafts')} /> : (
      <>
        {list.length > 1 && <div className="filters"><Popconfirm title={t('publishAllSure', { n: list.length })} okText={t('publish')} cancelText={words('cancel')} onConfirm={() => void decide(list, 'publish')}><Button loading={busy}>{t('publishAll', { n: list.length })}</Button></Popconfirm></div>}
        <Collapse data-testid="drafts" defaultActiveKey={list.length < 4 ? list.map((a) => a.key) : undefined} items={list.map((a) => {
          const origin = originWord(a.origin);
          return {
            key: a.key,
            label: <><b>{a.title || a.key}</b> <span className="muted">{a.key}</span> <Tag>{origin ? t(origin) : a.origin}</Tag><small className="muted num">{new Date(a.at).toLocaleString(l)}</small></>,
            children: (
              <>
                {a.source && <p className="muted">{t('source')}: {/^https?:/.test(a.source) ? <a href={a.source} target="_blank" rel="noreferrer">{a.source}</a> : a.source}</p>}
                {a.live === 0 && <p className="muted">{t('newOne')}</p>}
                <Diff id={a.key} from={a.live} to={a.version} />
                <Space wrap style={{ marginTop: 8 }}>
                  <Button type="primary" loading={busy} onClick={() => void decide([a], 'publish')} data-testid="publish">{t('publish')}</Button>
                  <Button onClick={() => go(page(a.key))}>{words('edit')}</Button>
                  <Popconfirm title={t('discardSure')} okText={t('discard')} cancelText={words('cancel')} onConfirm={() => void decide([a], 'discard')}><Button danger>{t('discard')}</Button></Popconfirm>
                </Space>
              </>
            ),
          };
        })} />
      </>
    )}</Shown>
  );
}
