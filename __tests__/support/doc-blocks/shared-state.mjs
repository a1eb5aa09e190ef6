// Undoes the global changes of a program of the documentation before the same process runs the next one.
import { EventEmitter } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import express from 'express';

const processEvents = [
  ...['SIGINT', 'SIGTERM', 'SIGHUP', 'exit', 'beforeExit', 'warning'],
  ...['unhandledRejection', 'uncaughtException', 'uncaughtExceptionMonitor'],
];

/** Objects that everything in a process shares. `lib/express/req-auth.ts` adds `auth` to the requests of Express. */
const sharedObjects = [
  ...[globalThis, process, Object.prototype, Array.prototype, Function.prototype, String.prototype, JSON, Math],
  ...[Date, Promise, Promise.prototype, Buffer, crypto, performance],
  ...[EventEmitter.prototype, net.Server.prototype, net.Socket.prototype, http, http.IncomingMessage.prototype],
  ...[http.OutgoingMessage.prototype, http.ServerResponse.prototype, http.Server.prototype],
  ...[express.application, express.request, express.response],
];

/** Remembers globals, environment variables, folder, exit code and listeners of this process. */
export function rememberState() {
  return {
    properties: sharedObjects.map((object) => Object.getOwnPropertyDescriptors(object)),
    env: { ...process.env },
    exitCode: process.exitCode,
    folder: process.cwd(),
    listeners: new Map(processEvents.map((name) => [name, process.rawListeners(name)])),
  };
}

/** Puts back what `rememberState` returned. */
export function restoreState({ properties, env, exitCode, folder, listeners }) {
  for (const [index, object] of sharedObjects.entries()) restoreProperties(object, properties[index]);
  for (const name of Object.keys(process.env)) {
    if (!(name in env)) delete process.env[name];
  }
  Object.assign(process.env, env);
  process.exitCode = exitCode;
  if (process.cwd() !== folder) process.chdir(folder);
  for (const [name, earlier] of listeners) {
    for (const listener of process.rawListeners(name)) {
      if (!earlier.includes(listener)) process.off(name, listener);
    }
  }
}

function restoreProperties(object, earlier) {
  for (const key of Reflect.ownKeys(object)) {
    if (!Object.hasOwn(earlier, key)) Reflect.deleteProperty(object, key);
  }
  for (const key of Reflect.ownKeys(earlier)) {
    const now = Object.getOwnPropertyDescriptor(object, key);
    if (now === undefined || !isSame(now, earlier[key])) Reflect.defineProperty(object, key, earlier[key]);
  }
}

function isSame(one, other) {
  return ['value', 'get', 'set', 'enumerable', 'writable'].every((name) => one[name] === other[name]);
}
