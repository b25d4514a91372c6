import { cancelQueued } from './conversation/cancelQueued.operation';
import { get } from './conversation/get.operation';
import { getMany } from './conversation/getMany.operation';
import { listQueued } from './conversation/listQueued.operation';
import { getLoginLink } from './login/getLoginLink.operation';
import { getQrCode } from './login/getQrCode.operation';
import { logOut } from './login/logOut.operation';
import { waitForScan } from './login/waitForScan.operation';
import { download } from './media/download.operation';
import { sendMedia } from './message/sendMedia.operation';
import { sendText } from './message/sendText.operation';
import type { Operation } from './operation';
import { start } from './typing/start.operation';
import { stop } from './typing/stop.operation';

/** The operations on one kind of thing, by the value that workflows keep. */
export interface Resource {
  /** In the list of resources, in title case. */
  name: string;
  /** Chosen when somebody chooses the resource. */
  preset: string;
  operations: Record<string, Operation>;
}

/** Every operation of the node, by resource. A workflow keeps the two keys, so they never change. */
export const RESOURCES: Record<string, Resource> = {
  conversation: {
    name: 'Conversation',
    preset: 'get',
    operations: { cancelQueued, get, getMany, listQueued },
  },
  login: {
    name: 'Login',
    preset: 'getLoginLink',
    operations: { getLoginLink, getQrCode, logOut, waitForScan },
  },
  media: { name: 'Media', preset: 'download', operations: { download } },
  message: { name: 'Message', preset: 'sendText', operations: { sendMedia, sendText } },
  typing: { name: 'Typing', preset: 'start', operations: { start, stop } },
};
