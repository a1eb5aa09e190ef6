/** The covered parts of any number of files. It does not count how often: thresholds only ask whether. */
export class NewlyCovered {
  #files = new Map();

  /**
   * @param file its path
   * @param counters Istanbul's: of statements by number in `s`, of functions in `f`, of the ways of each branch in `b`
   * @returns whether they cover a new part of the file, or the file itself is new
   */
  add(file, { s, f, b }) {
    let known = this.#files.get(file);
    let isNews = known === undefined;
    if (known === undefined) this.#files.set(file, (known = new Set()));
    const reached = (place, count) => {
      if (count === 0 || known.has(place)) return;
      known.add(place);
      isNews = true;
    };
    for (const id in s) reached(`s${id}`, s[id]);
    for (const id in f) reached(`f${id}`, f[id]);
    for (const id in b) b[id].forEach((count, way) => reached(`b${id}.${way}`, count));
    return isNews;
  }
}
