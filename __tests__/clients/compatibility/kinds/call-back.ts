import { setTimeout as wait } from 'node:timers/promises';

/** The simulated user is fast, so the program may not listen for them yet. */
export async function callBack(url: URL): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await wait(50);
  }
}
