import { displayName } from '../../errors/display-name.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import { skillsExtension } from '../../registry/skill.js';
import type { Method } from '../call/method.js';
import { requireString } from '../call/params.js';

// As long as lists may be kept: it is an entry of one.
const ttlMs = 60_000;

/** Skills `#getting-a-skill`. */
export const skillsGet: Method = {
  name: 'skills/get',
  eras: ['modern'],
  feature: 'resources',
  extension: skillsExtension,
  locate: (call) => {
    const uri = requireString(call.request.params, 'uri');
    const { serverInfo, skills } = call.endpoint.catalog;
    const skill = skills.get(uri);
    // #error-handling: a URI that is that of no skill is -32602.
    const notFound = (): ProtocolError =>
      new ProtocolError('invalid_params', `No skill is served at ${displayName(uri)}`);
    if (skill === undefined) throw notFound();
    const { access, listing } = skill;
    return {
      items: [{ access, target: { kind: 'resource', name: uri }, args: {}, notFound }],
      invoke: () => {
        const result = { skill: call.revision.presentItem(listing) };
        return call.revision.completeResult(result, serverInfo, { ttlMs, cacheScope: 'private' });
      },
    };
  },
};
