import { ProtocolError } from '../../errors/protocol-error.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { InputRequest } from '../../registry/input-required.js';

type Capabilities = Readonly<Record<string, unknown>>;

/**
 * Demands capabilities of the client.
 *
 * @param declared - what the client declared
 * @param required - what is needed, as `ClientCapabilities` writes it
 * @throws ProtocolError `missing_client_capability` with everything that is needed (MCP `basic/index#error-codes`, -32021)
 */
export function requireCapabilities(declared: Capabilities, required: Capabilities): void {
  if (includesCapabilities(declared, required)) return;
  throw new ProtocolError('missing_client_capability', undefined, { data: { requiredCapabilities: required } });
}

/** Whether the client declared capabilities, as `ClientCapabilities` writes them. */
export function includesCapabilities(declared: Capabilities, required: Capabilities): boolean {
  return includes(declared, required);
}

/**
 * Demands what a client needs to answer questions. It MUST NOT be asked what it did not declare (MCP `basic/patterns/mrtr`).
 *
 * @throws ProtocolError `missing_client_capability`
 */
export function requireAnswerable(declared: Capabilities, requests: Readonly<Record<string, InputRequest>>): void {
  const needed = Object.values(requests).map(capabilityFor);
  const missing = needed.filter((each) => !includes(withForm(declared), each));
  if (missing.length === 0) return;
  const requiredCapabilities = missing.reduce((all, each) => merge(all, each), {});
  throw new ProtocolError('missing_client_capability', undefined, { data: { requiredCapabilities } });
}

/** MCP `client/elicitation#capabilities`: an empty object means form mode, and so does one whose members are null. */
function withForm(declared: Capabilities): Capabilities {
  const { elicitation } = declared;
  if (!isObject(elicitation) || Object.values(elicitation).some((mode) => mode !== null)) return declared;
  return { ...declared, elicitation: { form: {} } };
}

function capabilityFor({ method, params = {} }: InputRequest): Capabilities {
  switch (method) {
    case 'elicitation/create':
      return { elicitation: params['mode'] === 'url' ? { url: {} } : { form: {} } };
    case 'sampling/createMessage':
      // client/sampling#capabilities: tools only where the client declares them.
      return { sampling: 'tools' in params || 'toolChoice' in params ? { tools: {} } : {} };
    case 'roots/list':
      return { roots: {} };
  }
}

function includes(declared: unknown, required: Capabilities): boolean {
  return Object.entries(required).every(([name, inside]) => {
    const value = isObject(declared) && Object.hasOwn(declared, name) ? declared[name] : undefined;
    return isObject(value) && (!isObject(inside) || includes(value, inside));
  });
}

function merge(one: Capabilities, other: Capabilities): Capabilities {
  const merged = { ...one };
  for (const [name, value] of Object.entries(other)) {
    const known = merged[name];
    merged[name] = isObject(known) && isObject(value) ? merge(known, value) : value;
  }
  return merged;
}
