import {
  memoryEventLog,
  memoryMessageBus,
  memoryReplayStore,
  memoryRevocationStore,
  memorySessionStore,
} from '../../lib/index.js';
import { eventLogContract } from './contract/event-log-contract.js';
import { messageBusContract } from './contract/message-bus-contract.js';
import { replayStoreContract } from './contract/replay-store-contract.js';
import { revocationStoreContract } from './contract/revocation-store-contract.js';
import { sessionStoreContract } from './contract/session-store-contract.js';

/** In one process, two views of a store are the same. */
const twice = <Store>(open: () => Store) => {
  return (): readonly [Store, Store] => {
    const store = open();
    return [store, store];
  };
};

eventLogContract(twice(memoryEventLog), () => memoryEventLog({ eventsPerStream: 3 }));
messageBusContract(twice(memoryMessageBus));
replayStoreContract(twice(memoryReplayStore));
revocationStoreContract(twice(memoryRevocationStore));
sessionStoreContract(twice(memorySessionStore));
