import { setTimeout as tick } from 'node:timers/promises';
import { spawn, type IPty } from '@lydell/node-pty';
import { Terminal } from '@xterm/headless';
import jsQR from 'jsqr';

import { commandOfCheckout } from './command';

const LOOK_EVERY_MS = 30;
const LOOK_AT_MOST_MS = 40_000;
const CTRL_C = '\x03';

export interface TerminalOptions {
  command?: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  columns?: number;
  rows?: number;
  /** Dark ink on light paper; the other way round unless told. */
  lightTheme?: boolean;
}

/** A command in a terminal, as a person sees it: what stands on the screen, not what was written to it. */
export class PseudoTerminal {
  /** Everything that was ever written, control sequences and all. */
  output = '';
  readonly exitCode: Promise<number>;
  private readonly pty: IPty;
  private readonly screen: Terminal;
  private readonly theme: { ink: number; paper: number };

  constructor(args: string[], options: TerminalOptions = {}) {
    const { command = commandOfCheckout(), columns: cols = 100, rows = 50 } = options;
    const [file = '', ...before] = command;
    this.theme = options.lightTheme ? { ink: DARK, paper: LIGHT } : { ink: LIGHT, paper: DARK };
    this.screen = new Terminal({ cols, rows, allowProposedApi: true });
    this.pty = spawn(file, [...before, ...args], {
      cols,
      rows,
      ...(options.cwd && { cwd: options.cwd }),
      env: { PATH: process.env.PATH, HOME: process.env.HOME, TERM: 'xterm-256color', ...options.env },
    });
    this.pty.onData((data) => {
      this.output += data;
      this.screen.write(data);
    });
    // The screen takes what was written a little later; the end is when it shows all of it.
    this.exitCode = new Promise((resolve) =>
      this.pty.onExit(({ exitCode }) => this.screen.write('', () => resolve(exitCode))),
    );
  }

  /** The lines that one would see now, without what has scrolled away. */
  get lines(): string[] {
    const { active } = this.screen.buffer;
    return Array.from({ length: this.screen.rows }, (_, row) =>
      (active.getLine(active.baseY + row)?.translateToString(true) ?? '').trimEnd(),
    );
  }

  get text(): string {
    return this.lines.join('\n').trimEnd();
  }

  /** Waits until the screen shows this. */
  async shows(pattern: RegExp): Promise<string> {
    await this.until(() => pattern.test(this.text), `the screen does not show ${pattern}`);
    return pattern.exec(this.text)?.[0] ?? '';
  }

  /** Waits until a code on the screen can be read by a camera. @returns what it says */
  async showsCode(isIt: (text: string) => boolean = () => true): Promise<string> {
    let seen: string | undefined;
    await this.until(() => {
      seen = this.photographedCode();
      return seen !== undefined && isIt(seen);
    }, 'no readable code on the screen');
    return seen ?? '';
  }

  type(text: string): void {
    this.pty.write(text);
  }

  ctrlC(): void {
    this.type(CTRL_C);
  }

  kill(): void {
    try {
      this.pty.kill('SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }

  /** What a camera reads in a photograph of the screen; nothing when there is no code, or none that can be read. */
  photographedCode(): string | undefined {
    const { pixels, width, height } = this.photograph();
    return jsQR(pixels, width, height)?.data;
  }

  /** Each character cell is two blocks of pixels, one above the other, in the colours that the cell has. */
  private photograph(): { pixels: Uint8ClampedArray; width: number; height: number } {
    const { cols, rows, buffer } = this.screen;
    const [width, height] = [cols * BLOCK, rows * 2 * BLOCK];
    const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
    for (let row = 0; row < rows; row++) {
      const line = buffer.active.getLine(buffer.active.baseY + row);
      for (let column = 0; column < cols; column++) {
        const cell = line?.getCell(column);
        const ink = cell?.isFgPalette() ? shadeOf(cell.getFgColor()) : this.theme.ink;
        const paper = cell?.isBgPalette() ? shadeOf(cell.getBgColor()) : this.theme.paper;
        const [top, bottom] = HALVES[cell?.getChars() ?? ''] ?? [false, false];
        paint(pixels, width, column, row * 2, top ? ink : paper);
        paint(pixels, width, column, row * 2 + 1, bottom ? ink : paper);
      }
    }
    return { pixels, width, height };
  }

  private async until(isSo: () => boolean, complaint: string): Promise<void> {
    const deadline = Date.now() + LOOK_AT_MOST_MS;
    while (!isSo()) {
      if (Date.now() > deadline) throw new Error(`${complaint}:\n${this.text}`);
      await tick(LOOK_EVERY_MS);
    }
  }
}

const BLOCK = 4;
const LIGHT = 220;
const DARK = 20;
/** A colour that a theme may change: neither light nor dark, and no camera would read it. */
const UNKNOWN = 128;
const HALVES: Record<string, [boolean, boolean]> = {
  '█': [true, true],
  '▀': [true, false],
  '▄': [false, true],
};

/** Of the 256-colour palette only what is fixed in every theme: black and white of the colour cube. */
function shadeOf(color: number): number {
  if (color === 16) return 0;
  if (color === 231) return 255;
  return UNKNOWN;
}

function paint(pixels: Uint8ClampedArray, width: number, column: number, row: number, shade: number): void {
  for (let y = row * BLOCK; y < (row + 1) * BLOCK; y++) {
    for (let x = column * BLOCK; x < (column + 1) * BLOCK; x++)
      pixels.fill(shade, (y * width + x) * 4, (y * width + x) * 4 + 3);
  }
}
