import type { TriggerSettings } from '../../../nodes/WeChat/trigger/settings';
import type { WorkflowDraft, WorkflowNode } from '../../../tools/n8n/types';
import { CREDENTIAL_TYPE } from '../../../tools/stage';

/** Trigger → Edit Fields → No Operation: the trigger with its default settings, unless another acknowledgement is asked for. */
export function crashWorkflow(
  credential: { id: string; name: string },
  acknowledge: TriggerSettings['acknowledge'],
): WorkflowDraft {
  const options = acknowledge === 'taken' ? {} : { acknowledge };
  const trigger = nodeOf('WeChat Trigger', 'n8n-nodes-wechat-ilink.weChatTrigger', 1, { options });
  const answer = { id: 'answer', name: 'answer', type: 'string', value: '={{ "re: " + $json.text }}' };
  return {
    name: 'Crash',
    nodes: [
      { ...trigger, credentials: { [CREDENTIAL_TYPE]: credential } },
      nodeOf('Edit Fields', 'n8n-nodes-base.set', 3.4, {
        assignments: { assignments: [answer] },
        includeOtherFields: true,
      }),
      nodeOf('Done', 'n8n-nodes-base.noOp', 1, {}),
    ],
    connections: {
      'WeChat Trigger': { main: [[{ node: 'Edit Fields', type: 'main', index: 0 }]] },
      'Edit Fields': { main: [[{ node: 'Done', type: 'main', index: 0 }]] },
    },
  };
}

function nodeOf(
  name: string,
  type: string,
  typeVersion: number,
  parameters: WorkflowNode['parameters'],
): WorkflowNode {
  return {
    id: name.toLowerCase().replaceAll(' ', '-'),
    name,
    type,
    typeVersion,
    position: [0, 0],
    parameters,
  };
}
