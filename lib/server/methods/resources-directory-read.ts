import { displayName } from '../../errors/display-name.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import { skillsExtension } from '../../registry/skill.js';
import { buildListPage } from '../lists/list-cursor.js';
import type { Method } from '../call/method.js';
import { requireString } from '../call/params.js';

/** Skills `#reading-directories`: what a folder of a skill contains, not what its folders contain. */
export const resourcesDirectoryRead: Method = {
  name: 'resources/directory/read',
  eras: ['modern'],
  feature: 'resources',
  extension: skillsExtension,
  locate: (call) => {
    const uri = requireString(call.request.params, 'uri');
    const found = call.endpoint.catalog.findDirectory(uri);
    // #directory-resources: what is no folder and what is not there at all are both -32602, and look the same.
    const notFound = (): ProtocolError =>
      new ProtocolError('invalid_params', `No directory is served at ${displayName(uri)}`);
    if (found === undefined) throw notFound();
    const { skill, children } = found;
    return {
      items: [{ access: skill.access, target: { kind: 'resource', name: uri }, args: {}, notFound }],
      invoke: () => {
        const entries = children.map((listing, index) => ({
          place: { order: skill.order, index },
          text: JSON.stringify(call.revision.presentItem(listing)),
        }));
        return buildListPage(call, 'resources', entries, 'private');
      },
    };
  },
};
