/**
 * Every sentence that a person reads in n8n: its pieces by what they speak of. The rooms below tell codes and facts; here is
 * what they mean and what to do, so that another language is another table.
 */
export * from './texts/errors';
export * from './texts/log';
export * from './texts/queue';
export * from './texts/store';
