// Stops with one sentence on a Node that is too old. Imported first; plain enough for very old ones to read.

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Aquifer needs Node.js 20.19 or later, and this is ${process.versions.node}. See https://nodejs.org.`);
  process.exit(1);
}
