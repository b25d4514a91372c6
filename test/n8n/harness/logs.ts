import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';
import { LoggerProxy } from 'n8n-workflow';

export interface LogLine {
  level: 'error' | 'warn' | 'info' | 'debug';
  message: string;
  /** All of the line, with what was logged besides the message. */
  whole: string;
}

/** Takes the place of n8n's logger, and keeps every line. */
export class Logs {
  readonly lines: LogLine[] = [];

  /** From here on, n8n and every node in it write here. */
  install(): this {
    const logger = {
      error: this.writer('error'),
      warn: this.writer('warn'),
      info: this.writer('info'),
      debug: this.writer('debug'),
      scoped: () => logger,
    };
    Container.set(Logger, logger as unknown as Logger);
    LoggerProxy.init(logger);
    return this;
  }

  at(level: LogLine['level']): string[] {
    return this.lines.filter((line) => line.level === level).map(({ message }) => message);
  }

  private writer(level: LogLine['level']) {
    return (message: string, ...rest: unknown[]): void => {
      this.lines.push({ level, message, whole: `${message} ${JSON.stringify(rest)}` });
    };
  }
}
