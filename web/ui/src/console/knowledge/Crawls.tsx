import { Alert, Empty, Tag } from 'antd';
import { useLanguage, useT } from '../../i18n';
import { Shown, useLoad } from '../load';
import { Link } from '../route';
import { page, type Crawl } from './types';
import { knowledgeWords } from './words';

// Crawls is how the crawl of each site stands.
export function Crawls() {
  const t = useT(knowledgeWords), l = useLanguage();
  const crawls = useLoad<{ crawls: Crawl[] }>('kb/crawls', 10_000);
  const time = (at?: string) => (at ? new Date(at).toLocaleString(l) : t('never'));
  const keys = (list: string[] | null) => (list ?? []).map((k) => <Link key={k} to={page(k)}>{k} </Link>);
  return (
    <Shown of={crawls}>{({ crawls: list }) => list.length === 0 ? <Empty description={t('noCrawls')} /> : (
      <div className="sites" data-testid="crawls">{list.map((c) => (
        <section className="panel" key={c.bot + c.site}>
          <h2>{c.site} {c.running && <Tag color="#0b6b6b">{t('running')}</Tag>}</h2>
          {c.error && <Alert type="warning" showIcon message={c.error} />}
          <dl className="known">
            <div><dt>{t('policy')}</dt><dd>{t(`policy_${c.policy}`)}</dd></div>
            <div><dt>{t('every')}</dt><dd className="num">{Math.round(c.every_s / 36) / 100} h</dd></div>
            <div><dt>{t('lastCrawl')}</dt><dd className="num">{time(c.last)}</dd></div>
            <div><dt>{t('nextCrawl')}</dt><dd className="num">{time(c.next)}</dd></div>
            <div><dt>{t('pages')}</dt><dd className="num">{c.pages}</dd></div>
            <div><dt>{t('found')}</dt><dd className="num">{c.new?.length ?? 0} / {c.changed?.length ?? 0} / {c.removed?.length ?? 0} {keys(c.new)}{keys(c.changed)}</dd></div>
            {c.failed && Object.keys(c.failed).length > 0 && <div><dt>{t('failedPages')}</dt><dd>{Object.entries(c.failed).map(([u, why]) => <div key={u}>{u}: {why}</div>)}</dd></div>}
          </dl>
        </section>
      ))}</div>
    )}</Shown>
  );
}
