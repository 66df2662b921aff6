/** The first import of every entry: an unfit Node is refused in one sentence instead of failing somewhere inside. */

export const NODE_MAJOR_REQUIRED = 24;

/** The sentence to print, or null when this Node will do. */
export function nodeRefusal(version: string): string | null {
  const major = Number.parseInt(version.replace(/^v/, ''), 10);
  if (major >= NODE_MAJOR_REQUIRED) return null;
  return `Amur needs Node.js ${NODE_MAJOR_REQUIRED} or newer and this is ${version}; run it through npm (npm start), which brings the right one.`;
}

export function requireNode(): void {
  const refusal = nodeRefusal(process.versions.node);
  if (refusal === null) return;
  process.stderr.write(`${refusal}\n`);
  process.exit(1);
}
