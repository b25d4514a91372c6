/**
 * Every sentence that a person reads in n8n: its pieces by what they speak of. The rooms below tell codes and facts; here is
 * what they mean and what to do, so that another language is another table.
 */
export * from './texts/chat';
export * from './texts/detail';
export * from './texts/errors';
export { fileLabels } from './texts/files';
export * from './texts/input';
export * from './texts/log';
export * from './texts/login';
export * from './texts/page';
export * from './texts/outbox';
export * from './texts/results';
export * from './texts/sending';
export * from './texts/status';
export * from './texts/store';
export type { Words } from './texts/table';
export * from './texts/unreadable';
export * from './texts/voiceNote';
export * from './texts/waiting';
export * from './texts/words';
