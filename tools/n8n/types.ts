/** The parts of n8n's REST answers that demo and e2e look at. */

export interface WorkflowNode {
  /** Of a webhook: without one n8n gives it no address. */
  webhookId?: string;
  id: string;
  name: string;
  type: string;
  typeVersion: number;
  position: [number, number];
  parameters: Record<string, unknown>;
  credentials?: Record<string, { id: string; name: string }>;
}

export interface Link {
  node: string;
  /** `main`, or what an agent takes from the nodes below it, such as `ai_tool`. */
  type: string;
  index: number;
}

export interface WorkflowDraft {
  name: string;
  nodes: WorkflowNode[];
  /** From node name to, per kind of connection and per output, the nodes behind it. */
  connections: Record<string, Record<string, Link[][]>>;
  settings?: Record<string, unknown>;
}

export interface StoredWorkflow extends WorkflowDraft {
  id: string;
  versionId: string;
  active: boolean;
}

export interface PublicationStatus {
  status: 'in_progress' | 'not_published' | 'published' | 'partial' | 'failed';
  triggers: Array<{ nodeId: string; status: string; errorMessage: string | null }>;
}

export interface ExecutionSummary {
  id: string;
  status: 'new' | 'running' | 'waiting' | 'success' | 'error' | 'crashed' | 'canceled' | 'unknown';
  mode: string;
  startedAt: string;
}

export interface Item {
  json: Record<string, unknown>;
  binary?: Record<
    string,
    { mimeType: string; fileName?: string; fileSize?: string; data: string; id?: string }
  >;
  pairedItem?: unknown;
}

export interface NodeRun {
  data?: { main: Array<Item[] | null> };
  error?: { message: string; description?: string };
  executionTime: number;
}

export interface Execution extends ExecutionSummary {
  data: {
    resultData: {
      runData: Record<string, NodeRun[]>;
      error?: { message: string; description?: string; node?: { name: string } };
      lastNodeExecuted?: string;
    };
  };
}
