// The least that an Express middleware does for any answer: the body is drained, ready bytes are written.
import express from 'express';
import * as nodeHttp from './node-http.mjs';

export const title = 'drained Express, ready bytes';
export const eras = ['legacy', 'modern'];
export const joins = ['tools-call'];

export function start() {
  return express().use(nodeHttp.start());
}
