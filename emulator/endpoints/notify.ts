import { answer, type Answer, type BotCall } from '../world';

/** A client says that it starts. The server only takes note. */
export function notifyStart(_call: BotCall): Answer {
  return answer({ ret: 0 });
}

/** A client says that it stops. */
export function notifyStop(_call: BotCall): Answer {
  return answer({ ret: 0 });
}
