import { jsonWeight } from '../../jsonrpc/json-weight.js';
import type { JsonRpcRequest } from '../../jsonrpc/message.js';
import type { Caller } from '../authorization/caller.js';
import type { Holder } from '../limits/principal-limit.js';

/** Memory of a running task: the request that began it. */
export class RunningArguments implements Holder {
  readonly caller: Caller;
  weight: number;

  constructor(caller: Caller, { params }: JsonRpcRequest) {
    this.caller = caller;
    const text = JSON.stringify(params);
    this.weight = jsonWeight(text, Buffer.byteLength(text));
  }
}
