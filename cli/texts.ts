/** Every sentence that a person reads in the terminal, by what it speaks of. It speaks of options and of this machine. */
export * from './texts/doctor';
export * from './texts/errors';
export * from './texts/login';
export * from './texts/n8n';
export * from './texts/result';
export * from './texts/store';
export * from './texts/usage';
export * from './texts/usage-problems';
