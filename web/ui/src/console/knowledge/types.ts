// What the routes below kb say.

export interface Change { version: number; what: string; at: string; note: string }
export interface ArticleInput { id: string; language: string; segment: string; title: string; questions: string[] | null; body: string; spoken: string; from?: string; until?: string }
export interface Article extends ArticleInput {
  key: string; source: string; origin: string; version: number; live: number; state: 'draft' | 'live' | 'held' | 'removed'; at: string; history?: Change[];
}
export interface Question { id: string; question: string; count: number; language: string; last: string; nearest: string; ways: string[] | null }
export interface Crawl {
  bot: string; site: string; policy: 'draft' | 'live' | 'hold'; every_s: number; running: boolean; last?: string; next?: string; error: string;
  pages: number; not_modified: number; new: string[] | null; changed: string[] | null; removed: string[] | null; failed: Record<string, string> | null;
}
export interface Passage { article: string; version: number; title: string; text: string; score: number }

export const path = (key: string) => `kb/articles/${encodeURIComponent(key)}`;
export const page = (key: string) => `/knowledge/article?key=${encodeURIComponent(key)}`;
export const originWord = (o: string) => (o === 'import' ? 'imported' : o === 'crawler' || o === 'editor' || o === 'learned' ? o : undefined);
