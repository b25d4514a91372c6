import { checkSettings, DEFAULT_SETTINGS, type Settings } from './settings';

/** Whom something is meant for: one bot, one person, or one person's chat with one bot. Nothing named: everybody. */
export interface Scope {
  bot_id?: string;
  user_id?: string;
}

/** Whether somebody is among those that the scope names. */
export function isWithin(scope: Scope, who: Scope): boolean {
  const { bot_id, user_id } = scope;
  return (
    (bot_id === undefined || bot_id === who.bot_id) && (user_id === undefined || user_id === who.user_id)
  );
}

/** A chat goes before a bot, and a bot before a person. */
function weight({ bot_id, user_id }: Scope): number {
  return (bot_id === undefined ? 0 : 2) + (user_id === undefined ? 0 : 1);
}

/** The settings of everybody, and what differs for one bot, one person or one chat. */
export class ScopedSettings {
  readonly everybody: Settings = { ...DEFAULT_SETTINGS };
  /** The widest first, so that the narrowest has the last word. */
  private narrower: { scope: Scope; patch: Partial<Settings> }[] = [];

  /**
   * Settings for one scope, besides those it has already. `undefined` as a value takes a setting back.
   * @throws Error that names the first unknown setting or unusable value
   */
  set({ bot_id, user_id }: Scope, patch: Partial<Settings>): void {
    const scope: Scope = {
      ...(bot_id !== undefined && { bot_id }),
      ...(user_id !== undefined && { user_id }),
    };
    checkSettings(patch);
    const known = this.narrower.find(
      (other) => other.scope.bot_id === bot_id && other.scope.user_id === user_id,
    );
    const merged = Object.entries({ ...known?.patch, ...patch }).filter(([, value]) => value !== undefined);
    const rest = this.narrower.filter((other) => other !== known);
    const entry = { scope, patch: Object.fromEntries(merged) as Partial<Settings> };
    this.narrower = [...rest, entry].sort((a, b) => weight(a.scope) - weight(b.scope));
  }

  /** What holds for this bot and person. */
  for(who: Scope): Settings {
    const patches = this.narrower.filter(({ scope }) => isWithin(scope, who)).map(({ patch }) => patch);
    return patches.length === 0 ? this.everybody : Object.assign({}, this.everybody, ...patches);
  }
}
