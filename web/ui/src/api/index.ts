export * from './client';
export * from './explain';
export * from './feed';
export * from './session';
export * from './types';
