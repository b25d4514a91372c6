import type MarkdownIt from 'markdown-it';

/** markdown-it, loaded with the first text that needs it: loading this package does not. */
export const markdownIt = (): typeof MarkdownIt => require('markdown-it') as typeof MarkdownIt;
