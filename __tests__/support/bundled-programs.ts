import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { BuildOptions } from 'esbuild';
import { build, stop } from 'esbuild';

const root = path.join(import.meta.dirname, '../..');

/** How sources become few files; packages stay where they are. */
export const asPackage = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  keepNames: true,
  logLevel: 'warning',
} as const satisfies BuildOptions;

/**
 * Programs of TypeScript with the sources as they are now, each as one file that Node runs. To start it takes a third of what it takes
 * to compile two hundred modules one by one in each process.
 */
export class BundledPrograms {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param files - the programs, relative to the folder of package.json */
  static async of(...files: readonly string[]): Promise<BundledPrograms> {
    // In the repository, since that is where packages are found.
    mkdirSync(path.join(root, '.cache'), { recursive: true });
    const programs = new BundledPrograms(mkdtempSync(path.join(root, '.cache', 'programs-')));
    await build({
      absWorkingDir: root,
      entryPoints: [...files],
      outdir: programs.#folder,
      outbase: root,
      outExtension: { '.js': '.mjs' },
      ...asPackage,
    });
    // Its service would stay beside the worker until all is over.
    await stop();
    return programs;
  }

  /** Where the program of a file is. */
  fileOf(file: string): string {
    return path.join(this.#folder, file.replace(/\.ts$/, '.mjs'));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
